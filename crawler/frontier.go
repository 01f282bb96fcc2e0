package crawler

import (
	"container/heap"
	"math"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// Where an address came from.
type source uint8

const (
	fromLink source = iota
	fromSitemap
	fromFeed
	fromIndex // named by the site's own search
	fromHit
	fromFiles
	fromStart // typed by the person
	fromPlan  // asked for by the planner
)

// A candidate is an address that was found and may be read.
type candidate struct {
	addr    address
	site    *site // nil: not within a site that the question names
	file    string
	source  source
	title   string // anchor text or title
	snippet string
	peek    string // the beginning of a local file
	depth   int
	order   int // of discovery

	matches   []match
	words     int     // of the title
	literal   bool    // a title holds a name or code of the question as it stands
	rank      float64 // of a search, 0 to 1
	parent    float64 // relevance of the best page that links here
	pages     int     // that link here
	inText    int     // of those, with the link in the text proper
	malus     float64 // of its form
	score     float64
	at        int // place in its heap
	taken     bool
	tried     int
	attempted bool // a request was sent
}

// A queue holds the candidates of one origin, best first.
type queue struct {
	origin string
	items  []*candidate
}

func (q *queue) Len() int { return len(q.items) }
func (q *queue) Less(i, j int) bool {
	a, b := q.items[i], q.items[j]
	if a.score != b.score {
		return a.score > b.score
	}
	return a.order < b.order
}
func (q *queue) Swap(i, j int) {
	q.items[i], q.items[j] = q.items[j], q.items[i]
	q.items[i].at, q.items[j].at = i, j
}

// Push is heap.Interface's.
func (q *queue) Push(x any) {
	c := x.(*candidate)
	c.at = len(q.items)
	q.items = append(q.items, c)
}

// Pop is heap.Interface's.
func (q *queue) Pop() any {
	c := q.items[len(q.items)-1]
	q.items[len(q.items)-1] = nil
	q.items = q.items[:len(q.items)-1]
	return c
}

// A frontier remembers every address that was found, and which to read next.
// One goroutine touches it.
type frontier struct {
	want   *interest
	byKey  map[string]*candidate
	queues map[string]*queue
	found  int
	limit  int
	fresh  bool // scores are up to date

	folders map[string]int // pages read, by folder
	lost    bool           // pages were read, and none held some word of the question
}

func newFrontier(want *interest, limit int) *frontier {
	return &frontier{want: want, byKey: map[string]*candidate{}, queues: map[string]*queue{}, limit: limit, folders: map[string]int{}}
}

// add enters a candidate; one that is known gains by it. It returns the
// candidate that stands for the address, nil where the frontier is full.
func (f *frontier) add(c *candidate) *candidate {
	if old := f.byKey[c.addr.key]; old != nil {
		f.merge(old, c)
		return old
	}
	if len(f.byKey) >= f.limit && c.source <= fromFeed {
		return nil
	}
	c.order = f.found
	f.found++
	f.byKey[c.addr.key] = c
	f.describe(c)
	f.want.total++
	f.want.count(c.matches, 0)
	c.score = f.rate(c)
	f.push(c)
	f.fresh = false
	return c
}

func (f *frontier) push(c *candidate) {
	q := f.queues[c.addr.origin]
	if q == nil {
		q = &queue{origin: c.addr.origin}
		f.queues[c.addr.origin] = q
	}
	heap.Push(q, c)
}

// take removes a candidate from its queue for reading.
func (f *frontier) take(c *candidate) {
	heap.Remove(f.queues[c.addr.origin], c.at)
	c.taken = true
}

// back returns a candidate that is to be tried again.
func (f *frontier) back(c *candidate) {
	c.taken = false
	f.push(c)
}

// know marks an address as dealt with, such as the target of a redirect.
// It reports false where it was dealt with before.
func (f *frontier) know(a address, by *candidate) bool {
	old := f.byKey[a.key]
	switch {
	case old == nil:
		f.byKey[a.key] = by
		return true
	case old == by:
		return true
	case old.taken:
		return false
	}
	f.take(old)
	f.byKey[a.key] = by
	return true
}

// describe finds the question's words in all that is said about a candidate.
func (f *frontier) describe(c *candidate) {
	c.matches, c.words = f.want.find(c.matches, c.title, inTitle)
	c.literal = c.literal || f.want.literal(c.title)
	if c.addr.url != nil {
		name, rest := pathWords(c.addr.url)
		var n int
		c.matches, n = f.want.find(c.matches, name, inName)
		if c.words == 0 {
			c.words = n
		}
		c.matches, _ = f.want.find(c.matches, rest, inPath)
	}
	c.matches, _ = f.want.find(c.matches, c.snippet, inSnippet)
	c.matches, _ = f.want.find(c.matches, c.peek, inSnippet)
}

// merge adds to a candidate what another finding of its address says.
func (f *frontier) merge(old, c *candidate) {
	old.source = max(old.source, c.source)
	old.rank = max(old.rank, c.rank)
	old.depth = min(old.depth, c.depth)
	if old.site == nil {
		old.site = c.site
	}
	if old.taken {
		return
	}
	known := len(old.matches)
	if c.title != "" && c.title != old.title {
		var words int
		old.matches, words = f.want.find(old.matches, c.title, inTitle)
		old.literal = old.literal || f.want.literal(c.title)
		if better(c.title, old.title) {
			old.title, old.words = c.title, words
		}
	}
	if c.snippet != "" && old.snippet == "" {
		old.snippet = c.snippet
		old.matches, _ = f.want.find(old.matches, c.snippet, inSnippet)
	}
	f.want.count(old.matches, known)
	f.fresh = false
}

// better prefers the longer of two anchor texts, up to a title's length.
func better(a, b string) bool {
	return len(b) == 0 || len(a) > len(b) && len(a) <= 120
}

// learned notes what a page that was read holds of the interest.
func (f *frontier) learned(c *candidate, counts []int) {
	f.want.learned(c.matches, counts)
	f.lost = f.want.unmet()
	if c.addr.url != nil {
		f.folders[folderOf(c.addr.url)]++
	}
	f.fresh = false
}

// folderOf is the folder that a page lies in.
func folderOf(u *url.URL) string { return path.Dir(strings.TrimRight(u.Path, "/")) }

// relearn looks at all candidates anew, after the interest grew.
func (f *frontier) relearn() {
	clear(f.want.seen)
	for _, c := range f.byKey {
		if !c.taken {
			c.matches = c.matches[:0]
			f.describe(c)
		}
		f.want.count(c.matches, 0)
	}
	f.fresh = false
}

// refresh brings all scores up to date.
func (f *frontier) refresh() {
	if f.fresh {
		return
	}
	for _, q := range f.queues {
		for _, c := range q.items {
			c.score = f.rate(c)
		}
		heap.Init(q)
	}
	f.fresh = true
}

// rate is how promising a candidate is. Its parts, largest first: what a
// person or planner asked for; how well its own words cover the question; its
// rank in a search; how relevant the pages are that link to it; its form.
func (f *frontier) rate(c *candidate) float64 {
	s := f.want.coverage(c.matches)
	if s > 0 && c.words > 0 {
		s += 0.15 * min(1, float64(len(c.matches))/float64(c.words)) * min(1, 4*s)
	}
	if c.literal {
		s += 0.3
	}
	s += 0.6*c.rank + 0.25*c.parent - c.malus
	if f.lost && c.inText > 0 {
		s += 0.35 * c.parent // the page that mentions what is asked for may refer to what explains it
	}
	if f.lost && c.addr.url != nil {
		s -= 0.03 * math.Log1p(float64(f.folders[folderOf(c.addr.url)]))
	}
	s -= 0.02 * float64(min(c.depth, 10))
	if c.pages > 2 && c.inText == 0 {
		s -= 0.08 // a link of every page's navigation
	}
	if c.inText > 0 {
		s += 0.04 + 0.02*math.Log1p(float64(c.inText))
	}
	switch c.source {
	case fromStart:
		s += 10
	case fromPlan:
		s += 5
	case fromFeed, fromIndex, fromHit:
		s += 0.03
	}
	if c.site != nil && c.addr.url != nil && !c.site.under(c.addr.url) {
		s -= 0.5
	}
	return s
}

// best returns the unread candidates, best first, at most n.
func (f *frontier) best(n int) []*candidate {
	f.refresh()
	var all []*candidate
	for _, q := range f.queues {
		all = append(all, q.items...)
	}
	slices.SortFunc(all, func(a, b *candidate) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return a.order - b.order
	})
	return all[:min(n, len(all))]
}

// hit is the candidate as the outside knows it.
func (c *candidate) hit() agent.Hit {
	return agent.Hit{URL: c.addr.text, Title: strings.TrimSpace(c.title), Snippet: c.snippet, Score: c.score}
}
