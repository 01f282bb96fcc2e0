package engine

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A verdict is how a sentence stands to what a question demands beside its subject.
type verdict int

const (
	verdictMet     verdict = iota // it says so, or nothing is demanded
	verdictAbsent                 // it does not say so
	verdictRival                  // it says another in its place: another year, deed, office
	verdictOpposed                // it says the opposite
)

// A demand is what a question asks for in so many words: its year, the deed, the
// office, the order, the side, the measure.
type demand struct {
	years  []int
	groups [rivalFamilies][]rivalGroup
	stands [rivalFamilies]int8 // whether a passage about the subject says it: 1, -1 if not, 0 not looked for yet
}

// demands reads what the question demands, its names and titles left out.
func (r *reading) demands() *demand {
	if r.demand != nil {
		return r.demand
	}
	d := &demand{}
	r.demand = d
	text := pastWeek.ReplaceAllString(r.nameless(lang.Fold(strings.TrimRight(r.q.Text, "?？。 "))), " ")
	d.years = demandedYears(text)
	groups := rivals().of(text)
	for f := range rivalFamilies {
		d.groups[f] = rivals().asking(groups, f)
	}
	becomes := becoming.MatchString(text)
	if len(d.groups[rivalRole]) == 0 && becomes {
		d.groups[rivalDeed] = nil // what something becomes is no office
	}
	if whoseRole.MatchString(text) {
		d.groups[rivalRole] = nil // 哪位歌手: who it is, not what
	}
	if r.q.Kind != KindWho && !becomes {
		d.groups[rivalRole], d.groups[rivalRank] = nil, nil // the office is no more than whom the question is about
	}
	return d
}

// nameless takes the question's names, titles and its Chinese subject out of a folded text.
func (r *reading) nameless(text string) string {
	text = titlesIn.ReplaceAllString(text, " ")
	for _, n := range r.q.Names {
		if f := lang.Fold(n); len(f) >= fewNameBytes && !yearOnly.MatchString(f) {
			text = strings.ReplaceAll(text, f, " ")
		}
	}
	return text
}

var (
	whoseRole = regexp.MustCompile(`哪一?[位个名]\p{Han}`)
	becoming  = regexp.MustCompile(`\bbec[ao]me\b|成为`)
	pastWeek  = regexp.MustCompile(`\b(?:last|first|family) names?\b|\bat (?:an? |the )?(?:minimum|maximum|least|most|first|last|very least)\b|\blast (?:\w+ )?(?:minutes?|seconds?|hours?)\b|\blast (?:year|week|month|night|time|season|decade|century)s?\b`)
	yearOnly  = regexp.MustCompile(`^\d{4}年?$`)
	yearIn    = regexp.MustCompile(`\d+`)
	yearRange = regexp.MustCompile(`(?:since|after|before|until|till|between|from|by|以来|之后|以后|之前|以前|截至|至|到)`)
)

// demandedYears are the years that the question asks about; none where it bounds a time with them.
func demandedYears(text string) []int {
	if yearRange.MatchString(text) {
		return nil
	}
	return yearsIn(text)
}

// yearsIn are the numbers in a text that read as years.
func yearsIn(text string) []int {
	var out []int
	for _, m := range yearIn.FindAllStringIndex(text, -1) {
		n, _ := strconv.Atoi(text[m[0]:m[1]])
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(text[m[1]:], " "))
		if m[1]-m[0] == 4 && n >= 1000 && n < 2100 && (next == '年' || !unicode.Is(unicode.Han, next)) {
			out = append(out, n)
		}
	}
	return out
}

// judge says how a sentence, with the one before it, its headings and its
// page's title, stands to what is demanded, family by family.
func (r *reading) judge(s *readSentence) [rivalFamilies]verdict {
	return r.judgeText(s.text, r.nearby(s))
}

func (r *reading) judgeText(said, nearby string) (out [rivalFamilies]verdict) {
	d := r.demands()
	own := rivals().of(r.nameless(lang.Fold(said)))
	near := rivals().of(lang.Fold(nearby))
	for f := range rivalFamilies {
		out[f] = d.verdict(f, own, near)
	}
	return out
}

func (d *demand) verdict(f rivalFamily, own, near rivalSet) verdict {
	if len(d.groups[f]) == 0 {
		return verdictMet
	}
	for _, g := range d.groups[f] {
		if _, ok := own[g]; ok {
			return verdictMet
		}
		if _, ok := near[g]; ok {
			return verdictMet
		}
	}
	if rivals().opposed(d.groups[f], own) {
		return verdictOpposed
	}
	if len(rivals().asking(own, f)) > 0 {
		return verdictRival
	}
	return verdictAbsent
}

