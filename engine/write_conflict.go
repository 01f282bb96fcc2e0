package engine

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

const (
	conflictLooked = 24   // best sentences that are looked at
	conflictRest   = 0.75 // of what is asked of the subject, what a sentence must say itself
	conflictCover  = 0.8  // of the whole question, what it must say with its title and headings
	conflictLeast  = 0.9  // of what the best of them covers
	conflictRunes  = 3    // characters of a subject, at least
	conflictTimes  = 10   // numbers without a unit that are further apart are not of one thing
)

// conflict shows statements side by side where pages give different numbers or
// dates for the very thing that is asked; where the thing changes with time
// the newest goes first, each with its day. It reports whether it did.
func (w *writer) conflict() bool {
	if w.asked.Fresh {
		return false
	}
	switch w.asked.Expect {
	case ExpectNumber, ExpectMoney, ExpectPercent, ExpectDate, ExpectYear, ExpectDuration:
	default:
		return w.namedConflict()
	}
	said := w.statements()
	if len(said) < 2 {
		return false
	}
	if w.changing(said) {
		sort.SliceStable(said, func(a, b int) bool { return said[a].day() > said[b].day() })
		w.sideBySide(said, "")
		w.out.Claims[0].Lead = true
		w.goingOn(said)
		return true
	}
	w.sideBySide(said, say(w.asked.Speak, wordDiffer))
	w.note(say(w.asked.Speak, wordDifferNote))
	return true
}

// goingOn fills up with what else the pages say of it.
func (w *writer) goingOn(said []statement) {
	var shown []*readSentence
	for _, x := range said {
		shown = append(shown, x.sentence)
	}
	for _, s := range w.pick(maxFactoid, 4) {
		if len(w.out.Claims) >= maxFactoid || repeats(shown, s) {
			continue
		}
		from, to := w.shorten(s)
		if c, ok := w.claim(s, from, to); ok {
			w.out.Claims = append(w.out.Claims, c)
		}
	}
}

// sideBySide adds each statement with its page's title and day.
func (w *writer) sideBySide(said []statement, section string) {
	w.sides = true
	for _, x := range said[:min(len(said), maxFactoid)] {
		from, to := w.shorten(x.sentence)
		from, to = min(from, x.at().Start), max(to, x.at().End)
		c, ok := w.claim(x.sentence, from, to)
		if !ok {
			continue
		}
		c.Section = section
		c.Note = joinNote(shortQuote(cleanText(x.sentence.page.Title), 80), x.sentence.page.Published)
		w.agreeing(&c, x.sentence)
		w.out.Claims = append(w.out.Claims, c)
	}
}

// statements are the different values that pages give for what is asked, at
// most one of each page, the best sentences first.
func (w *writer) statements() []statement {
	r := w.reading
	subject, spoken, most := conflictSubject(r.subject()), r.spoken(), 0.0
	var said []statement
	pages := map[string]bool{}
	for _, i := range r.order[:min(conflictLooked, len(r.order))] {
		s := &r.sentences[i]
		if pages[s.page.Snapshot] || s.block == lang.BlockHeading || s.others || s.own == ownerOther || asking(s.text) {
			continue
		}
		cover := w.saysAsked(s, subject, spoken)
		most = max(most, cover)
		if cover == 0 || cover < conflictLeast*most {
			continue
		}
		if x, ok := w.valued(s); ok {
			pages[s.page.Snapshot] = true
			said = append(said, x)
		}
	}
	return w.differing(said)
}

// differing are those of the statements that contradict the first: a sentence
// that has the other's value too speaks of two things.
func (w *writer) differing(said []statement) []statement {
	var out []statement
next:
	for _, x := range said {
		for _, y := range out {
			if x.agrees(y, w.asked.Expect) {
				continue next
			}
			if strings.Contains(x.sentence.text, y.text()) || strings.Contains(y.sentence.text, x.text()) {
				return nil
			}
		}
		out = append(out, x)
	}
	return out
}

