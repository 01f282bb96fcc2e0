package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A manager keeps runs at work. A run lives in goroutines of its own, whoever
// watches or leaves.
type manager struct {
	runner  Runner
	store   Storage
	limits  Limits
	log     *slog.Logger
	now     func() time.Time
	metrics *metrics

	ctx   context.Context // ends with errShutdown
	stop  context.CancelCauseFunc
	slots chan struct{}
	wg    sync.WaitGroup

	mu       sync.Mutex
	live     map[string]*liveRun
	draining bool
}

func newManager(o Options, m *metrics) *manager {
	g := &manager{
		runner: o.Runner, store: o.Store, limits: o.Limits, log: o.Log, now: o.Now, metrics: m,
		slots: make(chan struct{}, o.Limits.Runs), live: map[string]*liveRun{},
	}
	g.ctx, g.stop = context.WithCancelCause(context.Background())
	return g
}

// start keeps a new run and sets it to work. It fails with errBusy where no
// slot is free and with errDraining while the server shuts down.
func (g *manager) start(ctx context.Context, r Run) (*liveRun, error) {
	select {
	case g.slots <- struct{}{}:
	default:
		g.metrics.shed.Inc()
		return nil, errBusy
	}
	l := newLiveRun(g.ctx, r)
	if err := g.register(l); err != nil {
		<-g.slots
		return nil, err
	}
	if err := g.store.CreateRun(ctx, r); err != nil {
		g.forget(l, err)
		<-g.slots
		g.wg.Done()
		return nil, err
	}
	go func() {
		defer g.wg.Done()
		defer func() { <-g.slots }()
		g.work(l)
	}()
	return l, nil
}

// register makes a run known. Its caller calls wg.Done when the run is over.
func (g *manager) register(l *liveRun) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining {
		return errDraining
	}
	if g.live[l.id] != nil {
		return fmt.Errorf("run %s is at work already", l.id)
	}
	g.live[l.id] = l
	g.wg.Add(1)
	return nil
}

// get returns a run at work, or nil. A run of another owner is not there.
func (g *manager) get(owner, id string) *liveRun {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l := g.live[id]; l != nil && l.owner == owner {
		return l
	}
	return nil
}

// forget ends a run's life here. Those who follow it keep its events.
func (g *manager) forget(l *liveRun, err error) {
	g.mu.Lock()
	delete(g.live, l.id)
	g.mu.Unlock()
	l.end(err)
	l.cancel(context.Canceled)
}

// work runs a run to its end: one goroutine takes steps from the runner, this
// one stores what waits, many steps at a time, and then tells.
func (g *manager) work(l *liveRun) {
	began := g.now()
	g.metrics.active.Inc()
	defer g.metrics.active.Dec()
	w := &worker{manager: g, run: l, queue: make(chan agent.Step, stepQueue), ended: make(chan struct{}), next: l.last()}
	go w.take()
	err := w.keep()
	close(w.ended)
	status := agent.StatusFailed
	if w.final != nil {
		status = statusOf(w.final)
		g.metrics.runs.WithLabelValues(string(status)).Inc()
		g.metrics.seconds.Observe(g.now().Sub(began).Seconds())
	}
	g.log.Info("run ended", "run", l.id, "status", status, "steps", w.next, "error", err)
	g.forget(l, err)
	if errors.Is(err, errUnstored) {
		g.recoverLater()
	}
}

func statusOf(s agent.Step) agent.Status {
	if a, ok := s.(agent.Answered); ok {
		return a.Status
	}
	return agent.StatusFailed
}

// shutdown stops taking runs, interrupts those at work without an answer, so
// that the next process goes on with them, and waits for their goroutines.
func (g *manager) shutdown(ctx context.Context) error {
	g.mu.Lock()
	g.draining = true
	g.mu.Unlock()
	g.stop(errShutdown)
	idle := make(chan struct{})
	go func() { g.wg.Wait(); close(idle) }()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for runs to stop: %w", ctx.Err())
	}
}
