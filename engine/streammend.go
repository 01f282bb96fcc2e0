package engine

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// thinkReset stands in the text that langchaingo hands on where all text so far
// turns out to be reasoning. No endpoint can send it: NUL is removed from text.
const thinkReset = "\x00reset\x00"

// maxMendedText bounds the text of one mended event (bytes): langchaingo reads
// lines with a bufio.Scanner, which gives up at 64 KiB, and JSON can make six
// bytes of one.
const maxMendedText = 8 << 10

// mendedBody is an endpoint's reply, written anew so that langchaingo reads it
// right: reasoning under one name and out of the text, tool calls whole, the
// finish reason and usage last, short lines, and every fault as an error of
// Read instead of silence. What langchaingo has no place for is kept in what.
type mendedBody struct {
	body   io.ReadCloser
	events *eventReader
	ep     *endpoint
	split  *thinkSplitter
	loops  repetition
	out    bytes.Buffer
	enc    wireEncoder
	tools  []toolDelta
	ended  bool // the end was said: a finish reason or a last event
	closed bool
	err    error
	begun  *atomic.Bool // set once text or reasoning came; may be nil

	mu   sync.Mutex
	what served
}

// served is what a reply said of itself.
type served struct {
	Model   string
	Finish  string
	Usage   *wireUsage
	Refusal string
	Where   string // where reasoning came: "field", "tags", or empty
	Bytes   int64  // of text and reasoning
	Err     error
}

func (b *mendedBody) snapshot() served {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.what
}

func (b *mendedBody) note(f func(*served)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(&b.what)
}

// Read implements io.Reader.
func (b *mendedBody) Read(p []byte) (int, error) {
	for b.out.Len() == 0 {
		if b.err != nil {
			return 0, b.err
		}
		if err := b.step(); err != nil {
			b.err = err
			if !errors.Is(err, io.EOF) {
				b.note(func(w *served) { w.Err = err })
			}
		}
	}
	return b.out.Read(p)
}

// Close implements io.Closer.
func (b *mendedBody) Close() error { return b.body.Close() }

// step reads one event and writes what it says.
func (b *mendedBody) step() error {
	ev, err := b.events.next()
	if errors.Is(err, io.EOF) {
		return b.end()
	}
	if err != nil {
		return b.faultOfRead(err)
	}
	f := b.ep.decode(ev)
	if f.Err != nil {
		return f.Err
	}
	b.note(func(w *served) {
		if f.Model != "" {
			w.Model = f.Model
		}
		if f.Finish != "" {
			w.Finish = f.Finish
		}
		if f.Usage != nil {
			w.merge(*f.Usage)
		}
		w.Refusal += f.Refusal
		w.Bytes += int64(len(f.Text) + len(f.Reasoning))
	})
	if f.Finish != "" {
		b.ended = true
	}
	if b.begun != nil && f.Text+f.Reasoning != "" {
		b.begun.Store(true)
	}
	if b.loops.add(f.Reasoning) || b.loops.add(f.Text) {
		return &ModelError{Fault: FaultEndless, Detail: "the reply repeats itself"}
	}
	if f.Reasoning != "" {
		b.split.apart()
		b.note(func(w *served) { w.Where = "field" })
		b.write(f.Reasoning, "")
	}
	if f.Text != "" {
		b.thoughts(b.split.add(f.Text))
	}
	b.collect(f.Tools)
	if f.Done {
		b.ended = true
		return b.end()
	}
	return nil
}

// merge takes the larger figures: streams count up, and Anthropic sends the
// prompt's at the start and the reply's at the end.
func (w *served) merge(u wireUsage) {
	if w.Usage == nil {
		w.Usage = &wireUsage{}
	}
	w.Usage.In = max(w.Usage.In, u.In)
	w.Usage.Out = max(w.Usage.Out, u.Out)
	w.Usage.Hit = max(w.Usage.Hit, u.Hit)
}

func (b *mendedBody) faultOfRead(err error) error {
	var m *ModelError
	if errors.As(err, &m) {
		return m
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "connection reset") || strings.Contains(err.Error(), "closed pipe") {
		return &ModelError{Fault: FaultCut, Detail: "the connection broke", Err: err}
	}
	return faultOf(err)
}

// end writes the end of the reply, or says that it never came.
func (b *mendedBody) end() error {
	if b.closed {
		return io.EOF
	}
	b.closed = true
	b.thoughts(b.split.finish())
	what := b.snapshot()
	if !b.ended {
		return &ModelError{Fault: FaultCut, Detail: "the stream ended without an end of the reply"}
	}
	if refusedFinish(what.Finish) || what.Refusal != "" && what.Bytes == 0 {
		return &ModelError{Fault: FaultRefused, Detail: redact(what.Refusal, b.ep.key)}
	}
	b.enc.end(&b.out, b.tools, what)
	return nil
}

func (b *mendedBody) thoughts(ts []thought) {
	for _, t := range ts {
		if t.Reset {
			b.write("", thinkReset)
		}
		if t.Reasoning != "" {
			b.note(func(w *served) { w.Where = "tags" })
		}
		b.write(t.Reasoning, t.Text)
	}
}

// write writes text in events of bounded length.
func (b *mendedBody) write(reasoning, text string) {
	for _, part := range chop(reasoning) {
		b.enc.delta(&b.out, part, "")
	}
	for _, part := range chop(text) {
		b.enc.delta(&b.out, "", part)
	}
}

// chop parts text into pieces of at most maxMendedText bytes, between characters.
func chop(s string) []string {
	if s != thinkReset {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	}
	var parts []string
	for len(s) > maxMendedText {
		n := maxMendedText
		for !utf8.RuneStart(s[n]) {
			n--
		}
		parts, s = append(parts, s[:n]), s[n:]
	}
	if s != "" {
		parts = append(parts, s)
	}
	return parts
}

// collect joins the pieces of tool calls by their index.
func (b *mendedBody) collect(ds []toolDelta) {
	for _, d := range ds {
		i := slices.IndexFunc(b.tools, func(t toolDelta) bool { return t.Index == d.Index })
		if i >= 0 && d.ID != "" && b.tools[i].ID != "" && d.ID != b.tools[i].ID {
			// Some endpoints send index 0 for every call of a reply.
			i, d.Index = -1, len(b.tools)+1000
		}
		if i < 0 {
			b.tools = append(b.tools, d)
			continue
		}
		t := &b.tools[i]
		if t.ID == "" {
			t.ID = d.ID
		}
		if t.Name == "" {
			t.Name = d.Name
		}
		t.Args += d.Args
	}
}

// mend wraps an endpoint's good reply.
func mend(resp *http.Response, e *endpoint, opened bool) *mendedBody {
	return &mendedBody{
		body: resp.Body, events: newEventReader(resp.Body, e.opt.Limits.Bytes), ep: e,
		split: newThinkSplitter(e.tagged(), opened), enc: encoderFor(e.preset.Wire),
	}
}
