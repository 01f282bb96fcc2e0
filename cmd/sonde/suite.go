package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/sonde-search/sonde/agent"
)

// A suite is a folder of golden answers: suite.yaml and the pages that its
// questions are asked of.
type suite struct {
	Name   string      `yaml:"name"`
	Pages  string      `yaml:"pages"` // folder, served as a small local web while the suite runs
	Files  string      `yaml:"files"` // or: folder, read as local files
	Now    string      `yaml:"now"`   // the clock's day, YYYY-MM-DD; empty: today
	Budget suiteBudget `yaml:"budget"`
	Cases  []goldCase  `yaml:"cases"`

	dir string
}

type suiteBudget struct {
	Pages   int     `yaml:"pages"`
	Seconds float64 `yaml:"seconds"`
	Tokens  int     `yaml:"tokens"`
	Cost    float64 `yaml:"cost"`
	Rounds  int     `yaml:"rounds"`
}

// A goldCase is one question with what its answer must hold.
type goldCase struct {
	ID       string      `yaml:"id"`
	Question string      `yaml:"question"`
	Language string      `yaml:"language"`
	Start    string      `yaml:"start"`    // path below pages to start from; empty: the root
	Earlier  []suiteTurn `yaml:"earlier"`  // the conversation before it
	Expect   string      `yaml:"expect"`   // answered (or empty), partial, not_found
	Contains [][]string  `yaml:"contains"` // every group, any one of its strings
	Excludes []string    `yaml:"excludes"` // none of these
	Cites    []string    `yaml:"cites"`    // patterns of pages that must be cited (path.Match, * also crosses /)
	Claims   []int       `yaml:"claims"`   // how many claims, at least and at most; empty: any number
	Type     string      `yaml:"type"`     // the kind of question, for the table
}

type suiteTurn struct {
	Question string `yaml:"question"`
	Answer   string `yaml:"answer"`
}

// suitePaths puts the suites below a folder that is none itself in its place.
func suitePaths(paths []string) []string {
	var out []string
	for _, p := range paths {
		below, err := filepath.Glob(filepath.Join(p, "*", "suite.yaml"))
		if _, own := os.Stat(filepath.Join(p, "suite.yaml")); own == nil || err != nil || len(below) == 0 {
			out = append(out, p)
			continue
		}
		out = append(out, below...)
	}
	return out
}

// loadSuite reads a suite from its folder, or from the path of its suite.yaml.
func loadSuite(path string) (*suite, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "suite.yaml")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: reading the suite: %w", errUsage, err)
	}
	s := &suite{dir: filepath.Dir(path)}
	var root yaml.Node
	if err := yaml.Unmarshal(b, &root); err != nil {
		return nil, fmt.Errorf("%w: suite %s: %w", errUsage, path, err)
	}
	if err := checkKeys(&root, s); err != nil {
		return nil, fmt.Errorf("%w: suite %s: %w", errUsage, path, err)
	}
	if err := yaml.NewDecoder(bytes.NewReader(b)).Decode(s); err != nil {
		return nil, fmt.Errorf("%w: suite %s: %w", errUsage, path, err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%w: suite %s: %w", errUsage, path, err)
	}
	return s, nil
}

func (s *suite) check() error {
	if s.Name == "" {
		s.Name = filepath.Base(s.dir)
	}
	folder := s.Pages
	if (s.Pages == "") == (s.Files == "") {
		return errors.New("give either pages or files: the folder that the questions are asked of")
	}
	if folder == "" {
		folder = s.Files
	}
	if info, err := os.Stat(filepath.Join(s.dir, folder)); err != nil || !info.IsDir() {
		return fmt.Errorf("%q is not a folder beside suite.yaml", folder)
	}
	if _, err := s.clock(); err != nil {
		return err
	}
	if len(s.Cases) == 0 {
		return errors.New("no cases")
	}
	seen := map[string]bool{}
	for i := range s.Cases {
		if err := s.Cases[i].check(seen); err != nil {
			return fmt.Errorf("case %d (%s): %w", i+1, s.Cases[i].ID, err)
		}
	}
	return nil
}

func (c *goldCase) check(seen map[string]bool) error {
	switch {
	case c.ID == "":
		return errors.New("no id")
	case seen[c.ID]:
		return errors.New("its id is taken")
	case strings.TrimSpace(c.Question) == "":
		return errors.New("no question")
	}
	seen[c.ID] = true
	if n := len(c.Claims); n != 0 && (n != 2 || c.Claims[0] > c.Claims[1]) {
		return fmt.Errorf("claims %v: write how many at least and at most, such as [6, 12]", c.Claims)
	}
	switch c.Expect {
	case "":
		c.Expect = "answered"
	case "answered", "partial", "not_found":
	default:
		return fmt.Errorf("expect %q is not known: use answered, partial or not_found", c.Expect)
	}
	return nil
}

// clock is the time at which the suite's questions are asked.
func (s *suite) clock() (func() time.Time, error) {
	if s.Now == "" {
		return time.Now, nil
	}
	day, err := time.Parse(time.DateOnly, s.Now)
	if err != nil {
		return nil, fmt.Errorf("now %q is not a day: write YYYY-MM-DD", s.Now)
	}
	shift := time.Until(day.Add(12 * time.Hour))
	return func() time.Time { return time.Now().Add(shift) }, nil
}

// question is the case as it is asked of the pages at base.
func (s *suite) question(c *goldCase, base string) (agent.Question, error) {
	q := agent.Question{
		Text: c.Question, Language: c.Language,
		Budget: agent.Budget{Pages: s.Budget.Pages, Seconds: s.Budget.Seconds, Tokens: s.Budget.Tokens, Cost: s.Budget.Cost, Rounds: s.Budget.Rounds},
	}
	if s.Files != "" {
		q.Scope.Files = []string{filepath.Join(s.dir, s.Files)}
	} else {
		site, err := url.JoinPath(base, "/", c.Start)
		if err != nil {
			return q, fmt.Errorf("start %q: %w", c.Start, err)
		}
		q.Scope.Sites = []string{site}
	}
	for _, t := range c.Earlier {
		q.Earlier = append(q.Earlier, agent.Turn{Question: t.Question, Answer: t.Answer})
	}
	q = q.Clean()
	return q, q.Validate()
}
