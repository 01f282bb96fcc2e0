package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// A forest is a sum of small regression trees (gradient boosting, Friedman
// 2001), the form of every learned scorer of the built-in engine.
type forest struct {
	features int
	trees    [][]treeNode
}

// A treeNode splits on a feature, or is a leaf where feature is -1.
type treeNode struct {
	feature int16
	child   uint16  // where the feature is not greater; the next one where it is
	value   float32 // threshold, or the leaf's score
}

const forestMagic = "SF1\n"

var errForest = errors.New("the embedded weights are damaged")

// score sums the trees' leaves for one row of features.
func (f *forest) score(row []float32) float64 {
	sum := 0.0
	for _, t := range f.trees {
		n := &t[0]
		for n.feature >= 0 {
			side := uint16(0)
			if !(row[n.feature] <= n.value) {
				side = 1 // added and not jumped: which way it goes is hard to foresee
			}
			n = &t[n.child+side]
		}
		sum += float64(n.value)
	}
	return sum
}

// encode writes the forest: magic, features, trees; per tree its nodes, ten bytes each.
func (f *forest) encode() []byte {
	b := []byte(forestMagic)
	b = binary.LittleEndian.AppendUint16(b, uint16(f.features))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(f.trees)))
	for _, t := range f.trees {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(t)))
		for _, n := range t {
			b = binary.LittleEndian.AppendUint16(b, uint16(n.feature))
			second := n.child
			if n.feature >= 0 {
				second++
			}
			b = binary.LittleEndian.AppendUint16(b, n.child)
			b = binary.LittleEndian.AppendUint16(b, second)
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(n.value))
		}
	}
	return b
}

// decodeForest reads what encode wrote, and checks that every walk ends.
func decodeForest(b []byte, features int) (*forest, error) {
	if len(b) < len(forestMagic)+4 || string(b[:len(forestMagic)]) != forestMagic {
		return nil, errForest
	}
	b = b[len(forestMagic):]
	f := &forest{features: int(binary.LittleEndian.Uint16(b))}
	if f.features != features {
		return nil, fmt.Errorf("%w: made for %d features, not %d", errForest, f.features, features)
	}
	trees := int(binary.LittleEndian.Uint16(b[2:]))
	b = b[4:]
	for range trees {
		if len(b) < 2 {
			return nil, errForest
		}
		n := int(binary.LittleEndian.Uint16(b))
		b = b[2:]
		if n == 0 || len(b) < n*10 {
			return nil, errForest
		}
		t := make([]treeNode, n)
		for i := range t {
			t[i] = treeNode{
				int16(binary.LittleEndian.Uint16(b)), binary.LittleEndian.Uint16(b[2:]),
				math.Float32frombits(binary.LittleEndian.Uint32(b[6:])),
			}
			first, second := int(t[i].child), int(binary.LittleEndian.Uint16(b[4:]))
			b = b[10:]
			leaf := t[i].feature < 0
			if int(t[i].feature) >= features || !leaf && (first <= i || second != first+1 || second >= n) {
				return nil, errForest
			}
		}
		f.trees = append(f.trees, t)
	}
	return f, nil
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