// nearby is the text on which a sentence rests: its page's title, its headings,
// and what stands before it in its passage: the sentence before, of a table all rows.
func (r *reading) nearby(s *readSentence) string {
	p := &r.passages[s.passage]
	parts := append([]string{p.Title}, p.Headings...)
	at := p.from + s.index
	for i := at - 1; i >= p.from; i-- {
		parts = append(parts, r.sentences[i].text)
		if s.block != lang.BlockRow || r.sentences[i].block != lang.BlockRow {
			break
		}
	}
	return strings.Join(parts, "\n")
}

// yearVerdict says how a sentence stands to the year that is asked about.
func (r *reading) yearVerdict(s *readSentence) verdict {
	years := r.demands().years
	if len(years) == 0 {
		return verdictMet
	}
	has := func(text string) bool {
		for _, y := range yearsIn(text) {
			if slices.Contains(years, y) {
				return true
			}
		}
		return false
	}
	if has(s.text) || has(r.nearby(s)) || len(s.page.Published) > 4 && has(s.page.Published[:4]) {
		return verdictMet
	}
	if len(yearsIn(s.text)) > 0 || len(yearsIn(r.nearby(s))) > 0 {
		return verdictRival
	}
	return verdictAbsent
}

// demanding reports whether questions of the kind are held to what they demand.
func (q *asked) demanding() bool {
	switch q.Kind {
	case KindYesNo, KindDefinition, KindOverview, KindNews, KindComparison:
		return false
	}
	return true
}

// What an answer keeps of its confidence whose sentence says another than what
// is demanded, by family, and what where it says nothing of the kind: twice where
// more than a few passages could have said it.
var (
	keepRival  = [rivalFamilies]float64{rivalDeed: 0.35, rivalRole: 0.3, rivalRank: 0.2, rivalOrder: 0.2, rivalSide: 0.35, rivalAttribute: 0.3}
	keepAbsent = [rivalFamilies]float64{rivalDeed: 0.9, rivalRole: 0.8, rivalRank: 0.3, rivalOrder: 0.7, rivalSide: 1, rivalAttribute: 1}
)

// keepNowhere is what is kept where no passage about the subject says what is demanded.
var keepNowhere = [rivalFamilies]float64{rivalDeed: 0.3, rivalRole: 0.3, rivalRank: 0.3, rivalOrder: 0.4, rivalSide: 0.6, rivalAttribute: 1}

// sureByItself is the scorer's confidence from which on words that nothing has are
// taken to be said otherwise, as far as another is not said in their place.
const (
	sureByItself    = 0.9
	keepSureNowhere = 0.6
)

const (
	keepOpposed    = 0.15
	keepRivalYear  = 0.15
	keepAbsentYear = 0.85
	keepRivalThing = 0.8 // where a thing is asked for, what is done with it is put in many ways
)

// undemanded is the share of the confidence that is kept in view of what the
// question demands and the sentence does not say.
func (r *reading) undemanded(s *readSentence) float64 {
	if r.q.Kind == KindYesNo {
		return r.elsewhere(s)
	}
	if !r.q.demanding() {
		return 1
	}
	keep := 1.0
	for f, v := range r.judge(s) {
		switch v {
		case verdictOpposed:
			keep *= keepOpposed
		case verdictRival:
			k := keepRival[f]
			if rivalFamily(f) == rivalDeed && r.q.wantsThing() {
				k = keepRivalThing
			}
			keep *= k
		case verdictAbsent:
			k := keepAbsent[f]
			if !r.few() {
				k *= keepAbsent[f]
			}
			if !r.demandedStands(rivalFamily(f)) {
				k = keepNowhere[f]
				if r.sure >= sureByItself {
					k = max(k, keepSureNowhere)
				}
				if rivalFamily(f) == rivalDeed && r.q.wantsThing() {
					k = keepRivalThing
				}
			}
			keep *= k
		}
	}
	return keep * r.yearKept(s) * r.elsewhere(s) * r.numberKept(s)
}

// wantsThing reports whether a thing or a number is asked for: what is done
// with it can be put in many ways.
func (q *asked) wantsThing() bool {
	return q.Kind == KindFact || q.Kind == KindWhich || q.Kind == KindCount || q.Kind == KindList
}

