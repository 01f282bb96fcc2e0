package agent

import (
	"context"
	"fmt"
	"iter"
	"strings"
)

// The fakes here are small working parts, not mocks: a web of a few pages, an
// index that counts words, a planner and a writer that follow a script.

type planFunc func(ctx context.Context, b Brief, tell Tell) (Plan, error)

func (f planFunc) Plan(ctx context.Context, b Brief, tell Tell) (Plan, error) { return f(ctx, b, tell) }

type writeFunc func(ctx context.Context, e Evidence, tell Tell) iter.Seq2[Claim, error]

func (f writeFunc) Write(ctx context.Context, e Evidence, tell Tell) iter.Seq2[Claim, error] {
	return f(ctx, e, tell)
}

type openFunc func(ctx context.Context, q Question) (Session, error)

func (f openFunc) Open(ctx context.Context, q Question) (Session, error) { return f(ctx, q) }

// shelf is a session over pages in memory; addresses in broken fail.
type shelf struct {
	pages  []*Page
	broken map[string]SkipReason
	next   int
	closed bool
	before func(url string) // called before a page is handed out
}

func newShelf(texts ...string) *shelf {
	s := &shelf{broken: map[string]SkipReason{}}
	for i, text := range texts {
		s.pages = append(s.pages, &Page{
			URL: fmt.Sprintf("http://site.test/%d", i+1), Title: fmt.Sprintf("Page %d", i+1),
			Text: text, Snapshot: SnapshotID(text),
		})
	}
	return s
}

func (s *shelf) Read(ctx context.Context, p Plan, limit int) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for _, search := range p.Searches {
			hits := make([]Hit, len(s.pages))
			for i, page := range s.pages {
				hits[i] = Hit{URL: page.URL}
			}
			if !yield(Searched{Provider: "shelf", Query: search.Query, Hits: hits}) {
				return
			}
		}
		for ; limit > 0 && s.next < len(s.pages) && ctx.Err() == nil; limit-- {
			page := s.pages[s.next]
			s.next++
			if s.before != nil {
				s.before(page.URL)
			}
			step := Paged{State: PageRead, URL: page.URL, Snapshot: page.Snapshot, Page: page, Attempted: true}
			if reason := s.broken[page.URL]; reason != "" {
				step = Paged{State: PageSkipped, URL: page.URL, Reason: reason, Attempted: true}
			}
			if !yield(step) {
				return
			}
		}
	}
}

func (s *shelf) Unread(n int) []Hit {
	var out []Hit
	for _, p := range s.pages[s.next:] {
		if len(out) < n {
			out = append(out, Hit{URL: p.URL})
		}
	}
	return out
}

func (s *shelf) Close() error { s.closed = true; return nil }

// words index: a page is one passage, scored by the words it shares with the query.
type wordIndex struct {
	pages []*Page
	fail  error
}

func (x *wordIndex) Add(_ context.Context, pages ...*Page) (Added, error) {
	if x.fail != nil {
		return Added{}, x.fail
	}
	x.pages = append(x.pages, pages...)
	return Added{Passages: len(pages)}, nil
}

func (x *wordIndex) Search(_ context.Context, q Query) ([]Passage, error) {
	var out []Passage
	for _, p := range x.pages {
		score := 0.0
		for _, w := range strings.Fields(strings.ToLower(q.Text)) {
			if strings.Contains(strings.ToLower(p.Text), w) {
				score++
			}
		}
		if score > 0 {
			out = append(out, Passage{Snapshot: p.Snapshot, URL: p.URL, Title: p.Title, End: len(p.Text), Text: p.Text, Score: score})
		}
	}
	return out, nil
}

func (x *wordIndex) Close() error { return nil }

// quoteAll claims the whole text of every passage.
func quoteAll(_ context.Context, e Evidence, _ Tell) iter.Seq2[Claim, error] {
	return func(yield func(Claim, error) bool) {
		for _, p := range e.Passages {
			cite, _ := NewCite(p.Snapshot, e.Pages[p.Snapshot].Text, p.Start, p.End)
			if !yield(Claim{Text: p.Text, Cites: []Cite{cite}}, nil) {
				return
			}
		}
	}
}

// readTwo plans rounds of two pages until nothing is unread.
func readTwo(_ context.Context, b Brief, _ Tell) (Plan, error) {
	if b.Round > 1 && len(b.Unread) == 0 {
		return Plan{Enough: true}, nil
	}
	return Plan{Thought: "two more", Pages: 2, Searches: []Search{{Query: fmt.Sprintf("round %d", b.Round)}}}, nil
}

func newTestAgent(s *shelf) *Agent {
	return &Agent{
		Planner: planFunc(readTwo), Writer: writeFunc(quoteAll),
		Web:   openFunc(func(context.Context, Question) (Session, error) { return s, nil }),
		Index: func(context.Context) (Index, error) { return &wordIndex{}, nil },
	}
}
