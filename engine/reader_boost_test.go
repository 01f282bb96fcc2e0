package engine

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// A boostSet is training data: rows of features in groups (one group per question).
type boostSet struct {
	rows   [][]float32
	groups [][2]int // [from, to) of rows
	labels []float32
}

// boostOptions are what boosting is run with.
type boostOptions struct {
	trees, depth, bins int
	rate, lambda, min  float64
	softmax            bool // rank within groups; otherwise logistic per row
}

// boostTrainer grows a forest on binned features.
type boostTrainer struct {
	boostOptions
	set   *boostSet
	edges [][]float32
	split []int   // the features that have more than one bin
	cells []uint8 // bins, row after row: what a row needs lies together
	score []float64
	exp   []float64 // of the scores, by softmax
	grad  []float32
	hess  []float32
	hist  []boostBin // of every feature, t.bins for each
}

// A boostBin is what a bin's rows sum up to.
type boostBin struct{ g, h float64 }

// boost trains a forest.
func boost(set *boostSet, o boostOptions) *forest {
	t := &boostTrainer{boostOptions: o, set: set}
	n := len(set.rows)
	t.score, t.exp, t.grad, t.hess = make([]float64, n), make([]float64, n), make([]float32, n), make([]float32, n)
	t.bin()
	f := &forest{features: len(t.edges)}
	rng := rand.New(rand.NewPCG(11, 13))
	for range o.trees {
		t.gradients()
		tree := t.grow(t.sample(rng))
		f.trees = append(f.trees, tree)
		t.add(tree)
	}
	return f
}

// add adds a tree's leaves to the rows' scores, by their bins: a value is not
// greater than an edge where its bin is not.
func (t *boostTrainer) add(tree []treeNode) {
	at := make([]uint8, len(tree)) // the bin of each node's edge
	for k, n := range tree {
		if n.feature >= 0 {
			at[k] = t.cell(int(n.feature), n.value)
		}
	}
	nf := len(t.edges)
	for i := range t.score {
		row := t.cells[i*nf : (i+1)*nf]
		k := 0
		for tree[k].feature >= 0 {
			if row[tree[k].feature] <= at[k] {
				k = int(tree[k].child)
			} else {
				k = int(tree[k].child) + 1
			}
		}
		t.score[i] += float64(tree[k].value)
	}
}

// cell is the bin of a feature's value.
func (t *boostTrainer) cell(feature int, v float32) uint8 {
	edges := t.edges[feature]
	return uint8(sort.Search(len(edges), func(k int) bool { return edges[k] >= v }))
}

// The share of the rows with small gradients that a tree is grown on, and what
// is small (after Ke et al. 2017, gradient-based one-side sampling).
const (
	smallGradient = 0.02
	smallShare    = 0.12
)

// sample chooses the rows that the next tree is grown on: all with a gradient
// that matters, and some of the others, which then weigh more.
func (t *boostTrainer) sample(rng *rand.Rand) []int32 {
	out := make([]int32, 0, len(t.grad))
	for i := range t.grad {
		if math.Abs(float64(t.grad[i])) < smallGradient {
			if rng.Float64() > smallShare {
				continue
			}
			t.grad[i] /= smallShare
			t.hess[i] /= smallShare
		}
		out = append(out, int32(i))
	}
	return out
}

func (t *boostTrainer) bin() {
	nf := len(t.set.rows[0])
	t.edges, t.cells, t.hist = make([][]float32, nf), make([]uint8, nf*len(t.set.rows)), make([]boostBin, nf*t.bins)
	step := max(1, len(t.set.rows)/20000)
	for j := range nf {
		var vals []float32
		for i := 0; i < len(t.set.rows); i += step {
			vals = append(vals, t.set.rows[i][j])
		}
		slices.Sort(vals)
		var edges []float32
		for k := 1; k < t.bins; k++ {
			v := vals[len(vals)*k/t.bins]
			if (len(edges) == 0 || v > edges[len(edges)-1]) && v < vals[len(vals)-1] {
				edges = append(edges, v)
			}
		}
		t.edges[j] = edges
		if len(edges) > 0 {
			t.split = append(t.split, j)
		}
	}
	for i, row := range t.set.rows {
		for _, j := range t.split {
			t.cells[i*nf+j] = t.cell(j, row[j])
		}
	}
}

