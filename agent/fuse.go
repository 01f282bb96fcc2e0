package agent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// evidencePassages is how many passages a planner or writer is shown.
const evidencePassages = 80

// fusionK is the constant of reciprocal rank fusion: a passage's score is the
// sum of weight/(fusionK+rank) over the lists it stands in (Cormack, Clarke and
// Büttcher, SIGIR 2009).
const fusionK = 60

// Weights of the lists that best fuses. The question itself leads, so that
// searches that strayed cannot bury what it asks for.
const (
	questionWeight = 3.0
	firstWeight    = 1.0 // searches of the first round
	laterWeight    = 0.5 // searches of later rounds
)

// best asks the index for the question and for each search of the plans, and
// fuses the lists.
func (r *run) best(ctx context.Context, k int) ([]Passage, error) {
	var lists []rankedList
	ask := func(q Query, weight float64) error {
		found, err := r.searchAll(ctx, q)
		for _, f := range found {
			lists = append(lists, rankedList{f, weight})
		}
		return err
	}
	if err := ask(Query{Text: r.q.standalone(), K: k, After: r.q.Scope.After}, questionWeight); err != nil {
		return nil, err
	}
	for _, p := range r.plans {
		weight := firstWeight
		if p.Round > 1 {
			weight = laterWeight
		}
		for _, s := range p.Searches {
			if foldQuery(s.Query) == foldQuery(r.q.standalone()) {
				continue
			}
			if err := ask(Query{Text: s.Query, Terms: p.Terms, K: k, After: s.After}, weight); err != nil {
				return nil, err
			}
		}
	}
	fused := fusePassages(lists)
	return fused[:min(k, len(fused))], nil
}

// searchAll asks the run's index and the collections of the question's scope.
func (r *run) searchAll(ctx context.Context, q Query) ([][]Passage, error) {
	q.Warn = r.warn
	found, err := r.index.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	lists := [][]Passage{found}
	if r.a.Library != nil && len(r.q.Scope.Collections) > 0 {
		kept, err := r.a.Library.Search(ctx, r.q.Scope.Collections, q)
		if err != nil {
			return nil, err
		}
		lists = append(lists, kept)
	}
	return lists, nil
}

// adopt makes the documents of a collection that passages were found in pages
// of this run: they are read now, and may be cited.
func (r *run) adopt(ctx context.Context, passages []Passage) error {
	for _, p := range passages {
		if r.bySnap[p.Snapshot] != nil {
			continue
		}
		if r.a.Library == nil {
			return fmt.Errorf("a passage of %s was ranked, and no page with it was read", p.URL)
		}
		page, err := r.a.Library.Page(ctx, p.Snapshot)
		if err != nil {
			return fmt.Errorf("reading a document of a collection: %w", err)
		}
		r.found(page.URL)
		r.usage.Read++
		r.keep(page)
		r.emit(Paged{State: PageRead, URL: page.URL, Title: page.Title, Snapshot: page.Snapshot,
			Done: r.usage.Attempted, Of: r.q.Budget.Pages, Found: r.usage.Found, Page: page})
	}
	return nil
}

// A rankedList is one query's passages, best first, and what they weigh.
type rankedList struct {
	passages []Passage
	weight   float64
}

// fusePassages merges ranked lists by reciprocal rank. Ties keep the order in
// which the passages were first seen, so the result is deterministic.
func fusePassages(lists []rankedList) []Passage {
	type span struct {
		snapshot   string
		start, end int
	}
	at := map[span]int{}
	var out []Passage
	for _, list := range lists {
		for rank, p := range list.passages {
			key := span{p.Snapshot, p.Start, p.End}
			i, ok := at[key]
			if !ok {
				i = len(out)
				at[key] = i
				p.Score = 0
				out = append(out, p)
			}
			out[i].Score += list.weight / float64(fusionK+rank+1)
		}
	}
	slices.SortStableFunc(out, func(a, b Passage) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// outline returns the first n passages cut to about 160 characters each, for steps.
func outline(passages []Passage, n int) []Passage {
	out := slices.Clone(passages[:min(n, len(passages))])
	for i := range out {
		out[i].Text = firstRunes(out[i].Text, 160)
		out[i].End = out[i].Start + len(out[i].Text)
	}
	return out
}

// firstRunes cuts s after n characters.
func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
