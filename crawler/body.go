package crawler

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/sonde-search/sonde/agent"
)

// Bounds of memory: a body beyond largeBody waits for one of largeAtOnce places.
const (
	largeBody   = 512 << 10
	largeAtOnce = 2
	firstBuffer = 64 << 10
	maxWindow   = 8 << 20 // of a zstd frame (RFC 9659 allows no more on the web)
	plainWindow = 2 << 20 // what servers use
)

// A body is a response's body, decoded, bounded in decoded bytes and watched
// for its speed. Reads fail with a *fetchError.
type body struct {
	f     *fetch
	wire  *meter
	dec   io.Reader
	close []func()
	read  int64
}

// newBody wraps raw. encodings is the Content-Encoding header.
func newBody(f *fetch, raw io.Reader, encodings string) (*body, error) {
	b := &body{f: f, wire: &meter{src: raw}}
	b.dec = b.wire
	codings := strings.Split(encodings, ",")
	if len(codings) > 3 {
		return nil, failure(agent.SkipBadFile, "encoded too many times")
	}
	for i := len(codings) - 1; i >= 0; i-- {
		if err := b.decode(strings.ToLower(strings.TrimSpace(codings[i]))); err != nil {
			return nil, err
		}
	}
	b.watch()
	return b, nil
}

// decode puts a decoder for one content coding in front.
func (b *body) decode(coding string) error {
	src := b.dec
	switch coding {
	case "", "identity":
	case "gzip", "x-gzip":
		b.dec = &lazyReader{open: func() (io.Reader, error) { return gzip.NewReader(src) }}
	case "br":
		b.dec = &lazyReader{open: func() (io.Reader, error) { return b.openBrotli(bufio.NewReader(src)) }}
	case "zstd":
		b.dec = &lazyReader{open: func() (io.Reader, error) { return b.openZstd(bufio.NewReader(src)) }}
	default:
		return failure(agent.SkipNotText, "sent in an unknown encoding")
	}
	return nil
}

// openBrotli waits for a large body's place where the stream asks for a window
// of more than 4 MB (RFC 7932, 9.1), which no ordinary server does.
func (b *body) openBrotli(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(1)
	if err != nil {
		return nil, err
	}
	if head[0]&1 == 1 && head[0]>>1&7 > 5 && !b.f.takeLarge() {
		return nil, b.f.ctx.Err()
	}
	return brotli.NewReader(r), nil
}

// openZstd does the same for a window of more than 2 MB.
func (b *body) openZstd(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(zstd.HeaderMaxSize)
	if len(head) == 0 {
		return nil, err
	}
	var h zstd.Header
	window := uint64(maxWindow)
	if err := h.Decode(head); err == nil && h.WindowSize <= plainWindow {
		window = plainWindow
	} else if !b.f.takeLarge() {
		return nil, b.f.ctx.Err()
	}
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(window))
	if err != nil {
		return nil, err
	}
	b.close = append(b.close, d.Close)
	return d, nil
}

// readAll reads the body to its end with as little garbage as can be: a small
// buffer first, then one of the size that was announced or that is allowed.
func (b *body) readAll(hint int64) ([]byte, error) {
	size := int64(firstBuffer)
	if hint > 0 && hint < largeBody {
		size = hint + 1
	}
	buf := make([]byte, 0, size)
	for {
		if len(buf) == cap(buf) {
			next := min(4*int64(cap(buf)), b.f.limit+1)
			if next > largeBody && b.f.cut {
				next = b.f.limit + 1 // once, instead of growing there
			}
			if cap(buf) >= largeBody && hint > 0 && hint < b.f.limit {
				next = max(hint+1, int64(cap(buf))+1)
			}
			if next > largeBody && !b.f.takeLarge() {
				return nil, classify(b.f.ctx, b.f.ctx.Err())
			}
			buf = append(make([]byte, 0, next), buf...)
		}
		n, err := b.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// Read returns decoded bytes. At the limit, text ends (and is marked as
// truncated) while a document fails, as half of it is of no use.
func (b *body) Read(p []byte) (int, error) {
	left := b.f.limit - b.read
	if left <= 0 {
		if b.f.cut {
			b.f.truncated = true
			return 0, io.EOF
		}
		return 0, errTooLarge
	}
	if int64(len(p)) > left {
		p = p[:left]
	}
	n, err := b.dec.Read(p)
	b.read += int64(n)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	if b.f.ctx.Err() == nil && b.wire.err == nil {
		return n, failure(agent.SkipBadFile, "the compressed data is damaged")
	}
	return n, classify(b.f.ctx, err)
}

// watch ends the fetch where the bytes come too slowly: what a tarpit does.
func (b *body) watch() {
	l := b.f.limits
	var (
		start = time.Now()
		timer *time.Timer
		mu    sync.Mutex
	)
	check := func() {
		mu.Lock()
		defer mu.Unlock()
		elapsed := time.Since(start) - b.f.waited()
		if float64(b.wire.n.Load()) < float64(l.MinRate)*elapsed.Seconds() && !b.f.waiting.Load() {
			b.f.cancel(errTooSlow)
			return
		}
		timer.Reset(time.Second)
	}
	mu.Lock()
	timer = time.AfterFunc(l.Grace, check)
	mu.Unlock()
	b.close = append(b.close, func() { timer.Stop() })
}

// stop frees the decoders and ends the watch.
func (b *body) stop() {
	for i := len(b.close) - 1; i >= 0; i-- {
		b.close[i]()
	}
}

// A meter counts the bytes that came over the wire.
type meter struct {
	src io.Reader
	n   atomic.Int64
	err error // of the connection, not of a decoder
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	m.n.Add(int64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		m.err = err
	}
	return n, err
}

// A lazyReader opens its decoder with the first read, so that the head of a
// compressed stream is read under the fetch's limits.
type lazyReader struct {
	open func() (io.Reader, error)
	r    io.Reader
}

func (l *lazyReader) Read(p []byte) (int, error) {
	if l.r == nil {
		r, err := l.open()
		if err != nil {
			return 0, err
		}
		l.r = r
	}
	return l.r.Read(p)
}

// takeLarge waits for a place among the large bodies; false where the fetch
// ended before.
func (f *fetch) takeLarge() bool {
	if f.hasLarge {
		return true
	}
	start := time.Now()
	f.waiting.Store(true)
	defer func() {
		f.waitNanos.Add(int64(time.Since(start)))
		f.waiting.Store(false)
	}()
	select {
	case f.large <- struct{}{}:
		f.hasLarge = true
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
	large     chan struct{}
	hasLarge  bool
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
	if f.hasLarge {
		f.hasLarge = false
		<-f.large
	}
}
