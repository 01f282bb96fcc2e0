package extract

import (
	"math"
	"math/rand/v2"
	"slices"
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
	for f := range d.cols {
		func() {
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
		}()
	}
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
	seed          uint64
	seeds         int // forests that are averaged
}

// train grows a forest on the rows of d that in lists, by gradient boosting
// with the logistic loss.
func (b boosting) train(d *rows, in []int32) *forest {
	rng := rand.New(rand.NewPCG(1, b.seed))
	var sy, sw float64
	for _, i := range in {
		sy += float64(d.y[i] * d.w[i])
		sw += float64(d.w[i])
	}
	f := &forest{bias: float32(math.Log(sy / (sw - sy)))}
	odds := make([]float32, len(d.y))
	for i := range odds {
		odds[i] = f.bias
	}
	gh := make([]slope, len(d.y))
	sample := make([]int32, 0, len(in))
	for range b.trees {
		sample = sample[:0]
		mean := 0.0
		for _, i := range in {
			p := sigmoid(odds[i])
			gh[i] = slope{float32((p - float64(d.y[i])) * float64(d.w[i])), float32(p * (1 - p) * float64(d.w[i]))}
			mean += math.Abs(float64(gh[i].g))
		}
		mean /= float64(len(in))
		for _, i := range in { // rows that are far off are seen oftener, and count for less each time
			chance := min(1, b.sample*(.2+.8*math.Abs(float64(gh[i].g))/mean))
			if rng.Float64() < chance {
				gh[i].g /= float32(chance)
				gh[i].h /= float32(chance)
				sample = append(sample, i)
			}
		}
		var cols []int
		for c := range d.cols {
			if rng.Float64() < b.features {
				cols = append(cols, c)
			}
		}
		t, at := b.grow(d, gh, slices.Clone(sample), cols)
		f.trees = append(f.trees, t)
		for _, i := range in {
			n := 0
			for t[n].feature >= 0 {
				if d.cols[t[n].feature][i] <= at[n] {
					n = int(t[n].left)
				} else {
					n = int(t[n].left) + 1
				}
			}
			odds[i] += t[n].value
		}
	}
	return f
}

// several grows forests from different random numbers and joins them to one
// whose sum is their mean.
func (b boosting) several(d *rows, in []int32) *forest {
	joint := &forest{}
	for s := range max(1, b.seeds) {
		b.seed = uint64(s + 2)
		f := b.train(d, in)
		share := 1 / float32(max(1, b.seeds))
		joint.bias += f.bias * share
		for _, t := range f.trees {
			for i := range t {
				if t[i].feature < 0 {
					t[i].value *= share
				}
			}
			joint.trees = append(joint.trees, t)
		}
	}
	return joint
}

// slope is a row's gradient and hessian, or a sum of such.
type slope struct{ g, h float32 }

// total is a sum of slopes.
type total struct{ g, h float64 }

func (t total) gain(lambda float64) float64 { return t.g * t.g / (t.h + lambda) }

// leaf is an end of a growing tree and the best cut of it.
type leaf struct {
	node      int
	rows      []int32
	sum       total
	hist      []total // by column looked at, then bin
	gain      float64
	col, bin  int
	splitable bool
}

// grow builds one tree, always cutting the leaf that gains most. The second
// result is the bin of each node's cut.
func (b boosting) grow(d *rows, gh []slope, in []int32, cols []int) ([]split, []uint8) {
	t, at := []split{{feature: -1}}, []uint8{0}
	root := &leaf{rows: in, hist: histogram(d, gh, in, cols)}
	for _, i := range in {
		root.sum.g += float64(gh[i].g)
		root.sum.h += float64(gh[i].h)
	}
	b.best(d, root, cols)
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
		left, right := b.divide(d, gh, l, cols)
		left.node, right.node = len(t), len(t)+1
		t[l.node], at[l.node] = split{int16(l.col), int16(len(t)), d.cuts[l.col][l.bin]}, uint8(l.bin)
		t, at = append(t, split{feature: -1}, split{feature: -1}), append(at, 0, 0)
		leaves = slices.DeleteFunc(leaves, func(x *leaf) bool { return x == l })
		for _, c := range []*leaf{left, right} {
			b.best(d, c, cols)
			leaves = append(leaves, c)
		}
	}
	for _, l := range leaves {
		t[l.node].value = float32(-l.sum.g / (l.sum.h + b.lambda) * b.rate)
	}
	return t, at
}

// divide cuts l in two. Only the smaller part's histogram is counted: the
// other's is the difference.
func (b boosting) divide(d *rows, gh []slope, l *leaf, cols []int) (left, right *leaf) {
	left, right = &leaf{}, &leaf{}
	for _, i := range l.rows {
		c := right
		if int(d.cols[l.col][i]) <= l.bin {
			c = left
		}
		c.rows = append(c.rows, i)
		c.sum.g += float64(gh[i].g)
		c.sum.h += float64(gh[i].h)
	}
	small, large := left, right
	if len(left.rows) > len(right.rows) {
		small, large = right, left
	}
	small.hist, large.hist = histogram(d, gh, small.rows, cols), l.hist
	for i := range large.hist {
		large.hist[i].g -= small.hist[i].g
		large.hist[i].h -= small.hist[i].h
	}
	l.hist, l.rows = nil, nil
	return left, right
}

func histogram(d *rows, gh []slope, in []int32, cols []int) []total {
	all := make([]total, len(cols)*bins)
	for n, c := range cols {
		h, col := all[n*bins:(n+1)*bins], d.cols[c]
		for _, i := range in {
			t := &h[col[i]&(bins-1)]
			t.g += float64(gh[i].g)
			t.h += float64(gh[i].h)
		}
	}
	return all
}

// best finds the cut of l that gains most.
func (b boosting) best(d *rows, l *leaf, cols []int) {
	parent := l.sum.gain(b.lambda)
	for n, c := range cols {
		var left total
		h := l.hist[n*bins:]
		for bin := range d.cuts[c] {
			left.g += h[bin].g
			left.h += h[bin].h
			right := total{l.sum.g - left.g, l.sum.h - left.h}
			if left.h < b.minWeight || right.h < b.minWeight {
				continue
			}
			if gain := left.gain(b.lambda) + right.gain(b.lambda) - parent; !l.splitable || gain > l.gain {
				l.gain, l.col, l.bin, l.splitable = gain, c, bin, true
			}
		}
	}
}

// every lists the numbers below n.
func every(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
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
	f := boosting{trees: 40, leaves: 6, rate: .3, lambda: 1, features: 1, sample: 1, minWeight: .01}.train(binned(x, y, w), every(len(x)))
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
