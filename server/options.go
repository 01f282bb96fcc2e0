package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server/web"
)

// Options are what a Server depends on. Runner and Store are required.
type Options struct {
	Runner Runner
	Store  Storage
	// Models lists the models that a question may name besides "builtin", the
	// preferred one first; nil: none. A SPEC from a request is never resolved
	// unless it is listed here, since it can name an address and so a key's recipient.
	Models func(ctx context.Context) []Model
	// DefaultModel is the model of questions that name none; empty: "builtin".
	DefaultModel string
	// Bundle writes a run as a replayable bundle; nil: the records and pages as one JSON document.
	Bundle func(ctx context.Context, w io.Writer, run Run, steps []agent.Record) error
	// WARC writes the pages of a run as a web archive; nil: the call answers 501.
	WARC func(ctx context.Context, w io.Writer, steps []agent.Record) error
	// Knowledge serves /api/collections and /api/jobs; nil: they answer 501.
	Knowledge Knowledge
	// Search asks the web's search providers for at most k hits, for the tool
	// "search" of /mcp; nil: it searches knowledge bases alone.
	Search func(ctx context.Context, query string, k int) ([]agent.Hit, error)
	// Read reads one page, guarded as in a run, for the tool "read_page"; nil: it shows snapshots alone.
	Read func(ctx context.Context, url string) (*agent.Page, error)
	// Attachable reports why an attachment cannot be read here, so that it is
	// refused before a run begins; nil: none is refused.
	Attachable func(a agent.Attachment) error
	// Web holds the web chat (index.html and what it loads); nil: the embedded one.
	Web fs.FS

	Version string
	Addr    string   // the address listened on, "host:port": its host may be asked for
	Hosts   []string // further host names that requests may be addressed to
	Auth    Auth
	Limits  Limits
	Log     *slog.Logger
	Now     func() time.Time
}

// Auth says who must show a key.
type Auth string

// Who must show a key.
const (
	AuthAuto     Auth = "auto"     // everybody as soon as a key was made
	AuthRequired Auth = "required" // everybody
)

// Limits bound what clients can take. Zeros are defaulted.
type Limits struct {
	Runs      int           // runs at work at the same time (16)
	Streams   int           // event streams open at the same time (4096)
	Body      int64         // bytes of a JSON body (1 MiB)
	Upload    int64         // bytes of a multipart body (64 MiB)
	Heartbeat time.Duration // a comment into a silent stream (15 s)
	Write     time.Duration // a client must take what is written within this (8 s)
	Store     time.Duration // how long a run waits for a store that fails (20 s)
	Resume    time.Duration // older runs are not resumed after a restart (24 h)
	Resumes   int           // a run is resumed so often (3)
	Retry     time.Duration // pause before interrupted runs are taken up again (15 s)
}

func (l Limits) withDefaults() Limits {
	defaultTo(&l.Runs, 16)
	defaultTo(&l.Streams, 4096)
	defaultTo(&l.Body, 1<<20)
	defaultTo(&l.Upload, 64<<20)
	defaultTo(&l.Heartbeat, 15*time.Second)
	defaultTo(&l.Write, 8*time.Second)
	defaultTo(&l.Store, 20*time.Second)
	defaultTo(&l.Resume, 24*time.Hour)
	defaultTo(&l.Resumes, 3)
	defaultTo(&l.Retry, 15*time.Second)
	return l
}

func defaultTo[T int | int64 | time.Duration](p *T, v T) {
	if *p <= 0 {
		*p = v
	}
}

// checked returns the options with their zeros defaulted, or what is wrong.
func (o Options) checked() (Options, error) {
	if o.Runner == nil || o.Store == nil {
		return o, errors.New("server: Runner and Store are required")
	}
	if o.Auth == "" {
		o.Auth = AuthAuto
	}
	if o.Auth != AuthAuto && o.Auth != AuthRequired {
		return o, fmt.Errorf("server: auth %q is not known: use auto or required", o.Auth)
	}
	if o.Addr != "" {
		if _, _, err := net.SplitHostPort(o.Addr); err != nil {
			return o, fmt.Errorf("server: address %q: %w: write host:port", o.Addr, err)
		}
	}
	hosts := make([]string, len(o.Hosts))
	for i, h := range o.Hosts {
		if h == "" || strings.ContainsAny(h, "/ ") {
			return o, fmt.Errorf("server: host %q is not a host name", h)
		}
		hosts[i] = strings.ToLower(h)
	}
	o.Hosts = hosts
	if o.Models == nil {
		o.Models = func(context.Context) []Model { return nil }
	}
	if o.DefaultModel == "" {
		o.DefaultModel = builtinModel
	}
	if o.Web == nil {
		o.Web = web.Files
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Limits = o.Limits.withDefaults()
	return o, nil
}
