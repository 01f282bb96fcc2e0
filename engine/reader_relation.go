package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// The share of its confidence that an answer keeps where what is asked about
// the subject is said nowhere near it, and where the kind of value asked for is missing.
const (
	keepUnrelated = 0.35
	keepValueless = 0.3
)

// fewPassages is the number of passages up to which a word that is missing says
// little: a single paragraph may well put it in other words.
const fewPassages = 3

// unrelated lowers the confidence where no passage about the question's subject
// has the word that the question turns on (its mayor, its price, who discovered it).
func (r *reading) unrelated(sure float64) float64 {
	keep := 1.0
	if r.q.Kind != KindDefinition && r.q.Kind != KindHowTo && r.q.Kind != KindOverview && r.unasked() {
		keep = keepUnasked
	}
	if !r.demandMet() {
		keep *= r.doubtMissed(sure)
	}
	keep *= r.reasonless() * r.strange()
	if !r.q.Short() || r.q.Kind == KindYesNo {
		return keep
	}
	relation := r.q.relation()
	loose := len(r.passages) > fewPassages && sure < sureAnyway
	if len(relation) > 0 && (loose || r.q.plainRelation(relation)) && !r.related(relation) {
		keep *= keepUnrelated
	}
	if !r.hasValue() {
		keep *= keepValueless
	}
	if r.otherNumbers() || len(r.passages) > fewPassages && r.unnamed() {
		keep *= keepValueless
	}
	return keep
}

// sureAnyway is the confidence from which on a word that can be put otherwise is not missed.
const sureAnyway = 0.5

// plainRelation reports whether one of the units is a word that pages seldom
// put otherwise: an office, a kinship, a sum.
func (q *asked) plainRelation(relation []int) bool {
	for _, u := range relation {
		if plainRelations[q.units[u].text] {
			return true
		}
	}
	return false
}

var plainRelations = wordSet(`mayor salary governor husband wife spouse ceo chairman pope coach salaries wage rent lifespan cost dollars euros discover discovered invent invented
市长 省长 县长 校长 院长 部长 丈夫 妻子 配偶 年薪 工资 月薪 寿命 票价 租金 投资 电话 邮箱 体重 身高 星座 血型`)

// relation are the units that say what is asked of the subject: the head noun
// or verb; in Chinese what stands behind the last 的, else the last pair.
func (q *asked) relation() []int {
	if q.Language == "zh" {
		return q.relationZh()
	}
	if q.key < 0 || q.units[q.key].name || q.units[q.key].number || q.units[q.key].weight < relationWeight {
		return nil
	}
	if q.units[q.key].id != q.head && !plainRelations[q.units[q.key].text] {
		return nil // a verb: pages put it in many ways
	}
	return []int{q.key}
}

// relationWeight is how rare a word must be that its absence says something.
const relationWeight = 2.0

func (q *asked) relationZh() []int {
	core := lang.Fold(q.Core)
	i := strings.LastIndex(core, "的")
	if i < 0 {
		return nil
	}
	tail := strings.TrimSpace(core[i+len("的"):])
	tail, _, _ = strings.Cut(tail, " ")
	var out []int
	for u := range q.units {
		if q.units[u].han && !q.units[u].name && len([]rune(q.units[u].text)) == 2 && strings.Contains(tail, q.units[u].text) {
			out = append(out, u)
		}
	}
	return out
}

// related reports whether a passage that names the subject has one of the units.
func (r *reading) related(relation []int) bool {
	want := map[int]bool{}
	for _, u := range relation {
		want[u] = true
	}
	rest := 0.0
	for i, u := range r.q.units {
		if !want[i] && !(u.han && strings.ContainsAny(u.text, functionHan)) {
			rest += u.weight
		}
	}
	for p := range r.passages {
		rp := &r.passages[p]
		context := r.q.match(rp.context)
		for i := rp.from; i < rp.to; i++ {
			s := &r.sentences[i]
			hits := append(append([]readHit{}, context...), s.hits...)
			if i > rp.from {
				hits = append(hits, r.sentences[i-1].hits...)
			}
			if r.q.covers(hits, want, rest) {
				return true
			}
		}
	}
	return false
}

