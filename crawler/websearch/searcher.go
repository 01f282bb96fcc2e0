package websearch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A Searcher asks several providers. It may be used by several goroutines at once.
type Searcher struct {
	slots []slot
	opts  Options
	rest  *restList
}

// A slot is one provider's place in the order.
type slot struct {
	Provider
	fallback bool
}

// New makes a Searcher. A key that is missing is no error here: that provider
// answers each query with an Unauthorized error that names the variable.
func New(o Options) (*Searcher, error) {
	if err := o.Config.Validate(); err != nil {
		return nil, fmt.Errorf("configuring web search: %w", err)
	}
	o = o.defaults()
	slots, err := build(o)
	if err != nil {
		return nil, fmt.Errorf("configuring web search: %w", err)
	}
	return &Searcher{slots: slots, opts: o, rest: newRestList(o.Now)}, nil
}

// Names lists the providers in their order.
func (s *Searcher) Names() []string {
	names := make([]string, len(s.slots))
	for i, p := range s.slots {
		names[i] = p.Name()
	}
	return names
}

// Search asks the providers and yields each reply as it comes; the hits of all
// replies want fusing (see Fuse). A provider that failed a moment ago is not
// asked and yields its error with Resting set. Search ends when enough replies
// came, or ctx does; breaking off the iteration cancels what is under way.
func (s *Searcher) Search(ctx context.Context, q Query) iter.Seq[Reply] {
	return func(yield func(Reply) bool) {
		q.Text = strings.TrimSpace(q.Text)
		if q.Text == "" {
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		newRound(s, ctx, q).run(yield)
	}
}

// A round is one query on its way through the providers.
type round struct {
	*Searcher
	ctx     context.Context
	q       Query
	queue   []slot // not asked yet
	replies chan Reply
	flying  int
	good    int // replies with hits
}

func newRound(s *Searcher, ctx context.Context, q Query) *round {
	return &round{Searcher: s, ctx: ctx, q: q, replies: make(chan Reply, len(s.slots))}
}

// run asks and yields until enough came or nothing is left.
func (r *round) run(yield func(Reply) bool) {
	awake, resting := r.rest.part(r.slots)
	for _, e := range resting {
		if !yield(Reply{Provider: e.Provider, Query: r.q.Text, Err: e}) {
			return
		}
	}
	r.queue = awake
	r.launch(r.lead())
	hedge := time.NewTimer(r.opts.HedgeAfter)
	defer hedge.Stop()
	for r.flying > 0 {
		select {
		case <-r.ctx.Done():
			return
		case <-hedge.C:
			r.launch(1)
			hedge.Reset(r.opts.HedgeAfter)
		case reply := <-r.replies:
			r.flying--
			if len(reply.Hits) > 0 {
				r.good++
			} else if r.good == 0 {
				r.launch(1)
			}
			if !yield(reply) || r.done() {
				return
			}
		}
	}
}

// lead is how many providers are asked at the start.
func (r *round) lead() int {
	if r.opts.Ask == "first" {
		return 1
	}
	n := 0
	for n < len(r.queue) && !r.queue[n].fallback {
		n++
	}
	return max(1, n)
}

// done reports whether what came is enough.
func (r *round) done() bool { return r.opts.Ask == "first" && r.good > 0 }

// launch asks the next n providers of the queue.
func (r *round) launch(n int) {
	for range min(n, len(r.queue)) {
		p := r.queue[0]
		r.queue = r.queue[1:]
		r.flying++
		go func() { r.replies <- r.ask(p) }()
	}
}

// ask asks one provider within its time, and notes how it went.
func (s *round) ask(p slot) (reply Reply) {
	start := time.Now()
	reply = Reply{Provider: p.Name(), Query: s.q.Text}
	defer func() {
		if v := recover(); v != nil {
			reply.Hits = nil
			reply.Err = &Error{Provider: p.Name(), Reason: BadResponse, Detail: "the reply could not be read"}
		}
		reply.Took = time.Since(start)
		if s.ctx.Err() == nil {
			s.rest.note(p.Name(), reply)
		}
	}()
	ctx, cancel := context.WithTimeout(s.ctx, s.opts.Timeout)
	defer cancel()
	hits, err := p.Search(ctx, s.q)
	reply.Hits = tidy(hits, s.q)
	reply.Err = typed(p.Name(), err)
	return reply
}

// typed makes sure that every error is an *Error.
func typed(name string, err error) error {
	var e *Error
	if err == nil {
		return nil
	}
	if !errors.As(err, &e) {
		e = transportError(err)
	}
	if e.Provider == "" {
		e.Provider = name
	}
	return e
}

// keylessError stands for a provider whose key is missing.
type keylessError struct{ c *caller }

func (k keylessError) Name() string { return k.c.name }

func (k keylessError) Search(context.Context, Query) ([]agent.Hit, error) {
	return nil, k.c.fail(Unauthorized, 0, "no key")
}
