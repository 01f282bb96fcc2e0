package agent

import (
	"context"
	"iter"
	"time"
)

// Replay runs a bundle again without a network: searches, pages and plans are
// those of the bundle, in their order, and the clock shows the bundle's times.
// a gives the index, the check, and the writer; a nil Writer replays what the
// bundle's writer said, a model's turns included. With the same writer and the
// same version the steps are the same, byte for byte.
func Replay(ctx context.Context, a *Agent, b *Bundle) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		tape := newTape(b, cancel)
		again := *a
		again.Planner, again.Web, again.Now, again.Library = tape, tape, tape.now, nil
		again.Attach = tape.attach
		again.Model = tape.started.Model
		if again.Writer == nil {
			again.Writer = tape
			again.Last = tape
		}
		q := tape.started.Question
		var id int64
		for s := range again.Run(ctx, tape.started.ID, q) {
			tape.note(s)
			id++
			r := Record{ID: id, Step: s}
			if int(id) <= len(b.Records) {
				r.At = b.Records[id-1].At
			}
			if !yield(r) {
				return
			}
		}
	}
}

// A tape plays a bundle as planner, web, session, writer and clock.
type tape struct {
	started  Started
	answer   Answer
	rounds   []tapeRound
	writing  []Step // what the writer did
	round    int
	cancel   context.CancelCauseFunc
	attached map[string]Paged // what became of the attachments, by address

	asked   int  // calls of the clock
	claimed bool // a claim was told
	wrote   bool // the writer was asked
}

// tapeRound is a plan with what was read for it.
type tapeRound struct {
	thoughts []Step
	plan     Plan
	reads    []Step
}

func newTape(b *Bundle, cancel context.CancelCauseFunc) *tape {
	t := &tape{started: b.Started(), cancel: cancel, attached: map[string]Paged{}}
	t.answer, _ = b.Answer()
	var thoughts []Step
	for _, r := range b.Records {
		switch s := r.Step.(type) {
		case Reasoned:
			if s.Phase == "write" {
				t.writing = append(t.writing, s)
			} else {
				thoughts = append(thoughts, s)
			}
		case Planned:
			t.rounds = append(t.rounds, tapeRound{thoughts: thoughts, plan: s.Plan})
			thoughts = nil
		case Searched:
			t.reads(s)
		case Paged:
			if s.Attached {
				t.attached[s.URL] = s
			} else {
				t.reads(s)
			}
		case Claimed, Rejected:
			t.writing = append(t.writing, s)
		}
	}
	return t
}

// reads puts what a search or a fetch came to into its round.
func (t *tape) reads(s Step) {
	if n := len(t.rounds); n > 0 {
		t.rounds[n-1].reads = append(t.rounds[n-1].reads, s)
	}
}

// attach gives an attachment as it was read.
func (t *tape) attach(_ context.Context, _ Question, a Attachment, _ Tell) (*Page, error) {
	s := t.attached[a.URL()]
	if s.Page == nil {
		return nil, &Unread{Reason: s.Reason, Detail: s.Detail}
	}
	page := *s.Page
	return &page, nil
}

// note follows the replayed run, so that the clock knows where it is.
func (t *tape) note(s Step) {
	if _, ok := s.(Claimed); ok {
		t.claimed = true
	}
}

// now is the bundle's clock: the start, then the time of the first claim, then
// the time of the answer.
func (t *tape) now() time.Time {
	t.asked++
	s := t.answer.Usage.Seconds
	switch {
	case t.asked == 1:
		s = 0
	case !t.claimed && t.answer.Usage.FirstClaimSeconds > 0:
		s = t.answer.Usage.FirstClaimSeconds
	}
	return t.started.At.Add(time.Duration(s * float64(time.Second)))
}

// Plan gives the bundle's next plan.
func (t *tape) Plan(_ context.Context, _ Brief, tell Tell) (Plan, error) {
	if t.round >= len(t.rounds) {
		return Plan{}, EndReading{t.answer.Stopped}
	}
	r := t.rounds[t.round]
	t.round++
	for _, s := range r.thoughts {
		tell(Note{Reasoning: s.(Reasoned).Delta})
	}
	return r.plan, nil
}

// Open is the bundle itself.
func (t *tape) Open(context.Context, Question) (Session, error) { return t, nil }

// Close does nothing.
func (t *tape) Close() error { return nil }

// Unread is not empty as long as the bundle's run read on.
func (t *tape) Unread(int) []Hit {
	if t.round > 0 && len(t.rounds[t.round-1].reads) == 0 {
		return nil
	}
	return []Hit{{}}
}

// Read gives what was found and read in the bundle's round. Where the run was
// broken off in its last round, so is this one.
func (t *tape) Read(context.Context, Plan, int) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for _, s := range t.rounds[t.round-1].reads {
			if !yield(s) {
				return
			}
		}
		if t.round < len(t.rounds) {
			return
		}
		switch t.answer.Stopped {
		case StopSeconds:
			t.cancel(ErrOutOfTime)
		case StopCancelled:
			t.cancel(context.Canceled)
		}
	}
}

// Write says again what the bundle's writers said, once: what a second one
// wrote after the first is in the bundle too. A run that was stopped while it
// was written is stopped at the same place.
func (t *tape) Write(_ context.Context, _ Evidence, tell Tell) iter.Seq2[Claim, error] {
	return func(yield func(Claim, error) bool) {
		if t.wrote {
			return
		}
		t.wrote = true
		if t.answer.Stopped == StopCancelled {
			defer t.cancel(context.Canceled)
		}
		for _, w := range t.answer.Warnings {
			tell(Note{Warning: w})
		}
		tell(Note{Spent: t.answer.Usage, Model: t.answer.Model})
		for _, s := range t.writing {
			switch s := s.(type) {
			case Reasoned:
				tell(Note{Reasoning: s.Delta})
			case Claimed:
				c := s.Claim
				if s.Draft != nil {
					c = *s.Draft
				}
				if !yield(c, nil) {
					return
				}
			case Rejected:
				if s.Draft != nil && !yield(*s.Draft, nil) {
					return
				}
			}
		}
		switch t.answer.Status {
		case StatusPartial, StatusNotFound:
			tell(Note{Status: t.answer.Status})
		}
	}
}
