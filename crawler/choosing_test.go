package crawler

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// unpackSite unpacks one of the published sites of the outside data.
func unpackSite(t *testing.T, name string) string {
	t.Helper()
	archive := filepath.Join(dataDir(t, "sites"), name+".tar.xz")
	to := t.TempDir()
	if out, err := exec.Command("tar", "-xJf", archive, "-C", to).CombinedOutput(); err != nil {
		t.Skipf("unpacking %s: %v %s", archive, err, out)
	}
	return to
}

// A siteCase is a heading that no title of the site tells of.
type siteCase struct {
	heading string
	gold    map[string]bool // paths of the pages that have it
}

// headingCases lists headings with a term that no title and no address of the
// site holds, and that few pages mention: a question about it must be answered
// from a page whose name does not say so. It also gives the site's search
// index, as MkDocs would write it.
func headingCases(t *testing.T, dir string, want int) (cases []siteCase, index []byte) {
	t.Helper()
	named, mentions := map[string]bool{}, map[string]int{}
	type heading struct{ text, path string }
	var all []heading
	var docs []map[string]string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Base(p) != "index.html" && filepath.Ext(p) != ".html" {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel := "/" + strings.TrimSuffix(filepath.ToSlash(strings.TrimPrefix(p, dir+string(filepath.Separator))), "index.html")
		res, err := extract.Extract(t.Context(), extract.Input{URL: "http://site.example" + rel, ContentType: "text/html", Body: b})
		if err != nil || res.NoIndex {
			return nil
		}
		for _, w := range terms(res.Page.Title + " " + splitWords(rel)) {
			named[w] = true
		}
		docs = append(docs, map[string]string{"location": rel[1:], "title": res.Page.Title, "text": res.Page.Text})
		for w := range setOf(terms(res.Page.Text)) {
			mentions[w]++
		}
		for line := range strings.SplitSeq(res.Page.Text, "\n") {
			if h, ok := strings.CutPrefix(line, "## "); ok {
				all = append(all, heading{h, rel})
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	byTerm := map[string]siteCase{}
	for _, h := range all {
		for _, w := range terms(h.text) {
			if n := mentions[w]; len(w) >= 5 && w[0] >= 'a' && w[0] <= 'z' && !named[w] && n >= 2 && n <= 12 {
				c := byTerm[w]
				if c.gold == nil {
					c = siteCase{h.text, map[string]bool{}}
				}
				c.gold[h.path] = true
				byTerm[w] = c
			}
		}
	}
	var keys []string
	for k, c := range byTerm {
		if len(c.gold) <= 2 {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for i := 0; i < len(keys); i += max(1, len(keys)/want) {
		cases = append(cases, byTerm[keys[i]])
	}
	t.Logf("%d of %d terms", len(cases), len(keys))
	index, err = json.Marshal(map[string]any{"docs": docs})
	if err != nil {
		t.Fatal(err)
	}
	return cases, index
}

// withIndex serves a folder as a site that MkDocs made.
func withIndex(dir string, index []byte) http.HandlerFunc {
	files := http.FileServer(http.Dir(dir))
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/" + mkdocsIndex:
			_, _ = w.Write(index)
			return
		case "/":
			_, _ = io.WriteString(w, "<!doctype html>"+mkdocsHead)
		}
		files.ServeHTTP(w, r)
	}
}

func setOf(ws []string) map[string]bool {
	m := map[string]bool{}
	for _, w := range ws {
		m[w] = true
	}
	return m
}

// choosingCases is how many headings of each site are asked for.
var choosingCases = flag.Int("choosing", 8, "headings of each site that TestChoosing asks for")

// choosingIndexed gives the sites a search index, which as files they lack.
var choosingIndexed = flag.Bool("choosing-indexed", false, "TestChoosing serves the sites with a search index")

// TestChoosing asks published sites about what no title of theirs tells of, in
// two rounds of 50 pages together, and prints how often the page was read.
func TestChoosing(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads some thousand pages")
	}
	for i, name := range []string{"zh-oi-wiki", "en-python-peps", "zh-vue2-docs"} {
		t.Run(name, func(t *testing.T) {
			dir := unpackSite(t, name)
			cases, index := headingCases(t, dir, *choosingCases)
			if len(cases) == 0 {
				t.Skip("no such headings")
			}
			files := http.FileServer(http.Dir(dir)).ServeHTTP
			if *choosingIndexed {
				files = withIndex(dir, index)
			}
			w := serve(t, fmt.Sprintf("127.0.5.%d", i+1), files)
			c := newCrawler(t, Options{TrustSites: true, Cache: NewMemoryCache(1 << 30)})
			found := 0
			for _, tt := range cases {
				s := openSite(t, c, tt.heading, w.URL)
				var got []string
				for round, pages := range []int{33, 50} {
					r := readAll(t, s, agent.Plan{Round: round + 1, Pages: pages - len(got), Terms: []string{tt.heading}}, 50-len(got))
					got = append(got, r.urls()...)
				}
				hit := slices.ContainsFunc(got, func(u string) bool { return tt.gold[strings.TrimPrefix(u, w.URL)] })
				if hit {
					found++
				}
				t.Logf("%v %s %v", hit, tt.heading, tt.gold)
			}
			t.Logf("%s: %d of %d read", name, found, len(cases))
			if found == 0 {
				t.Error("none was read")
			}
		})
	}
}

// TestLinkOfKnownAddress: what a link says counts as well where a sitemap or a
// search index has named its address before.
func TestLinkOfKnownAddress(t *testing.T) {
	for question, text := range map[string]string{"How do otters sleep?": "Otters asleep", "水獭怎么睡觉？": "睡着的水獭"} {
		score := map[bool]float64{}
		for _, known := range []bool{false, true} {
			s := openSite(t, newCrawler(t, Options{}), question, "https://h.example/").(*Session)
			r := &round{Session: s}
			if known {
				r.addMapped(s.sites[0], []string{"https://h.example/page"})
			}
			l := pageLink{url: "https://h.example/page", text: text}
			c, m := r.link(s.front.byKey[s.sites[0].start.key], l)
			r.hear(m, l)
			score[known] = s.front.rate(c)
		}
		if score[true] != score[false] {
			t.Errorf("%s: %v, but %v where it was known", question, score[false], score[true])
		}
	}
}
