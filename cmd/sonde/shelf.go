package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/retrieval"
	"github.com/sonde-search/sonde/store"
)

// A shelf is one collection's index on disk: a cache of what the store holds.
// A file beside it says up to which revision of the collection it has caught up.
type shelf struct {
	*library
	name string
	dir  string

	opening sync.Mutex // held while it is opened

	filling  sync.Mutex // one catch-up at a time; guards revision
	revision int64
	created  time.Time // of the collection that the index is of

	use      sync.RWMutex // held for writing while the index is replaced
	index    *retrieval.Disk
	outdated bool // another version's: it serves, and is built anew beside

	again   sync.Mutex
	rebuilt chan struct{} // nil: it is not being built anew
	failed  error         // of the last building
}

// freshWait is how long a server's search waits for documents that came lately.
const freshWait = time.Second

// catchUpBatch is how many documents are taken from the store at a time.
const catchUpBatch = 64

// open opens the index, unless it is open. A damaged one is moved aside and
// begun anew; it fills again from the store. One of another version serves
// while it is built anew.
func (s *shelf) open(ctx context.Context) error {
	s.opening.Lock()
	defer s.opening.Unlock()
	s.use.RLock()
	open := s.index != nil
	s.use.RUnlock()
	if open {
		return nil
	}
	index, err := s.openIndex(ctx)
	if err == nil {
		err = errors.Join(os.RemoveAll(s.dir+".old"), os.RemoveAll(s.dir+".new")) // of a kill
	}
	if err != nil {
		return fmt.Errorf("opening the index of collection %q: %w", s.name, err)
	}
	if index, err = s.takeUp(ctx, index); err != nil {
		return fmt.Errorf("opening the index of collection %q: %w", s.name, err)
	}
	stats, err := index.Stats(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("opening the index of collection %q: %w", s.name, err), index.Close())
	}
	s.use.Lock()
	s.index, s.outdated = index, stats.Outdated
	s.use.Unlock()
	if stats.Outdated {
		s.log.Info("the index of a collection is of another version and is built anew", "collection", s.name)
		s.rebuildSoon()
	}
	return nil
}

func (s *shelf) openIndex(ctx context.Context) (*retrieval.Disk, error) {
	index, err := retrieval.OpenDisk(ctx, s.dir, retrieval.Options{Models: s.models})
	if errors.Is(err, retrieval.ErrDamaged) {
		s.log.Warn("the index of a collection was damaged and is rebuilt", "collection", s.name, "error", err)
		index, err = retrieval.OpenDisk(ctx, s.dir, retrieval.Options{Models: s.models})
	}
	return index, err
}

// takeUp reads how far the index has caught up. One that is of another
// collection of that name, or ahead of the store, as after a restore, is begun anew.
func (s *shelf) takeUp(ctx context.Context, index *retrieval.Disk) (*retrieval.Disk, error) {
	created, latest, err := s.store.Revision(ctx, s.name)
	if err != nil {
		return nil, errors.Join(err, index.Close())
	}
	stats, err := index.Stats(ctx)
	if err != nil {
		return nil, errors.Join(err, index.Close())
	}
	s.filling.Lock()
	defer s.filling.Unlock()
	s.created, s.revision = created, 0
	if stats.Documents == 0 {
		return index, nil
	}
	revision, of, ok := s.readRevision()
	switch {
	case !ok: // everything is indexed once more, in place
	case of == created.UnixNano() && revision <= latest:
		s.revision = revision
	default:
		s.log.Warn("an index is not of this collection and is begun anew", "collection", s.name)
		if err := errors.Join(index.Close(), os.RemoveAll(s.dir)); err != nil {
			return nil, err
		}
		return s.openIndex(ctx)
	}
	return index, nil
}

func (s *shelf) revisionFile() string { return s.dir + ".revision" }

// readRevision is what the file beside the index says: its revision, and when
// the collection was made. Where it says nothing that can be believed,
// everything is indexed once more.
func (s *shelf) readRevision() (revision, created int64, ok bool) {
	b, err := os.ReadFile(s.revisionFile())
	if err != nil {
		return 0, 0, false
	}
	if n, err := fmt.Sscan(string(b), &revision, &created); n != 2 || err != nil || revision < 0 {
		return 0, 0, false
	}
	return revision, created, true
}

func (s *shelf) writeRevision(revision int64) error {
	text := fmt.Sprintln(revision, s.created.UnixNano())
	if err := os.WriteFile(s.revisionFile(), []byte(text), 0o600); err != nil {
		return fmt.Errorf("noting the revision of collection %q: %w", s.name, err)
	}
	return nil
}

// catchUp brings the index up to the store. A kill between the index and the
// note of its revision costs indexing some documents twice, which changes
// nothing. An index that turns out damaged is built anew.
func (s *shelf) catchUp(ctx context.Context) error {
	if s.patient && s.rebuilding() {
		if err := s.rebuild(ctx); err != nil {
			return err
		}
	}
	s.filling.Lock()
	err := s.fill(ctx)
	s.filling.Unlock()
	if !errors.Is(err, retrieval.ErrDamaged) {
		return err
	}
	s.log.Warn("the index of a collection is damaged and is rebuilt", "collection", s.name, "error", err)
	return s.rebuild(ctx)
}

