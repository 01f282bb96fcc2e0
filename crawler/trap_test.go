package crawler

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// endlessSite has some real pages, a calendar, a maze, a list in every order,
// and a friendly answer for what is missing.
func endlessSite(real map[string]bool, links []string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		var n, y, m int
		switch p := r.URL.Path; {
		case p == "/robots.txt", p == "/sitemap.xml":
			http.NotFound(rw, r)
		case p == "/":
			fmt.Fprint(rw, page("Start", "A site.", links...))
		case real[strings.SplitN(p, ";", 2)[0]]:
			fmt.Fprint(rw, page("Article "+p, "A real article "+p+". "+filler(60, p[9:]), "Next|/maze/7", "Calendar|/calendar?year=2026&month=2"))
		case p == "/calendar":
			fmt.Sscanf(r.URL.RawQuery, "year=%d&month=%d", &y, &m) // zeros are months too
			fmt.Fprint(rw, page(fmt.Sprintf("Events %d-%d", y, m), fmt.Sprintf("No events in %s %d, day by day.", time.Month(m%12+1), y),
				fmt.Sprintf("Next|/calendar?year=%d&month=%d", y+m/12, m%12+1), fmt.Sprintf("Year|/calendar?year=%d&month=1", y+1)))
		case strings.HasPrefix(p, "/maze/"):
			fmt.Sscanf(p, "/maze/%d", &n)
			fmt.Fprint(rw, page(fmt.Sprintf("Room %d", n), fmt.Sprintf("You are in room %d of the maze. It is dark here.", n),
				fmt.Sprintf("Left|/maze/%d", 2*n), fmt.Sprintf("Right|/maze/%d", 2*n+1)))
		case p == "/list":
			var more []string
			for _, k := range []string{"sort", "order", "view", "filter", "color", "size"} {
				more = append(more, fmt.Sprintf("%s|/list?%s=%s&%s", k, k, r.URL.Query().Get("sort"), r.URL.RawQuery))
			}
			fmt.Fprint(rw, page("List "+r.URL.RawQuery, "A list sorted by "+r.URL.RawQuery, more...))
		case strings.HasPrefix(p, "/missing/"):
			fmt.Fprint(rw, page("Page not found", "Sorry, page not found. "+p))
		default:
			http.NotFound(rw, r)
		}
	}
}

// TestTraps walks a site that is endless in every way at once, and counts what
// is left of the budget for its real pages.
func TestTraps(t *testing.T) {
	real := map[string]bool{}
	var links []string
	for i := range 12 {
		p := fmt.Sprintf("/article/%s", strings.Repeat(string(rune('a'+i)), 4))
		real[p] = true
		links = append(links, fmt.Sprintf("Article %d|%s", i, p), fmt.Sprintf("Print %d|%s?print=1", i, p), fmt.Sprintf("Session %d|%s;jsessionid=%d", i, p, i))
	}
	links = append(links, "Calendar|/calendar?year=2026&month=1", "Maze|/maze/1", "Sorted|/list?sort=a", "Deep|/a/b/a/b/a/b/a/b", "Missing|/missing/1",
		"Tracking|/article/aaaa?utm_source=x&sid=9", "Login|/login?next=/", "Picture|/big.jpg")
	w := serve(t, "127.0.2.1", endlessSite(real, links))
	c := newCrawler(t, Options{TrustSites: true})
	s := openSite(t, c, "everything", w.URL)
	r := readAll(t, s, agent.Plan{}, 50)
	got := map[string]int{}
	for _, p := range r.read {
		u, err := url.Parse(p.URL)
		if err != nil {
			t.Fatal(err)
		}
		got["/"+strings.SplitN(strings.Trim(u.Path, "/"), "/", 2)[0]]++
	}
	if got["/article"] != len(real) {
		t.Errorf("read %d of %d real articles: %v", got["/article"], len(real), r.urls())
	}
	if got["/calendar"] > maxDateShape || got["/maze"] > 20 || got["/list"] > maxVariants+1 || got["/missing"] > 0 {
		t.Errorf("traps ate the budget: %v", got)
	}
	if r.attempts > 45 {
		t.Errorf("%d pages were asked for", r.attempts)
	}
	if w.count("/big.jpg") > 0 {
		t.Error("a picture was fetched")
	}
}

