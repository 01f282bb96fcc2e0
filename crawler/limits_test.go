package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/sonde-search/sonde/agent"
)

// squeeze compresses n zeros, made to look like a page at its start.
func squeeze(t testing.TB, coding string, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "br":
		w = brotli.NewWriterLevel(&b, 2)
	case "zstd":
		z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		w = z
	}
	_, err := io.WriteString(w, "<html><body><p>Some words stand here, before it goes on and on.</p><p>")
	for block := bytes.Repeat([]byte{'a', ' '}, 1<<19); err == nil && n > 0; n -= int64(len(block)) {
		_, err = w.Write(block)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestBombs reads pages that grow without end when they are unpacked, many at
// once, and watches the heap.
func TestBombs(t *testing.T) {
	bombs := map[string][]byte{}
	for _, coding := range []string{"gzip", "br", "zstd"} {
		bombs[coding] = squeeze(t, coding, 96<<20)
	}
	w := serve(t, "127.0.0.7", func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		coding := strings.Trim(strings.SplitN(r.URL.Path, "-", 2)[0], "/")
		switch b := bombs[coding]; {
		case b != nil:
			rw.Header().Set("Content-Encoding", coding)
			_, _ = rw.Write(b) // the reader goes away in the middle
		case r.URL.Path == "/robots.txt":
			rw.Header().Set("Content-Encoding", "gzip")
			_, _ = rw.Write(bombs["gzip"])
		default:
			var links []string
			for i := range 4 {
				for coding := range bombs {
					links = append(links, fmt.Sprintf("%s %d|/%s-%d", coding, i, coding, i))
				}
			}
			fmt.Fprint(rw, page("Bombs", "Twelve bombs.", links...))
		}
	})
	c := newCrawler(t, Options{TrustSites: true, Extract: shortExtract})
	s := openSite(t, c, "bombs", w.URL)
	// What is held counts here, not what the collector has not got round to.
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	peak := watchHeap()
	start := time.Now()
	r := readAll(t, s, agent.Plan{}, 13)
	took, grew := time.Since(start), peak()
	t.Logf("%d pages in %v, heap grew by %d MB", len(r.read), took, grew>>20)
	if grew > 64<<20 {
		t.Errorf("the heap grew by %d MB", grew>>20)
	}
	cut := 0
	for _, p := range r.read {
		if p.Truncated {
			cut++
		}
	}
	if cut == 0 {
		t.Errorf("no page is marked as truncated: %v", r.skipped)
	}
}

// watchHeap samples the heap, garbage included, until the returned function is called, which
// says by how much it grew at most.
func watchHeap() func() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, peak := m.HeapAlloc, m.HeapAlloc
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		return peak - min(base, peak)
	}
}

// badServer misbehaves in one way a page, until stop is closed.
func badServer(stop chan struct{}) http.HandlerFunc {
	fixed := map[string]http.HandlerFunc{
		"/robots.txt":  http.NotFound,
		"/sitemap.xml": http.NotFound,
		"/": serveHTML(page("Bad", "All that can go wrong.", "silent|/silent", "drip|/drip", "loop|/loop", "many|/hops/0", "big|/big.pdf",
			"image|/picture", "broken|/broken", "gone|/gone", "forbidden|/forbidden", "cut|/cut", "odd|/odd")),
		"/silent":    func(_ http.ResponseWriter, r *http.Request) { waitFirst(r.Context().Done(), stop) },
		"/drip":      drip,
		"/loop":      func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) },
		"/big.pdf":   typed("application/pdf", "", strings.Repeat("x", 3<<20)),
		"/picture":   typed("image/png", "", "\x89PNG"),
		"/broken":    typed("text/html", "gzip", "this is no gzip"),
		"/odd":       typed("text/html", "rot13", "<p>uryyb</p>"),
		"/gone":      status(http.StatusGone),
		"/forbidden": status(http.StatusForbidden),
		"/cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			fmt.Fprint(w, "<p>half")
		},
	}
	return func(w http.ResponseWriter, r *http.Request) {
		var n int
		if h := fixed[r.URL.Path]; h != nil {
			h(w, r)
		} else if _, err := fmt.Sscanf(r.URL.Path, "/hops/%d", &n); err == nil {
			http.Redirect(w, r, fmt.Sprintf("/hops/%d", n+1), http.StatusMovedPermanently)
		} else {
			http.NotFound(w, r)
		}
	}
}

func waitFirst(a, b <-chan struct{}) {
	select {
	case <-a:
	case <-b:
	}
}

// drip sends 50 bytes a second.
func drip(w http.ResponseWriter, r *http.Request) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for i := 0; r.Context().Err() == nil && i < 1000; i++ {
		fmt.Fprint(w, "x")
		w.(http.Flusher).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
		}
	}
}

func typed(kind, coding, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		if coding != "" {
			w.Header().Set("Content-Encoding", coding)
		}
		fmt.Fprint(w, text)
	}
}

func serveHTML(text string) http.HandlerFunc { return typed("text/html; charset=utf-8", "", text) }

