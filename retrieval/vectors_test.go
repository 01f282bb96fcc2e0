package retrieval

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A switchable model server counts the texts that it embedded, and is broken
// while told so.
type switchable struct {
	Endpoint
	texts  atomic.Int64
	broken atomic.Value // http.HandlerFunc
}

func newSwitchable(t *testing.T) *switchable {
	t.Helper()
	s := &switchable{}
	s.broken.Store(http.HandlerFunc(nil))
	s.Endpoint = modelServer(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if b := s.broken.Load().(http.HandlerFunc); b != nil {
				drained(b).ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	return s
}

func (s *switchable) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	s.texts.Add(int64(len(texts)))
	e := s.Endpoint
	if s.broken.Load().(http.HandlerFunc) == nil {
		e.Timeout = time.Minute // a busy machine is not a broken model
	}
	return e.Embed(ctx, texts)
}

// openVector opens an index with a model, which embeds when told to.
func openVector(t *testing.T, dir string, v Vectors) *Disk {
	t.Helper()
	d, err := OpenDisk(context.Background(), dir, Options{Models: NewModels(v)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func fillVectors(t *testing.T, d *Disk) {
	t.Helper()
	if err := d.FillVectors(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func hybridDocs() []Document {
	var docs []Document
	for _, p := range hybridPages() {
		docs = append(docs, Document{ID: p.URL, Page: p, Tags: []string{"all"}})
	}
	return docs
}

const auto = "https://a.example/auto"

// TestDiskVectorsStay: found by meaning, kept over a restart, gone with their
// document, and made anew for another model.
func TestDiskVectorsStay(t *testing.T) {
	dir, s := t.TempDir(), newSwitchable(t)
	d := openVector(t, dir, Vectors{Model: "m1", Embedder: s})
	addDocs(t, d, hybridDocs()...)
	fillVectors(t, d)
	if got := found(t, d, "old car", Filter{}); len(got) == 0 || !slices.Contains(got, auto) {
		t.Fatalf("vectors found %v", got)
	}
	if got := found(t, d, "old car", Filter{Tags: []string{"none"}}); len(got) != 0 {
		t.Errorf("a filter that nothing passes let %v through", got)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	texts := s.texts.Load()
	d = openVector(t, dir, Vectors{Model: "m1", Embedder: s})
	if got := found(t, d, "old car", Filter{}); !slices.Contains(got, auto) {
		t.Errorf("after a restart vectors found %v", got)
	}
	fillVectors(t, d)
	if n := s.texts.Load() - texts; n != 1 { // the query
		t.Errorf("%d texts were embedded after a restart", n)
	}
	if err := d.Delete(context.Background(), auto); err != nil {
		t.Fatal(err)
	}
	if got := found(t, d, "old car", Filter{}); slices.Contains(got, auto) {
		t.Error("a deleted document is found by its vector")
	}
	fillVectors(t, d)
	if n := d.embedding.file().len(); n != 2 {
		t.Errorf("%d vectors after a deletion, want 2", n)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	d = openVector(t, dir, Vectors{Model: "m2", Embedder: s})
	fillVectors(t, d)
	if _, err := os.Stat(vectorPath(dir, "m1")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the vectors of the model before are still there: %v", err)
	}
	if n := d.embedding.file().len(); n != 2 {
		t.Errorf("%d vectors of the other model, want 2", n)
	}
}

// TestDiskDegradesToWords: with every kind of broken model adding goes on, a
// search gives what words give, exactly, and says so; vectors come later.
func TestDiskDegradesToWords(t *testing.T) {
	plain := openDisk(t, t.TempDir())
	addDocs(t, plain, hybridDocs()...)
	for name, broken := range brokenServers() {
		s := newSwitchable(t)
		s.Timeout = 50 * time.Millisecond
		s.broken.Store(broken)
		d := openVector(t, t.TempDir(), Vectors{Model: "m", Embedder: s, Reranker: s.Endpoint, Wait: 100 * time.Millisecond})
		addDocs(t, d, hybridDocs()...)
		if err := d.FillVectors(context.Background()); !errors.Is(err, errEndpoint) {
			t.Errorf("%s: filling gave %v", name, err)
		}
		told := 0
		q := agent.Query{Text: "herring schools kettle", Warn: func(string) { told++ }}
		for range 2 {
			got, err := d.Search(context.Background(), q, Filter{})
			want, errWant := plain.Search(context.Background(), q, Filter{})
			if err = errors.Join(err, errWant); err != nil || len(want) == 0 || !slices.EqualFunc(got, want, sameFound) {
				t.Errorf("%s: got %v, want %v (%v)", name, got, want, err)
			}
		}
		if told < 2 {
			t.Errorf("%s: %d searches said so", name, told)
		}
		s.broken.Store(http.HandlerFunc(nil))
		fillVectors(t, d)
		if n := d.embedding.file().len(); n != 3 {
			t.Errorf("%s: %d vectors when the model is back, want 3", name, n)
		}
	}
}

func sameFound(a, b Found) bool {
	return a.Document == b.Document && a.Start == b.Start && a.End == b.End && a.Score == b.Score && a.Text == b.Text
}

// TestSlowModelIsWaitedForOnce: after a search that waited in vain, the next
// ones do not wait.
func TestSlowModelIsWaitedForOnce(t *testing.T) {
	var asked atomic.Int32
	slow := EmbedderFunc(func(ctx context.Context, texts []string) ([][]float32, error) {
		asked.Add(1)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	now := time.Now()
	m := NewModels(Vectors{Embedder: slow, Wait: time.Millisecond})
	m.now = func() time.Time { return now }
	ask := func() {
		ctx, cancel := m.within(context.Background())
		defer cancel()
		if _, ok := m.embedQuery(ctx, agent.Query{Text: "x"})(); ok {
			t.Error("a slow model gave a vector")
		}
	}
	for range 3 {
		ask()
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	now = now.Add(firstRest)
	ask()
	now = now.Add(firstRest) // the second rest is longer
	ask()
	if n := asked.Load(); n != 2 {
		t.Errorf("asked %d times after a rest", n)
	}
}

// TestVectorFileDamage flips and cuts: what is damaged is missing, nothing else.
func TestVectorFileDamage(t *testing.T) {
	dir := t.TempDir()
	fill := func() (*vectorFile, []vectorKey) {
		v, err := makeVectors(dir, "m", 8)
		if err != nil {
			t.Fatal(err)
		}
		var keys []vectorKey
		for i := range 10 {
			q, _ := quantise([]float32{1, float32(i), 2, 3, 4, 5, 6, 7})
			keys = append(keys, keyOf(fmt.Sprint(i)))
			if err := v.put(keys[i], q); err != nil {
				t.Fatal(err)
			}
		}
		return v, keys
	}
	for _, c := range []struct {
		name string
		harm func(b []byte, head, slot int) []byte
		want int
	}{
		{"nothing", func(b []byte, _, _ int) []byte { return b }, 10},
		{"flip", func(b []byte, head, slot int) []byte { b[head+3*slot+20] ^= 4; return b }, 9},
		{"cut", func(b []byte, head, slot int) []byte { return b[:head+7*slot+5] }, 7},
		{"header", func(b []byte, _, _ int) []byte { b[3] ^= 1; return b }, -1},
		{"empty", func(b []byte, _, _ int) []byte { return nil }, -1},
	} {
		v, keys := fill()
		head, slot := int(v.head), v.slotSize()
		if err := v.close(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(vectorPath(dir, "m"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorPath(dir, "m"), c.harm(b, head, slot), 0o600); err != nil {
			t.Fatal(err)
		}
		v, err = openVectors(dir, "m")
		if err != nil {
			t.Fatal(err)
		}
		if v == nil {
			if c.want >= 0 {
				t.Errorf("%s: the file is gone", c.name)
			}
			continue
		}
		if n := v.len(); n != c.want {
			t.Errorf("%s: %d vectors, want %d", c.name, n, c.want)
		}
		q, _ := quantise([]float32{1, 2, 2, 3, 4, 5, 6, 7})
		for _, key := range keys { // free slots are used again
			if err := v.put(key, q); err != nil {
				t.Fatal(err)
			}
		}
		if n := v.len(); n != 10 || len(v.keys) != 10 {
			t.Errorf("%s: filled again, %d vectors in %d slots", c.name, n, len(v.keys))
		}
		if err := v.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// cloudy makes vectors as models give them: in groups, and all to one side.
func cloudy(r *rand.Rand, n, dims int) [][]float32 {
	centres := make([][]float32, 64)
	for i := range centres {
		centres[i] = make([]float32, dims)
		for d := range dims {
			centres[i][d] = float32(r.NormFloat64())*0.5 + 0.8*float32(d%3)
		}
	}
	out := make([][]float32, n)
	for i := range out {
		out[i] = make([]float32, dims)
		c := centres[r.IntN(len(centres))]
		for d := range dims {
			out[i][d] = c[d] + float32(r.NormFloat64())*0.5
		}
	}
	return out
}

func vectorsOf(t testing.TB, n, dims int) (*vectorFile, [][]float32) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	v, err := makeVectors(t.TempDir(), "m", dims)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.close() })
	vs := cloudy(r, n, dims)
	for i, x := range vs {
		q, _ := quantise(x)
		if err := v.put(keyOf(fmt.Sprint(i)), q); err != nil {
			t.Fatal(err)
		}
	}
	return v, vs
}

// TestNearestAgreesWithComparingAll holds the bits against comparing every number.
func TestNearestAgreesWithComparingAll(t *testing.T) {
	const n, dims, k = 12_000, 128, 10
	v, vs := vectorsOf(t, n, dims)
	r := rand.New(rand.NewPCG(8, 8))
	hit, all := 0, 0
	for range 30 {
		query := slices.Clone(vs[r.IntN(n)])
		for d := range query {
			query[d] += float32(r.NormFloat64()) * 0.3
		}
		cosine := make([]float64, n)
		for i, x := range vs {
			var dot, size float64
			for d := range x {
				dot += float64(x[d]) * float64(query[d])
				size += float64(x[d]) * float64(x[d])
			}
			cosine[i] = dot / math.Sqrt(size)
		}
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return sign(cosine[b] - cosine[a]) })
		q, _ := quantise(query)
		got := map[vectorKey]bool{}
		for _, x := range v.nearest(q, k) {
			got[x.key] = true
		}
		for _, i := range order[:k] {
			if all++; got[keyOf(fmt.Sprint(i))] {
				hit++
			}
		}
	}
	if hit*100 < all*90 {
		t.Errorf("%d of the %d nearest were found", hit, all)
	}
	t.Logf("%d of the %d nearest were found", hit, all)
}

// BenchmarkNearest searches 100,000 vectors of 1,024 numbers.
func BenchmarkNearest(b *testing.B) {
	v, vs := vectorsOf(b, 100_000, 1024)
	i := 0
	for b.Loop() {
		i++
		q, _ := quantise(vs[i*7919%len(vs)])
		if len(v.nearest(q, nearest)) != nearest {
			b.Fatal("too few")
		}
	}
}

// TestEndpointReadsBase64 has a server that answers with base64 alone.
func TestEndpointReadsBase64(t *testing.T) {
	want := []float32{0.5, -2, 1e-3}
	var raw []byte
	for _, x := range want {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	for reply, ok := range map[string]bool{base64.StdEncoding.EncodeToString(raw): true, "AAA=": false, "!": false} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"data":[{"index":0,"embedding":%q}]}`, reply)
		}))
		vs, err := Endpoint{BaseURL: s.URL, Model: "m"}.Embed(context.Background(), []string{"x"})
		s.Close()
		if (err == nil) != ok || ok && !slices.Equal(vs[0], want) {
			t.Errorf("%q: %v %v", reply, vs, err)
		}
	}
}

// TestEndpointFollowsNoRedirect: neither the key nor the texts go elsewhere.
func TestEndpointFollowsNoRedirect(t *testing.T) {
	var visits atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := httptest.NewServer(http.RedirectHandler(other.URL+"/v1/embeddings", status))
		e := Endpoint{BaseURL: s.URL, Model: "m", Key: "secret"}
		_, err := e.Embed(context.Background(), []string{"x"})
		s.Close()
		if !errors.Is(err, errEndpoint) {
			t.Errorf("%d: %v", status, err)
		}
	}
	if n := visits.Load(); n != 0 {
		t.Errorf("the other server was asked %d times", n)
	}
}

// TestEndpointAsksAsOpenAI holds the request's wire form.
func TestEndpointAsksAsOpenAI(t *testing.T) {
	got := map[string]any{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s", r.Method, r.Header.Get("Content-Type"))
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		got["path"], got["key"] = r.URL.Path, r.Header.Get("Authorization")
		fmt.Fprint(w, `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,2]}],"results":[{"index":0,"relevance_score":0.5}]}`)
	}))
	defer s.Close()
	e := Endpoint{BaseURL: s.URL + "/v1/", Model: "m", Key: "k"}
	if _, err := e.Embed(context.Background(), []string{"a"}); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"path": "/v1/embeddings", "key": "Bearer k", "model": "m", "input": []any{"a"}, "encoding_format": "float"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("embeddings: %v, want %v", got, want)
	}
	clear(got)
	if _, err := e.Rerank(context.Background(), "q", []string{"a"}); err != nil {
		t.Fatal(err)
	}
	want = map[string]any{"path": "/v1/rerank", "key": "Bearer k", "model": "m", "query": "q", "documents": []any{"a"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("rerank: %v, want %v", got, want)
	}
}
