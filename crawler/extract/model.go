package extract

import (
	"encoding/binary"
	"fmt"
	"math"
)

// A forest is an ensemble of regression trees, the sum of whose leaves is the
// log-odds that a unit is main text (gradient boosting: Friedman, "Greedy
// function approximation", 2001).
type forest struct {
	bias  float32
	trees [][]split
}

// A split is a node of a tree. feature < 0: a leaf with value. Otherwise x
// goes to the node left where x[feature] <= value, else to left+1.
type split struct {
	feature int16
	left    int16
	value   float32
}

// odds is the forest's sum for x.
func (f *forest) odds(x []float32) float32 {
	sum := f.bias
	for _, t := range f.trees {
		n := t[0]
		for n.feature >= 0 {
			next := n.left
			if x[n.feature] > n.value { // an addition, not a jump: which way it goes cannot be foreseen
				next++
			}
			n = t[next]
		}
		sum += n.value
	}
	return sum
}

// sigmoid turns log-odds into a probability.
func sigmoid(x float32) float64 { return 1 / (1 + math.Exp(-float64(x))) }

// marshal appends the forest as little-endian binary: bias, number of trees,
// and for each its number of nodes and these.
func (f *forest) marshal(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, math.Float32bits(f.bias))
	b = le.AppendUint16(b, uint16(len(f.trees)))
	for _, t := range f.trees {
		b = le.AppendUint16(b, uint16(len(t)))
		for _, n := range t {
			b = le.AppendUint16(b, uint16(n.feature))
			b = le.AppendUint16(b, uint16(n.left))
			b = le.AppendUint32(b, math.Float32bits(n.value))
		}
	}
	return b
}

// unmarshalForest reads what marshal wrote and returns what follows it.
func unmarshalForest(b []byte) (*forest, []byte, error) {
	le := binary.LittleEndian
	if len(b) < 6 {
		return nil, nil, fmt.Errorf("reading a model: %d bytes are too few", len(b))
	}
	f := &forest{bias: math.Float32frombits(le.Uint32(b)), trees: make([][]split, le.Uint16(b[4:]))}
	b = b[6:]
	for i := range f.trees {
		if len(b) < 2 || len(b) < 2+8*int(le.Uint16(b)) {
			return nil, nil, fmt.Errorf("reading a model: it ends in tree %d", i)
		}
		t := make([]split, le.Uint16(b))
		b = b[2:]
		for j := range t {
			t[j] = split{int16(le.Uint16(b)), int16(le.Uint16(b[2:])), math.Float32frombits(le.Uint32(b[4:]))}
			b = b[8:]
		}
		f.trees[i] = t
	}
	return f, b, nil
}

// marshal writes the models: scale, bias and weights of the words, then the forests.
func (m modelSet) marshal() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, math.Float32bits(m.words.bias))
	b = le.AppendUint32(b, math.Float32bits(m.words.scale))
	for _, w := range m.words.weights {
		b = append(b, byte(w))
	}
	for _, f := range m.forests {
		b = f.marshal(b)
	}
	return b
}

// unmarshalModels reads what marshal wrote.
func unmarshalModels(b []byte) (modelSet, error) {
	m := modelSet{words: &wordModel{weights: make([]int8, wordSlots)}}
	le := binary.LittleEndian
	if len(b) < 8+wordSlots {
		return m, fmt.Errorf("reading a model: %d bytes are too few", len(b))
	}
	m.words.bias, m.words.scale = math.Float32frombits(le.Uint32(b)), math.Float32frombits(le.Uint32(b[4:]))
	for i := range m.words.weights {
		m.words.weights[i] = int8(b[8+i])
	}
	b = b[8+wordSlots:]
	for i := range m.forests {
		f, rest, err := unmarshalForest(b)
		if err != nil {
			return m, err
		}
		m.forests[i], b = f, rest
	}
	return m, nil
}
