package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/websearch"
)

// A fakeSearch answers each query with fixed replies.
type fakeSearch func(ctx context.Context, q websearch.Query) []websearch.Reply

func (f fakeSearch) Search(ctx context.Context, q websearch.Query) iter.Seq[websearch.Reply] {
	return func(yield func(websearch.Reply) bool) {
		for _, r := range f(ctx, q) {
			r.Query = q.Text
			if !yield(r) {
				return
			}
		}
	}
}

func openWeb(t testing.TB, c *Crawler, q agent.Question) agent.Session {
	t.Helper()
	q.Scope.Web = true
	s, err := c.Open(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestWebSearch reads the hits of two providers on three hosts while a third
// provider fails.
func TestWebSearch(t *testing.T) {
	var webs []*testWeb
	var lists [2][]agent.Hit
	for h := range 3 {
		m := map[string]string{}
		for i := range 12 {
			p := fmt.Sprintf("/p%d", i)
			m[p] = page(fmt.Sprintf("Page %d of %d", i, h), filler(50, fmt.Sprintf("w%dx%d", h, i)))
		}
		w := serve(t, fmt.Sprintf("127.0.1.%d", h+1), pages(m))
		webs = append(webs, w)
		for i := range 12 {
			hit := agent.Hit{URL: fmt.Sprintf("%s/p%d?utm_source=x", w.URL, i), Title: fmt.Sprintf("Page %d", i)}
			lists[i%2] = append(lists[i%2], hit)
		}
	}
	search := fakeSearch(func(_ context.Context, _ websearch.Query) []websearch.Reply {
		return []websearch.Reply{{Provider: "one", Hits: lists[0]}, {Provider: "two", Hits: lists[1]},
			{Provider: "three", Err: errors.New("blocked")}, {Provider: "four"}}
	})
	c := newCrawler(t, Options{Search: search, Allow: []string{"127.0.1.0/24"}})
	s := openWeb(t, c, agent.Question{Text: "pages"})
	r := readAll(t, s, agent.Plan{Searches: []agent.Search{{Query: "pages"}}}, 50)
	if len(r.read) != 24 {
		t.Errorf("read %d pages, want 8 of each of 3 hosts: %v", len(r.read), r.urls())
	}
	for _, w := range webs {
		if n := len(w.log); n != 9 { // robots.txt and 8 pages
			t.Errorf("%s was asked %d times", w.URL, n)
		}
	}
	var failed, empty int
	for _, st := range r.searched {
		switch {
		case st.Error != "":
			failed++
		case len(st.Hits) == 0:
			empty++
		}
	}
	if len(r.searched) != 4 || failed != 1 || empty != 1 {
		t.Errorf("searched %+v", r.searched)
	}
}

func TestWebSearchWithoutProvider(t *testing.T) {
	s := openWeb(t, newCrawler(t, Options{}), agent.Question{Text: "x"})
	r := readAll(t, s, agent.Plan{Searches: []agent.Search{{Query: "x"}}}, 5)
	if len(r.searched) != 1 || r.searched[0].Error == "" {
		t.Errorf("searched %+v, want an error", r.searched)
	}
}

func TestWebScope(t *testing.T) {
	w := serve(t, "127.0.1.9", pages(map[string]string{"/a": page("A", "Text of a."), "/b": page("B", "Text of b.")}))
	search := fakeSearch(func(_ context.Context, q websearch.Query) []websearch.Reply {
		if q.After != "2024-01-01" || !q.SafeSearch || len(q.Exclude) != 1 {
			t.Errorf("query %+v", q)
		}
		return []websearch.Reply{{Provider: "p", Hits: []agent.Hit{{URL: w.URL + "/a"}, {URL: "http://ads.example.net/b"}, {URL: "ftp://x/y"}, {URL: "http://10.0.0.1/"}}}}
	})
	c := newCrawler(t, Options{Search: search, Allow: []string{w.host()}})
	s := openWeb(t, c, agent.Question{Text: "x", Scope: agent.Scope{Exclude: []string{"example.net"}, After: "2024-01-01", SafeSearch: true}})
	r := readAll(t, s, agent.Plan{Searches: []agent.Search{{Query: "x"}}, Open: []string{w.URL + "/b"}}, 5)
	if len(r.read) != 1 || !r.has("/a") {
		t.Errorf("read %v", r.urls())
	}
	if sk := r.skipped["http://10.0.0.1/"]; sk.Reason != agent.SkipBlockedAddress || sk.Attempted {
		t.Errorf("the private hit: %+v", sk)
	}
	if sk := r.skipped[w.URL+"/b"]; sk.Reason != agent.SkipBadAddress {
		t.Errorf("an address that nobody found: %+v", sk)
	}
}

// TestSlowProvider ends the round when its pages are read, and says so of the
// provider that had not answered.
func TestSlowProvider(t *testing.T) {
	w := serve(t, "127.0.1.10", pages(map[string]string{"/a": page("A", "Text of a.")}))
	search := fakeSearch(func(ctx context.Context, q websearch.Query) []websearch.Reply {
		if q.Text == "slow" {
			<-ctx.Done()
			return []websearch.Reply{{Provider: "slow", Err: ctx.Err()}}
		}
		return []websearch.Reply{{Provider: "p", Hits: []agent.Hit{{URL: w.URL + "/a"}}}}
	})
	s := openWeb(t, newCrawler(t, Options{Search: search, Allow: []string{w.host()}}), agent.Question{Text: "x"})
	r := readAll(t, s, agent.Plan{Searches: []agent.Search{{Query: "fast"}, {Query: "slow"}}}, 1)
	if len(r.read) != 1 || len(r.searched) != 2 || r.searched[1].Query != "slow" || r.searched[1].Error == "" {
		t.Errorf("read %v, searched %+v", r.urls(), r.searched)
	}
}

// TestSitemapsAndFeeds finds pages that nothing links to.
func TestSitemapsAndFeeds(t *testing.T) {
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	var w *testWeb
	base := pages(map[string]string{
		"/robots.txt": "User-agent: *\nSitemap: SELF/index.xml\nSitemap: http://127.0.0.99/evil.xml\n",
		"/":           strings.Replace(page("Start", "Nothing is linked here."), "<head>", `<head><link rel="alternate" type="application/rss+xml" href="/feed.xml">`, 1),
		"/index.xml":  `<?xml version="1.0"?><sitemapindex><sitemap><loc>SELF/a.xml.gz</loc></sitemap><sitemap><loc>SELF/index.xml</loc></sitemap><sitemap><loc>http://127.0.0.99/evil.xml</loc></sitemap></sitemapindex>`,
		"/feed.xml":   `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>Fed</title><link>SELF/fed</link><description>d</description></item></channel></rss>`,
		"/mapped":     page("Mapped", "Found through the sitemap."), "/fed": page("Fed", "Found through the feed."),
	})
	w = serve(t, "127.0.1.11", func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a.xml.gz" {
			rw.Header().Set("Content-Type", "application/gzip")
			_, _ = rw.Write(gz.Bytes())
			return
		}
		base(&selfWriter{rw, w.URL}, r)
	})
	fmt.Fprintf(z, `<urlset><url><loc>%s/mapped</loc></url><url><loc>http://127.0.0.99/x</loc></url><url><loc> </loc></url></urlset>`, w.URL)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	s := openSite(t, newCrawler(t, Options{TrustSites: true}), "what is found", w.URL)
	r := readAll(t, s, agent.Plan{}, 10)
	if !r.has("/mapped") || !r.has("/fed") {
		t.Errorf("read %v, skipped %v", r.urls(), r.skipped)
	}
}

