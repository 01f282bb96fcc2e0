package answers_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/tests/answers"
)

// TestCrossLingual asks XQuAD's questions in one language of its paragraphs in
// the other: the parallel paragraph given, and all paragraphs searched with
// what the planner searches for. The answers counted are those of the pages'
// language; names that are written in another script cannot be matched, so that
// questions whose answer has a digit or a Latin letter are counted apart.
func TestCrossLingual(t *testing.T) {
	dir := folder(t)
	en, err := answers.LoadSQuAD(dir, "xquad/xquad.en.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	zh, err := answers.LoadSQuAD(dir, "xquad/xquad.zh.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	if len(en.QAs) != len(zh.QAs) {
		t.Fatalf("%d and %d questions are not parallel", len(en.QAs), len(zh.QAs))
	}
	crossed(t, "XQuAD en asked, zh read", en, zh)
	crossed(t, "XQuAD zh asked, en read", zh, en)
}

// crossTally counts what came of questions across languages.
type crossTally struct{ n, right, wrong, refused int }

func (c *crossTally) count(d engine.Draft, gold []string) {
	c.n++
	switch {
	case d.Status == agent.StatusNotFound:
		c.refused++
	case answers.Contains(answers.Text(d.Claims), gold):
		c.right++
	default:
		c.wrong++
	}
}

func (c *crossTally) rows(t *testing.T, name, what string) {
	row(t, name, what+", right", share(c.right, c.n), 0, c.n)
	row(t, name, what+", refused", share(c.refused, c.n), 0, c.n)
}

func crossed(t *testing.T, name string, asked, read *answers.Set) {
	b, x, pages := builtin(), answers.NewIndex(read.Pages), answers.BySnapshot(read.Pages)
	var given, givenPlain, all, allPlain crossTally
	for i := 0; i < len(asked.QAs); i += max(1, *sample/4) {
		q, gold := asked.QAs[i].Question, read.QAs[i].Answers
		plain := strings.IndexFunc(gold[0], func(r rune) bool { return unicode.IsDigit(r) || r < 0x80 && unicode.IsLetter(r) }) >= 0
		if asked.Name == "xquad/xquad.zh.json.gz" { // in English every answer has Latin letters: the Chinese one tells
			own := asked.QAs[i].Answers[0]
			plain = strings.IndexFunc(own, func(r rune) bool { return unicode.IsDigit(r) || r < 0x80 && unicode.IsLetter(r) }) >= 0
		}
		p := read.Pages[read.QAs[i].Page]
		one := draft(t, b, answers.Evidence(q, answers.Cut(p), answers.BySnapshot([]*agent.Page{p})))
		many := draft(t, b, answers.Evidence(q, searchedAcross(t, b, q, x, read.Pages), pages))
		given.count(one, gold)
		all.count(many, gold)
		if plain {
			givenPlain.count(one, gold)
			allPlain.count(many, gold)
		}
		if *show && one.Status != agent.StatusNotFound && !answers.Contains(answers.Text(one.Claims), gold) && plain {
			t.Logf("%q (%q): %q, not %q", q, one.Analysis.Text, answers.Text(one.Claims), gold)
		}
	}
	given.rows(t, name, "paragraph given")
	givenPlain.rows(t, name, "given, digits or Latin")
	all.rows(t, name, "all paragraphs")
	allPlain.rows(t, name, "all, digits or Latin")
}

// searchedAcross are the passages for the question and for every search that
// the planner makes in two rounds, the second after pages in the other language.
func searchedAcross(t *testing.T, b *engine.Builtin, q string, x *answers.Index, pages []*agent.Page) []agent.Passage {
	t.Helper()
	brief := agent.Brief{Question: agent.Question{Text: q}.Clean(), Round: 1}
	brief.Left = brief.Question.Budget
	lists := [][]agent.Passage{x.Search(q, 30)}
	for range 2 {
		plan, err := b.Plan(t.Context(), brief, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range plan.Searches {
			lists = append(lists, x.Search(s.Query, 30))
		}
		brief.Plans = append(brief.Plans, plan)
		brief.Round, brief.Read = brief.Round+1, pages[:10]
	}
	return answers.Fuse(60, lists...)
}
