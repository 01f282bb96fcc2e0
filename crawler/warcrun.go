package crawler

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// WriteRunWARC writes a stored run as a web archive (WARC 1.1): each page that
// was read as a conversion record, which holds the text that cites count in,
// with a metadata record that says where the text is from; last, the question
// and the answer as one JSON metadata record. What servers sent byte for byte
// is not kept with a run: only an archive that was written while it read has it.
// software is the program's name and version, such as "Sonde/1.0".
func WriteRunWARC(w io.Writer, software string, records []agent.Record) error {
	run := runOf(records)
	if run.ID == "" {
		return errors.New("writing a web archive: the first step is not the start of a run")
	}
	a := &WARC{w: w, info: recordID()}
	var info warcFields
	info.add("software", software)
	info.add("format", "WARC File Format 1.1")
	info.add("conformsTo", warcStandard)
	info.add("isPartOf", run.ID)
	info.add("description", "Pages that Sonde read for one question, as the text that its answer cites")
	err := a.write(warcRecord{kind: "warcinfo", id: a.info, date: run.At, media: warcFieldsType, block: info.block()})
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range records {
		p, ok := r.Step.(agent.Paged)
		if !ok || p.State != agent.PageRead || p.Page == nil || seen[p.Page.URL+"\n"+p.Page.Snapshot] {
			continue
		}
		seen[p.Page.URL+"\n"+p.Page.Snapshot] = true
		if err := a.writePage(p.Page, r.At, run.ID); err != nil {
			return err
		}
	}
	return a.writeRun(run)
}

// A runSummary is what an archive says of the run that it is of.
type runSummary struct {
	ID       string         `json:"run"`
	Question agent.Question `json:"question"`
	At       time.Time      `json:"started"`
	Model    string         `json:"model"`
	Answer   *agent.Answer  `json:"answer,omitempty"`
	Error    string         `json:"error,omitempty"`
}

// runOf takes a run's start and end from its steps.
func runOf(records []agent.Record) runSummary {
	var s runSummary
	for _, r := range records {
		switch step := r.Step.(type) {
		case agent.Started:
			if s.ID == "" {
				s.ID, s.Question, s.At, s.Model = step.ID, step.Question, step.At, step.Model
			}
		case agent.Answered:
			s.Answer = &step.Answer
		case agent.Failed:
			s.Error = step.Message
		}
	}
	return s
}

func (a *WARC) writeRun(run runSummary) error {
	b, err := json.MarshalIndent(run, "", " ")
	if err != nil {
		return fmt.Errorf("writing a web archive: %w", err)
	}
	return a.write(warcRecord{kind: "metadata", id: recordID(), date: run.At, media: "application/json", block: b})
}

// WritePage writes a page that was read: its text as a conversion record under
// the page's address, and a metadata record that says what is known of it.
func (a *WARC) WritePage(p *agent.Page) error { return a.writePage(p, p.Fetched, "") }

func (a *WARC) writePage(p *agent.Page, at time.Time, run string) error {
	if !p.Fetched.IsZero() {
		at = p.Fetched
	}
	text := recordID()
	err := a.write(warcRecord{kind: "conversion", id: text, url: p.URL, date: at, media: "text/markdown; charset=utf-8",
		block: []byte(p.Text), payload: []byte(p.Text), truncated: p.Truncated})
	if err != nil {
		return err
	}
	var f warcFields
	f.add("snapshot", p.Snapshot)
	f.add("run", run)
	f.add("asked", p.Asked)
	f.add("original-type", p.MIME)
	f.add("title", p.Title)
	f.add("author", p.Author)
	f.add("site", p.Site)
	f.add("language", p.Language)
	f.add("published", p.Published)
	f.add("modified", p.Modified)
	return a.write(warcRecord{kind: "metadata", id: recordID(), url: p.URL, date: at, refers: text, media: warcFieldsType, block: f.block()})
}

// What every archive says of its format.
const (
	warcFieldsType = "application/warc-fields"
	warcStandard   = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
)

// warcFields are lines "name: value" (application/warc-fields).
type warcFields struct{ b strings.Builder }

// add notes a field; an empty one is left out.
func (f *warcFields) add(name, value string) {
	if value = oneLine(value); value != "" {
		fmt.Fprintf(&f.b, "%s: %s\r\n", name, value)
	}
}

func (f *warcFields) block() []byte { return []byte(f.b.String()) }
