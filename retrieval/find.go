package retrieval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// diskCandidates are looked at closely in a search on disk, where each must
// be read and analysed again.
const diskCandidates = 40

// Search returns passages of documents that pass the filter, best first. Where
// there are vectors, what they find is fused with what words find.
func (d *Disk) Search(ctx context.Context, q agent.Query, f Filter) ([]Found, error) {
	if q.K <= 0 {
		q.K = defaultK
	}
	limited, cancel := d.models.within(ctx)
	defer cancel()
	vector := d.embedQuery(limited, q)
	l, err := d.look(ctx, q, f)
	if err != nil {
		return nil, fmt.Errorf("searching the index in %q: %w", d.dir, err)
	}
	if len(l.question.terms) == 0 {
		return nil, ctx.Err()
	}
	query, ok := vector()
	if !ok {
		return d.models.rerank(limited, q, l.choose(q.K)), ctx.Err()
	}
	near, err := d.near(ctx, query, f)
	if err != nil {
		return nil, fmt.Errorf("searching the vectors in %q: %w", d.dir, err)
	}
	found := l.choose(q.K)
	if len(near) > 0 {
		found = reciprocal(l.choose(max(q.K, nearest)), near)
	}
	found = d.models.rerank(limited, q, found)
	return found[:min(q.K, len(found))], ctx.Err()
}

// A looked is a question with its candidates.
type looked struct {
	question question
	cands    []candidate
	kept     []*stored // by a candidate's number
}

// look reads the query and finds its candidates.
func (d *Disk) look(ctx context.Context, q agent.Query, f Filter) (looked, error) {
	a := d.analyzers.get()
	defer d.analyzers.put(a)
	l := looked{question: a.readQuestion(q)}
	if len(l.question.terms) == 0 {
		return l, nil
	}
	err := d.view(func(r *listReader) error {
		allowed, err := r.filter(ctx, f)
		if err != nil {
			return err
		}
		best, err := r.rank(ctx, l.question.terms, max(diskCandidates, q.K*3/2), allowed)
		if err != nil {
			return err
		}
		if l.cands, l.kept, err = r.load(a, best); err != nil {
			return err
		}
		q := &l.question
		if q.echoes, err = r.feedback(a, q, l.cands); err != nil || !q.topic || len(q.echoes) == 0 {
			return err
		}
		if best, err = r.rank(ctx, q.expanded(), len(l.cands), allowed); err != nil {
			return err
		}
		l.cands, l.kept, err = r.load(a, best)
		return err
	})
	return l, err
}

// choose orders the candidates and returns the first k.
func (l *looked) choose(k int) []Found {
	out := make([]Found, 0, min(k, len(l.cands)))
	for _, c := range choose(&l.question, slices.Clone(l.cands), k) {
		out = append(out, foundOf(c.passage, l.kept[c.number], c.score))
	}
	return out
}

func foundOf(p agent.Passage, s *stored, score float64) Found {
	p.Score = score
	return Found{Passage: p, Document: s.Document, Source: s.Source, Tags: s.Tags}
}

// A diskEntry is a passage of an index on disk, read and analysed.
type diskEntry struct {
	entry
	stored *stored
}

// entryKey names a passage of an index on disk. Segments never change.
type entryKey struct {
	segment uint64
	at      uint64
}

type entryCache = cache[entryKey, *diskEntry]

func newEntryCache(bytes int) *entryCache {
	return newCache[entryKey](bytes, func(e *diskEntry) int {
		return 640 + len(e.stored.Text) + 12*(len(e.toks)+len(e.head))
	})
}

// load reads the candidates and analyses them. A candidate's number is its
// place by document and passage, so that ties are broken the same way always.
func (r *listReader) load(a *analyzer, best []scored) ([]candidate, []*stored, error) {
	cands := make([]candidate, 0, len(best))
	kept := make([]*stored, 0, len(best))
	pages := map[string]int{}
	for _, b := range best {
		known, err := r.entry(a, b.doc)
		if err != nil {
			return nil, nil, err
		}
		s, e := known.stored, known.entry
		if _, ok := pages[s.Document]; !ok {
			pages[s.Document] = len(pages)
		}
		e.page = pages[s.Document]
		cands = append(cands, candidate{entry: &e, number: len(kept), bm25: b.score})
		kept = append(kept, s)
	}
	return cands, kept, nil
}

// entry returns a passage by its number.
func (r *listReader) entry(a *analyzer, doc uint64) (*diskEntry, error) {
	seg, at := r.place(doc)
	key := entryKey{seg.Id(), at}
	if e, ok := r.entries.get(key); ok {
		return e, nil
	}
	s, err := readStored(seg, at)
	if err != nil {
		return nil, err
	}
	e := &diskEntry{stored: s, entry: entry{passage: s.passage()}}
	e.toks, _ = a.tokenize(s.Text)
	markSentences(e.toks, lang.Sentences(s.Text))
	e.head, _ = a.tokenize(headText(e.passage, s.Header))
	r.entries.put(key, e)
	return e, nil
}

// place returns the segment of a passage number, and its number there.
func (r *listReader) place(doc uint64) (*scorch.SegmentSnapshot, uint64) {
	for _, s := range r.segments {
		n := s.Segment().Count()
		if doc < n {
			return s, doc
		}
		doc -= n
	}
	panic("a passage number beyond the last segment")
}

// readStored reads the stored passage with a number of a segment.
func readStored(seg *scorch.SegmentSnapshot, at uint64) (*stored, error) {
	var s *stored
	var bad error
	err := seg.VisitDocument(at, func(field string, _ byte, value []byte, _ []uint64) bool {
		if field == fieldStored {
			var v stored
			if bad = json.Unmarshal(value, &v); bad == nil {
				s = &v
			}
		}
		return true
	})
	if err = errors.Join(err, bad); err != nil || s == nil {
		return nil, fmt.Errorf("%w (a passage cannot be read: %v)", ErrDamaged, err)
	}
	return s, nil
}
