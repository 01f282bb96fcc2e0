package crawler

import (
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
	r.work.Go(func() { r.launch(fl) })
}

// launch fetches a flight's address: from the cache where that is fresh, else
// through colly. It runs outside the lock.
func (s *Session) launch(fl *flight) {
	ctx, stop := context.WithTimeoutCause(fl.round.ctx, s.crawler.opts.Limits.Total, errTotal)
	fl.f.bind(ctx, stop)
	fl.f.hop = s.mayHop(fl)
	rec := s.cached(ctx, fl.asked.String())
	if rec != nil && rec.fresh(s.crawler.opts.Now()) {
		s.land(outcome{fl: fl, res: rec.result(), links: rec.links(), url: rec.url(fl.asked), cached: true})
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
// site stay on it, except that its start page may say where the site lives now.
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
		return nil
	}
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
		out.res, out.links, out.cached = rec.result(), rec.links(), true
	case r.StatusCode != http.StatusOK:
		out.err = statusFailure(r.StatusCode, fl.f.header, s.crawler.opts.Now())
	default:
		s.keepExchange(fl, r)
		body := fl.f.body
		out.res, out.err = s.extract(fl, r.Request.URL)
		if out.err == nil && strings.Contains(out.res.Page.MIME, "html") {
			out.links = scanLinks(body, http.Header(fl.f.header).Get("Content-Type"), r.Request.URL)
		}
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
	if o.err == nil && o.res.Page != nil {
		o.counts = countTerms(o.fl.index, o.res.Page)
	}
	o.fl.f.finish()
	o.fl.free()
	s.post(func(r *round) { r.landed(o) })
}

// extract turns bytes into a page on the bounded pool, within the limit of time.
func (s *Session) extract(fl *flight, u *url.URL) (extract.Result, *fetchError) {
	c := s.crawler
	kind := http.Header(fl.f.header).Get("Content-Type")
	in := extract.Input{URL: u.String(), ContentType: kind, Body: fl.f.body, Now: c.opts.Now()}
	res, err := c.parse(fl.round.parsers, in)
	if err != nil {
		return res, err
	}
	res.Page.Truncated = res.Page.Truncated || fl.f.truncated
	return res, nil
}

// parse runs the extractor with a place in the pool and a deadline. An
// extractor that does not heed the deadline is left behind.
func (c *Crawler) parse(ctx context.Context, in extract.Input) (extract.Result, *fetchError) {
	select {
	case c.parsers <- struct{}{}:
	case <-ctx.Done():
		return extract.Result{}, failure(agent.SkipCancelled, "there was no time left to read it")
	}
	ctx, cancel := context.WithTimeout(ctx, c.opts.Limits.Extract)
	type reply struct {
		res extract.Result
		err *fetchError
	}
	done := make(chan reply, 1)
	go func() {
		defer cancel()
		defer func() {
			if v := recover(); v != nil {
				c.opts.Log.Error("an extractor gave up", "url", in.URL, "panic", fmt.Sprint(v))
				done <- reply{err: failure(agent.SkipPanic, "the parser gave up")}
			}
			<-c.parsers
		}()
		res, err := c.opts.Extract(ctx, in)
		done <- reply{res, extractFailure(res, err)}
	}()
	select {
	case r := <-done:
		return r.res, r.err
	case <-ctx.Done():
		select {
		case r := <-done:
			return r.res, r.err
		default:
			return extract.Result{}, failure(agent.SkipTimeout, "reading it took too long")
		}
	}
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
