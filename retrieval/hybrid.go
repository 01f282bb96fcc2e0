package retrieval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Vectors say which models help an index of words.
type Vectors struct {
	Embedder Embedder // nil: no vectors
	Reranker Reranker // nil: no reranking
	// Wait bounds what a search spends on models (default 2 s); after that it
	// goes on with words alone.
	Wait time.Duration
	// Warn is told, once for each kind of failure, that a model is not helping.
	Warn func(message string)
}

const (
	nearest   = 60   // passages that vectors propose
	reranked  = 30   // passages that the reranker sees
	modelText = 4000 // bytes of a passage that a model sees
)

// OpenHybrid returns an agent.OpenIndex of memory indexes that fuse words with
// vectors by reciprocal rank. When a model is slow, gone or wrong, a search is
// that of words, and Warn is told.
func OpenHybrid(v Vectors) agent.OpenIndex {
	if v.Wait <= 0 {
		v.Wait = 2 * time.Second
	}
	return func(ctx context.Context) (agent.Index, error) {
		ix, err := OpenMemory(ctx)
		if err != nil {
			return nil, err
		}
		m, ok := ix.(*Memory)
		if !ok {
			return nil, errors.Join(fmt.Errorf("opening a hybrid index over %T", ix), ix.Close())
		}
		own, stop := context.WithCancel(context.WithoutCancel(ctx))
		return &hybrid{Memory: m, v: v, own: own, stop: stop, warned: map[string]bool{}}, nil
	}
}

type hybrid struct {
	*Memory
	v    Vectors
	own  context.Context // of embedding; ends when the index is closed
	stop context.CancelFunc
	jobs sync.WaitGroup

	vmu    sync.Mutex
	rows   []quantised
	numbs  []int // passage numbers of the rows
	dims   int
	next   int // first passage that no job has taken
	warned map[string]bool
}

// A quantised vector: value i is q[i] times scale over the vector's length, so
// that the product of two is their cosine.
type quantised struct {
	q     []int8
	scale float32
}

// quantise returns v at length 1, as bytes; false where it has no direction.
func quantise(v []float32) (quantised, bool) {
	var sum, top float64
	for _, x := range v {
		sum += float64(x) * float64(x)
		top = math.Max(top, math.Abs(float64(x)))
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return quantised{}, false
	}
	out := quantised{q: make([]int8, len(v)), scale: float32(top / math.Sqrt(sum) / 127)}
	for i, x := range v {
		out.q[i] = int8(math.Round(float64(x) / top * 127))
	}
	return out, true
}

// cosine of two vectors of the same length.
func (a quantised) cosine(b quantised) float64 {
	var sum int32
	for i, x := range a.q {
		sum += int32(x) * int32(b.q[i])
	}
	return float64(sum) * float64(a.scale) * float64(b.scale)
}

// Add indexes the words, and embeds the passages meanwhile.
func (h *hybrid) Add(ctx context.Context, pages ...*agent.Page) (agent.Added, error) {
	added, err := h.Memory.Add(ctx, pages...)
	if err != nil || h.v.Embedder == nil {
		return added, err
	}
	h.mu.RLock()
	h.vmu.Lock()
	from, to := h.next, min(h.live, len(h.passages))
	texts := make([]string, 0, max(to-from, 0))
	for _, e := range h.passages[min(from, to):to] {
		texts = append(texts, modelInput(e.passage))
	}
	h.next = max(from, to)
	h.vmu.Unlock()
	h.mu.RUnlock()
	if len(texts) > 0 && h.own.Err() == nil {
		h.jobs.Add(1)
		go h.embed(from, texts)
	}
	return added, nil
}

func modelInput(p agent.Passage) string {
	s := p.Title + "\n" + p.Text
	if len(s) > modelText {
		s = s[:cutAt(s, 0, modelText)]
	}
	return s
}

// embed fills in the vectors of the passages from a number on.
func (h *hybrid) embed(from int, texts []string) {
	defer h.jobs.Done()
	vs, err := h.v.Embedder.Embed(h.own, texts)
	if err != nil {
		h.warn("embedding passages", err)
		return
	}
	h.vmu.Lock()
	defer h.vmu.Unlock()
	for i, v := range vs {
		if i >= len(texts) || h.dims != 0 && len(v) != h.dims {
			continue
		}
		if q, ok := quantise(v); ok {
			h.dims = len(v)
			h.rows, h.numbs = append(h.rows, q), append(h.numbs, from+i)
		}
	}
}

