package retrieval

import (
	"math"
	"sort"
)

// vectors computes the features of all candidates; their terms have idf.
func vectors(q *question, cands []candidate) []vector {
	p := newProbe(q)
	out := make([]vector, len(cands))
	type pageSum struct {
		best, sum, share float64
		terms            []bool
	}
	pages := map[int]*pageSum{}
	top := 0.0
	var best vector
	for i := range cands {
		c, v := &cands[i], &out[i]
		v[featBM25] = p.share(c.bm25) / (bm25K1 + 1)
		win := p.body(v, c.toks)
		pg := pages[c.page]
		if pg == nil {
			pg = &pageSum{terms: make([]bool, q.main), share: 1}
			pages[c.page] = pg
		}
		for _, m := range p.matches {
			if m.term >= 0 {
				pg.terms[m.term] = true
			}
		}
		p.head(v, c.head, c.toks, win)
		v[featAnswer] = p.answers(q, c.toks, win)
		pg.best = max(pg.best, c.bm25)
		pg.sum += pg.share * c.bm25 // candidates come best first
		pg.share /= 2
		top = max(top, c.bm25)
		best[featWindow] = max(best[featWindow], v[featWindow])
		best[featSentBM25] = max(best[featSentBM25], v[featSentBM25])
	}
	for i := range cands {
		c, v := &cands[i], &out[i]
		pg := pages[c.page]
		if top > 0 {
			v[featPage] = pg.best / top
			v[featPageSum] = pg.sum / top
			v[featTopBM25] = c.bm25 / top
			v[featTopWindow] = v[featWindow] / max(best[featWindow], 1e-9)
			v[featTopSentence] = v[featSentBM25] / max(best[featSentBM25], 1e-9)
		}
		v[featTerms] = math.Log(float64(q.main + 1))
		v[featWant] = float64(q.want)
		sum := 0.0
		for t, ok := range pg.terms {
			if ok {
				sum += p.idf[t]
			}
		}
		v[featPageCover] = math.Max(p.share(sum), v[featHead])
	}
	neighbours(cands, out)
	return out
}

// order gives the candidates their scores and sorts them, best first.
func order(q *question, cands []candidate) {
	vs := vectors(q, cands)
	m := models().En
	if q.han {
		m = models().Zh
	}
	for i := range cands {
		cands[i].score = m.score(&vs[i])
	}
	sortCandidates(cands)
}

func sortCandidates(cands []candidate) {
	sort.SliceStable(cands, func(i, j int) bool {
		if cands[i].score != cands[j].score {
			return cands[i].score > cands[j].score
		}
		return cands[i].number < cands[j].number
	})
}