func (t *boostTrainer) gradients() {
	if !t.softmax {
		for i, s := range t.score {
			p := sigmoid(s)
			t.grad[i] = float32(p) - t.set.labels[i]
			t.hess[i] = float32(math.Max(p*(1-p), 1e-4))
		}
		return
	}
	for _, g := range t.set.groups {
		top, sum, want := math.Inf(-1), 0.0, 0.0
		for i := g[0]; i < g[1]; i++ {
			top = math.Max(top, t.score[i])
		}
		for i := g[0]; i < g[1]; i++ {
			t.exp[i] = math.Exp(t.score[i] - top)
			sum += t.exp[i]
			want += t.exp[i] * float64(t.set.labels[i])
		}
		for i := g[0]; i < g[1]; i++ {
			p := t.exp[i] / sum
			y := 0.0
			if want > 0 {
				y = t.exp[i] * float64(t.set.labels[i]) / want
			}
			t.grad[i] = float32(p - y)
			t.hess[i] = float32(math.Max(p*(1-p), 1e-4))
			if want == 0 {
				t.grad[i], t.hess[i] = 0, 1e-4
			}
		}
	}
}

type boostLeaf struct {
	rows []int32
	node int
}

type boostSplit struct {
	feature, bin int
	gain         float64
}

func (t *boostTrainer) grow(all []int32) []treeNode {
	nodes := []treeNode{{feature: -1}}
	level := []boostLeaf{{all, 0}}
	for range t.depth {
		var next []boostLeaf
		for _, l := range level {
			s := t.best(l.rows)
			if s.gain <= 1e-6 {
				nodes[l.node] = t.leaf(l.rows)
				continue
			}
			var a, b []int32
			for _, i := range l.rows {
				if int(t.cells[int(i)*len(t.edges)+s.feature]) <= s.bin {
					a = append(a, i)
				} else {
					b = append(b, i)
				}
			}
			n := uint16(len(nodes))
			nodes = append(nodes, treeNode{feature: -1}, treeNode{feature: -1})
			nodes[l.node] = treeNode{int16(s.feature), n, t.edges[s.feature][s.bin]}
			next = append(next, boostLeaf{a, int(n)}, boostLeaf{b, int(n) + 1})
		}
		level = next
	}
	for _, l := range level {
		nodes[l.node] = t.leaf(l.rows)
	}
	return nodes
}

func (t *boostTrainer) leaf(rows []int32) treeNode {
	g, h := 0.0, 0.0
	for _, i := range rows {
		g += float64(t.grad[i])
		h += float64(t.hess[i])
	}
	v := -g / (h + t.lambda) * t.rate
	return treeNode{feature: -1, value: float32(v)}
}

// best is the split of the rows that gains most; one pass over them fills the
// bins of all features.
func (t *boostTrainer) best(rows []int32) boostSplit {
	clear(t.hist)
	nf := len(t.edges)
	for _, i := range rows {
		g, h := float64(t.grad[i]), float64(t.hess[i])
		row := t.cells[int(i)*nf : (int(i)+1)*nf]
		for _, j := range t.split {
			b := &t.hist[j*t.bins+int(row[j])]
			b.g += g
			b.h += h
		}
	}
	top := boostSplit{}
	for _, j := range t.split {
		if b := t.bestOf(j); b.gain > top.gain {
			top = b
		}
	}
	return top
}

// bestOf is the best split by one feature, from its bins.
func (t *boostTrainer) bestOf(j int) boostSplit {
	hist := t.hist[j*t.bins:]
	var gt, ht float64
	for b := range len(t.edges[j]) + 1 {
		gt += hist[b].g
		ht += hist[b].h
	}
	base := gt * gt / (ht + t.lambda)
	best := boostSplit{}
	var gl, hl float64
	for b := range t.edges[j] {
		gl += hist[b].g
		hl += hist[b].h
		if hl < t.min || ht-hl < t.min {
			continue
		}
		gain := gl*gl/(hl+t.lambda) + (gt-gl)*(gt-gl)/(ht-hl+t.lambda) - base
		if gain > best.gain {
			best = boostSplit{j, b, gain}
		}
	}
	return best
}