func TestSameTextAndCanonical(t *testing.T) {
	text := filler(80, "same")
	withCanonical := strings.Replace(page("One", filler(80, "one")), "<head>", `<head><link rel="canonical" href="/one">`, 1)
	w := serve(t, "127.0.2.2", pages(map[string]string{
		"/":  page("Start", "Here.", "a|/a", "b|/b", "one|/one?view=x", "again|/one", "moved|/moved", "stub|/stub"),
		"/a": page("A", text), "/b": page("A", text),
		"/one?view=x": withCanonical, "/one": withCanonical,
		"/moved": "-> /target", "/target": page("Target", filler(50, "target")),
		"/stub": `<html><head><meta http-equiv="refresh" content="0; url=/target"><meta name="robots" content="noindex"></head><body>Redirecting…</body></html>`,
	}))
	s := openSite(t, newCrawler(t, Options{TrustSites: true, Polite: Politeness{PerSite: 1}}), "x", w.URL)
	r := readAll(t, s, agent.Plan{}, 20)
	dup := map[string]string{}
	for u, sk := range r.skipped {
		if sk.Reason == agent.SkipDuplicate {
			dup[strings.TrimPrefix(u, w.URL)] = strings.ReplaceAll(sk.Detail, w.URL, "")
		}
	}
	if len(r.read) != 4 {
		t.Errorf("read %v, want start, a or b, one, target; skipped %v", r.urls(), r.skipped)
	}
	if dup["/b"] != "the same text as /a" && dup["/a"] != "the same text as /b" {
		t.Errorf("duplicates %v", dup)
	}
	for _, p := range r.read {
		if strings.HasSuffix(p.URL, "view=x") {
			t.Errorf("the canonical address was not taken: %s", p.URL)
		}
	}
}

// TestSoft404 probes a site that answers everything with the same page.
func TestSoft404(t *testing.T) {
	w := serve(t, "127.0.2.3", func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			http.NotFound(rw, r)
		case "/":
			fmt.Fprint(rw, page("Start", "Here.", "a|/aa", "b|/bb", "c|/cc", "d|/real"))
		case "/real":
			fmt.Fprint(rw, page("Real", filler(60, "real")))
		default:
			fmt.Fprint(rw, page("页面不存在", "您访问的页面不存在："+r.URL.Path))
		}
	})
	s := openSite(t, newCrawler(t, Options{TrustSites: true}), "x", w.URL)
	r := readAll(t, s, agent.Plan{}, 20)
	if len(r.read) != 2 {
		t.Errorf("read %v", r.urls())
	}
	for _, p := range []string{"/aa", "/bb", "/cc"} {
		if r.skipped[w.URL+p].Reason != agent.SkipSoft404 {
			t.Errorf("%s: %+v", p, r.skipped[w.URL+p])
		}
	}
}

func TestAddressKeys(t *testing.T) {
	same := [][]string{
		{"http://example.org", "https://www.example.org/", "http://EXAMPLE.org:80/index.html", "https://example.org/#top"},
		{"https://example.org/a", "https://example.org/a/", "https://example.org/%61", "https://example.org/a?utm_source=x&fbclid=1"},
		{"https://example.org/a?b=1&c=2", "https://example.org/a?c=2&b=1", "https://example.org/a?b=1&c=2&PHPSESSID=99"},
		{"https://example.org/文档", "https://example.org/%E6%96%87%E6%A1%A3", "https://example.org/%e6%96%87%e6%a1%a3/"},
		{"https://example.org/a;jsessionid=12AB?x=1", "https://example.org/a?x=1"},
	}
	seen := map[string]int{}
	for i, group := range same {
		for _, raw := range group {
			a, err := parseAddress(raw)
			if err != nil {
				t.Errorf("%s: %v", raw, err)
				continue
			}
			if a.key != mustKey(t, group[0]) {
				t.Errorf("%s: key %s, want %s", raw, a.key, mustKey(t, group[0]))
			}
			if j, ok := seen[a.key]; ok && j != i {
				t.Errorf("%s has the key of another page", raw)
			}
			seen[a.key] = i
		}
	}
	for _, raw := range []string{"", "example.org", "ftp://example.org/", "javascript:alert(1)", "http://user:pw@example.org/", "http://", "file:///etc/passwd", "http://" + strings.Repeat("a", 3000)} {
		if a, err := parseAddress(raw); err == nil {
			t.Errorf("%q was taken as %s", raw, a.text)
		}
	}
}

