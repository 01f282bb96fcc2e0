package retrieval

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
)

// A linear model over the features.
type linear [featCount]float64

func (l *linear) score(v *vector) float64 {
	s := 0.0
	for i, x := range v {
		s += l[i] * x
	}
	return s
}

// A lexicon is what was learned of single words.
type lexicon struct {
	Trust trust `json:"trust"`
}

// A model is a linear one and regression trees on top of it.
type model struct {
	Lexicon lexicon `json:"lexicon"`
	Base    linear  `json:"base"`
	Trees   []tree  `json:"trees,omitempty"`
}

// A tree's first node is its root.
type tree []treeNode

// A treeNode without children is a leaf, and below is its value; else a
// feature's values under below go left.
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
	s := m.Base.score(v)
	for _, t := range m.Trees {
		s += t.value(v)
	}
	return s
}

// MarshalJSON writes a node as [feature, below, left, right], a leaf as [value].
func (n treeNode) MarshalJSON() ([]byte, error) {
	if n.left == 0 {
		return fmt.Appendf(nil, "[%.4g]", n.below), nil
	}
	return fmt.Appendf(nil, "[%d,%.5g,%d,%d]", n.feature, n.below, n.left, n.right), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *treeNode) UnmarshalJSON(b []byte) error {
	var v []float64
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	switch len(v) {
	case 1:
		*n = treeNode{below: float32(v[0])}
	case 4:
		if v[2] < 1 || v[3] < 1 {
			return errors.New("a node leads to the root")
		}
		*n = treeNode{feature: uint8(v[0]), below: float32(v[1]), left: uint8(v[2]), right: uint8(v[3])}
	default:
		return fmt.Errorf("a node has %d numbers", len(v))
	}
	return nil
}

// valid reports whether every path through the trees ends.
func (m *model) valid() error {
	for _, t := range m.Trees {
		if len(t) == 0 {
			return errors.New("a tree is empty")
		}
		for i, n := range t {
			if n.left == 0 {
				continue
			}
			if int(n.left) <= i || int(n.right) <= i || int(max(n.left, n.right)) >= len(t) || int(n.feature) >= int(featCount) {
				return errors.New("a tree leads nowhere")
			}
		}
	}
	return nil
}

// modelFile was learned by TestTrain; see docs/retrieval.md.
//
//go:embed model.json
var modelFile []byte

// languageModels are the rankers for questions in Chinese, and in all else.
type languageModels struct {
	En model `json:"en"`
	Zh model `json:"zh"`
}

// models are read when they are first needed. A file that does not fit the
// features is a fault of the build, and a test's business; BM25F ranks then.
var models = sync.OnceValue(func() *languageModels {
	m, err := readModels(modelFile)
	if err != nil {
		plain := model{Base: linear{featBM25: 1}}
		return &languageModels{plain, plain}
	}
	return m
})

// modelFileJSON is the file's form.
type modelFileJSON struct {
	Features int `json:"features"`
	languageModels
}

func readModels(b []byte) (*languageModels, error) {
	var f modelFileJSON
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("reading the ranker: %w", err)
	}
	if f.Features != int(featCount) {
		return nil, fmt.Errorf("reading the ranker: it has %d features, the program %d: train it again", f.Features, featCount)
	}
	if err := errors.Join(f.En.valid(), f.Zh.valid()); err != nil {
		return nil, fmt.Errorf("reading the ranker: %w", err)
	}
	return &f.languageModels, nil
}
