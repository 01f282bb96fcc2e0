package extract

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// rows are training examples by column: features cut into at most 64 bins.
type rows struct {
	cols [][]uint8   // by feature, then row
	cuts [][]float32 // by feature: the upper bound of each bin but the last
	y, w []float32   // label in [0,1] and weight
}

const bins = 64

// binned cuts examples into bins of about equal size.
func binned(x [][]float32, y, w []float32) *rows {
	d := &rows{y: y, w: w, cols: make([][]uint8, len(x[0])), cuts: make([][]float32, len(x[0]))}
	var wg sync.WaitGroup
	for f := range d.cols {
		wg.Go(func() {
			values := make([]float32, len(x))
			for i := range x {
				values[i] = x[i][f]
			}
			sorted := slices.Clone(values)
			slices.Sort(sorted)
			distinct := slices.Compact(slices.Clone(sorted))
			var cuts []float32
			if len(distinct) <= bins {
				for i := 1; i < len(distinct); i++ {
					cuts = append(cuts, (distinct[i-1]+distinct[i])/2)
				}
			} else {
				for b := 1; b < bins; b++ {
					cuts = append(cuts, sorted[b*len(sorted)/bins])
				}
				cuts = slices.Compact(cuts)
			}
			col := make([]uint8, len(x))
			for i, v := range values {
				col[i] = uint8(binOf(cuts, v))
			}
			d.cols[f], d.cuts[f] = col, cuts
		})
	}
	wg.Wait()
	return d
}

func binOf(cuts []float32, v float32) int {
	lo, hi := 0, len(cuts)
	for lo < hi {
		if mid := (lo + hi) / 2; v <= cuts[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// boosting is how a forest is grown.
type boosting struct {
	trees, leaves int
	rate, lambda  float64
	features      float64 // share of features looked at by each tree
	sample        float64 // share of rows each tree is grown from
	minWeight     float64 // of the hessian in a leaf
}

// train grows a forest on d by gradient boosting with the logistic loss.
func (b boosting) train(d *rows) *forest {
	rng := rand.New(rand.NewPCG(1, 2))
	var sy, sw float64
	for i := range d.y {
		sy += float64(d.y[i] * d.w[i])
		sw += float64(d.w[i])
	}
	f := &forest{bias: float32(math.Log(sy / (sw - sy)))}
	odds := make([]float32, len(d.y))
	for i := range odds {
		odds[i] = f.bias
	}
	g, h := make([]float64, len(d.y)), make([]float64, len(d.y))
	for range b.trees {
		var in []int32
		for i := range d.y {
			p := sigmoid(odds[i])
			g[i], h[i] = (p-float64(d.y[i]))*float64(d.w[i]), p*(1-p)*float64(d.w[i])
			if rng.Float64() < b.sample {
				in = append(in, int32(i))
			}
		}
		var cols []int
		for c := range d.cols {
			if rng.Float64() < b.features {
				cols = append(cols, c)
			}
		}
		t := b.grow(d, g, h, in, cols)
		f.trees = append(f.trees, t)
		for i := range odds {
			n := t[0]
			for n.feature >= 0 {
				if binOf(d.cuts[n.feature], n.value) >= int(d.cols[n.feature][i]) {
					n = t[n.left]
				} else {
					n = t[n.left+1]
				}
			}
			odds[i] += n.value
		}
	}
	return f
}

// leaf is an end of a growing tree and the best cut of it.
type leaf struct {
	node      int
	rows      []int32
	g, h      float64
	gain      float64
	col, bin  int
	splitable bool
}

// grow builds one tree, always cutting the leaf that gains most.
func (b boosting) grow(d *rows, g, h []float64, in []int32, cols []int) []split {
	t := []split{{feature: -1}}
	root := &leaf{rows: in}
	for _, i := range in {
		root.g += g[i]
		root.h += h[i]
	}
	b.best(d, g, h, root, cols)
	leaves := []*leaf{root}
	for len(leaves) < b.leaves {
		var l *leaf
		for _, c := range leaves {
			if c.splitable && (l == nil || c.gain > l.gain) {
				l = c
			}
		}
		if l == nil || l.gain < 1e-4 {
			break
		}
		left, right := &leaf{node: len(t)}, &leaf{node: len(t) + 1}
		for _, i := range l.rows {
			c := right
			if int(d.cols[l.col][i]) <= l.bin {
				c = left
			}
			c.rows = append(c.rows, i)
			c.g += g[i]
			c.h += h[i]
		}
		t[l.node] = split{int16(l.col), int16(len(t)), d.cuts[l.col][l.bin]}
		t = append(t, split{feature: -1}, split{feature: -1})
		l.node, l.splitable = -1, false
		leaves = slices.DeleteFunc(leaves, func(x *leaf) bool { return x == l })
		for _, c := range []*leaf{left, right} {
			b.best(d, g, h, c, cols)
			leaves = append(leaves, c)
		}
	}
	for _, l := range leaves {
		t[l.node].value = float32(-l.g / (l.h + b.lambda) * b.rate)
	}
	return t
}

// best finds the cut of l that gains most.
func (b boosting) best(d *rows, g, h []float64, l *leaf, cols []int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	parent := l.g * l.g / (l.h + b.lambda)
	work := func(part []int) {
		for _, c := range part {
			var sg, sh [bins + 1]float64
			col := d.cols[c]
			for _, i := range l.rows {
				sg[col[i]] += g[i]
				sh[col[i]] += h[i]
			}
			var lg, lh float64
			for bin := range d.cuts[c] {
				lg += sg[bin]
				lh += sh[bin]
				rg, rh := l.g-lg, l.h-lh
				if lh < b.minWeight || rh < b.minWeight {
					continue
				}
				gain := lg*lg/(lh+b.lambda) + rg*rg/(rh+b.lambda) - parent
				mu.Lock()
				if !l.splitable || gain > l.gain || gain == l.gain && c < l.col {
					l.gain, l.col, l.bin, l.splitable = gain, c, bin, true
				}
				mu.Unlock()
			}
		}
	}
	half := len(cols) / 2
	wg.Go(func() { work(cols[:half]) })
	wg.Go(func() { work(cols[half:]) })
	wg.Wait()
}

// TestBoosting: a forest learns a rule of two features that no single cut tells, and is the same after it was written and read.
func TestBoosting(t *testing.T) {
	var x [][]float32
	var y, w []float32
	for i := range 400 {
		a, b := float32(i%20), float32(i/20)
		x, w = append(x, []float32{a, b}), append(w, 1)
		if a < 12 && b < 7 || a > 16 {
			y = append(y, 1)
		} else {
			y = append(y, 0)
		}
	}
	f := boosting{trees: 40, leaves: 6, rate: .3, lambda: 1, features: 1, sample: 1, minWeight: .01}.train(binned(x, y, w))
	again, rest, err := unmarshalForest(f.marshal(nil))
	if err != nil || len(rest) != 0 {
		t.Fatal(err, len(rest))
	}
	for i := range x {
		if (f.odds(x[i]) > 0) != (y[i] == 1) {
			t.Errorf("%v: odds %.2f for %v", x[i], f.odds(x[i]), y[i])
		}
		if again.odds(x[i]) != f.odds(x[i]) {
			t.Errorf("%v differs after reading", x[i])
		}
	}
	if _, _, err := unmarshalForest(f.marshal(nil)[:100]); err == nil {
		t.Error("a cut model is read")
	}
}