// fill adds to the index what it lacks; filling is held.
func (s *shelf) fill(ctx context.Context) error {
	s.use.RLock()
	defer s.use.RUnlock()
	if s.outdated || s.index == nil {
		return nil // what is built anew beside it catches up
	}
	_, latest, err := s.store.Revision(ctx, s.name)
	if err != nil || latest == s.revision {
		return err
	}
	return s.fillInto(ctx, s.index, &s.revision)
}

// fillInto adds to an index what changed since a revision, and moves it on.
func (s *shelf) fillInto(ctx context.Context, index *retrieval.Disk, revision *int64) error {
	for more := true; more; {
		changes, err := s.store.Changes(ctx, s.name, *revision, catchUpBatch)
		if err != nil {
			return fmt.Errorf("reading what changed in collection %q: %w", s.name, err)
		}
		if err := applyChanges(ctx, index, changes); err != nil {
			return fmt.Errorf("indexing collection %q: %w", s.name, err)
		}
		if *revision != changes.Revision {
			*revision = changes.Revision
			if revision == &s.revision {
				if err := s.writeRevision(*revision); err != nil {
					return err
				}
			}
		}
		more = changes.More
	}
	return nil
}

func applyChanges(ctx context.Context, index *retrieval.Disk, c store.Changes) error {
	gone := c.Removed
	var docs []retrieval.Document
	for _, d := range c.Documents {
		if d.State != store.DocumentIndexed || d.Page == nil {
			gone = append(gone, d.ID)
			continue
		}
		docs = append(docs, retrieval.Document{ID: d.ID, Page: d.Page, Source: d.Source, Tags: tagList(d.Tags)})
	}
	if len(gone) > 0 {
		if err := index.Delete(ctx, gone...); err != nil {
			return err
		}
	}
	if len(docs) > 0 {
		return index.Add(ctx, docs...)
	}
	return nil
}

// tagList makes "name=value" and "name" of tags, so that either can be filtered for.
func tagList(tags map[string]string) []string {
	var out []string
	for k, v := range tags {
		out = append(out, k)
		if v != "" {
			out = append(out, k+"="+v)
		}
	}
	return out
}

// search brings the index up to the store, unless that is being done, and asks
// it; one that turns out damaged is rebuilt and asked again.
func (s *shelf) search(ctx context.Context, q agent.Query, f retrieval.Filter) ([]retrieval.Found, error) {
	if err := s.prepare(ctx, q); err != nil {
		return nil, err
	}
	found, err := s.ask(ctx, q, f)
	if !errors.Is(err, retrieval.ErrDamaged) {
		return found, err
	}
	s.log.Warn("the index of a collection is damaged and is rebuilt", "collection", s.name, "error", err)
	if err := s.rebuild(ctx); err != nil {
		return nil, err
	}
	return s.ask(ctx, q, f)
}

// prepare waits for what must be done before a search: a command for all of
// it; a server answers from what is there while documents come in.
func (s *shelf) prepare(ctx context.Context, q agent.Query) error {
	if s.patient {
		return s.catchUp(ctx)
	}
	if s.rebuilding() && q.Warn != nil {
		q.Warn(fmt.Sprintf("the index of collection %q is being rebuilt: documents may be missing", s.name))
	}
	if s.own.Err() != nil || !s.filling.TryLock() {
		return nil // it is being done, or not any more
	}
	done := make(chan error, 1)
	s.building.Go(func() {
		defer s.filling.Unlock()
		done <- s.fill(s.own)
	})
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(freshWait):
	}
	switch {
	case errors.Is(err, retrieval.ErrDamaged):
		s.log.Warn("the index of a collection is damaged and is rebuilt", "collection", s.name, "error", err)
		s.rebuildSoon() // what can still be read of it serves meanwhile
	case err != nil: // such as a full disk: what is there can be searched
		s.log.Warn("bringing an index up to date", "collection", s.name, "error", err)
	}
	return nil
}

func (s *shelf) ask(ctx context.Context, q agent.Query, f retrieval.Filter) ([]retrieval.Found, error) {
	s.use.RLock()
	defer s.use.RUnlock()
	if s.index == nil {
		return nil, fmt.Errorf("the index of collection %q is closed", s.name)
	}
	return s.index.Search(ctx, q, f)
}

// forget takes a document out of the index at once.
func (s *shelf) forget(ctx context.Context, id string) error {
	s.use.RLock()
	defer s.use.RUnlock()
	if s.index == nil {
		return nil
	}
	return s.index.Delete(ctx, id)
}

// close closes the index.
func (s *shelf) close() error {
	s.use.Lock()
	defer s.use.Unlock()
	if s.index == nil {
		return nil
	}
	err := s.index.Close()
	s.index = nil
	return err
}

// remove closes and deletes the index.
func (s *shelf) remove() error {
	err := errors.Join(s.close(), os.RemoveAll(s.dir), os.RemoveAll(s.dir+".new"), os.RemoveAll(s.dir+".old"))
	if e := os.Remove(s.revisionFile()); e != nil && !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}
