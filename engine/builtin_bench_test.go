package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

// benchEvidence is what fifty pages leave a writer with: the eighty best of
// about 1,500 passages, in sentences made of the test pages' words.
func benchEvidence(b *testing.B, question string) agent.Evidence {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	var words []string
	for _, p := range testPages(b) {
		if p.Language == "en" {
			words = append(words, strings.Fields(p.Text)...)
		}
	}
	var pages []*agent.Page
	for n := range 50 {
		var text strings.Builder
		for range 30 {
			for range 6 {
				for range 22 {
					text.WriteString(words[rng.IntN(len(words))])
					text.WriteByte(' ')
				}
				text.WriteString("ended. ")
			}
			text.WriteString("\n\n")
		}
		s := text.String()
		pages = append(pages, &agent.Page{URL: fmt.Sprint("https://pages.example/", n), Title: "Page", Text: s, Snapshot: agent.SnapshotID(s)})
	}
	pages = append(pages, testPages(b)...)
	return answers.Evidence(question, answers.NewIndex(pages).Search(question, 80), answers.BySnapshot(pages))
}

// BenchmarkPlanAndWrite is one later round and the answer, for fifty pages.
func BenchmarkPlanAndWrite(b *testing.B) {
	for _, q := range []string{"Who designed Harrow Bridge?", "What is the difference between a heat pump and a gas boiler?", "青石塔有多高？"} {
		b.Run(q, func(b *testing.B) {
			e := benchEvidence(b, q)
			brief := agent.Brief{Question: e.Question, Round: 2, Left: e.Question.Budget, Passages: e.Passages, Gained: 1}
			for _, p := range e.Pages {
				brief.Read = append(brief.Read, p)
			}
			x := testBuiltin()
			for b.Loop() {
				if _, err := x.Plan(b.Context(), brief, nil); err != nil {
					b.Fatal(err)
				}
				if _, err := x.Draft(e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
