package crawler

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Sites of documentation ship an index for their own search box: a file that
// says in which pages a word stands. It names pages that no link names. It is
// read for choosing alone, and never cited.

const (
	siteSearch     = "site search" // as the provider of what an index names
	maxSiteIndexes = 2             // read of one site
	mkdocsIndex    = "search/search_index.json"
	indexLead      = 2 * time.Second // so long, half of a round's pages are kept for what an index names
)

// A siteIndex is the search index of a site that the question names.
type siteIndex struct {
	site    *site
	base    *url.URL // what its addresses are relative to
	ending  string   // of Sphinx's documents
	entries []entry
}

// A sign tells which tool made a page, and so where its site's search index is.
type sign struct {
	mark string         // what all pages of the tool hold
	near string         // what stands at the way to the root
	root *regexp.Regexp // finds that way there
	file string         // seen from the root
}

var signs = []sign{
	{"mkdocs-", `"base":`, regexp.MustCompile(`"base":\s*"([^"]*)"`), mkdocsIndex},
	{"MkDocs", `base_url`, regexp.MustCompile(`base_url\s*=\s*["']([^"']*)["']`), mkdocsIndex},
	{"search/main.js", `base_url`, regexp.MustCompile(`base_url\s*=\s*["']([^"']*)["']`), mkdocsIndex},
	{"_static/", "_static/doctools.js", regexp.MustCompile(`src=["']?([^"'\s<>]*)_static/doctools\.js`), "searchindex.js"},
	{"_static/", "_static/documentation_options.js", regexp.MustCompile(`src=["']?([^"'\s<>]*)_static/doc`), "searchindex.js"},
	{"gitbook", "gitbook/gitbook.js", regexp.MustCompile(`src=["']?([^"'\s<>]*)gitbook/gitbook\.js`), "search_index.json"},
	{"mdBook", "path_to_root", regexp.MustCompile(`path_to_root\s*=\s*"([^"]*)"`), "searchindex.js"},
	{"Docusaurus", "assets/css/styles.", regexp.MustCompile(`href=["']?([^"'\s<>]*)assets/css/styles\.`), "search-index.json"},
}

// namedIndex matches the address of a search index that a page names itself.
var namedIndex = regexp.MustCompile(`["'=]([^"'\s<>=]*(?:search[_-]?(?:index|data)[\w.-]*\.json|searchindex[\w.-]*\.js))["'\s>?]`)

// signWindow is how far around a sign it is looked at.
const signWindow = 200

// findIndex is the address of the search index that a page's site has; "" where
// the page does not tell.
func findIndex(body []byte, base *url.URL) string {
	body = body[:min(len(body), maxScan)]
	for _, name := range []string{"searchindex", "search_index", "search-index", "search-data", "search_data"} {
		if m := findAt(body, name, namedIndex); m != nil {
			return resolve(base, string(m))
		}
	}
	for _, s := range signs {
		if !bytes.Contains(body, []byte(s.mark)) {
			continue
		}
		if m := findAt(body, s.near, s.root); m != nil {
			root := string(m)
			if root != "" && !strings.HasSuffix(root, "/") {
				root += "/"
			}
			return resolve(base, root+s.file)
		}
	}
	return ""
}

// findAt is the expression's first group next to a word of the page, nil where
// there is none. The word is looked for first: expressions are slow.
func findAt(body []byte, word string, what *regexp.Regexp) []byte {
	for range 20 {
		i := bytes.Index(body, []byte(word))
		if i < 0 {
			return nil
		}
		if m := what.FindSubmatch(body[max(0, i-signWindow):min(len(body), i+signWindow)]); m != nil {
			return m[1]
		}
		body = body[i+len(word):]
	}
	return nil
}

func resolve(base *url.URL, ref string) string {
	u, err := base.Parse(ref)
	if err != nil {
		return ""
	}
	return u.String()
}

// readIndex reads the search index that a page of a named site tells of, once.
func (r *round) readIndex(o outcome) {
	from := o.fl.c
	a, err := parseAddress(o.index)
	if err != nil || r.question.Text == "" || from.site == nil || !from.site.holds(a.url) || from.site.indexes >= maxSiteIndexes || r.mapping[a.key] {
		return
	}
	e := r.knownRobots(a.url)
	if e == nil || e.refused != nil {
		return
	}
	r.mapping[a.key] = true
	if !e.rules.allows(a.url) {
		r.skip(a.text, failure(agent.SkipRobots, "robots.txt does not allow it"), false)
		return
	}
	from.site.indexes++
	x := &siteIndex{site: from.site, base: a.url, ending: ending(a.url, o.links)}
	r.consult(x, a.text)
}

