package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	// amountGoes is how a sentence goes on with the amount of what the one before it names.
	amountGoes = regexp.MustCompile(`(?i)^(?:(?:it|this|that|the (?:sum|total|amount|figure)) (?:amounts?|amounted|comes?|came|adds? up|added up|totals?|totall?ed|runs|ran|is|was|stands|stood)(?: up)?(?: to| at)?(?: about| around| nearly| some| over)? [$€£¥]?\d|` +
		`[它其这该此]?的?(?:总额|总金额|总价|金额|数额|总数|总量|总规模|合计|共计|总计)(?:约|大约|为|是|达到?|有|共)*\s*\d)`)
	// amountForm are the words of a question for an amount that pages need not have.
	amountForm = wordSet("large big high much amount size sum total")
)

// amounted answers how much something is where a sentence only names it, and
// the next one gives the amount: "The budget was agreed. It amounts to …",
// 预算获得通过。总额为…. It reports whether it did.
func (w *writer) amounted() bool {
	r := w.reading
	if w.asked.Kind != KindCount || w.asked.Expect == ExpectDuration {
		return false
	}
	for _, i := range r.order[:min(conflictLooked, len(r.order))] {
		if i+1 == len(r.sentences) {
			continue
		}
		s, next := &r.sentences[i], &r.sentences[i+1]
		if s.passage != next.passage || s.block != next.block || s.block != lang.BlockParagraph && s.block != lang.BlockItem || !amountGoes.MatchString(next.text) || !w.mentions(s) {
			continue
		}
		return !strings.Contains(s.page.Text[s.end:next.start], "\n") && w.amount(s, next)
	}
	return false
}

// mentions reports whether a sentence, with its title and headings, names all that is asked of.
func (w *writer) mentions(s *readSentence) bool {
	q := w.reading.q
	found := map[int]bool{}
	for _, h := range append(q.match(w.reading.passages[s.passage].context), s.hits...) {
		found[h.unit] = found[h.unit] || h.weight >= 1
	}
	if q.Language == "zh" {
		return q.saysHead(s.hits) && w.saysEvery(s)
	}
	for i, u := range q.units {
		if !found[i] && !amountForm[u.text] {
			return false
		}
	}
	return len(s.hits) > 0
}

// saysEvery reports whether a sentence, with its title, has every number and character that a Chinese question asks about.
func (w *writer) saysEvery(s *readSentence) bool {
	text := s.fold() + lang.Fold(s.page.Title)
	for _, k := range readTokens(w.asked.Core) {
		if k.kind == lang.KindHan && strings.ContainsAny(k.text, functionHan) {
			continue
		}
		if !strings.Contains(text, k.text) {
			return false
		}
	}
	return true
}

// amount adds the amount that the second sentence begins with, unless the first has one of its unit.
func (w *writer) amount(s, next *readSentence) bool {
	list := lang.Quantities(next.text)
	if len(list) == 0 || list[0].Unit == "%" || list[0].Unit == "ordinal" {
		return false
	}
	for _, q := range lang.Quantities(s.text) {
		if q.Unit != "" && q.Unit == list[0].Unit {
			return false
		}
	}
	short, ok := w.claim(next, 0, len(next.text))
	whole, both := w.spanClaim(s.page, lang.Span{Start: s.start, End: next.end})
	if !ok || !both {
		return false
	}
	w.out.Short = list[0].Text
	short.Text, short.Lead = list[0].Text, true
	w.out.Claims = append(w.out.Claims, short, whole)
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return true
}
