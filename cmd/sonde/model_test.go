package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/fakemodel"
)

// sondeIn runs the program with an environment.
func sondeIn(ctx context.Context, t *testing.T, env map[string]string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	home := t.TempDir()
	getenv := func(name string) string {
		if name == "HOME" {
			return home
		}
		return env[name]
	}
	var out, errs bytes.Buffer
	err := run(ctx, args, getenv, strings.NewReader(""), &out, &errs)
	status = report(&errs, err)
	return out.String(), errs.String(), status
}

// scripted is a model that plans one search, finds that enough, and then says
// answer; it says seen of an image.
func scripted(answer, seen string) *fakemodel.Server {
	return &fakemodel.Server{Wire: fakemodel.DeepSeek, Reply: func(_ int, r fakemodel.Request) fakemodel.Turn {
		body := string(r.Body)
		switch {
		case strings.Contains(body, "image_url"):
			return fakemodel.Turn{Text: fakemodel.Words(seen)}
		case !strings.Contains(body, "citation:"):
			plan := `{"thought":"look","searches":[{"query":"tower height","why":"it asks"}],"open":[],"enough":false}`
			if strings.Contains(body, "[webpage 1 begin]") {
				plan = `{"thought":"that is all","searches":[],"open":[],"enough":true}`
			}
			return fakemodel.Turn{Reasoning: []string{"Let me ", "plan."}, Text: fakemodel.Words(plan)}
		}
		return fakemodel.Turn{Reasoning: []string{"Let me ", "write."}, Text: fakemodel.Words(answer)}
	}}
}

const (
	towerPage   = "# Tower\n\nThe tower of Brekke is 90 metres tall. It was built in 1911 by Jorun Eide.\n"
	towerAnswer = "The tower of Brekke is 90 metres tall [citation:1]. It was built in 1911 by Jorun Eide [citation:1]. It has 400 rooms [citation:1]."
)

// TestFallbackModels: where the first model of a list fails, the next goes on
// and the answer says so; where all fail, the built-in engine does.
func TestFallbackModels(t *testing.T) {
	dir := filesOf(t, map[string]string{"tower.md": towerPage})
	bad := &fakemodel.Server{Turns: []fakemodel.Turn{{Status: 401, Body: `{"error":{"message":"no such key"}}`}}}
	good := scripted(towerAnswer, "")
	a, b := "openai:a@"+bad.Listen(t), "vllm:b@"+good.Listen(t)
	ask := func(env map[string]string, args ...string) (answer agent.Answer) {
		out, errs, status := sondeIn(t.Context(), t, env, append([]string{"ask", "--json", "--files", dir, "How tall is the tower of Brekke?"}, args...)...)
		if err := json.Unmarshal([]byte(out), &answer); err != nil || status != 0 {
			t.Fatalf("exit %d: %v\n%s", status, err, errs)
		}
		return answer
	}
	cases := []struct {
		name, model, text, warning string
		env                        map[string]string
		args                       []string
	}{
		{name: "flags", args: []string{"--model", a, "--model", b}, model: "vllm:b", text: "90 metres", warning: "vllm:b went on"},
		{name: "one flag", args: []string{"--model", a + "," + b}, model: "vllm:b", text: "90 metres", warning: "vllm:b went on"},
		{name: "environment", env: map[string]string{"SONDE_MODEL": a + ", " + b}, model: "vllm:b", text: "90 metres", warning: "vllm:b went on"},
		{name: "file", args: []string{"--config", fileOf(t, "model: ["+a+", "+b+"]\nplanner: ["+a+", "+b+"]\n")}, model: "vllm:b", text: "90 metres", warning: "vllm:b went on"},
		{name: "all fail", args: []string{"--model", a, "--model", a + "x"}, model: "builtin", text: "90 metres", warning: "the built-in engine went on"},
		{name: "planners", args: []string{"--model", b, "--planner", a, "--planner", b}, model: "vllm:b", text: "90 metres", warning: "vllm:b went on"},
	}
	for _, c := range cases {
		got := ask(c.env, c.args...)
		if got.Model != c.model || !strings.Contains(got.Text, c.text) || !strings.Contains(strings.Join(got.Warnings, " "), c.warning) {
			t.Errorf("%s: model %q, text %q, warnings %q", c.name, got.Model, got.Text, got.Warnings)
		}
		if strings.Contains(got.Text, "400 rooms") {
			t.Errorf("%s: a falsehood was told: %q", c.name, got.Text)
		}
	}
	_, errs, status := sondeIn(t.Context(), t, nil, "ask", "--model", a+",", "--web", "Why?")
	if status != 2 || !strings.Contains(errs, "comma") {
		t.Errorf("a list with nothing after its comma: exit %d, %q", status, errs)
	}
}

