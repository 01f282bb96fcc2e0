package crawler

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// A testWeb is a real server on one loopback address.
type testWeb struct {
	*httptest.Server
	mu   sync.Mutex
	hits map[string]int
	log  []string
}

// serve starts a server on a loopback address of its own (127.0.0.x).
func serve(t testing.TB, ip string, h http.HandlerFunc) *testWeb {
	t.Helper()
	l, err := net.Listen("tcp", ip+":0")
	if err != nil {
		t.Fatal(err)
	}
	w := &testWeb{hits: map[string]int{}}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.hits[r.URL.RequestURI()]++
		w.log = append(w.log, r.URL.RequestURI())
		w.mu.Unlock()
		h(rw, r)
	}))
	_ = srv.Listener.Close() // httptest opened one that is not wanted
	srv.Listener = l
	srv.Start()
	w.Server = srv
	t.Cleanup(srv.Close)
	return w
}

func (w *testWeb) count(path string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hits[path]
}

func (w *testWeb) host() string { return strings.TrimPrefix(w.URL, "http://") }

// pages serves fixed pages; the value is HTML, "-> /x" is a redirect.
func pages(m map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, ok := m[r.URL.RequestURI()]
		switch {
		case !ok:
			http.NotFound(w, r)
		case strings.HasPrefix(body, "-> "):
			http.Redirect(w, r, body[3:], http.StatusFound)
		case strings.HasPrefix(body, "<?xml"):
			w.Header().Set("Content-Type", "application/xml")
			fmt.Fprint(w, body)
		case strings.HasSuffix(r.URL.Path, ".txt"):
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			fmt.Fprint(w, body)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, body)
		}
	}
}

// page writes a small page with a title, a paragraph and links as "text|href".
func page(title, text string, links ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html><html><head><title>%s</title></head><body><main><h1>%s</h1><p>%s</p><ul>", title, title, text)
	for _, l := range links {
		text, href, _ := strings.Cut(l, "|")
		fmt.Fprintf(&b, `<li><a href="%s">%s</a></li>`, href, text)
	}
	b.WriteString("</ul></main></body></html>")
	return b.String()
}

// shortExtract reads no more than the first 8 kB of a body, for tests that
// measure the fetching alone.
func shortExtract(ctx context.Context, in extract.Input) (extract.Result, error) {
	in.Body = in.Body[:min(len(in.Body), 8<<10)]
	return extract.Extract(ctx, in)
}

func newCrawler(t testing.TB, o Options) *Crawler {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A reading is what a round told.
type reading struct {
	read     []*agent.Page
	skipped  map[string]agent.Paged
	steps    []agent.Paged
	searched []agent.Searched
	attempts int
}

func (r reading) urls() []string {
	var us []string
	for _, p := range r.read {
		us = append(us, p.URL)
	}
	return us
}

func (r reading) has(suffix string) bool {
	for _, p := range r.read {
		if strings.HasSuffix(p.URL, suffix) {
			return true
		}
	}
	return false
}

// readAll reads one round.
func readAll(t testing.TB, s agent.Session, p agent.Plan, limit int) reading {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	r := reading{skipped: map[string]agent.Paged{}}
	final := map[string]bool{}
	for step := range s.Read(ctx, p, limit) {
		switch st := step.(type) {
		case agent.Searched:
			r.searched = append(r.searched, st)
		case agent.Paged:
			r.steps = append(r.steps, st)
			if st.State == agent.PageReading {
				continue
			}
			key := st.URL
			if st.Page != nil && st.Page.Asked != "" {
				key = st.Page.Asked
			}
			if st.Attempted {
				r.attempts++
				if final[key] {
					t.Errorf("%s was told as attempted twice", key)
				}
				final[key] = true
			}
			if st.State == agent.PageRead {
				r.read = append(r.read, st.Page)
			} else {
				r.skipped[st.URL] = st
			}
		}
	}
	if ctx.Err() != nil {
		t.Error("the round did not end by itself")
	}
	if r.attempts > limit {
		t.Errorf("%d pages were attempted, the limit is %d", r.attempts, limit)
	}
	return r
}

// openSite opens a session on sites that a person typed.
func openSite(t testing.TB, c *Crawler, question string, sites ...string) agent.Session {
	t.Helper()
	s, err := c.Open(context.Background(), agent.Question{Text: question, Scope: agent.Scope{Sites: sites}})
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

// dataDir is the folder of outside data, or a skip where it is absent.
func dataDir(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv("SONDE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	p := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("the outside data is not here: set SONDE_DATA to its folder (%v)", err)
	}
	return p
}

// filler makes distinct running text.
func filler(words int, seed string) string {
	var b bytes.Buffer
	for i := range words {
		fmt.Fprintf(&b, "%s%d ", seed, i)
		if i%12 == 11 {
			b.WriteString(". ")
		}
	}
	return b.String()
}
