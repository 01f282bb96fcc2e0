package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sonde-search/sonde/store"
)

// Bounds of the work on jobs.
const (
	jobsAtOnce   = 3                // collections that are filled at the same time
	jobsTogether = 16               // jobs of a collection that the index learns of together
	itemsAtOnce  = 16               // items that are taken from the store at a time
	refreshTick  = 30 * time.Second // how often schedules are looked at
	afterFailure = 5 * time.Second  // before a job that could not go on is taken up again
)

// work does the jobs until ctx ends: those that the last process left, then
// those that come, and those that schedules ask for.
func (l *library) work(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	running.Go(func() { l.reconcile(ctx) })
	tick := time.NewTicker(refreshTick)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := l.startJobs(ctx, &running); err != nil && ctx.Err() == nil {
			l.log.Error("ingest", "error", err)
			time.AfterFunc(afterFailure, l.awake)
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		case <-tick.C:
			if err := l.refresh(ctx); err != nil && ctx.Err() == nil {
				l.log.Error("reading sites again", "error", err)
			}
		}
	}
	return nil
}

// awake has work look for jobs.
func (l *library) awake() {
	select {
	case l.wake <- struct{}{}:
	default: // it is awake already
	}
}

// reconcile opens every collection's index and brings it up to the store.
func (l *library) reconcile(ctx context.Context) {
	cs, err := l.store.Collections(ctx)
	if err != nil {
		l.log.Error("listing collections", "error", err)
		return
	}
	for _, c := range cs {
		s, err := l.shelf(ctx, c.Name)
		if err == nil {
			err = s.catchUp(ctx)
		}
		if err != nil && ctx.Err() == nil {
			l.log.Error("bringing an index up to date", "collection", c.Name, "error", err)
		}
	}
}

// startJobs sets collections with jobs to work, a few at a time.
func (l *library) startJobs(ctx context.Context, running *sync.WaitGroup) error {
	names, err := l.waitingCollections(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !l.begin(name) {
			continue
		}
		running.Go(func() {
			err := l.doCollection(ctx, name)
			l.mu.Lock()
			delete(l.busy, name)
			l.mu.Unlock()
			if err == nil {
				l.awake() // others may wait
			} else if ctx.Err() == nil {
				l.log.Error("ingest", "collection", name, "error", err)
				time.AfterFunc(afterFailure, l.awake)
			}
		})
	}
	return nil
}

// begin notes that a collection is at work, unless it is or enough others are.
func (l *library) begin(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy[name] || len(l.busy) >= jobsAtOnce {
		return false
	}
	l.busy[name] = true
	return true
}

// waitingCollections names the collections with jobs that have not ended.
func (l *library) waitingCollections(ctx context.Context) ([]string, error) {
	jobs, err := l.store.UnfinishedJobs(ctx)
	var names []string
	for _, j := range jobs {
		if !slices.Contains(names, j.Collection) {
			names = append(names, j.Collection)
		}
	}
	return names, err
}

// doJobs does every job that has not ended.
func (l *library) doJobs(ctx context.Context) error {
	names, err := l.waitingCollections(ctx)
	for _, name := range names {
		err = errors.Join(err, l.doCollection(ctx, name))
	}
	return err
}

// doCollection does the jobs of a collection in their order until none is
// left. The index learns of several together; a job has ended when its
// documents are in it.
func (l *library) doCollection(ctx context.Context, name string) error {
	for {
		all, err := l.store.UnfinishedJobs(ctx)
		if err != nil {
			return err
		}
		jobs := slices.DeleteFunc(all, func(j store.Job) bool { return j.Collection != name })
		if len(jobs) == 0 {
			return nil
		}
		err = l.doSome(ctx, name, jobs[:min(len(jobs), jobsTogether)])
		if errors.Is(err, store.ErrNotFound) {
			if _, _, gone := l.store.Revision(ctx, name); gone != nil {
				return nil // the collection went meanwhile
			}
		}
		if err != nil {
			return err
		}
	}
}

// doSome does some jobs of a collection, brings its index up to them and ends them.
func (l *library) doSome(ctx context.Context, name string, jobs []store.Job) error {
	s, err := l.shelf(ctx, name)
	if err != nil {
		return err
	}
	var done []string
	for _, j := range jobs {
		err := l.doJob(ctx, s, j)
		if errors.Is(err, context.Canceled) && ctx.Err() == nil {
			continue // this job alone was cancelled
		}
		if err != nil {
			return err
		}
		done = append(done, j.ID)
	}
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	errs := make([]error, len(done))
	var wg sync.WaitGroup // so that they share a transaction
	for i, id := range done {
		wg.Go(func() { errs[i] = l.store.EndJob(ctx, id, store.JobDone, "") })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// doJob does a job's items. A kill leaves it to be taken up again.
func (l *library) doJob(ctx context.Context, s *shelf, j store.Job) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l.mu.Lock()
	l.cancels[j.ID] = cancel
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.cancels, j.ID)
		l.mu.Unlock()
	}()
	if j.Items[store.ItemReading] > 0 { // at work when it last broke off
		if err := l.store.RequeueItems(ctx, j.ID); err != nil {
			return err
		}
	}
	for {
		items, err := l.store.TakeItems(ctx, j.ID, itemsAtOnce)
		if err != nil {
			return err
		}
		if err := l.doItems(ctx, jobOf{j.ID, j.Collection}, items); err != nil {
			return err
		}
		if len(items) == itemsAtOnce {
			if err := s.catchUp(ctx); err != nil {
				return err
			}
			continue
		}
		if now, err := l.store.Job(ctx, j.ID); err != nil || now.Items[store.ItemQueued] == 0 {
			return err
		}
	}
}

// jobOf names a job and its collection.
type jobOf struct{ id, collection string }

// doItems does some items, a few at a time.
func (l *library) doItems(ctx context.Context, job jobOf, items []store.JobItem) error {
	errs := make([]error, len(items))
	slots := make(chan struct{}, ingestAtOnce)
	var wg sync.WaitGroup
	for i, it := range items {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[i] = l.doItem(ctx, job, it)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// refresh makes jobs of the sites whose time has come. One that is still being
// read waits.
func (l *library) refresh(ctx context.Context) error {
	cs, err := l.store.Collections(ctx)
	if err != nil {
		return err
	}
	waiting, err := l.waitingCollections(ctx)
	if err != nil {
		return err
	}
	for _, c := range cs {
		s, err := settingsOf(c)
		if err != nil {
			return err
		}
		every, err := time.ParseDuration(s.Refresh)
		if err != nil || len(s.Sites) == 0 || l.now().Sub(s.Read) < max(every, minRefresh) || slices.Contains(waiting, c.Name) {
			continue // no schedule, or not yet
		}
		if err := l.readAgain(ctx, c.Name, s.Sites); err != nil {
			return fmt.Errorf("reading the sites of collection %q again: %w", c.Name, err)
		}
	}
	return nil
}
