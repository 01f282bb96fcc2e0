package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Short lives of what was learned from a robots.txt that could not be read.
const (
	robotsErrorAge = 5 * time.Minute
	maxRobotsHosts = 10000
)

// A robotsEntry is what one origin's robots.txt means for us.
type robotsEntry struct {
	rules    ruleset
	sitemaps []string
	refused  *fetchError // set: nothing may be fetched (5xx, unreachable), and why
	expires  time.Time
}

// A robotsCache keeps entries by origin, process-wide.
type robotsCache struct {
	age time.Duration
	now func() time.Time
	mu  sync.Mutex
	m   map[string]*robotsEntry
}

func newRobotsCache(age time.Duration, now func() time.Time) *robotsCache {
	return &robotsCache{age: age, now: now, m: map[string]*robotsEntry{}}
}

func (c *robotsCache) get(origin string) *robotsEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.m[origin]
	if e == nil || c.now().After(e.expires) {
		return nil
	}
	return e
}

// put keeps an entry. What says more about us than about the host (the guard
// refused, the round ended) is not kept.
func (c *robotsCache) put(origin string, e *robotsEntry) {
	age := c.age
	if e.refused != nil {
		switch e.refused.reason {
		case agent.SkipBlockedAddress, agent.SkipCancelled:
			return
		}
		age = min(age, robotsErrorAge)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.m) >= maxRobotsHosts {
		clear(c.m)
	}
	e.expires = c.now().Add(age)
	c.m[origin] = e
}

// A robotsCall is a robots.txt being fetched by this session.
type robotsCall struct {
	done  chan struct{}
	entry *robotsEntry
}

// robotsOf returns what the origin's robots.txt says, fetching it where it is
// not known. Fetches of one origin are joined.
func (s *Session) robotsOf(ctx context.Context, u *url.URL) *robotsEntry {
	origin := originOf(u)
	if e := s.crawler.robots.get(origin); e != nil {
		return e
	}
	s.robotsMu.Lock()
	call := s.robotsCalls[origin]
	if call == nil {
		call = &robotsCall{done: make(chan struct{})}
		s.robotsCalls[origin] = call
		s.work.Go(func() { s.fetchRobots(origin, call) })
	}
	s.robotsMu.Unlock()
	select {
	case <-call.done:
		return call.entry
	case <-ctx.Done():
		return &robotsEntry{refused: classify(ctx, ctx.Err())}
	}
}

// robotsAllow reports nil, or why the address must not be fetched.
func (s *Session) robotsAllow(ctx context.Context, u *url.URL) error {
	e := s.robotsOf(ctx, u)
	if e.refused != nil {
		return e.refused
	}
	if !e.rules.allows(u) {
		return failure(agent.SkipRobots, "robots.txt does not allow it")
	}
	return nil
}

// fetchRobots runs for the session, not for the round that asked first, so
// that a round that ends does not spoil it for the next.
func (s *Session) fetchRobots(origin string, call *robotsCall) {
	defer func() {
		s.robotsMu.Lock()
		delete(s.robotsCalls, origin)
		s.robotsMu.Unlock()
		close(call.done)
	}()
	got, err := s.get(s.ctx, origin+"/robots.txt", maxRobots)
	call.entry = robotsFrom(got, err)
	s.crawler.robots.put(origin, call.entry)
}

// robotsFrom applies RFC 9309, 2.3.1: 4xx and broken redirects allow
// everything, 5xx and an unreachable host allow nothing.
func robotsFrom(got *document, err error) *robotsEntry {
	var f *fetchError
	switch {
	case err == nil && got.status == http.StatusOK:
		file := parseRobots(got.body)
		return &robotsEntry{rules: file.of(Product), sitemaps: file.sitemaps}
	case err == nil && got.status >= 500:
		return &robotsEntry{refused: failure(agent.SkipRobots,
			fmt.Sprintf("robots.txt could not be read (%d), so nothing may be fetched", got.status))}
	case err == nil:
		return &robotsEntry{}
	case errors.As(err, &f) && (f.reason == agent.SkipRedirectLoop || f.reason == agent.SkipNotText || f.reason == agent.SkipBadFile):
		return &robotsEntry{}
	case f != nil:
		return &robotsEntry{refused: f}
	}
	return &robotsEntry{refused: failure(agent.SkipNetwork, "robots.txt could not be fetched")}
}
