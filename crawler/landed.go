package crawler

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/crawler/extract"
)

// landed deals with a flight's end: in the round that started it, or, where
// that has ended meanwhile, not at all.
func (r *round) landed(o outcome) {
	if o.fl.round != r {
		return
	}
	delete(r.flights, o.fl)
	c := o.fl.c
	if o.fl.f.sent.Load() > 0 || o.cached || c.file != "" {
		c.attempted = true
	}
	r.health(o)
	if o.err != nil {
		r.fail(o)
		return
	}
	if r.follow(o) {
		return
	}
	page, f := r.accept(o)
	if f != nil {
		r.end(c, f)
		return
	}
	r.front.learned(c, o.counts)
	r.harvest(o, page)
	r.readIndex(o)
	r.archive(page)
	r.emit(agent.Paged{State: agent.PageRead, URL: page.URL, Title: page.Title, Snapshot: page.Snapshot,
		Attempted: true, Cached: o.cached, Found: r.front.found, Page: page})
}

// health keeps account of hosts that do not answer at all.
func (r *round) health(o outcome) {
	origin := o.fl.c.addr.origin
	switch {
	case o.fl.c.file != "":
	case o.err == nil || o.err.status > 0:
		r.failed[origin] = 0
		if o.err == nil {
			r.crawler.hosts.served(origin)
		}
	case o.err.reason == agent.SkipNetwork, o.err.reason == agent.SkipTimeout, o.err.reason == agent.SkipTLS:
		r.failed[origin]++
	}
}

// fail tries again where that is worth it, else tells why the page was skipped.
func (r *round) fail(o outcome) {
	c := o.fl.c
	if o.err.again && c.tried < 2 && r.pauseFor(c, o.err) {
		r.front.back(c)
		r.owed[c] = true
		return
	}
	r.end(c, o.err)
}

// end tells that a candidate was not read. Where no request was sent, its
// place in the budget is free again.
func (r *round) end(c *candidate, f *fetchError) {
	if !c.attempted {
		r.attempted--
		if c.site == nil && c.file == "" {
			r.perHost[siteKey(c.addr.url)]--
		}
	}
	r.skip(c.addr.text, f, c.attempted)
}

// follow goes on where a page only refers to another by meta refresh, within
// the same attempt, as for a redirect.
func (r *round) follow(o outcome) bool {
	res, fl := o.res, o.fl
	if res.Refresh == "" || len(res.Page.Text) > 600 && !res.NoIndex || fl.hops >= r.crawler.opts.Limits.Redirects {
		return false
	}
	to, err := parseAddress(res.Refresh)
	if err != nil || to.key == keyOf(o.url) {
		return false
	}
	old := r.front.byKey[to.key]
	switch {
	case r.excluded(to.url), fl.c.site != nil && !fl.c.site.holds(to.url):
		r.end(fl.c, failure(agent.SkipOffSite, "it refers to another site"))
		return true
	case old != nil && old != fl.c && old.taken:
		r.end(fl.c, failure(agent.SkipDuplicate, "it refers to "+to.text))
		return true
	}
	r.front.know(to, fl.c)
	next := &flight{round: r, c: fl.c, asked: to.url, hops: fl.hops + 1, index: fl.index, free: func() {}}
	next.f = r.newFetch(r.ctx)
	r.flights[next] = true
	r.work.Go(func() { r.launch(next) })
	return true
}

// accept settles which page this is, and refuses what was read already or
// says nothing.
func (r *round) accept(o outcome) (*agent.Page, *fetchError) {
	c, page := o.fl.c, o.res.Page
	r.name(o)
	if c.file == "" {
		final, err := parseAddress(page.URL)
		if err == nil && !r.front.know(final, c) {
			return nil, failure(agent.SkipDuplicate, "the same page as "+final.text)
		}
		if f := r.missing(o); f != nil {
			return nil, f
		}
	}
	if strings.TrimSpace(page.Text) == "" {
		r.harvest(o, page) // a feed or a frame may still lead on
		return nil, failure(agent.SkipNoText, "it holds no text")
	}
	if first := r.texts[page.Snapshot]; first != "" {
		if c.file == "" {
			r.traps.read(o.url, page.Text)
		}
		return nil, failure(agent.SkipDuplicate, "the same text as "+first)
	}
	r.texts[page.Snapshot] = page.URL
	if c.file == "" {
		r.traps.read(o.url, page.Text)
	}
	return page, nil
}