// A selfWriter puts the server's own address where SELF stands.
type selfWriter struct {
	http.ResponseWriter
	self string
}

func (s *selfWriter) Write(b []byte) (int, error) {
	_, err := s.ResponseWriter.Write(bytes.ReplaceAll(b, []byte("SELF"), []byte(s.self)))
	return len(b), err
}

// TestFiles reads a folder and a file, and names what is not there.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("otters.md", "# Otters\n\nOtters hold hands while they sleep.")
	write("notes/水獭.txt", "水獭睡觉时手拉着手。")
	write("page.html", page("A page", "It links out.", "out|http://127.0.0.98/x"))
	write(".hidden.md", "# Secret")
	write(".git/config.txt", "secret")
	write("binary.dat", "a\x00b\x00c")
	write("photo.png", "\x89PNG")
	write("empty.md", "")
	c := newCrawler(t, Options{})
	s, err := c.Open(t.Context(), agent.Question{Text: "otters", Scope: agent.Scope{Files: []string{dir}}})
	if err != nil {
		t.Fatal(err)
	}
	r := readAll(t, s, agent.Plan{}, 10)
	closeSession(t, s)
	got := r.urls()
	slices.Sort(got)
	if len(got) != 3 || !strings.HasPrefix(got[0], "file:///") || !r.has("otters.md") || !r.has("page.html") {
		t.Errorf("read %v, skipped %v", got, r.skipped)
	}
	if r.read[0].Text == "" || !r.has("/%E6%B0%B4%E7%8D%AD.txt") {
		t.Errorf("first read %+v of %v", r.read[0], got)
	}
	_, err = c.Open(t.Context(), agent.Question{Text: "x", Scope: agent.Scope{Files: []string{filepath.Join(dir, "nowhere")}}})
	if err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a missing folder: %v", err)
	}
	s, err = c.Open(t.Context(), agent.Question{Text: "x", Scope: agent.Scope{Files: []string{filepath.Join(dir, ".hidden.md")}}})
	if err != nil {
		t.Fatal(err)
	}
	if r := readAll(t, s, agent.Plan{}, 10); len(r.read) != 1 {
		t.Errorf("a hidden file that was named: %v", r.skipped)
	}
	closeSession(t, s)
}

