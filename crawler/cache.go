package crawler

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// A Cache keeps what was read, across questions. The values are opaque and
// already compressed. Get returns nil where it holds nothing. Errors are logged
// and cost no more than a fetch.
type Cache interface {
	Get(ctx context.Context, key string) ([]byte, error)
	Put(ctx context.Context, key string, value []byte) error
}

// How long a page counts as fresh where its server does not say.
const (
	defaultAge = 10 * time.Minute
	maxAge     = 24 * time.Hour
	maxRecord  = 16 << 20 // bytes of one record, unpacked
)

// A record is a page as the cache keeps it: extracted, with what is needed to
// ask whether it changed (RFC 9111).
type record struct {
	URL          string // asked for
	Final        string // after redirects
	ETag         string
	LastModified string
	Fetched      time.Time
	Age          time.Duration // fresh for so long
	Page         *agent.Page
	Text         string // of the page, whose JSON leaves it out
	Links        []agent.Link
	Scanned      [][]string // the page's links as pageLink has them: url, text, title, line
	Canonical    string
	Refresh      string
	NoIndex      bool
	NoFollow     bool
	Feed         []agent.Link
	Index        string // the site's search index
}

func (r *record) fresh(now time.Time) bool { return now.Before(r.Fetched.Add(r.Age)) }

// result is the record as if it were extracted now.
func (r *record) result() extract.Result {
	page := *r.Page
	page.Text, page.Links = r.Text, r.Links
	return extract.Result{Page: &page, Canonical: r.Canonical, Refresh: r.Refresh, NoIndex: r.NoIndex, NoFollow: r.NoFollow, Feed: r.Feed}
}

// links are the scanned links; nil where there are none.
func (r *record) links() []pageLink {
	var out []pageLink
	for _, f := range r.Scanned {
		if len(f) >= 4 {
			out = append(out, pageLink{url: f[0], text: f[1], title: f[2], around: f[3], nav: len(f) > 4})
		}
	}
	return out
}

// url is the address after redirects.
func (r *record) url(asked *url.URL) *url.URL {
	if u, err := url.Parse(r.Final); err == nil && r.Final != "" {
		return u
	}
	return asked
}

// cached is what the cache holds of an address, nil where that is nothing.
func (s *Session) cached(ctx context.Context, address string) *record {
	c := s.crawler.opts.Cache
	if c == nil || s.question.Fresh {
		return nil
	}
	b, err := c.Get(ctx, address)
	if err != nil {
		s.crawler.opts.Log.Warn("the page cache cannot be read", "error", err)
	}
	if err != nil || b == nil {
		return nil
	}
	r, err := decodeRecord(b)
	if err != nil || r.Page == nil || r.URL != address {
		s.crawler.opts.Log.Warn("a cached page is damaged", "url", address)
		return nil
	}
	return r
}

// keep puts a page that was read into the cache, where its server lets us.
func (s *Session) keep(fl *flight, o outcome) {
	res, final := o.res, o.url
	h := http.Header(fl.f.header)
	age, ok := freshness(h, s.crawler.opts.Now())
	if s.crawler.opts.Cache == nil || o.err != nil || !ok || fl.f.truncated {
		return
	}
	scanned := make([][]string, len(o.links))
	for i, l := range o.links {
		scanned[i] = []string{l.url, l.text, l.title, l.around}
		if l.nav {
			scanned[i] = append(scanned[i], "nav")
		}
	}
	s.put(&record{URL: fl.asked.String(), Final: final.String(), ETag: h.Get("ETag"), LastModified: h.Get("Last-Modified"),
		Fetched: s.crawler.opts.Now(), Age: age, Page: res.Page, Text: res.Page.Text, Links: res.Page.Links, Scanned: scanned,
		Canonical: res.Canonical, Refresh: res.Refresh, NoIndex: res.NoIndex, NoFollow: res.NoFollow, Feed: res.Feed, Index: o.index})
}