// name sets the page's address, site, language and time.
func (r *round) name(o outcome) {
	c, page := o.fl.c, o.res.Page
	if c.file != "" {
		page.URL, page.Site = c.addr.text, path.Base(c.addr.text)
	} else {
		page.URL = o.url.String()
		if u := r.canonical(o); u != "" {
			page.URL = u
		}
		if page.Site == "" {
			page.Site = strings.TrimPrefix(o.url.Hostname(), "www.")
		}
		if c.source == fromStart && c.site != nil {
			r.move(c.site, o.url)
		}
	}
	if page.URL != c.addr.text {
		page.Asked = c.addr.text
	}
	if page.Title == "" {
		page.Title = c.title
	}
	if page.Language == "" {
		page.Language = lang.Detect(page.Text)
	}
	if page.Fetched.IsZero() {
		page.Fetched = r.crawler.opts.Now()
	}
	if page.Snapshot == "" {
		page.Snapshot = agent.SnapshotID(page.Text)
	}
}

// canonical is the address that the page names as its own, where that can be
// believed: on the same site, and not the front page for everything.
func (r *round) canonical(o outcome) string {
	if o.res.Canonical == "" {
		return ""
	}
	a, err := parseAddress(o.res.Canonical)
	if err != nil || siteKey(a.url) != siteKey(o.url) || len(a.url.Path) <= 1 && len(o.url.Path) > 1 {
		return ""
	}
	if a.url.Scheme == "http" && o.url.Scheme == "https" {
		return ""
	}
	return a.text
}

// move lets a site go on where its start page was redirected to.
func (r *round) move(st *site, to *url.URL) {
	if st.holds(to) {
		return
	}
	st.keys[siteKey(to)] = true
	if a, err := parseAddress(to.String()); err == nil {
		moved := newSite(a)
		st.prefix = moved.prefix
		r.askRobots(to) // its sitemaps are of use
	}
}

// A probe is what a host answers to an address that cannot exist.
type probe struct {
	print  uint64
	equals bool // it answers 200 with a text
}

// missing recognises an error page that came with status 200.
func (r *round) missing(o outcome) *fetchError {
	page := o.res.Page
	if p := r.probes[originOf(o.url)]; p != nil && p.equals && p.print == fingerprint(page.Text) {
		return failure(agent.SkipSoft404, "the site answers so to every address")
	}
	if !looksMissing(page.Title, page.Text) || o.fl.c.source == fromStart {
		return nil
	}
	r.probe(o.url)
	return failure(agent.SkipSoft404, "the page says that it is not there")
}

// probe asks a host once for an address that cannot exist, to know what its
// error page looks like.
func (r *round) probe(u *url.URL) {
	origin := originOf(u)
	if r.probes[origin] != nil {
		return
	}
	r.probes[origin] = &probe{}
	s := r.Session
	address := origin + "/sonde-" + strings.ToLower(rune36(fingerprint(origin)))
	s.work.Go(func() {
		got, err := s.get(s.ctx, address, 1<<20)
		if err != nil || got.status != http.StatusOK {
			return
		}
		in := extract.Input{URL: address, ContentType: got.kind, Body: got.body, Now: s.crawler.opts.Now()}
		if p, f := s.crawler.parse(s.ctx, in, nil, false); f == nil {
			s.post(func(r *round) { r.probes[origin] = &probe{print: fingerprint(p.res.Page.Text), equals: true} })
		}
	})
}
