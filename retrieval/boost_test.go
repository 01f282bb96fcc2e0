package retrieval

import (
	"math"
	"sort"
)

// Gradient-boosted regression trees with the listwise softmax loss (Friedman,
// "Greedy function approximation", 2001; leaf values by Newton's step).

// boosting holds the settings of a training.
type boosting struct {
	trees, leaves int
	rate, ridge   float64
	minHessian    float64
	width         int     // candidates looked at per question
	decay         float64 // of the linear model's weights
}

// How each language's model is learned.
var (
	boost   = boosting{trees: 80, leaves: 8, rate: 0.1, ridge: 20, minHessian: 1, width: 25, decay: 1e-4}
	boostZh = boosting{decay: 1e-3}
)

const bins = 48

// A board is the training set, binned by feature.
type board struct {
	lists [][2]int // rows of each question
	gold  []bool
	bin   [][]uint8 // by feature, row
	edge  [][]float64
	score []float64
	g, h  []float64
}

func newBoard(ls []lesson, base *linear, width int) *board {
	b := &board{}
	var rows []*vector
	for i := range ls {
		if ls[i].lost {
			continue
		}
		start := len(rows)
		keep := topOf(&ls[i], base, width)
		any := false
		for _, k := range keep {
			rows = append(rows, &ls[i].vs[k])
			b.gold = append(b.gold, ls[i].gold[k])
			b.score = append(b.score, base.score(&ls[i].vs[k]))
			any = any || ls[i].gold[k]
		}
		if !any {
			rows, b.gold, b.score = rows[:start], b.gold[:start], b.score[:start]
			continue
		}
		b.lists = append(b.lists, [2]int{start, len(rows)})
	}
	b.g, b.h = make([]float64, len(rows)), make([]float64, len(rows))
	for f := range int(featCount) {
		vals := make([]float64, 0, len(rows))
		for _, r := range rows {
			vals = append(vals, r[f])
		}
		sort.Float64s(vals)
		var edges []float64
		for k := 1; k < bins; k++ {
			e := vals[k*len(vals)/bins]
			if len(edges) == 0 && e > vals[0] || len(edges) > 0 && e > edges[len(edges)-1] {
				edges = append(edges, e)
			}
		}
		col := make([]uint8, len(rows))
		for i, r := range rows {
			col[i] = uint8(sort.Search(len(edges), func(k int) bool { return r[f] < edges[k] }))
		}
		b.bin, b.edge = append(b.bin, col), append(b.edge, edges)
	}
	return b
}

// topOf are the candidates that the base model puts first.
func topOf(l *lesson, base *linear, width int) []int {
	idx := make([]int, len(l.vs))
	for i := range idx {
		idx[i] = i
	}
	s := make([]float64, len(l.vs))
	for i := range s {
		s[i] = base.score(&l.vs[i])
	}
	sort.SliceStable(idx, func(i, j int) bool { return s[idx[i]] > s[idx[j]] })
	return idx[:min(width, len(idx))]
}

// gradients of the softmax over each question's candidates.
func (b *board) gradients() {
	for _, l := range b.lists {
		top, sum, right := math.Inf(-1), 0.0, 0.0
		for i := l[0]; i < l[1]; i++ {
			top = math.Max(top, b.score[i])
		}
		for i := l[0]; i < l[1]; i++ {
			b.h[i] = math.Exp(b.score[i] - top)
			sum += b.h[i]
			if b.gold[i] {
				right += b.h[i]
			}
		}
		for i := l[0]; i < l[1]; i++ {
			p, y := b.h[i]/sum, 0.0
			if b.gold[i] && right > 0 {
				y = b.h[i] / right
			}
			b.g[i], b.h[i] = p-y, math.Max(p*(1-p), 1e-6)
		}
	}
}

type leafNode struct {
	rows []int32
	gain float64
	feat int
	bin  int
	at   int // its place in the tree
}

// grow learns one tree and adds it to the scores.
func (b *board) grow(s boosting) tree {
	all := make([]int32, len(b.score))
	for i := range all {
		all[i] = int32(i)
	}
	t := tree{{}}
	leaves := []*leafNode{b.split(all, 0, s)}
	for len(leaves) < s.leaves {
		best := 0
		for i, l := range leaves {
			if l.gain > leaves[best].gain {
				best = i
			}
		}
		l := leaves[best]
		if l.gain <= 1e-9 {
			break
		}
		var left, right []int32
		for _, r := range l.rows {
			if int(b.bin[l.feat][r]) <= l.bin {
				left = append(left, r)
			} else {
				right = append(right, r)
			}
		}
		n := len(t)
		t[l.at] = treeNode{feature: uint8(l.feat), below: float32(b.edge[l.feat][l.bin]), left: uint8(n), right: uint8(n + 1)}
		t = append(t, treeNode{}, treeNode{})
		leaves[best] = b.split(left, n, s)
		leaves = append(leaves, b.split(right, n+1, s))
	}
	for _, l := range leaves {
		var g, h float64
		for _, r := range l.rows {
			g, h = g+b.g[r], h+b.h[r]
		}
		v := -s.rate * g / (h + s.ridge)
		t[l.at] = treeNode{below: float32(v)}
		for _, r := range l.rows {
			b.score[r] += v
		}
	}
	return t
}

// split finds the best split of some rows.
func (b *board) split(rows []int32, at int, s boosting) *leafNode {
	l := &leafNode{rows: rows, at: at}
	var G, H float64
	for _, r := range rows {
		G, H = G+b.g[r], H+b.h[r]
	}
	for f := range b.bin {
		var g, h [bins + 1]float64
		col := b.bin[f]
		for _, r := range rows {
			k := col[r]
			g[k] += b.g[r]
			h[k] += b.h[r]
		}
		var gl, hl float64
		for k := range b.edge[f] {
			gl, hl = gl+g[k], hl+h[k]
			if hl < s.minHessian || H-hl < s.minHessian {
				continue
			}
			gain := gl*gl/(hl+s.ridge) + (G-gl)*(G-gl)/(H-hl+s.ridge) - G*G/(H+s.ridge)
			if gain > l.gain {
				l.gain, l.feat, l.bin = gain, f, k
			}
		}
	}
	return l
}

// learn trains a forest on top of a linear model.
func learn(ls []lesson, s boosting) model {
	base := fit(ls, linear{featBM25: 1}, s.decay)
	m := model{Base: base}
	if s.trees == 0 {
		return m
	}
	b := newBoard(ls, &base, s.width)
	for range s.trees {
		b.gradients()
		m.Trees = append(m.Trees, b.grow(s))
	}
	return m
}