// TestBadServers meets one misbehaviour a page, each with its own reason.
func TestBadServers(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	w := serve(t, "127.0.0.8", badServer(stop))
	c := newCrawler(t, Options{TrustSites: true, Limits: Limits{FirstByte: 300 * time.Millisecond, Total: 2 * time.Second,
		Grace: 300 * time.Millisecond, FileBytes: 1 << 20}})
	s := openSite(t, c, "bad", w.URL)
	start := time.Now()
	r := readAll(t, s, agent.Plan{}, 30)
	want := map[string]agent.SkipReason{
		"/silent": agent.SkipTimeout, "/drip": agent.SkipTooSlow, "/loop": agent.SkipRedirectLoop, "/hops/0": agent.SkipRedirectLoop,
		"/big.pdf": agent.SkipTooLarge, "/picture": agent.SkipNotText, "/broken": agent.SkipBadFile, "/odd": agent.SkipNotText,
		"/gone": agent.SkipHTTPStatus, "/forbidden": agent.SkipHTTPStatus, "/cut": agent.SkipNetwork,
	}
	for path, reason := range want {
		if got := r.skipped[w.URL+path]; got.Reason != reason || !got.Attempted {
			t.Errorf("%s: %+v, want %s", path, got, reason)
		}
	}
	if d := time.Since(start); d > 8*time.Second {
		t.Errorf("it took %v", d)
	}
	if n := w.count("/hops/6"); n != 0 {
		t.Error("more than five redirects were followed")
	}
	if n := w.count("/cut"); n != 2 {
		t.Errorf("a broken connection was tried %d times, want 2", n)
	}
}

// TestRobotsStatus goes through what RFC 9309 says of each answer.
func TestRobotsStatus(t *testing.T) {
	tests := []struct {
		name   string
		robots http.HandlerFunc
		read   bool
		reason agent.SkipReason
	}{
		{"404", http.NotFound, true, ""},
		{"403", status(403), true, ""},
		{"500", status(500), false, agent.SkipRobots},
		{"503", status(503), false, agent.SkipRobots},
		{"disallowed", serveText("User-agent: *\nDisallow: /"), false, agent.SkipRobots},
		{"disallowed for us", serveText("User-agent: sonde\nDisallow: /\nUser-agent: *\nAllow: /"), false, agent.SkipRobots},
		{"redirect loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/robots.txt", http.StatusFound) }, true, ""},
		{"rule beyond 500 KiB", serveText(strings.Repeat("# filler filler filler\n", 25000) + "User-agent: *\nDisallow: /"), true, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := serve(t, "127.0.0.9", func(rw http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					tt.robots(rw, r)
					return
				}
				fmt.Fprint(rw, page("Hello", "There is something to read here."))
			})
			s := openSite(t, newCrawler(t, Options{TrustSites: true}), "hello", w.URL)
			r := readAll(t, s, agent.Plan{}, 5)
			if (len(r.read) > 0) != tt.read {
				t.Errorf("read %v, skipped %v", r.urls(), r.skipped)
			}
			if sk := r.skipped[w.URL+"/"]; sk.Reason != tt.reason || sk.Attempted {
				t.Errorf("skipped %+v, want %q", sk, tt.reason)
			}
			if n := w.count("/"); (n > 0) != tt.read {
				t.Errorf("the page was asked for %d times", n)
			}
		})
	}
}

// TestRobotsOnRedirects follows a redirect of robots.txt, and obeys it on the
// redirects of pages.
func TestRobotsOnRedirects(t *testing.T) {
	w := serve(t, "127.0.0.10", pages(map[string]string{
		"/robots.txt": "-> /r2.txt", "/r2.txt": "User-agent: *\nDisallow: /private",
		"/": page("Start", "Here it begins.", "door|/door", "more|/more"), "/door": "-> /private/x",
		"/private/x": page("Private", "Nobody may read this."), "/more": page("More", "Anybody may read this."),
	}))
	s := openSite(t, newCrawler(t, Options{TrustSites: true}), "hello", w.URL)
	r := readAll(t, s, agent.Plan{}, 5)
	if sk := r.skipped[w.URL+"/door"]; sk.Reason != agent.SkipRobots || !sk.Attempted {
		t.Errorf("the redirect: %+v", sk)
	}
	if w.count("/private/x") != 0 || !r.has("/more") {
		t.Errorf("read %v; the private page was asked for %d times", r.urls(), w.count("/private/x"))
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func serveText(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, s)
	}
}

// TestCancel breaks off a round in the middle, both ways.
func TestCancel(t *testing.T) {
	stop := make(chan struct{})
	defer close(stop)
	w := serve(t, "127.0.0.11", func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			fmt.Fprint(rw, page("Start", "Here it begins.", "a|/a", "b|/b", "c|/c"))
			return
		}
		if r.URL.Path == "/robots.txt" {
			http.NotFound(rw, r)
			return
		}
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	})
	for _, way := range []string{"context", "break"} {
		s := openSite(t, newCrawler(t, Options{TrustSites: true}), "hello", w.URL)
		ctx, cancel := context.WithCancel(context.Background())
		var began time.Time
		cancelled := 0
		for step := range s.Read(ctx, agent.Plan{}, 10) {
			p, ok := step.(agent.Paged)
			if !ok {
				continue
			}
			if p.State == agent.PageSkipped && p.Reason == agent.SkipCancelled && p.Attempted {
				cancelled++
			}
			if p.State == agent.PageReading && strings.HasSuffix(p.URL, "/c") {
				began = time.Now()
				if way == "break" {
					break
				}
				waitFor(t, func() bool { return w.count("/a")+w.count("/b")+w.count("/c") >= 3 })
				cancel()
			}
		}
		cancel()
		if d := time.Since(began); d > 700*time.Millisecond {
			t.Errorf("by %s: it ended after %v", way, d)
		}
		if way == "context" && cancelled != 3 {
			t.Errorf("%d pages were told as cancelled, want 3", cancelled)
		}
		start := time.Now()
		closeSession(t, s)
		if d := time.Since(start); d > 500*time.Millisecond {
			t.Errorf("Close took %v", d)
		}
		w.mu.Lock()
		clear(w.hits)
		w.mu.Unlock()
	}
}

func waitFor(t testing.TB, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("it never came")
		}
		runtime.Gosched()
	}
}
