package agent

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// A Bundle is a run as one file: its steps, and the text of every page that
// was read. Nothing in it is secret: keys never reach a step. The file is
// gzipped JSON lines: a head, one line a page, one line a step.
type Bundle struct {
	Version string // of the Sonde that wrote it
	Records []Record
	Pages   map[string]*Page // by snapshot, texts included
}

// bundleFormat is the number of the file format.
const bundleFormat = 1

// Bounds of a bundle that is read, so that a hostile one fails cleanly.
const (
	maxBundleBytes = 1 << 30
	maxBundleLine  = 64 << 20
)

// ErrBadBundle is wrapped by every error about a bundle's content.
var ErrBadBundle = errors.New("not a bundle that can be read")

// bundleLine is one line: exactly one field is set.
type bundleLine struct {
	Format  int         `json:"sonde_bundle,omitempty"`
	Version string      `json:"version,omitempty"`
	Page    *pageInFull `json:"page,omitempty"`
	Record  *Record     `json:"step,omitempty"`
}

// pageInFull is a page with its text.
type pageInFull struct {
	*Page
	Text string `json:"text"`
}

// NewBundle makes a bundle of a run's steps; pages come from the Paged steps
// that have them attached.
func NewBundle(version string, records []Record) *Bundle {
	b := &Bundle{Version: version, Records: records, Pages: map[string]*Page{}}
	for _, r := range records {
		if s, ok := r.Step.(Paged); ok && s.Page != nil {
			b.Pages[s.Page.Snapshot] = s.Page
		}
	}
	return b
}

// Write writes the bundle's file.
func (b *Bundle) Write(w io.Writer) error {
	z := gzip.NewWriter(w)
	enc := json.NewEncoder(z)
	enc.SetEscapeHTML(false)
	err := enc.Encode(bundleLine{Format: bundleFormat, Version: b.Version})
	written := map[string]bool{}
	for i := range b.Records {
		if s, ok := b.Records[i].Step.(Paged); ok && b.Pages[s.Snapshot] != nil && !written[s.Snapshot] {
			written[s.Snapshot] = true
			p := b.Pages[s.Snapshot]
			err = errors.Join(err, enc.Encode(bundleLine{Page: &pageInFull{p, p.Text}}))
		}
		err = errors.Join(err, enc.Encode(bundleLine{Record: &b.Records[i]}))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("writing a bundle: %w", err)
	}
	return nil
}

// ReadBundle reads what Write wrote. Its errors wrap ErrBadBundle.
func ReadBundle(r io.Reader) (*Bundle, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadBundle, err)
	}
	b := &Bundle{Pages: map[string]*Page{}}
	lines := bufio.NewScanner(io.LimitReader(z, maxBundleBytes))
	lines.Buffer(nil, maxBundleLine)
	for n := 1; lines.Scan(); n++ {
		var l bundleLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrBadBundle, n, err)
		}
		if err := b.take(n, l); err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrBadBundle, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadBundle, err)
	}
	return b, b.complete()
}

func (b *Bundle) take(n int, l bundleLine) error {
	switch {
	case n == 1 && l.Format != bundleFormat:
		return fmt.Errorf("format %d is not known: this Sonde reads format %d", l.Format, bundleFormat)
	case n == 1:
		b.Version = l.Version
	case l.Page != nil && l.Page.Page != nil:
		p := l.Page.Page
		p.Text = l.Page.Text
		if p.Snapshot != SnapshotID(p.Text) {
			return fmt.Errorf("the text of %s was changed: it does not fit its hash", p.URL)
		}
		b.Pages[p.Snapshot] = p
	case l.Record != nil:
		if s, ok := l.Record.Step.(Paged); ok && s.State == PageRead {
			s.Page = b.Pages[s.Snapshot]
			l.Record.Step = s
		}
		b.Records = append(b.Records, *l.Record)
	default:
		return errors.New("neither a page nor a step")
	}
	return nil
}

// complete reports whether the bundle holds a whole run.
func (b *Bundle) complete() error {
	if len(b.Records) == 0 {
		return fmt.Errorf("%w: no steps", ErrBadBundle)
	}
	if _, ok := b.Records[0].Step.(Started); !ok {
		return fmt.Errorf("%w: the first step is not the start of a run", ErrBadBundle)
	}
	if _, ok := b.Answer(); !ok {
		return fmt.Errorf("%w: the run has no answer", ErrBadBundle)
	}
	return nil
}

// Answer is the answer that the run came to; false where it has none.
func (b *Bundle) Answer() (Answer, bool) {
	if len(b.Records) == 0 {
		return Answer{}, false
	}
	a, ok := b.Records[len(b.Records)-1].Step.(Answered)
	return a.Answer, ok
}

// Started is the run's first step.
func (b *Bundle) Started() Started {
	s, _ := b.Records[0].Step.(Started)
	return s
}

// Clock shows the time at which the run started.
func (s Started) Clock() time.Time { return s.At }
