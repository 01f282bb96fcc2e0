package crawler

import (
	"cmp"
	"math"
	"slices"
)

// The figures of BM25 (Robertson and Zaragoza 2009), and what a title counts.
const (
	bm25K     = 1.2
	bm25B     = 0.75
	titleTerm = 3
	mostNamed = 24 // pages that an index names, best first
)

// A tally is one page of a search index: how often it holds the interest's terms.
type tally struct {
	first  entry     // what stands first about it: its title
	best   entry     // the section that speaks of the most
	holds  float64   // the weight of its terms
	counts []float64 // by term; nil: it holds none
	length float64
	score  float64
}

// rankEntries are the pages of a search index that speak of the interest, best
// first.
func rankEntries(entries []entry, index map[string]int, weight []float64) []*tally {
	pages, byRef := []*tally(nil), map[string]*tally{}
	for _, e := range entries {
		t := byRef[e.page()]
		if t == nil {
			t = &tally{first: e}
			byRef[e.page()] = t
			pages = append(pages, t)
		}
		t.add(e, index, weight)
	}
	worth := make([]float64, len(weight))
	length := 0.0
	for _, t := range pages {
		length += t.length
		for i, n := range t.counts {
			if n > 0 {
				worth[i]++
			}
		}
	}
	for i, df := range worth {
		worth[i] = weight[i] * math.Log(1+(float64(len(pages))-df+0.5)/(df+0.5))
	}
	for _, t := range pages {
		t.rate(worth, length/float64(len(pages)))
	}
	slices.SortStableFunc(pages, func(a, b *tally) int { return cmp.Compare(b.score, a.score) })
	pages = pages[:min(len(pages), mostNamed)]
	return slices.DeleteFunc(pages, func(t *tally) bool { return t.score == 0 })
}

// add counts the terms of an entry.
func (t *tally) add(e entry, index map[string]int, weight []float64) {
	met := map[int]bool{}
	count := func(ts []string, each float64) {
		t.length += float64(len(ts))
		for _, w := range ts {
			i, ok := index[w]
			if !ok {
				continue
			}
			if t.counts == nil {
				t.counts = make([]float64, len(index))
			}
			t.counts[i] += each
			met[i] = true
		}
	}
	count(terms(e.title), titleTerm)
	count(terms(e.text), 1)
	count(e.stems, 1)
	holds := 0.0
	for i := range met {
		holds += weight[i]
	}
	if holds > t.holds {
		t.holds, t.best = holds, e
	}
}

// rate is the page's BM25, by what the terms are worth and the mean length.
func (t *tally) rate(worth []float64, mean float64) {
	for i, n := range t.counts {
		if n > 0 {
			t.score += worth[i] * n * (bm25K + 1) / (n + bm25K*(1-bm25B+bm25B*t.length/mean))
		}
	}
}
