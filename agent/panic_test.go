package agent

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

func TestPanicIsAFailedRun(t *testing.T) {
	var none []int
	oneClaim := func(yield func(Claim, error) bool) { yield(Claim{Text: "河很长。"}, nil) }
	tests := []struct {
		name, question string
		change         func(*Agent)
		want           string // of the message
	}{
		{"planner", "how long is the river", func(a *Agent) {
			a.Planner = planFunc(func(context.Context, Brief, Tell) (Plan, error) { return Plan{Pages: none[3]}, nil })
		}, "while planning round 1: runtime error: index out of range [3] with length 0 (agent.TestPanicIsAFailedRun"},
		{"writer", "河有多长？", func(a *Agent) {
			a.Writer = writeFunc(func(context.Context, Evidence, Tell) iter.Seq2[Claim, error] { panic("no ink") })
		}, "while writing the answer: no ink (agent.TestPanicIsAFailedRun"},
		{"writer after a claim", "河有多长？", func(a *Agent) {
			a.Writer = writeFunc(func(context.Context, Evidence, Tell) iter.Seq2[Claim, error] {
				return func(yield func(Claim, error) bool) { oneClaim(yield); panic(errors.New("no paper")) }
			})
		}, "while writing the answer: no paper"},
		{"check", "how long is the river", func(a *Agent) {
			a.Check = func(Claim, func(string) (string, bool)) Judgement { panic("no eyes") }
		}, "while checking a claim: no eyes"},
		{"web", "how long is the river", func(a *Agent) {
			a.Web = openFunc(func(context.Context, Question) (Session, error) {
				s := newShelf("The river is long.")
				s.before = func(string) { panic("no net") }
				return s, nil
			})
		}, "while reading in round 1: no net"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			a := newTestAgent(newShelf("The river is long.", "河很长。"))
			a.Log = slog.New(slog.NewTextHandler(&log, nil))
			tt.change(a)
			steps := slices.Collect(a.Run(t.Context(), "r9", Question{Text: tt.question}))
			failed, ok := steps[len(steps)-1].(Failed)
			var p *Panic
			if !ok || !errors.As(failed.Err, &p) || failed.Message != p.Error() || !strings.Contains(failed.Message, tt.want) {
				t.Errorf("the last step is %#v, want %q", steps[len(steps)-1], tt.want)
			}
			for _, w := range []string{"level=ERROR", "run=r9", "panic_test.go", "stack="} {
				if !strings.Contains(log.String(), w) {
					t.Errorf("no %s in the log %s", w, log.String())
				}
			}
		})
	}
}

func TestPanicOfTheReaderGoesOn(t *testing.T) {
	defer func() {
		if p := recover(); p != "mine" {
			t.Errorf("recovered %v", p)
		}
	}()
	for range newTestAgent(newShelf("The river is long.")).Run(t.Context(), "r", Question{Text: "how long is the river"}) {
		panic("mine")
	}
}