// conflictSubject is the subject where it is long enough to tell pages apart.
func conflictSubject(subject string) string {
	subject = strings.TrimRight(subject, "了过着的")
	if utf8.RuneCountInString(subject) < conflictRunes {
		return ""
	}
	return subject
}

// spoken are the question's units that a sentence among the best, or its
// titles, has: pairs of characters across words, which nothing has, say nothing.
func (r *reading) spoken() []bool {
	out := make([]bool, len(r.q.units))
	for _, i := range r.order[:min(conflictLooked, len(r.order))] {
		s := &r.sentences[i]
		for _, h := range append(r.q.match(r.passages[s.passage].context), s.hits...) {
			out[h.unit] = true
		}
	}
	for i, u := range r.q.units {
		out[i] = out[i] || !u.han
	}
	return out
}

// saysAsked is how far a sentence covers the question, with its titles; 0
// unless it says itself what is asked of the subject, and whose it is.
func (w *writer) saysAsked(s *readSentence, subject string, spoken []bool) float64 {
	q := w.reading.q
	own, titled := make([]float64, len(q.units)), make([]float64, len(q.units))
	for _, h := range s.hits {
		own[h.unit] = max(own[h.unit], h.weight)
	}
	for _, h := range q.match(w.reading.passages[s.passage].context) {
		titled[h.unit] = max(titled[h.unit], h.weight)
	}
	all, said, rest, restSaid, named := 0.0, 0.0, 0.0, 0.0, false
	for i, u := range q.units {
		if !spoken[i] {
			continue
		}
		got := max(own[i], titled[i])
		if u.name && got == 0 {
			return 0
		}
		all, said = all+u.weight, said+u.weight*got
		whose := u.name || titled[i] > 0 || i != q.key && strings.Contains(subject, u.text)
		named = named || got > 0 && !u.number && whose
		if u.number || whose {
			continue
		}
		rest, restSaid = rest+u.weight, restSaid+u.weight*own[i]
	}
	if !named || said < conflictCover*all || rest == 0 || restSaid < conflictRest*rest {
		return 0
	}
	return said / all
}

// valued is the one value of the kind asked for that the sentence gives: where
// it has several, the one that counts the noun asked for, else the one in the
// clause that says most of the question.
func (w *writer) valued(s *readSentence) (statement, bool) {
	x := statement{sentence: s}
	dates := lang.Dates(s.text, w.asked.Asked)
	if w.asked.Expect == ExpectDate || w.asked.Expect == ExpectYear {
		var own []lang.Date
		for _, d := range dates {
			if d.Year > 0 && !strings.Contains(w.asked.Text, d.Text) {
				own = append(own, d)
			}
		}
		at, ok := w.chosen(s, spansOf(own, func(d lang.Date) lang.Span { return lang.Span{Start: d.Start, End: d.End} }))
		if ok {
			x.date = &own[at]
		}
		return x, ok
	}
	if !w.ofTime(&x, dates) {
		return x, false
	}
	var own []lang.Quantity
	for _, q := range questionNumbers(s.text, dates) {
		if q.Unit != "ordinal" && q.Unit != "time" && !numbering.MatchString(s.text[q.Start:]) && !changeBefore.MatchString(s.text[:q.Start]) && !strings.Contains(w.asked.Text, q.Text) && w.fitsUnit(q) {
			own = append(own, q)
		}
	}
	at, ok := w.chosen(s, spansOf(own, func(q lang.Quantity) lang.Span { return lang.Span{Start: q.Start, End: q.End} }))
	if ok {
		x.quantity = &own[at]
	}
	return x, ok
}

// ofTime notes the year that the statement is of; false where the question asks
// of a year and the sentence speaks of others.
func (w *writer) ofTime(x *statement, dates []lang.Date) bool {
	for _, d := range dates {
		for _, a := range w.asked.Dates {
			if a.Year > 0 && a.Year == d.Year {
				x.year = 0
				return true
			}
		}
		if d.Year > 0 && x.year == 0 {
			x.year = d.Year
		}
	}
	return x.year == 0 || len(w.asked.Dates) == 0
}

