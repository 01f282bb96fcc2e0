package websearch

import (
	"math"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

func TestFuse(t *testing.T) {
	a := []agent.Hit{{URL: "https://one.example/", Title: "One", Score: 9}, {URL: "http://www.two.example/x?utm_source=a", Snippet: "s"}}
	b := []agent.Hit{{URL: "https://two.example/x", Title: "Two", Snippet: "longer"}, {URL: "https://three.example/"}, {URL: "https://two.example/x/"}, {URL: "mailto:x"}}
	got := Fuse(a, b)
	var urls []string
	for _, h := range got {
		urls = append(urls, h.URL)
	}
	if s := strings.Join(urls, " "); s != "https://two.example/x https://one.example/ https://three.example/" {
		t.Fatalf("got %s", s)
	}
	if want := 1.0/62 + 1.0/61; math.Abs(got[0].Score-want) > 1e-12 || got[0].Title != "Two" || got[0].Snippet != "longer" {
		t.Errorf("got %+v, want score %g", got[0], want)
	}
	if math.Abs(got[1].Score-1.0/61) > 1e-12 || math.Abs(got[2].Score-1.0/62) > 1e-12 {
		t.Errorf("got scores %g, %g", got[1].Score, got[2].Score)
	}
	if got := Fuse(); len(got) != 0 {
		t.Errorf("nothing fuses to %v", got)
	}
	if a[0].Score != 9 {
		t.Error("Fuse changed its argument")
	}
}

func TestTidy(t *testing.T) {
	hits := []agent.Hit{
		{URL: "https://docs.go.dev/a#x", Title: "A\n b", Snippet: strings.Repeat("长", maxText), Published: "2025-02-03T10:00:00Z"},
		{URL: "https://go.dev/a"},
		{URL: "http://www.go.dev/a/"},
		{URL: "https://go.dev/old", Published: "Jan 2, 2024"},
		{URL: "https://go.dev/new", Published: "March 3, 2025"},
		{URL: "https://notgo.dev/"},
		{URL: "https://spam.go.dev/"},
		{URL: "https://videos.porn.go.dev/"},
		{URL: "ftp://go.dev/"},
		{URL: "//"},
	}
	q := Query{Include: []string{"https://GO.dev/x"}, Exclude: []string{"*.spam.go.dev"}, After: "2025-01-01", SafeSearch: true}
	got := tidy(hits, q)
	var urls []string
	for _, h := range got {
		urls = append(urls, h.URL)
	}
	if s := strings.Join(urls, " "); s != "https://docs.go.dev/a https://go.dev/a https://go.dev/new" {
		t.Fatalf("got %s", s)
	}
	if h := got[0]; h.Title != "A b" || len(h.Snippet) > maxText || h.Published != "2025-02-03" || strings.ContainsRune(h.Snippet, '�') {
		t.Errorf("got %+v", h)
	}
	if n := len(tidy(hits, Query{Want: 2})); n != 2 {
		t.Errorf("%d hits, want 2", n)
	}
}

func TestDay(t *testing.T) {
	for in, want := range map[string]string{
		"2025-02-03": "2025-02-03", "2025-02-03 18:02:00": "2025-02-03", "2025-02-03T00:00:00+08:00": "2025-02-03",
		"Jun 6, 2022": "2022-06-06", "2 Jan 2006": "2006-01-02", "2024年7月2日": "2024-07-02", "Mon, 06 Jun 2022 00:00:00 GMT": "2022-06-06",
		"": "", "3 days ago": "", "2025-13-40": "", "0000-01-01": "",
	} {
		if got := day(in); got != want {
			t.Errorf("day(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestBareDomain(t *testing.T) {
	for in, want := range map[string]string{
		"Example.org": "example.org", "*.example.org": "example.org", "https://example.org:8080/docs": "example.org",
		"例子.中国": "xn--fsqu00a.xn--fiqs8s", "": "", "a b": "",
	} {
		if got := bareDomain(in); got != want {
			t.Errorf("bareDomain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAdult(t *testing.T) {
	for host, want := range map[string]bool{
		"videos.xxx": true, "www.xvideos.com": true, "freeporn.example": true,
		"www.cam.ac.uk": false, "essex.ac.uk": false, "adult.example.org": false, "example.org": false,
	} {
		if got := adult(host); got != want {
			t.Errorf("adult(%q) = %t", host, got)
		}
	}
}

func TestOperators(t *testing.T) {
	for _, c := range []struct {
		q    Query
		want string
	}{
		{Query{Text: "a"}, "a"},
		{Query{Text: "a", Include: []string{"x.org"}}, "a site:x.org"},
		{Query{Text: "a", Include: []string{"x.org", "", "y.org"}, Exclude: []string{"z.org"}}, "a (site:x.org OR site:y.org) -site:z.org"},
	} {
		if got := withSites(c.q); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"a &amp; b": "a & b", "<b>长江</b>有多长": "长江有多长", "x < y": "x < y", "plain\n text": "plain text", "&lt;script&gt;": "<script>",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}
