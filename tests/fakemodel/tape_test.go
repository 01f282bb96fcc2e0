package fakemodel_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/tests/fakemodel"
)

// TestTape: a recorded run plays again to the same claims, without server and key.
func TestTape(t *testing.T) {
	path := filepath.Join(t.TempDir(), "turns.jsonl")
	s := &fakemodel.Server{Wire: fakemodel.DeepSeek, Turns: []fakemodel.Turn{
		{Text: []string{goodPlan}}, {Status: 429, Body: `{"error":{"message":"key sk-test-0123456789abcdef is too busy"}}`}, good(),
	}}
	client, stop := s.Client()
	record := engine.RecordTape(path, engine.TapeHead{}, client.Transport)
	m, _ := open(t, record.Client(), specs[fakemodel.DeepSeek], engine.Options{})
	p1, h1 := plan(t, m, brief()), write(t, m, evidence("How many daily users?"))
	stop()
	if err := record.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "sk-test") || strings.Count(string(b), "\n") != 4 {
		t.Errorf("the tape holds a key, or not a head and three turns:\n%s", b)
	}

	play, err := engine.PlayTape(path)
	if err != nil {
		t.Fatal(err)
	}
	m, _ = open(t, play.Client(), "deepseek:deepseek-reasoner@http://elsewhere.test/v1", engine.Options{Getenv: func(string) string { return "" }})
	p2, h2 := plan(t, m, brief()), write(t, m, evidence("How many daily users?"))
	if describe(p1.Plan) != describe(p2.Plan) || h1.texts() != h2.texts() || h1.Reasoning != h2.Reasoning || h1.Spent != h2.Spent || len(h2.Claims) != 2 {
		t.Errorf("played: %s %q, recorded: %s %q", describe(p2.Plan), h2.texts(), describe(p1.Plan), h1.texts())
	}
	if h := write(t, m, evidence("Another question?")); len(h.Warnings) != 1 || h.texts() != backup {
		t.Errorf("a turn that is not on the tape: %q, %q", h.texts(), h.Warnings)
	}
	if _, err := engine.PlayTape(path + ".none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no tape: %v", err)
	}
}
