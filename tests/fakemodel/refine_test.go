package fakemodel_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/retrieval"
	"github.com/sonde-search/sonde/tests/fakemodel"
)

// refineCase is one question of RGB's zh_refine: snippets that answer it, and others.
type refineCase struct {
	Query    string            `json:"query"`
	Answer   []json.RawMessage `json:"answer"` // each a string, or a list of alternatives
	Positive []string          `json:"positive"`
	Negative []string          `json:"negative"`
}

func (c refineCase) answer() string {
	if len(c.Answer) == 0 {
		return ""
	}
	var s string
	if json.Unmarshal(c.Answer[0], &s) == nil {
		return s
	}
	var list []string
	if json.Unmarshal(c.Answer[0], &list) == nil && len(list) > 0 {
		return list[0]
	}
	return ""
}

func refineCases(t *testing.T) []refineCase {
	t.Helper()
	root := os.Getenv("SONDE_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(root, "rgb", "zh_refine.jsonl.gz"))
	if err != nil {
		t.Skipf("no data: set SONDE_DATA (%v)", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []refineCase
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var c refineCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// desk hands out given pages.
type desk struct {
	pages []*agent.Page
	next  int
}

func (d *desk) Open(context.Context, agent.Question) (agent.Session, error) { return d, nil }
func (d *desk) Unread(int) []agent.Hit                                      { return nil }
func (d *desk) Close() error                                                { return nil }

func (d *desk) Read(_ context.Context, _ agent.Plan, limit int) iter.Seq[agent.Step] {
	return func(yield func(agent.Step) bool) {
		for ; limit > 0 && d.next < len(d.pages); limit-- {
			p := d.pages[d.next]
			d.next++
			if !yield(agent.Paged{State: agent.PageRead, URL: p.URL, Snapshot: p.Snapshot, Page: p, Attempted: true}) {
				return
			}
		}
	}
}

func deskOf(c refineCase) *desk {
	d := &desk{}
	for i, text := range append(append([]string(nil), c.Positive[:min(5, len(c.Positive))]...), c.Negative[:min(5, len(c.Negative))]...) {
		d.pages = append(d.pages, &agent.Page{URL: fmt.Sprintf("https://news.example/%d", i), Title: "新闻", Text: text, Snapshot: agent.SnapshotID(text), Language: "zh"})
	}
	return d
}

var (
	blockForm  = regexp.MustCompile(`(?s)\[webpage (\d+) begin\]\n(.*?)\n\[webpage \d+ end\]`)
	figureForm = regexp.MustCompile(`\d+(?:\.\d+)?`)
)

// forger is a scripted model that writes true sentences, copied from the pages
// in its prompt, and false ones among them.
type forger struct {
	c, other refineCase
	truth    map[string]bool
	lies     map[string]string // a false sentence and how it was made
}

// plan and answer tell planning requests from writing ones by their schema.
func (f *forger) reply(_ int, r fakemodel.Request) fakemodel.Turn {
	ms := r.Messages()
	text := ms[len(ms)-1].Text()
	if r.Has("response_format") {
		if strings.Contains(text, "[webpage 1 begin]") {
			return fakemodel.Turn{Text: []string{`{"thought":"够了","enough":true,"searches":[],"open":[],"terms":[]}`}}
		}
		return fakemodel.Turn{Text: []string{`{"thought":"","enough":false,"searches":[{"query":` + quoted(f.c.Query) + `}],"open":[],"terms":[]}`}}
	}
	return fakemodel.Turn{Reasoning: []string{"想一想"}, Text: fakemodel.Words(f.write(text))}
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// write picks sentences that hold the answer, and forges from them: the answer
// of another question in its place, another figure, "is" made "is not", and a
// sentence from nowhere.
func (f *forger) write(prompt string) string {
	var out []string
	say := func(s, page, lie string) {
		s = strings.TrimSpace(s)
		n := len(f.lies)
		if lie == "" {
			n = len(f.truth)
		}
		if s == "" || f.truth[s] || f.lies[s] != "" || n >= 4 {
			return
		}
		if lie == "" {
			f.truth[s] = true
		} else {
			f.lies[s] = lie
		}
		out = append(out, s+"[citation:"+page+"]")
	}
	answer := f.c.answer()
	for _, m := range blockForm.FindAllStringSubmatch(prompt, -1) {
		for _, sp := range lang.Sentences(m[2]) {
			s := m[2][sp.Start:sp.End]
			if answer == "" || !strings.Contains(s, answer) || len(s) > 400 || len(s) < 30 || !strings.HasSuffix(s, "。") || strings.Contains(s, "\n") {
				continue
			}
			say(s, m[1], "")
			if other := f.other.answer(); other != "" && !strings.Contains(s, other) {
				say(strings.ReplaceAll(s, answer, other), m[1], "another answer")
			}
			if loc := figureForm.FindStringIndex(s); loc != nil {
				say(s[:loc[0]]+"9"+s[loc[0]:], m[1], "another figure")
			}
			if strings.Count(s, "是") == 1 && !strings.Contains(s, "不是") && !strings.Contains(s, "还是") {
				say(strings.Replace(s, "是", "不是", 1), m[1], "not")
			}
		}
	}
	for _, sp := range lang.Sentences(f.other.Positive[0]) {
		if s := f.other.Positive[0][sp.Start:sp.End]; strings.HasSuffix(s, "。") && len(s) < 300 && !strings.Contains(s, "\n") {
			say(s, "1", "from nowhere")
			break
		}
	}
	if len(out) == 0 {
		return "NOT_FOUND"
	}
	return strings.Join(out, "")
}

// kind is what sort of answer it is: a date, a figure, or words.
func kind(answer string) int {
	switch {
	case strings.ContainsAny(answer, "年月日"):
		return 1
	case figureForm.MatchString(answer):
		return 2
	}
	return 3
}

// rival is a case whose answer is of the same kind.
func rival(cases []refineCase, i int) refineCase {
	mine := cases[i].answer()
	for d := 7; d < len(cases); d++ {
		c := cases[(i+d)%len(cases)]
		if a := c.answer(); a != "" && a != mine && kind(a) == kind(mine) {
			return c
		}
	}
	return cases[(i+7)%len(cases)]
}

// Floors of what is measured below: they rise with the check and never fall.
const (
	leftOutFloor = 0.95 // of false sentences
	toldFloor    = 0.94 // of true ones
)

// TestPlantedFalsehoods: what a model makes up does not reach the reader.
func TestPlantedFalsehoods(t *testing.T) {
	cases := refineCases(t)
	every := 6 // a sample, unless SONDE_FULL is set
	if os.Getenv("SONDE_FULL") != "" {
		every = 1
	}
	planted, told := map[string]int{}, map[string]int{}
	asked := 0
	for i, c := range cases {
		if i%every != 0 {
			continue
		}
		asked++
		f := &forger{c: c, other: rival(cases, i), truth: map[string]bool{}, lies: map[string]string{}}
		a := runForged(t, f)
		said, quotes := map[string]agent.Verdict{}, map[string]string{}
		for _, cl := range a.Claims {
			said[bare(cl.Text)] = cl.Verdict
			for _, x := range cl.Cites {
				quotes[bare(cl.Text)] += "\n   by " + x.Quote
			}
			if cl.Verdict == agent.Unsupported {
				t.Errorf("%s: an unsupported claim was told", c.Query)
			}
		}
		for s, how := range f.lies {
			planted[how]++
			if v := said[bare(s)]; v != "" {
				told[how]++
				t.Logf("%s, %s: %s (%s)%s", how, v, s, c.Query, quotes[bare(s)])
			}
		}
		for s := range f.truth {
			planted["true"]++
			if said[bare(s)] != "" {
				told["true"]++
			} else {
				t.Logf("true, left out: %s (%s)", s, c.Query)
			}
		}
	}
	lies, kept := 0, 0
	for how, n := range planted {
		t.Logf("%s: %d of %d told", how, told[how], n)
		if how != "true" {
			lies, kept = lies+n, kept+told[how]
		}
	}
	out, in := 1-float64(kept)/float64(lies), float64(told["true"])/float64(planted["true"])
	t.Logf("%d questions: %.1f %% of %d false sentences left out, %.1f %% of %d true ones told", asked, 100*out, lies, 100*in, planted["true"])
	if out < leftOutFloor || in < toldFloor {
		t.Error("worse than it was")
	}
}

var listMark = regexp.MustCompile(`^\d+[、.]\s*`)

// bare is a sentence without the marks of a page's own notes and list numbers,
// which no claim keeps.
func bare(s string) string {
	clean, _ := agent.StripMarks(listMark.ReplaceAllString(s, ""))
	return strings.Join(strings.Fields(clean), "")
}

func runForged(t *testing.T, f *forger) agent.Answer {
	t.Helper()
	s := &fakemodel.Server{Wire: fakemodel.VLLM, Reply: f.reply}
	client, stop := s.Client()
	defer stop()
	m, _ := open(t, client, specs[fakemodel.VLLM], engine.Options{Context: 32768})
	a := &agent.Agent{Planner: m, Writer: m, Web: deskOf(f.c), Index: retrieval.OpenMemory, Model: "test"}
	q := agent.Question{Text: f.c.Query, Scope: agent.Scope{Web: true}, Budget: agent.Budget{Pages: 10, Seconds: 60}}.Clean()
	answer, err := agent.Drain(a.Run(t.Context(), "run", q))
	if err != nil {
		t.Fatalf("%s: %v", f.c.Query, err)
	}
	if len(answer.Warnings) > 0 {
		t.Errorf("%s: %q", f.c.Query, answer.Warnings)
	}
	return answer
}
