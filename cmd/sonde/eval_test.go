package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoldenSuites holds all suites against their reviewed baseline: a case
// that passed must go on passing. "make golden-baseline" writes it anew. The
// near misses, which ask for what no page says, are written to be hard: what
// the engine answers all the same stands in the baseline as failed.
func TestGoldenSuites(t *testing.T) {
	junit := filepath.Join(t.TempDir(), "junit.xml")
	golden := "../../tests/golden"
	out, errs, status := sonde(t.Context(), t, "eval", "--junit", junit, "--baseline", golden+"/baseline.json", golden)
	if status != 0 {
		t.Errorf("exit %d\n%s\n%s", status, out, errs)
	}
	if b, err := os.ReadFile(junit); err != nil || !strings.Contains(string(b), `<testsuite name="basics (builtin)"`) {
		t.Errorf("JUnit: %v %.200s", err, b)
	}
	var passed, failed int
	if _, err := fmt.Sscanf(lastLine(out), "%d passed, %d failed", &passed, &failed); err != nil || failed*3 > passed {
		t.Errorf("%q: more than a quarter of the cases fail (%v)", lastLine(out), err)
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func TestEvalSeesAWrongAnswer(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("pages/index.html", "<html><title>Tower</title><body><main><p>The tower of Brekke is 90 metres tall and stands on a hill.</p></main></body></html>")
	write("suite.yaml", `
name: towers
pages: pages/
cases:
  - {id: right, question: "How tall is the tower of Brekke?", contains: [["90 metres"]], cites: ["*/"]}
  - {id: wrong, question: "How tall is the tower of Brekke?", contains: [["17 metres"]]}
  - {id: excluded, question: "How tall is the tower of Brekke?", excludes: ["90 metres"]}
  - {id: uncited, question: "How tall is the tower of Brekke?", cites: ["*/other.html"]}
  - {id: refused, question: "How tall is the tower of Brekke?", expect: not_found}
  - {id: counted, question: "How tall is the tower of Brekke?", claims: [1, 3]}
  - {id: too-few, question: "How tall is the tower of Brekke?", claims: [6, 12]}
`)
	out, errs, status := sonde(t.Context(), t, "eval", "--json", dir)
	var report evalReport
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("exit %d: %v\n%s", status, err, errs)
	}
	passed := map[string]bool{}
	for _, c := range report.Suites[0].Cases {
		passed[c.ID] = c.Passed
		if !c.Passed && len(c.Failures) == 0 {
			t.Errorf("%s failed and does not say why", c.ID)
		}
	}
	want := map[string]bool{"right": true, "wrong": false, "excluded": false, "uncited": false, "refused": false, "counted": true, "too-few": false}
	for id, ok := range want {
		if passed[id] != ok {
			t.Errorf("case %s passed: %v", id, passed[id])
		}
	}
	if status != 1 {
		t.Errorf("exit %d with failing cases", status)
	}
	baseline := filepath.Join(t.TempDir(), "before.json")
	if err := os.WriteFile(baseline, []byte(out), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, errs, status := sonde(t.Context(), t, "eval", "--baseline", baseline, dir); status != 0 {
		t.Errorf("exit %d against a baseline with the same failures: %s", status, errs)
	}
	worse := strings.Replace(out, `"passed": false`, `"passed": true`, 1)
	if err := os.WriteFile(baseline, []byte(worse), 0o644); err != nil {
		t.Fatal(err)
	}
	if table, _, status := sonde(t.Context(), t, "eval", "--baseline", baseline, dir); status != 1 || !strings.Contains(table, "passed: pass -> FAIL") {
		t.Errorf("exit %d on a regression:\n%s", status, table)
	}
}

func TestBadSuites(t *testing.T) {
	tests := []struct{ name, yaml, say string }{
		{"unknown key", "name: x\npages: .\ncaces: []\n", `did you mean "cases"`},
		{"no pages", "name: x\ncases: [{id: a, question: b}]\n", "pages or files"},
		{"no cases", "name: x\npages: .\n", "no cases"},
		{"twice", "pages: .\ncases: [{id: a, question: b}, {id: a, question: c}]\n", "taken"},
		{"bad expect", "pages: .\ncases: [{id: a, question: b, expect: maybe}]\n", "not_found"},
		{"one count", "pages: .\ncases: [{id: a, question: b, claims: [6]}]\n", "at least and at most"},
		{"turned counts", "pages: .\ncases: [{id: a, question: b, claims: [6, 2]}]\n", "at least and at most"},
		{"not yaml", "a: [", "suite"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "suite.yaml"), []byte(tt.yaml), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, errs, status := sonde(t.Context(), t, "eval", dir); status != 2 || !strings.Contains(errs, tt.say) {
				t.Errorf("exit %d, %q, want %q", status, errs, tt.say)
			}
		})
	}
}