func spansOf[T any](list []T, span func(T) lang.Span) []lang.Span {
	var out []lang.Span
	for _, x := range list {
		out = append(out, span(x))
	}
	return out
}

// numbering is a number that names a thing rather than counts it: 17号线, 第3届.
var numbering = regexp.MustCompile(`^[\d一二三四五六七八九十]+\s*(?:号|届|期|版|路|线)`)

// changeBefore stands before a number that tells of a change, not of what there is.
var changeBefore = regexp.MustCompile(`(?i)(?:\b(?:by|rose|fell|up|down|grew)|上涨|上升|增加|增长|提高|高出|下降|减少|下跌|涨|跌|降|增)了?\s*$`)

// fitsUnit reports whether a quantity is of the kind that is asked for.
func (w *writer) fitsUnit(q lang.Quantity) bool {
	switch w.asked.Expect {
	case ExpectPercent:
		return q.Unit == "%"
	case ExpectNumber:
		return q.Unit != "%" || hasAny(lang.Fold(w.asked.Text), []string{"rate", "率", "增长", "增速"})
	}
	return true
}

// chosen is which of the values in a sentence is meant; none where that is not plain.
func (w *writer) chosen(s *readSentence, values []lang.Span) (int, bool) {
	if w.asked.Head != "" {
		counted := -1
		for i, v := range values {
			if strings.HasPrefix(strings.TrimLeft(lang.Fold(s.text[v.End:]), " "), w.asked.Head) {
				if counted >= 0 {
					return 0, false
				}
				counted = i
			}
		}
		if counted >= 0 { // 41 lives, and 2,300 people: people were asked for
			return counted, true
		}
	}
	if len(values) == 1 && utf8.RuneCountInString(s.text) <= longZh {
		return 0, true
	}
	best, only, most := -1, false, 0.0
	for _, c := range clauses(s.text) {
		sum := 0.0
		for _, h := range s.hits {
			if at := s.tokens[h.token].start; at >= c.from && at < c.to && !w.reading.q.units[h.unit].name {
				sum += w.reading.q.units[h.unit].weight * h.weight
			}
		}
		if sum <= most {
			continue
		}
		for i, v := range values {
			if v.Start < c.from || v.Start >= c.to {
				continue
			}
			if only = most < sum; !only {
				break
			}
			best, most = i, sum
		}
	}
	return best, best >= 0 && only
}

var (
	changesEn  = regexp.MustCompile(`\b(?:does|do|is|are|has|have)\b`)
	settledEn  = regexp.MustCompile(`\b(?:did|was|were|had|long|high|tall|deep|wide|far|old|large|big)\b`)
	settledZh  = regexp.MustCompile(`了|过|曾|共|当时|[多有]?[高长深宽远]|面积|直径|何时|哪[一]?年|什么时候`)
	changingZh = regexp.MustCompile(`有多少|有几|现有|多少钱|价格|票价|人口|员工|职工|人数|用户|会员|学生|余额|价值`)
)

// changing reports whether what is asked changes with time, and the statements
// are of different times; or each names another year as its own.
func (w *writer) changing(said []statement) bool {
	days := map[string]bool{}
	years := map[int]bool{}
	for _, x := range said {
		if x.day() == "" || x.date != nil {
			return false
		}
		days[x.day()[:4]], years[x.year] = true, true
	}
	if len(days) < 2 {
		return false
	}
	if len(years) == len(said) && !years[0] {
		return true
	}
	f := lang.Fold(w.asked.Text)
	if w.asked.Language == "zh" {
		return changingZh.MatchString(f) && !settledZh.MatchString(f)
	}
	return changesEn.MatchString(f) && !settledEn.MatchString(f)
}
