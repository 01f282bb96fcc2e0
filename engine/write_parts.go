package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
)

const (
	partLack   = 3.0 // what a sentence loses that has nothing of what its part alone asks of
	partOther  = 2.0 // and what it loses more where it has that of the other part instead
	partUntold = 1.5 // what a sentence without a value of the kind asked for loses
	partClaims = 4   // claims of an answer to two questions
)

// A part is one of the two things that a question asks for.
type part struct {
	*writer
	picked []*readSentence
	lead   *span
	listed []agent.Claim // instead of sentences, where a page lists the very fact
	sure   float64
}

// asksTwo splits the question by what was read, and reports whether it asks for two things.
func (w *writer) asksTwo() bool {
	if !w.asked.Short() && (w.asked.Kind != KindList || !strings.Contains(w.asked.Text, "分别")) || w.asked.Kind == KindYesNo {
		return false
	}
	if p := questionParts(w.asked.Text, w.asked.Language, w.reading.hearing()); len(p) == 2 {
		w.asked.Parts = p
	}
	return len(w.asked.Parts) == 2
}

// parts answers a question that asks for two things: the best sentence for
// each, then one more of each. It reports whether the evidence speaks of both.
func (w *writer) parts() bool {
	var of []part
	for k, text := range w.asked.Parts[:2] {
		sub := w.asking(text)
		p := part{writer: sub, sure: sub.reading.confidence(w.weights)}
		if sub.fielded() { // a fact that the page lists
			p.sure, p.listed = sub.out.Confidence, sub.out.Claims
			of = append(of, p)
			continue
		}
		sub.ownPart(w.asked.Parts[1-k])
		p.picked = sub.pick(2, 4)
		if spans := sub.reading.fitting(sub.reading.shortest(w.weights)); len(spans) > 0 && sub.asked.Short() && sub.asked.Kind != KindYesNo {
			p.lead = &spans[0]
			p.picked = spanFirst(p.picked, p.lead)
		}
		if len(p.picked) == 0 {
			return false
		}
		of = append(of, p)
	}
	w.out.Confidence = max(w.out.Confidence, (of[0].sure+of[1].sure)/2)
	if max(of[0].sure, of[1].sure) < sureRefused && w.out.Confidence < sureRefused {
		return false
	}
	w.inTurn(of)
	if min(of[0].sure, of[1].sure) < sureRefused {
		w.out.Status = agent.StatusPartial
	}
	return len(w.out.Claims) > 0
}

// inTurn adds the parts' sentences: the best of each, then the next of each.
func (w *writer) inTurn(of []part) {
	var said []*readSentence
	for n := range partClaims {
		p := &of[n%2]
		if n < 2 {
			w.out.Claims = append(w.out.Claims, p.listed...)
		}
		if n/2 >= len(p.picked) || repeats(said, p.picked[n/2]) {
			continue
		}
		s := p.picked[n/2]
		said = append(said, s)
		from, to := p.shorten(s)
		if p.lead != nil && p.lead.sentence == s {
			from, to = min(from, p.lead.start()), max(to, p.lead.end())
		}
		if c, ok := p.claim(s, from, to); ok {
			w.out.Claims = append(w.out.Claims, c)
		}
	}
}

// ownPart ranks sentences for one part of a question: those that have what
// this part alone asks of before those that have it of the other.
func (w *writer) ownPart(other string) {
	r := w.reading
	a := Analyse(other, w.asked.Asked, nil)
	theirs := readAsked(a, localIDF(nil))
	own, all := make([]bool, len(r.q.units)), 0.0
	for i, u := range r.q.units {
		if _, both := theirs.byID[u.id]; !both {
			own[i], all = true, all+u.weight
		}
	}
	if all == 0 {
		return
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		got := make([]float64, len(own))
		for _, h := range r.q.match(r.passages[s.passage].context) {
			got[h.unit] = max(got[h.unit], h.weight/2)
		}
		for _, h := range s.hits {
			got[h.unit] = max(got[h.unit], h.weight)
		}
		sum := 0.0
		for k := range own {
			if own[k] {
				sum += got[k] * r.q.units[k].weight
			}
		}
		s.score -= partLack * (1 - sum/all)
		if sum < all/2 && onlyTheirs(theirs, r.q, s) {
			s.score -= partOther
		}
		if r.q.Expect != ExpectAny && r.q.Expect != ExpectName && s.feat[fTypedFresh] == 0 {
			s.score -= partUntold
		}
	}
	r.top = nil
	r.rank()
}

// onlyTheirs reports whether the sentence has a word of the other part that this one has not.
func onlyTheirs(theirs, mine *asked, s *readSentence) bool {
	for _, u := range theirs.units {
		if _, both := mine.byID[u.id]; !both && strings.Contains(s.text, u.text) {
			return true
		}
	}
	return false
}
