// Package fakeweb serves small webs from txtar files: whole sites with several
// hosts, redirects, traps, slow and broken pages, on loopback.
//
// The first folder of a file's name is its host; every host is a server of its
// own, and {{host}} in any body stands for that server's address. Lines of the
// txtar comment that begin with @ change how one path is served:
//
//	@ en/slow.html delay=300ms
//	@ en/old.html status=301 location=/new.html
//	@ en/broken.html status=500
//	@ en/cut.html cut=100
//	@ en/calendar/ endless
package fakeweb

import (
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/tools/txtar"
)

// A Web is a running set of hosts.
type Web struct {
	servers map[string]*httptest.Server
	files   map[string][]byte // by host/path
	rules   map[string]rule

	mu   sync.Mutex
	seen []string // host/path of each request, in order
}

// rule is how one path is served.
type rule struct {
	delay    time.Duration
	status   int
	location string
	cut      int  // close the connection after so many bytes
	endless  bool // every path below links to ever more paths
}

// Start serves the txtar archive. Close it when done.
func Start(archive []byte) (*Web, error) {
	a := txtar.Parse(archive)
	w := &Web{servers: map[string]*httptest.Server{}, files: map[string][]byte{}, rules: map[string]rule{}}
	for line := range strings.SplitSeq(string(a.Comment), "\n") {
		if err := w.addRule(line); err != nil {
			return nil, err
		}
	}
	for _, f := range a.Files {
		host, _, _ := strings.Cut(f.Name, "/")
		w.files[f.Name] = f.Data
		if w.servers[host] == nil {
			w.servers[host] = httptest.NewServer(w.handler(host))
		}
	}
	for name, body := range w.files {
		w.files[name] = []byte(w.expand(string(body)))
	}
	return w, nil
}

func (w *Web) addRule(line string) error {
	fields := strings.Fields(line)
	if len(fields) < 3 || fields[0] != "@" {
		return nil
	}
	r := rule{}
	for _, f := range fields[2:] {
		key, value, _ := strings.Cut(f, "=")
		var err error
		switch key {
		case "delay":
			r.delay, err = time.ParseDuration(value)
		case "status":
			r.status, err = strconv.Atoi(value)
		case "location":
			r.location = value
		case "cut":
			r.cut, err = strconv.Atoi(value)
		case "endless":
			r.endless = true
		default:
			err = fmt.Errorf("word %q is not known", key)
		}
		if err != nil {
			return fmt.Errorf("rule %q: %w", line, err)
		}
	}
	w.rules[fields[1]] = r
	return nil
}

// expand replaces {{host}} with that host's address.
func (w *Web) expand(s string) string {
	for host, srv := range w.servers {
		s = strings.ReplaceAll(s, "{{"+host+"}}", srv.URL)
	}
	return s
}

// URL is the address of a host's path, such as URL("en/index.html").
func (w *Web) URL(name string) string {
	host, rest, _ := strings.Cut(name, "/")
	return w.servers[host].URL + "/" + rest
}

// Seen lists the requests so far as host/path, in their order.
func (w *Web) Seen() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.seen...)
}

// Close stops all hosts.
func (w *Web) Close() {
	for _, s := range w.servers {
		s.CloseClientConnections()
		s.Close()
	}
}

func (w *Web) handler(host string) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		name := host + r.URL.Path
		w.mu.Lock()
		w.seen = append(w.seen, name)
		w.mu.Unlock()
		rule := w.rules[name]
		if rule.delay > 0 {
			select {
			case <-time.After(rule.delay):
			case <-r.Context().Done():
				return
			}
		}
		if w.serveTrap(rw, name) {
			return
		}
		w.serveFile(rw, name, rule)
	})
}

// serveTrap serves what lies below an endless folder: a page with links to
// ever more pages.
func (w *Web) serveTrap(rw http.ResponseWriter, name string) bool {
	for prefix, r := range w.rules {
		if r.endless && strings.HasPrefix(name, prefix) {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			n := strings.Count(name, "/")
			fmt.Fprintf(rw, "<title>Calendar %d</title><p>Nothing happens on this day. There is no event in this month.</p>", n)
			fmt.Fprintf(rw, `<a href="next/%d">next month</a> <a href="prev/%d">previous month</a>`, n, n)
			return true
		}
	}
	return false
}

func (w *Web) serveFile(rw http.ResponseWriter, name string, r rule) {
	body, ok := w.files[name]
	if !ok && strings.HasSuffix(name, "/") {
		name += "index.html"
		body, ok = w.files[name]
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		rw.Header().Set("Content-Type", t)
	}
	if r.location != "" {
		rw.Header().Set("Location", w.expand(r.location))
	}
	switch {
	case r.status != 0:
		rw.WriteHeader(r.status)
	case !ok:
		http.Error(rw, "404 page not found", http.StatusNotFound)
		return
	}
	if r.cut > 0 {
		rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:min(r.cut, len(body))]
	}
	// A reader that went away is not this server's concern.
	_, _ = rw.Write(body)
}
