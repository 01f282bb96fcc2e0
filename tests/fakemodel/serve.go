package fakemodel

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// serve does what the turn says.
func (t Turn) serve(w http.ResponseWriter, req *http.Request, wire Wire, r Request) {
	if !sleep(req, t.Wait) {
		return
	}
	for k, v := range t.Header {
		w.Header().Set(k, v)
	}
	if t.Status != 0 && t.Status != http.StatusOK {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", "application/json")
		}
		w.WriteHeader(t.Status)
		fmt.Fprint(w, t.Body)
		return
	}
	if t.Model == "" {
		var m string
		if json.Unmarshal(r.Fields["model"], &m) == nil {
			t.Model = m
		}
	}
	if t.In == 0 {
		t.In = 100
	}
	if t.Out == 0 {
		t.Out = 50
	}
	if t.Whole {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, wire.whole(t))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	s := &stream{turn: t, w: w, req: req}
	s.flush()
	if t.Raw != "" {
		s.send(t.Raw)
		return
	}
	s.reply(wire)
}

// sleep waits, and reports false where the client went away.
func sleep(req *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-req.Context().Done():
		return false
	}
}

// stream is one reply being sent.
type stream struct {
	turn Turn
	w    http.ResponseWriter
	req  *http.Request
	sent int // events
	over bool
}

func (s *stream) flush() {
	if f, ok := s.w.(http.Flusher); ok {
		f.Flush()
	}
}

// send writes bytes, and notes where the client went away.
func (s *stream) send(raw string) {
	if s.over {
		return
	}
	if s.turn.CRLF {
		raw = strings.ReplaceAll(raw, "\n", "\r\n")
	}
	if _, err := s.w.Write([]byte(raw)); err != nil {
		s.over = true
		return
	}
	s.flush()
}

// fault carries out the fault that is due before the next event, if one is.
func (s *stream) fault(wire Wire) {
	due := func(after int) bool { return after == -1 && s.sent == 0 || after > 0 && s.sent == after }
	t := s.turn
	switch {
	case due(t.Abort):
		panic(http.ErrAbortHandler)
	case due(t.End):
		s.over = true
	case due(t.Stall):
		<-s.req.Context().Done()
		s.over = true
	case due(t.Error):
		s.send(wire.errorEvent("The server is overloaded, try again later", "overloaded"))
		s.over = true
	case due(t.Break):
		s.send("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"gar\n\n")
	}
}

// event sends one event of the reply.
func (s *stream) event(wire Wire, raw string) {
	if s.over {
		return
	}
	s.fault(wire)
	if s.over || !sleep(s.req, s.turn.Every) {
		s.over = true
		return
	}
	s.send(raw)
	s.sent++
}

func (s *stream) reply(wire Wire) {
	t := s.turn
	for range t.KeepAlive {
		if !sleep(s.req, t.Every) {
			return
		}
		s.send(wire.comment())
	}
	s.event(wire, wire.start(t))
	for _, d := range t.Reasoning {
		s.event(wire, wire.delta(t, d, ""))
	}
	for i, d := range t.Text {
		if i == 0 {
			s.event(wire, wire.between(t))
		}
		s.event(wire, wire.delta(t, "", d))
	}
	for _, d := range t.Tools {
		s.event(wire, t.chunk(wire, `{"tool_calls":`+d+`}`, "null", ""))
	}
	for t.Loop != "" && !s.over {
		s.event(wire, wire.delta(t, "", t.Loop))
	}
	for _, raw := range wire.end(t) {
		s.event(wire, raw)
	}
}
