package agent

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
)

func kinds(steps []Step) string {
	var out []string
	for _, s := range steps {
		if k := s.Kind(); len(out) == 0 || out[len(out)-1] != k {
			out = append(out, k)
		}
	}
	return strings.Join(out, " ")
}

func answerOf(t *testing.T, steps []Step) Answer {
	t.Helper()
	a, ok := steps[len(steps)-1].(Answered)
	if !ok {
		t.Fatalf("last step is %#v, not an answer", steps[len(steps)-1])
	}
	return a.Answer
}

func TestRunReadsInRoundsAndCitesWhatItRead(t *testing.T) {
	s := newShelf("The river is long.", "The bridge is old.", "Nothing here.")
	steps := slices.Collect(newTestAgent(s).Run(t.Context(), "r1", Question{Text: "how long is the river"}))
	if got, want := kinds(steps), "run plan search page passages plan search page passages plan claim answer"; got != want {
		t.Errorf("steps\n got %s\nwant %s", got, want)
	}
	a := answerOf(t, steps)
	if a.Status != StatusAnswered || a.Stopped != StopEnough || a.Usage.Read != 3 || a.Usage.Attempted != 3 || a.Usage.Cited != 2 {
		t.Errorf("answer %+v", a)
	}
	if want := "The river is long. [1] The bridge is old. [2]"; a.Text != want {
		t.Errorf("text %q, want %q", a.Text, want)
	}
	for _, c := range a.Claims {
		for _, x := range c.Cites {
			page := s.pages[x.Source-1]
			if page.Text[x.Start:x.End] != x.Quote || a.Sources[x.Source-1].State != StateCited {
				t.Errorf("cite %+v does not hold", x)
			}
		}
	}
	if a.Sources[2].State != StateRead || a.Sources[2].N != 3 {
		t.Errorf("the uncited page is %+v", a.Sources[2])
	}
	if !s.closed {
		t.Error("the session was left open")
	}
}

func TestRunStops(t *testing.T) {
	endless := planFunc(func(_ context.Context, b Brief, _ Tell) (Plan, error) {
		return Plan{Pages: 1, Searches: []Search{{Query: strings.Repeat("x", b.Round)}}}, nil
	})
	circles := planFunc(func(context.Context, Brief, Tell) (Plan, error) {
		return Plan{Searches: []Search{{Query: "Same,  again"}}}, nil
	})
	spender := planFunc(func(_ context.Context, b Brief, tell Tell) (Plan, error) {
		tell(Note{Spent: Usage{TokensIn: 60, Cost: 0.5}})
		return Plan{Pages: 1, Searches: []Search{{Query: strings.Repeat("y", b.Round)}}}, nil
	})
	tests := []struct {
		name    string
		planner Planner
		budget  Budget
		want    Stop
		read    int
	}{
		{"pages", endless, Budget{Pages: 2}, StopPages, 2},
		{"rounds", endless, Budget{Rounds: 2}, StopRounds, 2},
		{"a planner in circles", circles, Budget{Rounds: 9}, StopEnough, 4},
		{"tokens", spender, Budget{Tokens: 100}, StopTokens, 1},
		{"cost", spender, Budget{Cost: 0.9}, StopCost, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newTestAgent(newShelf("a b", "c d", "e f", "g h"))
			a.Planner = tt.planner
			got, err := Drain(a.Run(t.Context(), "r", Question{Text: "a c", Budget: tt.budget}))
			if err != nil || got.Stopped != tt.want || got.Usage.Read != tt.read {
				t.Errorf("stopped %q after %d pages (%v), want %q after %d", got.Stopped, got.Usage.Read, err, tt.want, tt.read)
			}
		})
	}
}

func TestCancelAnswersFromWhatWasRead(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newShelf("first page", "second page", "third page")
	s.before = func(url string) {
		if url == "http://site.test/2" {
			cancel()
		}
	}
	a := newTestAgent(s)
	a.Writer = writeFunc(func(context.Context, Evidence, Tell) iter.Seq2[Claim, error] {
		t.Error("the slow writer was asked after a cancel")
		return func(func(Claim, error) bool) {}
	})
	a.Last = writeFunc(quoteAll)
	got, err := Drain(a.Run(ctx, "r", Question{Text: "page"}))
	if err != nil || got.Status != StatusCancelled || got.Stopped != StopCancelled {
		t.Fatalf("answer %+v, %v", got, err)
	}
	if len(got.Claims) != 2 {
		t.Errorf("%d claims, want those of the two pages read", len(got.Claims))
	}
}

