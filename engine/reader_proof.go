package engine

import (
	"math"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

const (
	nearSpan   = 12  // words or characters that count as near a span
	rivalShare = 0.8 // of the best sentence's coverage, that makes a rival
	spanPages  = 20  // best sentences that are looked through for a span
)

// evidenceFeatures fills in what the evidence as a whole lacks, and what the
// best sentence has of the relation that is asked for.
func (r *reading) evidenceFeatures(s *readSentence, f []float32) {
	q := r.q
	found := make([]bool, len(q.units))
	for p := range r.passages {
		for _, h := range q.match(r.passages[p].context) {
			found[h.unit] = true
		}
	}
	for i := range r.sentences {
		for _, h := range r.sentences[i].hits {
			found[h.unit] = true
		}
	}
	for i, ok := range found {
		w := float32(q.units[i].weight)
		switch {
		case ok:
		case w > f[aMissedAll]:
			f[aMissedAll], f[aMissedAllSecond] = w, f[aMissedAll]
		case w > f[aMissedAllSecond]:
			f[aMissedAllSecond] = w
		}
	}
	r.relationFeatures(s, f)
	r.rivalFeatures(s, f)
	f[aAbout] = float32(r.passages[s.passage].about)
	f[aRunLength] = f[aRun] * float32(min(40, len([]rune(q.Core))))
	f[aExpect] = expectNumber(q.Expect)
	f[aSentences] = float32(math.Log1p(float64(min(len(r.sentences), 60))))
	f[aRule] = float32(ruleScore(s.feat))
	for _, i := range r.order[:min(len(r.order), spanSentence)] {
		f[aTypedTop] = max(f[aTypedTop], r.sentences[i].feat[fTypedFresh])
	}
	f[aTypedNear], f[aUnitFit] = r.typedNear(s), r.unitFit(s)
	if q.Language == "zh" {
		r.runFeatures(s, f)
	}
}

// typedNear is 1 where something of the kind asked for stands near the
// question's relation in the sentence, 0.5 near another of its words, 0 nowhere
// near; 0.5 where no kind is asked for.
func (r *reading) typedNear(s *readSentence) float32 {
	q := r.q
	if q.Expect == ExpectAny || q.Expect == ExpectName {
		return 0.5
	}
	related := q.relationUnits()
	near := float32(0)
	for i := range s.tokens {
		if !expected(q.Expect, s, i) || q.says(&s.tokens[i]) {
			continue
		}
		for _, h := range s.hits {
			switch d := h.token - i; {
			case d < -nearSpan || d > nearSpan:
			case related[h.unit]:
				return 1
			default:
				near = 0.5
			}
		}
	}
	return near
}

// unitFit is 1 where a number stands right before what a Chinese question asks
// to count (多少人, 几座), 0 where none does, 0.5 where nothing is to be counted.
func (r *reading) unitFit(s *readSentence) float32 {
	unit := r.q.countedZh()
	if unit == "" {
		return 0.5
	}
	for i := range s.tokens {
		if !expected(ExpectNumber, s, i) {
			continue
		}
		rest := s.text[s.tokens[i].end:]
		rest = rest[:min(len(rest), countedWithin+len(unit))]
		if strings.Contains(rest, unit) || hasAny(rest, countedAlso[unit]) {
			return 1
		}
	}
	return 0
}

// countedWithin is the number of bytes that may stand between a number and its unit: 多万, 余.
const countedWithin = 9

// countedAlso are other words for what is counted.
var countedAlso = map[string][]string{
	"度": {"℃", "°", "摄氏"}, "人": {"名", "位", "口"}, "名": {"人", "位"}, "位": {"人", "名"}, "个": {"座", "家", "项", "处", "种", "名", "所", "只"},
	"公": {"千米", "km", "公斤", "kg"}, "米": {"m", "公里"}, "斤": {"克", "kg"}, "元": {"块", "美元", "欧元"}, "块": {"元"}, "家": {"个", "所"}, "座": {"个"}, "只": {"头", "匹", "个"}, "岁": {"周岁"}, "时": {"点", "h"},
}

// countedZh is the first character of what stands behind 多少 or 几; empty where nothing does.
func (q *asked) countedZh() string {
	if q.Language != "zh" || q.Kind != KindCount {
		return ""
	}
	for _, m := range []string{"多少", "几"} {
		if _, rest, ok := strings.Cut(q.Text, m); ok {
			for _, c := range rest {
				if unicode.Is(unicode.Han, c) && !strings.ContainsRune("的钱呢啊是万亿千百", c) {
					return string(c)
				}
				if !strings.ContainsRune("万亿千百", c) {
					break
				}
			}
		}
	}
	return ""
}

// relationFeatures fills in how much of the relation, and of the rest, the best sentence has.
func (r *reading) relationFeatures(s *readSentence, f []float32) {
	q := r.q
	best := make([]float64, len(q.units))
	for _, h := range s.hits {
		best[h.unit] = max(best[h.unit], h.weight)
	}
	with := append([]float64{}, best...)
	for _, h := range q.match(r.passages[s.passage].context) {
		with[h.unit] = max(with[h.unit], h.weight)
	}
	var own, all, rest, restAll float64
	related := q.relationUnits()
	for i, u := range q.units {
		if related[i] {
			own, all = own+u.weight*best[i], all+u.weight
		} else {
			rest, restAll = rest+u.weight*with[i], restAll+u.weight
		}
		if u.name && with[i] == 0 {
			f[aNamesMissed]++
		}
	}
	f[aRelation], f[aRestCover] = 1, 1
	if all > 0 {
		f[aRelation] = float32(own / all)
	}
	if restAll > 0 {
		f[aRestCover] = float32(rest / restAll)
	}
}

// relationUnits are the units that say what is asked of the subject: in
// Chinese what stands behind the last 的, else the last two pairs; otherwise the
// key and the head noun.
func (q *asked) relationUnits() map[int]bool {
	out := map[int]bool{}
	if q.Language == "zh" {
		for _, u := range q.relationZh() {
			out[u] = true
		}
		for i := len(q.units) - 1; i >= 0 && len(out) < 2; i-- {
			if q.units[i].han && !q.units[i].name {
				out[i] = true
			}
		}
		return out
	}
	if q.key >= 0 {
		out[q.key] = true
	}
	if u, ok := q.byID[q.head]; ok && q.head != 0 {
		out[u] = true
	}
	return out
}

// rivalFeatures fills in how other pages and sentences compare with the best.
func (r *reading) rivalFeatures(s *readSentence, f []float32) {
	n := 0
	for i := range r.sentences {
		o := &r.sentences[i]
		if o.page != s.page {
			f[aOtherCover] = max(f[aOtherCover], float32(o.cover))
		}
		if o != s && o.cover >= rivalShare*s.cover {
			n++
		}
	}
	f[aRivals] = float32(math.Log1p(float64(n)))
}

// boundFeatures fills in what binds the shortest answer to the question.
func (r *reading) boundFeatures(sp *span, f []float32) {
	q, s := r.q, sp.sentence
	near := make([]float64, len(q.units))
	for _, h := range s.hits {
		if h.token >= sp.from-nearSpan && h.token <= sp.to+nearSpan && (h.token < sp.from || h.token > sp.to) {
			near[h.unit] = max(near[h.unit], h.weight)
		}
	}
	var sum, own, all float64
	related := q.relationUnits()
	for i, u := range q.units {
		sum += u.weight * near[i]
		if related[i] {
			own, all = own+u.weight*near[i], all+u.weight
		}
	}
	f[aSpanNear] = float32(sum / math.Max(q.total, 1e-9))
	f[aRelationNear] = float32(own / math.Max(all, 1e-9))
	f[aSpanShare] = float32(sp.share)
	f[aSpanType] = r.spanType(sp)
	f[aSpanHead] = r.spanHead(sp)
	pages := map[string]bool{}
	for _, i := range r.order[:min(len(r.order), spanPages)] {
		if o := &r.sentences[i]; strings.Contains(o.fold(), sp.key) {
			pages[o.page.Snapshot] = true
		}
	}
	f[aSpanPages] = float32(math.Log1p(float64(len(pages))))
}

// spanType is 1 where the span has something of the kind that is asked for, 0
// where not, 0.5 where no kind is.
func (r *reading) spanType(sp *span) float32 {
	q := r.q
	if q.Expect == ExpectAny || q.Expect == ExpectName {
		return 0.5
	}
	for k := sp.from; k <= sp.to; k++ {
		if expected(q.Expect, sp.sentence, k) {
			return 1
		}
	}
	return 0
}

// spanHead is 1 where the noun asked for stands in the span or right behind
// it, 0 where not, 0.5 where the question has none.
func (r *reading) spanHead(sp *span) float32 {
	head := r.q.Head
	if head == "" {
		return 0.5
	}
	text := sp.sentence.text
	end := min(len(text), sp.end()+len(head)+4)
	around := lang.Fold(text[sp.start():end])
	if r.q.Language == "zh" {
		if strings.Contains(around, head) || strings.Contains(around, string([]rune(head)[:1])) {
			return 1
		}
		return 0
	}
	for _, t := range readTokens(around) {
		if t.id == r.q.head {
			return 1
		}
	}
	return 0
}

func expectNumber(e Expect) float32 {
	for i, x := range []Expect{ExpectAny, ExpectName, ExpectPerson, ExpectPlace, ExpectDate, ExpectYear, ExpectNumber, ExpectMoney, ExpectPercent, ExpectDuration} {
		if x == e {
			return float32(i)
		}
	}
	return 0
}
