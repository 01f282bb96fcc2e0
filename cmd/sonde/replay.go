package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/sonde-search/sonde/agent"
)

// replayCmd is "sonde replay": a saved run again, offline.
type replayCmd struct {
	Bundle string `arg:"" help:"File from sonde ask --save or GET /api/runs/{id}/bundle."`
	Writer string `help:"Let this model SPEC write from the same pages, and show the difference." placeholder:"SPEC" aliases:"model"`
	WARC   string `name:"warc" help:"Write the pages of the run, as they were read, as a web archive (WARC 1.1)." placeholder:"FILE" type:"path"`
	JSON   bool   `name:"json" help:"Print the answer as one JSON document."`
	Events bool   `help:"Print one JSON step a line."`
}

// Help is shown below the flags.
func (replayCmd) Help() string {
	return `Examples:
  sonde ask --save run.sonde --site https://example.org/ "What is this domain for?"
  sonde replay run.sonde
  sonde replay --warc run.warc.gz run.sonde
  sonde replay --writer deepseek:deepseek-reasoner run.sonde`
}

// Run replays the bundle. Without --writer the steps must be those of the
// bundle; a difference is shown and is a failure.
func (c *replayCmd) Run(ctx context.Context, con *console) error {
	b, err := readBundleFile(c.Bundle)
	if err != nil {
		return err
	}
	if c.WARC != "" {
		if err := saveWARC(c.WARC, b.Records); err != nil {
			return err
		}
	}
	a, closeParts, err := c.replayer(ctx, con, b)
	if err != nil {
		return err
	}
	defer closeParts()
	again, same, err := c.play(ctx, con.stdout, a, b)
	if err != nil {
		return err
	}
	if !c.Events {
		out := &askOutput{con: con, json: c.JSON}
		if err := out.print(again); err != nil {
			return err
		}
	}
	if same {
		fmt.Fprintln(con.stderr, "The same steps and the same answer, byte for byte.")
		return nil
	}
	before, _ := b.Answer()
	for _, d := range append(differences(resultOf(before), *resultOf(again)), claimDifferences(before, again)...) {
		fmt.Fprintln(con.stderr, d)
	}
	if c.Writer == "" {
		fmt.Fprintf(con.stderr, "The replay differs from the run, which Sonde %s recorded; this is Sonde %s.\n", b.Version, version)
		return errReported
	}
	return nil
}

// replayer is the agent that plays the bundle: the built-in writer runs again,
// the turns of a run that asked models for anything are taken from the bundle,
// and --writer puts another in its place.
func (c *replayCmd) replayer(ctx context.Context, con *console, b *agent.Bundle) (*agent.Agent, func() error, error) {
	spec := c.Writer
	if spec == "" {
		spec = b.Started().Model
	}
	was, _ := b.Answer()
	if c.Writer == "" && (spec != "builtin" || was.Usage.TokensIn+was.Usage.TokensOut > 0) {
		return &agent.Agent{Index: openIndex}, func() error { return nil }, nil
	}
	parts, err := assemble(ctx, con, assembly{model: spec, now: b.Started().Clock})
	if err != nil {
		return nil, nil, err
	}
	return parts.agent, parts.Close, nil
}

// play runs the bundle and reports whether every step is the recorded one.
func (c *replayCmd) play(ctx context.Context, w io.Writer, a *agent.Agent, b *agent.Bundle) (agent.Answer, bool, error) {
	var answer agent.Answer
	same, n := true, 0
	for r := range agent.Replay(ctx, a, b) {
		line, err := json.Marshal(r)
		if err != nil {
			return answer, false, err
		}
		if c.Events {
			if _, err := fmt.Fprintf(w, "%s\n", line); err != nil {
				return answer, false, err
			}
		}
		if same = same && n < len(b.Records); same {
			recorded, err := json.Marshal(b.Records[n])
			same = err == nil && bytes.Equal(line, recorded)
		}
		n++
		switch s := r.Step.(type) {
		case agent.Answered:
			answer = s.Answer
		case agent.Failed:
			return answer, false, errors.New(s.Message)
		}
	}
	return answer, same && n == len(b.Records), nil
}

// claimDifferences lists the claims that only one of two answers holds, each
// with its sources.
func claimDifferences(before, after agent.Answer) []string {
	lines := func(a agent.Answer) []string {
		urls := map[int]string{}
		for _, s := range a.Sources {
			urls[s.N] = s.URL
		}
		out := make([]string, len(a.Claims))
		for i, c := range a.Claims {
			out[i] = fmt.Sprintf("%s (%s)", c.Text, c.Verdict)
			for j, cite := range c.Cites {
				if !slices.ContainsFunc(c.Cites[:j], func(x agent.Cite) bool { return x.Source == cite.Source }) {
					out[i] += " " + urls[cite.Source]
				}
			}
		}
		return out
	}
	was, is := lines(before), lines(after)
	var out []string
	for _, l := range was {
		if !slices.Contains(is, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range is {
		if !slices.Contains(was, l) {
			out = append(out, "+ "+l)
		}
	}
	return out
}

// resultOf is an answer in the form in which answers are compared.
func resultOf(a agent.Answer) *caseResult {
	r := judge(&goldCase{Expect: string(a.Status)}, a, nil)
	return &r
}

func readBundleFile(file string) (*agent.Bundle, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%w: reading the bundle: %w", errUsage, err)
	}
	defer f.Close()
	b, err := agent.ReadBundle(f)
	if err != nil {
		return nil, fmt.Errorf("reading the bundle %s: %w", file, err)
	}
	return b, nil
}

// saveBundle writes a run's steps and pages to a file.
func saveBundle(file string, records []agent.Record) error {
	var buf bytes.Buffer
	if err := agent.NewBundle(version, records).Write(&buf); err != nil {
		return err
	}
	if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
		return fmt.Errorf("saving the run: %w", err)
	}
	return nil
}

// saveWARC writes the pages of a run's steps to a web archive.
func saveWARC(file string, records []agent.Record) error {
	var buf bytes.Buffer
	if err := writeWARC(context.Background(), &buf, records); err != nil {
		return err
	}
	if err := os.WriteFile(file, buf.Bytes(), 0o644); err != nil {
		return fmt.Errorf("writing the web archive: %w", err)
	}
	return nil
}
