package crawler

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"github.com/sonde-search/sonde/agent"
)

// A dialLog sees every address that the guard lets through, and stops the
// connection to those that are not of the test's own.
type dialLog struct {
	mu  sync.Mutex
	own []string
	out []string
}

var errNotDialled = failure(agent.SkipNetwork, "not dialled in tests")

func (l *dialLog) observe(_, address string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.Contains(l.own, address) {
		return nil
	}
	l.out = append(l.out, address)
	return errNotDialled
}

// internal are the dialled addresses that are not public.
func (l *dialLog) internal() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(l.out), func(a string) bool {
		ap, err := netip.ParseAddrPort(a)
		return err == nil && public(newGuardian(), ap.Addr())
	})
}

// ssrfVectors are the addresses of the outside data.
func ssrfVectors(t *testing.T) []string {
	dir := dataDir(t, "vectors", "ssrf")
	var out []string
	f, err := os.Open(dir + "/ssrf_urls_from_PATT.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var v struct{ URL string }
		if err := json.Unmarshal(sc.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v.URL)
	}
	var hosts []string
	readJSON(t, dir+"/safeurl_blocked_hosts.json", &hosts)
	for _, h := range hosts {
		out = append(out, "http://"+h)
	}
	var whatwg []struct{ Input string }
	readJSON(t, dir+"/whatwg_ip_obfuscation_subset.json", &whatwg)
	for _, w := range whatwg {
		out = append(out, w.Input)
	}
	var prefixes []struct{ Prefix string }
	readJSON(t, dir+"/iana_denied_prefixes_dny.json", &prefixes)
	for _, p := range prefixes {
		out = append(out, "http://"+netip.AddrPortFrom(netip.MustParsePrefix(p.Prefix).Addr().Next(), 80).String()+"/")
	}
	return out
}

func readJSON(t *testing.T, name string, v any) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestSSRFVectors sends every address through the whole fetch path three ways:
// as a site, as a link of a page and as a redirect, with both resolvers.
func TestSSRFVectors(t *testing.T) {
	vectors := ssrfVectors(t)
	if len(vectors) < 150 {
		t.Fatalf("%d vectors", len(vectors))
	}
	for _, goResolver := range []bool{true, false} {
		log := &dialLog{}
		w := serve(t, "127.0.0.3", func(rw http.ResponseWriter, r *http.Request) {
			var n int
			if _, err := fmt.Sscanf(r.URL.Path, "/to/%d", &n); err == nil {
				rw.Header().Set("Location", vectors[n])
				rw.WriteHeader(http.StatusFound)
				return
			}
			fmt.Fprint(rw, page("x", "y"))
		})
		log.own = []string{w.host()}
		c := newCrawler(t, Options{Allow: []string{w.host()}, Resolver: &net.Resolver{PreferGo: goResolver}})
		c.test.observe = log.observe
		for i, v := range vectors {
			s, err := c.Open(t.Context(), agent.Question{Text: "q", Scope: agent.Scope{Sites: []string{v}}})
			if err == nil {
				r := readAll(t, s, agent.Plan{}, 2)
				if len(r.read) > 0 {
					t.Errorf("%s was read", v)
				}
				closeSession(t, s)
			}
			s, err = c.Open(t.Context(), agent.Question{Text: "q", Scope: agent.Scope{Sites: []string{fmt.Sprintf("%s/to/%d", w.URL, i)}}})
			if err != nil {
				t.Fatal(err)
			}
			r := readAll(t, s, agent.Plan{}, 2)
			if len(r.read) > 0 && !strings.HasPrefix(r.read[0].URL, w.URL) {
				t.Errorf("%s was read after a redirect", v)
			}
			for _, sk := range r.skipped {
				if strings.Contains(sk.Detail, "127.0") || strings.Contains(sk.Detail, "169.254") {
					t.Errorf("the detail %q names an address", sk.Detail)
				}
			}
			closeSession(t, s)
		}
		if in := log.internal(); len(in) > 0 {
			t.Errorf("resolver go=%v: dialled %v", goResolver, in)
		}
	}
}

func closeSession(t *testing.T, s agent.Session) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestRedirectsToInternal lets a public-looking site redirect to an internal
// server at hop 1 to 5, with every status.
func TestRedirectsToInternal(t *testing.T) {
	secret := serve(t, "127.0.0.4", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page("secret", "secret")) })
	for _, code := range []int{301, 302, 303, 307, 308} {
		for hop := 1; hop <= 5; hop++ {
			var w *testWeb
			w = serve(t, "127.0.0.5", func(rw http.ResponseWriter, r *http.Request) {
				var n int
				if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err != nil {
					http.NotFound(rw, r)
					return
				}
				to := fmt.Sprintf("%s/%d", w.URL, n+1)
				if n == hop {
					to = secret.URL + "/latest/meta-data/"
				}
				http.Redirect(rw, r, to, code)
			})
			log := &dialLog{own: []string{w.host()}}
			c := newCrawler(t, Options{Allow: []string{w.host()}})
			c.test.observe = log.observe
			s := openSite(t, c, "q", w.URL+"/1")
			r := readAll(t, s, agent.Plan{}, 3)
			if len(r.read) > 0 || len(log.out) > 0 {
				t.Errorf("%d at hop %d: read %v, dialled %v", code, hop, r.urls(), log.out)
			}
			if sk := r.skipped[w.URL+"/1"]; sk.Reason != agent.SkipBlockedAddress || !sk.Attempted {
				t.Errorf("%d at hop %d: %+v", code, hop, sk)
			}
		}
	}
	if n := len(secret.log); n > 0 {
		t.Errorf("the internal server was asked %d times", n)
	}
}

