package retrieval

import (
	"context"
	"encoding/json"
	"fmt"

	index "github.com/blevesearch/bleve_index_api"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// diskCandidates are looked at closely in a search on disk, where each must
// be read and analysed again.
const diskCandidates = 40

// Search returns passages of documents that pass the filter, best first.
func (d *Disk) Search(ctx context.Context, q agent.Query, f Filter) ([]Found, error) {
	if q.K <= 0 {
		q.K = defaultK
	}
	a := d.analyzers.get()
	defer d.analyzers.put(a)
	qu := a.readQuestion(q)
	if len(qu.terms) == 0 {
		return nil, ctx.Err()
	}
	var cands []candidate
	var kept []*stored
	err := d.view(func(r *listReader) error {
		allowed, err := r.filter(ctx, f)
		if err != nil {
			return err
		}
		best, err := r.rank(ctx, qu.terms, max(diskCandidates, q.K*3/2), allowed)
		if err != nil {
			return err
		}
		cands, kept, err = r.load(a, best)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("searching the index in %q: %w", d.dir, err)
	}
	out := make([]Found, 0, min(q.K, len(cands)))
	for _, c := range choose(&qu, cands, q.K) {
		p := c.passage
		p.Score = c.score
		s := kept[c.number]
		out = append(out, Found{Passage: p, Document: s.Document, Source: s.Source, Tags: s.Tags})
	}
	return out, nil
}

// load reads the candidates and analyses them. A candidate's number is its
// place by document and passage, so that ties are broken the same way always.
func (r *listReader) load(a *analyzer, best []scored) ([]candidate, []*stored, error) {
	cands := make([]candidate, 0, len(best))
	kept := make([]*stored, 0, len(best))
	pages := map[string]int{}
	for _, b := range best {
		s, err := r.read(b.doc)
		if err != nil {
			return nil, nil, err
		}
		if _, ok := pages[s.Document]; !ok {
			pages[s.Document] = len(pages)
		}
		e := &entry{passage: agent.Passage{
			Snapshot: s.Snapshot, URL: s.URL, Title: s.Title, Published: s.Published,
			Headings: s.Headings, Start: s.Start, End: s.End, Text: s.Text,
		}, page: pages[s.Document]}
		e.toks, _ = a.tokenize(s.Text)
		markSentences(e.toks, lang.Sentences(s.Text))
		e.head, _ = a.tokenize(headText(e.passage, s.Header))
		cands = append(cands, candidate{entry: e, number: len(kept), bm25: b.score})
		kept = append(kept, s)
	}
	return cands, kept, nil
}

// read returns the stored passage of a document number.
func (r *listReader) read(doc uint64) (*stored, error) {
	id, err := r.externalID(doc)
	if err != nil {
		return nil, err
	}
	rec, err := r.Document(id)
	if err != nil {
		return nil, err
	}
	if rec == nil {
		return nil, fmt.Errorf("%w (passage %q is missing)", ErrDamaged, id)
	}
	var s *stored
	rec.VisitFields(func(f index.Field) {
		if f.Name() == fieldStored {
			var v stored
			if err = json.Unmarshal(f.Value(), &v); err == nil {
				s = &v
			}
		}
	})
	if s == nil {
		return nil, fmt.Errorf("%w (passage %q cannot be read: %v)", ErrDamaged, id, err)
	}
	return s, nil
}

// filter returns which passages may be found; nil: all.
func (r *listReader) filter(ctx context.Context, f Filter) (func(doc uint64) bool, error) {
	var all []map[uint64]struct{}
	for _, kind := range []struct {
		mark   string
		values []string
	}{{"s:", f.Sources}, {"t:", f.Tags}, {"l:", f.Languages}} {
		if len(kind.values) == 0 {
			continue
		}
		set := map[uint64]struct{}{}
		for _, v := range kind.values {
			if err := r.collect(ctx, fieldFilter, kind.mark+v, set); err != nil {
				return nil, err
			}
		}
		all = append(all, set)
	}
	if f.From != "" || f.Until != "" {
		set, err := r.days(ctx, f.From, f.Until)
		if err != nil {
			return nil, err
		}
		all = append(all, set)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return func(doc uint64) bool {
		for _, set := range all {
			if _, ok := set[doc]; !ok {
				return false
			}
		}
		return true
	}, nil
}

// collect adds the passages that have a term.
func (r *listReader) collect(ctx context.Context, field, term string, set map[uint64]struct{}) error {
	tfr, err := r.TermFieldReader(ctx, []byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	defer tfr.Close()
	var at index.TermFieldDoc
	for {
		next, err := tfr.Next(&at)
		if err != nil || next == nil {
			return err
		}
		set[next.ID.Value()] = struct{}{}
	}
}

// days collects the passages of documents dated from one day to another.
func (r *listReader) days(ctx context.Context, from, until string) (map[uint64]struct{}, error) {
	if until == "" {
		until = "9999-12-31"
	}
	dict, err := r.FieldDictRange(fieldDay, []byte(from), []byte(until))
	if err != nil {
		return nil, err
	}
	defer dict.Close()
	set := map[uint64]struct{}{}
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return set, err
		}
		if err := r.collect(ctx, fieldDay, e.Term, set); err != nil {
			return nil, err
		}
	}
}
