package engine

import (
	"math"

	"github.com/sonde-search/sonde/agent/lang"
)

// The dense features of a span, in the order of the embedded weights.
const (
	sLexical = iota
	sSentence
	sSentenceRank
	sLength
	sAsked
	sAskedShare
	sNear
	sNearMax
	sKeyLeft
	sKeyRight
	sHitLeft
	sHitRight
	sCutLeft
	sCutRight
	sGapLeft
	sGapRight
	sFirst
	sCaps
	sDigits
	sLower
	sRepeats
	sKindNumber
	sWantsType
	sHasType
	sCommas
	sHeadNear
	sClauseHits
	sBrackets
	sFunction
	sChineseSpan
	sLexicalGap
	sEntityKind
	sEntityFit
	sLeftCode
	sRightCode
	sFirstCode
	sLastCode
	sRarity
	sKeyAny
	sNearLeft
	sNearRight
	sInContext
	sElsewhere
	sSentenceCover
	spanFeatures
)

// dense fills in a span's features; lexical is the score of its words.
func (c *spanContext) dense(sp *span, lexical float64) []float32 {
	f := make([]float32, spanFeatures)
	i, j := sp.from, sp.to
	f[sLexical] = float32(lexical)
	f[sSentence] = float32(min(0, sp.sentence.learned-c.top))
	f[sSentenceRank] = float32(sp.rank)
	f[sLength] = float32(j - i + 1)
	f[sFirst] = float32(i)
	f[sKindNumber] = kindNumber(c.q.Kind)
	if c.q.Language == "zh" {
		f[sChineseSpan] = 1
	}
	c.inside(sp, f)
	f[sHitLeft], f[sKeyLeft] = c.distance(i-1, -1)
	f[sHitRight], f[sKeyRight] = c.distance(j+1, 1)
	f[sNear] = float32((c.near[i] + c.near[j]) / 2)
	f[sNearMax] = float32(math.Max(c.near[i], c.near[j]))
	f[sGapLeft], f[sGapRight] = gapFeature(c.gap(i)), gapFeature(c.gap(j+1))
	f[sCutLeft], f[sCutRight] = c.cut(i-1, i), c.cut(j, j+1)
	f[sClauseHits] = c.clauseHits(i, j)
	f[sHeadNear] = c.headNear(i, j)
	f[sEntityKind], f[sEntityFit] = c.entityFit(i, j)
	f[sLeftCode], f[sRightCode] = c.classCode(i-1), c.classCode(j+1)
	f[sFirstCode], f[sLastCode] = c.classCode(i), c.classCode(j)
	f[sNearLeft], f[sNearRight] = c.nearSides(i, j)
	f[sInContext], f[sElsewhere] = c.seen(i, j)
	f[sSentenceCover] = float32(sp.sentence.cover)
	f[sKeyAny] = min(f[sKeyLeft], f[sKeyRight])
	return f
}

// inside fills in what the span's own words show.
func (c *spanContext) inside(sp *span, f []float32) {
	n := float32(sp.to - sp.from + 1)
	for k := sp.from; k <= sp.to; k++ {
		t := &c.s.tokens[k]
		f[sRarity] += c.rarity[k] / n
		if c.unitAt[k] >= 0 {
			f[sAsked]++
		}
		switch {
		case t.kind == lang.KindNumber || numberEn[t.text]:
			f[sDigits]++
		case t.upper:
			f[sCaps]++
		case t.kind != lang.KindHan && !t.stop:
			f[sLower]++
		}
		if t.stop {
			f[sFunction]++
		}
		if k > sp.from {
			switch t.gap {
			case ',':
				f[sCommas]++
			case '(':
				f[sBrackets]++
			}
		}
		if c.q.Expect != ExpectAny && c.q.Expect != ExpectName && expected(c.q.Expect, c.s, k) {
			f[sHasType] = 1
		}
	}
	if c.q.Expect != ExpectAny && c.q.Expect != ExpectName {
		f[sWantsType] = 1
	}
	f[sAskedShare] = f[sAsked] / n
	f[sCaps] /= n
}

// distance is how far the nearest word of the question, and its key, stand from i in one direction.
func (c *spanContext) distance(i, step int) (hit, key float32) {
	hit, key = 30, 30
	for d := float32(1); i >= 0 && i < len(c.unitAt) && d < 30; i, d = i+step, d+1 {
		u := c.unitAt[i]
		if u < 0 {
			continue
		}
		hit = min(hit, d)
		if u == c.q.key {
			return hit, d
		}
	}
	return hit, key
}

func gapFeature(g byte) float32 {
	switch g {
	case 0:
		return 0
	case '"':
		return 1
	case ',':
		return 2
	case '(':
		return 3
	}
	return 4
}

// cut tells whether the border between two tokens cuts a name or a number with its unit.
func (c *spanContext) cut(a, b int) float32 {
	if a < 0 || b >= len(c.s.tokens) || c.gap(b) != 0 {
		return 0
	}
	x, y := &c.s.tokens[a], &c.s.tokens[b]
	switch {
	case x.upper && y.upper && !x.stop && !y.stop:
		return 2
	case x.kind == lang.KindNumber && (y.kind == lang.KindNumber || unitWords[y.text] || monthWords[y.text]):
		return 2
	case monthWords[x.text] && y.kind == lang.KindNumber:
		return 2
	case x.kind == lang.KindHan && y.kind == lang.KindHan && x.pair != 0:
		if v := backgroundIDF().value(x.pair); v < 6 {
			return 1
		}
	}
	return 0
}

// clauseHits is the share of the question's weight in the span's own clause.
func (c *spanContext) clauseHits(i, j int) float32 {
	lo, hi := i, j
	for lo > 0 && c.gap(lo) != ',' && c.gap(lo) != '.' {
		lo--
	}
	for hi < len(c.s.tokens)-1 && c.gap(hi+1) != ',' && c.gap(hi+1) != '.' {
		hi++
	}
	sum, seen := 0.0, map[int]bool{}
	for k := lo; k <= hi; k++ {
		if u := c.unitAt[k]; u >= 0 && !seen[u] {
			seen[u] = true
			sum += c.q.units[u].weight
		}
	}
	if c.q.total == 0 {
		return 0
	}
	return float32(sum / c.q.total)
}

// headNear tells whether the noun that was asked for stands beside the span or in it.
func (c *spanContext) headNear(i, j int) float32 {
	if c.q.head == 0 {
		return 0
	}
	for k := max(0, i-2); k <= min(len(c.s.tokens)-1, j+2); k++ {
		if c.s.tokens[k].id == c.q.head {
			if k >= i && k <= j {
				return 2
			}
			return 1
		}
	}
	return 0
}

// nearSides is the weight of the question's words before and after the span, fading with distance.
func (c *spanContext) nearSides(i, j int) (left, right float32) {
	for k, u := range c.unitAt {
		if u < 0 {
			continue
		}
		switch {
		case k < i:
			left += float32(c.q.units[u].weight) / float32(1+(i-k)/2)
		case k > j:
			right += float32(c.q.units[u].weight) / float32(1+(k-j)/2)
		}
	}
	return left, right
}

// seen is the share of the span's content that its page's title and headings
// have, and that other sentences of its passage have.
func (c *spanContext) seen(i, j int) (context, elsewhere float32) {
	n := float32(0)
	for k := i; k <= j; k++ {
		t := &c.s.tokens[k]
		if t.stop {
			continue
		}
		n++
		if c.context[t.id] {
			context++
		}
		if c.others[t.id] {
			elsewhere++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return context / n, elsewhere / n
}
