package crawler

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// maxRefused is how many addresses refused without a request are told one by
// one; a site that forbids everything would drown the reader.
const maxRefused = 200

// hostShare is what one page of a host costs the host's next.
const hostShare = 0.05

// dispatch starts fetches, best candidates first, as long as there is room.
func (r *round) dispatch() {
	r.wake = time.Time{}
	defer func() { r.hungry.Store(r.attempted < r.limit) }()
	for r.ctx.Err() == nil && r.room() {
		c := r.pick()
		if c == nil {
			return
		}
		r.start(c)
	}
	r.askAhead()
}

// askAhead fetches the robots.txt of hosts whose turn comes next, while there is
// no room for their pages: all places are taken, or searches are still out.
func (r *round) askAhead() {
	likely := min(robotsLead, r.limit-r.attempted)
	if likely <= 0 || r.ctx.Err() != nil {
		return
	}
	tops := r.tops()
	for _, c := range tops[:min(len(tops), likely)] {
		if c.file == "" && r.knownRobots(c.addr.url) == nil {
			r.askRobots(c.addr.url)
		}
	}
}

// room reports whether one more page may be asked for now.
func (r *round) room() bool {
	if len(r.fetching()) >= r.crawler.opts.Polite.Concurrency {
		return false
	}
	if len(r.owed) > 0 {
		return true
	}
	limit := r.limit
	if r.consulting > 0 {
		// A site's index may name better pages than its links.
		if due := r.consulted.Add(indexLead); r.crawler.opts.Now().Before(due) {
			limit = (limit + 1) / 2
			r.wakeAt(due)
		}
	}
	if r.searches > 0 {
		// Some providers have not answered; their hits may be better.
		if now := r.crawler.opts.Now(); r.firstReply.IsZero() || now.Before(r.firstReply.Add(holdBack)) {
			limit = (r.limit + 1) / 2
			if !r.firstReply.IsZero() {
				r.wakeAt(r.firstReply.Add(holdBack))
			}
		}
	}
	return r.attempted < limit
}

// fetching are the flights whose bytes are still on their way.
func (r *round) fetching() []*flight {
	var fs []*flight
	for fl := range r.flights {
		if !fl.arrived {
			fs = append(fs, fl)
		}
	}
	return fs
}

// unreadMost is how many pages of a site may wait to be read before its next is
// chosen: their links tell which one that is, and a fast site, or the page
// cache, gives pages sooner than they are read.
const unreadMost = 4

// unread counts the pages of an origin that are here and not read yet.
func (r *round) unread(origin string) int {
	n := 0
	for fl := range r.flights {
		if fl.arrived && fl.c.addr.origin == origin {
			n++
		}
	}
	return n
}

func (r *round) wakeAt(t time.Time) {
	if r.wake.IsZero() || t.Before(r.wake) {
		r.wake = t
	}
}

// pick finds the best candidate whose host can be asked now, and takes its
// host's place. nil: none now.
func (r *round) pick() *candidate {
	r.front.refresh()
	tops := r.tops()
	lead := 0
	for _, c := range tops {
		if c.file != "" {
			return c
		}
		if c.site != nil && r.unread(c.addr.origin) >= unreadMost {
			continue // an event will tell
		}
		entry := r.knownRobots(c.addr.url)
		if entry == nil {
			if lead++; lead <= min(robotsLead, r.limit) {
				r.askRobots(c.addr.url)
			}
			continue
		}
		if r.refuse(c, entry) {
			return r.pick()
		}
		p := r.pace(c, entry.rules.delay)
		if c.site == nil && r.helpers > 0 {
			// Some hosts' robots.txt is still on its way: places are left for
			// them, so that no host's pages all come last.
			p.atOnce = min(p.atOnce, max(1, r.crawler.opts.Polite.Concurrency/len(tops)))
		}
		ok, at := r.crawler.hosts.acquire(c.addr.origin, p)
		if ok {
			return c
		}
		r.waitForHost(c, at)
	}
	return nil
}

