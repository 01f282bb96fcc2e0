package crawler

import (
	"strconv"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// Bounds of what is taken from one page.
const (
	hubLinks  = 40  // links of a page to which its relevance is handed on in full
	maxSaid   = 12  // texts, titles and lines of one link that are looked at
	shortLine = 160 // bytes of a line, such as a row of a list, that is about its link
	webDepth  = 2   // links from a search's hit are followed so deep
	maxTraps  = 50  // addresses told as traps when they are found
	maxFeeds  = 2   // feeds read of one site
)

// A linkMemo is what is known of a link as it was written: most links of a
// site stand on every page.
type linkMemo struct {
	c    *candidate      // nil: not to be followed
	page int             // the last page that it was counted on
	said map[string]bool // what was said about it, and was looked at
}

// harvest enters the links of a page, with what is said about them there.
func (r *round) harvest(o outcome, page *agent.Page) {
	if o.res.NoFollow || o.fl.c.file != "" {
		return
	}
	relevance := r.front.want.relevance(o.counts)
	links := o.links
	if links == nil {
		links = plainLinks(page.Links)
	}
	inText, around := handedOn(relevance, links)
	r.harvested++
	for _, l := range links {
		c, m := r.link(o.fl.c, l)
		if c == nil || c == o.fl.c {
			continue
		}
		inherit := inText
		if l.nav {
			inherit = around
		}
		if c.parent < inherit {
			c.parent = inherit
			r.front.fresh = false
		}
		r.hear(m, l)
	}
	for _, l := range o.res.Feed {
		if strings.Contains(page.MIME, "html") {
			r.readFeed(o.fl.c, l)
		} else {
			r.feedLink(o.fl.c, l)
		}
	}
}

// handedOn is what a page's relevance says of the pages that its text refers to,
// and of those that its navigation lists. A page that lists a hundred others
// says little about each.
func handedOn(relevance float64, links []pageLink) (inText, around float64) {
	text := 0
	for _, l := range links {
		if !l.nav {
			text++
		}
	}
	return relevance * min(1, hubLinks/float64(text+1)), relevance * min(1, hubLinks/float64(len(links)+1))
}

// plainLinks are the extractor's links, of documents other than HTML.
func plainLinks(ls []agent.Link) []pageLink {
	out := make([]pageLink, len(ls))
	for i, l := range ls {
		out[i] = pageLink{url: l.URL, text: l.Text}
	}
	return out
}

// link finds or makes the candidate of a link; nil where it is not followed.
func (r *round) link(from *candidate, l pageLink) (*candidate, *linkMemo) {
	m := r.memo[l.url]
	if m == nil {
		found := r.front.found
		m = &linkMemo{c: r.newLink(from, l), said: map[string]bool{}}
		m.said[l.text] = r.front.found > found // one that a sitemap named before has not heard it
		if len(r.memo) < 4*r.crawler.opts.Limits.Frontier {
			r.memo[l.url] = m
		}
	}
	if m.c == nil {
		return nil, nil
	}
	if m.page != r.harvested {
		m.page = r.harvested
		m.c.pages++
		if !l.nav {
			m.c.inText++
		}
		m.c.depth = min(m.c.depth, from.depth+1)
	}
	return m.c, m
}

// hear takes in what a page says about a link: its text, its title, its line.
func (r *round) hear(m *linkMemo, l pageLink) {
	c := m.c
	if c.taken || len(m.said) > maxSaid {
		return
	}
	for _, text := range []string{l.text, l.title} {
		if text != "" && !m.said[text] {
			m.said[text] = true
			r.front.merge(c, &candidate{addr: c.addr, title: text, source: fromLink, depth: c.depth, site: c.site})
		}
	}
	if l.around == "" || m.said[l.around] {
		return
	}
	m.said[l.around] = true
	strength := inContext
	if len(l.around) <= shortLine {
		strength = inLine
	}
	known := len(c.matches)
	c.matches, _ = r.front.want.find(c.matches, l.around, strength)
	r.front.want.count(c.matches, known)
	r.front.fresh = false
}

// newLink judges an address that was not seen before.
func (r *round) newLink(from *candidate, l pageLink) *candidate {
	a, err := parseAddress(l.url)
	if err != nil {
		return nil
	}
	if old := r.front.byKey[a.key]; old != nil {
		return old
	}
	st := r.siteOf(a.url)
	if !r.within(from, st, a) {
		return nil
	}
	malus, trap := form(a.url, l.text)
	if trap != "" {
		if trap != "not a page" && r.trapped < maxTraps {
			r.trapped++
			r.skip(a.text, failure(agent.SkipTrap, trap), false)
		}
		return nil
	}
	return r.front.add(&candidate{addr: a, site: st, source: fromLink, title: l.text, depth: from.depth + 1, malus: malus})
}

// within reports whether a link may be followed: on a named site, or, where
// the web may be read, from a hit and not far from it.
func (r *round) within(from *candidate, st *site, a address) bool {
	switch {
	case r.depth != 0 && from.depth >= r.depth:
		return false
	case st != nil:
		return true
	case from.site != nil || !r.followAll:
		return false
	case from.depth >= webDepth, r.excluded(a.url):
		return false
	}
	in := r.question.Scope.Include
	return len(in) == 0 || withinDomain(a.url.Hostname(), in)
}

// feedLink enters an entry of a feed or sitemap.
func (r *round) feedLink(from *candidate, l agent.Link) {
	a, err := parseAddress(l.URL)
	if err != nil {
		return
	}
	st := r.siteOf(a.url)
	if !r.within(from, st, a) {
		return
	}
	malus, trap := form(a.url, l.Text)
	if trap == "" {
		r.front.add(&candidate{addr: a, site: st, source: fromFeed, title: clip(l.Text), depth: from.depth + 1, malus: malus})
	}
}

// clip bounds an anchor text.
func clip(s string) string { return strings.TrimSpace(cut(s, 300)) }

// rune36 writes a number in base 36.
func rune36(n uint64) string { return strconv.FormatUint(n, 36) }
