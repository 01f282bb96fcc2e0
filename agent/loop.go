package agent

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"
)

// An Agent answers questions. Its fields are what it depends on; those of the
// first group are required. An Agent may serve many runs at once.
type Agent struct {
	Planner Planner
	Writer  Writer
	Web     Web
	Index   OpenIndex

	// Resolve completes a follow-up from the earlier turns, so that it can be
	// understood without them; nil: follow-ups are taken as they are.
	Resolve func(ctx context.Context, q Question, tell Tell) string
	// Attach reads what came with a question; nil: nothing can be attached.
	Attach Attach
	// Library holds the collections that a question's scope may name; nil: none.
	Library Library
	// Last writes when a run was cancelled and nothing slow may be asked any
	// more; nil: Writer.
	Last Writer
	// Reserve is the share of the seconds that is kept for writing, 0 to 0.9; 0 means 0.1.
	Reserve float64
	Check   Checker          // nil: Check
	Now     func() time.Time // nil: time.Now
	Model   string           // the SPEC shown in answers; empty: "builtin"
	Log     *slog.Logger     // is told of panics, with their stack; nil: nobody is
}

// cancelGrace is how long a cancelled run may still write from what it has.
const cancelGrace = 700 * time.Millisecond

// maxClaims bounds an answer, so that an endless writer ends.
const maxClaims = 80

// Run answers one question. It yields the run's steps as they happen; the last
// is Answered, or Failed where Sonde itself could not go on. Breaking off the
// iteration stops the run; a panic in what it depends on is its error, a Panic. Cancelling ctx ends reading at once; the answer is
// then what the evidence so far supports. The question must be valid (see
// Question.Validate); id names the run.
func (a *Agent) Run(ctx context.Context, id string, q Question) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r := newRun(a, id, q.Clean(), yield)
		r.cancel = cancel
		if err := r.walk(ctx); err != nil {
			r.emit(Failed{Message: err.Error(), Err: err})
		}
	}
}

// Drain runs the steps to their end and returns the answer.
func Drain(steps iter.Seq[Step]) (Answer, error) {
	for s := range steps {
		switch s := s.(type) {
		case Answered:
			return s.Answer, nil
		case Failed:
			if s.Err != nil {
				return Answer{}, s.Err
			}
			return Answer{}, errors.New(s.Message)
		}
	}
	return Answer{}, errors.New("the run ended without an answer")
}

// ErrOutOfTime is the cause of a cancelled context that means the end of the
// budget's seconds rather than a person's stop.
var ErrOutOfTime = errors.New("out of time")

// EndReading is what a planner returns to end reading for the given reason.
type EndReading struct{ Reason Stop }

// Error says why reading ends.
func (e EndReading) Error() string { return "reading ends: " + string(e.Reason) }

// walk is one question's way: plan and read, round by round, then write.
func (r *run) walk(ctx context.Context) (err error) {
	defer r.caught(&err)
	r.doing = "beginning"
	if r.a.Resolve != nil && len(r.q.Earlier) > 0 && r.q.Resolved == "" {
		r.q.Resolved = r.a.Resolve(ctx, r.q, r.teller("plan"))
	}
	r.emit(Started{ID: r.id, Question: r.q, At: r.started, Model: r.model, Resumed: len(r.q.Prior) > 0})
	session, err := r.a.Web.Open(ctx, r.q)
	if err != nil {
		return fmt.Errorf("opening the question's scope: %w", err)
	}
	defer session.Close()
	index, err := r.a.Index(ctx)
	if err != nil {
		return fmt.Errorf("opening the run's index: %w", err)
	}
	defer index.Close()
	r.session, r.index = session, index

	readCtx, cancel := context.WithTimeout(ctx, r.readingTime())
	defer cancel()
	if err := r.restore(readCtx); err != nil {
		return err
	}
	for r.stop == "" {
		if err := r.round(readCtx); err != nil {
			return err
		}
		r.noteEnd(ctx, readCtx)
	}
	return r.write(ctx)
}

// readingTime is the part of the seconds that planning and reading may take.
func (r *run) readingTime() time.Duration {
	reserve := r.a.Reserve
	if reserve <= 0 || reserve > 0.9 {
		reserve = 0.1
	}
	return time.Duration(float64(r.q.Budget.Time()) * (1 - reserve))
}

