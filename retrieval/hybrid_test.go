package retrieval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// meaning gives texts that speak of the same thing the same direction.
func meaning(text string) []float32 {
	v := []float32{0.01, 0.01, 0.01}
	for i, words := range []string{"car automobile vehicle", "fish herring shark", "tea kettle leaf"} {
		for _, w := range strings.Fields(words) {
			v[i] += float32(strings.Count(strings.ToLower(text), w))
		}
	}
	return v
}

// modelServer answers /embeddings, in reverse order, and /rerank.
func modelServer(t *testing.T, wrap func(http.Handler) http.Handler) Endpoint {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/embeddings", func(w http.ResponseWriter, r *http.Request) {
		var ask struct{ Input []string }
		b, err := io.ReadAll(r.Body)
		if err = errors.Join(err, json.Unmarshal(b, &ask)); err != nil || r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var rows []string
		for i := len(ask.Input) - 1; i >= 0; i-- {
			v, _ := json.Marshal(meaning(ask.Input[i]))
			rows = append(rows, fmt.Sprintf(`{"index":%d,"embedding":%s}`, i, v))
		}
		fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(rows, ","))
	})
	mux.HandleFunc("POST /v1/rerank", func(w http.ResponseWriter, r *http.Request) {
		var ask struct {
			Query     string
			Documents []string
		}
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var rows []string
		for i, d := range ask.Documents {
			rows = append(rows, fmt.Sprintf(`{"index":%d,"relevance_score":%d}`, i, strings.Count(d, "best")))
		}
		slices.Reverse(rows)
		fmt.Fprintf(w, `{"results":[%s]}`, strings.Join(rows, ","))
	})
	s := httptest.NewServer(wrap(mux))
	t.Cleanup(s.Close)
	return Endpoint{BaseURL: s.URL + "/v1/", Model: "test", Key: "secret", Timeout: time.Second}
}

func plainly(h http.Handler) http.Handler { return h }

func TestEndpointKeepsTheTextsOrder(t *testing.T) {
	e := modelServer(t, plainly)
	var texts []string
	for i := range embedBatch + 5 {
		texts = append(texts, strings.Repeat("fish ", i))
	}
	vs, err := e.Embed(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vs {
		if !slices.Equal(v, meaning(texts[i])) {
			t.Fatalf("text %d has another's vector", i)
		}
	}
	scores, err := e.Rerank(context.Background(), "q", []string{"good", "best best", "best"})
	if err != nil || !slices.Equal(scores, []float64{0, 2, 1}) {
		t.Errorf("scores %v, %v", scores, err)
	}
}

// brokenServers fail in every way that a model endpoint can.
func brokenServers() map[string]http.HandlerFunc {
	say := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s) }
	}
	return map[string]http.HandlerFunc{
		"status":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"not json":       say("<html>"),
		"empty":          say(""),
		"no data":        say(`{"data":[],"results":[]}`),
		"wrong index":    say(`{"data":[{"index":7,"embedding":[1]}],"results":[{"index":7}]}`),
		"negative index": say(`{"data":[{"index":-1,"embedding":[1]}],"results":[{"index":-1}]}`),
		"twice":          say(`{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}],"results":[{"index":0},{"index":0}]}`),
		"ragged":         say(`{"data":[{"index":0,"embedding":[1,2]},{"index":1,"embedding":[1]}],"results":[]}`),
		"broken off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"data":`)
		},
		"slow": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	}
}

