package engine

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// readEvidence splits the passages into sentences and ranks them as answers to the question.
func readEvidence(e agent.Evidence, a Analysis, w *readerWeights) *reading {
	r := &reading{pages: len(e.Pages)}
	r.passages, r.sentences = readPassages(e)
	r.idf = localIDF(r.sentences)
	r.q = readAsked(a, r.idf)
	r.features()
	r.findAbout()
	r.scoreAll(w)
	return r
}

// reasonWeight is what a sentence gains that gives a reason where one is asked for.
const reasonWeight = 0.8

// unitWeight is what a sentence gains, two thirds of it, that has a number of
// what is to be counted, and loses, one third, that has not.
const unitWeight = 2.2

// scoreAll scores and ranks the sentences.
func (r *reading) scoreAll(w *readerWeights) {
	counted := r.q.countedZh() != ""
	for i := range r.sentences {
		s := &r.sentences[i]
		block := blockScore(r.q.Kind, s)
		s.learned = w.sentence(s.feat) + block
		s.score = s.learned
		if w.sentences != nil {
			s.score = (1-ruleShare)*s.learned + ruleShare*(ruleScore(s.feat)+block)
		}
		s.score += aboutWeight * r.passages[s.passage].about
		if counted {
			s.score += unitWeight * (float64(r.unitFit(s)) - 1.0/3)
		}
		if r.q.Kind == KindWhy {
			s.score += reasonWeight * float64(s.feat[fCue])
		}
		s.copies, s.others = nil, false
	}
	r.favourNew()
	r.rank()
	r.findOwners()
	r.favourDemanded()
	r.findCopies()
}

// ruleShare is the part of the ranking that rules have beside the learned scorer.
const ruleShare = 0.45

// blockScore keeps headings, code and questions from being taken for answers.
func blockScore(k Kind, s *readSentence) float64 {
	switch {
	case s.block == lang.BlockHeading:
		return -3
	case s.block == lang.BlockCode && k != KindHowTo:
		return -2
	case asking(s.text):
		return -2
	case strings.HasPrefix(s.text, "http") && !strings.Contains(s.text, " "):
		return -3
	case len(s.tokens) < 3:
		return -1.5
	}
	return 0
}

// freshWeight is what the newest page's sentences gain where the newest counts.
const freshWeight = 1.8

// favourNew lets newer pages go first where the newest counts, and older ones
// last than a question allows.
func (r *reading) favourNew() {
	a := r.q.Analysis
	if !a.Fresh && a.After == "" {
		return
	}
	newest := ""
	for i := range r.passages {
		newest = max(newest, r.passages[i].page.Published)
	}
	top, err := time.Parse(time.DateOnly, newest)
	if err != nil {
		return
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		day, err := time.Parse(time.DateOnly, s.page.Published)
		if err != nil {
			continue
		}
		if a.Fresh {
			s.score += freshWeight * math.Exp(-top.Sub(day).Hours()/24/180)
		}
		if a.After != "" && s.page.Published < a.After {
			s.score -= 1.5
		}
	}
}

func (r *reading) rank() {
	r.order = make([]int, len(r.sentences))
	for i := range r.order {
		r.order[i] = i
	}
	sort.SliceStable(r.order, func(a, b int) bool {
		return r.sentences[r.order[a]].score > r.sentences[r.order[b]].score
	})
}

// best is the best sentence, nil where there is none.
func (r *reading) best() *readSentence {
	if len(r.order) == 0 {
		return nil
	}
	return &r.sentences[r.order[0]]
}

// maxCompared bounds the search for copies to the best sentences.
const maxCompared = 60

