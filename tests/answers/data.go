// Package answers measures the built-in engine's answers on public question
// sets: it loads them, makes pages and passages of them, and scores answers as
// each set's authors do. The sets stay outside the repository; SONDE_DATA names
// their folder, else ../shared/data beside the repository root is taken.
package answers

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// Folder is where the sets lie, or an error that says what to do.
func Folder() (string, error) {
	dir := os.Getenv("SONDE_DATA")
	if dir == "" {
		at, err := os.Getwd()
		if err != nil {
			return "", fmt.Errorf("finding the data folder: %w", err)
		}
		for ; ; at = filepath.Dir(at) {
			if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
				dir = filepath.Join(filepath.Dir(at), "shared", "data")
				break
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "squad")); dir == "" || err != nil {
		return "", errors.New("the question sets are not here: set SONDE_DATA to their folder")
	}
	return dir, nil
}

// A QA is one question with its accepted answers.
type QA struct {
	Question   string
	Answers    []string
	Impossible bool // no page answers it
	Page       int  // index of the gold page
	Group      int  // its article: what cross-validation keeps together
}

// A Set is questions over pages.
type Set struct {
	Name  string
	Pages []*agent.Page
	QAs   []QA
}

func newPage(name string, n int, title, text string) *agent.Page {
	return &agent.Page{
		URL: fmt.Sprintf("https://%s.example/%d", name, n), Title: title, Text: text,
		Snapshot: agent.SnapshotID(text), Language: lang.Detect(text),
	}
}

// open reads one gzipped file of the data folder and gives it to use.
func open(dir, name string, use func(*bufio.Reader) error) (err error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("opening a question set: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("unpacking %s: %w", name, err)
	}
	if err := use(bufio.NewReader(z)); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

type squadFile struct {
	Data []struct {
		Title      string
		Paragraphs []struct {
			Context string
			QAs     []struct {
				Question   string
				Impossible bool `json:"is_impossible"`
				Answers    []struct{ Text string }
			}
		}
	}
}

// LoadSQuAD reads a set in SQuAD's layout (SQuAD, CMRC 2018, XQuAD): every paragraph is a page.
func LoadSQuAD(dir, name string) (*Set, error) {
	var d squadFile
	if err := open(dir, name, func(r *bufio.Reader) error { return json.NewDecoder(r).Decode(&d) }); err != nil {
		return nil, err
	}
	s := &Set{Name: name}
	known := map[string]int{}
	for g, a := range d.Data {
		for _, p := range a.Paragraphs {
			n, ok := known[p.Context]
			if !ok {
				n = len(s.Pages)
				known[p.Context] = n
				s.Pages = append(s.Pages, newPage("squad", n, Title(a.Title), p.Context))
			}
			for _, q := range p.QAs {
				qa := QA{Question: q.Question, Impossible: q.Impossible, Page: n, Group: g}
				for _, x := range q.Answers {
					qa.Answers = append(qa.Answers, x.Text)
				}
				s.QAs = append(s.QAs, qa)
			}
		}
	}
	return s, nil
}

// lines decodes a file of JSON lines.
func lines[T any](dir, name string) ([]T, error) {
	var out []T
	err := open(dir, name, func(r *bufio.Reader) error {
		d := json.NewDecoder(r)
		for d.More() {
			var v T
			if err := d.Decode(&v); err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// An RGB is one question of the retrieval-augmented generation benchmark.
type RGB struct {
	Query    string
	Answers  [][]string // every part, any one of its strings
	Positive [][]string // groups: one for a single question, one for each part otherwise
	Negative []string
}

// LoadRGB reads one of the benchmark's files.
func LoadRGB(dir, name string) ([]RGB, error) {
	type line struct {
		Query              string
		Answer             json.RawMessage
		Positive, Negative json.RawMessage
	}
	rows, err := lines[line](dir, name)
	if err != nil {
		return nil, err
	}
	out := make([]RGB, len(rows))
	for i, r := range rows {
		out[i].Query = r.Query
		out[i].Answers = looseParts(r.Answer)
		out[i].Positive = looseLists(r.Positive)
		if neg := looseLists(r.Negative); len(neg) > 0 {
			out[i].Negative = neg[0]
		}
	}
	return out, nil
}

// looseParts reads "a", ["a","b"] (parts) or [["a","b"],"c"] (alternatives of a part).
func looseParts(b json.RawMessage) [][]string {
	var one string
	if json.Unmarshal(b, &one) == nil {
		return [][]string{{one}}
	}
	var list []json.RawMessage
	if json.Unmarshal(b, &list) != nil {
		return nil
	}
	var out [][]string
	for _, x := range list {
		var s string
		var alt []string
		if json.Unmarshal(x, &s) == nil {
			out = append(out, []string{s})
		} else if json.Unmarshal(x, &alt) == nil {
			out = append(out, alt)
		}
	}
	return out
}

// looseLists reads ["a"] as one list and [["a"],["b"]] as two.
func looseLists(b json.RawMessage) [][]string {
	var flat []string
	if json.Unmarshal(b, &flat) == nil {
		return [][]string{flat}
	}
	var deep [][]string
	if json.Unmarshal(b, &deep) == nil {
		return deep
	}
	return nil
}

// LoadCRUD reads the news articles and their factoid questions; an answer of
// 无法推断 marks what the article does not say.
func LoadCRUD(dir string) (*Set, error) {
	type doc struct{ ID, Title, Time, Text string }
	type factoid struct{ Doc, Question, Answer string }
	docs, err := lines[doc](dir, "crud-news/docs.jsonl.gz")
	if err != nil {
		return nil, err
	}
	qs, err := lines[factoid](dir, "crud-news/factoid_questions.jsonl.gz")
	if err != nil {
		return nil, err
	}
	s := &Set{Name: "crud"}
	at := map[string]int{}
	for i, d := range docs {
		at[d.ID] = i
		p := newPage("crud", i, d.Title, d.Text)
		if len(d.Time) >= 10 {
			p.Published = d.Time[:10]
		}
		s.Pages = append(s.Pages, p)
	}
	for _, q := range qs {
		n, ok := at[q.Doc]
		if !ok {
			continue
		}
		s.QAs = append(s.QAs, QA{Question: q.Question, Answers: []string{q.Answer}, Impossible: q.Answer == "无法推断", Page: n, Group: n})
	}
	return s, nil
}

// TextPage makes a page of bare text.
func TextPage(site string, n int, title, text string) *agent.Page {
	return newPage(site, n, title, text)
}

// Folds gives every question its fold of cross-validation, 0 to n-1: questions
// on one article share one.
func (s *Set) Folds(n int) []int {
	out := make([]int, len(s.QAs))
	for i, q := range s.QAs {
		out[i] = q.Group % n
	}
	return out
}
