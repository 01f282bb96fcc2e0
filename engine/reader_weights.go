package engine

import (
	_ "embed"
	"fmt"
	"sync"
)

// The learned scorers, made by `go test ./engine -run TestTrainReader -train`
// from SQuAD, CMRC 2018 and XQuAD (see docs/evaluation.md for their licence).
//
//go:embed reader_sentence.bin
var readerSentence []byte

//go:embed reader_answer.bin
var readerAnswer []byte

//go:embed reader_span.bin
var readerSpan []byte

//go:embed reader_lexical.bin
var readerLexical []byte

// readerWeights are the decoded scorers. A nil forest is scored by rule.
type readerWeights struct {
	sentences, answers, spans *forest
	lexical                   []float32 // of spans, by bucket
}

// loadReader decodes the embedded weights, once, when first used.
var loadReader = sync.OnceValues(func() (*readerWeights, error) {
	w := &readerWeights{}
	for _, p := range []struct {
		name     string
		data     []byte
		features int
		to       **forest
	}{
		{"sentence", readerSentence, sentenceFeatures, &w.sentences},
		{"answer", readerAnswer, answerFeatures, &w.answers},
		{"span", readerSpan, spanFeatures, &w.spans},
	} {
		if len(p.data) == 0 {
			continue
		}
		f, err := decodeForest(p.data, p.features)
		if err != nil {
			return nil, fmt.Errorf("loading the %s weights: %w", p.name, err)
		}
		*p.to = f
	}
	w.lexical = lexicalBytes(readerLexical)
	return w, nil
})

// sentence scores a sentence's features: higher is likelier to answer.
func (w *readerWeights) sentence(f []float32) float64 {
	if w.sentences != nil {
		return w.sentences.score(f)
	}
	return ruleScore(f)
}

// ruleScore weighs a sentence's features by hand. Beside the learned scorer it
// steadies the ranking on text unlike that which the scorer was trained on.
func ruleScore(f []float32) float64 {
	v := func(i int) float64 { return float64(f[i]) }
	return 4*v(fCover) + 2*v(fCoverNear) + 1.5*v(fCoverPassage) + 1*v(fAdjacent) + 1*v(fRun) + 0.6*v(fChars) +
		0.5*v(fTypedFresh)*(v(fWantDate)+v(fWantNumber)) + 0.5*min(1, v(fTypedFresh))*(v(fWantPerson)+v(fWantPlace)) + 0.5*v(fKey) + 0.7*v(fNamesPassage) + 0.3*v(fCue) -
		0.3*v(fRank) - 0.4*v(fWrongNumber) + 0.5*v(fBM25Share)
}

// sure is the probability that the evidence answers, from its best sentence's features.
func (w *readerWeights) sure(f []float32) float64 {
	if w.answers != nil {
		return sigmoid(w.answers.score(f))
	}
	v := func(i int) float64 { return float64(f[i]) }
	return sigmoid(5*v(aCover) + 2*v(aCoverNear) + 2*v(aPassage) + v(aKey) + v(aNamesPassage) - 6)
}