// findCopies links sentences among the best that say the same words on other pages.
func (r *reading) findCopies() {
	n := min(len(r.order), maxCompared)
	sets := make([][]uint32, n)
	for i := range n {
		sets[i] = r.sentences[r.order[i]].content()
	}
	for i := range n {
		for j := range i {
			if similarSets(sets[i], sets[j]) >= 0.8 {
				a, b := r.order[i], r.order[j]
				r.sentences[a].copies = append(r.sentences[a].copies, b)
				r.sentences[b].copies = append(r.sentences[b].copies, a)
			}
		}
	}
}

// similarSets is the Jaccard similarity of two sets.
func similarSets(a, b []uint32) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if len(a)*2 < len(b) || len(b)*2 < len(a) {
		return 0
	}
	n := inBoth(a, b)
	return float64(n) / float64(len(a)+len(b)-n)
}

// content are the words and Han pairs of a sentence that say something, in ascending order.
func (s *readSentence) content() []uint32 {
	ids := make([]uint32, 0, len(s.tokens))
	for j := range s.tokens {
		t := &s.tokens[j]
		if t.pair != 0 {
			ids = append(ids, t.pair)
		} else if !t.stop {
			ids = append(ids, t.id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// inBoth counts what two ascending lists share.
func inBoth(a, b []uint32) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			a, b, n = a[1:], b[1:], n+1
		}
	}
	return n
}

// confidence is how sure the reader is, 0 to 1, that the sentences answer the question.
func (r *reading) confidence(w *readerWeights) float64 {
	if len(r.order) == 0 || len(r.q.units) == 0 {
		return 0
	}
	sure := r.evenOut(w.sure(r.answerFeatures(r.shortest(w)))) * r.doubt()
	r.sure = sure
	sure *= r.unrelated(sure) * r.undemanded(r.best())
	if r.unspoken > 0 {
		sure *= 1 - r.unspoken
	}
	return sure
}

// keepOtherYear is the share of its confidence that an answer keeps where it speaks of another year than the question.
const keepOtherYear = 0.5

// doubt lowers the confidence where the best sentence names another year than the question's.
func (r *reading) doubt() float64 {
	s := r.best()
	if same, other := r.q.numbered(s.tokens); other && !same {
		return keepOtherYear
	}
	found := make([]bool, len(r.q.units))
	for _, h := range s.hits {
		found[h.unit] = true
	}
	for i, u := range r.q.units {
		if u.number && !found[i] && len(u.text) == 4 && r.otherYear(s) {
			return keepOtherYear
		}
	}
	return 1
}

// otherYear reports whether the sentence names a year that the question does not.
func (r *reading) otherYear(s *readSentence) bool {
	for i := range s.tokens {
		if _, own := r.q.byID[s.tokens[i].id]; !own && isYear(&s.tokens[i]) {
			return true
		}
	}
	return false
}

// shortest are the best spans, scored once.
func (r *reading) shortest(w *readerWeights) []span {
	if r.top == nil {
		r.top = r.spans(w, 6)
	}
	return r.top
}

var negations = []string{"not", "no", "never", "without", "neither", "nor", "none", "cannot", "不", "没", "未", "无", "非", "别"}

// negated reports whether the text has a word of negation.
func negated(text string) bool {
	f := lang.Fold(text)
	return hasAny(f, negations) || strings.Contains(f, "n't") || strings.Contains(f, "n’t")
}

// The raw probability at which an answer is refused, by how much was read: the
// more, the less is lost by looking again, and the less a low figure means.
// They are where TestAnswerCurve keeps what the aims ask for.
const (
	rawFew  = 0.06
	rawSome = 0.14
	rawMany = 0.03
)

// evenOut moves the raw probability so that sureRefused is its threshold,
// however much was read.
func (r *reading) evenOut(sure float64) float64 {
	at := rawSome
	switch n := len(r.passages); {
	case n <= fewPassages:
		at = rawFew
	case n > manyPassages:
		at = rawMany
	}
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	sure = math.Min(math.Max(sure, 1e-6), 1-1e-6)
	return sigmoid(logit(sure) + logit(sureRefused) - logit(at))
}
