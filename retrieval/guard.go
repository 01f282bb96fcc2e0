package retrieval

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	index "github.com/blevesearch/bleve_index_api"
)

// A panicError is a panic of bleve's, or a fault of a mapped file, that was caught.
type panicError struct{ what string }

func (p *panicError) Error() string { return p.what }

// guarded runs f and turns a panic into an error. A file that was cut under
// its mapping gives a fault, which is turned into a panic here.
func guarded(f func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(old)
	defer func() {
		if r := recover(); r != nil {
			err = &panicError{fmt.Sprintf("reading it failed: %v", r)}
		}
	}()
	return f()
}

// errStuck says that bleve's own goroutines have given up.
var errStuck = errors.New("bleve has stopped writing")

// batch applies a batch and returns when it is on disk. Where one of bleve's
// goroutines has died, which would leave the caller waiting, it returns an
// error. After ctx ends it is not known whether the batch was applied.
func (e *engine) batch(ctx context.Context, b *index.Batch) error {
	before := e.faults()
	done := make(chan error, 1)
	go func() {
		done <- guarded(func() error { return e.idx.Batch(b) })
	}()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			if n := e.faults(); n > before+maxFaults {
				return fmt.Errorf("%w: %d faults", errStuck, n-before)
			}
		}
	}
}

// maxFaults is how many errors of bleve's writing goroutines one batch may
// meet: a full disk gives some, and clears.
const maxFaults = 20

// faults counts the errors of bleve's own goroutines since it was opened.
func (e *engine) faults() uint64 {
	n, ok := e.idx.StatsMap()["TotOnErrors"].(uint64)
	if !ok {
		return 0
	}
	return n
}
