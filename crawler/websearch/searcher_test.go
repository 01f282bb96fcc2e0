package websearch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A script is a provider that does what its function says and counts.
type script struct {
	name string
	do   func(ctx context.Context, n int) ([]agent.Hit, error)
	mu   sync.Mutex
	n    int
}

func (s *script) Name() string { return s.name }

func (s *script) Search(ctx context.Context, _ Query) ([]agent.Hit, error) {
	s.mu.Lock()
	s.n++
	n := s.n
	s.mu.Unlock()
	return s.do(ctx, n)
}

func (s *script) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

func hit(u string) []agent.Hit { return []agent.Hit{{URL: u}} }

// good answers after a while; bad fails; slow never answers.
func good(name string, after time.Duration) *script {
	return &script{name: name, do: func(ctx context.Context, _ int) ([]agent.Hit, error) {
		select {
		case <-time.After(after):
			return hit("https://" + name + ".example/"), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
}

func bad(name string, reason Reason) *script {
	return &script{name: name, do: func(context.Context, int) ([]agent.Hit, error) {
		return nil, &Error{Provider: name, Reason: reason}
	}}
}

func empty(name string) *script {
	return &script{name: name, do: func(context.Context, int) ([]agent.Hit, error) { return nil, nil }}
}

func searcher(t *testing.T, ask string, ps ...Provider) *Searcher {
	t.Helper()
	s, err := New(Options{Config: Config{Ask: ask}, Providers: ps})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// told is what a search yields, in one line: "a:1 b:timeout".
func told(s *Searcher, ctx context.Context) string {
	var out []string
	for r := range s.Search(ctx, Query{Text: "q"}) {
		word := "0"
		switch {
		case r.Err != nil:
			word = string(ReasonOf(r.Err))
			var e *Error
			if errors.As(r.Err, &e) && e.Resting {
				word = "resting"
			}
		case len(r.Hits) > 0:
			word = "1"
		}
		out = append(out, r.Provider+":"+word)
	}
	return strings.Join(out, " ")
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		name, ask string
		ps        []Provider
		want      string
		took      time.Duration
	}{
		{"all at once, as they come", "all", []Provider{good("a", 3*time.Second), good("b", time.Second)}, "b:1 a:1", 3 * time.Second},
		{"a failure beside hits", "all", []Provider{bad("a", Blocked), good("b", time.Second)}, "a:blocked b:1", time.Second},
		{"the first is enough", "first", []Provider{good("a", time.Second), good("b", 0)}, "a:1", time.Second},
		{"the next takes over", "first", []Provider{bad("a", RateLimited), good("b", time.Second), good("c", 0)}, "a:rate_limited b:1", time.Second},
		{"zero hits go on", "first", []Provider{empty("a"), good("b", 0)}, "a:0 b:1", 0},
		{"a slow one is hedged", "first", []Provider{good("a", time.Minute), good("b", time.Second)}, "b:1", 2500 * time.Millisecond},
		{"too slow", "all", []Provider{good("a", time.Hour)}, "a:timeout", 10 * time.Second},
		{"all fail", "first", []Provider{bad("a", Blocked), bad("b", Network)}, "a:blocked b:network", 0},
		{"an honest zero", "all", []Provider{empty("a")}, "a:0", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				if got := told(searcher(t, c.ask, c.ps...), t.Context()); got != c.want {
					t.Errorf("got %q, want %q", got, c.want)
				}
				if took := time.Since(start); took != c.took {
					t.Errorf("took %s, want %s", took, c.took)
				}
			})
		})
	}
}

// TestRest: a provider that failed is not asked for growing pauses, says so,
// and is asked again afterwards.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := bad("a", Blocked)
		s := searcher(t, "all", a, good("b", 0))
		for _, step := range []struct {
			wait  time.Duration
			want  string
			calls int
		}{
			{0, "a:blocked b:1", 1},
			{59 * time.Second, "a:resting b:1", 1},
			{time.Second, "a:blocked b:1", 2},
			{119 * time.Second, "a:resting b:1", 2},
			{time.Second, "a:blocked b:1", 3},
		} {
			<-time.After(step.wait) // the bubble's clock
			if got := sorted(told(s, t.Context())); got != step.want || a.calls() != step.calls {
				t.Errorf("after %s: got %q and %d calls, want %q and %d", step.wait, got, a.calls(), step.want, step.calls)
			}
		}
	})
}

func sorted(s string) string {
	w := strings.Fields(s)
	slices.Sort(w)
	return strings.Join(w, " ")
}

