package extract

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// largeHTML is the size from which a page is not looked at unit by unit, but
// read by its tags alone, in one pass over its tokens.
const largeHTML = 3 << 20

// readHTML reads an HTML page. It is parsed once; metadata is read first, then
// what is not seen is removed, then the main text is chosen and written.
func (j *job) readHTML(ctx context.Context) error {
	src := decode(j.in)
	if len(src) > MaxHTML {
		src, j.page.Truncated = src[:MaxHTML], true
	}
	src, cost := boundTags(src)
	if len(src) >= largeHTML || cost > maxTags {
		j.readDeep(src)
		return nil
	}
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil { // more than 512 open elements
		j.readDeep(src)
		return nil
	}
	if ctx.Err() != nil {
		return &Error{agent.SkipCancelled, "stopped while it was read"}
	}
	m := readMeta(doc)
	if b, err := j.base.Parse(m.base); err == nil && m.base != "" {
		j.base = b
	}
	j.page.Hidden = unveil(doc)
	p := cut(doc)
	drop := map[*html.Node]bool(nil)
	if len(p.units) > 0 {
		v := view(p, m, j.base)
		v.judge()
		drop = v.chosen()
		first(&m.published, v.bylineDay(j.in.Now))
		first(&m.modified, v.updatedDay(j.in.Now))
		first(&m.author, v.byline())
	}
	j.page.Text = render([]*html.Node{doc}, func(n *html.Node) bool { return drop[n] })
	j.links(doc, drop)
	j.apply(m)
	return nil
}

// apply writes what the page says of itself into the result.
func (j *job) apply(m meta) {
	p := j.page
	p.Title = bestTitle(m, j.base.Hostname())
	if m.site != "" {
		p.Site = m.site
	}
	p.Author = cleanAuthor(m.author)
	p.Language = language(p.Text, m.lang)
	p.Published, p.Modified = j.believed(isoDay(m.published)), j.believed(isoDay(m.modified))
	if p.Published == "" {
		p.Published = j.believed(urlDay(j.base.Path))
	}
	j.res.NoIndex, j.res.NoFollow = m.noIndex, m.noFollow
	j.res.Canonical = j.absolute(strings.TrimPrefix(m.canonical, "og:"))
	j.res.Refresh = j.absolute(m.refresh)
	for _, f := range m.feeds {
		if u := j.absolute(f.URL); u != "" {
			j.res.Feed = append(j.res.Feed, agent.Link{URL: u, Text: f.Text})
		}
	}
}

// language is the text's by its script; among Latin ones the page's word counts.
func language(text, stated string) string {
	found := lang.Detect(text[:min(len(text), 16<<10)])
	stated, _, _ = strings.Cut(strings.ToLower(stated), "-")
	stated, _, _ = strings.Cut(stated, "_")
	if now, ok := renamed[stated]; ok {
		stated = now
	}
	switch {
	case found == "en" && stated == "zh" && hasHan(text), found == "en" && stated == "ja" && hasHan(text): // code among it
		return stated
	case found == "en" && stated != "en" && english(text):
	case found == "" || found == "en" && len(stated) == 2 && !nonLatin[stated]:
		return stated
	case found == "ru" && (stated == "uk" || stated == "bg" || stated == "sr" || stated == "be"), found == "ar" && (stated == "fa" || stated == "ur"):
		return stated
	}
	return found
}

// english reports whether so many words of text are English function words
// that no other language is meant, whatever the page states.
func english(text string) bool {
	words, hits := 0, 0
	for w := range strings.FieldsSeq(text[:cutAt(text, 4<<10)]) {
		words++
		switch strings.ToLower(w) {
		case "the", "of", "and", "to", "is", "that", "with", "was", "for", "are":
			hits++
		}
	}
	return words >= 40 && hits*100 >= words*12
}

// renamed are the codes that ISO 639 once gave to languages.
var renamed = map[string]string{"in": "id", "iw": "he", "ji": "yi"}

var nonLatin = map[string]bool{"zh": true, "ja": true, "ko": true, "ru": true, "uk": true, "bg": true, "ar": true, "fa": true, "he": true, "el": true, "hi": true, "th": true}

// absolute resolves a reference against the page's base; "" where it is not
// an http, https or file address.
func (j *job) absolute(ref string) string {
	u, err := j.resolve(ref)
	if err != nil {
		return ""
	}
	return u.String()
}

var errNoAddress = errors.New("not an address of the web")

func (j *job) resolve(ref string) (*url.URL, error) {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return nil, errNoAddress
	}
	ref = strings.Map(func(r rune) rune { // as browsers do
		if r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, ref)
	u, err := j.base.Parse(ref)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "file" || u.Scheme != "file" && u.Host == "" || u.User != nil {
		return nil, errNoAddress
	}
	return u, nil
}

// links lists where the page leads: first what its main text refers to, then
// the rest, each in document order, each address once.
func (j *job) links(doc *html.Node, drop map[*html.Node]bool) {
	var main, other []agent.Link
	seen := map[string]int{}
	known := map[string]bool{} // references as written, with a text
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.DataAtom != atom.A && n.DataAtom != atom.Area && n.DataAtom != atom.Iframe && n.DataAtom != atom.Frame {
			continue
		}
		ref := attr(n, "href")
		if n.DataAtom == atom.Iframe || n.DataAtom == atom.Frame {
			ref = attr(n, "src")
		}
		if known[ref] {
			continue
		}
		u, err := j.resolve(ref)
		if err != nil || strings.HasPrefix(ref, "#") || hasWord(strings.ToLower(attr(n, "rel")), "nofollow") && j.res.NoFollow {
			continue
		}
		u.Fragment, u.RawFragment = "", ""
		l := agent.Link{URL: u.String(), Text: linkText(n)}
		known[ref] = l.Text != ""
		if at, ok := seen[l.URL]; ok {
			if at >= 0 && at < len(main) && main[at].Text == "" {
				main[at].Text = l.Text
			}
			continue
		}
		if dropped := leftOut(n, drop); dropped {
			seen[l.URL] = -1
			other = append(other, l)
		} else {
			seen[l.URL] = len(main)
			main = append(main, l)
		}
		if len(main)+len(other) >= MaxLinks {
			break
		}
	}
	j.page.Links = append(main, other...)
}

// linkText is what a link says: its text, else its title or the alternative
// text of its image. It is never evidence.
func linkText(n *html.Node) string {
	if s := inline(n, nil); s != "" {
		return s[:cutAt(s, 300)]
	}
	if s := attr(n, "title"); s != "" {
		return oneLine(s)
	}
	for d := range n.Descendants() {
		if d.DataAtom == atom.Img {
			return oneLine(attr(d, "alt"))
		}
	}
	return ""
}

// cutAt is the largest index of s up to limit at which no character is cut.
func cutAt(s string, limit int) int {
	if len(s) <= limit {
		return len(s)
	}
	for limit > 0 && s[limit]&0xC0 == 0x80 {
		limit--
	}
	return limit
}

func leftOut(n *html.Node, drop map[*html.Node]bool) bool {
	for ; n != nil; n = n.Parent {
		if drop[n] {
			return true
		}
	}
	return false
}
