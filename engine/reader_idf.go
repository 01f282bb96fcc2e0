package engine

import (
	_ "embed"
	"encoding/binary"
	"math"
	"sort"
	"sync"
)

// readerIDF holds how rare common stems and Han bigrams are: entries of a
// 32-bit hash and one byte (32nds of the natural logarithm), ascending by
// hash. `go test ./engine -run TestTrainReader -train` makes it.
//
//go:embed reader_idf.bin
var readerIDF []byte

const unknownIDF = 7.0 // of what the table does not have

type idfTable struct {
	ids    []uint32
	values []float32
}

var backgroundIDF = sync.OnceValue(func() idfTable {
	n := len(readerIDF) / 5
	t := idfTable{make([]uint32, n), make([]float32, n)}
	for i := range n {
		t.ids[i] = binary.LittleEndian.Uint32(readerIDF[i*5:])
		t.values[i] = float32(readerIDF[i*5+4]) / 32
	}
	return t
})

func (t idfTable) value(id uint32) float64 {
	i := sort.Search(len(t.ids), func(i int) bool { return t.ids[i] >= id })
	if i < len(t.ids) && t.ids[i] == id {
		return float64(t.values[i])
	}
	return unknownIDF
}

// localIDF blends the background with what the evidence itself shows: a word
// that most of its sentences have tells them apart badly.
func localIDF(sentences []readSentence) func(uint32, string) float64 {
	background := backgroundIDF()
	type tally struct{ n, last int } // how many sentences have it, and the last that does
	count := make(map[uint32]tally, 4*len(sentences))
	for i := range sentences {
		for j := range sentences[i].tokens {
			t := &sentences[i].tokens[j]
			id := t.id
			if t.pair != 0 {
				id = t.pair
			}
			if c := count[id]; c.last != i+1 {
				count[id] = tally{c.n + 1, i + 1}
			}
		}
	}
	n := float64(len(sentences))
	return func(id uint32, _ string) float64 {
		b := background.value(id)
		if n < 3 {
			return math.Max(b, 0.3)
		}
		l := math.Log(1 + (n+0.5)/(float64(count[id].n)+0.5))
		return math.Max(0.2, 0.6*b+0.4*l)
	}
}
