package retrieval

import (
	"context"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// A docSet is a set of passage numbers.
type docSet []uint64

func (s docSet) has(doc uint64) bool { return s[doc/64]&(1<<(doc%64)) != 0 }

// A termRange is the terms of a field from one up to another that no longer counts.
type termRange struct{ field, from, to string }

// filter returns which passages may be found; nil: all.
func (r *listReader) filter(ctx context.Context, f Filter) (func(doc uint64) bool, error) {
	var all []docSet
	for _, kind := range []struct {
		mark   string
		values []string
		begin  bool // the values are beginnings
	}{{"s:", f.Sources, true}, {"t:", f.Tags, false}, {"l:", f.Languages, false}} {
		if len(kind.values) == 0 {
			continue
		}
		set := r.newSet()
		for _, v := range kind.values {
			from, to := kind.mark+v, kind.mark+v+"\x00"
			if kind.begin {
				to = kind.mark + v + "\xff"
			}
			if err := r.collect(ctx, set, termRange{fieldFilter, from, to}); err != nil {
				return nil, err
			}
		}
		all = append(all, set)
	}
	if f.From != "" || f.Until != "" {
		until := "9999-12-31"
		if f.Until != "" {
			until = f.Until
		}
		set := r.newSet()
		if err := r.collect(ctx, set, termRange{fieldDay, f.From, until + "\x00"}); err != nil {
			return nil, err
		}
		all = append(all, set)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return func(doc uint64) bool {
		for _, set := range all {
			if !set.has(doc) {
				return false
			}
		}
		return true
	}, nil
}

func (r *listReader) newSet() docSet {
	n := uint64(0)
	for _, s := range r.segments {
		n += s.Segment().Count()
	}
	return make(docSet, n/64+1)
}

// collect adds the passages that have a term of the range.
func (r *listReader) collect(ctx context.Context, set docSet, terms termRange) error {
	base := uint64(0)
	for _, s := range r.segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := r.eachTerm(s, terms, func(l list) {
			for _, p := range l {
				doc := base + uint64(p.doc)
				set[doc/64] |= 1 << (doc % 64)
			}
		})
		if err != nil {
			return err
		}
		base += s.Segment().Count()
	}
	return nil
}

// eachTerm visits the lists of a range in one segment.
func (r *listReader) eachTerm(s *scorch.SegmentSnapshot, terms termRange, visit func(list)) error {
	dict, err := s.Segment().Dictionary(terms.field)
	if err != nil || dict == nil {
		return err
	}
	it := dict.AutomatonIterator(nil, []byte(terms.from), []byte(terms.to))
	for {
		e, err := it.Next()
		if err != nil || e == nil {
			return err
		}
		l, err := r.list(s, terms.field, e.Term)
		if err != nil {
			return err
		}
		visit(l)
	}
}
