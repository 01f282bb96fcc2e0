package crawler

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
)

// Bounds of what is taken from one page.
const (
	hubLinks     = 40  // links of a page to which its relevance is handed on in full
	maxTexts     = 6   // anchor texts of one link that are looked at
	maxContexts  = 3   // surroundings of a link that are looked at
	contextBytes = 140 // before and after the link
	shortLine    = 160 // bytes of a line, such as a row of a list, that is about its link
	webDepth     = 2   // links from a search's hit are followed so deep
	maxTraps     = 50  // addresses told as traps when they are found
	maxFeeds     = 2   // feeds read of one site
)

// A linkMemo is what is known of a link as it was written: most links of a
// site stand on every page.
type linkMemo struct {
	c     *candidate // nil: not to be followed
	page  int        // the last page that it was counted on
	texts []string   // that it was written with
}

// harvest enters the links of a page, with what their surroundings say.
func (r *round) harvest(o outcome, page *agent.Page) {
	if o.res.NoFollow || o.fl.c.file != "" {
		return
	}
	relevance := r.front.want.relevance(o.counts)
	// A page that lists a hundred others says little about each.
	inherit := relevance * min(1, hubLinks/float64(len(page.Links)+1))
	r.harvested++
	t := linkText{text: page.Text}
	for _, l := range page.Links {
		c := r.link(o.fl.c, l)
		if c == nil || c == o.fl.c {
			continue
		}
		if c.parent < inherit {
			c.parent = inherit
			r.front.fresh = false
		}
		if c.taken || c.pages > 4 && c.inText == 0 {
			continue
		}
		if around, in := t.around(l.Text); in {
			c.inText++
			r.context(c, around, relevance)
		}
	}
	for _, l := range o.res.Feed {
		if strings.Contains(page.MIME, "html") {
			r.readFeed(o.fl.c, l)
		} else {
			r.feedLink(o.fl.c, l)
		}
	}
}

// link finds or makes the candidate of a link; nil where it is not followed.
func (r *round) link(from *candidate, l agent.Link) *candidate {
	m := r.memo[l.URL]
	if m == nil {
		m = &linkMemo{c: r.newLink(from, l), texts: []string{l.Text}}
		if len(r.memo) < 4*r.crawler.opts.Limits.Frontier {
			r.memo[l.URL] = m
		}
	}
	if m.c == nil {
		return nil
	}
	if m.page != r.harvested {
		m.page = r.harvested
		m.c.pages++
	}
	if !m.c.taken && len(m.texts) < maxTexts && !slices.Contains(m.texts, l.Text) {
		m.texts = append(m.texts, l.Text)
		r.front.merge(m.c, &candidate{addr: m.c.addr, title: clip(l.Text), source: fromLink, depth: from.depth + 1, site: m.c.site})
	}
	return m.c
}

// newLink judges an address that was not seen before.
func (r *round) newLink(from *candidate, l agent.Link) *candidate {
	a, err := parseAddress(l.URL)
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
	malus, trap := form(a.url, l.Text)
	if trap != "" {
		if trap != "not a page" && r.trapped < maxTraps {
			r.trapped++
			r.skip(a.text, failure(agent.SkipTrap, trap), false)
		}
		return nil
	}
	return r.front.add(&candidate{addr: a, site: st, source: fromLink, title: clip(l.Text), depth: from.depth + 1, malus: malus})
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

// context looks at the words around a link.
func (r *round) context(c *candidate, around string, relevance float64) {
	if c.contexts >= maxContexts || relevance == 0 {
		return
	}
	c.contexts++
	known := len(c.matches)
	strength := inContext
	if len(around) <= shortLine {
		strength = inLine
	}
	c.matches, _ = r.front.want.find(c.matches, around, strength)
	r.front.want.count(c.matches, known)
	r.front.fresh = false
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

// A linkText finds links in a page's text. Links come in the order of the
// document, so the search goes on from the last one that was found.
type linkText struct {
	text string
	at   int
}

// around returns the words around the link's text; false where the link does
// not stand in the text proper: then it is navigation.
func (t *linkText) around(anchor string) (string, bool) {
	if anchor == "" || len(anchor) > 200 {
		return "", false
	}
	reach := len(t.text)
	if len(anchor) < 4 { // a short word stands everywhere; only the next one can be meant
		reach = min(reach, t.at+2000)
	}
	i := strings.Index(t.text[t.at:reach], anchor)
	if i < 0 {
		return "", false
	}
	start := t.at + i
	t.at = start + len(anchor)
	from, to := max(0, start-contextBytes), min(len(t.text), t.at+contextBytes)
	for from > 0 && !utf8.RuneStart(t.text[from]) {
		from--
	}
	for to < len(t.text) && !utf8.RuneStart(t.text[to]) {
		to++
	}
	// The line that holds the link: a paragraph, list item or table row.
	if nl := strings.LastIndexByte(t.text[from:start], '\n'); nl >= 0 {
		from += nl + 1
	}
	if nl := strings.IndexByte(t.text[t.at:to], '\n'); nl >= 0 {
		to = t.at + nl
	}
	return t.text[from:to], true
}

// clip bounds an anchor text.
func clip(s string) string { return strings.TrimSpace(cut(s, 300)) }

// rune36 writes a number in base 36.
func rune36(n uint64) string { return strconv.FormatUint(n, 36) }