func TestEndpointFailuresAreErrors(t *testing.T) {
	for name, broken := range brokenServers() {
		e := modelServer(t, func(http.Handler) http.Handler { return drained(broken) })
		e.Timeout = 100 * time.Millisecond
		for what, err := range map[string]error{
			"embeddings": second(e.Embed(context.Background(), []string{"a", "b"})),
			"rerank":     second(e.Rerank(context.Background(), "q", []string{"a", "b"})),
		} {
			if !errors.Is(err, errEndpoint) || strings.Contains(fmt.Sprint(err), "secret") {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

// drained reads the request first, so that the server sees a client that leaves.
func drained(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			h.ServeHTTP(w, r)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestEndpointValidate(t *testing.T) {
	for url, ok := range map[string]bool{
		"http://localhost:8000/v1": true, "https://x.example": true,
		"": false, "localhost:8000": false, "ftp://x": false, "http://user:pw@x/v1": false,
	} {
		if err := (Endpoint{BaseURL: url, Model: "m"}).Validate(); (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
	}
	if err := (Endpoint{BaseURL: "http://x"}).Validate(); err == nil {
		t.Error("no model, no error")
	}
}

func hybridPages() []*agent.Page {
	return []*agent.Page{
		testPage("https://a.example/auto", "", "The automobile was built in 1931 and is still on the road."),
		testPage("https://a.example/herring", "", "Herring swim in large schools."),
		testPage("https://a.example/tea", "", "The kettle stands beside the leaf. It is the best of all."),
	}
}

func openHybrid(t *testing.T, v Vectors) *hybrid {
	t.Helper()
	ix, err := OpenHybrid(NewModels(v))(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	add(t, ix, hybridPages()...)
	h := ix.(*hybrid)
	h.jobs.Wait()
	return h
}

func TestHybridFindsWhatWordsDoNot(t *testing.T) {
	e := modelServer(t, plainly)
	h := openHybrid(t, Vectors{Embedder: e})
	if ps := search(t, h.Memory, "old car"); len(ps) != 0 {
		t.Fatalf("words alone found %v", urls(ps))
	}
	if ps := search(t, h, "old car"); len(ps) == 0 || ps[0].URL != "https://a.example/auto" {
		t.Errorf("vectors found %v", urls(ps))
	}
	h = openHybrid(t, Vectors{Embedder: e, Reranker: e})
	if ps := search(t, h, "old car"); ps[0].URL != "https://a.example/tea" {
		t.Errorf("the reranker's first is not first: %v", urls(ps))
	}
}

// TestHybridDegradesToWords has every kind of broken model: the ranking is
// that of words, and the reader is told once.
func TestHybridDegradesToWords(t *testing.T) {
	words := openTest(t)
	add(t, words, hybridPages()...)
	want := urls(search(t, words, "herring schools kettle"))
	for name, broken := range brokenServers() {
		e := modelServer(t, func(http.Handler) http.Handler { return drained(broken) })
		e.Timeout = 50 * time.Millisecond
		var told atomic.Int32
		h := openHybrid(t, Vectors{Embedder: e, Reranker: e, Wait: 100 * time.Millisecond, Warn: func(string) { told.Add(1) }})
		for range 3 {
			if got := urls(search(t, h, "herring schools kettle")); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", name, got, want)
			}
		}
		if n := told.Load(); n < 1 || n > 3 {
			t.Errorf("%s: %d warnings", name, n)
		}
	}
}

func TestQuantisedCosine(t *testing.T) {
	for _, c := range [][2][]float32{{{1, 0}, {1, 0}}, {{1, 0}, {0, 5}}, {{3, 4, 1}, {-2, 1, 9}}, {{1e-20, 1e-20}, {1e-20, 0}}} {
		var dot, a, b float64
		for i := range c[0] {
			dot += float64(c[0][i]) * float64(c[1][i])
			a += float64(c[0][i]) * float64(c[0][i])
			b += float64(c[1][i]) * float64(c[1][i])
		}
		x, okX := quantise(c[0])
		y, okY := quantise(c[1])
		if !okX || !okY || math.Abs(x.cosine(y)-dot/math.Sqrt(a*b)) > 0.02 {
			t.Errorf("%v: cosine %v, want %v", c, x.cosine(y), dot/math.Sqrt(a*b))
		}
	}
	if _, ok := quantise([]float32{0, 0}); ok {
		t.Error("a vector without a direction was taken")
	}
	if _, ok := quantise([]float32{float32(math.NaN()), 1}); ok {
		t.Error("a vector with NaN was taken")
	}
}
