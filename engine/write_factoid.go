package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// maxFactoid bounds a short answer: claims, the lead included.
const maxFactoid = 3

// sureSpan is the share of the weight that a span needs to stand by itself as the answer's lead.
const sureSpan = 0.5

// factoid answers with the shortest answer where it is sure of one, then the
// sentences that carry it; or with statements side by side where pages differ.
func (w *writer) factoid() {
	if w.conflict() {
		return
	}
	picked := w.pick(maxFactoid, 4)
	spans := w.reading.fitting(w.newest(w.reading.shortest(w.weights)))
	if len(spans) > 0 {
		w.out.Short = spans[0].text()
		picked = spanFirst(picked, &spans[0])
		if spans[0].share >= sureSpan && w.leadSpan(&spans[0]) {
			picked = picked[:min(len(picked), maxFactoid-1)]
		}
	}
	for _, s := range picked {
		from, to := w.shorten(s)
		if len(spans) > 0 && spans[0].sentence == s {
			from, to = min(from, spans[0].start()), max(to, spans[0].end())
		}
		c, ok := w.claim(s, from, to)
		if !ok {
			continue
		}
		c.Lead = len(w.out.Claims) == 0
		if from == 0 && to == len(s.text) {
			w.agreeing(&c, s)
		}
		if w.asked.Fresh && c.Lead {
			c.Note = s.page.Published
		}
		w.out.Claims = append(w.out.Claims, c)
	}
}

// newest are the spans of the page that the best sentence stands on, where the
// newest counts: an older page's shortest answer does not lead.
func (w *writer) newest(spans []span) []span {
	best := w.reading.best()
	if !w.asked.Fresh || best == nil {
		return spans
	}
	var out []span
	for _, sp := range spans {
		if sp.sentence.page == best.page {
			out = append(out, sp)
		}
	}
	return out
}

// leadSpan adds the span by itself as the lead, quoted in its sentence.
func (w *writer) leadSpan(sp *span) bool {
	c, ok := w.claim(sp.sentence, 0, len(sp.sentence.text))
	if !ok || len(sp.sentence.tokens) <= sp.to-sp.from+2 {
		return false
	}
	c.Text = cleanText(sp.text())
	c.Lead = true
	w.agreeing(&c, sp.sentence)
	if w.asked.Fresh {
		c.Note = sp.sentence.page.Published
	}
	w.out.Claims = append(w.out.Claims, c)
	return true
}

// spanFirst puts the span's sentence first among the picked.
func spanFirst(picked []*readSentence, sp *span) []*readSentence {
	out := []*readSentence{sp.sentence}
	for _, s := range picked {
		if s != sp.sentence && !repeats(out[:1], s) {
			out = append(out, s)
		}
	}
	return out[:min(len(out), maxFactoid)]
}

// A statement is a value that a sentence gives as the answer.
type statement struct {
	value    string // normalised
	sentence *readSentence
	backers  int
}

// The score that a contradicting sentence may lie below the best, and the share
// of the question that it must cover.
const (
	conflictWithin = 0.8
	conflictCover  = 0.75
)

// conflict shows statements side by side where pages that answer equally well
// give different numbers or dates; it reports whether it did.
func (w *writer) conflict() bool {
	switch w.asked.Expect {
	case ExpectNumber, ExpectMoney, ExpectPercent, ExpectDate, ExpectYear:
	default:
		return false
	}
	r := w.reading
	best := r.best()
	var said []statement
	for _, i := range r.order[:min(8, len(r.order))] {
		s := &r.sentences[i]
		if s.score < best.score-conflictWithin || w.reading.q.coverage(s.hits, w.reading.q.match(w.reading.passages[s.passage].context)) < conflictCover {
			continue
		}
		v := w.onlyValue(s)
		if v == "" || v == "?" {
			continue
		}
		known := false
		for k := range said {
			if said[k].value == v {
				said[k].backers += 1 + len(s.copies)
				known = true
			} else if said[k].sentence.page == s.page {
				known = true
			}
		}
		if !known {
			said = append(said, statement{v, s, 1 + len(s.copies)})
		}
	}
	if len(said) < 2 {
		return false
	}
	for _, x := range said[:min(len(said), maxFactoid)] {
		from, to := w.shorten(x.sentence)
		if c, ok := w.claim(x.sentence, from, to); ok {
			c.Note = joinNote(x.sentence.page.Site, x.sentence.page.Published)
			w.agreeing(&c, x.sentence)
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	w.note(say(w.asked.Speak, wordDiffer))
	return true
}

func joinNote(parts ...string) string {
	var keep []string
	for _, p := range parts {
		if p != "" {
			keep = append(keep, p)
		}
	}
	return strings.Join(keep, ", ")
}

// onlyValue is the one value of the expected kind in the sentence that the
// question does not have itself; "?" where there are several.
func (w *writer) onlyValue(s *readSentence) string {
	value := ""
	set := func(v string) {
		if value != "" && value != v {
			v = "?"
		}
		value = v
	}
	dates := lang.Dates(s.text, w.asked.Asked)
	if w.asked.Expect == ExpectDate || w.asked.Expect == ExpectYear {
		for _, d := range dates {
			if !strings.Contains(w.asked.Text, d.Text) && d.Year > 0 {
				set(dateValue(d, w.asked.Expect))
			}
		}
		return value
	}
	var counted []string
	for _, q := range questionNumbers(s.text, dates) {
		if q.Unit != "ordinal" && !strings.Contains(w.asked.Text, q.Text) {
			set(numberValue(q))
			if w.asked.Head != "" && strings.HasPrefix(strings.TrimLeft(lang.Fold(s.text[q.End:]), " "), w.asked.Head) {
				counted = append(counted, numberValue(q))
			}
		}
	}
	if value == "?" && len(counted) == 1 { // 41 lives, and 2,300 people: people were asked for
		return counted[0]
	}
	return value
}