// waitForHost notes when a busy host is to be asked again.
func (r *round) waitForHost(c *candidate, at time.Time) {
	now := r.crawler.opts.Now()
	switch {
	case at.IsZero() && r.busyWith(c.addr.origin):
		// an event will tell
	case at.IsZero():
		r.wakeAt(now.Add(pollHost))
	case at.Sub(now) <= r.crawler.opts.Polite.MaxPause:
		r.wakeAt(at)
	}
}

func (r *round) busyWith(origin string) bool {
	for fl := range r.flights {
		if !fl.arrived && fl.c.addr.origin == origin {
			return true
		}
	}
	return false
}

// tops is the best candidate of each origin that may be asked, best first.
func (r *round) tops() []*candidate {
	var tops []*candidate
	full := r.attempted >= r.limit
	for origin, q := range r.front.queues {
		if len(q.items) == 0 || r.hostDead(origin) {
			continue
		}
		c := q.items[0]
		if full {
			c = r.owedOf(origin)
		}
		if c == nil || !r.owed[c] && c.site == nil && c.file == "" && r.perHost[siteKey(c.addr.url)] >= r.crawler.opts.Polite.PagesPerHost {
			continue
		}
		tops = append(tops, c)
	}
	last := r.lastOnes(tops)
	slices.SortFunc(tops, func(a, b *candidate) int {
		if n := cmp.Compare(r.left(b), r.left(a)); last && n != 0 {
			return n
		}
		if n := cmp.Compare(r.spread(b), r.spread(a)); n != 0 {
			return n
		}
		return cmp.Compare(a.order, b.order)
	})
	return tops
}

// lastOnes reports whether all that is left will be asked for soon: then the host
// with the most left comes first, or its last page would come alone.
func (r *round) lastOnes(tops []*candidate) bool {
	n := 0
	for _, c := range tops {
		n += r.left(c)
	}
	return n <= min(r.limit-r.attempted, 2*r.crawler.opts.Polite.Concurrency)
}

// left is how many pages of a candidate's host are still to be asked for.
func (r *round) left(c *candidate) int { return len(r.front.queues[c.addr.origin].items) }

// spread is a candidate's score, less for each page that its host gave
// already where it came from a search: other hosts see things otherwise, and
// are asked at the same time.
func (r *round) spread(c *candidate) float64 {
	if c.site != nil || c.file != "" {
		return c.score
	}
	return c.score - hostShare*float64(r.perHost[siteKey(c.addr.url)])
}

// owedOf is a candidate of the origin that waits for its second try.
func (r *round) owedOf(origin string) *candidate {
	for c := range r.owed {
		if c.addr.origin == origin {
			return c
		}
	}
	return nil
}

// refuse takes a candidate away that must not or need not be fetched.
func (r *round) refuse(c *candidate, entry *robotsEntry) bool {
	var f *fetchError
	switch {
	case r.excluded(c.addr.url):
		f = failure(agent.SkipOffSite, "the question excludes this domain")
	case entry.refused != nil:
		f = entry.refused
	case !entry.rules.allows(c.addr.url):
		f = failure(agent.SkipRobots, "robots.txt does not allow it")
	case c.tried > 0 || c.source >= fromHit:
		return false
	default:
		trap := r.traps.refuse(c.addr.url)
		if trap == "" {
			return false
		}
		f = failure(agent.SkipTrap, trap)
	}
	r.front.take(c)
	again := r.owed[c]
	delete(r.owed, c)
	if r.refused++; r.refused <= maxRefused || again {
		r.skip(c.addr.text, f, again)
	}
	return true
}

// knownRobots is the origin's entry, nil where it is not known yet.
func (s *Session) knownRobots(u *url.URL) *robotsEntry {
	origin := originOf(u)
	if e := s.crawler.robots.get(origin); e != nil {
		return e
	}
	return s.ruled[origin]
}

// askRobots fetches the origin's robots.txt, beside the pages' places.
func (r *round) askRobots(u *url.URL) {
	origin := originOf(u)
	if r.asking[origin] {
		return
	}
	r.asking[origin] = true
	r.helpers++
	s := r.Session
	s.work.Go(func() {
		e := s.robotsOf(s.ctx, u)
		s.post(func(r *round) {
			r.helpers--
			delete(r.asking, origin)
			r.ruled[origin] = e
			r.mapSites(origin, e)
		})
	})
}
