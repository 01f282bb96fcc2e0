package crawler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gocolly/colly/v2"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// A flight is one candidate being read.
type flight struct {
	round   *round
	c       *candidate
	f       *fetch
	id      string
	asked   *url.URL // what is fetched: the candidate's address, or where it refers to
	hops    int      // meta refreshes followed
	arrived bool     // the bytes are here, the place at the host is free
	index   map[string]int
	free    func() // gives the place at the host back; may be called twice
}

// An outcome is how a flight ended.
type outcome struct {
	fl     *flight
	res    extract.Result
	url    *url.URL   // after redirects
	counts []int      // of the interest's terms in the page
	links  []pageLink // nil: those of the extractor
	index  string     // where the page says that its site's search index is
	cached bool
	err    *fetchError
}

const flightKey = "flight"

// start asks for a candidate's page.
func (r *round) start(c *candidate) {
	r.front.take(c)
	if r.owed[c] {
		delete(r.owed, c)
	} else {
		r.attempted++
		if c.site == nil && c.file == "" {
			r.perHost[siteKey(c.addr.url)]++
		}
		r.emit(agent.Paged{State: agent.PageReading, URL: c.addr.text, Title: c.title, Found: r.front.found})
	}
	c.tried++
	fl := &flight{round: r, c: c, asked: c.addr.url, index: r.front.want.index, free: func() {}}
	r.flights[fl] = true
	if c.file == "" {
		fl.free = sync.OnceFunc(func() { r.crawler.hosts.release(c.addr.origin) })
	} else {
		fl.f = r.newFetch(r.ctx)
		r.work.Go(func() { r.readFile(fl) })
		return
	}
	fl.f = r.newFetch(r.ctx)
	fl.f.hop = r.mayHop(fl) // here, under the lock: the candidate may learn more while it is fetched
	r.work.Go(func() { r.launch(fl) })
}

// launch fetches a flight's address: from the cache where that is fresh, else
// through colly. It runs outside the lock.
func (s *Session) launch(fl *flight) {
	ctx, stop := context.WithTimeoutCause(fl.round.ctx, s.crawler.opts.Limits.Total, errTotal)
	fl.f.bind(ctx, stop)
	rec := s.cached(ctx, fl.asked.String())
	if rec != nil && rec.fresh(s.crawler.opts.Now()) {
		s.land(outcome{fl: fl, res: rec.result(), links: rec.links(), index: rec.Index, url: rec.url(fl.asked), cached: true})
		return
	}
	fl.f.stale = rec
	select {
	case s.crawler.total <- struct{}{}:
	case <-ctx.Done():
		s.land(outcome{fl: fl, err: classify(ctx, ctx.Err())})
		return
	}
	fl.id = s.transport.register(fl.f)
	cctx := colly.NewContext()
	cctx.Put(flightKey, fl)
	err := s.collector.Request(http.MethodGet, fl.asked.String(), nil, cctx, http.Header{idHeader: {fl.id}})
	if err != nil { // refused before anything was sent: onResponse is not called
		s.transport.forget(fl.id)
		<-s.crawler.total
		s.land(outcome{fl: fl, err: failure(reasonBadAddress, "not an address")})
	}
}

// onRedirect is colly's redirect handler.
func (s *Session) onRedirect(req *http.Request, via []*http.Request) error {
	f := s.transport.fetchOf(req)
	if f == nil {
		return errRoundOver
	}
	return s.checkHops(f, req, via)
}

// mayHop keeps redirects within what the question allows: pages of a named
// site stay on it, except that its start page may say where the site lives now,
// and a page that is being read for another address is not fetched once more.
func (s *Session) mayHop(fl *flight) func(*fetch, hop) error {
	scope := s.question.Scope
	st, start := fl.c.site, fl.c.source == fromStart
	return func(_ *fetch, h hop) error {
		switch {
		case len(scope.Exclude) > 0 && withinDomain(h.to.Hostname(), scope.Exclude):
			return failure(agent.SkipOffSite, "it redirects to a domain that the question excludes")
		case st != nil && !start && !s.inSite(st, h.to):
			return failure(agent.SkipOffSite, "it redirects to another site")
		}
		if !fl.round.claim(fl, h.to) {
			return failure(agent.SkipDuplicate, "the same page as "+h.to.String())
		}
		return nil
	}
}

// claim takes the target of a redirect for the flight's candidate, as soon as
// it is known. It reports false where that page is being read or was read.
func (r *round) claim(fl *flight, to *url.URL) bool {
	a, err := parseAddress(to.String())
	if err != nil {
		return true // whoever dials it will say what is wrong
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.front.know(a, fl.c)
}

func (s *Session) inSite(st *site, u *url.URL) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return st.holds(u)
}

// onResponse is colly's callback for every end of a request. It runs in the
// request's goroutine, where a panic would end the process.
func (s *Session) onResponse(r *colly.Response, err error) {
	fl, ok := r.Ctx.GetAny(flightKey).(*flight)
	if !ok {
		return
	}
	out := outcome{fl: fl, url: r.Request.URL}
	defer func() {
		if v := recover(); v != nil {
			out.err = failure(agent.SkipPanic, "reading it failed inside")
			s.crawler.opts.Log.Error("a fetch gave up", "url", fl.c.addr.text, "panic", fmt.Sprint(v))
		}
		s.land(out)
	}()
	s.transport.forget(fl.id)
	<-s.crawler.total
	s.arrive(fl)
	switch {
	case err != nil:
		out.err = classify(fl.f.ctx, err)
	case r.StatusCode == http.StatusNotModified && fl.f.stale != nil:
		rec := fl.f.stale
		s.confirm(fl.f, rec)
		out.res, out.links, out.index, out.cached = rec.result(), rec.links(), rec.Index, true
	case r.StatusCode != http.StatusOK:
		out.err = statusFailure(r.StatusCode, fl.f.header, s.crawler.opts.Now())
	default:
		s.keepExchange(fl, r)
		s.extract(fl, &out)
		s.keep(fl, out)
	}
}

