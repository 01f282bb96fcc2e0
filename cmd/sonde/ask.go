package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler"
	"github.com/sonde-search/sonde/store"
)

// askCmd is "sonde ask": one question to a cited answer.
type askCmd struct {
	Question []string `arg:"" help:"The question. - reads it from standard input."`

	Site   []string `help:"Read that page or site; links within the same host are followed, best first (repeatable)." placeholder:"URL" sep:"none"`
	Files  []string `help:"Read local files or folders (repeatable)." placeholder:"PATH" sep:"none"`
	Attach []string `help:"Attach a file or image to the question: a file is read and can be cited, an image needs a vision model (repeatable)." placeholder:"PATH" sep:"none"`
	In     []string `help:"Ask this collection (repeatable)." placeholder:"NAME" sep:"none"`
	Web    *bool    `help:"Ask the search providers (default: only without --site, --files, --in and attached files)." negatable:""`

	Pages   int     `help:"Pages to read, at most." default:"50"`
	Timeout float64 `help:"Seconds from start to answer." default:"120"`
	Tokens  int     `help:"Model tokens in and out, at most (0: no limit)."`
	Cost    float64 `help:"Money for the model, at most (0: no limit)."`
	Rounds  int     `help:"Rounds of planning and reading, at most." default:"4"`

	Model       []string `help:"Model that writes: builtin, preset, preset:model or preset:model@base-url. Given again: the one that goes on where the first fails." placeholder:"SPEC" sep:"none"`
	Planner     []string `help:"Model that plans, where it differs from --model (repeatable likewise)." placeholder:"SPEC" sep:"none"`
	Vision      []string `help:"Model that describes attached images (repeatable likewise)." placeholder:"SPEC" sep:"none"`
	Lang        string   `help:"The answer's language." enum:"auto,zh,en" default:"auto"`
	Unsupported string   `help:"What becomes of a sentence that does not hold." enum:"drop,mark" default:"drop"`
	Fresh       bool     `help:"Read pages anew, past the page cache."`

	Save   string `help:"Save the run as a bundle that sonde replay reads." placeholder:"FILE"`
	WARC   string `name:"warc" help:"Write what was sent and received as a web archive (WARC 1.1)." placeholder:"FILE"`
	JSON   bool   `name:"json" help:"Print the answer as one JSON document."`
	Events bool   `help:"Print one JSON step a line while it runs."`
}

// Help is shown below the flags.
func (askCmd) Help() string {
	return `Examples:
  sonde ask --site https://peps.python.org/ "What does PEP 572 introduce?"
  sonde ask --files ./handbook "How many days of leave are there?"
  sonde ask --attach report.pdf "What does the report advise?"
  sonde ask --json "DeepSeek 的总部在哪里？" | jq .text`
}

// Run answers the question and prints it.
func (c *askCmd) Run(ctx context.Context, con *console) (err error) {
	q, err := c.question(con)
	if err != nil {
		return err
	}
	archive, closeArchive, err := openArchive(c.WARC)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeArchive()) }()
	parts, err := c.assemble(ctx, con, archive)
	if err != nil {
		return err
	}
	defer parts.Close()

	for _, a := range q.Attachments {
		if err := parts.attachable(a); err != nil {
			return err
		}
	}
	out := &askOutput{con: con, json: c.JSON, events: c.Events, progress: newProgress(con.stderr)}
	answer, err := out.drain(ctx, parts.agent, q)
	if err != nil {
		return err
	}
	if c.Save != "" {
		if err := saveBundle(c.Save, out.records); err != nil {
			return err
		}
	}
	switch {
	case answer.Status == agent.StatusCancelled:
		return errInterrupted
	case answer.Status == agent.StatusFailed:
		return errReported
	}
	return nil
}

