package crawler

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A Session reads for one question. Its methods are not safe for concurrent
// use, except that Close may be called at any time.
type Session struct {
	crawler   *Crawler
	question  agent.Question
	sites     []*site
	front     *frontier
	traps     *trapWatch
	texts     map[string]string // by snapshot: the address that was read first
	perHost   map[string]int    // pages attempted, by site key, of those that searches found
	failed    map[string]int    // network failures in a row, by origin
	probes    map[string]*probe // by origin
	lists     [][]agent.Hit     // replies of search providers
	harvested int               // pages whose links were taken
	trapped   int               // traps told when they were found
	mapping   map[string]bool   // sitemaps and feeds that were asked for, by address
	indexes   []*siteIndex      // search indexes of named sites that were read
	consulted time.Time         // when the first of those that are being asked was asked
	refused   int               // addresses that were refused unasked, told as steps
	followAll bool              // links of web pages are followed
	depth     int               // links are followed so deep; 0: any, negative: none

	ctx       context.Context // ends with Close
	cancel    context.CancelCauseFunc
	transport *transport
	collector *colly.Collector
	work      sync.WaitGroup // fetches and helpers under way
	warc      *WARC          // nil: none

	mu         sync.Mutex // guards all above but what is set once
	events     chan event
	helpers    int                     // robots.txt, sitemap, feed and index fetches under way
	consulting int                     // of those, search indexes
	asking     map[string]bool         // robots.txt that were asked for, by origin
	ruled      map[string]*robotsEntry // what they said, by origin
	memo       map[string]*linkMemo    // links that were looked at, as written

	robotsMu    sync.Mutex
	robotsCalls map[string]*robotsCall
}

// Open starts reading for one question. An error names a file that is not
// there or an address that cannot be read.
func (c *Crawler) Open(ctx context.Context, q agent.Question) (agent.Session, error) {
	return c.open(ctx, q)
}

func (c *Crawler) open(ctx context.Context, q agent.Question) (*Session, error) {
	s := &Session{
		crawler: c, question: q,
		front:   newFrontier(newInterest(q.Text), c.opts.Limits.Frontier),
		traps:   newTrapWatch(c.opts.Now),
		texts:   map[string]string{},
		perHost: map[string]int{},
		failed:  map[string]int{},
		probes:  map[string]*probe{},
		events:  make(chan event),
		asking:  map[string]bool{},
		mapping: map[string]bool{},
		ruled:   map[string]*robotsEntry{},
		memo:    map[string]*linkMemo{},

		robotsCalls: map[string]*robotsCall{},
		followAll:   q.Scope.Web,
		warc:        c.opts.WARC,
	}
	g := &guard{ssrf: newGuardian(), allowed: c.allowed}
	for _, raw := range q.Scope.Sites {
		if err := s.addSite(raw, g); err != nil {
			return nil, err
		}
	}
	if err := s.addFiles(ctx); err != nil {
		return nil, err
	}
	// The session outlives the context of Open, whose end the rounds see.
	s.ctx, s.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	d := &dialer{guard: g, net: net.Dialer{Timeout: c.opts.Limits.FirstByte, Resolver: c.opts.Resolver}, observed: c.test.dialled()}
	s.transport = newTransport(s, d)
	s.transport.accept = acceptLanguage(q)
	s.collector = s.newCollector()
	return s, nil
}

// addSite enters an address that the person named.
func (s *Session) addSite(raw string, g *guard) error {
	a, err := parseAddress(raw)
	if err != nil {
		return fmt.Errorf("site %q: %w", raw, err)
	}
	g.open(a.url, s.crawler.opts.TrustSites)
	st := newSite(a)
	s.sites = append(s.sites, st)
	s.front.add(&candidate{addr: a, site: st, source: fromStart})
	return nil
}

// siteOf is the named site that holds the address, nil where none does.
func (s *Session) siteOf(u *url.URL) *site {
	for _, st := range s.sites {
		if st.holds(u) {
			return st
		}
	}
	return nil
}

// Unread lists what was found and not read, best first, at most n.
func (s *Session) Unread(n int) []agent.Hit {
	s.mu.Lock()
	defer s.mu.Unlock()
	hits := make([]agent.Hit, 0, max(n, 0))
	for _, c := range s.front.best(max(n, 0) * 2) {
		if len(hits) < n && s.failed[c.addr.origin] < deadHost {
			hits = append(hits, c.hit())
		}
	}
	return hits
}

// Close ends all that runs for the session and frees its connections.
func (s *Session) Close() error {
	s.cancel(errRoundOver)
	s.work.Wait()
	s.collector.Wait()
	s.transport.base.CloseIdleConnections()
	return nil
}

// acceptLanguage prefers the question's language.
func acceptLanguage(q agent.Question) string {
	l := q.Language
	if l == "" || l == "auto" {
		l = lang.Detect(q.Text)
	}
	switch l {
	case "zh":
		return "zh-CN,zh;q=0.9,en;q=0.5"
	case "", "en":
		return "en,*;q=0.5"
	}
	return l + ",en;q=0.5,*;q=0.3"
}

// newCollector makes the session's colly collector. Fields are set after
// NewCollector, which reads COLLY_* from the environment.
func (s *Session) newCollector() *colly.Collector {
	c := colly.NewCollector()
	c.Async = true
	c.Context = s.ctx
	c.UserAgent = s.crawler.opts.UserAgent
	c.AllowURLRevisit = true // the frontier knows what was read, by better keys
	c.IgnoreRobotsTxt = true // the transport obeys it, on redirects too
	c.ParseHTTPErrorResponse = true
	c.DetectCharset = false
	c.MaxBodySize = 0 // the transport counts, after decompression
	c.MaxDepth, c.MaxRequests, c.CacheDir = 0, 0, ""
	c.AllowedDomains, c.DisallowedDomains = nil, nil
	c.URLFilters, c.DisallowedURLFilters = nil, nil
	c.CheckHead, c.TraceHTTP = false, false
	c.DisableCookies()
	c.WithTransport(s.transport)
	c.SetRequestTimeout(0) // the fetch's own context bounds it
	c.SetRedirectHandler(s.onRedirect)
	c.OnResponse(func(r *colly.Response) { s.onResponse(r, nil) })
	c.OnError(s.onResponse)
	return c
}

// dialled adapts the test hook.
func (h testHooks) dialled() func(string, netip.AddrPort) error {
	if h.observe == nil {
		return nil
	}
	return func(host string, a netip.AddrPort) error { return h.observe(host, a.String()) }
}

// pace is what a host allows us in this session.
func (s *Session) pace(c *candidate, delay time.Duration) pace {
	p := s.crawler.opts.Polite
	n := p.PerHost
	if c.site != nil {
		n = p.PerSite
	}
	return pace{atOnce: n, delay: min(delay, p.MaxDelay)}
}

// excluded reports a host that the question rules out.
func (s *Session) excluded(u *url.URL) bool {
	return len(s.question.Scope.Exclude) > 0 && withinDomain(u.Hostname(), s.question.Scope.Exclude)
}

// deadHost is the number of network failures in a row after which a host is
// left alone.
const deadHost = 3

// addFiles enters the question's local files and folders.
func (s *Session) addFiles(ctx context.Context) error {
	for _, p := range s.question.Scope.Files {
		files, err := walkFiles(ctx, p, s.crawler.opts.Limits)
		if err != nil {
			return err
		}
		for _, f := range files {
			s.front.add(f)
		}
	}
	return nil
}

// hostDead reports an origin that failed too often.
func (s *Session) hostDead(origin string) bool { return s.failed[origin] >= deadHost }
