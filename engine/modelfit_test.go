package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

func TestFit(t *testing.T) {
	long := strings.Repeat("This sentence is here to fill the room that is left. ", 40)
	page := &agent.Page{Title: "One", Site: "one.example", Published: "2025-02-09", Snapshot: "a"}
	ps := []agent.Passage{
		{Snapshot: "a", Start: 100, End: 130, Text: "Second on the page, best of all.", Headings: []string{"H", "I"}},
		{Snapshot: "b", Start: 0, End: 20, Text: "From another page.", Title: "Two"},
		{Snapshot: "a", Start: 0, End: 30, Text: "First on the page, third best."},
		{Snapshot: "c", Start: 0, End: len(long), Text: long},
		{Snapshot: "d", Start: 0, End: 10, Text: "Never fits."},
	}
	f := fit(ps, map[string]*agent.Page{"a": page}, 300)
	if strings.Join(f.Snapshots, "") != "abc" || f.number("b") != 2 || f.number("d") != 0 {
		t.Fatalf("snapshots %v", f.Snapshots)
	}
	if want := "First on the page, third best.\n…\n(H > I)\nSecond on the page, best of all."; f.Pages[0].Text != want {
		t.Errorf("text of a page: %q, want %q", f.Pages[0].Text, want)
	}
	if p := f.Pages[0]; p.Title != "One" || p.Site != "one.example" || p.Published != "2025-02-09" || p.N != 1 {
		t.Errorf("page %+v", p)
	}
	last := f.Pages[2].Text
	if len(last) >= len(long) || !strings.HasSuffix(last, "left.") {
		t.Errorf("not trimmed after a sentence: %d bytes, …%q", len(last), last[max(0, len(last)-20):])
	}
	total := 0
	for _, p := range f.Pages {
		total += tokens(p.Text)
	}
	if total > 300 {
		t.Errorf("%d tokens in a room of 300", total)
	}
	if f := fit(ps, nil, 0); len(f.Pages) != 0 {
		t.Errorf("%d pages in no room", len(f.Pages))
	}
}

func TestFitOverlaps(t *testing.T) {
	text := "One sentence. Two sentences. Three sentences."
	ps := []agent.Passage{
		{Snapshot: "a", Start: 0, End: 28, Text: text[:28]},
		{Snapshot: "a", Start: 14, End: len(text), Text: text[14:]},
		{Snapshot: "a", Start: 14, End: 28, Text: text[14:28]},
	}
	if got := fit(ps, nil, 1000).Pages[0].Text; got != text {
		t.Errorf("overlapping passages became %q", got)
	}
}

func TestTokens(t *testing.T) {
	if n := tokens(strings.Repeat("word ", 1000)); n < 1200 || n > 1800 {
		t.Errorf("1000 English words: %d", n)
	}
	if n := tokens(strings.Repeat("汉", 1000)); n < 600 || n > 800 {
		t.Errorf("1000 Han characters: %d", n)
	}
}

func TestLearnContext(t *testing.T) {
	e := testEndpoint(wireOpenAI)
	e.opt.Context = 30000
	if !e.learnContext(&ModelError{Fault: FaultContext, Detail: "This model's maximum context length is 16384 tokens. However, you requested 30000"}) || e.context() != 16384 {
		t.Errorf("learned %d", e.context())
	}
	if !e.learnContext(&ModelError{Fault: FaultContext, Detail: "prompt is too long"}) || e.context() != 16384*2/3 {
		t.Errorf("then %d", e.context())
	}
	if e.learnContext(&ModelError{Fault: FaultServer}) {
		t.Error("learned from another fault")
	}
	for range 20 {
		e.learnContext(&ModelError{Fault: FaultContext})
	}
	if e.context() < leastContext {
		t.Errorf("down to %d", e.context())
	}
}

func TestLoops(t *testing.T) {
	say := func(s string) bool {
		var r repetition
		looped := false
		for _, p := range inPieces(s, 50) {
			looped = r.add(p) || looped
		}
		return looped
	}
	if !say(strings.Repeat("again and again ", 600)) || !say(strings.Repeat("我不知道。", 800)) {
		t.Error("a loop is not noticed")
	}
	var prose strings.Builder
	for i := range 500 {
		prose.WriteString(strings.Repeat("x", i%7) + "sentence number ")
		prose.WriteString(strings.Repeat("i", i%11) + ". ")
	}
	if say(prose.String()) || say(strings.Repeat("-", 9000)) || say(strings.Repeat("| --- ", 2000)) {
		t.Error("prose or a ruler is taken for a loop")
	}
}