// TestEvalTape: a suite that a model answered is answered the same from the
// tape, with the model gone and its key too; several writers stand side by side.
func TestEvalTape(t *testing.T) {
	dir := filesOf(t, map[string]string{
		"pages/index.html": "<html><title>Tower</title><body><main><p>The tower of Brekke is 90 metres tall and stands on a hill. See <a href='/more.html'>more about the tower of Brekke</a>.</p></main></body></html>",
		"pages/more.html":  "<html><title>More</title><body><main><p>The tower of Brekke was built in 1911 by Jorun Eide of Halden.</p></main></body></html>",
		"suite.yaml": `{name: towers, pages: pages/, cases: [
			{id: height, question: "How tall is the tower of Brekke?", contains: [["90 metres"]]},
			{id: year, question: "When was the tower of Brekke built?", excludes: ["400"]}]}`,
	})
	model := scripted("The tower of Brekke is 90 metres tall and stands on a hill [citation:1]. It has 400 rooms [citation:1].", "")
	spec := "deepseek:deepseek-reasoner@" + model.Listen(t)
	tape := dir + "/turns.jsonl"
	const key = "canary-key-0123456789"
	eval := func(env map[string]string, args ...string) (report evalReport, errs string) {
		out, errs, status := sondeIn(t.Context(), t, env, append([]string{"eval", "--json", dir}, args...)...)
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatalf("exit %d: %v\n%s", status, err, errs)
		}
		return report, errs
	}
	before, _ := eval(map[string]string{"SONDE_MODEL_KEY": key}, "--writer", spec, "--writer", "builtin", "--record", tape)
	asked := len(model.Requests())
	if len(before.Suites) != 2 || before.Suites[0].Passed == 0 || asked < 4 {
		t.Fatalf("recorded: %+v, %d requests", before, asked)
	}
	model.Reply = func(int, fakemodel.Request) fakemodel.Turn { return fakemodel.Turn{Status: 500} }
	after, errs := eval(nil, "--tape", tape)
	if n := len(model.Requests()); n != asked || strings.Contains(errs, "does not fit") {
		t.Errorf("%d requests were sent while the tape played: %s", n-asked, errs)
	}
	for i, s := range after.Suites {
		for j, c := range s.Cases {
			old := before.Suites[i].Cases[j]
			if c.Text != old.Text || c.Status != old.Status || paths(c.Cites) != paths(old.Cites) || c.Cost != old.Cost {
				t.Errorf("%s %s: played %q, recorded %q", s.Writer, c.ID, c.Text, old.Text)
			}
		}
	}
	b, err := os.ReadFile(tape)
	if err != nil || bytes.Contains(b, []byte(key)) || !bytes.Contains(b, []byte(`"models":["deepseek:`)) {
		t.Errorf("the tape holds the key, or no head: %v %.300s", err, b)
	}
	suiteFile := filepath.Join(dir, "suite.yaml")
	suite, err := os.ReadFile(suiteFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(suiteFile, bytes.Replace(suite, []byte("How tall is the tower"), []byte("How high is the tower"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if changed, errs := eval(nil, "--tape", tape, "--writer", spec); changed.Suites[0].Cases[0].Text != before.Suites[0].Cases[0].Text || !strings.Contains(errs, "does not fit") {
		t.Errorf("another prompt: %q, %s", changed.Suites[0].Cases[0].Text, errs)
	}
	if _, errs, status := sondeIn(t.Context(), t, nil, "eval", dir, "--tape", tape+".none"); status != 2 || !strings.Contains(errs, "turns.jsonl.none") {
		t.Errorf("no tape: exit %d, %q", status, errs)
	}
}

// TestNothingHeld: where nothing that a model wrote holds, the built-in engine
// writes, the answer says so, and the run replays.
func TestNothingHeld(t *testing.T) {
	dir := filesOf(t, map[string]string{"tower.md": towerPage})
	model := scripted("The tower of Brekke is 4000 metres tall [citation:1]. Bananas built it in 1820 [citation:1].", "")
	bundle := filepath.Join(t.TempDir(), "run.sonde")
	out, errs, status := sondeIn(t.Context(), t, nil, "ask", "--json", "--files", dir, "--cost", "1", "--model", "openai:m@"+model.Listen(t), "--save", bundle, "How tall is the tower of Brekke?")
	var a agent.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil || status != 0 {
		t.Fatalf("exit %d: %v %s", status, err, errs)
	}
	warned := strings.Join(a.Warnings, " ")
	if a.Model != "builtin" || !strings.Contains(a.Text, "90 metres") || strings.Contains(a.Text, "4000") || !strings.Contains(warned, "openai:m wrote held") || !strings.Contains(warned, "prices of the model openai:m are not known") {
		t.Errorf("model %q, text %q, warnings %q", a.Model, a.Text, a.Warnings)
	}
	if _, errs, status := sondeIn(t.Context(), t, nil, "replay", bundle); status != 0 || !strings.Contains(errs, "byte for byte") {
		t.Errorf("replay: exit %d, %s", status, errs)
	}
}

// TestInterruptedWhileAModelWrites: the answer comes within a second, from what
// was read, and counts as stopped.
func TestInterruptedWhileAModelWrites(t *testing.T) {
	dir := filesOf(t, map[string]string{"tower.md": towerPage})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	model := scripted("", "")
	plan := model.Reply
	var stopped time.Time
	model.Reply = func(n int, r fakemodel.Request) fakemodel.Turn {
		if !strings.Contains(string(r.Body), "citation:") {
			return plan(n, r)
		}
		stopped = time.Now()
		cancel()
		return fakemodel.Turn{Reasoning: []string{"hm"}, Stall: 1}
	}
	bundle := filepath.Join(t.TempDir(), "run.sonde")
	out, errs, status := sondeIn(ctx, t, nil, "ask", "--json", "--files", dir, "--model", "vllm:m@"+model.Listen(t), "--save", bundle, "How tall is the tower of Brekke?")
	took := time.Since(stopped)
	var a agent.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil || status != 130 {
		t.Fatalf("exit %d: %v %s", status, err, errs)
	}
	if a.Status != agent.StatusCancelled || a.Stopped != agent.StopCancelled || !strings.Contains(a.Text, "90 metres") || took > time.Second {
		t.Errorf("%s %s %q after %v", a.Status, a.Stopped, a.Text, took)
	}
	if _, errs, status := sondeIn(t.Context(), t, nil, "replay", bundle); status != 0 || !strings.Contains(errs, "byte for byte") {
		t.Errorf("replay: exit %d, %s", status, errs)
	}
}