// ending is how a Sphinx site's addresses end, as its links show.
func ending(index *url.URL, links []pageLink) string {
	root := resolve(index, ".")
	for _, l := range links {
		if strings.HasPrefix(l.url, root) && strings.HasSuffix(l.url, ".html") {
			return ".html"
		}
	}
	return "/"
}

// consult asks an index for the pages that speak of the interest. One that was
// not read yet is fetched from the address.
func (r *round) consult(x *siteIndex, address string) {
	if r.consulting == 0 {
		r.consulted = r.crawler.opts.Now()
	}
	r.consulting++
	r.helpers++
	s, index, weight, query := r.Session, r.front.want.index, r.front.want.weight, r.question.Text
	if len(r.plan.Searches) > 0 {
		query = r.plan.Searches[0].Query
	}
	s.work.Go(func() {
		begun := time.Now()
		f := s.loadIndex(x, address)
		var pages []*tally
		if f == nil {
			pages = rankEntries(x.entries, index, weight)
		}
		s.post(func(r *round) {
			r.helpers--
			r.consulting--
			switch {
			case f == nil:
				r.emit(agent.Searched{Provider: siteSearch, Query: query, Hits: r.addNamed(x, pages), Seconds: time.Since(begun).Seconds()})
			case f != errNoIndex:
				r.skip(address, f, false)
			}
		})
	})
}

// consultAgain asks the indexes that were read, after the interest grew.
func (r *round) consultAgain() {
	for _, x := range r.indexes {
		r.consult(x, "")
	}
}

// errNoIndex says that a site has no search index where its kind has one: it
// need not.
var errNoIndex = failure(agent.SkipHTTPStatus, "the site has no search index")

// loadIndex fetches and reads an index; one that was read is left as it is.
func (s *Session) loadIndex(x *siteIndex, address string) (f *fetchError) {
	if x.entries != nil {
		return nil
	}
	defer func() {
		if v := recover(); v != nil {
			s.crawler.opts.Log.Error("a search index could not be read", "url", address, "panic", fmt.Sprint(v))
			f = failure(agent.SkipPanic, "reading it failed inside")
		}
	}()
	got, err := s.get(s.ctx, address, maxIndexBytes)
	switch {
	case err != nil:
		return classify(s.ctx, err)
	case got.status == http.StatusNotFound, got.status == http.StatusGone, bytes.HasPrefix(bytes.TrimSpace(got.body), []byte("<")):
		return errNoIndex
	case got.status != http.StatusOK:
		return statusFailure(got.status, nil, s.crawler.opts.Now())
	case !s.inSite(x.site, got.url):
		return failure(agent.SkipOffSite, "it redirects to another site")
	case len(got.body) >= maxIndexBytes:
		return errTooLarge
	}
	select {
	case s.crawler.shelter.heavy <- struct{}{}:
		defer func() { <-s.crawler.shelter.heavy }()
	case <-s.ctx.Done():
		return classify(s.ctx, s.ctx.Err())
	}
	entries, err := parseIndex(got.body)
	if err != nil || len(entries) == 0 {
		return failure(agent.SkipBadFile, "it is no search index that can be read")
	}
	x.base, x.entries = got.url, entries
	if strings.HasSuffix(got.url.Path, "/"+mkdocsIndex) {
		x.base = got.url.ResolveReference(&url.URL{Path: "../"}) // MkDocs counts from the site's root
	}
	return nil
}

// addNamed enters the pages that an index names: its site's own alone. The first
// counts 1, like the first of a search.
func (r *round) addNamed(x *siteIndex, pages []*tally) []agent.Hit {
	if !slices.Contains(r.indexes, x) {
		r.indexes = append(r.indexes, x)
	}
	hits := []agent.Hit{}
	for i, t := range pages {
		a, err := parseAddress(resolve(x.base, x.ref(t.first)))
		if err != nil || !x.site.holds(a.url) || r.excluded(a.url) {
			continue
		}
		title := clip(t.first.title)
		malus, trap := form(a.url, title)
		if trap != "" {
			continue
		}
		snippet := cut(strings.TrimSpace(t.best.title+"\n"+t.best.text), 300)
		rank := 0.5*t.score/pages[0].score + 0.5*float64(len(pages)-i)/float64(len(pages))
		r.front.add(&candidate{addr: a, site: x.site, source: fromIndex, title: title, snippet: snippet, depth: 1, malus: malus, rank: rank})
		hits = append(hits, agent.Hit{URL: a.text, Title: title, Snippet: snippet, Score: t.score})
	}
	return hits
}

// ref is where an entry's page is, seen from the index.
func (x *siteIndex) ref(e entry) string {
	ref := e.page()
	switch {
	case !e.name:
		return ref
	case x.ending != "/":
		return ref + x.ending
	case ref == "index":
		return "./"
	}
	return strings.TrimSuffix(ref, "/index") + "/"
}
