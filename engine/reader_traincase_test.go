package engine

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/tests/answers"
)

// inParallel calls do for 0 to n-1 on all processors.
func inParallel(n int, do func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

// A caseMaker draws the evidence that questions are asked of.
type caseMaker struct {
	rng   *rand.Rand
	cases []*trainCase
	made  []agent.Evidence // of the cases
}

// trainCases makes the evidence of every question in several ways: its
// paragraph, the best paragraphs of all, or a few of them, with the right one,
// without it, or with it but without the sentences that answer.
func trainCases(sets []*answers.Set) []*trainCase {
	m := &caseMaker{rng: rand.New(rand.NewPCG(1, 2))}
	asked := map[string]bool{}
	for _, s := range sets {
		x, pages := answers.NewIndex(s.Pages), answers.BySnapshot(s.Pages)
		folds := s.Folds(trainFolds)
		for i, q := range s.QAs {
			key := fmt.Sprint(q.Question, q.Impossible)
			if asked[key] || i%*trainEvery != 0 {
				continue
			}
			asked[key] = true
			c := &trainCase{answers: q.Answers, gold: s.Pages[q.Page].Snapshot, fold: folds[i], set: s.Name}
			m.question(c, q, x, pages)
		}
	}
	rule := &readerWeights{}
	inParallel(len(m.cases), func(i int) {
		m.cases[i].r = readEvidence(m.made[i], Analyse(m.made[i].Question.Text, time.Time{}, nil), rule)
	})
	var out []*trainCase
	for _, c := range m.cases {
		if len(c.r.sentences) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// add makes a case of the question with the passages as its evidence.
func (m *caseMaker) add(like *trainCase, mode, question string, ps []agent.Passage, pages map[string]*agent.Page) {
	c := *like
	c.mode = mode
	if m.rng.IntN(3) == 0 {
		ps = untitled(ps)
	}
	m.cases = append(m.cases, &c)
	m.made = append(m.made, answers.Evidence(question, ps, pages))
}

// question draws the cases of one question; Chinese ones, which are few, in every way.
func (m *caseMaker) question(like *trainCase, q answers.QA, x *answers.Index, pages map[string]*agent.Page) {
	gold := pages[like.gold]
	all := gold.Language == "zh"
	often := func(of int) bool { return m.rng.IntN(of) == 0 || all }
	if q.Impossible || often(2) {
		c := *like
		c.possible = !q.Impossible
		m.add(&c, "given", q.Question, answers.Cut(gold), pages)
	}
	top := x.Search(q.Question, 14)
	if q.Impossible {
		if often(3) {
			m.add(like, "none", q.Question, some(m.rng, top, gold.Snapshot, 5, true, pages), pages)
		}
		return
	}
	with := func(ps []agent.Passage) *trainCase {
		c := *like
		c.possible = has(ps, gold.Snapshot)
		return &c
	}
	if often(3) {
		ps := some(m.rng, top, gold.Snapshot, 5, true, pages)
		m.add(with(ps), "five", q.Question, ps, pages)
	}
	if often(6) {
		m.add(like, "none", q.Question, some(m.rng, top, gold.Snapshot, 5, false, pages), pages)
	}
	if often(2) {
		ps := atMost(top, 6+m.rng.IntN(7))
		m.add(with(ps), "open", q.Question, ps, pages)
	}
	if often(6) {
		m.add(like, "open without", q.Question, atMost(without(top, gold.Snapshot), 6+m.rng.IntN(7)), pages)
	}
	m.cut(like, q, top, pages)
	if often(2) {
		m.snippets(like, q, top, pages)
	}
}

// snippets adds a case of five pieces as a web search brings them: windows of
// the right paragraph, some of them with the answer, none at times, among
// pieces of other pages.
func (m *caseMaker) snippets(like *trainCase, q answers.QA, top []agent.Passage, pages map[string]*agent.Page) {
	gold := pages[like.gold]
	spans := lang.Sentences(gold.Text)
	known := map[string]*agent.Page{}
	var list []*agent.Page
	add := func(text string) {
		if p := answers.TextPage("piece", len(list), "", text); text != "" && known[p.Snapshot] == nil {
			known[p.Snapshot] = p
			list = append(list, p)
		}
	}
	want := m.rng.IntN(6)
	for range 4 * want { // windows may repeat
		i := m.rng.IntN(len(spans))
		from, to := max(0, i-m.rng.IntN(3)), min(len(spans)-1, i+m.rng.IntN(3))
		if text := gold.Text[spans[from].Start:spans[to].End]; saysAny(gold.Text[spans[i].Start:spans[i].End], q.Answers) && len(list) < want {
			add(text)
		}
	}
	right := len(list)
	if m.rng.IntN(2) == 0 || right == 0 {
		add(unanswering(gold.Text, q.Answers))
	}
	for _, p := range without(top, gold.Snapshot) {
		if len(list) < 5 && !saysAny(p.Text, q.Answers) && m.rng.IntN(3) > 0 {
			add(p.Text)
		}
	}
	if len(list) == 0 {
		return
	}
	c := *like
	c.possible = right > 0
	mode := "pieces"
	if right == 0 {
		mode = "pieces none"
	}
	m.add(&c, mode, q.Question, answers.NewIndex(list).Search(q.Question, 14), known)
}

// cut adds cases in which the right paragraph stands without the sentences
// that answer: what is on the very topic and lacks the fact.
func (m *caseMaker) cut(like *trainCase, q answers.QA, top []agent.Passage, pages map[string]*agent.Page) {
	gold := pages[like.gold]
	text := unanswering(gold.Text, q.Answers)
	if text == "" {
		return
	}
	page := answers.TextPage("cut", len(m.cases), gold.Title, text)
	known := map[string]*agent.Page{page.Snapshot: page}
	list := []*agent.Page{page}
	for _, p := range without(top, gold.Snapshot) {
		if o := pages[p.Snapshot]; known[p.Snapshot] == nil && !saysAny(o.Text, q.Answers) {
			known[p.Snapshot] = o
			list = append(list, o)
		}
	}
	ranked := func(n int) []agent.Passage { return answers.NewIndex(list[:min(n, len(list))]).Search(q.Question, 14) }
	all := gold.Language == "zh"
	if all || m.rng.IntN(2) == 0 {
		m.add(like, "given cut", q.Question, answers.Cut(page), known)
	}
	if all || m.rng.IntN(3) == 0 {
		m.add(like, "five cut", q.Question, ranked(5), known)
	}
	if all || m.rng.IntN(3) == 0 {
		m.add(like, "open cut", q.Question, ranked(6+m.rng.IntN(7)), known)
	}
}

func saysAny(text string, accepted []string) bool {
	for _, a := range accepted {
		if strings.Contains(text, a) {
			return true
		}
	}
	return false
}

// unanswering is the text without the sentences that have one of the answers.
func unanswering(text string, accepted []string) string {
	var keep []string
	for _, s := range lang.Sentences(text) {
		if !saysAny(text[s.Start:s.End], accepted) {
			keep = append(keep, text[s.Start:s.End])
		}
	}
	return strings.Join(keep, " ")
}