func TestBreakingOffEndsTheRun(t *testing.T) {
	s := newShelf("a", "b", "c", "d")
	for step := range newTestAgent(s).Run(t.Context(), "r", Question{Text: "a"}) {
		if step.Kind() == "page" {
			break
		}
	}
	if !s.closed || s.next > 1 {
		t.Errorf("closed %v after %d pages", s.closed, s.next)
	}
}

func TestOurFailuresEndTheRun(t *testing.T) {
	boom := errors.New("disk on fire")
	a := newTestAgent(newShelf("a"))
	a.Index = func(context.Context) (Index, error) { return &wordIndex{fail: boom}, nil }
	if _, err := Drain(a.Run(t.Context(), "r", Question{Text: "a"})); !errors.Is(err, boom) {
		t.Errorf("error %v, want %v", err, boom)
	}
}

func TestNothingReadIsAFailureThatSaysWhatWasTried(t *testing.T) {
	s := newShelf("a")
	s.broken["http://site.test/1"] = SkipTimeout
	got, err := Drain(newTestAgent(s).Run(t.Context(), "r", Question{Text: "a"}))
	if err != nil || got.Status != StatusFailed {
		t.Fatalf("status %q, %v", got.Status, err)
	}
	if !strings.Contains(got.Text, "http://site.test/1: timeout") {
		t.Errorf("text %q does not say what was tried", got.Text)
	}
}

func TestNotFoundSaysWhatWasSearched(t *testing.T) {
	got, err := Drain(newTestAgent(newShelf("苹果很甜。")).Run(t.Context(), "r", Question{Text: "火星上有水吗？"}))
	if err != nil || got.Status != StatusNotFound || got.Language != "zh" {
		t.Fatalf("answer %+v, %v", got, err)
	}
	for _, want := range []string{"未找到", "1 个网页", "round 1"} {
		if !strings.Contains(got.Text, want) {
			t.Errorf("text %q lacks %q", got.Text, want)
		}
	}
}

func TestUnsupportedClaims(t *testing.T) {
	page := newShelf("The sky is blue.").pages[0]
	invent := writeFunc(func(_ context.Context, e Evidence, _ Tell) iter.Seq2[Claim, error] {
		return func(yield func(Claim, error) bool) {
			made, _ := NewCite(page.Snapshot, page.Text, 0, len(page.Text))
			foreign := made
			foreign.Snapshot = SnapshotID("never read")
			shifted := made
			shifted.Start = 1
			for _, x := range []Cite{made, foreign, shifted} {
				text := page.Text
				if x != made {
					text = "Purple elephants govern seventeen moons."
				}
				if !yield(Claim{Text: text, Cites: []Cite{x}}, nil) {
					return
				}
			}
		}
	})
	for _, mode := range []string{"drop", "mark"} {
		a := newTestAgent(newShelf("The sky is blue."))
		a.Writer = invent
		var rejected int
		var got Answer
		for s := range a.Run(t.Context(), "r", Question{Text: "sky", Unsupported: mode}) {
			switch s := s.(type) {
			case Rejected:
				rejected++
			case Answered:
				got = s.Answer
			}
		}
		want := map[string]string{
			"drop": "The sky is blue. [1]",
			"mark": "The sky is blue. [1] Purple elephants govern seventeen moons. [?] Purple elephants govern seventeen moons. [?]",
		}[mode]
		if rejected != 2 || got.Text != want {
			t.Errorf("%s: %d rejected, text %q", mode, rejected, got.Text)
		}
	}
}

func TestResumeReadsNothingTwice(t *testing.T) {
	s := newShelf("one thing", "two things", "three things")
	first := s.pages[0]
	s.next = 1
	prior := []Step{
		Planned{Plan{Round: 1, Pages: 1, Searches: []Search{{Query: "round 1"}}}},
		Paged{State: PageRead, URL: first.URL, Snapshot: first.Snapshot, Page: first, Attempted: true},
	}
	steps := slices.Collect(newTestAgent(s).Run(t.Context(), "r", Question{Text: "thing", Prior: prior}))
	if started := steps[0].(Started); !started.Resumed {
		t.Error("the run does not say that it goes on")
	}
	a := answerOf(t, steps)
	if a.Usage.Attempted != 3 || len(a.Sources) != 3 || a.Plan[1].Round != 2 {
		t.Errorf("usage %+v, %d sources, plans %+v", a.Usage, len(a.Sources), a.Plan)
	}
}

func TestStepsSurviveJSON(t *testing.T) {
	s := newShelf("The river is long.")
	var n int64
	for step := range newTestAgent(s).Run(t.Context(), "r", Question{Text: "river"}) {
		n++
		b, err := json.Marshal(Record{ID: n, Step: step})
		if err != nil {
			t.Fatal(err)
		}
		var back Record
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(b) {
			t.Errorf("%s step changed:\n%s\n%s (%v)", step.Kind(), b, again, err)
		}
	}
}
