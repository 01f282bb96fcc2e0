package fakemodel_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/tests/fakemodel"
)

const (
	pageText  = "DeepSeek's assistant had 119 million daily active users on 8 February 2025. It was released on 20 January 2025. The model is open under the MIT licence."
	pageText2 = "R1 was trained with reinforcement learning. Its context length is 64 thousand tokens."
)

// stub is the fallback of the tests: it says one sentence.
type stub struct{ planned, wrote int }

func (s *stub) Plan(_ context.Context, b agent.Brief, _ agent.Tell) (agent.Plan, error) {
	s.planned++
	return agent.Plan{Round: b.Round, Searches: []agent.Search{{Query: "fallback search"}}}, nil
}

func (s *stub) Write(_ context.Context, e agent.Evidence, _ agent.Tell) iter.Seq2[agent.Claim, error] {
	return func(yield func(agent.Claim, error) bool) {
		s.wrote++
		if len(e.Passages) == 0 {
			return
		}
		yield(agent.Claim{Text: "The model is open under the MIT licence.", Lead: true, Cites: []agent.Cite{{Snapshot: e.Passages[0].Snapshot}}}, nil)
	}
}

func evidence(question string) agent.Evidence {
	e := agent.Evidence{
		Question: agent.Question{Text: question, Language: "auto"}, Pages: map[string]*agent.Page{},
		Left: agent.Budget{Seconds: 100, Pages: 10, Rounds: 2},
	}
	for i, text := range []string{pageText, pageText2} {
		p := &agent.Page{URL: fmt.Sprintf("https://news.example/%d", i+1), Title: fmt.Sprintf("Page %d", i+1), Text: text, Snapshot: agent.SnapshotID(text), Published: "2025-02-09"}
		e.Pages[p.Snapshot] = p
		e.Passages = append(e.Passages, agent.Passage{Snapshot: p.Snapshot, URL: p.URL, Title: p.Title, Start: 0, End: len(text), Text: text})
	}
	return e
}

// heard is what a reader got.
type heard struct {
	Claims    []agent.Claim
	Reasoning string
	Warnings  []string
	Spent     agent.Usage
	Model     string
	Status    agent.Status
	Plan      agent.Plan
	First     time.Duration // to the first claim, or piece of reasoning
	Took      time.Duration
}

func (h *heard) tell(start time.Time) agent.Tell {
	return func(n agent.Note) {
		if n.Reasoning != "" && h.First == 0 {
			h.First = time.Since(start)
		}
		h.Reasoning += n.Reasoning
		if n.Warning != "" {
			h.Warnings = append(h.Warnings, n.Warning)
		}
		h.Spent.TokensIn += n.Spent.TokensIn
		h.Spent.TokensOut += n.Spent.TokensOut
		h.Spent.Cost += n.Spent.Cost
		h.Spent.TokensEstimated = h.Spent.TokensEstimated || n.Spent.TokensEstimated
		if n.Model != "" {
			h.Model = n.Model
		}
		if n.Status != "" {
			h.Status = n.Status
		}
	}
}

func (h heard) texts() string {
	var ts []string
	for _, c := range h.Claims {
		ts = append(ts, c.Text)
	}
	return strings.Join(ts, " / ")
}

func write(t *testing.T, m engine.Thinker, e agent.Evidence) heard {
	t.Helper()
	var h heard
	start := time.Now()
	for c, err := range m.Write(t.Context(), e, h.tell(start)) {
		if err != nil {
			t.Fatalf("Write: %v", err)
		}
		h.Claims = append(h.Claims, c)
	}
	h.Took = time.Since(start)
	return h
}

func env(name string) string {
	if strings.HasSuffix(name, "_API_KEY") {
		return "sk-test-0123456789abcdef"
	}
	return ""
}

// open opens a model on a server's in-memory network.
func open(t *testing.T, client *http.Client, spec string, o engine.Options) (engine.Thinker, *stub) {
	t.Helper()
	s, err := engine.ParseSpec(spec)
	if err != nil {
		t.Fatal(err)
	}
	st := &stub{}
	o.Fallback, o.HTTP = st, client
	if o.Getenv == nil {
		o.Getenv = env
	}
	if o.Rand == nil {
		o.Rand = func() float64 { return 0.5 }
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Date(2025, 2, 14, 12, 0, 0, 0, time.UTC) }
	}
	m, err := engine.Open(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return m, st
}

const answer = "There were 119 million daily active users on 8 February 2025 [citation:1]. R1 was trained with reinforcement learning.[citation:2]"

func good() fakemodel.Turn {
	return fakemodel.Turn{Reasoning: fakemodel.Words("The first page says 119 million."), Text: fakemodel.Words(answer)}
}

var specs = map[fakemodel.Wire]string{
	fakemodel.DeepSeek:   "deepseek:deepseek-reasoner@" + fakemodel.URL,
	fakemodel.VLLM:       "openai:my-model@" + fakemodel.URL,
	fakemodel.Ollama:     "ollama:deepseek-r1:7b@" + fakemodel.URL,
	fakemodel.OpenRouter: "openai:deepseek/deepseek-r1@" + fakemodel.URL,
	fakemodel.Anthropic:  "anthropic:claude-test@" + fakemodel.URL,
}

func TestEveryWire(t *testing.T) {
	for wire, spec := range specs {
		t.Run(string(wire), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &fakemodel.Server{Wire: wire, Turns: []fakemodel.Turn{good()}}
				client, stop := s.Client()
				defer stop()
				m, st := open(t, client, spec, engine.Options{})
				h := write(t, m, evidence("How many daily users had DeepSeek?"))
				want := "There were 119 million daily active users on 8 February 2025. / R1 was trained with reinforcement learning."
				if h.texts() != want || st.wrote != 0 {
					t.Errorf("claims %q, want %q; warnings %q", h.texts(), want, h.Warnings)
				}
				if h.Reasoning != "The first page says 119 million." {
					t.Errorf("reasoning %q", h.Reasoning)
				}
				if h.Spent.TokensIn != 100 || h.Spent.TokensOut != 50 || h.Spent.TokensEstimated {
					t.Errorf("spent %+v", h.Spent)
				}
			})
		})
	}
}

// TestStatus: how complete the answer is, in the writer's own view.
func TestStatus(t *testing.T) {
	for _, c := range []struct {
		name string
		turn fakemodel.Turn
		want agent.Status
	}{
		{"answered", good(), ""},
		{"not found", fakemodel.Turn{Text: []string{"NOT_FOUND"}}, agent.StatusNotFound},
		{"found in part", fakemodel.Turn{Text: fakemodel.Words(answer + "\n\nNOT_FOUND")}, agent.StatusPartial},
		{"cut at its length", fakemodel.Turn{Text: fakemodel.Words(answer), Finish: "length"}, agent.StatusPartial},
		{"broke off", fakemodel.Turn{Text: fakemodel.Words(answer), End: 24}, agent.StatusPartial},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &fakemodel.Server{Wire: fakemodel.VLLM, Turns: []fakemodel.Turn{c.turn}}
			client, stop := s.Client()
			defer stop()
			m, _ := open(t, client, specs[fakemodel.VLLM], engine.Options{})
			if h := write(t, m, evidence("How many?")); h.Status != c.want {
				t.Errorf("%s: status %q, want %q", c.name, h.Status, c.want)
			}
		})
	}
}