func mustKey(t *testing.T, raw string) string {
	t.Helper()
	a, err := parseAddress(raw)
	if err != nil {
		t.Fatal(err)
	}
	return a.key
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"http://example.org/a?b#c", "https://[::1]:80/%zz", "http://a;b/..;jsessionid=1/", "http://文档.example/文"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := parseAddress(raw)
		if err != nil {
			return
		}
		b, err := parseAddress(a.text)
		if err != nil || b.key != a.key || b.text != a.text {
			t.Errorf("%q becomes %q, which becomes %q (%v)", raw, a.text, b.text, err)
		}
		form(a.url, raw)
		shape(a.url)
		calendar(a.url, time.Now())
		newSite(a).under(a.url)
		robotsPath(a.text)
	})
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte(`<urlset><url><loc>http://a/</loc></url></urlset>`))
	f.Add([]byte("http://a/\nhttp://b/"))
	f.Add([]byte("\x1f\x8b\x08"))
	f.Fuzz(func(t *testing.T, body []byte) {
		m := parseSitemap(body)
		if len(m.pages) > maxSitemapURLs {
			t.Error("too many")
		}
	})
}

func FuzzLinks(f *testing.F) {
	f.Add([]byte(`<base href="/x/"><p>a <a href="y" title="z">b</a> c<a href=q>d<a href=r>e`), "text/html; charset=gbk")
	f.Add([]byte(`<a href="//h/p"><li><img alt=x></a><svg><a href=1></svg>`), "")
	base, err := url.Parse("https://example.org/dir/page")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		for _, l := range scanLinks(body, kind, base) {
			if !strings.HasPrefix(l.url, "http") {
				t.Errorf("link %q", l.url)
			}
		}
	})
}

func TestScanLinks(t *testing.T) {
	base, err := url.Parse("https://example.org/dir/page")
	if err != nil {
		t.Fatal(err)
	}
	got := scanLinks([]byte(`<nav><a href="/home">Home</a></nav><table><tr><td><a href="8/" title="PEP 8 – Style">8</a></td><td>Style Guide</td></tr></table>
		<p>See the <a href="w.html#x">walrus</a> operator.</p><a href="mailto:x@y">mail</a><a href="#top">top</a><script>"<a href='/no'>no</a>"</script>`), "", base)
	want := []pageLink{
		{url: "https://example.org/home", text: "Home", nav: true},
		{url: "https://example.org/dir/8/", text: "8", title: "PEP 8 – Style", around: "8 Style Guide"},
		{url: "https://example.org/dir/w.html", text: "walrus", around: "See the walrus operator."},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("link %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

// TestRedirectToPageInFlight lets three pages redirect to one that is linked
// too, and holds every answer back until all four were asked for or the target
// was asked for by one of them: it is fetched once.
func TestRedirectToPageInFlight(t *testing.T) {
	const target = "/target"
	asked := make(chan struct{}, 8)
	open := make(chan struct{})
	go func() {
		for range 3 {
			<-asked
		}
		close(open)
	}()
	w := serve(t, "127.0.2.3", http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			fmt.Fprint(rw, page("Start", "Here.", "a|/a", "b|/b", "c|/c", "target|"+target))
		case "/a", "/b", "/c":
			asked <- struct{}{}
			<-open
			http.Redirect(rw, r, target, http.StatusFound)
		case target:
			<-open
			fmt.Fprint(rw, page("Target", filler(50, "target")))
		default:
			http.NotFound(rw, r)
		}
	}))
	s := openSite(t, newCrawler(t, Options{TrustSites: true, Polite: Politeness{PerSite: 8}}), "x", w.URL)
	r := readAll(t, s, agent.Plan{}, 20)
	if n := w.count(target); n != 1 {
		t.Errorf("the target was fetched %d times; read %v, skipped %v", n, r.urls(), r.skipped)
	}
	if !r.has(target) && !r.has("/a") && !r.has("/b") && !r.has("/c") {
		t.Errorf("read %v, skipped %v", r.urls(), r.skipped)
	}
}
