package engine

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// There is one layer of retries, and it is here: at most three attempts of a
// call, none after the reader was shown a part of the reply, none while the
// breaker is open, and, over time, at most one for every ten calls, so that
// an endpoint in trouble is not given more of it.
// Source of the figures: "Site Reliability Engineering", chapter 21,
// "Handling Overload" (per-request and per-client retry budgets).
const (
	retryBase     = 500 * time.Millisecond // before the second attempt
	retryCap      = 8 * time.Second        // of a wait that the endpoint did not ask for
	retryAfterCap = 60 * time.Second       // of a wait that it asked for
	retryShare    = 0.07                   // retries earned by each call
	retryReserve  = 2                      // retries at hand at the start
	retryRegain   = time.Minute            // a quiet endpoint regains one retry in so long, up to the reserve

	breakerAfter = 5                // failures in a row
	breakerRest  = 30 * time.Second // before one call may try again
)

// Health is what is known of endpoints' failures: breakers and retry budgets.
// It is safe for concurrent use.
type Health struct {
	mu sync.Mutex
	by map[string]*endpointHealth
}

// NewHealth returns a Health that knows nothing yet.
func NewHealth() *Health { return &Health{by: map[string]*endpointHealth{}} }

// maxHealth bounds how many endpoints are remembered.
const maxHealth = 1024

func (h *Health) of(name string) *endpointHealth {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.by[name]
	if e == nil {
		if len(h.by) >= maxHealth {
			clear(h.by)
		}
		e = &endpointHealth{retries: retryReserve, dropped: map[string]bool{}}
		h.by[name] = e
	}
	return e
}

type endpointHealth struct {
	mu       sync.Mutex
	failures int       // in a row
	until    time.Time // the breaker is open until then
	probing  bool      // one call is trying whether it may close
	retries  float64   // at hand
	earned   time.Time
	calls    int
	extra    int             // retries made
	dropped  map[string]bool // features of requests that the endpoint refused
	context  int             // tokens, learned from a refusal; 0: none
}

func (h *endpointHealth) contextLimit() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.context
}

func (h *endpointHealth) learnContext(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.context = n
}

// has reports whether a feature of requests was not refused so far.
func (h *endpointHealth) has(feature string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.dropped[feature]
}

// drop remembers that a feature was refused; it reports false where that was known.
func (h *endpointHealth) drop(feature string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	fresh := !h.dropped[feature]
	h.dropped[feature] = true
	return fresh
}

// allow reports whether a call may be made, and counts it.
func (h *endpointHealth) allow(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.failures >= breakerAfter {
		if now.Before(h.until) || h.probing {
			return false
		}
		h.probing = true
	}
	h.calls++
	h.retries = min(h.retries+retryShare, max(h.retries, 10*retryReserve))
	return true
}

// spend takes one retry out of the budget, or reports that none is left.
func (h *endpointHealth) spend(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.retries < retryReserve && !h.earned.IsZero() {
		h.retries = min(retryReserve, h.retries+float64(now.Sub(h.earned))/float64(retryRegain))
	}
	h.earned = now
	if h.retries < 1 || h.failures >= breakerAfter {
		return false
	}
	h.retries--
	h.extra++
	return true
}

// record counts an attempt's outcome. What is our side's doing counts neither way.
func (h *endpointHealth) record(m *ModelError, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.probing = false
	if m == nil {
		h.failures = 0
		return
	}
	switch m.Fault {
	case FaultCancelled, FaultDeadline, FaultBudget, FaultOpen:
		return
	case FaultRefused, FaultContext, FaultEmpty, FaultEndless, FaultRequest:
		h.failures = 0 // it answered; other questions may fare better
		return
	}
	if h.failures++; h.failures >= breakerAfter {
		h.until = now.Add(max(breakerRest, min(m.RetryAfter, retryAfterCap)))
	}
}

// backoff is the wait before attempt n+1 (n from 1): what the endpoint asked
// for, else exponential, half of it jitter.
func backoff(n int, asked time.Duration, rand func() float64) time.Duration {
	if asked > 0 {
		return min(asked, retryAfterCap) + time.Duration(rand()*float64(100*time.Millisecond))
	}
	full := min(retryBase<<(n-1), retryCap)
	return full/2 + time.Duration(rand()*float64(full)/2)
}

// retryAfter reads the Retry-After header: seconds or a date (RFC 9110, 10.2.3),
// and retry-after-ms, which some endpoints send beside it. 0: there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 && ms < 1e9 {
		return time.Duration(ms * float64(time.Millisecond))
	}
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(v, 64); err == nil && s > 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second))
	}
	if t, err := http.ParseTime(v); err == nil && t.After(now) {
		return t.Sub(now)
	}
	return 0
}

// pause waits, or reports false where ctx ends first or the wait would take
// more than half of the time that is left: then others should go on.
func pause(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && d > time.Until(end)/2 {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
