package retrieval

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
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

// begun has a channel for each index that is being opened. It is closed by the
// first event of the goroutine that writes: until then a fault in it would end the process.
var begun sync.Map

// beginWait is how long opening waits for that.
const beginWait = time.Second

// callbacksName is what our callbacks are known by to bleve.
const callbacksName = "sonde"

// gone holds the folders of indexes of which a goroutine of bleve's has died.
var gone sync.Map

// troubles counts the errors of bleve's goroutines by the index's folder.
// (bleve's own statistics wait for locks that a dead goroutine may hold.)
var troubles sync.Map

// registerCallbacks gives bleve our callbacks. Its events are told in the
// goroutines that merge and write segments; there a fault of a mapped file is
// made a panic, which bleve catches, where it would end the process.
var registerCallbacks = sync.OnceFunc(func() {
	scorch.RegistryEventCallbacks[callbacksName] = func(e scorch.Event) bool {
		debug.SetPanicOnFault(true)
		if e.Kind == scorch.EventKindPurgerCheck {
			if ready, ok := begun.LoadAndDelete(index.Index(e.Scorch)); ok {
				close(ready.(chan struct{}))
			}
		}
		return true
	}
	scorch.RegistryAsyncErrorCallbacks[callbacksName] = func(err error, path string) {
		if n, ok := troubles.Load(path); ok {
			n.(*atomic.Uint64).Add(1)
		}
		if path != "" && errors.Is(err, scorch.ErrAsyncPanic) {
			gone.Store(path, err.Error())
		}
	}
})

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
			if why, dead := gone.Load(e.path); dead {
				return &panicError{fmt.Sprint(why)}
			}
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
func (e *engine) faults() uint64 { return e.trouble.Load() }