// TestFilesAreChosen finds, among many files with names that say nothing, the
// ones that speak of the question.
func TestFilesAreChosen(t *testing.T) {
	dir := t.TempDir()
	for i := range 120 {
		text := fmt.Sprintf("# Note %d\n\n%s", i, filler(40, fmt.Sprintf("n%dw", i)))
		if i == 77 {
			text += "\n\nOtters hold hands while they sleep."
		}
		if i == 99 {
			text = "<html><head><title>x</title></head><body><p>水獭睡觉时手拉着手。</p></body></html>"
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("note-%03d.html", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for question, want := range map[string]string{"Why do otters hold hands?": "note-077.html", "水獭为什么手拉手睡觉？": "note-099.html"} {
		s, err := newCrawler(t, Options{}).Open(t.Context(), agent.Question{Text: question, Scope: agent.Scope{Files: []string{dir}}})
		if err != nil {
			t.Fatal(err)
		}
		if r := readAll(t, s, agent.Plan{}, 3); !r.has(want) || len(r.read) != 3 {
			t.Errorf("%s: read %v", question, r.urls())
		}
		closeSession(t, s)
	}
}

// TestPoliteness watches arrivals: a crawl delay is kept, Retry-After is
// obeyed, and a site's own places are not exceeded.
func TestPoliteness(t *testing.T) {
	var at []time.Time
	complained := false
	w := serve(t, "127.0.1.12", func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(rw, "User-agent: *\nCrawl-delay: 0.2\n")
		case "/sitemap.xml":
			http.NotFound(rw, r)
		case "/":
			at = append(at, time.Now()) // one request at a time
			fmt.Fprint(rw, page("Start", "Here.", "a|/a", "b|/b", "c|/c"))
		default:
			at = append(at, time.Now())
			if r.URL.Path == "/b" && !complained {
				complained = true
				rw.Header().Set("Retry-After", "1")
				rw.WriteHeader(http.StatusTooManyRequests)
				return
			}
			fmt.Fprint(rw, page(r.URL.Path, "Text of "+r.URL.Path))
		}
	})
	s := openSite(t, newCrawler(t, Options{TrustSites: true}), "x", w.URL)
	r := readAll(t, s, agent.Plan{}, 10)
	if len(r.read) != 4 || w.count("/b") != 2 {
		t.Fatalf("read %v; /b was asked for %d times; %v", r.urls(), w.count("/b"), r.skipped)
	}
	longest := time.Duration(0)
	for i := 1; i < len(at); i++ {
		d := at[i].Sub(at[i-1])
		longest = max(longest, d)
		if d < 190*time.Millisecond {
			t.Errorf("request %d came %v after the one before", i, d)
		}
	}
	if longest < 990*time.Millisecond {
		t.Errorf("the longest pause was %v, Retry-After said 1 s", longest)
	}
}

func TestLongPauseIsLeftAlone(t *testing.T) {
	w := serve(t, "127.0.1.13", func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(rw, r)
			return
		}
		rw.Header().Set("Retry-After", "3600")
		rw.WriteHeader(http.StatusServiceUnavailable)
	})
	s := openSite(t, newCrawler(t, Options{TrustSites: true}), "x", w.URL)
	start := time.Now()
	r := readAll(t, s, agent.Plan{}, 10)
	if sk := r.skipped[w.URL+"/"]; sk.Reason != agent.SkipHTTPStatus || !sk.Attempted {
		t.Errorf("skipped %+v", r.skipped)
	}
	if w.count("/") != 1 || time.Since(start) > 2*time.Second {
		t.Errorf("%d requests in %v", w.count("/"), time.Since(start))
	}
}

