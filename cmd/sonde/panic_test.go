package main

import (
	"bytes"
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/engine"
)

// A fragile engine panics at one question; how says where.
type fragile struct {
	*engine.Builtin
	at  string
	how string
}

func (f fragile) Plan(ctx context.Context, b agent.Brief, tell agent.Tell) (agent.Plan, error) {
	if f.how == "plan" && b.Question.Text == f.at {
		panic("a broken planner")
	}
	return f.Builtin.Plan(ctx, b, tell)
}

func (f fragile) Write(ctx context.Context, e agent.Evidence, tell agent.Tell) iter.Seq2[agent.Claim, error] {
	if f.how == "write" && e.Question.Text == f.at {
		panic("a broken writer")
	}
	return f.Builtin.Write(ctx, e, tell)
}

// fragileParts are the parts as a command joins them, but for the engine.
func fragileParts(t *testing.T, con *console, at, how string) *parts {
	t.Helper()
	p, err := assemble(t.Context(), con, assembly{trustSites: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	f := fragile{engine.NewBuiltin(engine.BuiltinOptions{}), at, how}
	p.agent.Planner, p.agent.Writer = f, f
	return p
}

func testConsole(t *testing.T) (con *console, stdout, stderr *bytes.Buffer) {
	t.Helper()
	getenv := func(string) string { return "" }
	cfg, err := loadConfig("", t.TempDir(), getenv)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &console{getenv: getenv, stdin: strings.NewReader(""), stdout: stdout, stderr: stderr, cfg: cfg}, stdout, stderr
}

func TestAskWithAnEngineThatPanics(t *testing.T) {
	w := startWeb(t)
	for _, how := range []string{"plan", "write"} {
		for site, question := range map[string]string{"en/": "Who built the water mill of Halden?", "zh/": "青石桥建于哪一年？"} {
			con, stdout, stderr := testConsole(t)
			p := fragileParts(t, con, question, how)
			q := agent.Question{Text: question, Scope: agent.Scope{Sites: []string{w.URL(site)}}}.Clean()
			_, err := (&askOutput{con: con, progress: newProgress(stderr)}).drain(t.Context(), p.agent, q)
			if status := report(stderr, err); status != 1 || stdout.Len() > 0 {
				t.Errorf("%s, %s: exit %d, output %q", how, question, status, stdout)
			}
			if got := stderr.String(); !strings.Contains(got, "sonde: internal error while ") || !strings.Contains(got, "a broken "+how) || strings.Contains(got, "goroutine") {
				t.Errorf("%s, %s: %s", how, question, got)
			}
		}
	}
}

func TestEvalGoesOnAfterAPanic(t *testing.T) {
	w := startWeb(t)
	con, _, _ := testConsole(t)
	const first, second = "青石桥建于哪一年？", "Who built the water mill of Halden?"
	p := fragileParts(t, con, first, "write")
	s := &suite{Cases: []goldCase{
		{ID: "zh", Type: "when", Question: first, Expect: "answered"},
		{ID: "en", Type: "who", Question: second, Expect: "answered", Contains: [][]string{{"Jorun Eide"}}},
	}}
	var got suiteResult
	if err := s.runCases(t.Context(), p.agent, w.URL("en/"), func(*goldCase) {}, got.add); err != nil {
		t.Fatal(err)
	}
	if got.Passed != 1 || got.Failed != 1 || !got.Cases[1].Passed {
		t.Errorf("%+v", got)
	}
	if c := got.Cases[0]; c.Passed || c.Status != "failed" || c.Question != first || len(c.Failures) != 1 || !strings.Contains(c.Failures[0], "a broken writer") {
		t.Errorf("the case that panicked: %+v", c)
	}
}
