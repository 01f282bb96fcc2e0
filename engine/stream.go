package engine

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxStreamLine bounds one line of a stream (bytes). The longest seen in the
// wild hold a whole reply of a model in one event.
const maxStreamLine = 8 << 20

// eventReader reads server-sent events as model endpoints send them: lines end
// in LF, CRLF or CR-less LF; comments keep the connection alive; data may come
// with or without a space, in several lines, without the blank line between
// events, and, from proxies, as bare JSON lines.
// Source: WHATWG HTML, 9.2.6 "Interpreting an event stream", read leniently.
type eventReader struct {
	r       *bufio.Reader
	name    string // of the event being read
	pending []byte // data lines that are not whole JSON yet
	left    int64  // bytes that may still be read
	done    bool
}

// An event is one event's name and data. Data "[DONE]" is returned as it is.
type event struct {
	Name string
	Data []byte
}

func newEventReader(r io.Reader, limit int64) *eventReader {
	return &eventReader{r: bufio.NewReaderSize(r, 16<<10), left: limit}
}

var (
	errLineTooLong = &ModelError{Fault: FaultEndless, Detail: "one line of the stream is longer than 8 MiB"}
	errReplyTooBig = &ModelError{Fault: FaultEndless, Detail: "the reply is larger than is allowed"}
)

// next returns the next event, io.EOF at the end of the stream, or what went wrong.
func (r *eventReader) next() (event, error) {
	for {
		if r.done {
			return event{}, io.EOF
		}
		line, err := r.line()
		if errors.Is(err, io.EOF) {
			r.done = true
			if len(line) == 0 && len(r.pending) == 0 {
				return event{}, io.EOF
			}
		} else if err != nil {
			return event{}, err
		}
		if ev, ok := r.take(line); ok {
			return ev, nil
		}
		if r.done && len(r.pending) > 0 {
			return r.flush(), nil
		}
	}
}

// take reads one line and reports whether it completes an event.
func (r *eventReader) take(line []byte) (event, bool) {
	line = bytes.TrimSuffix(line, []byte("\r"))
	line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	if len(line) == 0 {
		if len(r.pending) > 0 {
			return r.flush(), true
		}
		r.name = ""
		return event{}, false
	}
	field, value, found := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch {
	case line[0] == ':': // a comment
		return event{}, false
	case line[0] == '{': // bare JSON
		value = line
	case !found && string(bytes.TrimSpace(line)) == "[DONE]":
		value = bytes.TrimSpace(line)
	case string(field) == "event":
		r.name = string(value)
		return event{}, false
	case string(field) == "error":
		r.name = "error"
	case string(field) != "data":
		return event{}, false
	}
	trimmed := bytes.TrimSpace(value)
	if len(r.pending) == 0 {
		if len(trimmed) == 0 {
			return event{}, false
		}
		if string(trimmed) == "[DONE]" || json.Valid(trimmed) {
			return r.event(trimmed), true
		}
		r.pending = append(r.pending, value...)
		return event{}, false
	}
	r.pending = append(append(r.pending, '\n'), value...)
	if len(r.pending) > maxStreamLine || json.Valid(r.pending) {
		return r.flush(), true
	}
	return event{}, false
}

func (r *eventReader) flush() event {
	ev := r.event(r.pending)
	r.pending = nil
	return ev
}

func (r *eventReader) event(data []byte) event {
	ev := event{Name: r.name, Data: bytes.Clone(data)}
	r.name = ""
	return ev
}

// line returns the next line without its LF. The slice is valid until the next call.
func (r *eventReader) line() ([]byte, error) {
	var long []byte
	for {
		part, err := r.r.ReadSlice('\n')
		if r.left -= int64(len(part)); r.left < 0 {
			return nil, errReplyTooBig
		}
		switch {
		case err == nil && long == nil:
			return part[:len(part)-1], nil
		case err == nil:
			return append(long, part[:len(part)-1]...), nil
		case errors.Is(err, bufio.ErrBufferFull):
			if len(long)+len(part) > maxStreamLine {
				return nil, errLineTooLong
			}
			long = append(long, part...)
		default:
			if errors.Is(err, io.EOF) {
				return append(long, part...), io.EOF
			}
			return nil, fmt.Errorf("reading the stream: %w", err)
		}
	}
}
