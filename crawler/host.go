package crawler

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A hostTable keeps what is owed to each host, process-wide: how many fetches
// run, when the next may start, and whether it asked for a pause.
type hostTable struct {
	now func() time.Time
	mu  sync.Mutex
	m   map[string]*host
}

// A host is one origin's account.
type host struct {
	active int
	next   time.Time // no request before (Crawl-delay)
	paused time.Time // no request before (429, 503)
	errors int       // times in a row that it asked for a pause
	used   time.Time
}

const maxHosts = 4096 // accounts kept; those at rest are dropped beyond

func newHostTable(now func() time.Time) *hostTable {
	return &hostTable{now: now, m: map[string]*host{}}
}

func (t *hostTable) get(origin string) *host {
	h := t.m[origin]
	if h == nil {
		if len(t.m) >= maxHosts {
			t.forget()
		}
		h = &host{}
		t.m[origin] = h
	}
	h.used = t.now()
	return h
}

// forget drops accounts at rest.
func (t *hostTable) forget() {
	now := t.now()
	for k, h := range t.m {
		if h.active == 0 && now.After(h.next) && now.After(h.paused) && now.Sub(h.used) > time.Minute {
			delete(t.m, k)
		}
	}
}

// A pace is what a host allows.
type pace struct {
	atOnce int
	delay  time.Duration // between the starts of two requests
}

// acquire takes a place at the host. Where it has none now, it says when to
// ask again; zero: when a fetch of this host ends.
func (t *hostTable) acquire(origin string, p pace) (ok bool, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, now := t.get(origin), t.now()
	if p.delay > 0 || h.errors > 0 {
		p.atOnce = 1 // never faster after a complaint
	}
	switch {
	case now.Before(h.paused):
		return false, h.paused
	case h.active >= p.atOnce:
		return false, time.Time{}
	case now.Before(h.next):
		return false, h.next
	}
	h.active++
	h.next = now.Add(p.delay)
	return true, time.Time{}
}

// release gives a place back.
func (t *hostTable) release(origin string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.get(origin)
	h.active = max(0, h.active-1)
}

// served notes that the host answered as it should.
func (t *hostTable) served(origin string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.get(origin)
	h.errors = max(0, h.errors-1)
}

// pause keeps all requests from the host for d, or, where it named no time,
// for one second that doubles with each complaint.
func (t *hostTable) pause(origin string, d time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.get(origin)
	if d <= 0 {
		d = time.Second << min(h.errors, 5)
	}
	h.errors++
	if until := t.now().Add(d); until.After(h.paused) {
		h.paused = until
	}
	return d
}

// retryAfter reads a Retry-After header (RFC 9110, 10.2.3): seconds or a date;
// zero where there is none. A day is the longest it may say.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	d := time.Duration(0)
	if s, err := strconv.ParseInt(v, 10, 32); err == nil {
		d = time.Duration(s) * time.Second
	} else if t, err := http.ParseTime(v); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), 24*time.Hour)
}

// delay keeps the next request from the host for d, without a complaint.
func (t *hostTable) delay(origin string, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := t.get(origin)
	if next := t.now().Add(d); next.After(h.next) {
		h.next = next
	}
}
