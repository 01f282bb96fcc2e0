package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

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
