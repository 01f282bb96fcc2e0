package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/sonde-search/sonde/agent"
)

// progress is one line in a terminal that says how far a run is. Where
// standard error is no terminal it prints nothing.
type progress struct {
	w     io.Writer
	width int // columns; 0: not a terminal
	last  time.Time
	shown bool
}

// progressEvery is how often the line is redrawn at most.
const progressEvery = 50 * time.Millisecond

func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.width = 80
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
			p.width = width
		}
	}
	return p
}

// show redraws the line for a step.
func (p *progress) show(s agent.Step) {
	if p.width == 0 {
		return
	}
	line := progressLine(s)
	now := time.Now()
	if line == "" || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%s", cutColumns(line, p.width-1))
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

func progressLine(s agent.Step) string {
	switch s := s.(type) {
	case agent.Planned:
		return fmt.Sprintf("round %d: %s", s.Round, s.Thought)
	case agent.Searched:
		if s.Error != "" {
			return fmt.Sprintf("%s failed: %s", s.Provider, s.Error)
		}
		return fmt.Sprintf("%s: %d hits for %q", s.Provider, len(s.Hits), s.Query)
	case agent.Paged:
		return fmt.Sprintf("%s %d/%d %s %s", bar(s.Done, s.Of), s.Done, s.Of, s.State, s.URL)
	case agent.Ranked:
		return fmt.Sprintf("%d passages of %d pages", s.Passages, s.Pages)
	case agent.Claimed:
		return "writing: " + s.Text
	}
	return ""
}

// bar draws ten cells.
func bar(done, of int) string {
	full := 0
	if of > 0 {
		full = min(10, done*10/of)
	}
	return strings.Repeat("█", full) + strings.Repeat("░", 10-full)
}

// cutColumns cuts s to n terminal columns; wide characters take two.
func cutColumns(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	for i, r := range s {
		if n -= columns(r); n < 0 {
			return s[:i]
		}
	}
	return s
}

func columns(r rune) int {
	if utf8.RuneLen(r) > 2 && (r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60) {
		return 2
	}
	return 1
}

// every calls f now and then in a goroutine of its own until it is stopped;
// stop waits for its end and calls last.
func every(ctx context.Context, pause time.Duration, f, last func()) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		t := time.NewTicker(pause)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				f()
			}
		}
	}()
	return func() {
		cancel()
		<-ended
		last()
	}
}
