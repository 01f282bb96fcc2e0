package crawler

import (
	"context"
	"errors"
	"io"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Bounds of memory. A body beyond largeBody waits for one of largeAtOnce places,
// which it holds until it is read out; what is encoded is fetched first and then
// decoded, by unpackAtOnce decoders at a time, so that windows and buffers of
// slow servers do not add up.
const (
	largeBody    = 256 << 10
	largeAtOnce  = 2
	largePacked  = 128 << 10 // as sent, where it is encoded
	hugeBody     = 8 << 20   // one at a time
	unpackAtOnce = 2
	firstBuffer  = 64 << 10
	sweepFrom    = 8 << 20 // bytes of garbage
	maxWindow    = 8 << 20 // of a zstd frame (RFC 9659 allows no more on the web)
	plainWindow  = 4 << 20 // what servers use; more is unpacked one at a time
)

// A shelter is where fetches of the whole process wait for memory.
type shelter struct {
	large  chan struct{} // bodies beyond largeBody
	huge   chan struct{} // those beyond hugeBody
	unpack chan struct{} // decoders at work
	wide   chan struct{} // decoders of large bodies, or with a window beyond plainWindow
	heavy  chan struct{} // extractions of pages that take much memory
	pdf    chan struct{} // extractions of PDFs
}

func newShelter() *shelter {
	return &shelter{large: make(chan struct{}, largeAtOnce), huge: make(chan struct{}, 1),
		unpack: make(chan struct{}, unpackAtOnce), wide: make(chan struct{}, 1), heavy: make(chan struct{}, 1), pdf: make(chan struct{}, 1)}
}

// receive reads a response's body: bounded in bytes as sent and as decoded, and
// watched for its speed. encodings is the Content-Encoding header, hint the
// length that was announced. Errors are *fetchError.
func (f *fetch) receive(raw io.Reader, encodings string, hint int64) error {
	codings, err := parseCodings(encodings)
	if err != nil {
		return err
	}
	wire := &meter{src: raw}
	stop := f.watch(wire)
	if len(codings) > 0 {
		f.roomy = largePacked
	}
	sent, over, err := f.collect(wire, hint)
	stop()
	switch {
	case err != nil:
		return classify(f.ctx, err)
	case over && !f.cut:
		return errTooLarge
	case len(codings) == 0:
		f.body, f.truncated = sent, over
		return nil
	}
	f.body, err = f.unpacked(sent, codings)
	f.truncated = f.truncated || over
	return err
}

// parseCodings lists the codings to undo, the last applied first.
func parseCodings(encodings string) ([]string, error) {
	var out []string
	for _, c := range strings.Split(strings.ToLower(encodings), ",") {
		switch c = strings.TrimSpace(c); c {
		case "", "identity":
		case "gzip", "x-gzip", "br", "zstd":
			out = append(out, c)
		default:
			return nil, failure(agent.SkipNotText, "sent in an unknown encoding")
		}
	}
	if len(out) > 3 {
		return nil, failure(agent.SkipBadFile, "encoded too many times")
	}
	slices.Reverse(out)
	return out, nil
}

// collect reads up to f.limit bytes with as little garbage as can be: a small
// buffer first, then one of the size that was announced or that is allowed. It
// reports whether there was more.
func (f *fetch) collect(r io.Reader, hint int64) (got []byte, over bool, err error) {
	size := int64(firstBuffer)
	if hint > 0 && hint < f.roomy {
		size = hint + 1
	}
	buf := make([]byte, 0, min(size, f.limit+1))
	for {
		if int64(len(buf)) > f.limit {
			return buf[:f.limit], true, nil
		}
		if len(buf) == cap(buf) {
			if buf, err = f.grow(buf, hint); err != nil {
				return nil, false, err
			}
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			if int64(len(buf)) > f.limit {
				return buf[:f.limit], true, nil
			}
			return buf, false, nil
		}
		if err != nil {
			return nil, false, err
		}
	}
}

// grow gives a full buffer more room, waiting for a place where it needs one.
func (f *fetch) grow(buf []byte, hint int64) ([]byte, error) {
	next := f.nextSize(int64(cap(buf)), hint)
	if next > f.roomy && !f.takeLarge() || next > hugeBody && !f.takeHuge() {
		return nil, f.ctx.Err()
	}
	return append(make([]byte, 0, next), buf...), nil
}

// nextSize is the capacity that follows size: one byte beyond the limit, at most.
func (f *fetch) nextSize(size, hint int64) int64 {
	switch {
	case size < f.roomy:
		return min(4*size, f.roomy, f.limit+1)
	case hint > size && hint < f.limit:
		return hint + 1
	case f.cut:
		return min(4*size, f.limit+1)
	}
	return min(2*size, f.limit+1)
}

// watch ends the fetch where the bytes come too slowly: what a tarpit does. It
// returns what ends the watch.
func (f *fetch) watch(wire *meter) (stop func()) {
	l := f.limits
	var (
		start = time.Now()
		timer *time.Timer
		mu    sync.Mutex
	)
	check := func() {
		mu.Lock()
		defer mu.Unlock()
		elapsed := time.Since(start) - f.waited()
		if float64(wire.n.Load()) < float64(l.MinRate)*elapsed.Seconds() && !f.waiting.Load() {
			f.cancel(errTooSlow)
			return
		}
		timer.Reset(time.Second)
	}
	mu.Lock()
	timer = time.AfterFunc(l.Grace, check)
	mu.Unlock()
	return func() {
		mu.Lock()
		defer mu.Unlock()
		timer.Stop()
	}
}

// A meter counts the bytes that came over the wire.
type meter struct {
	src io.Reader
	n   atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	m.n.Add(int64(n))
	return n, err
}

// takeLarge waits for a place among the large bodies; false where the fetch
// ended before.
func (f *fetch) takeLarge() bool {
	f.hasLarge = f.hasLarge || f.await(f.shelter.large)
	return f.hasLarge
}

// takeHuge waits for the place of a huge body.
func (f *fetch) takeHuge() bool {
	f.hasHuge = f.hasHuge || f.await(f.shelter.huge)
	return f.hasHuge
}

// await waits for one of our places; false where the fetch ended before. That
// time is none of the server's.
func (f *fetch) await(place chan struct{}) bool {
	select {
	case place <- struct{}{}:
		return true
	default:
	}
	start := time.Now()
	f.waiting.Store(true)
	defer func() {
		f.waitNanos.Add(int64(time.Since(start)))
		f.waiting.Store(false)
	}()
	select {
	case place <- struct{}{}:
		return true
	case <-f.ctx.Done():
		return false
	}
}

// waited is how long the fetch stood still for reasons of our own.
func (f *fetch) waited() time.Duration { return time.Duration(f.waitNanos.Load()) }

// A fetch is one address being read, redirects included. It is owned by the
// goroutine that fetches; the atomics are read by the watch.
type fetch struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	stop   func() // of a deadline that was bound; may be nil
	limits Limits

	helper bool                    // robots.txt, sitemap, probe: no robots check of its own, any text
	hop    func(*fetch, hop) error // asked before each redirect is followed; may be nil

	limit     int64 // decoded bytes
	cut       bool  // at the limit the text is cut, else refused
	truncated bool
	sent      atomic.Int32 // requests that were sent
	body      []byte
	header    map[string][]string // of the last response, as sent
	remote    string
	stale     *record // what the cache holds and the server may confirm
	shelter   *shelter
	roomy     int64 // a larger buffer needs a large body's place
	hasLarge  bool
	hasHuge   bool
	waiting   atomic.Bool
	waitNanos atomic.Int64
}

// bind puts the fetch under a context with a deadline.
func (f *fetch) bind(ctx context.Context, stop func()) {
	f.cancel(nil)
	f.stop = stop
	f.ctx, f.cancel = context.WithCancelCause(ctx)
}

// finish frees what the fetch holds. It may be called twice.
func (f *fetch) finish() {
	f.cancel(errRoundOver)
	if f.stop != nil {
		f.stop()
	}
	if f.hasHuge {
		f.hasHuge = false
		<-f.shelter.huge
	}
	if f.hasLarge {
		f.hasLarge = false
		<-f.shelter.large
	}
}

// sweep has garbage collected early, after work that leaves much: the
// collector alone lets it grow to what was in use at the same time, and so a few
// large pages to twice their size. It costs no more than a process would pay
// for a collector set to half.
func sweep() {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	live, all := s[0].Value.Uint64(), s[1].Value.Uint64()
	if all > live+max(live/2, sweepFrom) {
		runtime.GC()
	}
}
