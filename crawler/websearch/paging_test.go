package websearch

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// pager is a server of numbered result pages: write gives page n (from 0) of
// the request, and every request's page number is kept.
func pager(t *testing.T, number func(*http.Request) int, write func(w http.ResponseWriter, n int)) (string, *[]int) {
	t.Helper()
	var mu sync.Mutex
	var asked []int
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := number(r)
		mu.Lock()
		asked = append(asked, n)
		mu.Unlock()
		write(w, n)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, &asked
}

func atoi(s string) int {
	n := 0
	fmt.Sscan(s, &n)
	return n
}

func TestSearXNGPages(t *testing.T) {
	url, asked := pager(t, func(r *http.Request) int { return atoi(r.FormValue("pageno")) }, func(w http.ResponseWriter, n int) {
		if n == 3 {
			http.Error(w, "busy", http.StatusTooManyRequests)
			return
		}
		var rows []string
		for i := range 10 {
			rows = append(rows, fmt.Sprintf(`{"url":"https://e%d.example/%d","title":"t","content":"c"}`, n, i))
		}
		fmt.Fprintf(w, `{"results":[%s],"unresponsive_engines":[]}`, strings.Join(rows, ","))
	})
	hits, err := provider(t, url, ProviderConfig{Kind: "searxng", Pages: 3}).Search(t.Context(), Query{Text: "a", Want: 50})
	if len(hits) != 20 || ReasonOf(err) != RateLimited || len(*asked) != 3 {
		t.Errorf("%d hits, %v, pages asked %v: want the 20 before the failure, and the failure", len(hits), err, *asked)
	}
	if hits[10].URL != "https://e2.example/0" {
		t.Errorf("out of order: %s", hits[10].URL)
	}
}

func TestBravePages(t *testing.T) {
	url, asked := pager(t, func(r *http.Request) int { return atoi(r.FormValue("offset")) }, func(w http.ResponseWriter, n int) {
		var rows []string
		for i := range 20 {
			rows = append(rows, fmt.Sprintf(`{"url":"https://e%d.example/%d","title":"t","description":"d"}`, n, i))
		}
		fmt.Fprintf(w, `{"type":"search","query":{"more_results_available":%t},"web":{"results":[%s]}}`, n < 1, strings.Join(rows, ","))
	})
	hits, err := provider(t, url, ProviderConfig{Kind: "brave", Pages: 5}).Search(t.Context(), Query{Text: "a", Want: 90})
	if len(hits) != 40 || err != nil || fmt.Sprint(*asked) != "[0 1]" {
		t.Errorf("%d hits, %v, pages asked %v: want all 40 of two pages", len(hits), err, *asked)
	}
}

// TestDuckDuckGoPages: the next page is asked for with the fields that the
// page before gave, and a block on the way stands beside what came before.
func TestDuckDuckGoPages(t *testing.T) {
	blocked := false
	url, asked := pager(t, func(r *http.Request) int {
		n := atoi(r.FormValue("s"))
		if n > 0 && (r.FormValue("vqd") != "4-123" || r.FormValue("nextParams") != "" || r.FormValue("q") != "a") {
			t.Errorf("page at %d was asked for with %v", n, r.Form)
		}
		return n
	}, func(w http.ResponseWriter, n int) {
		if blocked && n > 0 {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		fmt.Fprintf(w, `<div class="result web-result"><a class="result__a" href="https://e.example/%d">t</a><a class="result__snippet">s</a></div>`, n)
		fmt.Fprint(w, `<div class="nav-link"><form action="/html/" method="post"><input type="submit" value="Previous"><input type="hidden" name="q" value="a"></form></div>`)
		fmt.Fprintf(w, `<div class="nav-link"><form action="/html/" method="post"><input type="submit" class="btn" value="Next"><input type="hidden" name="q" value="a">
<input type="hidden" name="s" value="%d"><input type="hidden" name="nextParams" value=""><input type="hidden" name="v" value="l"><input type="hidden" name="vqd" value="4-123"></form></div>`, n+10)
	})
	p := provider(t, url, ProviderConfig{Kind: "duckduckgo", Pages: 3})
	hits, err := p.Search(t.Context(), Query{Text: "a"})
	if len(hits) != 3 || err != nil || fmt.Sprint(*asked) != "[0 10 20]" {
		t.Errorf("%d hits, %v, pages asked %v", len(hits), err, *asked)
	}
	blocked = true
	hits, err = p.Search(t.Context(), Query{Text: "a"})
	if len(hits) != 1 || ReasonOf(err) != Blocked {
		t.Errorf("%d hits, %v: want the first page's and the block", len(hits), err)
	}
}

func TestGenericPages(t *testing.T) {
	url, asked := pager(t, func(r *http.Request) int { return atoi(r.FormValue("p")) }, func(w http.ResponseWriter, n int) {
		if n > 2 {
			fmt.Fprint(w, `[]`)
			return
		}
		fmt.Fprintf(w, `[{"u":"https://e.example/%d","t":"t"}]`, n)
	})
	pc := ProviderConfig{Kind: "generic", URL: "SRV/s?q={query}&p={page}", Pages: 9, Generic: &Generic{URL: "u", Title: "t"}}
	hits, err := provider(t, url, pc).Search(t.Context(), Query{Text: "a & b"})
	if len(hits) != 2 || err != nil || fmt.Sprint(*asked) != "[1 2 3]" {
		t.Errorf("%d hits, %v, pages asked %v", len(hits), err, *asked)
	}
}
