package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

func planOf(t *testing.T, b agent.Brief) agent.Plan {
	t.Helper()
	p, err := testBuiltin().Plan(t.Context(), b, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func firstBrief(question string) agent.Brief {
	q := agent.Question{Text: question}.Clean()
	return agent.Brief{Question: q, Round: 1, Left: q.Budget}
}

// laterBrief is a second round in which all test pages were read.
func laterBrief(t *testing.T, question string) agent.Brief {
	b := firstBrief(question)
	e := testEvidence(t, question)
	b.Round, b.Passages, b.Gained = 2, e.Passages, 9
	b.Read = testPages(t)
	b.Plans = []agent.Plan{planOf(t, firstBrief(question))}
	b.Left.Pages, b.Left.Rounds = 20, 3
	return b
}

func queries(p agent.Plan) string {
	var out []string
	for _, s := range p.Searches {
		out = append(out, s.Query)
	}
	return strings.Join(out, " | ")
}

func TestPlanFirstRound(t *testing.T) {
	for _, c := range []struct {
		question string
		searches []string
		language string
	}{
		{"Who designed Harrow Bridge?", []string{"designed Harrow Bridge"}, "en"},
		{"What is the difference between a heat pump and a gas boiler?", []string{"heat pump", "gas boiler"}, "en"},
		{"热泵和空调有什么区别？", []string{"热泵", "空调"}, "zh"},
		{"请问 Norden R5 路由器怎么重置？", []string{"Norden R5"}, "zh"},
	} {
		p := planOf(t, firstBrief(c.question))
		for _, w := range c.searches {
			if !strings.Contains(queries(p), w) {
				t.Errorf("%q: no search has %q: %s", c.question, w, queries(p))
			}
		}
		if p.Enough || p.Pages <= 0 || p.Pages >= agent.DefaultPages || len(p.Terms) == 0 {
			t.Errorf("%q: %+v", c.question, p)
		}
		if lang.Detect(p.Thought) != c.language {
			t.Errorf("%q: the thought %q is not in the question's language", c.question, p.Thought)
		}
		for _, s := range p.Searches {
			if s.Why == "" {
				t.Errorf("%q: the search %q has no reason", c.question, s.Query)
			}
		}
	}
	b := firstBrief("Who designed Harrow Bridge?")
	b.Left.Rounds = 1
	if p := planOf(t, b); p.Pages != 0 {
		t.Errorf("the only round reads %d pages, not all", p.Pages)
	}
}

func TestPlanBothLanguages(t *testing.T) {
	p := planOf(t, firstBrief("请问 Norden R5 路由器怎么重置？"))
	if !slices.ContainsFunc(p.Searches, func(s agent.Search) bool { return s.Language == "en" && s.Query == "Norden R5" }) {
		t.Errorf("no search in English: %+v", p.Searches)
	}
}

func TestPlanLaterRounds(t *testing.T) {
	p := planOf(t, laterBrief(t, "Who was the husband of the engineer who designed Harrow Bridge?"))
	if p.Enough || len(p.Searches) == 0 {
		t.Errorf("%+v", p)
	}
	if !strings.Contains(p.Thought, "husband") {
		t.Errorf("the thought does not say what is missing: %q", p.Thought)
	}
	if !strings.Contains(queries(p), "Ada Brandt") {
		t.Errorf("the second hop is not searched: %s", queries(p))
	}
	first := planOf(t, firstBrief("Who was the husband of the engineer who designed Harrow Bridge?"))
	for _, s := range p.Searches {
		if strings.Contains(queries(first), s.Query) {
			t.Errorf("%q is searched again", s.Query)
		}
	}
}

func TestPlanEnds(t *testing.T) {
	b := laterBrief(t, "Who designed Harrow Bridge?")
	b.Gained = 0
	if p := planOf(t, b); !p.Enough || p.Thought == "" {
		t.Errorf("nothing new and nothing to read, but %+v", p)
	}
	b = laterBrief(t, "Who designed Harrow Bridge?")
	b.Left.Pages = 0
	if p := planOf(t, b); !p.Enough {
		t.Errorf("no pages left, but %+v", p)
	}
}

func TestPlanOpens(t *testing.T) {
	b := laterBrief(t, "Who was the husband of the engineer who designed Harrow Bridge?")
	for i := range 30 {
		b.Unread = append(b.Unread, agent.Hit{URL: fmt.Sprintf("https://pages.example/%d", i), Title: "Contact"})
	}
	b.Unread = append(b.Unread, agent.Hit{URL: "https://pages.example/harrow-bridge/engineer", Title: "The engineer of Harrow Bridge"})
	p := planOf(t, b)
	if len(p.Open) == 0 || p.Open[0] != "https://pages.example/harrow-bridge/engineer" {
		t.Errorf("opens %q", p.Open)
	}
}
