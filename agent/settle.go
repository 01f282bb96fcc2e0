package agent

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// write lets the writer speak, settles each claim, and ends the run with its answer.
func (r *run) write(ctx context.Context) error {
	r.doing = "writing the answer"
	writer, wctx, cancel := r.writing(ctx)
	defer cancel()
	if len(r.pages) > 0 {
		if err := r.finalRank(wctx); err != nil {
			return err
		}
		if err := r.claimsOf(wctx, writer); err != nil {
			return err
		}
		if err := r.rescue(wctx, writer); err != nil {
			return err
		}
		if len(r.claims) == 0 && wctx.Err() != nil && r.a.Last != nil && !r.gone {
			// Time ran out or the reader said stop before the first sentence.
			last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), cancelGrace)
			defer cancelLast()
			if err := r.claimsOf(last, r.a.Last); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), ErrOutOfTime) {
		r.stop = StopCancelled // also where reading had ended by itself
	}
	r.stopFor(StopEnough)
	r.emit(Answered{r.answer()})
	return nil
}

// rescue lets the last writer write where nothing that another wrote held: a
// model that writes garbage must not stand between the reader and the pages.
func (r *run) rescue(ctx context.Context, wrote Writer) error {
	if len(r.claims) > 0 || r.refused == 0 || r.held != "" || r.gone || ctx.Err() != nil || r.a.Last == nil || r.a.Last == wrote {
		return nil
	}
	r.warn(fmt.Sprintf(r.say().nothingHeld, r.model))
	r.model = "builtin"
	return r.claimsOf(ctx, r.a.Last)
}

// writing chooses who writes and for how long: after a cancel only who is fast.
func (r *run) writing(ctx context.Context) (Writer, context.Context, context.CancelFunc) {
	if ctx.Err() != nil {
		w := r.a.Last
		if w == nil {
			w = r.a.Writer
		}
		c, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelGrace)
		return w, c, cancel
	}
	left := r.q.Budget.Time() - r.now().Sub(r.started)
	c, cancel := context.WithTimeout(ctx, max(left, cancelGrace))
	return r.a.Writer, c, cancel
}

// finalRank ranks once more where a round was broken off before it could.
func (r *run) finalRank(ctx context.Context) error {
	if len(r.passages) > 0 && r.stop != StopCancelled && r.stop != StopSeconds {
		return nil
	}
	return r.rank(ctx)
}

// claimsOf takes the writer's claims one by one.
func (r *run) claimsOf(ctx context.Context, w Writer) error {
	for c, err := range w.Write(ctx, r.evidence(), r.teller("write")) {
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("writing the answer: %w", err)
		}
		r.doing = "checking a claim"
		r.settle(ctx, c)
		r.doing = "writing the answer"
		if r.gone || len(r.claims) >= maxClaims {
			return nil
		}
	}
	return nil
}

func (r *run) evidence() Evidence {
	return Evidence{
		Question: r.q, Plans: r.plans, Passages: r.passages, Pages: r.bySnap,
		Searches: r.searches, Skipped: r.skipped,
		Left: r.q.Budget.left(r.usage, r.now().Sub(r.started), len(r.plans)),
	}
}

// settle checks one claim, repairs it where that helps, and tells it or its
// rejection.
func (r *run) settle(ctx context.Context, c Claim) {
	c.Text, _ = StripMarks(c.Text)
	c.Text = strings.TrimSpace(c.Text)
	if c.Text == "" {
		return
	}
	draft := c
	draft.Cites = slices.Clone(c.Cites)
	j := Judgement{Unsupported, r.say().noCite}
	if r.exact(&c) {
		j = r.check(c)
	}
	var changed *Claim
	if j.Verdict != Supported {
		c, j = r.repaired(ctx, c, j)
		changed = &draft
	}
	if j.Verdict == Unsupported {
		r.refused++
		r.emit(Rejected{Text: c.Text, Why: j.Why, Draft: &draft})
		if r.q.Unsupported != "mark" {
			return
		}
		c.Cites = nil
	}
	c.Verdict = j.Verdict
	sources := r.number(&c)
	r.claims = append(r.claims, c)
	if r.usage.FirstClaimSeconds == 0 {
		r.usage.FirstClaimSeconds = seconds(r.now().Sub(r.started))
	}
	r.emit(Claimed{Claim: c, Sources: sources, Draft: changed})
}

// exact makes every cite's offsets and quote agree with its snapshot; it
// reports false where a cite has no quote or names a page that was not read.
func (r *run) exact(c *Claim) bool {
	if len(c.Cites) == 0 {
		return false
	}
	for i, cite := range c.Cites {
		text, ok := r.text(cite.Snapshot)
		if !ok || cite.Quote == "" {
			return false
		}
		made, ok := NewCite(cite.Snapshot, text, cite.Start, cite.End)
		if !ok || made.Quote != cite.Quote {
			return false
		}
		c.Cites[i] = made
	}
	return true
}

func (r *run) text(snapshot string) (string, bool) {
	t, ok := r.texts[snapshot]
	return t, ok
}

