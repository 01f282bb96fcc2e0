package engine

import "math"

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
	aMissedAll       // the heaviest word of the question that stands nowhere in the evidence
	aMissedAllSecond // and the next
	aAbout           // how far the best sentence's page or section is about what is asked of
	aSpanNear        // the share of the question near the shortest answer
	aSpanType        // whether the shortest answer is of the kind asked for
	aSpanShare       // its share of all candidates' weight
	aSpanPages       // pages that have it
	aSpanHead        // whether the noun asked for stands with it
	aRelation        // the share of what is asked of the subject that the best sentence has
	aRelationNear    // and that stands near the shortest answer
	aRunLength       // characters of the longest run of the question in the best sentence
	aNamesMissed     // names that the best passage does not have
	aOtherCover      // what the best sentence of another page covers
	aRivals          // sentences that cover nearly as much
	aExpect
	aSentences
	aRule
	aTypedTop        // things of the kind asked for, not the question's own, in the best three sentences
	aTypedNear       // whether one stands near the relation, or near what the best sentence has of the question
	aUnitFit         // whether a number stands with what is to be counted
	aRunCover        // in Chinese, the share of the question's characters that the best sentence has in runs
	aRunCoverPassage // and its passage
	aGapPassage      // characters in a row of the question that its passage does not have
	aGapAll          // and that no passage has
	aRestCover       // what is covered of the question without the relation
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
		r.boundFeatures(&spans[0], f)
	}
	r.evidenceFeatures(s, f)
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

func kindNumber(k Kind) float32 {
	for i, x := range []Kind{KindFact, KindWhich, KindWho, KindWhen, KindWhere, KindCount, KindYesNo, KindDefinition, KindList, KindHow, KindWhy} {
		if x == k {
			return float32(i)
		}
	}
	return 11
}
