package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// maxErrorBody bounds what is read of a reply that is not 200 (bytes).
const maxErrorBody = 64 << 10

// modelDoer is the transport of one model call: it mends the request that
// langchaingo wrote, sends it once, and mends the reply. It never retries.
type modelDoer struct {
	ep  *endpoint
	ask modelAsk

	mu   sync.Mutex
	body *mendedBody
	err  error
}

// served is what the reply said of itself, and what went wrong.
func (d *modelDoer) served() served {
	d.mu.Lock()
	defer d.mu.Unlock()
	var s served
	if d.body != nil {
		s = d.body.snapshot()
	}
	if d.err != nil {
		s.Err = d.err
	}
	return s
}

// Do implements the Doer of langchaingo's clients.
func (d *modelDoer) Do(req *http.Request) (*http.Response, error) {
	resp, err := d.do(req)
	if err != nil {
		d.mu.Lock()
		d.err = err
		d.mu.Unlock()
	}
	return resp, err
}

func (d *modelDoer) do(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	req, opened, err := d.mendRequest(req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	guard := newIdleGuard(d.ep.opt.Limits, cancel)
	resp, err := d.ep.opt.HTTP.Do(req)
	if err != nil {
		guard.stop()
		err = guard.explain(ctx, err)
		cancel(nil)
		return nil, err
	}
	body := &guardedBody{body: resp.Body, guard: guard, ctx: ctx, cancel: cancel}
	if resp.StatusCode != http.StatusOK {
		defer body.Close()
		return nil, d.refusal(resp, body)
	}
	resp.Body = body
	mended := mend(resp, d.ep, opened)
	mended.begun = &guard.begun
	d.mu.Lock()
	d.body = mended
	d.mu.Unlock()
	resp.Body = mended
	resp.ContentLength = -1
	return resp, nil
}

// refusal is the error of a reply that is not 200.
func (d *modelDoer) refusal(resp *http.Response, body io.Reader) error {
	said, err := io.ReadAll(io.LimitReader(body, maxErrorBody))
	if err != nil && len(said) == 0 {
		d.ep.opt.Logger.Debug("reading a model's error", "model", d.ep.String(), "err", err)
	}
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return &ModelError{Fault: FaultRequest, Status: resp.StatusCode, Detail: "the address redirects elsewhere: put the final address into the SPEC"}
	}
	return statusError(resp.StatusCode, resp.Header, said, d.ep)
}

// mendRequest writes anew what langchaingo cannot say. opened reports that the
// reply was given its opening tag of reasoning.
func (d *modelDoer) mendRequest(req *http.Request) (*http.Request, bool, error) {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, false, fmt.Errorf("reading our own request: %w", err)
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, false, fmt.Errorf("reading our own request: %w", err)
	}
	opened, err := d.ask.mend(fields, d.ep)
	if err != nil {
		return nil, false, err
	}
	out, err := json.Marshal(fields)
	if err != nil {
		return nil, false, fmt.Errorf("writing the request: %w", err)
	}
	req.Body = io.NopCloser(bytes.NewReader(out))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out)), nil }
	req.ContentLength = int64(len(out))
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("User-Agent", "sonde")
	for k, v := range d.ep.preset.Quirks.Headers {
		req.Header.Set(k, v)
	}
	if d.ep.key == "" {
		req.Header.Del("Authorization")
		req.Header.Del("X-Api-Key")
	}
	return req, opened, nil
}

// idleGuard ends a request from which nothing comes for too long.
type idleGuard struct {
	timer  *time.Timer
	limits Limits
	begun  atomic.Bool // text or reasoning came
	fired  atomic.Bool
}

var errModelIdle = errors.New("nothing came for too long")

func newIdleGuard(l Limits, cancel context.CancelCauseFunc) *idleGuard {
	g := &idleGuard{limits: l}
	g.timer = time.AfterFunc(l.FirstByte, func() {
		g.fired.Store(true)
		cancel(errModelIdle)
	})
	return g
}

func (g *idleGuard) stop() { g.timer.Stop() }

// reset starts the wait for the next read. Models that keep their reasoning
// back are silent until the answer begins.
func (g *idleGuard) reset() {
	if g.begun.Load() {
		g.timer.Reset(g.limits.Idle)
		return
	}
	g.timer.Reset(g.limits.FirstByte)
}

// explain names the true cause of a failed read or request.
func (g *idleGuard) explain(ctx context.Context, err error) error {
	switch {
	case g.fired.Load():
		return &ModelError{Fault: FaultIdle, Detail: errModelIdle.Error(), Err: errModelIdle}
	case errors.Is(ctx.Err(), context.DeadlineExceeded), errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return &ModelError{Fault: FaultDeadline, Err: context.DeadlineExceeded}
	case ctx.Err() != nil:
		return &ModelError{Fault: FaultCancelled, Err: context.Canceled}
	case errors.Is(err, ErrNoTurn):
		return &ModelError{Fault: FaultRequest, Detail: ErrNoTurn.Error(), Err: ErrNoTurn}
	}
	return &ModelError{Fault: FaultNetwork, Detail: networkWords(err), Err: err}
}

// networkWords says what failed without addresses.
func networkWords(err error) string {
	s := err.Error()
	for _, w := range []string{"connection refused", "no such host", "certificate", "connection reset", "EOF", "timeout"} {
		if strings.Contains(s, w) {
			return w
		}
	}
	return "the request could not be sent"
}

// guardedBody is a reply's body under the guard.
type guardedBody struct {
	body   io.ReadCloser
	guard  *idleGuard
	ctx    context.Context //nolint:containedctx // the request's, to name the cause of a failed read
	cancel context.CancelCauseFunc
	once   sync.Once
}

// Read implements io.Reader.
func (b *guardedBody) Read(p []byte) (int, error) {
	b.guard.reset()
	n, err := b.body.Read(p)
	b.guard.stop()
	if err != nil && !errors.Is(err, io.EOF) {
		if b.ctx.Err() != nil || b.guard.fired.Load() {
			return n, b.guard.explain(b.ctx, err)
		}
		return n, &ModelError{Fault: FaultCut, Detail: "the connection broke", Err: err}
	}
	return n, err
}

// Close implements io.Closer.
func (b *guardedBody) Close() error {
	var err error
	b.once.Do(func() {
		b.guard.stop()
		err = b.body.Close()
		b.cancel(nil)
	})
	return err
}
