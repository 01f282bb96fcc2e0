package retrieval

import (
	"context"
	"math"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

func TestTrustKnowsNamesFromWordsThatAsk(t *testing.T) {
	for text, c := range map[string]struct{ more, less string }{
		"What kind of festival did Geneva celebrate in 1902?": {"geneva", "kind"},
		"What type of engine did Halvorsen invent?":           {"halvorsen", "type"},
	} {
		a := newAnalyzer()
		q := a.readQuestion(agent.Query{Text: text})
		chance := map[string]float64{}
		for i := range q.terms {
			q.terms[i].idf = 4
		}
		for i, x := range describe(&q) {
			chance[q.terms[i].text] = models().En.Lexicon.Trust.chance(&x, q.terms[i].text)
		}
		if chance[a.word(c.more).text] <= chance[a.word(c.less).text]+0.1 {
			t.Errorf("%s: %v", text, chance)
		}
	}
}

func TestTermsThatComeTogetherShareTheirWeight(t *testing.T) {
	p := &probe{sure: []float64{2, 2, 2}}
	sets := []termSet{setOf([]bool{true, true, false}), setOf([]bool{true, true, true}), setOf([]bool{false, false, true}), setOf([]bool{true, true, false})}
	w := p.shareWeights(sets)
	if math.Abs(w[0]-w[1]) > 1e-12 || w[2] < 1.2*w[0] || w[0] < 0.8 {
		t.Errorf("weights %v: the first two say one thing", w)
	}
	out := make([]vector, len(sets))
	p.free(out, sets, sets)
	if out[1][featFree] != 1 || out[1][featTopFree] != 0 || out[2][featFree] <= 0.3 || out[2][featTopFree] >= 0 {
		t.Errorf("shares %v and %v", out[1][featFree], out[2][featFree])
	}
}

func TestOrderCountsWhatFollowsTheQuestion(t *testing.T) {
	p := &probe{sure: []float64{1, 1, 1}}
	inOrder := []match{{query: 0, term: 0}, {query: 2, term: 1}, {query: 4, term: 2}}
	if got := p.ordered(inOrder); got != 3 {
		t.Errorf("in order: %v", got)
	}
	if got := p.ordered([]match{inOrder[2], inOrder[1], inOrder[0]}); got != 1 {
		t.Errorf("backwards: %v", got)
	}
}

func TestQuotedSpans(t *testing.T) {
	for s, want := range map[string]string{`谁写了《红楼梦》？`: "红楼梦", `Who said "I came"?`: "I came", `“最美医生”是谁`: "最美医生", "no quote": ""} {
		got := ""
		for _, q := range quotesOf(s) {
			got = s[q[0]:q[1]]
		}
		if got != want {
			t.Errorf("%s: %q", s, got)
		}
	}
}

func TestFeedbackFindsTheWordsOfTheTopic(t *testing.T) {
	ix := openTest(t)
	add(t, ix,
		testPage("https://a.example/1", "", "The heron nests in reeds. Its chicks are fed with eels by both parents."),
		testPage("https://a.example/2", "", "A heron waits for eels in shallow water near the reeds."),
		testPage("https://a.example/3", "", "Eels live in the river mud, and reeds grow along it. The otter hunts there."),
		testPage("https://b.example/1", "", "The tram stops at the market every ten minutes on weekdays."),
		testPage("https://c.example/1", "", "鹭鸟在芦苇丛中筑巢，以鳗鱼为食。"),
		testPage("https://c.example/2", "", "鹭鸟常站在芦苇边等鳗鱼游过。"))
	a := newAnalyzer()
	for text, want := range map[string]string{"heron habits": "eel", "鹭鸟的习性": "芦苇"} {
		q := a.readQuestion(agent.Query{Text: text})
		cands, err := ix.candidates(context.Background(), &q, 10)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range q.echoes {
			found = found || e.text == want
			if e.weight <= 0 || e.docs < 2 {
				t.Errorf("%s: %q of %d passages weighs %v", text, e.text, e.docs, e.weight)
			}
		}
		if !found {
			t.Errorf("%s: %q is not among %d words of %d passages", text, want, len(q.echoes), len(cands))
		}
	}
	topic := agent.Query{Text: "habits and food of the heron bird"}
	q := a.readQuestion(topic)
	cands, err := ix.candidates(context.Background(), &q, 10)
	if err != nil {
		t.Fatal(err)
	}
	if !q.topic {
		t.Fatal("the query is taken for a question")
	}
	for _, c := range cands {
		if c.passage.URL == "https://a.example/3" {
			return
		}
	}
	t.Error("a passage on the same topic without the query's words is not found")
}