// functionHan are characters that only bind others: a pair with one of them lies across two words.
const functionHan = "的了是在和与之有被把"

// subjectShare is the part of the rest of the question that must stand with the word it turns on.
const subjectShare = 0.5

func (q *asked) covers(hits []readHit, want map[int]bool, rest float64) bool {
	found := map[int]float64{}
	has := false
	for _, h := range hits {
		if want[h.unit] {
			has = true
			continue
		}
		found[h.unit] = max(found[h.unit], h.weight)
	}
	sum := 0.0
	for u, w := range found {
		sum += w * q.units[u].weight
	}
	return has && sum >= subjectShare*rest
}

// hasValue reports whether one of the best sentences has a sum of money or a
// time where one is asked for.
func (r *reading) hasValue() bool {
	measure, words := r.q.measure()
	if measure == nil {
		return r.hasKind()
	}
	for _, i := range r.order[:min(4, len(r.order))] {
		s := &r.sentences[i]
		if r.undemanded(s) < demandKept {
			continue
		}
		if (words || s.feat[fTypedFresh] > 0) && measure.MatchString(s.text) {
			return true
		}
	}
	return false
}

// hasKind reports whether one of the best sentences has a time, a place or a
// number of its own where one is asked for.
func (r *reading) hasKind() bool {
	q := r.q
	for _, i := range r.order[:min(spanSentence, len(r.order))] {
		s := &r.sentences[i]
		switch q.Kind {
		case KindWhen:
			if s.feat[fTypedFresh] > 0 || timeWords.MatchString(s.text) {
				return true
			}
		case KindWhere:
			if s.feat[fTypedFresh] > 0 || q.Expect != ExpectPlace || whereWords.MatchString(s.text) {
				return true
			}
		case KindCount:
			if s.feat[fTypedFresh] > 0 || q.Expect == ExpectAny {
				return true
			}
		default:
			return true
		}
	}
	return len(r.order) == 0
}

// whereWords say where something is without a place's name.
var whereWords = regexp.MustCompile(`(?i)\b(?:north|south|east|west|miles?|km|kilomet(?:er|re)s?|near|between|along|beside|behind|under|above|inside|outside|left|right|at|in|on)\b|位于|坐落|地处|海里|公里|以[东西南北]|[东西南北][部面侧岸方]|[东西]经|[南北]纬|附近|之间|对面|.[国州部处中内上下里外旁边侧端]`)

// otherNumbers reports whether the evidence speaks of a thing that the question
// names with a number ("Heron 9"), but only with other numbers.
func (r *reading) otherNumbers() bool {
	other := false
	for i := range r.sentences {
		same, others := r.q.numbered(r.sentences[i].tokens)
		if same {
			return false
		}
		other = other || others
	}
	for p := range r.passages {
		if same, _ := r.q.numbered(r.passages[p].context); same {
			return false
		}
	}
	return other
}

// unnamed reports whether a name in Latin letters that the question has stands nowhere in the evidence.
func (r *reading) unnamed() bool {
	found := make([]bool, len(r.q.units))
	mark := func(hits []readHit) {
		for _, h := range hits {
			found[h.unit] = found[h.unit] || h.weight == 1
		}
	}
	for p := range r.passages {
		mark(r.q.match(r.passages[p].context))
	}
	for i := range r.sentences {
		mark(r.sentences[i].hits)
	}
	for i, u := range r.q.units {
		if u.name && !u.han && !u.number && !found[i] {
			return true
		}
	}
	return false
}

// timeWords name a time without a number.
var timeWords = regexp.MustCompile(`(?i)\b(?:century|centuries|decade|era|age|during|reign|war|spring|summer|autumn|fall|winter|today|yesterday|now|night|morning|monday|tuesday|wednesday|thursday|friday|saturday|sunday|immediately|never|always|birth|death|after|before|until|since|when|while|period|dynasty|early|late)\b|\d|[年月日号时点天周秋冬春夏晨晚早世夜午]|时代|时期|期间|之后|以前|以后|朝|今`)
