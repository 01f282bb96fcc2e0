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
		best  float64
		terms []bool
		first int
	}
	pages := map[int]*pageSum{}
	top := 0.0
	for i := range cands {
		c, v := &cands[i], &out[i]
		v[featBM25] = p.share(c.bm25) / (bm25K1 + 1)
		win := p.body(v, c.toks)
		pg := pages[c.page]
		if pg == nil {
			pg = &pageSum{terms: make([]bool, q.main), first: math.MaxInt}
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
		top = max(top, c.bm25)
	}
	for i := range cands {
		c, v := &cands[i], &out[i]
		pg := pages[c.page]
		if top > 0 {
			v[featPage] = pg.best / top
		}
		sum := 0.0
		for t, ok := range pg.terms {
			if ok {
				sum += p.idf[t]
			}
		}
		v[featPageCover] = math.Max(p.share(sum), v[featHead])
	}
	return out
}

// order gives the candidates their scores and sorts them, best first.
func order(q *question, cands []candidate) {
	vs := vectors(q, cands)
	w := &modelEn
	if q.han {
		w = &modelZh
	}
	for i := range cands {
		cands[i].score = w.score(&vs[i])
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

// A linear model over the features.
type linear [featCount]float64

func (l *linear) score(v *vector) float64 {
	s := 0.0
	for i, x := range v {
		s += l[i] * x
	}
	return s
}

// A model is a linear one and regression trees on top of it.
type model struct {
	base  linear
	trees []tree
}

// A tree's first node is its root. A node whose children are 0 is a leaf, and
// below is its value; else values under below go left.
type tree []treeNode

type treeNode struct {
	feature     uint8
	left, right uint8
	below       float32
}

func (t tree) value(v *vector) float64 {
	n := t[0]
	for n.left != 0 {
		if float32(v[n.feature]) < n.below {
			n = t[n.left]
		} else {
			n = t[n.right]
		}
	}
	return float64(n.below)
}

func (m *model) score(v *vector) float64 {
	s := m.base.score(v)
	for _, t := range m.trees {
		s += t.value(v)
	}
	return s
}

// Learned by TestTrain; see docs/retrieval.md.
var (
	modelEn = model{base: linear{0.552, 1.997, 0.737, -3.738, 4.211, 1.603, 0.563, -0.466, -3.906, 4.303, 0.930, 0.501,
		5.542, 0.194, -1.910, 3.627, -3.205, 0.543, 3.571, 5.793, 0.226, 1.211, 4.096}}
	modelZh = model{base: linear{2.559, 1.502, 1.350, 1.451, 1.246, 1.076, 0.617, 2.298, 1.165, 1.405, 2.095, 2.299,
		1.389, 0.867, -0.646, 2.300, 1.472, 1.052, 1.163, 0.000, 0.661, 1.464, 1.354}}
)
