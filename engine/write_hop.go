package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

const (
	hopDirect   = 0.85 // of the question, what one sentence must say to need no second
	hopRelation = 7    // what a sentence gains for what is asked, of the whole question
	hopNames    = 3    // names that stand for one description, at most
)

// A bridge is who or what a description turned out to be.
type bridge struct {
	text     string   // as its sentence has it
	names    []string // folded, each by itself
	sentence *readSentence
	sure     float64
}

// bridgeOf answers the inner question of a hop from the evidence.
func bridgeOf(w *writer, h hop) (bridge, bool) {
	sub := w.asking(h.inner)
	r := sub.reading
	if r.best() == nil {
		return bridge{}, false
	}
	b := bridge{sure: r.confidence(w.weights)}
	spans := r.fitting(r.shortest(w.weights))
	if b.sure < sureRefused || len(spans) == 0 {
		return bridge{}, false
	}
	b.sentence, b.text = spans[0].sentence, strings.TrimSpace(spans[0].text())
	b.names = bridgeNames(b.text)
	for _, n := range b.names {
		if strings.Contains(lang.Fold(h.inner), n) {
			return bridge{}, false
		}
	}
	return b, len(b.names) > 0
}

// bridgeNames are the names that stand in a short answer, folded.
func bridgeNames(text string) []string {
	var out []string
	add := func(n string) {
		if n = strings.Trim(lang.Fold(n), " \"'“”《》"); len(n) > 3 && len(out) < hopNames {
			out = append(out, n)
		}
	}
	if lang.Detect(text) != "zh" {
		for _, n := range lang.Names(text) {
			add(text[n.Start:n.End])
		}
		if r, _ := utf8.DecodeRuneInString(text); len(out) == 0 && unicode.IsUpper(r) && !strings.Contains(text, " ") {
			add(text) // a name of one word, which begins a sentence as any word does
		}
		return out
	}
	for _, n := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、和与及，, ", r) }) {
		add(n)
	}
	return out
}

// asking is a writer of another question on the same evidence.
func (w *writer) asking(text string) *writer {
	a := Analyse(text, w.asked.Asked, nil)
	a.Speak, a.After, a.Parts = w.asked.Speak, w.asked.After, nil
	return &writer{evidence: w.evidence, asked: a, weights: w.weights, reading: readEvidence(w.evidence, a, w.weights)}
}

// hopped answers a question of what it only describes: first who that is, from
// one sentence, then what is asked of it, from another that names it. It
// reports whether both were found.
func (w *writer) hopped() bool {
	h, ok := hopOf(w.asked.Text, w.asked.Language)
	if !ok || w.reading.best() == nil || w.reading.best().cover >= hopDirect {
		return false
	}
	b, ok := bridgeOf(w, h)
	if !ok {
		return false
	}
	sub := w.asking(h.outer(b.text))
	sub.keepTo(b.names)
	best := sub.reading.best()
	if best == nil || best == b.sentence || !sub.speaksOf(best, b.names) {
		return false
	}
	sub.out.Confidence = sub.reading.confidence(w.weights)
	if sub.out.Confidence < sureRefused {
		return false
	}
	sub.bridged = true
	sub.answer()
	return w.joined(sub, b)
}

// keepTo ranks sentences that speak of none of the names behind those that do,
// and of these the ones first that say what is asked.
func (w *writer) keepTo(names []string) {
	r := w.reading
	for i := range r.sentences {
		s := &r.sentences[i]
		if !w.speaksOf(s, names) {
			s.score -= ownerLoss
			continue
		}
		for _, h := range s.hits {
			if u := r.q.units[h.unit]; !u.name && !u.number {
				s.score += hopRelation * h.weight * u.weight / r.q.total
			}
		}
	}
	r.top = nil
	r.rank()
}

// speaksOf reports whether the sentence, the one before it in its passage, or
// its page's title names one of them.
func (w *writer) speaksOf(s *readSentence, names []string) bool {
	p := &w.reading.passages[s.passage]
	said := s.text + "\n" + p.Title
	if s.index > 0 {
		said += "\n" + w.reading.sentences[p.from+s.index-1].text
	}
	said = lang.Fold(said)
	for _, n := range names {
		if strings.Contains(said, n) {
			return true
		}
	}
	return false
}

// joined adds what was answered of the bridge, and the sentence that says who or what it is.
func (w *writer) joined(sub *writer, b bridge) bool {
	if len(sub.out.Claims) == 0 {
		return false
	}
	from, to := 0, len(b.sentence.text)
	c, ok := w.claim(b.sentence, from, to)
	if !ok {
		return false
	}
	said := sub.out.Claims[:min(len(sub.out.Claims), maxFactoid-1)]
	w.out.Claims = append(append(w.out.Claims, said...), c)
	for _, x := range said {
		if x.Text == c.Text {
			w.out.Claims = w.out.Claims[:len(w.out.Claims)-1]
			break
		}
	}
	w.joins = true
	w.out.Short, w.out.Notes = sub.out.Short, append(w.out.Notes, sub.out.Notes...)
	w.out.Confidence = min(b.sure, sub.out.Confidence)
	if w.out.Confidence < sureEnough {
		w.out.Status = agent.StatusPartial
	}
	return true
}
