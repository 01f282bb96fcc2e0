package extract

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// PrepareArg is the hidden first argument with which the sonde command runs
// PreparePDF and ends. The process that meets its first PDF starts such a
// child, so that compiling the engine (4 s of CPU and 310 MB, once for each
// version and machine) leaves no trace in its own memory: loading what the
// child left in the cache costs 0.1 s and 45 MB.
const PrepareArg = "__prepare-pdf"

// mainPath is the command that understands PrepareArg.
const mainPath = "github.com/sonde-search/sonde/cmd/sonde"

const (
	compileTime    = 60 * time.Second // for loading the engine, the compiling included
	idleTime       = 90 * time.Second // an unused engine is unloaded after that
	pdfMemoryPages = 896              // of 64 KiB: what one PDF may take, at most
)

// pdfs is the one PDF engine of the process: PDFium as WebAssembly, without a
// file system, loaded with the first PDF. One document is read at a time.
var pdfs = pdfEngine{turn: make(chan struct{}, 1)}

type pdfEngine struct {
	turn chan struct{} // held while a document is read

	mu     sync.Mutex
	pool   pdfium.Pool
	cancel context.CancelFunc // stops whatever runs in pool
	unload *time.Timer
}

// use calls f with a fresh instance of the engine, whose memory is its own and
// given back after. When ctx ends before f does, the engine is stopped.
func (e *pdfEngine) use(ctx context.Context, f func(pdfium.Pdfium) error) error {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	pool, cancel, err := e.load(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, cancel)
	instance, err := pool.GetInstanceWithContext(ctx)
	if err == nil {
		err = call(instance, f)
		if closeErr := instance.Close(); err == nil {
			err = closeErr
		}
		runtime.GC() // the instance's memory is one large piece: a second beside it would be many
	}
	if !stop() || err != nil { // stopped, or in a state that is not known
		e.drop()
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unload.Reset(idleTime)
	return nil
}

// call turns a panic of the engine into an error.
func call(p pdfium.Pdfium, f func(pdfium.Pdfium) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the PDF engine gave up: %v", r)
		}
	}()
	return f(p)
}

// load returns the engine, loading it where that is due.
func (e *pdfEngine) load(ctx context.Context) (pdfium.Pool, context.CancelFunc, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.pool != nil {
		e.unload.Stop()
		return e.pool, e.cancel, nil
	}
	dir := cacheDir()
	prepareOnce(ctx, dir)
	engineCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	pool, err := openEngine(engineCtx, dir)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	e.pool, e.cancel = pool, cancel
	e.unload = time.AfterFunc(idleTime, e.idle)
	e.unload.Stop()
	return pool, cancel, nil
}

// idle unloads the engine unless a document is being read.
func (e *pdfEngine) idle() {
	select {
	case e.turn <- struct{}{}:
		e.drop()
		<-e.turn
		debug.FreeOSMemory()
	default:
	}
}

// drop closes the engine; the next PDF loads another.
func (e *pdfEngine) drop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.pool == nil {
		return
	}
	e.unload.Stop()
	e.cancel()
	if err := e.pool.Close(); err != nil { // it is gone either way: nothing is left to do about it
		e.pool = nil
	}
	e.pool = nil
}

// openEngine loads PDFium, from the cache in dir where it was compiled before.
func openEngine(ctx context.Context, dir string) (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pdfMemoryPages).
		WithCloseOnContextDone(true)
	if dir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(dir)
		if err != nil { // a folder that cannot be written: compiled again next time
			cache = wazero.NewCompilationCache()
		}
		config = config.WithCompilationCache(cache)
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context: withPDFMemory(ctx), MaxTotal: 1, RuntimeConfig: config,
		FSConfig: wazero.NewFSConfig(), // no folder is mounted: a PDF reads no files
		Stdout:   io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("loading the PDF engine: %w", err)
	}
	return pool, nil
}

// cacheDir is where the compiled engine is kept, or "" where there is no
// folder for caches.
func cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "sonde", "pdf")
}

// PreparePDF compiles the PDF engine into the cache and ends. See PrepareArg.
func PreparePDF(ctx context.Context) error {
	pool, err := openEngine(ctx, cacheDir())
	if err != nil {
		return err
	}
	return pool.Close()
}

// prepareOnce has a child process compile the engine where the cache is empty
// and this process is the sonde command. Where that fails, loading compiles.
func prepareOnce(ctx context.Context, dir string) {
	if dir == "" {
		return
	}
	if found, err := filepath.Glob(filepath.Join(dir, "*", "*")); err == nil && len(found) > 0 {
		return
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Path != mainPath {
		return
	}
	self, err := os.Executable()
	if err != nil {
		return
	}
	child := exec.CommandContext(ctx, self, PrepareArg)
	if err := child.Run(); err != nil { // the engine is compiled in this process instead
		return
	}
}
