package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// Bounds of sitemaps (sitemaps.org allows 50,000 addresses and 50 MB each).
const (
	maxSitemaps     = 10       // files of one site that are read
	maxSitemapBytes = 10 << 20 // of one file, decompressed
	maxSitemapURLs  = 20000    // of one site
	maxSitemapDepth = 3        // of index files
)

// A sitemap is what one sitemap file lists.
type sitemap struct {
	pages []string
	maps  []string // further sitemap files
}

// parseSitemap reads a sitemap, a sitemap index or a plain list of addresses,
// gzipped or not. Damaged files give what was read up to the damage.
func parseSitemap(body []byte) sitemap {
	body = gunzip(body)
	if t := bytes.TrimSpace(body); len(t) > 0 && t[0] != '<' && !bytes.HasPrefix(t, []byte("\xef\xbb\xbf<")) {
		return plainSitemap(t)
	}
	var (
		m   sitemap
		dec = xml.NewDecoder(bytes.NewReader(body))
		in  string // "url" or "sitemap"
	)
	dec.Strict, dec.CharsetReader = false, charset.NewReaderLabel
	for len(m.pages) < maxSitemapURLs {
		tok, err := dec.Token()
		if err != nil {
			break // the end, or damage: what came before counts
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch el.Name.Local {
		case "url", "sitemap":
			in = el.Name.Local
		case "loc":
			loc := text(dec)
			switch {
			case loc == "":
			case in == "sitemap":
				m.maps = append(m.maps, loc)
			default:
				m.pages = append(m.pages, loc)
			}
		}
	}
	return m
}

// text is the character data up to the next tag.
func text(dec *xml.Decoder) string {
	var b strings.Builder
	for b.Len() < maxAddress {
		tok, err := dec.Token()
		data, ok := tok.(xml.CharData)
		if err != nil || !ok {
			break
		}
		b.Write(data)
	}
	return strings.TrimSpace(b.String())
}

func plainSitemap(body []byte) sitemap {
	var m sitemap
	for line := range bytes.Lines(body) {
		s := strings.TrimSpace(string(line))
		if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") {
			m.pages = append(m.pages, s)
		}
		if len(m.pages) >= maxSitemapURLs {
			break
		}
	}
	return m
}

// gunzip unpacks a gzipped file up to the limit; others are returned as they are.
func gunzip(body []byte) []byte {
	if len(body) < 2 || body[0] != 0x1f || body[1] != 0x8b {
		return body
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(z, maxSitemapBytes))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && len(out) == 0 {
		return nil
	}
	return out
}

// mapSites reads the sitemaps of the named sites that live at the origin:
// those that robots.txt names, and the usual place.
func (r *round) mapSites(origin string, e *robotsEntry) {
	if e.refused != nil {
		return
	}
	for _, st := range r.sites {
		if originOf(st.start.url) != origin && !st.holdsOrigin(origin) || r.mapping[origin] {
			continue
		}
		r.mapping[origin] = true
		todo := sitemapsOf(st, origin, e)
		s, rules := r.Session, e.rules
		r.helpers++
		s.work.Go(func() {
			found := s.readSitemaps(s.ctx, todo, rules)
			s.post(func(r *round) {
				r.helpers--
				r.addMapped(st, found)
			})
		})
	}
}

// holdsOrigin reports whether the site lives, also, at the origin.
func (st *site) holdsOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && st.holds(u)
}

// sitemapsOf are the addresses at which a site's sitemaps may lie. A sitemap
// on another host would speak for a site that is not its own.
func sitemapsOf(st *site, origin string, e *robotsEntry) []string {
	var todo []string
	for _, raw := range e.sitemaps {
		if a, err := parseAddress(raw); err == nil && st.holds(a.url) {
			todo = append(todo, a.text)
		}
	}
	if len(todo) == 0 {
		todo = append(todo, origin+"/sitemap.xml")
		if st.prefix != "/" {
			todo = append(todo, origin+st.prefix+"sitemap.xml")
		}
	}
	return todo[:min(len(todo), maxSitemaps)]
}

// readSitemaps reads sitemap files and those that they name, within bounds.
func (s *Session) readSitemaps(ctx context.Context, todo []string, rules ruleset) []string {
	type item struct {
		url   string
		depth int
	}
	var (
		queue []item
		pages []string
		seen  = map[string]bool{}
	)
	for _, u := range todo {
		queue = append(queue, item{u, 1})
	}
	for files := 0; len(queue) > 0 && files < maxSitemaps && len(pages) < maxSitemapURLs && ctx.Err() == nil; {
		it := queue[0]
		queue = queue[1:]
		a, err := parseAddress(it.url)
		if err != nil || seen[a.key] || !rules.allows(a.url) {
			continue
		}
		seen[a.key] = true
		files++
		got, err := s.get(ctx, a.text, maxSitemapBytes)
		if err != nil || got.status != http.StatusOK {
			continue // a site need not have one
		}
		m := parseSitemap(got.body)
		pages = append(pages, m.pages[:min(len(m.pages), maxSitemapURLs-len(pages))]...)
		for _, next := range m.maps {
			n, err := parseAddress(next)
			if err == nil && it.depth < maxSitemapDepth && siteKey(n.url) == siteKey(a.url) {
				queue = append(queue, item{n.text, it.depth + 1})
			}
		}
	}
	return pages
}

// addMapped enters what a site's sitemaps list: its own addresses alone.
func (r *round) addMapped(st *site, found []string) {
	for _, raw := range found {
		a, err := parseAddress(raw)
		if err != nil || !st.holds(a.url) {
			continue
		}
		if malus, trap := form(a.url, ""); trap == "" {
			r.front.add(&candidate{addr: a, site: st, source: fromSitemap, depth: 1, malus: malus})
		}
	}
}

// readFeed reads a feed that a page of a named site announces.
func (r *round) readFeed(from *candidate, l agent.Link) {
	a, err := parseAddress(l.URL)
	if err != nil || from.site == nil || !from.site.holds(a.url) || from.site.feeds >= maxFeeds || r.mapping[a.key] {
		return
	}
	e := r.knownRobots(a.url)
	if e == nil || e.refused != nil || !e.rules.allows(a.url) {
		return
	}
	r.mapping[a.key] = true
	from.site.feeds++
	r.helpers++
	s := r.Session
	s.work.Go(func() {
		var entries []agent.Link
		if got, err := s.get(s.ctx, a.text, 2<<20); err == nil && got.status == http.StatusOK {
			in := extract.Input{URL: got.url.String(), ContentType: got.kind, Body: got.body, Now: s.crawler.opts.Now()}
			if p, f := s.crawler.parse(s.ctx, in, nil, false); f == nil {
				entries = p.res.Feed
			}
		}
		s.post(func(r *round) {
			r.helpers--
			for _, e := range entries {
				r.feedLink(from, e)
			}
		})
	})
}
