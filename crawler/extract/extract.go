// Package extract turns the bytes of a page or a document into text that can
// be read, ranked and quoted: HTML, PDF, DOCX, PPTX, XLSX, ODT, EPUB, Markdown,
// plain text, CSV, JSON, feeds and source code.
//
// The text of a page is a light Markdown (see agent.Page.Text) in which the
// words are exactly the page's own. Nothing that a reader of the page would not
// see is in it: hidden elements and invisible characters are dropped and
// counted; comments, alternative texts and JSON-LD never become text. Dates,
// author and names from a page's metadata are metadata of the result.
//
// Whatever the bytes are, Extract returns: a result, or an *Error with the
// reason why there is none.
package extract

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Limits of one extraction.
const (
	// MaxText is the number of bytes of text that are kept of one page or
	// document; the page is marked as truncated beyond.
	MaxText = 2 << 20
	// MaxHTML is the number of bytes of decoded HTML that are read of one page.
	MaxHTML = 10 << 20
	// MaxLinks is the number of links kept of one page.
	MaxLinks = 5000
)

// Input is what came from the web or the disk.
type Input struct {
	URL         string    // address after redirects, or file:///…
	ContentType string    // the Content-Type header; may be empty or wrong
	Body        []byte    // decompressed; nobody may change it afterwards
	Now         time.Time // when it was fetched; dates beyond the next day are not believed
}

// Result is what could be read.
type Result struct {
	Page *agent.Page
	// Canonical is the address that the page names as its own, absolute; empty
	// where it names none. It is a claim of the page: check it before use.
	Canonical string
	// Refresh is the target of a meta refresh, absolute; empty where there is none.
	Refresh           string
	NoIndex, NoFollow bool // from meta robots
	// Feed holds the entries of a feed and the addresses of a sitemap, or the
	// feeds that an HTML page announces.
	Feed []agent.Link
}

// Error is why nothing could be read.
type Error struct {
	Reason agent.SkipReason
	Detail string // in words
}

// Error says the reason and the detail.
func (e *Error) Error() string {
	if e.Detail == "" {
		return string(e.Reason)
	}
	return string(e.Reason) + ": " + e.Detail
}

// job is one extraction under way.
type job struct {
	in   Input
	base *url.URL // of relative links; never nil
	page *agent.Page
	res  Result
}

// Extract reads in. Its only errors are *Error. A page whose HTML says only
// where to go on (a meta refresh) is a result with an empty text and a Refresh.
func Extract(ctx context.Context, in Input) (res Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			res, err = Result{}, &Error{agent.SkipPanic, fmt.Sprintf("the parser gave up: %v", r)}
		}
	}()
	if in.Now.IsZero() {
		in.Now = time.Now()
	}
	j := newJob(in)
	if err := ctx.Err(); err != nil {
		return Result{}, &Error{agent.SkipCancelled, "stopped before it was read"}
	}
	kind := sniff(in)
	j.page.MIME = kind.mime()
	if err := j.read(ctx, kind); err != nil {
		return Result{}, err
	}
	j.finish()
	if j.page.Text == "" && j.res.Refresh == "" && len(j.res.Feed) == 0 {
		return Result{}, &Error{agent.SkipNoText, "the " + kind.noun() + " holds no text"}
	}
	return j.res, nil
}

func newJob(in Input) *job {
	base, err := url.Parse(in.URL)
	if err != nil {
		base = &url.URL{}
	}
	j := &job{in: in, base: base, page: &agent.Page{URL: in.URL, Fetched: in.Now, Site: siteName(base)}}
	j.res.Page = j.page
	return j
}

// siteName is the host without "www."; empty for a file.
func siteName(u *url.URL) string { return strings.TrimPrefix(u.Hostname(), "www.") }

// finish cuts the text to its limit and names the snapshot.
func (j *job) finish() {
	text, cut := capText(j.page.Text, MaxText)
	j.page.Text, j.page.Truncated = text, j.page.Truncated || cut
	j.page.Snapshot = agent.SnapshotID(text)
	if len(j.page.Links) > MaxLinks {
		j.page.Links = j.page.Links[:MaxLinks]
	}
}
