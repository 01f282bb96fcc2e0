package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A Thinker plans and writes.
type Thinker interface {
	agent.Planner
	agent.Writer
}

// Options are what Open needs besides a SPEC. Zeros are defaulted.
type Options struct {
	// Fallback goes on where a model fails, and serves the SPEC "builtin". Required.
	Fallback Thinker
	// Planner is the model that plans, where another than the writer does; nil: the same.
	Planner *Spec
	// PlannerThen are further models that plan, tried in order where the first
	// fails, before those of Then.
	PlannerThen []Spec
	// Then are further models, tried in order where the first fails, before Fallback.
	Then []Spec
	// Getenv reads keys from the environment; nil: os.Getenv.
	Getenv func(string) string
	// HTTP sends the requests; nil: a client of our own. Redirects are never followed.
	HTTP *http.Client
	// Health is what is known of each endpoint's failures; share one for the
	// life of the process. Nil: a fresh one.
	Health *Health
	// FixedAddresses refuses a SPEC that brings its own base address: for
	// SPECs that come from a client of a server, which could otherwise send
	// requests, and keys, anywhere.
	FixedAddresses bool
	// Context is the models' context length in tokens, where it is known better
	// than the presets do; 0: the presets'.
	Context int
	// Limits bound each model call.
	Limits Limits
	// Now gives the date that prompts name; nil: time.Now.
	Now func() time.Time
	// Rand gives jitter in [0,1); nil: math/rand.
	Rand func() float64
	// Logger is told of failures in detail, never of keys; nil: nobody.
	Logger *slog.Logger
}

// Limits bound a model call. Zeros are defaulted.
type Limits struct {
	FirstByte time.Duration // silence until text or reasoning begins; default 120 s
	Idle      time.Duration // silence after that; keep-alives break it; default 30 s
	Bytes     int64         // of one reply as received; default 16 MiB
	Output    int           // tokens of one reply, reasoning included; default 16384
	Attempts  int           // of one call, at most 3; default 3
}

const (
	defaultFirstByte = 120 * time.Second
	defaultIdle      = 30 * time.Second
	defaultReplySize = 16 << 20
	defaultOutput    = 16 << 10
	maxAttempts      = 3
)

func (l Limits) withDefaults() Limits {
	if l.FirstByte <= 0 {
		l.FirstByte = defaultFirstByte
	}
	if l.Idle <= 0 {
		l.Idle = defaultIdle
	}
	if l.Bytes <= 0 {
		l.Bytes = defaultReplySize
	}
	if l.Output <= 0 {
		l.Output = defaultOutput
	}
	if l.Attempts <= 0 || l.Attempts > maxAttempts {
		l.Attempts = maxAttempts
	}
	return l
}

func (o Options) withDefaults() Options {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: modelTransport()}
	}
	client := *o.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Timeout = 0 // the limits below and the context bound a stream better
	o.HTTP = &client
	if o.Health == nil {
		o.Health = NewHealth()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.withDefaults()
	return o
}

// modelTransport is a transport for few hosts and long streams. Bodies are not
// asked for compressed: a compressing proxy holds events back.
func modelTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 1 << 20,
	}
}

var errNoFallback = errors.New("opening a model: Options.Fallback is not set")

// Open returns what plans and writes for the given SPEC. A missing key, an
// unknown preset or a bad address is an error that says what to do; nothing is
// sent yet. The result is safe for concurrent use.
func Open(spec Spec, o Options) (Thinker, error) {
	if o.Fallback == nil {
		return nil, errNoFallback
	}
	o = o.withDefaults()
	if spec.Builtin() && (o.Planner == nil || o.Planner.Builtin()) {
		return o.Fallback, nil
	}
	writers, err := endpointsOf(append([]Spec{spec}, o.Then...), o)
	if err != nil {
		return nil, err
	}
	planners := writers
	if o.Planner != nil {
		all := append([]Spec{*o.Planner}, o.PlannerThen...)
		if planners, err = endpointsOf(append(all, o.Then...), o); err != nil {
			return nil, err
		}
	}
	return &modelThinker{
		planner: modelPlanner{models: planners, opt: o},
		writer:  modelWriter{models: writers, opt: o},
	}, nil
}

// endpointsOf opens the models of a list of SPECs, each once, up to the first "builtin".
func endpointsOf(specs []Spec, o Options) ([]*endpoint, error) {
	var es []*endpoint
	for i, s := range specs {
		if s.Builtin() {
			break
		}
		if slices.Contains(specs[:i], s) {
			continue
		}
		e, err := newEndpoint(s, o)
		if err != nil {
			return nil, fmt.Errorf("opening model %s: %w", s, err)
		}
		es = append(es, e)
	}
	return es, nil
}

// CheckKeys reports whether the models of SPECs could be opened: presets and
// addresses are known, and keys are there.
func CheckKeys(specs []Spec, o Options) error {
	_, err := endpointsOf(specs, o.withDefaults())
	return err
}

type modelThinker struct {
	planner modelPlanner
	writer  modelWriter
}

// Plan implements agent.Planner.
func (t *modelThinker) Plan(ctx context.Context, b agent.Brief, tell agent.Tell) (agent.Plan, error) {
	return t.planner.plan(ctx, b, tell)
}
