package agent

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// A run is the state of one question being answered.
type run struct {
	a       *Agent
	id      string
	q       Question
	model   string
	started time.Time
	yield   func(Step) bool
	cancel  context.CancelFunc
	gone    bool   // nobody takes steps any more
	telling bool   // a step is with who takes it
	doing   string // in words, for who must look for a mistake

	session Session
	index   Index

	plans    []Plan
	asked    map[string]bool // searches asked, folded
	searches []Searched
	skipped  []Skip
	pages    []*Page          // read, in the order they came; copies excluded
	bySnap   map[string]*Page // by snapshot; a copy's snapshot leads to the page that stands for it
	texts    map[string]string
	byURL    map[string]*Page
	hits     map[string]bool // addresses found
	attached map[string]bool // addresses of attachments that were read, or could not be
	readings []Reading
	passages []Passage // best so far
	indexed  int       // passages in the index

	pagesBefore, gained int

	claims   []Claim
	numbers  map[string]int // source number by snapshot
	cited    []*Page        // in the order of their numbers
	warnings []string
	held     Status // what the writer holds its answer to be
	refused  int    // claims that did not hold
	usage    Usage
	stop     Stop
}

func newRun(a *Agent, id string, q Question, yield func(Step) bool) *run {
	r := &run{
		a: a, id: id, q: q, model: a.Model, yield: yield, cancel: func() {},
		asked: map[string]bool{}, bySnap: map[string]*Page{}, texts: map[string]string{},
		byURL: map[string]*Page{}, hits: map[string]bool{}, attached: map[string]bool{}, numbers: map[string]int{},
	}
	if r.model == "" {
		r.model = "builtin"
	}
	r.started = r.now()
	r.usage.Currency = "USD"
	return r
}

func (r *run) now() time.Time {
	if r.a.Now != nil {
		return r.a.Now()
	}
	return time.Now()
}

// emit hands a step to the reader. When nobody takes steps any more, the run
// is cancelled and goes silent.
func (r *run) emit(s Step) {
	if r.gone {
		return
	}
	r.telling = true
	more := r.yield(s)
	r.telling = false
	if !more {
		r.gone = true
		r.cancel()
		r.stopFor(StopCancelled)
	}
}

// stopFor notes why the run stops; the first reason sticks.
func (r *run) stopFor(s Stop) {
	if r.stop == "" {
		r.stop = s
	}
}

// teller passes a planner's or writer's notes on.
func (r *run) teller(phase string) Tell {
	return func(n Note) {
		if n.Reasoning != "" {
			r.emit(Reasoned{Phase: phase, Delta: n.Reasoning})
		}
		if n.Warning != "" {
			r.warn(n.Warning)
		}
		if n.Model != "" {
			r.model = n.Model
		}
		if n.Status != "" {
			r.held = n.Status
		}
		r.usage.TokensIn += n.Spent.TokensIn
		r.usage.TokensOut += n.Spent.TokensOut
		r.usage.Cost += n.Spent.Cost
		r.usage.TokensEstimated = r.usage.TokensEstimated || n.Spent.TokensEstimated
		if n.Spent.Currency != "" {
			r.usage.Currency = n.Spent.Currency
		}
	}
}

func (r *run) warn(w string) {
	for _, old := range r.warnings {
		if old == w {
			return
		}
	}
	r.warnings = append(r.warnings, w)
}

// brief is what the planner is told.
func (r *run) brief() Brief {
	return Brief{
		Question: r.q, Round: len(r.plans) + 1,
		Left:  r.q.Budget.left(r.usage, r.now().Sub(r.started), len(r.plans)),
		Plans: r.plans, Searches: r.searches, Read: r.pages, Skipped: r.skipped,
		Unread: r.session.Unread(100), Passages: r.passages, Gained: r.gained,
	}
}

// noteSearch counts one provider's reply and tells it.
func (r *run) noteSearch(s Searched) {
	r.searches = append(r.searches, s)
	r.usage.Searches++
	for _, h := range s.Hits {
		r.found(h.URL)
	}
	if s.Error != "" {
		r.warn(fmt.Sprintf(r.say().providerFailed, s.Provider, s.Error))
	}
	r.emit(s)
}

