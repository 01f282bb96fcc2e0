package retrieval

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Vectors say which models help an index of words.
type Vectors struct {
	Model    string   // names the embedder's vectors on disk: another model has others
	Embedder Embedder // nil: no vectors
	Reranker Reranker // nil: no reranking
	// Wait bounds what a search spends on models (default 2 s); after that it
	// goes on with words alone.
	Wait time.Duration
	// Warn is told, once for each row of failures, that a model is not helping.
	Warn func(message string)
}

const (
	nearest   = 60   // passages that vectors propose
	reranked  = 30   // passages that the reranker sees
	modelText = 4000 // bytes of a passage that a model sees
	firstRest = 5 * time.Second
	longRest  = 5 * time.Minute
)

// Models are the models beside the words, shared by many indexes. One that
// fails is left alone for a while, longer each time, so that a search waits for
// it once and not always.
type Models struct {
	v   Vectors
	now func() time.Time

	mu   sync.Mutex
	rest map[string]*rest // by what they were asked for
}

// A rest is a model's that failed.
type rest struct {
	pause time.Duration
	until time.Time
	why   string
}

// What models are asked for.
const (
	forQuery    = "embedding the question"
	forPassages = "embedding passages"
	forRanking  = "reranking passages"
)

// NewModels prepares the models; nil where there are none.
func NewModels(v Vectors) *Models {
	if v.Embedder == nil && v.Reranker == nil {
		return nil
	}
	if v.Wait <= 0 {
		v.Wait = 2 * time.Second
	}
	return &Models{v: v, now: time.Now, rest: map[string]*rest{}}
}

// embeds reports whether there are vectors.
func (m *Models) embeds() bool { return m != nil && m.v.Embedder != nil }

// within bounds what a search spends on models.
func (m *Models) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if m == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, m.v.Wait)
}

// resting says why a model is left alone; empty: it is not.
func (m *Models) resting(what string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.rest[what]; r != nil && m.now().Before(r.until) {
		return r.why
	}
	return ""
}

// settle notes how asking a model went. A run that was cancelled says nothing of it.
func (m *Models) settle(what string, err error) string {
	if errors.Is(err, context.Canceled) {
		return ""
	}
	m.mu.Lock()
	r := m.rest[what]
	if err == nil {
		delete(m.rest, what)
		m.mu.Unlock()
		return ""
	}
	first := r == nil
	if first {
		r = &rest{pause: firstRest / 2}
		m.rest[what] = r
	}
	r.pause = min(2*r.pause, longRest)
	r.until = m.now().Add(r.pause)
	r.why = fmt.Sprintf("%s failed, passages are ranked by words: %v", what, err)
	why := r.why
	m.mu.Unlock()
	if first && m.v.Warn != nil {
		m.v.Warn(why)
	}
	return why
}

// embedQuery begins to embed a query; the function waits for it. false: words alone.
func (m *Models) embedQuery(ctx context.Context, q agent.Query) func() (quantised, bool) {
	none := func() (quantised, bool) { return quantised{}, false }
	if !m.embeds() || q.Text == "" {
		return none
	}
	if why := m.resting(forQuery); why != "" {
		tell(q, why)
		return none
	}
	type reply struct {
		vectors [][]float32
		err     error
	}
	done := make(chan reply, 1)
	go func() {
		vs, err := m.v.Embedder.Embed(ctx, []string{clipText(q.Text)})
		done <- reply{vs, err}
	}()
	return func() (quantised, bool) {
		var r reply
		select {
		case r = <-done:
		case <-ctx.Done():
			r.err = ctx.Err()
		}
		var out quantised
		ok := false
		if r.err == nil && len(r.vectors) == 1 {
			out, ok = quantise(r.vectors[0])
		}
		if r.err == nil && !ok {
			r.err = fmt.Errorf("%w: it gave no vector", errEndpoint)
		}
		tell(q, m.settle(forQuery, r.err))
		return out, ok
	}
}

// tell passes a warning on to whoever asked.
func tell(q agent.Query, warning string) {
	if warning != "" && q.Warn != nil {
		q.Warn(warning)
	}
}

func clipText(s string) string {
	if len(s) > modelText {
		s = s[:cutAt(s, 0, modelText)]
	}
	return s
}

// modelInput is a passage as a model sees it.
func modelInput(p agent.Passage) string { return clipText(p.Title + "\n" + p.Text) }

// reciprocal fuses what words and vectors found (see rrfK); the second may be
// empty. Passages with the same text are one.
func reciprocal(words, vectors []Found) []Found {
	if len(vectors) == 0 {
		return words
	}
	sum := map[string]float64{}
	var all []Found
	for _, list := range [][]Found{words, vectors} {
		seen := map[string]bool{}
		for i, p := range list {
			if seen[p.Text] {
				continue
			}
			seen[p.Text] = true
			if sum[p.Text] == 0 {
				all = append(all, p)
			}
			sum[p.Text] += 1 / (rrfK + float64(i))
		}
	}
	for i := range all {
		all[i].Score = sum[all[i].Text] * rrfK
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Score > all[j].Score })
	return all
}

// rerank lets the reranker order the first passages.
func (m *Models) rerank(ctx context.Context, q agent.Query, ps []Found) []Found {
	if m == nil || m.v.Reranker == nil || len(ps) < 2 {
		return ps
	}
	if why := m.resting(forRanking); why != "" {
		tell(q, why)
		return ps
	}
	n := min(len(ps), reranked)
	texts := make([]string, n)
	for i, p := range ps[:n] {
		texts[i] = modelInput(p.Passage)
	}
	scores, err := m.v.Reranker.Rerank(ctx, clipText(q.Text), texts)
	if err == nil && len(scores) != n {
		err = fmt.Errorf("%w: %d scores for %d texts", errEndpoint, len(scores), n)
	}
	tell(q, m.settle(forRanking, err))
	if err != nil {
		return ps
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return scores[order[i]] > scores[order[j]] })
	by := make([]Found, n, len(ps))
	for i, k := range order {
		by[i] = ps[k]
		by[i].Score = ps[i].Score // the order is the reranker's, the scale stays
	}
	return append(by, ps[n:]...)
}