// assemble joins the parts, with the data folder where it can be had: a
// collection needs it; the page cache is used where no server holds the folder.
func (c *askCmd) assemble(ctx context.Context, con *console, archive *crawler.WARC) (*parts, error) {
	as := assembly{trustSites: true, model: specList(c.Model), planner: specList(c.Planner), vision: specList(c.Vision), warc: archive}
	st, err := store.Open(ctx, con.cfg.Data)
	switch {
	case err == nil:
		as.store = st
	case len(c.In) == 0: // nothing is lost but the cache
	case errors.Is(err, store.ErrLocked):
		return nil, fmt.Errorf("the data folder %s is in use: ask the server that uses it, or stop it: %w", con.cfg.Data, err)
	default:
		return nil, fmt.Errorf("opening the data folder: %w", err)
	}
	return assemble(ctx, con, as)
}

// specList is several SPECs as one text.
func specList(specs []string) string { return strings.Join(specs, ",") }

// question turns the flags into a checked question.
func (c *askCmd) question(con *console) (agent.Question, error) {
	text := strings.Join(c.Question, " ")
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(con.stdin, agent.MaxQuestionBytes+1))
		if err != nil {
			return agent.Question{}, fmt.Errorf("reading the question from standard input: %w", err)
		}
		text = string(b)
	}
	// A zero would mean "the default" in a budget; a person who typed it meant nothing.
	if c.Pages <= 0 || c.Timeout <= 0 || c.Rounds <= 0 {
		b := agent.Budget{Pages: c.Pages, Seconds: c.Timeout, Rounds: c.Rounds}
		return agent.Question{}, fmt.Errorf("%w: %w", errUsage, b.Validate())
	}
	attached, err := readAttachments(c.Attach)
	if err != nil {
		return agent.Question{}, err
	}
	given := len(c.Site)+len(c.Files)+len(c.In) > 0 || slices.ContainsFunc(attached, agent.Attachment.Citable)
	q := agent.Question{
		Text: text, Attachments: attached, Language: c.Lang, Unsupported: c.Unsupported, Fresh: c.Fresh,
		Scope:  agent.Scope{Sites: c.Site, Files: c.Files, Collections: c.In, Web: !given},
		Budget: agent.Budget{Pages: c.Pages, Seconds: c.Timeout, Tokens: c.Tokens, Cost: c.Cost, Rounds: c.Rounds},
		Model:  specList(c.Model), Planner: specList(c.Planner),
	}.Clean()
	if c.Web != nil {
		q.Scope.Web = *c.Web
	}
	if !q.Scope.Web && !given && len(attached) == 0 {
		return q, fmt.Errorf("%w: nowhere to look: give --site, --files, --in, --attach or --web", errUsage)
	}
	return q, q.Validate()
}

// askOutput shows a run to a person or a program.
type askOutput struct {
	con          *console
	json, events bool
	progress     *progress
	records      []agent.Record
}

// drain runs the question, showing its steps, and prints the answer.
func (o *askOutput) drain(ctx context.Context, a *agent.Agent, q agent.Question) (agent.Answer, error) {
	var answer agent.Answer
	var failed error
	lines := json.NewEncoder(o.con.stdout)
	lines.SetEscapeHTML(false)
	for s := range a.Run(ctx, newID(), q) {
		r := agent.Record{ID: int64(len(o.records) + 1), At: time.Now().UTC(), Step: s}
		o.records = append(o.records, r)
		if o.events {
			if err := lines.Encode(r); err != nil {
				return answer, fmt.Errorf("printing a step: %w", err)
			}
		}
		o.progress.show(s)
		switch s := s.(type) {
		case agent.Answered:
			answer = s.Answer
		case agent.Failed:
			failed = s.Err
			if failed == nil {
				failed = errors.New(s.Message)
			}
		}
	}
	o.progress.clear()
	if failed != nil {
		return answer, failed
	}
	return answer, o.print(answer)
}

// print writes the answer as JSON, or as Markdown for a person.
func (o *askOutput) print(a agent.Answer) error {
	var err error
	switch {
	case o.events: // the answer was the last line
	case o.json:
		return printJSON(o.con.stdout, a)
	default:
		_, err = io.WriteString(o.con.stdout, answerMarkdown(a))
	}
	if err != nil {
		return fmt.Errorf("printing the answer: %w", err)
	}
	return nil
}
