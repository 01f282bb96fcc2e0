package crawler

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// cacheSite has a page for each way to be cached.
func cacheSite(confirmed *atomic.Int32) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt", "/sitemap.xml":
			http.NotFound(rw, r)
			return
		case "/fresh", "/":
			rw.Header().Set("Cache-Control", "max-age=60")
		case "/etag":
			rw.Header().Set("Cache-Control", "no-cache")
			rw.Header().Set("ETag", `"v1"`)
			if r.Header.Get("If-None-Match") == `"v1"` {
				confirmed.Add(1)
				rw.WriteHeader(http.StatusNotModified)
				return
			}
		case "/never":
			rw.Header().Set("Cache-Control", "no-store")
		}
		fmt.Fprint(rw, page(r.URL.Path, "Text of "+r.URL.Path, "fresh|/fresh", "etag|/etag", "never|/never"))
	}
}

// TestCache reads one site four times: new, fresh, to be confirmed, and past
// the cache.
func TestCache(t *testing.T) {
	var confirmed atomic.Int32
	w := serve(t, "127.0.2.10", cacheSite(&confirmed))
	now := time.Now()
	c := newCrawler(t, Options{TrustSites: true, Cache: NewMemoryCache(1 << 20), Now: func() time.Time { return now }})
	first := ""
	for i, want := range []struct {
		asked  map[string]int
		cached int
	}{
		{map[string]int{"/": 1, "/fresh": 1, "/etag": 1, "/never": 1}, 0},
		{map[string]int{"/": 1, "/fresh": 1, "/etag": 2, "/never": 2}, 3},
		{map[string]int{"/": 2, "/fresh": 2, "/etag": 3, "/never": 3}, 1},
		{map[string]int{"/": 3, "/fresh": 3, "/etag": 4, "/never": 4}, 0},
	} {
		if i == 2 {
			now = now.Add(time.Hour)
		}
		s, err := c.Open(t.Context(), agent.Question{Text: "x", Fresh: i == 3, Scope: agent.Scope{Sites: []string{w.URL}}})
		if err != nil {
			t.Fatal(err)
		}
		r := readAll(t, s, agent.Plan{}, 10)
		closeSession(t, s)
		for path, n := range want.asked {
			if w.count(path) != n {
				t.Errorf("time %d: %s was asked for %d times in all, want %d", i, path, w.count(path), n)
			}
		}
		cached := 0
		for _, st := range r.steps {
			if st.Cached {
				cached++
			}
		}
		if cached != want.cached {
			t.Errorf("time %d: %d pages came from the cache, want %d", i, cached, want.cached)
		}
		if text := transcript(r); i == 0 {
			first = text
		} else if text != first {
			t.Errorf("time %d reads otherwise:\n%s\nfirst:\n%s", i, text, first)
		}
	}
	if n := confirmed.Load(); n != 2 {
		t.Errorf("%d confirmations, want 2", n)
	}
}

// transcript is all that was read, in a fixed order.
func transcript(r reading) string {
	var lines []string
	for _, p := range r.read {
		lines = append(lines, fmt.Sprintf("%s %s %s %d", p.URL, p.Title, p.Text, len(p.Links)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestFreshness(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name, value string
		age         time.Duration
		ok          bool
	}{
		{"Cache-Control", "max-age=60", time.Minute, true},
		{"Cache-Control", "public, max-age=\"90\"", 90 * time.Second, true},
		{"Cache-Control", "max-age=99999999", maxAge, true},
		{"Cache-Control", "no-store", 0, false},
		{"Cache-Control", "private, max-age=60", 0, false},
		{"Cache-Control", "no-cache", 0, true},
		{"Expires", "Sun, 01 Mar 2026 12:05:00 GMT", 5 * time.Minute, true},
		{"Expires", "Sun, 01 Mar 2020 12:05:00 GMT", 0, true},
		{"Last-Modified", "Sun, 01 Mar 2026 02:00:00 GMT", time.Hour, true},
		{"Last-Modified", "Sun, 01 Mar 2026 11:59:00 GMT", defaultAge, true},
		{"Vary", "*", 0, true},
		{"X", "y", defaultAge, true},
	}
	for _, tt := range tests {
		age, ok := freshness(http.Header{tt.name: {tt.value}}, now)
		if age != tt.age || ok != tt.ok {
			t.Errorf("%s: %s: %v, %v", tt.name, tt.value, age, ok)
		}
	}
}

func TestMemoryCacheForgets(t *testing.T) {
	c := NewMemoryCache(10)
	for _, k := range []string{"a", "b", "c"} {
		if err := c.Put(t.Context(), k, bytes.Repeat([]byte(k), 4)); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Put(t.Context(), "big", make([]byte, 11)); err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{"a": "", "b": "bbbb", "c": "cccc", "big": ""} {
		if got, err := c.Get(t.Context(), k); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", k, got, err)
		}
	}
}

func TestDamagedRecords(t *testing.T) {
	if _, err := decodeRecord([]byte("rubbish")); err == nil {
		t.Error("rubbish was read")
	}
	b, err := (&record{URL: "x", Page: &agent.Page{}, Text: "t"}).encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decodeRecord(b[:len(b)-9]); err == nil {
		t.Error("half a record was read")
	}
	if r, err := decodeRecord(b); err != nil || r.result().Page.Text != "t" {
		t.Errorf("%+v, %v", r, err)
	}
}
