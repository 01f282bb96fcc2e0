package retrieval

import (
	"context"
	"errors"
	"fmt"

	"github.com/sonde-search/sonde/agent"
)

// minCandidates are looked at closely in every search.
const minCandidates = 100

// A candidate is a passage that the lists gave, on its way to its rank.
type candidate struct {
	*entry
	number int
	bm25   float64
	score  float64
}

// Search returns passages, best first; see agent.Index.
func (m *Memory) Search(ctx context.Context, q agent.Query) ([]agent.Passage, error) {
	if q.K <= 0 {
		q.K = defaultK
	}
	qu, cands, err := m.look(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]agent.Passage, 0, min(q.K, len(cands)))
	for _, c := range choose(&qu, cands, q.K) {
		p := c.passage
		p.Score = c.score
		out = append(out, p)
	}
	return out, nil
}

// look reads the query and returns its candidates, in no order.
func (m *Memory) look(ctx context.Context, q agent.Query) (question, []candidate, error) {
	a := m.analyzers.get()
	qu := a.readQuestion(q)
	m.analyzers.put(a)
	if len(qu.terms) == 0 {
		return qu, nil, ctx.Err()
	}
	cands, err := m.candidates(ctx, &qu, max(minCandidates, 3*q.K))
	if err != nil {
		return qu, nil, fmt.Errorf("searching: %w", err)
	}
	return qu, cands, nil
}

// candidates asks the lists.
func (m *Memory) candidates(ctx context.Context, q *question, n int) ([]candidate, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, errClosed
	}
	r, err := m.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	best, err := r.rank(ctx, q.terms, n, nil)
	if err != nil {
		return nil, err
	}
	out, err := m.entriesOf(r, best)
	if err != nil {
		return nil, err
	}
	a := m.analyzers.get()
	defer m.analyzers.put(a)
	if q.echoes, err = r.feedback(a, q, out); err != nil || !q.topic || len(q.echoes) == 0 {
		return out, err
	}
	if best, err = r.rank(ctx, q.expanded(), n, nil); err != nil {
		return nil, err
	}
	return m.entriesOf(r, best)
}

// entriesOf are the candidates of the lists' numbers.
func (m *Memory) entriesOf(r *listReader, best []scored) ([]candidate, error) {
	out := make([]candidate, 0, len(best))
	for _, b := range best {
		seg, at := r.place(b.doc)
		id, err := seg.DocID(at)
		if err != nil {
			return nil, err
		}
		if k := passageNumber(string(id)); k >= 0 && k < len(m.passages) {
			out = append(out, candidate{entry: m.passages[k], number: k, bm25: b.score})
		}
	}
	return out, nil
}

func (m *Memory) reader() (*listReader, error) {
	idx, err := m.engine.idx.Reader()
	if err != nil {
		return nil, err
	}
	r, err := readerOf(idx)
	if err != nil {
		return nil, errors.Join(err, idx.Close())
	}
	r.counts = m.counts
	n := float64(max(len(m.passages), 1))
	r.mean = sizes{body: max(m.total.body/n, 1), head: max(m.total.head/n, 1)}
	return r, nil
}