// fakeSearchHits answers every query with the same hits.
func fakeSearchHits(hits ...agent.Hit) Searcher {
	return fakeSearch(func(context.Context, websearch.Query) []websearch.Reply {
		return []websearch.Reply{{Provider: "p", Hits: hits}}
	})
}

// TestCrawlDelayWithinBounds: a robots.txt that asks for an hour between pages
// gets our longest delay, and one page at a time; it does not stop the reading.
func TestCrawlDelayWithinBounds(t *testing.T) {
	var at []time.Time
	w := serve(t, "127.0.1.14", func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			fmt.Fprint(rw, "User-agent: *\nCrawl-delay: 3600\n")
		case "/sitemap.xml":
			http.NotFound(rw, r)
		default:
			at = append(at, time.Now()) // one request at a time
			fmt.Fprint(rw, page(r.URL.Path, "Text of "+r.URL.Path, "a|/a", "b|/b"))
		}
	})
	const longest = 150 * time.Millisecond
	s := openSite(t, newCrawler(t, Options{TrustSites: true, Polite: Politeness{MaxDelay: longest}}), "x", w.URL)
	if r := readAll(t, s, agent.Plan{}, 10); len(r.read) != 3 {
		t.Fatalf("read %v, skipped %v", r.urls(), r.skipped)
	}
	for i := 1; i < len(at); i++ {
		if d := at[i].Sub(at[i-1]); d < longest-10*time.Millisecond {
			t.Errorf("request %d came %v after the one before", i, d)
		}
	}
}

// TestRobotsAreAskedAhead: while a search is still out and its share of the pages
// is kept for it, the robots.txt of the hosts that come next are fetched.
func TestRobotsAreAskedAhead(t *testing.T) {
	var hits []agent.Hit
	var webs []*testWeb
	for h := range 6 {
		w := serve(t, fmt.Sprintf("127.0.1.%d", 20+h), pages(map[string]string{"/p": page("Page", filler(50, fmt.Sprintf("h%dx", h)))}))
		webs = append(webs, w)
		hits = append(hits, agent.Hit{URL: w.URL + "/p", Title: "Page"})
	}
	asked := func() (robots, pages int) {
		for _, w := range webs {
			robots += w.count("/robots.txt")
			pages += w.count("/p")
		}
		return robots, pages
	}
	before := 0
	search := fakeSearch(func(ctx context.Context, q websearch.Query) []websearch.Reply {
		switch q.Text {
		case "fast":
			return []websearch.Reply{{Provider: "p", Hits: hits[:3]}}
		case "second":
			waitFor(t, func() bool { _, pages := asked(); return pages == 3 })
			return []websearch.Reply{{Provider: "p", Hits: hits[3:]}}
		}
		waitFor(t, func() bool { robots, _ := asked(); return robots == len(webs) })
		_, before = asked()
		return nil
	})
	c := newCrawler(t, Options{Search: search, Allow: []string{"127.0.1.0/24"}})
	s := openWeb(t, c, agent.Question{Text: "pages"})
	r := readAll(t, s, agent.Plan{Searches: []agent.Search{{Query: "fast"}, {Query: "second"}, {Query: "slow"}}}, 6)
	if len(r.read) != 6 || before > 3 {
		t.Errorf("read %d pages; %d of them before the slow search ended, at most half are expected", len(r.read), before)
	}
}
