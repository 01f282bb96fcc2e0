package engine

import (
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2025, 2, 14, 12, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	for _, c := range []struct {
		key, value string
		want       time.Duration
	}{
		{"Retry-After", "2", 2 * time.Second}, {"Retry-After", "0.5", 500 * time.Millisecond},
		{"Retry-After", "Fri, 14 Feb 2025 12:00:30 GMT", 30 * time.Second},
		{"Retry-After", "Fri, 14 Feb 2025 11:00:00 GMT", 0},
		{"Retry-After", "soon", 0}, {"Retry-After", "-5", 0}, {"Retry-After", "1e300", 0}, {"Retry-After", "NaN", 0},
		{"Retry-After-Ms", "250", 250 * time.Millisecond}, {"Retry-After-Ms", "Inf", 0},
	} {
		h := http.Header{}
		h.Set(c.key, c.value)
		if got := retryAfter(h, noon); got != c.want {
			t.Errorf("%s: %s = %v, want %v", c.key, c.value, got, c.want)
		}
	}
}

func TestBackoff(t *testing.T) {
	for n := 1; n <= 8; n++ {
		full := min(retryBase<<(n-1), retryCap)
		low, high := backoff(n, 0, func() float64 { return 0 }), backoff(n, 0, func() float64 { return 1 })
		if low != full/2 || high != full {
			t.Errorf("attempt %d: %v to %v", n, low, high)
		}
	}
	if got := backoff(1, 5*time.Second, func() float64 { return 0 }); got != 5*time.Second {
		t.Errorf("asked for 5 s: %v", got)
	}
	if got := backoff(1, time.Hour, func() float64 { return 0 }); got != retryAfterCap {
		t.Errorf("asked for an hour: %v", got)
	}
}

func TestBreaker(t *testing.T) {
	h := NewHealth().of("x")
	bad := &ModelError{Fault: FaultServer}
	for i := range breakerAfter {
		if !h.allow(noon) {
			t.Fatalf("closed after %d failures", i)
		}
		h.record(bad, noon)
	}
	if h.allow(noon.Add(breakerRest - time.Second)) {
		t.Error("asked while the breaker is open")
	}
	if h.spend(noon) {
		t.Error("a retry was granted while the breaker is open")
	}
	later := noon.Add(breakerRest)
	if !h.allow(later) || h.allow(later) {
		t.Error("not exactly one call may try again")
	}
	h.record(bad, later)
	if h.allow(later.Add(time.Second)) {
		t.Error("a failed try closes the breaker")
	}
	again := later.Add(breakerRest)
	if !h.allow(again) {
		t.Fatal("no second try")
	}
	h.record(nil, again)
	for range 2 {
		if !h.allow(again) {
			t.Error("a good try does not close the breaker")
		}
	}
}

func TestBreakerCountsOnlyTheEndpoint(t *testing.T) {
	h := NewHealth().of("x")
	for _, f := range []ModelFault{FaultCancelled, FaultDeadline, FaultRefused, FaultContext, FaultBudget, FaultEmpty, FaultEndless} {
		for range 2 * breakerAfter {
			h.record(&ModelError{Fault: f}, noon)
		}
		if !h.allow(noon) {
			t.Errorf("%s opens the breaker", f)
		}
	}
}

func TestRetryBudget(t *testing.T) {
	h := NewHealth().of("x")
	granted := 0
	for range 1000 {
		h.allow(noon)
		if h.spend(noon) {
			granted++
		}
	}
	if granted > 100 || granted < 50 {
		t.Errorf("%d retries for 1000 calls", granted)
	}
	if !h.spend(noon.Add(time.Hour)) {
		t.Error("an hour of quiet regains nothing")
	}
}

func TestHealthIsBounded(t *testing.T) {
	h := NewHealth()
	for i := range 3 * maxHealth {
		h.of(time.Duration(i).String())
	}
	if len(h.by) > maxHealth {
		t.Errorf("%d endpoints remembered", len(h.by))
	}
}

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		status int
		words  string
		want   ModelFault
	}{
		{401, "", FaultKey}, {403, "", FaultKey}, {403, "Arrearage: overdue", FaultQuota}, {402, "", FaultQuota},
		{429, "rate limit reached", FaultRate}, {429, "insufficient_quota", FaultQuota}, {500, "", FaultServer}, {529, "overloaded", FaultServer},
		{400, "maximum context length is 8192 tokens", FaultContext}, {400, "输入内容过长", FaultContext}, {413, "prompt is too long", FaultContext},
		{400, "Content Exists Risk", FaultRefused}, {400, "data_inspection_failed", FaultRefused}, {400, "unknown field x", FaultRequest}, {404, "", FaultRequest},
		{400, "余额不足", FaultQuota}, {0, "rate limit", FaultRate}, {0, "Invalid API key", FaultKey}, {0, "busy", FaultServer}, {408, "", FaultServer},
	} {
		if got := classify(c.status, c.words); got != c.want {
			t.Errorf("classify(%d, %q) = %s, want %s", c.status, c.words, got, c.want)
		}
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"key abc123 is bad":                            "key … is bad",
		"Incorrect API key provided: sk-proj-Ab12***9": "Incorrect API key provided: …",
		"Bearer eyJhbGciOiJIUzI1NiJ9.abc.def refused":  "… refused",
		"plain words stay":                             "plain words stay",
		"0123456789abcdef0123456789abcdef.AbCdEfGh":    "…",
	} {
		if got := redact(in, "abc123"); got != want {
			t.Errorf("redact(%q) = %q, want %q", in, got, want)
		}
	}
}
