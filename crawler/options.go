package crawler

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"runtime"
	"time"

	"github.com/sonde-search/sonde/crawler/extract"
	"github.com/sonde-search/sonde/crawler/websearch"
)

// Product is the token by which robots.txt addresses us (RFC 9309, 2.2.1).
const Product = "Sonde"

// DefaultUserAgent is sent with every request unless Options says otherwise.
const DefaultUserAgent = "Mozilla/5.0 (compatible; Sonde/1.0; +https://github.com/sonde-search/sonde)"

// A Searcher asks search providers; *websearch.Searcher is one.
type Searcher interface {
	Search(ctx context.Context, q websearch.Query) iter.Seq[websearch.Reply]
}

// An Extractor turns bytes into a page; extract.Extract is one.
type Extractor func(ctx context.Context, in extract.Input) (extract.Result, error)

// Options is what a Crawler is made of. The zero value reads public sites,
// searches nothing and keeps pages in memory.
type Options struct {
	Extract Extractor // nil: extract.Extract
	Search  Searcher  // nil: a question that asks the web gets a provider error
	Cache   Cache     // nil: none; see NewMemoryCache
	WARC    *WARC     // nil: none; every fetch of a page is recorded

	// Allow opens addresses that are not public: "host", "host:port", an IP
	// address with or without port, or a CIDR.
	Allow []string
	// TrustSites says that a question's sites were typed by the person who
	// runs this process: each opens its very host and port, for that question.
	TrustSites bool

	UserAgent string         // empty: DefaultUserAgent
	Resolver  *net.Resolver  // nil: the system's
	RootCAs   *x509.CertPool // nil: the system's
	Limits    Limits
	Polite    Politeness
	Log       *slog.Logger     // nil: discarded
	Now       func() time.Time // nil: time.Now
}

// Limits bound one address. A zero is replaced by the default.
type Limits struct {
	FirstByte time.Duration // from the request to the response's head: 5 s
	Total     time.Duration // from the request to the body's end, redirects included: 15 s
	MinRate   int           // bytes a second, as sent, after Grace: 1,000
	Grace     time.Duration // time before MinRate counts: 3 s
	TextBytes int64         // HTML and text, decompressed; more is cut off: 3 MB
	FileBytes int64         // PDF and office documents; more is refused: 32 MB
	Redirects int           // hops: 5
	Extract   time.Duration // extraction of one page: 8 s
	Files     int           // entries of a local folder looked at: 20,000
	Frontier  int           // addresses remembered and not read: 20,000
}

// Politeness bounds what hosts must bear. A zero is replaced by the default.
type Politeness struct {
	Concurrency  int           // fetches of one question at once: 32
	Total        int           // fetches of the whole process at once: 256
	PerHost      int           // fetches of one host at once: 4
	PerSite      int           // the same for a site that the question names: 8
	PagesPerHost int           // pages of one host in one question, where it came from a search: 8
	MaxDelay     time.Duration // a longer Crawl-delay is taken as this: 10 s
	MaxPause     time.Duration // a host that asks for a longer pause is left for the round: 10 s
	RobotsAge    time.Duration // robots.txt is kept so long: 24 h
}

func (l Limits) withDefaults() Limits {
	def(&l.FirstByte, 5*time.Second)
	def(&l.Total, 15*time.Second)
	def(&l.MinRate, 1000)
	def(&l.Grace, 3*time.Second)
	def(&l.TextBytes, 3<<20)
	def(&l.FileBytes, 32<<20)
	def(&l.Redirects, 5)
	def(&l.Extract, 8*time.Second)
	def(&l.Files, 20000)
	def(&l.Frontier, 20000)
	return l
}

func (p Politeness) withDefaults() Politeness {
	def(&p.Concurrency, 32)
	def(&p.Total, 256)
	def(&p.PerHost, 4)
	def(&p.PerSite, 8)
	def(&p.PagesPerHost, 8)
	def(&p.MaxDelay, 10*time.Second)
	def(&p.MaxPause, 10*time.Second)
	def(&p.RobotsAge, 24*time.Hour)
	return p
}

// def sets a zero to its default.
func def[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// withDefaults returns a copy whose zeros are defaulted, or the first mistake.
func (o Options) withDefaults() (Options, error) {
	o.Limits, o.Polite = o.Limits.withDefaults(), o.Polite.withDefaults()
	l, p := o.Limits, o.Polite
	if min(l.FirstByte, l.Total, l.Grace, l.Extract, p.MaxDelay, p.MaxPause, p.RobotsAge) < 0 ||
		min(l.MinRate, l.Redirects, l.Files, l.Frontier) < 0 || min(l.TextBytes, l.FileBytes) < 0 ||
		min(p.Concurrency, p.Total, p.PerHost, p.PerSite, p.PagesPerHost) < 0 {
		return o, errors.New("crawler limits must not be negative")
	}
	if o.Extract == nil {
		o.Extract = extract.Extract
	}
	def(&o.UserAgent, DefaultUserAgent)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

// A Crawler opens reading sessions. It is safe for concurrent use.
type Crawler struct {
	opts    Options
	allowed []opening
	robots  *robotsCache
	hosts   *hostTable
	parsers chan struct{} // extractions under way, process-wide
	spare   chan struct{} // of those, the ones of rounds that have more to ask for
	total   chan struct{} // fetches under way, process-wide
	shelter *shelter
	test    testHooks
}

// testHooks are set by tests of this package alone.
type testHooks struct {
	observe func(host, address string) error
}

// New makes a Crawler. An error names the option that is wrong.
func New(o Options) (*Crawler, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("making a crawler: %w", err)
	}
	c := &Crawler{
		opts:    o,
		robots:  newRobotsCache(o.Polite.RobotsAge, o.Now),
		hosts:   newHostTable(o.Now),
		parsers: make(chan struct{}, runtime.GOMAXPROCS(0)),
		spare:   make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1)),
		total:   make(chan struct{}, o.Polite.Total),
		shelter: newShelter(),
	}
	for _, s := range o.Allow {
		open, err := parseOpening(s)
		if err != nil {
			return nil, fmt.Errorf("making a crawler: %w", err)
		}
		c.allowed = append(c.allowed, open)
	}
	return c, nil
}
