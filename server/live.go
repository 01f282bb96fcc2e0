package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/sonde-search/sonde/agent"
)

// Why a run's context ended.
var (
	errCancelled = errors.New("the run was cancelled")
	errShutdown  = errors.New("the server is shutting down")
	errOverdue   = errors.New("the run took much longer than its budget")
	errUnstored  = errors.New("the run's steps could not be stored")
)

// An event is a stored step as it is sent.
type event struct {
	id   int64
	kind string
	data []byte // JSON of the step
}

func eventOf(r agent.Record) (event, error) {
	data, err := json.Marshal(r.Step)
	if err != nil {
		return event{}, fmt.Errorf("encoding step %d: %w", r.ID, err)
	}
	return event{r.ID, r.Step.Kind(), data}, nil
}

// final reports whether nothing follows the event.
func (e event) final() bool { return e.kind == "answer" || e.kind == "error" }

// A liveRun is a run at work in this process. It holds all of the run's events
// from the first, so that any number of readers can follow at their own pace
// and a slow one costs the others nothing.
type liveRun struct {
	id     string
	owner  string
	q      agent.Question
	ctx    context.Context
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	events  []event
	changed chan struct{} // closed and replaced when events or done change
	done    bool
	err     error // why it ended without a final event
}

func newLiveRun(ctx context.Context, r Run) *liveRun {
	l := &liveRun{id: r.ID, owner: r.Owner, q: r.Question, changed: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	return l
}

// publish tells readers of events that are stored. Where the ones before are
// not known (a run whose steps cannot be read), it tells nothing.
func (l *liveRun) publish(events ...event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(events) == 0 || events[0].id != int64(len(l.events))+1 {
		return
	}
	l.events = append(l.events, events...)
	l.wake()
}

// end tells readers that nothing more comes.
func (l *liveRun) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done, l.err = true, err
	l.wake()
}

func (l *liveRun) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// since returns the events after the given id, a channel that is closed when
// there are more, and whether the run has ended.
func (l *liveRun) since(after int64) (events []event, more <-chan struct{}, done bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if after = max(after, 0); after < int64(len(l.events)) {
		events = l.events[after:len(l.events):len(l.events)]
	}
	return events, l.changed, l.done
}

// wait returns when the run has ended, or ctx.
func (l *liveRun) wait(ctx context.Context) error {
	for {
		_, more, done := l.since(0)
		if done {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// last is the id of the last event.
func (l *liveRun) last() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.events))
}
