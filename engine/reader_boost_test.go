package engine

import (
	"math"
	"math/rand/v2"
	"sort"
	"sync"
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
	set    *boostSet
	edges  [][]float32
	binned [][]uint8 // by feature, by row
	score  []float64
	grad   []float32
	hess   []float32
}

// boost trains a forest.
func boost(set *boostSet, o boostOptions) *forest {
	t := &boostTrainer{boostOptions: o, set: set}
	n := len(set.rows)
	t.score, t.grad, t.hess = make([]float64, n), make([]float32, n), make([]float32, n)
	t.bin()
	f := &forest{features: len(t.edges)}
	rng := rand.New(rand.NewPCG(11, 13))
	for range o.trees {
		t.gradients()
		tree := t.grow(t.sample(rng))
		f.trees = append(f.trees, tree)
		for i, row := range set.rows {
			t.score[i] += (&forest{trees: [][]treeNode{tree}}).score(row)
		}
	}
	return f
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
	t.edges, t.binned = make([][]float32, nf), make([][]uint8, nf)
	step := max(1, len(t.set.rows)/20000)
	var wg sync.WaitGroup
	for j := range nf {
		wg.Go(func() {
			var vals []float32
			for i := 0; i < len(t.set.rows); i += step {
				vals = append(vals, t.set.rows[i][j])
			}
			sort.Slice(vals, func(a, b int) bool { return vals[a] < vals[b] })
			var edges []float32
			for k := 1; k < t.bins; k++ {
				v := vals[len(vals)*k/t.bins]
				if (len(edges) == 0 || v > edges[len(edges)-1]) && v < vals[len(vals)-1] {
					edges = append(edges, v)
				}
			}
			t.edges[j] = edges
			col := make([]uint8, len(t.set.rows))
			for i, row := range t.set.rows {
				col[i] = uint8(sort.Search(len(edges), func(k int) bool { return edges[k] >= row[j] }))
			}
			t.binned[j] = col
		})
	}
	wg.Wait()
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
			p := math.Exp(t.score[i] - top)
			sum += p
			want += p * float64(t.set.labels[i])
		}
		for i := g[0]; i < g[1]; i++ {
			p := math.Exp(t.score[i]-top) / sum
			y := 0.0
			if want > 0 {
				y = math.Exp(t.score[i]-top) * float64(t.set.labels[i]) / want
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
			s := t.split(l.rows)
			if s.gain <= 1e-6 {
				nodes[l.node] = t.leaf(l.rows)
				continue
			}
			var a, b []int32
			col := t.binned[s.feature]
			for _, i := range l.rows {
				if int(col[i]) <= s.bin {
					a = append(a, i)
				} else {
					b = append(b, i)
				}
			}
			n := uint16(len(nodes))
			nodes = append(nodes, treeNode{feature: -1}, treeNode{feature: -1})
			nodes[l.node] = treeNode{int16(s.feature), n, n + 1, t.edges[s.feature][s.bin]}
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

func (t *boostTrainer) split(rows []int32) boostSplit {
	best := make([]boostSplit, len(t.edges))
	var wg sync.WaitGroup
	half := (len(t.edges) + 1) / 2
	for w := range 2 {
		wg.Go(func() {
			var g, h [256]float64
			for j := w * half; j < min(len(t.edges), (w+1)*half); j++ {
				if len(t.edges[j]) > 0 {
					best[j] = t.splitFeature(rows, j, &g, &h)
				}
			}
		})
	}
	wg.Wait()
	top := boostSplit{}
	for _, b := range best {
		if b.gain > top.gain {
			top = b
		}
	}
	return top
}

func (t *boostTrainer) splitFeature(rows []int32, j int, g, h *[256]float64) boostSplit {
	clear(g[:])
	clear(h[:])
	col := t.binned[j]
	for _, i := range rows {
		b := col[i]
		g[b] += float64(t.grad[i])
		h[b] += float64(t.hess[i])
	}
	var gt, ht float64
	for b := range len(t.edges[j]) + 1 {
		gt += g[b]
		ht += h[b]
	}
	base := gt * gt / (ht + t.lambda)
	best := boostSplit{}
	var gl, hl float64
	for b := range t.edges[j] {
		gl += g[b]
		hl += h[b]
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