// warn tells of a failure once. A cancelled run is none.
func (h *hybrid) warn(what string, err error) {
	if h.own.Err() != nil || h.v.Warn == nil || errors.Is(err, context.Canceled) {
		return
	}
	h.vmu.Lock()
	told := h.warned[what]
	h.warned[what] = true
	h.vmu.Unlock()
	if !told {
		h.v.Warn(fmt.Sprintf("%s failed, passages are ranked by words: %v", what, err))
	}
}

// Search fuses the passages that words find with those that vectors find, and
// lets the reranker order the first of them.
func (h *hybrid) Search(ctx context.Context, q agent.Query) ([]agent.Passage, error) {
	k := q.K
	if k <= 0 {
		k = defaultK
	}
	q.K = max(k, nearest)
	words, err := h.Memory.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, h.v.Wait)
	defer cancel()
	out := h.rerank(limited, q.Text, reciprocal(words, h.near(limited, q.Text)))
	return out[:min(k, len(out))], ctx.Err()
}

// near returns the passages whose vectors are nearest to the query's.
func (h *hybrid) near(ctx context.Context, text string) []agent.Passage {
	h.vmu.Lock()
	n := len(h.rows)
	h.vmu.Unlock()
	if h.v.Embedder == nil || n == 0 || text == "" {
		return nil
	}
	vs, err := h.v.Embedder.Embed(ctx, []string{text})
	if err != nil {
		h.warn("embedding the query", err)
		return nil
	}
	if len(vs) != 1 {
		return nil
	}
	query, ok := quantise(vs[0])
	if !ok {
		return nil
	}
	h.vmu.Lock()
	defer h.vmu.Unlock()
	if len(query.q) != h.dims {
		return nil
	}
	best := make([]scored, len(h.rows))
	for i, r := range h.rows {
		best[i] = scored{uint64(h.numbs[i]), query.cosine(r)}
	}
	sort.Slice(best, func(i, j int) bool { return less(best[j], best[i]) })
	h.mu.RLock()
	defer h.mu.RUnlock()
	var out []agent.Passage
	for _, b := range best[:min(len(best), nearest)] {
		if b.doc < uint64(len(h.passages)) {
			out = append(out, h.passages[b.doc].passage)
		}
	}
	return out
}

// reciprocal fuses two rankings of passages; the second may be empty.
func reciprocal(words, vectors []agent.Passage) []agent.Passage {
	if len(vectors) == 0 {
		return words
	}
	type place struct {
		snapshot string
		start    int
	}
	sum := map[place]float64{}
	var all []agent.Passage
	for _, list := range [][]agent.Passage{words, vectors} {
		for i, p := range list {
			at := place{p.Snapshot, p.Start}
			if sum[at] == 0 {
				all = append(all, p)
			}
			sum[at] += 1 / (rrfK + float64(i))
		}
	}
	for i := range all {
		all[i].Score = sum[place{all[i].Snapshot, all[i].Start}] * rrfK
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Score > all[j].Score })
	return all
}

// rerank lets the reranker order the first passages.
func (h *hybrid) rerank(ctx context.Context, text string, ps []agent.Passage) []agent.Passage {
	n := min(len(ps), reranked)
	if h.v.Reranker == nil || n < 2 {
		return ps
	}
	texts := make([]string, n)
	for i, p := range ps[:n] {
		texts[i] = modelInput(p)
	}
	scores, err := h.v.Reranker.Rerank(ctx, text, texts)
	if err == nil && len(scores) != n {
		err = fmt.Errorf("%w: %d scores for %d texts", errEndpoint, len(scores), n)
	}
	if err != nil {
		h.warn("reranking", err)
		return ps
	}
	by := make([]agent.Passage, n)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return scores[order[i]] > scores[order[j]] })
	for i, k := range order {
		by[i] = ps[k]
		by[i].Score = ps[i].Score // the order is the reranker's, the scale stays
	}
	return append(by, ps[n:]...)
}

// Close stops embedding and frees the index.
func (h *hybrid) Close() error {
	h.stop()
	h.jobs.Wait()
	return h.Memory.Close()
}
