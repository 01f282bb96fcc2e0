package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/sonde-search/sonde/retrieval"
)

// rebuildSoon begins to build the index anew, unless that is under way. The
// channel is closed when it has ended; failed says how.
func (s *shelf) rebuildSoon() <-chan struct{} {
	s.again.Lock()
	defer s.again.Unlock()
	if s.rebuilt != nil {
		return s.rebuilt
	}
	done := make(chan struct{})
	s.rebuilt = done
	s.building.Go(func() {
		err := s.buildAnew(s.own)
		if err != nil && s.own.Err() == nil {
			s.log.Error("building an index anew", "collection", s.name, "error", err)
		}
		s.again.Lock()
		s.rebuilt, s.failed = nil, err
		s.again.Unlock()
		close(done)
	})
	return done
}

func (s *shelf) rebuilding() bool {
	s.again.Lock()
	defer s.again.Unlock()
	return s.rebuilt != nil
}

// rebuild builds the index anew and waits for it. When the caller does not
// wait any longer, it goes on.
func (s *shelf) rebuild(ctx context.Context) error {
	done := s.rebuildSoon()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-done:
	}
	s.again.Lock()
	defer s.again.Unlock()
	return s.failed
}

// buildAnew fills a new index beside the old one, which serves meanwhile, and
// puts it in its place.
func (s *shelf) buildAnew(ctx context.Context) error {
	fresh := s.dir + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("rebuilding the index of collection %q: %w", s.name, err)
	}
	index, err := retrieval.OpenDisk(ctx, fresh, retrieval.Options{})
	if err != nil {
		return fmt.Errorf("rebuilding the index of collection %q: %w", s.name, err)
	}
	revision := int64(0)
	if err := s.fillInto(ctx, index, &revision); err != nil {
		return errors.Join(err, index.Close())
	}
	s.filling.Lock()
	defer s.filling.Unlock()
	s.use.Lock()
	defer s.use.Unlock()
	old := s.dir + ".old"
	if s.index != nil {
		if err := s.index.Close(); err != nil {
			s.log.Warn("closing the index that is replaced", "collection", s.name, "error", err)
		}
	}
	err = errors.Join(index.Close(), os.RemoveAll(old), os.Rename(s.dir, old), os.Rename(fresh, s.dir),
		retrieval.CarryVectors(old, s.dir), os.RemoveAll(old))
	if err != nil {
		return fmt.Errorf("putting the rebuilt index of collection %q in place: %w", s.name, err)
	}
	if s.index, err = s.openIndex(ctx); err != nil {
		return fmt.Errorf("opening the rebuilt index of collection %q: %w", s.name, err)
	}
	s.revision, s.outdated = revision, false
	return s.writeRevision(revision)
}
