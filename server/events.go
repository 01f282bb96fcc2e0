package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// retryHint tells EventSource when to come back, in milliseconds.
var retryHint = []byte("retry: 1000\n\n")

// storedEvents is how many events are read from the store at a time.
const storedEvents = 500

// getEvents streams a run's events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
// from the first, or after Last-Event-ID, until the run ends, the client
// leaves or the server shuts down. A client that has all of an ended run's
// events gets 204, which tells EventSource not to come back.
func (s *Server) getEvents(c echo.Context) error {
	ctx, owner, id := c.Request().Context(), ownerOf(c), c.Param("id")
	after, err := lastEventID(c.Request())
	if err != nil {
		return err
	}
	live := s.manager.get(owner, id)
	run, err := s.opts.Store.Run(ctx, owner, id)
	if err != nil {
		return err
	}
	if live == nil {
		return s.storedEvents(c, run, after)
	}
	return s.stream(c, func(st *stream) error {
		if err := st.write(retryHint); err != nil {
			return err
		}
		return st.follow(live, after)
	})
}

// lastEventID is where a client broke off: the header that EventSource sends,
// or ?after=.
func lastEventID(r *http.Request) (int64, error) {
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, tell(errBadRequest, fmt.Sprintf("%q is not an event's id: send the number of the last event that you have", clip(text, 40)))
	}
	return n, nil
}

// storedEvents sends the events of a run that is not at work.
func (s *Server) storedEvents(c echo.Context, run Run, after int64) error {
	records, err := s.opts.Store.Steps(c.Request().Context(), run.ID, after, storedEvents)
	if err != nil {
		return err
	}
	if len(records) == 0 && !run.Finished.IsZero() {
		return c.NoContent(http.StatusNoContent)
	}
	return s.stream(c, func(st *stream) error {
		if err := st.write(retryHint); err != nil {
			return err
		}
		for len(records) > 0 {
			var events []event
			for _, r := range records {
				e, err := eventOf(r)
				if err != nil {
					return err
				}
				events = append(events, e)
			}
			if err := st.send(events); err != nil {
				return err
			}
			after = records[len(records)-1].ID
			if records, err = s.opts.Store.Steps(st.ctx, run.ID, after, storedEvents); err != nil {
				return err
			}
		}
		return nil
	})
}

// A stream is an open response of server-sent events.
type stream struct {
	ctx  context.Context
	s    *Server
	w    http.ResponseWriter
	ctl  *http.ResponseController
	beat *time.Ticker
	buf  []byte
}

// stream opens a stream and runs send. What goes wrong after the first byte
// ends the stream: the client comes back with Last-Event-ID.
func (s *Server) stream(c echo.Context, send func(*stream) error) error {
	if s.streams.Add(1) > int64(s.opts.Limits.Streams) {
		s.streams.Add(-1)
		return errBusy
	}
	defer s.streams.Add(-1)
	res := c.Response()
	st := &stream{
		ctx: c.Request().Context(), s: s, w: res, ctl: http.NewResponseController(res),
		beat: time.NewTicker(s.opts.Limits.Heartbeat),
	}
	defer st.beat.Stop()
	h := res.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx must not hold events back
	res.WriteHeader(http.StatusOK)
	if err := st.ctl.Flush(); err != nil {
		return err
	}
	// The connection may serve another request after this one.
	defer func() { s.ignore("clearing a deadline", st.ctl.SetWriteDeadline(time.Time{})) }()
	s.ignore("streaming events", send(st))
	return nil
}

// ignore notes an error that concerns nobody but a client that is gone.
func (s *Server) ignore(doing string, err error) {
	if err != nil {
		s.opts.Log.Debug(doing, "error", err)
	}
}

// follow sends a live run's events as they are stored.
func (st *stream) follow(l *liveRun, after int64) error {
	for {
		events, more, done := l.since(after)
		if err := st.send(events); err != nil {
			return err
		}
		if len(events) > 0 {
			after = events[len(events)-1].id
			continue
		}
		if done {
			return nil
		}
		if err := st.pause(more); err != nil {
			return err
		}
	}
}

// pause waits for more, and sends heartbeats meanwhile.
func (st *stream) pause(more <-chan struct{}) error {
	for {
		select {
		case <-more:
			return nil
		case <-st.beat.C:
			if err := st.write([]byte(": still here\n\n")); err != nil {
				return err
			}
		case <-st.ctx.Done():
			return st.ctx.Err()
		case <-st.s.draining:
			return errDraining
		}
	}
}

// send writes events in one go.
func (st *stream) send(events []event) error {
	if len(events) == 0 {
		return nil
	}
	st.buf = st.buf[:0]
	for _, e := range events {
		st.buf = fmt.Appendf(st.buf, "id: %d\nevent: %s\ndata: %s\n\n", e.id, e.kind, e.data)
	}
	return st.write(st.buf)
}

// write sends bytes at once; a client that does not take them in time is cut.
func (st *stream) write(b []byte) error {
	if err := st.ctl.SetWriteDeadline(time.Now().Add(st.s.opts.Limits.Write)); err != nil {
		return err
	}
	if _, err := st.w.Write(b); err != nil {
		return err
	}
	return st.ctl.Flush()
}
