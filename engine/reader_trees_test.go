package engine

import (
	"bytes"
	"testing"
)

func TestReaderWeights(t *testing.T) {
	w, err := loadReader()
	if err != nil {
		t.Fatal(err)
	}
	if w.sentences == nil || w.spans == nil || w.answers == nil || len(backgroundIDF().ids) == 0 {
		t.Error("a table of the reader is empty")
	}
	if n := len(readerIDF) + len(readerSentence) + len(readerAnswer) + len(readerSpan) + len(readerLexical); n > 1<<20 {
		t.Errorf("the embedded tables have %d bytes, more than a megabyte", n)
	}
}

// TestBoost learns a simple rule, in groups and by rows.
func TestBoost(t *testing.T) {
	set := &boostSet{}
	for g := range 60 {
		from := len(set.rows)
		for i := range 4 {
			a, b := float32((g>>1)&1), float32(i&1)
			y := float32(0)
			if b == 1 && i > 1 || a == 0 && i == 3 {
				y = 1
			}
			set.rows = append(set.rows, []float32{a, b, float32(i)})
			set.labels = append(set.labels, y)
		}
		set.groups = append(set.groups, [2]int{from, len(set.rows)})
	}
	for _, softmax := range []bool{true, false} {
		f := boost(set, boostOptions{trees: 30, depth: 3, bins: 8, rate: 0.3, lambda: 1, min: 0.1, softmax: softmax})
		for i, row := range set.rows {
			best := set.rows[i/4*4+3] // the last of each group is right, the first is not
			if i%4 == 0 && f.score(row) >= f.score(best) {
				t.Fatalf("softmax %v: %v is ranked above %v", softmax, row, best)
			}
		}
		b := f.encode()
		back, err := decodeForest(b, 3)
		if err != nil || !bytes.Equal(back.encode(), b) {
			t.Errorf("a forest does not survive encoding: %v", err)
		}
	}
}

func FuzzDecodeForest(f *testing.F) {
	good := (&forest{features: 2, trees: [][]treeNode{{{0, 1, 0.5}, {-1, 0, 1}, {-1, 0, 2}}}}).encode()
	f.Add(good)
	f.Add(good[:len(good)-3])
	f.Add([]byte(forestMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := decodeForest(b, 2)
		if err == nil {
			x.score([]float32{1, 2}) // ends, whatever the bytes
		}
	})
}
