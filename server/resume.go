package server

import (
	"context"
	"fmt"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// resumeAll takes up runs that have not ended and are not at work: those that a
// killed or stopped process left. It registers them at once, so that readers
// find them, and reads their steps beside.
func (g *manager) resumeAll(ctx context.Context) error {
	runs, err := g.store.Runs(ctx, RunQuery{Unfinished: true})
	if err != nil {
		return fmt.Errorf("looking for interrupted runs: %w", err)
	}
	for _, r := range runs {
		l := newLiveRun(g.ctx, r)
		if err := g.register(l); err != nil {
			g.log.Debug("not resumed", "run", r.ID, "reason", err)
			continue
		}
		go func() {
			defer g.wg.Done()
			g.resume(l, r)
		}()
	}
	return nil
}

// resume goes on with an interrupted run, or says why that cannot be.
func (g *manager) resume(l *liveRun, r Run) {
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	case <-g.ctx.Done():
		g.forget(l, errShutdown)
		return
	}
	steps, err := g.prior(l, r)
	if err == nil {
		err = g.reattach(g.ctx, r, &l.q)
	}
	if g.ctx.Err() != nil {
		g.forget(l, errShutdown)
		return
	}
	if err != nil {
		g.log.Error("an interrupted run is given up", "run", r.ID, "error", err)
		g.giveUp(l, fmt.Sprintf("the server was stopped while it worked on this, and the run cannot go on: %v", err))
		return
	}
	l.q.Prior = steps
	g.log.Info("an interrupted run goes on", "run", r.ID, "steps", len(steps))
	g.work(l)
}

// prior reads the run's steps and hands them to its readers.
func (g *manager) prior(l *liveRun, r Run) ([]agent.Step, error) {
	records, err := g.store.StepsWithPages(g.ctx, r.ID)
	if err != nil {
		return nil, err
	}
	steps, starts := make([]agent.Step, len(records)), 0
	events := make([]event, len(records))
	for i, rec := range records {
		if rec.ID != int64(i)+1 {
			return nil, fmt.Errorf("its step %d is missing", i+1)
		}
		if events[i], err = eventOf(rec); err != nil {
			return nil, err
		}
		if _, ok := rec.Step.(agent.Started); ok {
			starts++
		}
		steps[i] = rec.Step
	}
	l.publish(events...)
	age := g.now().Sub(r.Created)
	switch {
	case starts > g.limits.Resumes:
		return nil, fmt.Errorf("it was begun %d times", starts)
	case age > g.limits.Resume:
		return nil, fmt.Errorf("it was asked %s ago", age.Round(time.Minute))
	}
	return steps, nil
}

// giveUp ends a run with a reason.
func (g *manager) giveUp(l *liveRun, why string) {
	last, err := g.store.LastStep(g.ctx, l.id)
	if err == nil {
		w := &worker{manager: g, run: l, next: last}
		err = w.storeAndTell([]agent.Step{agent.Failed{Message: why}})
	}
	if err != nil {
		g.log.Error("giving up a run", "run", l.id, "error", err)
	}
	g.forget(l, err)
}

// recoverLater takes up interrupted runs after a pause: the store may work again.
func (g *manager) recoverLater() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining {
		return
	}
	g.wg.Go(func() {
		select {
		case <-time.After(g.limits.Retry):
		case <-g.ctx.Done():
			return
		}
		if err := g.resumeAll(g.ctx); err != nil && g.ctx.Err() == nil {
			g.log.Error("taking up interrupted runs", "error", err)
			g.recoverLater()
		}
	})
}
