package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/retrieval"
	"github.com/sonde-search/sonde/store"
)

// A shelf is one collection's index on disk: a cache of what the store holds.
// A file beside it says up to which revision of the collection it has caught up.
type shelf struct {
	name  string
	dir   string
	store *store.Store
	log   *slog.Logger

	mu       sync.Mutex // one catch-up at a time
	revision int64

	use   sync.RWMutex // held for writing while the index is replaced
	index *retrieval.Disk
}

// catchUpBatch is how many documents are taken from the store at a time.
const catchUpBatch = 64

// openShelf opens a collection's index. A damaged one is moved aside and begun
// anew; it fills again from the store.
func openShelf(ctx context.Context, st *store.Store, log *slog.Logger, dir, name string) (*shelf, error) {
	s := &shelf{name: name, dir: filepath.Join(dir, name), store: st, log: log}
	index, err := retrieval.OpenDisk(ctx, s.dir, retrieval.Options{})
	if errors.Is(err, retrieval.ErrDamaged) {
		log.Warn("the index of a collection was damaged and is rebuilt", "collection", name, "error", err)
		index, err = retrieval.OpenDisk(ctx, s.dir, retrieval.Options{})
	}
	if err != nil {
		return nil, fmt.Errorf("opening the index of collection %q: %w", name, err)
	}
	s.index = index
	stats, err := index.Stats(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the index of collection %q: %w", name, err), index.Close())
	}
	if stats.Documents > 0 {
		s.revision = s.readRevision()
	}
	if stats.Outdated {
		return s, s.rebuild(ctx)
	}
	return s, nil
}

func (s *shelf) revisionFile() string { return s.dir + ".revision" }

// readRevision returns 0 where the file says nothing that can be believed:
// then everything is indexed once more.
func (s *shelf) readRevision() int64 {
	b, err := os.ReadFile(s.revisionFile())
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// catchUp brings the index up to the store. A kill between the index and the
// note of its revision costs indexing some documents twice, which changes nothing.
func (s *shelf) catchUp(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fill(ctx, s.index)
}

func (s *shelf) fill(ctx context.Context, index *retrieval.Disk) error {
	for more := true; more; {
		changes, err := s.store.Changes(ctx, s.name, s.revision, catchUpBatch)
		if err != nil {
			return fmt.Errorf("reading what changed in collection %q: %w", s.name, err)
		}
		if err := applyChanges(ctx, index, changes); err != nil {
			return fmt.Errorf("indexing collection %q: %w", s.name, err)
		}
		if s.revision != changes.Revision {
			s.revision = changes.Revision
			if err := os.WriteFile(s.revisionFile(), []byte(strconv.FormatInt(s.revision, 10)), 0o600); err != nil {
				return fmt.Errorf("noting the revision of collection %q: %w", s.name, err)
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

// rebuild fills a new index beside the old one, which serves meanwhile, and
// puts it in its place.
func (s *shelf) rebuild(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := s.dir + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("rebuilding the index of collection %q: %w", s.name, err)
	}
	index, err := retrieval.OpenDisk(ctx, fresh, retrieval.Options{})
	if err != nil {
		return fmt.Errorf("rebuilding the index of collection %q: %w", s.name, err)
	}
	s.revision = 0
	if err := s.fill(ctx, index); err != nil {
		return errors.Join(err, index.Close())
	}
	s.use.Lock()
	defer s.use.Unlock()
	old := s.dir + ".old"
	err = errors.Join(index.Close(), s.index.Close(), os.RemoveAll(old), os.Rename(s.dir, old), os.Rename(fresh, s.dir), os.RemoveAll(old))
	if err != nil {
		return fmt.Errorf("putting the rebuilt index of collection %q in place: %w", s.name, err)
	}
	s.index, err = retrieval.OpenDisk(ctx, s.dir, retrieval.Options{})
	return err
}

// search asks the index; one that turns out damaged is rebuilt and asked again.
func (s *shelf) search(ctx context.Context, q agent.Query, f retrieval.Filter) ([]retrieval.Found, error) {
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

func (s *shelf) ask(ctx context.Context, q agent.Query, f retrieval.Filter) ([]retrieval.Found, error) {
	s.use.RLock()
	defer s.use.RUnlock()
	return s.index.Search(ctx, q, f)
}

// remove closes and deletes the index.
func (s *shelf) remove() error { return errors.Join(s.index.Close(), s.removeFiles()) }

// removeFiles deletes what an index that is not open left on disk.
func (s *shelf) removeFiles() error {
	err := os.RemoveAll(s.dir)
	if e := os.Remove(s.revisionFile()); e != nil && !errors.Is(e, fs.ErrNotExist) {
		err = errors.Join(err, e)
	}
	return err
}