// confirm renews a record that the server says still holds (304).
func (s *Session) confirm(f *fetch, r *record) {
	if age, ok := freshness(http.Header(f.header), s.crawler.opts.Now()); ok {
		renewed := *r
		renewed.Fetched, renewed.Age = s.crawler.opts.Now(), age
		s.put(&renewed)
	}
}

func (s *Session) put(r *record) {
	b, err := r.encode()
	if err == nil {
		err = s.crawler.opts.Cache.Put(s.ctx, r.URL, b)
	}
	if err != nil && s.ctx.Err() == nil {
		s.crawler.opts.Log.Warn("a page could not be cached", "url", r.URL, "error", err)
	}
}

// freshness is how long a response may be used without asking again, and
// whether it may be kept at all (RFC 9111, 3 and 4.2).
func freshness(h http.Header, now time.Time) (age time.Duration, ok bool) {
	cc := strings.ToLower(strings.Join(h.Values("Cache-Control"), ","))
	vary := strings.ToLower(strings.Join(h.Values("Vary"), ","))
	age = defaultAge
	given := false
	for d := range strings.SplitSeq(cc, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), "=")
		switch name {
		case "no-store", "private":
			return 0, false
		case "no-cache", "must-revalidate":
			if name == "no-cache" {
				return 0, true
			}
		case "max-age":
			if n, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 32); err == nil {
				age, given = time.Duration(n)*time.Second, true
			}
		}
	}
	if t, err := http.ParseTime(h.Get("Expires")); err == nil && !given {
		age, given = t.Sub(now), true
	}
	if t, err := http.ParseTime(h.Get("Last-Modified")); err == nil && !given {
		age = max(age, now.Sub(t)/10) // the heuristic of RFC 9111, 4.2.2
	}
	if strings.Contains(vary, "*") || strings.Contains(vary, "accept-language") {
		age = 0
	}
	return min(max(age, 0), maxAge), true
}

// encode writes a record as gzipped JSON.
func (r *record) encode() ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("encoding a cached page: %w", err)
	}
	if err := json.NewEncoder(z).Encode(r); err != nil {
		return nil, fmt.Errorf("encoding a cached page: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("encoding a cached page: %w", err)
	}
	return b.Bytes(), nil
}

func decodeRecord(b []byte) (*record, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("decoding a cached page: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxRecord)) // to the end, where the checksum is
	if err != nil {
		return nil, fmt.Errorf("decoding a cached page: %w", err)
	}
	var r record
	if err := json.Unmarshal(plain, &r); err != nil {
		return nil, fmt.Errorf("decoding a cached page: %w", err)
	}
	return &r, nil
}

// A MemoryCache keeps records in memory, the least recently used going first.
// It is safe for concurrent use.
type MemoryCache struct {
	limit int
	mu    sync.Mutex
	size  int
	m     map[string]*list.Element
	used  list.List // of memoryEntry, newest in front
}

type memoryEntry struct {
	key   string
	value []byte
}

// NewMemoryCache makes a cache of at most limit bytes.
func NewMemoryCache(limit int) *MemoryCache {
	return &MemoryCache{limit: limit, m: map[string]*list.Element{}}
}

// Get returns the value, nil where there is none. It never fails.
func (c *MemoryCache) Get(_ context.Context, key string) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.m[key]
	if e == nil {
		return nil, nil
	}
	c.used.MoveToFront(e)
	return e.Value.(memoryEntry).value, nil
}

// Put keeps the value; one that is larger than the cache is not kept. It never fails.
func (c *MemoryCache) Put(_ context.Context, key string, value []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.m[key]; old != nil {
		c.drop(old)
	}
	if len(value) > c.limit {
		return nil
	}
	c.m[key] = c.used.PushFront(memoryEntry{key, value})
	c.size += len(value)
	for c.size > c.limit {
		c.drop(c.used.Back())
	}
	return nil
}

func (c *MemoryCache) drop(e *list.Element) {
	entry := c.used.Remove(e).(memoryEntry)
	delete(c.m, entry.key)
	c.size -= len(entry.value)
}
