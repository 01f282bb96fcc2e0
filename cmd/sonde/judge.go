package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// A caseResult is one case's result.
type caseResult struct {
	ID        string   `json:"id"`
	Type      string   `json:"type,omitempty"`
	Question  string   `json:"question"`
	Passed    bool     `json:"passed"`
	Failures  []string `json:"failures,omitempty"` // what did not hold, in words
	Status    string   `json:"status"`
	Text      string   `json:"text"`
	Cites     []string `json:"cites"` // addresses of the cited sources
	PagesRead int      `json:"pages_read"`
	Cost      float64  `json:"cost"`
	Seconds   float64  `json:"seconds"`
}

// judge holds an answer against its case. texts are the snapshots of the pages
// that the run read.
func judge(c *goldCase, a agent.Answer, texts map[string]string) caseResult {
	r := caseResult{
		ID: c.ID, Type: c.Type, Question: c.Question, Status: string(a.Status), Text: a.Text, Cites: []string{},
		PagesRead: a.Usage.Read, Cost: a.Usage.Cost, Seconds: a.Usage.Seconds,
	}
	for _, s := range a.Sources {
		if s.State == agent.StateCited {
			r.Cites = append(r.Cites, s.URL)
			r.Cites = append(r.Cites, s.Duplicates...)
		}
	}
	r.judgeStatus(c, a)
	r.judgeText(c, a)
	for _, pattern := range c.Cites {
		if !slices.ContainsFunc(r.Cites, func(u string) bool { return matches(pattern, u) }) {
			r.fail("no cite of %s (cited: %s)", pattern, strings.Join(r.Cites, ", "))
		}
	}
	if n := len(a.Claims); len(c.Claims) == 2 && (n < c.Claims[0] || n > c.Claims[1]) {
		r.fail("%d claims, expected %d to %d", n, c.Claims[0], c.Claims[1])
	}
	for _, claim := range a.Claims {
		for _, cite := range claim.Cites {
			made, ok := agent.NewCite(cite.Snapshot, texts[cite.Snapshot], cite.Start, cite.End)
			made.Source = cite.Source
			if !ok || made != cite {
				r.fail("a cite does not verify: %q at %d-%d of %s", cite.Quote, cite.Start, cite.End, cite.Snapshot)
			}
		}
	}
	r.Passed = len(r.Failures) == 0
	return r
}

func (r *caseResult) fail(format string, args ...any) {
	r.Failures = append(r.Failures, fmt.Sprintf(format, args...))
}

func (r *caseResult) judgeStatus(c *goldCase, a agent.Answer) {
	ok := string(a.Status) == c.Expect || c.Expect == "answered" && a.Status == agent.StatusPartial
	if !ok {
		r.fail("status %s, expected %s", a.Status, c.Expect)
	}
}

// judgeText looks for the case's strings in the answer's text and in its
// claims, where no Markdown stands between; case and runs of space do not count.
func (r *caseResult) judgeText(c *goldCase, a agent.Answer) {
	text := a.Text
	for _, claim := range a.Claims {
		text += "\n" + claim.Text
	}
	text = foldText(text)
	has := func(s string) bool { return strings.Contains(text, foldText(s)) }
	for _, group := range c.Contains {
		if !slices.ContainsFunc(group, has) {
			r.fail("none of %q in the answer", group)
		}
	}
	for _, s := range c.Excludes {
		if has(s) {
			r.fail("%q stands in the answer", s)
		}
	}
}

func foldText(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// matches reports whether an address fits a pattern, in which * stands for
// any characters, slashes too.
func matches(pattern, address string) bool {
	flat := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(address))
	return err == nil && ok
}
