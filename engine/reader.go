package engine

import (
	"math"
	"sort"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// readEvidence splits the passages into sentences and ranks them as answers to the question.
func readEvidence(e agent.Evidence, a Analysis, w *readerWeights) *reading {
	r := &reading{}
	r.passages, r.sentences = readPassages(e)
	r.q = readAsked(a, localIDF(r.sentences))
	r.features()
	r.findAbout()
	for i := range r.sentences {
		s := &r.sentences[i]
		block := blockScore(a.Kind, s)
		s.learned = w.sentence(s.feat) + block
		s.score = s.learned
		if w.sentences != nil {
			s.score = (1-ruleShare)*s.learned + ruleShare*(ruleScore(s.feat)+block)
		}
		s.score += aboutWeight * r.passages[s.passage].about
	}
	r.favourNew()
	r.rank()
	r.findCopies()
	return r
}

// ruleShare is the part of the ranking that rules have beside the learned scorer.
const ruleShare = 0.45

// blockScore keeps headings, code and questions from being taken for answers.
func blockScore(k Kind, s *readSentence) float64 {
	switch {
	case s.block == lang.BlockHeading:
		return -3
	case s.block == lang.BlockCode && k != KindHowTo:
		return -2
	case asking(s.text):
		return -2
	case strings.HasPrefix(s.text, "http") && !strings.Contains(s.text, " "):
		return -3
	case len(s.tokens) < 3:
		return -1.5
	}
	return 0
}

// favourNew lets newer pages go first where the newest counts, and older ones
// last than a question allows.
func (r *reading) favourNew() {
	a := r.q.Analysis
	if !a.Fresh && a.After == "" {
		return
	}
	newest := ""
	for i := range r.passages {
		newest = max(newest, r.passages[i].page.Published)
	}
	top, err := time.Parse(time.DateOnly, newest)
	if err != nil {
		return
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		day, err := time.Parse(time.DateOnly, s.page.Published)
		if err != nil {
			continue
		}
		if a.Fresh {
			s.score += math.Exp(-top.Sub(day).Hours() / 24 / 180)
		}
		if a.After != "" && s.page.Published < a.After {
			s.score -= 1.5
		}
	}
}

func (r *reading) rank() {
	r.order = make([]int, len(r.sentences))
	for i := range r.order {
		r.order[i] = i
	}
	sort.SliceStable(r.order, func(a, b int) bool {
		return r.sentences[r.order[a]].score > r.sentences[r.order[b]].score
	})
}

// best is the best sentence, nil where there is none.
func (r *reading) best() *readSentence {
	if len(r.order) == 0 {
		return nil
	}
	return &r.sentences[r.order[0]]
}

// maxCompared bounds the search for copies to the best sentences.
const maxCompared = 60

// findCopies links sentences among the best that say the same words on other pages.
func (r *reading) findCopies() {
	n := min(len(r.order), maxCompared)
	sets := make([]map[uint32]bool, n)
	for i := range n {
		s := &r.sentences[r.order[i]]
		sets[i] = map[uint32]bool{}
		for j := range s.tokens {
			t := &s.tokens[j]
			if t.pair != 0 {
				sets[i][t.pair] = true
			} else if !t.stop {
				sets[i][t.id] = true
			}
		}
	}
	for i := range n {
		for j := range i {
			if similarSets(sets[i], sets[j]) >= 0.8 {
				a, b := r.order[i], r.order[j]
				r.sentences[a].copies = append(r.sentences[a].copies, b)
				r.sentences[b].copies = append(r.sentences[b].copies, a)
			}
		}
	}
}

// similarSets is the Jaccard similarity of two sets.
func similarSets(a, b map[uint32]bool) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(a)*2 < len(b) || len(b)*2 < len(a) {
		return 0
	}
	n := 0
	for k := range a {
		if b[k] {
			n++
		}
	}
	return float64(n) / float64(len(a)+len(b)-n)
}

// confidence is how sure the reader is, 0 to 1, that the sentences answer the question.
func (r *reading) confidence(w *readerWeights) float64 {
	if len(r.order) == 0 || len(r.q.units) == 0 {
		return 0
	}
	sure := w.sure(r.answerFeatures(r.shortest(w))) * r.doubt()
	return sure * r.unrelated(w, sure)
}

// keepOtherYear is the share of its confidence that an answer keeps where it speaks of another year than the question.
const keepOtherYear = 0.5

// doubt lowers the confidence where the best sentence names another year than the question's.
func (r *reading) doubt() float64 {
	s := r.best()
	found := make([]bool, len(r.q.units))
	for _, h := range s.hits {
		found[h.unit] = true
	}
	for i, u := range r.q.units {
		if u.number && !found[i] && len(u.text) == 4 && r.otherYear(s) {
			return keepOtherYear
		}
	}
	return 1
}

// otherYear reports whether the sentence names a year that the question does not.
func (r *reading) otherYear(s *readSentence) bool {
	for i := range s.tokens {
		if _, own := r.q.byID[s.tokens[i].id]; !own && isYear(&s.tokens[i]) {
			return true
		}
	}
	return false
}

// shortest are the best spans, scored once.
func (r *reading) shortest(w *readerWeights) []span {
	if r.top == nil {
		r.top = r.spans(w, 6)
	}
	return r.top
}

// manyPassages is the number of passages beyond which their number says no more.
const manyPassages = 12