// TestRebinding uses a DNS server whose answers flip between public and
// internal from query to query.
func TestRebinding(t *testing.T) {
	secret := serve(t, "127.0.0.6", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page("secret", "secret")) })
	resolver := flipDNS(t, "93.184.216.34", "127.0.0.6")
	_, port, err := net.SplitHostPort(secret.host())
	if err != nil {
		t.Fatal(err)
	}
	for _, trust := range []bool{false, true} {
		log := &dialLog{own: []string{secret.host()}}
		c := newCrawler(t, Options{Resolver: resolver, TrustSites: trust})
		c.test.observe = log.observe
		for i := range 50 {
			// A public site, whose links name the rebinding host, and the host itself.
			site := fmt.Sprintf("http://r%d.example/", i)
			if trust {
				site = fmt.Sprintf("http://r%d.example:80/", i)
			}
			s, err := c.Open(t.Context(), agent.Question{Text: "q", Scope: agent.Scope{Sites: []string{site}}})
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				_, err := s.(*Session).get(t.Context(), fmt.Sprintf("http://r%d.example:%s/", i, port), 1000)
				if err == nil {
					t.Error("the internal server answered")
				}
			}
			readAll(t, s, agent.Plan{}, 3)
			closeSession(t, s)
		}
		if !trust {
			if in := log.internal(); len(in) > 0 {
				t.Errorf("dialled %v", in)
			}
		}
	}
	if n := len(secret.log); n > 0 {
		t.Errorf("the internal server was asked %d times", n)
	}
}

// flipDNS is a resolver on loopback that gives the addresses in turn, TTL 0.
func flipDNS(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	n := 0
	srv := &dns.Server{PacketConn: pc, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg)
		m.SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			mu.Lock()
			a := addresses[n%len(addresses)]
			n++
			mu.Unlock()
			m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.ParseIP(a)})
		}
		_ = w.WriteMsg(m) // a lost answer is a failed look-up
	})}
	done := make(chan error, 1)
	go func() { done <- srv.ActivateAndServe() }()
	t.Cleanup(func() {
		_ = srv.Shutdown() // the test is over
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

// TestHelpersToInternal lets robots.txt, sitemaps, feeds and the address that
// cannot exist lead to an internal server, at every hop, and lists its addresses.
func TestHelpersToInternal(t *testing.T) {
	secret := serve(t, "127.0.0.14", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page("secret", "secret")) })
	for _, kind := range []string{"/robots.txt", "/sitemap.xml", "/map2.xml", "/feed.xml", "/sonde-"} {
		for hop := 1; hop <= 5; hop++ {
			var w *testWeb
			w = serve(t, "127.0.0.15", func(rw http.ResponseWriter, r *http.Request) {
				var n int
				p := r.URL.Path
				_, err := fmt.Sscanf(p, "/hop/%d", &n)
				switch {
				case err == nil && n >= hop, strings.HasPrefix(p, kind) && hop == 1:
					http.Redirect(rw, r, secret.URL+"/latest/meta-data/", http.StatusFound)
				case err == nil, strings.HasPrefix(p, kind):
					http.Redirect(rw, r, fmt.Sprintf("/hop/%d", max(n+1, 2)), http.StatusFound)
				case p == "/robots.txt":
					fmt.Fprintf(rw, "Sitemap: %s/sitemap.xml\nSitemap: %s/theirs.xml\n", w.URL, secret.URL)
				case p == "/sitemap.xml":
					fmt.Fprintf(rw, "<sitemapindex><sitemap><loc>%s/map2.xml</loc></sitemap><sitemap><loc>%s/map.xml</loc></sitemap></sitemapindex>", w.URL, secret.URL)
				case p == "/map2.xml":
					fmt.Fprintf(rw, "<urlset><url><loc>%s/a</loc></url><url><loc>%s/b</loc></url></urlset>", w.URL, secret.URL)
				case p == "/feed.xml":
					fmt.Fprintf(rw, "<rss version='2.0'><channel><item><title>x</title><link>%s/c</link></item></channel></rss>", secret.URL)
				case p == "/":
					fmt.Fprint(rw, strings.Replace(page("Start", "Here it begins.", "gone|/gone"), "<head>", `<head><link rel="alternate" type="application/rss+xml" href="/feed.xml">`, 1))
				default:
					fmt.Fprint(rw, page("Page not found", "Sorry, page not found."))
				}
			})
			log := &dialLog{own: []string{w.host()}}
			c := newCrawler(t, Options{TrustSites: true})
			c.test.observe = log.observe
			r := readAll(t, openSite(t, c, "q", w.URL), agent.Plan{}, 6)
			if len(log.out) > 0 || len(secret.log) > 0 {
				t.Errorf("%s at hop %d: dialled %v, the internal server saw %v", kind, hop, log.out, secret.log)
			}
			waitFor(t, func() bool { return askedPrefix(w, kind) })
			if kind != "/robots.txt" && len(r.read) != 1 {
				t.Errorf("%s at hop %d: read %v", kind, hop, r.urls())
			}
		}
	}
}

// askedPrefix reports whether an address that begins so was asked for.
func askedPrefix(w *testWeb, prefix string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.log, func(s string) bool { return strings.HasPrefix(s, prefix) })
}
