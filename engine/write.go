package engine

import (
	"math"
	"regexp"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A writer drafts one answer from what was read.
type writer struct {
	evidence agent.Evidence
	asked    Analysis
	weights  *readerWeights
	reading  *reading
	bridged  bool // what is asked of was found in a sentence of its own
	always   bool // answers whatever the confidence, to measure what would be answered
	sides    bool // statements stand side by side, each with what is asked for
	exact    bool // the draft has a form that holds itself to what is asked
	joins    bool // the draft is joined of two pages, about another than the question names
	out      Draft
}

// The confidence under which an answer is partial, and under which there is none.
const (
	sureEnough  = 0.62
	sureRefused = 0.35
)

// draft chooses the form of the answer by the kind of question.
func (w *writer) draft() Draft {
	w.out.Analysis = w.asked
	w.out.Confidence = w.reading.confidence(w.weights)
	if w.preferred() || w.asksTwo() && w.parts() {
		return w.finish()
	}
	if w.tabled() || w.ordered() || w.purposed() || w.titledWhich() || w.fielded() || w.worked() || w.sectioned() || w.hopped() {
		return w.finish()
	}
	if w.reading.best() != nil && w.define() {
		return w.finish()
	}
	if w.out.Confidence < w.refuseBelow() && w.keeps(demandKept) && w.entitled() {
		w.out.Confidence = w.refuseBelow() // and no more: it is told as a partial answer
	}
	if w.reading.best() == nil || !w.always && w.out.Confidence < w.refuseBelow() {
		return w.notFound()
	}
	w.answer()
	return w.finish()
}

// answer drafts the claims in the form that the kind of question asks for.
func (w *writer) answer() {
	switch w.asked.Kind {
	case KindYesNo:
		if w.asked.From != "" {
			w.factoid() // yes or no is not told by words put one by one: what the page says is
			break
		}
		w.yesNo()
	case KindList:
		w.list()
	case KindHowTo:
		w.steps()
	case KindComparison:
		w.comparison()
	case KindOverview, KindNews:
		w.overview()
	case KindDefinition, KindWhy, KindHow:
		w.explain()
	default:
		if w.asksView() {
			w.view()
		} else {
			w.factoid()
		}
	}
}

// finish settles the status of the claims drafted.
func (w *writer) finish() Draft {
	if len(w.out.Claims) == 0 || w.refuted() || w.unheld() {
		return w.notFound()
	}
	w.unfold()
	if w.out.Confidence >= sureEnough && w.out.Status != agent.StatusPartial {
		w.out.Status = agent.StatusAnswered
	} else {
		w.out.Status = agent.StatusPartial
		w.note(say(w.asked.Speak, wordUnsure))
	}
	w.languageNotes()
	return w.out
}

// refuseBelow is the confidence under which the question is not answered. A
// broad question is answered from less: any page about it helps.
func (w *writer) refuseBelow() float64 {
	if w.asked.Short() && w.asked.Kind != KindYesNo { // the scorer has seen no yes/no question
		return sureRefused
	}
	return sureRefused / 2
}

func (w *writer) note(s string) { w.out.Notes = append(w.out.Notes, s) }

// coverBonus is what covering all that was not covered yet adds to a sentence's score.
const coverBonus = 6

// pick chooses at most n sentences: the best first, then those that score well,
// cover what is not covered yet, and do not repeat what is there.
func (w *writer) pick(n int, within float64) []*readSentence {
	r := w.reading
	var out []*readSentence
	covered := make([]bool, len(r.q.units))
	limit := min(len(r.order), maxCompared)
	used := map[int]bool{}
	for len(out) < n {
		best, bestScore := -1, math.Inf(-1)
		for _, i := range r.order[:limit] {
			if used[i] {
				continue
			}
			s := &r.sentences[i]
			v := s.score + coverBonus*w.newCover(s, covered)
			if s.block == lang.BlockCode || sourceLine.MatchString(s.text) {
				v -= codeLoss
			}
			if v > bestScore {
				best, bestScore = i, v
			}
		}
		if best < 0 {
			break
		}
		s := &r.sentences[best]
		used[best] = true
		if s.block == lang.BlockHeading || s.others || len(out) > 0 && (s.score < out[0].score-within || repeats(out, s)) {
			continue
		}
		for _, c := range s.copies {
			used[c] = true
		}
		for _, h := range s.hits {
			covered[h.unit] = true
		}
		out = append(out, s)
	}
	return out
}

// codeLoss is what a line of code loses against sentences.
const codeLoss = 4

// sourceLine begins as code and comments do.
var sourceLine = regexp.MustCompile(`^\s*(?://|/\*|<!--|</?[a-zA-Z][^>]*>|#include|\w+\(.*\);?$)`)

// newCover is the share of the question's weight that s adds to what is covered.
func (w *writer) newCover(s *readSentence, covered []bool) float64 {
	q := w.reading.q
	if q.total == 0 {
		return 0
	}
	sum := 0.0
	seen := map[int]bool{}
	for _, h := range s.hits {
		if !covered[h.unit] && !seen[h.unit] {
			seen[h.unit] = true
			sum += q.units[h.unit].weight * h.weight
		}
	}
	return sum / q.total
}

// repeats reports whether nearly all content of s is in the sentences chosen.
func repeats(chosen []*readSentence, s *readSentence) bool {
	own := s.content()
	for _, c := range chosen {
		if len(own) > 0 && inBoth(own, c.content())*10 >= len(own)*8 {
			return true
		}
	}
	return false
}

// claim makes a claim of a span of a sentence, with its text cleaned of marks.
func (w *writer) claim(s *readSentence, from, to int) (agent.Claim, bool) {
	cite, ok := agent.NewCite(s.page.Snapshot, s.page.Text, s.start+from, s.start+to)
	if !ok {
		return agent.Claim{}, false
	}
	text := cleanText(s.text[from:to])
	if text == "" {
		return agent.Claim{}, false
	}
	return agent.Claim{Text: text, Cites: []agent.Cite{cite}}, true
}

// maxExtraCites bounds the further pages cited for what several say alike.
const maxExtraCites = 2

// agreeing adds cites of other pages that say the same words.
func (w *writer) agreeing(c *agent.Claim, s *readSentence) {
	pages := map[string]bool{s.page.Snapshot: true}
	for _, i := range s.copies {
		o := &w.reading.sentences[i]
		if len(pages) > maxExtraCites || pages[o.page.Snapshot] {
			continue
		}
		if cite, ok := agent.NewCite(o.page.Snapshot, o.page.Text, o.start, o.end); ok {
			pages[o.page.Snapshot] = true
			c.Cites = append(c.Cites, cite)
		}
	}
}