// arrive frees the place at the host as soon as the bytes are here, so that
// the next fetch does not wait for the extraction.
func (s *Session) arrive(fl *flight) {
	fl.free()
	s.post(func(*round) { fl.arrived = true })
}

// land hands a flight's outcome to the round.
func (s *Session) land(o outcome) {
	if o.cached && o.res.Page != nil {
		o.counts = countTerms(o.fl.index, o.res.Page)
	}
	o.fl.f.finish()
	o.fl.free()
	s.post(func(r *round) { r.landed(o) })
}

// extract turns a fetch's bytes into a page, its links and what it says of the
// question, on the bounded pool.
func (s *Session) extract(fl *flight, out *outcome) {
	kind := http.Header(fl.f.header).Get("Content-Type")
	in := extract.Input{URL: out.url.String(), ContentType: kind, Body: fl.f.body, Now: s.crawler.opts.Now()}
	p, err := s.crawler.parse(fl.round.parsers, in, fl.index, fl.round.hungry.Load())
	if err != nil {
		out.err = err
		return
	}
	out.res, out.links, out.index, out.counts = p.res, p.links, p.index, p.counts
	out.res.Page.Truncated = out.res.Page.Truncated || fl.f.truncated
}

// A parsed page is what the pool hands back.
type parsed struct {
	res    extract.Result
	links  []pageLink
	index  string
	counts []int
	err    *fetchError
}

// parse runs the extractor with a place in the pool and a deadline. An
// extractor that does not heed the deadline is left behind. hungry says that
// more is to be fetched: then a processor is left to those who start it.
func (c *Crawler) parse(ctx context.Context, in extract.Input, index map[string]int, hungry bool) (parsed, *fetchError) {
	free, f := c.parserFor(ctx, in, hungry)
	if f != nil {
		return parsed{}, f
	}
	ctx, cancel := context.WithTimeout(ctx, c.opts.Limits.Extract)
	done := make(chan parsed, 1)
	go func() {
		defer cancel()
		defer func() {
			if v := recover(); v != nil {
				c.opts.Log.Error("an extractor gave up", "url", in.URL, "panic", fmt.Sprint(v))
				done <- parsed{err: failure(agent.SkipPanic, "the parser gave up")}
			}
			free()
		}()
		done <- c.parseNow(ctx, in, index)
	}()
	select {
	case p := <-done:
		return p, p.err
	case <-ctx.Done():
		select {
		case p := <-done:
			return p, p.err
		default:
			return parsed{}, failure(agent.SkipTimeout, "reading it took too long")
		}
	}
}

// manyTags is the number of tags from which a page's tree takes much memory;
// such pages, and large bodies, are extracted one at a time.
const manyTags = 20000

// parserFor waits for a place in the pool.
func (c *Crawler) parserFor(ctx context.Context, in extract.Input, hungry bool) (free func(), _ *fetchError) {
	pdf := bytes.HasPrefix(in.Body, []byte("%PDF-"))
	heavy := !pdf && (len(in.Body) > largeBody || bytes.Count(in.Body, []byte("<")) > manyTags)
	var places []chan struct{}
	if heavy {
		places = append(places, c.shelter.heavy)
	}
	switch {
	case pdf: // its engine reads one at a time; other pages need not wait for it
		places = append(places, c.shelter.pdf)
	case hungry:
		places = append(places, c.spare, c.parsers)
	default:
		places = append(places, c.parsers)
	}
	for i, place := range places {
		select {
		case place <- struct{}{}:
		case <-ctx.Done():
			for _, held := range places[:i] {
				<-held
			}
			return nil, failure(agent.SkipCancelled, "there was no time left to read it")
		}
	}
	return func() {
		if heavy {
			sweep()
		}
		for _, place := range places {
			<-place
		}
	}, nil
}

func (c *Crawler) parseNow(ctx context.Context, in extract.Input, index map[string]int) parsed {
	res, err := c.opts.Extract(ctx, in)
	p := parsed{res: res, err: extractFailure(res, err)}
	if p.err != nil {
		return p
	}
	p.counts = countTerms(index, res.Page)
	if base, err := url.Parse(in.URL); err == nil && strings.Contains(res.Page.MIME, "html") && base.Scheme != "file" {
		p.links = scanLinks(in.Body, in.ContentType, base)
		p.index = findIndex(in.Body, base)
	}
	return p
}

// extractFailure types an extractor's error.
func extractFailure(res extract.Result, err error) *fetchError {
	var e *extract.Error
	switch {
	case errors.As(err, &e):
		return failure(e.Reason, e.Detail)
	case err != nil:
		return failure(agent.SkipBadFile, "it could not be read")
	case res.Page == nil:
		return failure(agent.SkipNoText, "it holds no text")
	}
	return nil
}

// pauseFor notes a host's complaint and reports whether the address can be
// tried again in this round.
func (r *round) pauseFor(c *candidate, f *fetchError) bool {
	if f.status == http.StatusTooManyRequests || f.status == http.StatusServiceUnavailable {
		d := r.crawler.hosts.pause(c.addr.origin, f.after)
		return d <= r.crawler.opts.Polite.MaxPause
	}
	r.crawler.hosts.delay(c.addr.origin, 200*time.Millisecond)
	return true
}
