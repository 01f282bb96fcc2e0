package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/engine"
)

// evalCmd is "sonde eval": golden-answer suites.
type evalCmd struct {
	Suite    []string `arg:"" help:"Folders with a suite.yaml, or with folders that have one."`
	Writer   []string `help:"Model SPEC that answers; several are set side by side (default: the configured model)." placeholder:"SPEC" sep:"none"`
	JSON     bool     `name:"json" help:"Print the results as one JSON document."`
	JUnit    string   `name:"junit" help:"Write the results as JUnit XML." placeholder:"FILE"`
	Record   string   `help:"Record the models' turns: this file then plays them again with --tape." placeholder:"FILE" xor:"tape"`
	Tape     string   `help:"Let the recorded turns of this file answer in the models' place: no network, no key." placeholder:"FILE" xor:"tape"`
	Baseline string   `help:"Results of an earlier run (--json) to compare with: exit 1 only on a regression." placeholder:"FILE"`
}

// Help is shown below the flags.
func (evalCmd) Help() string {
	return `Examples:
  sonde eval tests/golden
  sonde eval --json tests/golden > before.json && sonde eval --baseline before.json tests/golden
  sonde eval --writer deepseek --record turns.jsonl tests/golden && sonde eval --tape turns.jsonl tests/golden`
}

// suiteResult is one suite answered by one writer.
type suiteResult struct {
	Suite  string       `json:"suite"`
	Writer string       `json:"writer"`
	Passed int          `json:"passed"`
	Failed int          `json:"failed"`
	Cases  []caseResult `json:"cases"`
}

// evalReport is the whole of what "sonde eval --json" prints.
type evalReport struct {
	At     time.Time     `json:"at"`
	Suites []suiteResult `json:"suites"`
}

// Run runs the suites and prints a table, or JSON.
func (c *evalCmd) Run(ctx context.Context, con *console) error {
	var baseline *evalReport
	if c.Baseline != "" {
		b, err := readBaseline(c.Baseline)
		if err != nil {
			return err
		}
		baseline = b
	}
	tape, writers, err := c.tape(con)
	if err != nil {
		return err
	}
	report := evalReport{At: time.Now().UTC()}
	for _, path := range suitePaths(c.Suite) {
		s, err := loadSuite(path)
		if err != nil {
			return err
		}
		for _, w := range writers {
			result, err := s.run(ctx, con, w, tape)
			if err != nil {
				return err
			}
			report.Suites = append(report.Suites, result)
		}
	}
	if err := endTape(con.stderr, tape); err != nil {
		return err
	}
	if err := c.print(con.stdout, report, baseline); err != nil {
		return err
	}
	if c.JUnit != "" {
		if err := writeJUnit(c.JUnit, report); err != nil {
			return err
		}
	}
	if report.regressed(baseline) {
		return errReported
	}
	return nil
}

func (c *evalCmd) print(w io.Writer, report evalReport, baseline *evalReport) error {
	if c.JSON {
		return printJSON(w, report)
	}
	return printTable(w, report, baseline)
}

func readBaseline(file string) (*evalReport, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w: reading the baseline: %w", errUsage, err)
	}
	var r evalReport
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("%w: the baseline %s is not what eval --json printed: %w", errUsage, file, err)
	}
	return &r, nil
}

// regressed reports whether the run failed: with a baseline, where a case that
// passed then fails now; without, where any case fails.
func (r evalReport) regressed(baseline *evalReport) bool {
	for _, s := range r.Suites {
		for _, c := range s.Cases {
			if old := baseline.find(s, c.ID); !c.Passed && (baseline == nil || old != nil && old.Passed) {
				return true
			}
		}
	}
	return false
}

// find returns the case of the baseline that answers to this one; nil where there is none.
func (r *evalReport) find(like suiteResult, id string) *caseResult {
	if r == nil {
		return nil
	}
	for _, s := range r.Suites {
		if s.Suite != like.Suite || s.Writer != like.Writer {
			continue
		}
		for i := range s.Cases {
			if s.Cases[i].ID == id {
				return &s.Cases[i]
			}
		}
	}
	return nil
}

// run answers every case of the suite with one writer.
func (s *suite) run(ctx context.Context, con *console, writer string, tape *engine.Tape) (suiteResult, error) {
	result := suiteResult{Suite: s.Name, Writer: writer}
	base, stop, err := s.serve()
	if err != nil {
		return result, err
	}
	defer stop()
	if s.Now == "" && tape != nil { // prompts name the day
		s.Now = tape.Head().Recorded.Format(time.DateOnly)
	}
	now, err := s.clock()
	if err != nil {
		return result, err
	}
	parts, err := assemble(ctx, con, assembly{trustSites: true, model: writer, now: now, tape: tape})
	if err != nil {
		return result, err
	}
	defer parts.Close()
	progress := newProgress(con.stderr)
	defer progress.clear()
	begin := func(c *goldCase) {
		if tape != nil {
			tape.Begin(s.Name+"/"+c.ID+" "+writer, strings.TrimPrefix(base, "http://"))
		}
	}
	return result, s.runCases(ctx, parts.agent, base, begin, func(c caseResult) {
		result.add(c)
		progress.show(agent.Paged{State: "done", URL: c.ID, Done: len(result.Cases), Of: len(s.Cases)})
	})
}

func (r *suiteResult) add(c caseResult) {
	r.Cases = append(r.Cases, c)
	if c.Passed {
		r.Passed++
	} else {
		r.Failed++
	}
}

// runCases asks the questions one after the other.
func (s *suite) runCases(ctx context.Context, a *agent.Agent, base string, begin func(*goldCase), done func(caseResult)) error {
	for i := range s.Cases {
		if ctx.Err() != nil {
			return errInterrupted
		}
		begin(&s.Cases[i])
		c, err := s.runCase(ctx, a, &s.Cases[i], base)
		if err != nil {
			return fmt.Errorf("case %s: %w", s.Cases[i].ID, err)
		}
		done(c)
	}
	return nil
}

// runCase asks one question and judges its answer. A run that a mistake in
// Sonde's code ended is a case that failed.
func (s *suite) runCase(ctx context.Context, a *agent.Agent, c *goldCase, base string) (caseResult, error) {
	q, err := s.question(c, base)
	if err != nil {
		return caseResult{}, err
	}
	texts := map[string]string{}
	var answer agent.Answer
	for step := range a.Run(ctx, newID(), q) {
		switch step := step.(type) {
		case agent.Paged:
			if step.Page != nil {
				texts[step.Page.Snapshot] = step.Page.Text
			}
		case agent.Answered:
			answer = step.Answer
		case agent.Failed:
			if p := new(agent.Panic); !errors.As(step.Err, &p) {
				return caseResult{}, fmt.Errorf("the run failed: %s", step.Message)
			}
			r := caseResult{ID: c.ID, Type: c.Type, Question: c.Question, Status: string(agent.StatusFailed), Cites: []string{}}
			r.fail("the run failed: %s", step.Message)
			return r, nil
		}
	}
	return judge(c, answer, texts), nil
}

// serve makes the suite's pages a small web on loopback.
func (s *suite) serve() (base string, stop func(), err error) {
	if s.Pages == "" {
		return "", func() {}, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("serving the suite's pages: %w", err)
	}
	srv := &http.Server{Handler: http.FileServer(http.Dir(filepath.Join(s.dir, s.Pages))), ReadHeaderTimeout: 10 * time.Second}
	go srv.Serve(l)
	return "http://" + l.Addr().String(), func() { srv.Close() }, nil
}