// TestRestEndsWithSuccess: one reply, and the pauses are short again.
func TestRestEndsWithSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &script{name: "a", do: func(_ context.Context, n int) ([]agent.Hit, error) {
			if n == 2 {
				return hit("https://a.example/"), nil
			}
			return nil, &Error{Reason: RateLimited, RetryAfter: 5 * time.Second}
		}}
		s := searcher(t, "all", a, empty("b"))
		for _, step := range []struct {
			wait time.Duration
			want string
		}{
			{0, "a:rate_limited b:0"}, {4 * time.Second, "a:resting b:0"}, {time.Second, "a:1 b:0"},
			{0, "a:rate_limited b:0"}, {5 * time.Second, "a:rate_limited b:0"},
		} {
			<-time.After(step.wait) // the bubble's clock
			if got := sorted(told(s, t.Context())); got != step.want {
				t.Errorf("after %s: got %q, want %q", step.wait, got, step.want)
			}
		}
	})
}

// TestLastOneIsAsked: where all rest, one that failed for a passing reason is
// asked all the same; one that asked for a pause is not.
func TestLastOneIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := bad("a", Network), bad("b", RateLimited)
		s := searcher(t, "all", a, b)
		told(s, t.Context())
		if got := told(s, t.Context()); got != "b:resting a:network" {
			t.Errorf("got %q", got)
		}
		if a.calls() != 2 || b.calls() != 1 {
			t.Errorf("%d and %d calls, want 2 and 1", a.calls(), b.calls())
		}
	})
}

func TestFallbackIsAskedLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := good("b", 0)
		s := searcher(t, "all", empty("a"), b)
		s.slots[1].fallback = true
		if got := told(s, t.Context()); got != "a:0 b:1" {
			t.Errorf("got %q", got)
		}
		s = searcher(t, "all", good("a", 0), b)
		s.slots[1].fallback = true
		if got := told(s, t.Context()); got != "a:1" || b.calls() != 1 {
			t.Errorf("got %q, %d calls", got, b.calls())
		}
	})
}

// TestBreakCancels: who breaks off the iteration, or cancels, leaves nothing
// running and nobody resting.
func TestBreakCancels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := good("a", time.Hour)
		s := searcher(t, "all", slow, good("b", time.Second))
		for r := range s.Search(t.Context(), Query{Text: "q"}) {
			if r.Provider != "b" {
				t.Errorf("got %s first", r.Provider)
			}
			break
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if got := told(s, ctx); got != "b:1" {
			t.Errorf("got %q", got)
		}
		if awake, _ := s.rest.part(s.slots); len(awake) != 2 {
			t.Errorf("%d awake, want 2: a cancelled search is no failure", len(awake))
		}
	})
}

func TestPanicIsAReply(t *testing.T) {
	p := &script{name: "a", do: func(context.Context, int) ([]agent.Hit, error) { panic("parser") }}
	if got := told(searcher(t, "all", p), t.Context()); got != "a:bad_response" {
		t.Errorf("got %q", got)
	}
	hits, err := pages(2, func(i int) ([]agent.Hit, error) {
		if i == 1 {
			panic("parser")
		}
		return hit("https://a.example/"), nil
	})
	if len(hits) != 1 || ReasonOf(err) != BadResponse {
		t.Errorf("got %v, %v", hits, err)
	}
}

func TestEmptyQueryAsksNobody(t *testing.T) {
	a := good("a", 0)
	for range searcher(t, "all", a).Search(t.Context(), Query{Text: " \n"}) {
		t.Error("a reply")
	}
	if a.calls() != 0 {
		t.Error("it was asked")
	}
}

// TestPace: a service is asked no faster than it allows, and a search that
// the pace leaves no time for says so at once and makes nobody rest.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var at []time.Duration
		start := time.Now()
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			at = append(at, time.Since(start))
			mu.Unlock()
			body := io.NopCloser(strings.NewReader(`{"results":[{"url":"https://a.example/"}]}`))
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, Request: r}, nil
		})}
		s, err := New(Options{HTTP: client, Getenv: noEnv, Config: Config{
			Timeout: 3 * time.Second, Providers: []ProviderConfig{{Kind: "marginalia"}}}})
		if err != nil {
			t.Fatal(err)
		}
		answers := make(chan string)
		for range 7 {
			go func() { answers <- told(s, t.Context()) }()
			synctest.Wait()
		}
		count := map[string]int{}
		for range 7 {
			count[<-answers]++
		}
		if count["marginalia:1"] != 5 || count["marginalia:rate_limited"] != 2 {
			t.Errorf("got %v, want 5 answered and 2 without time", count)
		}
		if want := []time.Duration{0, 0, time.Second, 2 * time.Second, 3 * time.Second}; !slices.Equal(at, want) {
			t.Errorf("asked at %v, want %v", at, want)
		}
		<-time.After(time.Second)
		if got := told(s, t.Context()); got != "marginalia:1" {
			t.Errorf("afterwards: %q", got)
		}
	})
}