// noteEnd notes why reading must end where a context says so.
func (r *run) noteEnd(ctx, readCtx context.Context) {
	switch {
	case errors.Is(context.Cause(ctx), ErrOutOfTime):
		r.stopFor(StopSeconds)
	case ctx.Err() != nil:
		r.stopFor(StopCancelled)
	case readCtx.Err() != nil:
		r.stopFor(StopSeconds)
	}
}

// round plans once and carries the plan out.
func (r *run) round(ctx context.Context) error {
	plan, err := r.plan(ctx)
	if err != nil || r.stop != "" {
		return err
	}
	limit := r.q.Budget.Pages - r.usage.Attempted
	if plan.Pages > 0 {
		limit = min(limit, plan.Pages)
	}
	if err := r.read(ctx, plan, limit); err != nil {
		return err
	}
	r.gained = len(r.pages) - r.pagesBefore
	if ctx.Err() == nil {
		if err := r.rank(ctx); err != nil {
			return err
		}
	}
	r.stopFor(r.q.Budget.over(r.usage))
	if len(r.plans) >= r.q.Budget.Rounds {
		r.stopFor(StopRounds)
	}
	return nil
}

// plan asks the planner, and drops what was done before from its plan.
func (r *run) plan(ctx context.Context) (Plan, error) {
	r.doing = fmt.Sprintf("planning round %d", len(r.plans)+1)
	plan, err := r.a.Planner.Plan(ctx, r.brief(), r.teller("plan"))
	var stop EndReading
	switch {
	case ctx.Err() != nil:
		return Plan{}, nil // noteEnd says why
	case errors.As(err, &stop):
		r.stopFor(stop.Reason)
		return Plan{}, nil
	case err != nil:
		return Plan{}, fmt.Errorf("planning round %d: %w", len(r.plans)+1, err)
	}
	r.stopFor(r.q.Budget.over(r.usage))
	plan.Round = len(r.plans) + 1
	r.dropRepeated(&plan)
	r.plans = append(r.plans, plan)
	r.emit(Planned{plan})
	if plan.Enough || plan.Round > 1 && r.idle(plan) {
		r.stopFor(StopEnough)
	}
	return plan, nil
}

// dropRepeated removes searches that were asked in an earlier round, so that a
// planner that goes in circles comes to an end.
func (r *run) dropRepeated(p *Plan) {
	kept := p.Searches[:0:0]
	for _, s := range p.Searches {
		if key := foldQuery(s.Query); key != "" && !r.asked[key] {
			r.asked[key] = true
			kept = append(kept, s)
		}
	}
	p.Searches = kept
}

// idle reports whether a plan asks for nothing that is not done already.
func (r *run) idle(p Plan) bool {
	return len(p.Searches) == 0 && len(p.Open) == 0 && len(r.session.Unread(1)) == 0
}

// read carries out a plan: pages are indexed while others are being fetched.
func (r *run) read(ctx context.Context, p Plan, limit int) error {
	r.doing = fmt.Sprintf("reading in round %d", p.Round)
	r.pagesBefore = len(r.pages)
	in := startIndexing(ctx, r.index)
	for s := range r.session.Read(ctx, p, limit) {
		switch s := s.(type) {
		case Searched:
			r.noteSearch(s)
		case Paged:
			if page := r.notePage(s); page != nil {
				in.add(page)
			}
		}
		if r.gone {
			break
		}
	}
	added, err := in.wait()
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("indexing the pages of round %d: %w", p.Round, err)
	}
	r.noteIndexed(added)
	return nil
}

// rank asks the index for the passages that matter so far.
func (r *run) rank(ctx context.Context) error {
	best, err := r.best(ctx, evidencePassages)
	if err != nil {
		return fmt.Errorf("ranking passages: %w", err)
	}
	if err := r.adopt(ctx, best); err != nil {
		return err
	}
	r.passages = best
	r.emit(Ranked{Round: len(r.plans), Pages: len(r.pages), Passages: r.indexed, Best: outline(best, 5)})
	return nil
}