// yearKept is the share of the confidence that is kept in view of the year
// asked about: little where its page speaks of others alone, and where a number is
// asked for that nothing that was read gives for the year.
func (r *reading) yearKept(s *readSentence) float64 {
	v := r.yearVerdict(s)
	if v == verdictMet {
		return 1
	}
	years := r.demands().years
	stands := func(p *agent.Page) bool {
		return slices.ContainsFunc(yearsIn(p.Text), func(y int) bool { return slices.Contains(years, y) })
	}
	switch {
	case stands(s.page) && v == verdictRival:
		return keepOtherYear
	case stands(s.page):
		return keepAbsentYear
	case v == verdictRival:
		return keepRivalYear
	case r.q.Kind == KindCount && !r.few() && !slices.ContainsFunc(r.passages, func(p readPassage) bool { return stands(p.page) }):
		return keepRivalYear
	}
	return keepAbsentYear
}

const (
	demandLooked = 12  // best sentences among which one that says another than what is demanded gives way
	demandWithin = 4.5 // to one that says it and scores no more than this below
	demandKept   = 0.6 // what a sentence keeps that says another, at most
	demandMet    = 0.95
	demandLesser = 2.5 // what one loses that does not say it
)

// favourDemanded lets sentences that say another than what the question demands
// give way to one that says it, where there is one that scores nearly as well.
func (r *reading) favourDemanded() {
	if !r.q.demanding() || len(r.order) == 0 {
		return
	}
	top := r.order[:min(demandLooked, len(r.order))]
	met, other, lesser := false, []int(nil), []int(nil)
	for _, i := range top {
		s := &r.sentences[i]
		switch kept := r.undemanded(s); {
		case kept <= demandKept:
			other = append(other, i)
		case kept >= demandMet && s.own != ownerOther && s.block != lang.BlockHeading && s.score >= r.best().score-demandWithin:
			met = true
		case kept < demandMet:
			lesser = append(lesser, i)
		}
	}
	if !met {
		return
	}
	if !r.few() {
		for _, i := range lesser {
			r.sentences[i].score -= demandLesser
		}
	}
	for _, i := range other {
		r.sentences[i].score -= demandWithin
	}
	r.rank()
}

// demandedStands reports whether a passage that has half of the question besides
// says what is demanded; so few as one or two passages may say it in other words.
func (r *reading) demandedStands(f rivalFamily) bool {
	d := r.demands()
	if r.few() {
		return true
	}
	if d.stands[f] == 0 {
		d.stands[f] = -1
		if slices.ContainsFunc(r.passages, func(p readPassage) bool { return r.demandedIn(&p, f) }) {
			d.stands[f] = 1
		}
	}
	return d.stands[f] > 0
}

func (r *reading) demandedIn(p *readPassage, f rivalFamily) bool {
	hits := r.q.match(p.context)
	said := rivals().of(lang.Fold(p.Title + "\n" + strings.Join(p.Headings, "\n")))
	for i := p.from; i < p.to; i++ {
		hits = append(hits, r.sentences[i].hits...)
		for g := range rivals().of(r.nameless(r.sentences[i].fold())) {
			said[g] = true
		}
	}
	for _, g := range r.demands().groups[f] {
		if _, ok := said[g]; ok {
			return r.restCovered(hits, f) >= restShare
		}
	}
	return false
}

// few reports whether what was read is a piece of one page, which may well put in
// other words what it does not say.
func (r *reading) few() bool { return len(r.passages) <= fewPassages && r.pages <= 1 }

// demandMet reports whether the best sentence says the deed that is asked for: then
// it matters little that the question's own word stands nowhere.
func (r *reading) demandMet() bool {
	return len(r.demands().groups[rivalDeed]) > 0 && r.judge(r.best())[rivalDeed] == verdictMet
}

// restShare is the part of the rest of the question that must stand where what is demanded stands.
const restShare = 0.6

// restCovered is the share of the question that the hits cover, words of the
// demanded groups of one family left out.
func (r *reading) restCovered(hits []readHit, f rivalFamily) float64 {
	all, got := 0.0, 0.0
	found := map[int]float64{}
	for _, h := range hits {
		found[h.unit] = max(found[h.unit], h.weight)
	}
	for i, u := range r.q.units {
		said := rivals().of(u.text)
		if slices.ContainsFunc(r.demands().groups[f], func(g rivalGroup) bool { _, ok := said[g]; return ok }) {
			continue
		}
		all += u.weight
		got += u.weight * found[i]
	}
	if all == 0 {
		return 1
	}
	return got / all
}