func (r *run) found(url string) {
	if !r.hits[url] {
		r.hits[url] = true
		r.usage.Found++
	}
}

// notePage counts where one address stands and tells it. It returns the page
// where there is a new one to index.
func (r *run) notePage(s Paged) *Page {
	if s.Attempted {
		r.usage.Attempted++
	}
	r.found(s.URL)
	r.usage.Found = max(r.usage.Found, s.Found)
	s.Done, s.Of, s.Found = r.usage.Attempted, r.q.Budget.Pages, r.usage.Found
	var fresh *Page
	switch {
	case s.State == PageSkipped:
		r.skipped = append(r.skipped, Skip{URL: s.URL, Reason: s.Reason, Detail: s.Detail})
		r.addDuplicate(s)
	case s.State == PageRead && s.Page != nil:
		fresh = r.take(s)
	}
	r.emit(s)
	return fresh
}

// take remembers what was read: a page, or a model's reading of an image.
func (r *run) take(s Paged) *Page {
	if s.Page.Reading != "" {
		r.noteReading(s.Page)
		return nil
	}
	if s.Attached {
		r.q.Attached = append(r.q.Attached, s.Page)
	}
	r.usage.Read++
	return r.keep(s.Page)
}

// addDuplicate notes the address of a page with the same text on the page that
// stands for it, whose address the skip's detail names.
func (r *run) addDuplicate(s Paged) {
	if p := r.byURL[s.Detail]; s.Reason == SkipDuplicate && p != nil {
		p.Duplicates = append(p.Duplicates, s.URL)
	}
}

// keep remembers a page that was read; nil where its text is known already.
func (r *run) keep(p *Page) *Page {
	if old := r.bySnap[p.Snapshot]; old != nil {
		old.Duplicates = append(old.Duplicates, p.URL)
		return nil
	}
	r.bySnap[p.Snapshot] = p
	r.byURL[p.URL] = p
	r.texts[p.Snapshot] = p.Text
	r.pages = append(r.pages, p)
	return p
}

// noteIndexed folds near copies into the page that stands for them.
func (r *run) noteIndexed(a Added) {
	r.indexed += a.Passages
	for dup, original := range a.Copies {
		from, to := r.bySnap[dup], r.bySnap[original]
		if from == nil || to == nil || from == to {
			continue
		}
		to.Duplicates = append(to.Duplicates, from.URL)
		r.bySnap[dup] = to
		for i, p := range r.pages {
			if p == from {
				r.pages = append(r.pages[:i:i], r.pages[i+1:]...)
				break
			}
		}
	}
}

// restore takes up what a killed run had read.
func (r *run) restore(ctx context.Context) error {
	in := startIndexing(ctx, r.index)
	for _, s := range r.q.Prior {
		switch s := s.(type) {
		case Planned:
			for _, search := range s.Searches {
				r.asked[foldQuery(search.Query)] = true
			}
			r.plans = append(r.plans, s.Plan)
		case Searched:
			r.searches = append(r.searches, s)
			r.usage.Searches++
			for _, h := range s.Hits {
				r.found(h.URL)
			}
		case Paged:
			r.restorePage(s, in)
		}
	}
	r.attach(ctx, in)
	added, err := in.wait()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("indexing the pages read before: %w", err)
	}
	r.noteIndexed(added)
	if len(r.plans) >= r.q.Budget.Rounds {
		r.stopFor(StopRounds)
	}
	r.stopFor(r.q.Budget.over(r.usage))
	if len(r.pages) > 0 {
		return r.rank(ctx)
	}
	return nil
}

func (r *run) restorePage(s Paged, in *indexing) {
	if s.Attached && s.State != PageReading {
		r.attached[s.URL] = true
	}
	if s.Attempted {
		r.usage.Attempted++
	}
	r.found(s.URL)
	switch {
	case s.State == PageSkipped:
		r.skipped = append(r.skipped, Skip{URL: s.URL, Reason: s.Reason, Detail: s.Detail})
	case s.State == PageRead && s.Page != nil:
		if page := r.take(s); page != nil {
			in.add(page)
		}
	}
}

// foldQuery makes queries that differ in case, width of spaces or punctuation alike.
func foldQuery(q string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(q), func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsNumber(c)
	}), " ")
}