func (r *run) check(c Claim) Judgement {
	if r.a.Check != nil {
		return r.a.Check(c, r.text)
	}
	return Check(c, r.text)
}

// repaired looks for better quotes: first on the pages that the claim names,
// then in all that was read.
func (r *run) repaired(ctx context.Context, c Claim, j Judgement) (Claim, Judgement) {
	found, err := r.index.Search(ctx, Query{Text: c.Text, K: 20})
	if err != nil {
		found = nil // repair goes on with the passages at hand
	}
	all := append(found, r.passages...)
	named := slices.DeleteFunc(slices.Clone(all), func(p Passage) bool {
		return !slices.ContainsFunc(c.Cites, func(x Cite) bool { return x.Snapshot == p.Snapshot })
	})
	best, bestJ := c, j
	for _, passages := range [][]Passage{named, all} {
		if len(passages) == 0 {
			continue
		}
		fixed, ok := Repair(c, passages, r.text)
		if !ok || !r.exact(&fixed) {
			continue
		}
		judged := r.check(fixed)
		if judged.Verdict == Supported {
			return fixed, judged
		}
		if judged.Verdict == Weak && bestJ.Verdict == Unsupported {
			best, bestJ = fixed, judged
		}
	}
	return best, bestJ
}

// number gives the claim's cites their source numbers; a source gets the next
// number when it is cited first. Near copies share the number of their original.
func (r *run) number(c *Claim) []Source {
	var sources []Source
	for i := range c.Cites {
		page := r.bySnap[c.Cites[i].Snapshot]
		n := r.numbers[page.Snapshot]
		if n == 0 {
			r.cited = append(r.cited, page)
			n = len(r.cited)
			r.numbers[page.Snapshot] = n
		}
		c.Cites[i].Source = n
		s := sourceOf(page, n, StateCited)
		if !slices.ContainsFunc(sources, func(have Source) bool { return have.N == n }) {
			sources = append(sources, s)
		}
	}
	return sources
}

func sourceOf(p *Page, n int, state SourceState) Source {
	return Source{
		N: n, URL: p.URL, Title: p.Title, Site: p.Site, Published: p.Published, Fetched: p.Fetched,
		Snapshot: p.Snapshot, State: state, Duplicates: slices.Clone(p.Duplicates),
	}
}

// answer is the run as one document.
func (r *run) answer() Answer {
	a := Answer{
		ID: r.id, Question: r.q.Text, Language: r.language(), Stopped: r.stop,
		Claims: r.claims, Skipped: r.skipped, Plan: r.plans, Model: r.model, Warnings: r.warnings,
	}
	for i, p := range r.cited {
		a.Sources = append(a.Sources, sourceOf(p, i+1, StateCited))
	}
	for _, p := range r.pages {
		if r.numbers[p.Snapshot] == 0 {
			a.Sources = append(a.Sources, sourceOf(p, len(a.Sources)+1, StateRead))
		}
	}
	for _, s := range r.searches {
		a.Providers = append(a.Providers, reportOf(s))
	}
	r.usage.Cited = len(r.cited)
	r.usage.Seconds = seconds(r.now().Sub(r.started))
	a.Usage = r.usage
	a.Status = r.status()
	a.Readings = r.readings
	a.Text = r.compose(a) + r.readingsText()
	return a.withoutNil()
}

func reportOf(s Searched) ProviderReport {
	p := ProviderReport{Name: s.Provider, Query: s.Query, Hits: len(s.Hits)}
	if s.Error != "" {
		p.Error = &s.Error
	}
	return p
}

// status derives how the run ended from what it has to show.
func (r *run) status() Status {
	held := slices.ContainsFunc(r.claims, func(c Claim) bool { return c.Verdict != Unsupported })
	switch {
	case r.stop == StopCancelled:
		return StatusCancelled
	case !held && r.usage.Read == 0 && (len(r.skipped) > 0 || r.allSearchesFailed()):
		return StatusFailed
	case !held || r.held == StatusNotFound:
		return StatusNotFound
	case r.held == StatusPartial:
		return StatusPartial
	}
	return StatusAnswered
}

func (r *run) allSearchesFailed() bool {
	return len(r.searches) > 0 && !slices.ContainsFunc(r.searches, func(s Searched) bool { return s.Error == "" })
}

// withoutNil makes empty lists of nil ones, so that JSON has [] and never null.
func (a Answer) withoutNil() Answer {
	a.Claims = orEmpty(a.Claims)
	a.Sources = orEmpty(a.Sources)
	a.Skipped = orEmpty(a.Skipped)
	a.Plan = orEmpty(a.Plan)
	a.Providers = orEmpty(a.Providers)
	a.Warnings = orEmpty(a.Warnings)
	for i := range a.Claims {
		a.Claims[i].Cites = orEmpty(a.Claims[i].Cites)
	}
	return a
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func seconds(d time.Duration) float64 {
	return float64(d.Round(time.Millisecond)) / float64(time.Second)
}
