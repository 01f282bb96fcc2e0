package crawler

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Waits of one round.
const (
	parseGrace = 200 * time.Millisecond // for pages that had arrived when the time was up
	holdBack   = time.Second            // so long, half of the pages are kept for slower providers
	pollHost   = 25 * time.Millisecond  // where other sessions hold a host's places
	stepsAhead = 256                    // steps that a slow reader may lag behind
	robotsLead = 64                     // robots.txt fetches under way at most
)

// A round is one call of Read. Its state is owned by the goroutine of run,
// under the session's lock.
type round struct {
	*Session
	ctx    context.Context
	cancel context.CancelCauseFunc
	plan   agent.Plan
	limit  int
	steps  chan agent.Step
	// parsers is the context of extractions: it ends with the round's goroutine,
	// so that what arrived before the time was up can still be read.
	parsers context.Context

	attempted  int         // pages asked for, or about to be
	hungry     atomic.Bool // more pages may be asked for
	flights    map[*flight]bool
	owed       map[*candidate]bool // asked for once, waiting for their second try
	searches   int                 // under way
	waiting    map[string]int      // queries under way
	answered   map[string]bool     // queries that a provider answered
	started    time.Time
	stopSearch context.CancelFunc
	firstReply time.Time
	wake       time.Time // when something is due that no event tells of
}

// An event is something that happened elsewhere, to be dealt with by the round
// that runs then.
type event func(*round)

// Read carries out one plan; see agent.Session.
func (s *Session) Read(ctx context.Context, p agent.Plan, limit int) iter.Seq[agent.Step] {
	return func(yield func(agent.Step) bool) {
		if p.Pages > 0 {
			limit = min(limit, p.Pages)
		}
		r := &round{Session: s, plan: p, limit: limit, steps: make(chan agent.Step, stepsAhead),
			flights: map[*flight]bool{}, owed: map[*candidate]bool{}, stopSearch: func() {},
			waiting: map[string]int{}, answered: map[string]bool{}, started: time.Now()}
		r.ctx, r.cancel = context.WithCancelCause(ctx)
		defer r.cancel(errRoundOver)
		go r.run()
		for step := range r.steps {
			if !yield(step) {
				r.cancel(errBrokenOff)
				for range r.steps { // until run has ended
				}
				return
			}
		}
	}
}

var errBrokenOff = failure(agent.SkipCancelled, "the reader went away")

// run is the round's own goroutine.
func (r *round) run() {
	defer close(r.steps)
	defer r.cancel(errRoundOver)
	var stop context.CancelFunc
	r.parsers, stop = context.WithCancel(r.Session.ctx)
	defer stop()
	defer func() {
		if v := recover(); v != nil {
			r.crawler.opts.Log.Error("a crawl round gave up", "panic", fmt.Sprint(v))
		}
	}()
	r.prepare()
	for {
		r.mu.Lock()
		r.dispatch()
		over := r.over()
		r.mu.Unlock()
		if over {
			break
		}
		if !r.wait() {
			r.wrapUp()
			break
		}
	}
	r.stopSearch()
	r.endSearches()
}

// prepare takes the plan in and starts its searches.
func (r *round) prepare() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.front.want.learn(r.plan) {
		r.front.relearn()
		r.consultAgain()
	}
	r.ask(r.plan.Open)
	if r.question.Scope.Web {
		r.startSearches()
	}
}

// ask puts the addresses that the planner wants first. It may only name what
// was found; anything else would let a page choose what we open.
func (r *round) ask(open []string) {
	for _, raw := range open {
		a, err := parseAddress(raw)
		c := r.front.byKey[a.key]
		switch {
		case err != nil:
			f := classify(r.ctx, err)
			r.skip(raw, f, false)
		case c == nil:
			r.skip(raw, failure(reasonBadAddress, "no search and no page named this address"), false)
		case c.taken:
			r.skip(raw, failure(agent.SkipDuplicate, "it was asked for before"), false)
		default:
			c.source = fromPlan
			r.front.fresh = false
		}
	}
}

// over reports whether nothing is left to wait for.
func (r *round) over() bool {
	if len(r.flights) > 0 || len(r.owed) > 0 {
		return false
	}
	if r.attempted >= r.limit {
		return true
	}
	return r.searches == 0 && r.helpers == 0 && r.wake.IsZero()
}

// wait deals with what happens next; false where the round's time is up.
func (r *round) wait() bool {
	var due <-chan time.Time
	if !r.wake.IsZero() {
		t := time.NewTimer(max(0, r.wake.Sub(r.crawler.opts.Now())))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-r.ctx.Done():
		return false
	case <-due:
	case e := <-r.events:
		r.handle(e)
		for range 64 { // what else has come by now
			select {
			case e := <-r.events:
				r.handle(e)
			default:
				return r.ctx.Err() == nil
			}
		}
	}
	return r.ctx.Err() == nil
}

func (r *round) handle(e event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e(r)
}

// post hands an event to the round that runs, now or next.
func (s *Session) post(e event) {
	select {
	case s.events <- e:
	case <-s.ctx.Done():
	}
}

// wrapUp ends a round whose time is up. Pages that had arrived by then still
// count; what was under way is told as skipped.
func (r *round) wrapUp() {
	if !errors.Is(context.Cause(r.ctx), errBrokenOff) {
		grace := time.NewTimer(parseGrace)
		defer grace.Stop()
		for r.parsing() {
			select {
			case e := <-r.events:
				r.handle(e)
				continue
			case <-grace.C:
			}
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	why := failure(agent.SkipCancelled, "the question was cancelled")
	if errors.Is(context.Cause(r.ctx), context.DeadlineExceeded) {
		why = failure(agent.SkipBudget, "the time was up")
	}
	for fl := range r.flights {
		r.skip(fl.c.addr.text, why, fl.c.tried > 1 || fl.f.sent.Load() > 0)
	}
	for c := range r.owed {
		r.skip(c.addr.text, why, true)
	}
}

// parsing reports whether a page that arrived is being turned into text.
func (r *round) parsing() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for fl := range r.flights {
		if fl.arrived {
			return true
		}
	}
	return false
}

// emit tells a step. The reader may be slow; it is never lost.
func (r *round) emit(s agent.Step) {
	select {
	case r.steps <- s:
		return
	default:
	}
	if errors.Is(context.Cause(r.ctx), errBrokenOff) {
		return
	}
	// The reader may ask Unread before it goes on reading.
	r.mu.Unlock()
	r.steps <- s
	r.mu.Lock()
}

// skip tells that an address was not read.
func (r *round) skip(url string, f *fetchError, attempted bool) {
	r.emit(agent.Paged{State: agent.PageSkipped, URL: url, Reason: f.reason, Detail: f.detail,
		Attempted: attempted, Found: r.front.found})
}
