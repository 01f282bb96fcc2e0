package crawler

import (
	"context"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/websearch"
)

// searchesAtOnce bounds the queries of one plan that are asked.
const searchesAtOnce = 8

// startSearches asks the providers all of the plan's queries at once.
func (r *round) startSearches() {
	ctx, stop := context.WithCancel(r.ctx)
	r.stopSearch = stop
	for _, q := range r.plan.Searches[:min(len(r.plan.Searches), searchesAtOnce)] {
		if r.crawler.opts.Search == nil {
			r.emit(agent.Searched{Query: q.Query, Error: "no search provider is configured", Hits: []agent.Hit{}})
			continue
		}
		r.searches++
		r.waiting[q.Query]++
		s, query := r.Session, r.query(q)
		s.work.Go(func() {
			for reply := range s.crawler.opts.Search.Search(ctx, query) {
				s.post(func(r *round) { r.replied(ctx, reply) })
			}
			s.post(func(now *round) {
				if now == r {
					r.searches--
					r.waiting[q.Query]--
				}
			})
		})
	}
}

// query is a plan's search with what the question allows.
func (r *round) query(q agent.Search) websearch.Query {
	scope := r.question.Scope
	after := q.After
	if after == "" {
		after = scope.After
	}
	return websearch.Query{Text: q.Query, Language: q.Language, After: after, Include: scope.Include,
		Exclude: scope.Exclude, SafeSearch: scope.SafeSearch, Want: min(max(10, r.limit), 50)}
}

// replied tells a provider's reply and enters its hits. A reply that failed
// because the search was stopped says nothing about the provider.
func (r *round) replied(ctx context.Context, p websearch.Reply) {
	step := agent.Searched{Provider: p.Provider, Query: p.Query, Hits: p.Hits, Seconds: p.Took.Seconds()}
	if p.Err != nil {
		if ctx.Err() != nil {
			return
		}
		step.Error = p.Err.Error()
	}
	if step.Hits == nil {
		step.Hits = []agent.Hit{}
	}
	if p.Provider != "" && step.Error == "" {
		r.answered[p.Query] = true
	}
	if r.firstReply.IsZero() && len(p.Hits) > 0 {
		r.firstReply = r.crawler.opts.Now()
	}
	r.emit(step)
	if len(p.Hits) > 0 {
		r.lists = append(r.lists, p.Hits)
		r.addHits(p.Hits)
	}
}

// addHits enters a list's hits and ranks all hits anew: the first of the fused
// list counts 1.
func (r *round) addHits(hits []agent.Hit) {
	for _, h := range hits {
		a, err := hitAddress(h)
		if err != nil || r.excluded(a.url) {
			continue
		}
		if in := r.question.Scope.Include; len(in) > 0 && !withinDomain(a.url.Hostname(), in) {
			continue
		}
		malus, trap := form(a.url, h.Title)
		if trap == "" {
			r.front.add(&candidate{addr: a, site: r.siteOf(a.url), source: fromHit, title: clip(h.Title),
				snippet: cut(h.Snippet, 600), malus: max(0, malus) / 2})
		}
	}
	fused := websearch.Fuse(r.lists...)
	for i, h := range fused {
		a, err := hitAddress(h)
		if err != nil {
			continue
		}
		if c := r.front.byKey[a.key]; c != nil {
			c.rank = 0.5*h.Score/fused[0].Score + 0.5*float64(len(fused)-i)/float64(len(fused))
		}
	}
	r.front.fresh = false
}

// hitAddress is where a hit's page is fetched: out of AMP caches and mobile hosts.
func hitAddress(h agent.Hit) (address, error) {
	canonical, err := websearch.Canonical(h.URL)
	if err != nil {
		return address{}, failure(reasonBadAddress, "not an address")
	}
	return parseAddress(canonical)
}

// endSearches tells of the searches that nobody waited for: the pages were
// read without them. They found nothing wrong, and nothing.
func (r *round) endSearches() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for q, n := range r.waiting {
		if n > 0 && !r.answered[q] {
			r.emit(agent.Searched{Query: q, Hits: []agent.Hit{}, Seconds: time.Since(r.started).Seconds(),
				Error: "no provider answered before the round ended"})
		}
	}
}
