package server

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/sonde-search/sonde/agent"
)

const (
	stepQueue   = 256              // steps that may wait to be stored; then the runner waits
	stepBatch   = 256              // steps stored at a time
	overtime    = 30 * time.Second // after the budget's seconds a run is cancelled
	patience    = 10 * time.Second // after being cancelled a run that goes on is given up
	firstPause  = 50 * time.Millisecond
	longestWait = 2 * time.Second
)

// A worker stores and tells the steps of one run.
type worker struct {
	manager *manager
	run     *liveRun
	queue   chan agent.Step // closed when the runner has ended
	ended   chan struct{}   // closed when no more steps are stored
	next    int64           // id of the last step
	final   agent.Step      // Answered or Failed, once stored
}

// take runs the runner and queues its steps. A run's own panics are its errors;
// one in what stands around it, such as opening a model, is a failed run too.
func (w *worker) take() {
	defer close(w.queue)
	defer func() {
		if p := recover(); p != nil {
			w.manager.log.Error("panic in a run", "run", w.run.id, "panic", p, "stack", string(debug.Stack()))
			w.put(agent.Failed{Message: "an internal error ended the run; the server's log says more"})
		}
	}()
	first := len(w.run.q.Prior) > 0
	for step := range w.manager.runner.Run(w.run.ctx, w.run.id, w.run.q) {
		if _, isStart := step.(agent.Started); first && !isStart {
			w.put(agent.Started{ID: w.run.id, Question: w.run.q, At: w.manager.now(), Model: w.run.q.Model, Resumed: true})
		}
		first = false
		if !w.put(step) {
			return
		}
	}
}

// put queues a step. It reports false where nobody wants any more: the run was
// given up, or the server shuts down and the run is to go on in the next process.
func (w *worker) put(step agent.Step) bool {
	if w.interrupted() {
		return false
	}
	select {
	case w.queue <- step:
		return true
	case <-w.ended:
		return false
	}
}

func (w *worker) interrupted() bool {
	return errors.Is(context.Cause(w.run.ctx), errShutdown)
}

// keep stores steps until the run has ended, and tells readers after that.
func (w *worker) keep() error {
	limit := time.AfterFunc(w.run.q.Budget.Time()+overtime, func() { w.run.cancel(errOverdue) })
	defer limit.Stop()
	overdue := make(chan struct{})
	stop := context.AfterFunc(w.run.ctx, func() {
		time.AfterFunc(patience, func() { close(overdue) })
	})
	defer stop()
	for w.final == nil {
		select {
		case step, open := <-w.queue:
			batch := w.waiting(step, open)
			if err := w.storeAndTell(batch); err != nil {
				w.run.cancel(errUnstored)
				return err
			}
			if open {
				continue
			}
		case <-overdue:
			if !w.interrupted() {
				return w.storeAndTell([]agent.Step{agent.Failed{Message: "the run did not stop when it was told to; it was given up"}})
			}
		}
		if w.final == nil && w.interrupted() {
			return errShutdown
		}
	}
	return nil
}

// waiting takes what has queued up. A runner that ended without an answer has failed.
func (w *worker) waiting(step agent.Step, open bool) []agent.Step {
	var batch []agent.Step
	for open {
		batch = append(batch, step)
		if final(step) || len(batch) == stepBatch {
			return batch
		}
		select {
		case step, open = <-w.queue:
		default:
			return batch
		}
	}
	if !w.interrupted() {
		batch = append(batch, agent.Failed{Message: "the run ended without an answer"})
	}
	return batch
}

func final(s agent.Step) bool {
	switch s.(type) {
	case agent.Answered, agent.Failed:
		return true
	}
	return false
}

// storeAndTell makes steps durable and then tells readers of them.
func (w *worker) storeAndTell(steps []agent.Step) error {
	if len(steps) == 0 {
		return nil
	}
	records, events := make([]agent.Record, len(steps)), make([]event, len(steps))
	for i, step := range steps {
		records[i] = agent.Record{ID: w.next + int64(i) + 1, At: w.manager.now().UTC(), Step: step}
		e, err := eventOf(records[i])
		if err != nil {
			return errors.Join(errUnstored, err)
		}
		events[i] = e
	}
	if err := w.append(records); err != nil {
		return err
	}
	w.next += int64(len(steps))
	w.run.publish(events...)
	for _, step := range steps {
		w.manager.metrics.step(step)
		if final(step) {
			w.final = step
		}
	}
	return nil
}

// append stores records, again and again while the store fails (a full disk may
// get room), up to the limit. Storing the same records twice changes nothing.
func (w *worker) append(records []agent.Record) error {
	ctx := context.WithoutCancel(w.run.ctx)
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, longestWait) {
		err := w.manager.store.AppendSteps(ctx, w.run.id, records)
		if err == nil {
			return nil
		}
		w.manager.log.Error("storing steps failed", "run", w.run.id, "error", err)
		if time.Since(began) > w.manager.limits.Store || w.interrupted() {
			return fmt.Errorf("%w: %w", errUnstored, err)
		}
		select {
		case <-time.After(pause):
		case <-w.manager.ctx.Done():
		}
	}
}
