package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

const (
	plansEn = `(?:(?:was|were|had been|it was|originally|first|at first|initially) )*(?:planned|expected|budgeted|agreed|intended|foreseen|estimated|scheduled|announced|promised|the budget|the plan|the estimate)`
	plansZh = `(?:原)?(?:计划|预算|预计|预期|规划|估计|预定|概算)`
	moreEn  = `more|longer|higher|later|over`
	lessEn  = `less|fewer|shorter|lower|earlier|sooner|under`
)

var (
	plannedAsked = regexp.MustCompile(`\b(` + moreEn + `|` + lessEn + `) than ` + plansEn + `$|比` + plansZh + `的?(?:要|更|还)?(多|高|贵|长|晚|久|少|低|便宜|短|早|快)(?:了|一些)?(?:吗|么)$|(超出|超过|超|低于|少于)(?:了)?` + plansZh + `(?:了)?(?:吗|么)$|(超支)(?:了)?(?:吗|么)$`)
	plannedSaid  = regexp.MustCompile(`\b(` + moreEn + `|` + lessEn + `) than ` + plansEn + `\b|比` + plansZh + `(多|高|贵|长|晚|久|少|低|便宜|短|早|快)|(超出|超过|超|低于|少于)(?:了)?` + plansZh + `|(超支)`)
	moreWord     = regexp.MustCompile(`^(?:` + moreEn + `|多|高|贵|长|晚|久|超出|超过|超|超支)$`)

	planSum  = regexp.MustCompile(`(?i)\b(?:planned|budgeted|estimated|expected|was to cost|budget of)\b|` + plansZh)
	finalSum = regexp.MustCompile(`(?i)\b(?:in the end|in fact|actually|finally|cost|final)\b|实际|最终|总造价|造价|花费|决算|总投资`)
	costWord = regexp.MustCompile(`(?i)\b(?:costs?|spen[dt]|budget|expensive|price)\b|造价|花费|费用|投资|预算|超支|成本`)
)

// planned answers whether something cost or took more, or less, than planned: by
// the sentence that says so, else by the planned sum and the final one, both
// quoted. It reports whether it did.
func (w *writer) planned() bool {
	asked := plannedAsked.FindStringSubmatch(strings.TrimRight(lang.Fold(w.asked.Text), "?？。 "))
	if asked == nil || w.asked.Kind != KindYesNo {
		return false
	}
	more := moreWord.MatchString(strings.Join(asked[1:], ""))
	r := w.reading
	money := costWord.MatchString(w.asked.Text)
	for i := range r.sentences {
		s := &r.sentences[i]
		said := plannedSaid.FindStringSubmatch(s.fold())
		if said == nil || !w.goesFor(s) || money != (costWord.MatchString(s.text) || moneyMeasure.MatchString(s.text)) {
			continue
		}
		return w.yesOr(moreWord.MatchString(strings.Join(said[1:], "")) == more, s)
	}
	return money && w.plannedSums(more)
}

// goesFor reports whether a sentence speaks of what the question names: it has
// the names and numbers, in Chinese the subject, or goes on from sentences of its
// paragraph that have them.
func (w *writer) goesFor(s *readSentence) bool {
	if s.own == ownerSame {
		return true
	}
	text := s.text
	p := &w.reading.passages[s.passage]
	for i := p.from + s.index - 1; i >= p.from && leadName(s) == ""; i-- {
		before := &w.reading.sentences[i]
		if strings.Contains(s.page.Text[before.start:s.start], "\n") {
			break
		}
		text = before.text + " " + text
	}
	all := lang.Fold(p.Title + "\n" + strings.Join(p.Headings, "\n") + "\n" + text)
	if w.asked.Language == "zh" {
		subject := w.reading.subject()
		return subject != "" && strings.Contains(all, subject)
	}
	for _, u := range w.reading.q.units {
		if (u.name || u.number) && !containsWord(all, u.text) {
			return false
		}
	}
	return true
}

// plannedSums compares the planned sum with the final one where one sentence has both.
func (w *writer) plannedSums(more bool) bool {
	r := w.reading
	for i := range r.sentences {
		s := &r.sentences[i]
		if !w.goesFor(s) {
			continue
		}
		plan, final := planSum.FindStringIndex(s.text), finalSum.FindAllStringIndex(s.text, -1)
		if plan == nil || final == nil {
			continue
		}
		last := final[len(final)-1]
		a, b := firstSum(s.text[plan[1]:]), firstSum(s.text[last[1]:])
		if a == nil || b == nil || a.Unit != b.Unit || a.Value == b.Value || last[0] < plan[1] {
			continue
		}
		return w.yesOr((b.Value > a.Value) == more, s)
	}
	return false
}

// firstSum is the first sum of money in a text; nil where there is none.
func firstSum(text string) *lang.Quantity {
	for _, q := range lang.Quantities(text) {
		if moneyUnits[q.Unit] || moneyMeasure.MatchString(q.Text) {
			return &q
		}
	}
	return nil
}

var moneyUnits = wordSet("USD EUR GBP CNY JPY")

// yesOr adds yes or no with the sentence that is the reason.
func (w *writer) yesOr(yes bool, s *readSentence) bool {
	c, ok := w.claim(s, 0, len(s.text))
	if !ok {
		return false
	}
	word := wordNo
	if yes {
		word = wordYes
	}
	w.out.Short = say(w.asked.Speak, word)
	c.Text, c.Lead = say(w.asked.Speak, wordBecause, w.out.Short, c.Text), true
	w.out.Claims = append(w.out.Claims, c)
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return true
}
