package retrieval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"
	"sync"

	"github.com/sonde-search/sonde/agent"
)

// OpenHybrid returns an agent.OpenIndex of memory indexes that fuse words with
// vectors by reciprocal rank. When a model is slow, gone or wrong, a search is
// that of words, and says so.
func OpenHybrid(m *Models) agent.OpenIndex {
	if m == nil {
		return OpenMemory
	}
	return func(ctx context.Context) (agent.Index, error) {
		ix, err := OpenMemory(ctx)
		if err != nil {
			return nil, err
		}
		words, ok := ix.(*Memory)
		if !ok {
			return nil, errors.Join(fmt.Errorf("opening a hybrid index over %T", ix), ix.Close())
		}
		own, stop := context.WithCancel(context.WithoutCancel(ctx))
		return &hybrid{Memory: words, models: m, own: own, stop: stop}, nil
	}
}

type hybrid struct {
	*Memory
	models *Models
	own    context.Context // of embedding; ends when the index is closed
	stop   context.CancelFunc
	jobs   sync.WaitGroup

	vmu   sync.Mutex
	rows  []quantised
	numbs []int // passage numbers of the rows
	dims  int
	next  int           // first passage that no job has taken
	lost  string        // why passages have no vectors
	late  bool          // a search has waited for them in vain
	busy  int           // jobs that embed
	idle  chan struct{} // closed when the last of them has ended
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
	if err != nil || !h.models.embeds() {
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
	begin := len(texts) > 0 && h.own.Err() == nil
	if begin {
		if h.busy++; h.busy == 1 {
			h.idle = make(chan struct{})
		}
		h.jobs.Add(1)
	}
	h.vmu.Unlock()
	h.mu.RUnlock()
	if begin {
		go h.embed(from, texts)
	}
	return added, nil
}

// embed fills in the vectors of the passages from a number on.
func (h *hybrid) embed(from int, texts []string) {
	defer h.jobs.Done()
	why := h.models.resting(forPassages)
	var vs [][]float32
	if why == "" {
		var err error
		vs, err = h.models.v.Embedder.Embed(h.own, texts)
		why = h.models.settle(forPassages, err)
	}
	h.vmu.Lock()
	defer h.vmu.Unlock()
	if h.busy--; h.busy == 0 {
		close(h.idle)
	}
	if why != "" {
		h.lost = why
	}
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

// Search fuses the passages that words find with those that vectors find, and
// lets the reranker order the first of them.
func (h *hybrid) Search(ctx context.Context, q agent.Query) ([]agent.Passage, error) {
	if q.K <= 0 {
		q.K = defaultK
	}
	limited, cancel := h.models.within(ctx)
	defer cancel()
	vector := func() (quantised, bool) { return quantised{}, false }
	if h.embedded(limited, q) {
		vector = h.models.embedQuery(limited, q)
	}
	qu, cands, err := h.look(ctx, q)
	if err != nil {
		return nil, err
	}
	query, ok := vector()
	k := q.K
	if ok {
		k = max(k, nearest)
	}
	var words []Found
	for _, c := range choose(&qu, cands, k) {
		p := c.passage
		p.Score = c.score
		words = append(words, Found{Passage: p})
	}
	if ok {
		words = reciprocal(words, h.near(query))
	}
	fused := h.models.rerank(limited, q, words)
	out := make([]agent.Passage, 0, min(q.K, len(fused)))
	for _, f := range fused[:min(q.K, len(fused))] {
		out = append(out, f.Passage)
	}
	return out, ctx.Err()
}

// embedded waits, once and within the search's time, until the passages have
// vectors, and reports whether enough have: else those that have would stand
// before better ones that have not.
func (h *hybrid) embedded(ctx context.Context, q agent.Query) bool {
	if !h.models.embeds() {
		return false
	}
	h.vmu.Lock()
	late, idle := h.late, h.idle
	if h.busy == 0 {
		late = true // there is nothing to wait for
	}
	h.vmu.Unlock()
	waited := false
	if !late {
		select {
		case <-idle:
		case <-ctx.Done():
			waited = true
		}
	}
	h.mu.RLock()
	live := h.live
	h.mu.RUnlock()
	h.vmu.Lock()
	defer h.vmu.Unlock()
	h.late = h.late || waited
	enoughThere := len(h.rows) > 0 && float64(len(h.rows)) >= enough*float64(live)
	switch {
	case h.lost != "":
		tell(q, h.lost)
	case !enoughThere && live > 0:
		tell(q, forPassages+" takes longer than a search may wait: they are ranked by words")
	}
	return enoughThere
}

// near returns the passages whose vectors are nearest to the query's.
func (h *hybrid) near(query quantised) []Found {
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
	var out []Found
	for _, b := range best[:min(len(best), nearest)] {
		if b.doc < uint64(len(h.passages)) {
			out = append(out, Found{Passage: h.passages[b.doc].passage})
		}
	}
	return out
}

// Close stops embedding and frees the index.
func (h *hybrid) Close() error {
	h.stop()
	h.jobs.Wait()
	return h.Memory.Close()
}
