package crawler

import (
	"compress/gzip"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/sonde-search/sonde/agent"
)

// TestTLS reads a site over HTTP/2, and refuses it where its certificate is
// not one that we trust.
func TestTLS(t *testing.T) {
	var mu sync.Mutex
	protocols := map[int]bool{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		protocols[r.ProtoMajor] = true
		mu.Unlock()
		fmt.Fprint(w, page("Hello", "Read over TLS."))
	}))
	srv.EnableHTTP2 = true
	srv.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake
	srv.StartTLS()
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	for _, trusted := range []bool{true, false} {
		o := Options{TrustSites: true, RootCAs: x509.NewCertPool()}
		if trusted {
			o.RootCAs = roots
		}
		s := openSite(t, newCrawler(t, o), "hello", srv.URL)
		r := readAll(t, s, agent.Plan{}, 2)
		if (len(r.read) > 0) != trusted {
			t.Errorf("trusted %v: read %v, skipped %v", trusted, r.urls(), r.skipped)
		}
		if sk := r.skipped[srv.URL+"/"]; !trusted && sk.Reason != agent.SkipTLS {
			t.Errorf("skipped %+v", sk)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if !protocols[2] || protocols[1] {
		t.Errorf("protocols %v, want HTTP/2", protocols)
	}
}

// TestCodings reads the same page in each content coding.
func TestCodings(t *testing.T) {
	text := page("Coded", "你好，世界。 "+filler(3000, "word"))
	encode := map[string]func(io.Writer) (io.WriteCloser, error){
		"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		"br":   func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriter(w), nil },
		"zstd": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
	}
	w := serve(t, "127.0.2.40", func(rw http.ResponseWriter, r *http.Request) {
		coding := strings.Trim(r.URL.Path, "/")
		open := encode[coding]
		if open == nil || !strings.Contains(r.Header.Get("Accept-Encoding"), coding) {
			fmt.Fprint(rw, text)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Header().Set("Content-Encoding", coding)
		z, err := open(rw)
		if err == nil {
			_, err = io.WriteString(z, text)
		}
		if err == nil {
			err = z.Close()
		}
		if err != nil {
			t.Error(err)
		}
	})
	var first string
	for _, path := range []string{"/plain", "/gzip", "/br", "/zstd"} {
		s := openSite(t, newCrawler(t, Options{TrustSites: true}), "x", w.URL+path)
		r := readAll(t, s, agent.Plan{}, 1)
		if len(r.read) != 1 || r.read[0].Truncated {
			t.Fatalf("%s: %+v", path, r.skipped)
		}
		if first == "" {
			first = r.read[0].Text
		}
		if r.read[0].Text != first || !strings.Contains(first, "你好，世界。") {
			t.Errorf("%s reads otherwise", path)
		}
	}
}

// TestNothingOfOursLeaks looks at what servers see: no cookies, no referrer,
// no credentials, no headers that are for us alone.
func TestNothingOfOursLeaks(t *testing.T) {
	seen := make(chan http.Header, 100)
	h := func(next string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			seen <- r.Header.Clone()
			http.SetCookie(w, &http.Cookie{Name: "id", Value: "1", Path: "/"})
			switch {
			case r.URL.Path == "/robots.txt" || r.URL.Path == "/sitemap.xml":
				http.NotFound(w, r)
			case next != "" && r.URL.Path == "/go":
				http.Redirect(w, r, next, http.StatusFound)
			default:
				fmt.Fprint(w, page("x"+r.URL.Path, "Text of "+r.URL.Path, "go|/go", "again|/again"))
			}
		}
	}
	other := serve(t, "127.0.2.41", h(""))
	w := serve(t, "127.0.2.42", h(other.URL+"/there"))
	c := newCrawler(t, Options{Allow: []string{other.host()}, TrustSites: true})
	for _, start := range []string{"/", "/go"} {
		readAll(t, openSite(t, c, "x", w.URL+start), agent.Plan{}, 10)
	}
	close(seen)
	n := 0
	for h := range seen {
		n++
		for _, k := range []string{"Cookie", "Referer", "Authorization", idHeader} {
			if h.Get(k) != "" {
				t.Errorf("%s: %q was sent", k, h.Get(k))
			}
		}
		if !strings.Contains(h.Get("User-Agent"), Product) {
			t.Errorf("user agent %q", h.Get("User-Agent"))
		}
	}
	if n < 6 || other.count("/there") == 0 {
		t.Errorf("%d requests were seen, %d after the redirect", n, other.count("/there"))
	}
	if _, err := c.Open(t.Context(), agent.Question{Text: "x", Scope: agent.Scope{Sites: []string{"http://u:p@" + w.host()}}}); err == nil {
		t.Error("credentials in an address were taken")
	}
}

// TestRefreshToInternal follows a meta refresh as far as the guard lets it.
func TestRefreshToInternal(t *testing.T) {
	secret := serve(t, "127.0.2.43", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page("s", "secret")) })
	w := serve(t, "127.0.2.44", func(rw http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(rw, `<html><head><meta http-equiv="refresh" content="0;url=%s/x"></head><body>moved</body></html>`, secret.URL)
	})
	search := fakeSearchHits(agent.Hit{URL: w.URL + "/hit"})
	c := newCrawler(t, Options{Allow: []string{w.host()}, Search: search})
	r := readAll(t, openWeb(t, c, agent.Question{Text: "x"}), agent.Plan{Searches: []agent.Search{{Query: "x"}}}, 5)
	if len(r.read) > 0 || len(secret.log) > 0 {
		t.Errorf("read %v; the internal server saw %v", r.urls(), secret.log)
	}
	if sk := r.skipped[w.URL+"/hit"]; sk.Reason != agent.SkipBlockedAddress || !sk.Attempted {
		t.Errorf("skipped %+v", r.skipped)
	}
}

// TestUnreachable gives the reason of the network, not of robots.txt.
func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.2.45:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String() + "/"
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	r := readAll(t, openSite(t, newCrawler(t, Options{TrustSites: true}), "x", address), agent.Plan{}, 5)
	if sk := r.skipped[address]; sk.Reason != agent.SkipNetwork || sk.Detail != "connection refused" || strings.Contains(sk.Detail, "127.") {
		t.Errorf("skipped %+v", r.skipped)
	}
}