// The features that decide whether the evidence answers at all.
const (
	aTop = iota
	aSecond
	aMargin
	aCover
	aCoverNear
	aPassage
	aNames
	aNamesPassage
	aTyped
	aKey
	aMissed
	aWrongNumber
	aChinese
	aUnits
	aAdjacent
	aRun
	aChars
	aMean5
	aTopAll
	aCount
	aKind
	aSpan
	aSpanMargin
	aAgree
	aTitle
	aHead
	aPrev
	aNegation
	aMissedPassage
	aPages
	aSpanEntity
	aOpposite
	aExactCover
	aMissedSecond
	aSpanClause
	aSpanKey
	aSpanLength
	aNumberPassage
	answerFeatures
)

func (r *reading) answerFeatures(spans []span) []float32 {
	f := make([]float32, answerFeatures)
	s := r.best()
	f[aTop] = float32(s.learned)
	if len(r.order) > 1 {
		f[aSecond] = float32(r.sentences[r.order[1]].learned)
		f[aMargin] = f[aTop] - f[aSecond]
	}
	copyFeature := func(to, from int) { f[to] = s.feat[from] }
	copyFeature(aCover, fCover)
	copyFeature(aCoverNear, fCoverNear)
	copyFeature(aPassage, fCoverPassage)
	copyFeature(aNames, fNames)
	copyFeature(aNamesPassage, fNamesPassage)
	copyFeature(aTyped, fTypedFresh)
	copyFeature(aKey, fKey)
	copyFeature(aMissed, fMissedWeight)
	copyFeature(aWrongNumber, fWrongNumber)
	copyFeature(aChinese, fChinese)
	copyFeature(aUnits, fQuestionLength)
	copyFeature(aAdjacent, fAdjacent)
	copyFeature(aRun, fRun)
	copyFeature(aChars, fChars)
	copyFeature(aTitle, fCoverTitle)
	copyFeature(aHead, fHead)
	copyFeature(aPrev, fPrevCover)
	n := min(5, len(r.order))
	top := 0.0
	for i := range n {
		x := &r.sentences[r.order[i]]
		f[aMean5] += float32(x.learned) / float32(n)
		top = math.Max(top, x.cover)
		if i > 0 && x.page != s.page && len(x.copies) == 0 {
			f[aAgree] += float32(x.cover)
		}
	}
	f[aTopAll] = float32(top)
	f[aCount] = float32(math.Log1p(float64(len(s.copies))))
	f[aKind] = kindNumber(r.q.Kind)
	r.wholeFeatures(s, f)
	if len(spans) > 0 {
		f[aSpan] = float32(spans[0].score)
		sum := 0.0
		for _, x := range spans {
			sum += math.Exp(x.score - spans[0].score)
		}
		f[aSpanMargin] = float32(1 / sum)
		f[aSpanEntity], f[aSpanClause], f[aSpanKey] = spans[0].fit, spans[0].clause, spans[0].nearKey
		f[aSpanLength] = float32(spans[0].to - spans[0].from + 1)
	}
	return f
}

// wholeFeatures fills in what the best sentence's passage misses, and the
// evidence's size.
func (r *reading) wholeFeatures(s *readSentence, f []float32) {
	if negated(s.text) != negated(r.q.Text) {
		f[aNegation] = 1
	}
	found := make([]bool, len(r.q.units))
	p := &r.passages[s.passage]
	for _, h := range r.q.match(p.context) {
		found[h.unit] = true
	}
	for i := p.from; i < p.to; i++ {
		for _, h := range r.sentences[i].hits {
			found[h.unit] = found[h.unit] || h.weight == 1
		}
	}
	for i, ok := range found {
		if ok {
			continue
		}
		if r.q.units[i].number {
			f[aNumberPassage] = 1
		}
		f[aMissedPassage] = max(f[aMissedPassage], float32(r.q.units[i].weight))
	}
	r.exactness(s, f)
	f[aPages] = float32(math.Log1p(float64(min(len(r.passages), manyPassages))))
}

// exactness fills in what of the question the best sentence has word for word,
// and whether it has an opposite instead.
func (r *reading) exactness(s *readSentence, f []float32) {
	exact := make([]bool, len(r.q.units))
	for _, h := range s.hits {
		exact[h.unit] = exact[h.unit] || h.weight == 1
	}
	var first, second, sum float64
	for i, ok := range exact {
		u := r.q.units[i].weight
		switch {
		case ok:
			sum += u
		case u > first:
			first, second = u, first
		case u > second:
			second = u
		}
	}
	f[aExactCover] = float32(sum / math.Max(r.q.total, 1e-9))
	f[aMissedSecond] = float32(second)
	if opposed(r.q.Text, s.text) {
		f[aOpposite] = 1
	}
}

var negations = []string{"not", "no", "never", "without", "neither", "nor", "none", "cannot", "不", "没", "未", "无", "非", "别"}

// negated reports whether the text has a word of negation.
func negated(text string) bool {
	f := lang.Fold(text)
	return hasAny(f, negations) || strings.Contains(f, "n't") || strings.Contains(f, "n’t")
}

func kindNumber(k Kind) float32 {
	for i, x := range []Kind{KindFact, KindWhich, KindWho, KindWhen, KindWhere, KindCount, KindYesNo, KindDefinition, KindList, KindHow, KindWhy} {
		if x == k {
			return float32(i)
		}
	}
	return 11
}
