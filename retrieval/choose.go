package retrieval

import (
	"math"
	"sort"
	"strings"
	"time"
)

const (
	rrfK        = 60.0 // Cormack et al., "Reciprocal rank fusion" (2009)
	topicTerms  = 12   // a query with more terms describes a topic more than it asks
	newerGain   = 0.7  // odds, as a logarithm, for a page that is as new as wanted
	recentYears = 1.0  // age at which a page's gain for being recent has fallen to 1/e
	pageCost    = 0.1  // for each passage of the same page that stands before
	siteCost    = 0.02 // the same for its site
	passageCopy = 0.8  // resemblance from which a passage says nothing new
)

// choose orders the candidates and returns the first k: near copies folded,
// newer pages before older ones where the question wants it, and many passages
// of one page a little behind others that are as good.
func choose(q *question, cands []candidate, k int) []candidate {
	order(q, cands)
	if q.topic {
		fuse(cands)
	}
	prefer(q, cands)
	return spread(foldCopies(cands, k), k)
}

// fuse blends the model's order with BM25F's by reciprocal rank. The model was
// taught by questions of one line.
func fuse(cands []candidate) {
	sum := make([]float64, len(cands))
	for i := range cands {
		sum[i] = topicModel / (rrfK + float64(i))
	}
	by := make([]int, len(cands))
	for i := range by {
		by[i] = i
	}
	sort.SliceStable(by, func(i, j int) bool { return cands[by[i]].bm25 > cands[by[j]].bm25 })
	for rank, i := range by {
		sum[i] += 1 / (rrfK + float64(rank))
	}
	for i := range cands {
		cands[i].score = sum[i] * rrfK
	}
	sortCandidates(cands)
}

// topicModel is the model's weight beside BM25F's 1 for queries that describe a topic.
const topicModel = 0.3

// prefer moves pages by their day, where the question or its query wants that.
func prefer(q *question, cands []candidate) {
	if q.after == "" && !q.recent {
		return
	}
	newest := ""
	for _, c := range cands {
		newest = max(newest, c.passage.Published)
	}
	for i := range cands {
		day := cands[i].passage.Published
		switch {
		case day == "":
		case q.after != "" && day >= q.after:
			cands[i].score += newerGain
		case q.after != "":
			cands[i].score -= newerGain
		default:
			cands[i].score += newerGain * math.Exp(-yearsBetween(day, newest)/recentYears)
		}
	}
	sortCandidates(cands)
}

// yearsBetween is the time between two days in years; 10 where one is no day.
func yearsBetween(from, to string) float64 {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 10
	}
	return b.Sub(a).Hours() / 24 / 365.25
}

// recentWords make a question want new pages.
var recentWords = []string{
	"latest", "newest", "recent", "recently", "current", "currently", "now", "today", "this year", "this month", "this week", "up to date",
	"最新", "最近", "近期", "目前", "现在", "当前", "今年", "今天", "本月", "本周", "近日",
}

func wantsRecent(s string) bool {
	return cue{asks: strings.Join(recentWords, "|")}.asked(" " + strings.ToLower(s))
}

// foldCopies drops passages that nearly repeat one before them on another
// page, of the first that k passages can come from.
func foldCopies(cands []candidate, k int) []candidate {
	n := min(len(cands), 2*k+10)
	out := cands[:0:0]
	sketches := map[int]sketch{} // by passage number, made when needed
	sketchOf := func(c *candidate) sketch {
		s, ok := sketches[c.number]
		if !ok {
			s = newSketch(c.toks)
			sketches[c.number] = s
		}
		return s
	}
	for i := range cands[:n] {
		c := &cands[i]
		copied := false
		for j := range out {
			o := &out[j]
			if o.page == c.page || !alikeInSize(o, c) {
				continue
			}
			if o.passage.Text == c.passage.Text || len(c.toks) >= minShingles &&
				sketchOf(c).resemblance(sketchOf(o)) >= passageCopy && sameNumbers(o.toks, c.toks) {
				copied = true
				break
			}
		}
		if !copied {
			out = append(out, *c)
		}
	}
	return append(out, cands[n:]...)
}

// alikeInSize reports whether two passages can be copies by their length and
// what the question's words score in them.
func alikeInSize(a, b *candidate) bool {
	n, m := float64(len(a.toks)), float64(len(b.toks))
	return math.Abs(n-m) <= 0.2*math.Max(n, m) && math.Abs(a.bm25-b.bm25) <= 0.2*math.Max(a.bm25, b.bm25)
}

// sameNumbers reports whether two passages have the same numbers: those that
// differ in a figure are no copies.
func sameNumbers(a, b []token) bool {
	count := map[uint32]int{}
	for _, t := range a {
		if t.flags&tokNumber != 0 {
			count[t.hash]++
		}
	}
	for _, t := range b {
		if t.flags&tokNumber != 0 {
			if count[t.hash]--; count[t.hash] < 0 {
				return false
			}
		}
	}
	for _, n := range count {
		if n > 0 {
			return false
		}
	}
	return true
}

// spread takes the best k, each after a cost for what came before of its page
// and site.
func spread(cands []candidate, k int) []candidate {
	pages, sites := map[int]int{}, map[string]int{}
	pool := cands[:min(len(cands), 3*k)]
	site := make([]string, len(pool))
	for i, c := range pool {
		site[i] = siteOf(c.passage.URL)
	}
	used := make([]bool, len(pool))
	out := make([]candidate, 0, min(k, len(pool)))
	for len(out) < k && len(out) < len(pool) {
		best, top := -1, math.Inf(-1)
		for i := range pool {
			if used[i] {
				continue
			}
			c := &pool[i]
			if c.score <= top {
				break // a cost only lowers those behind
			}
			if s := c.score - pageCost*float64(pages[c.page]) - siteCost*float64(sites[site[i]]); s > top {
				best, top = i, s
			}
		}
		used[best] = true
		c := pool[best]
		c.score = top
		pages[c.page]++
		sites[site[best]]++
		out = append(out, c)
	}
	return out
}

// siteOf is the host of an address, or what stands before its first slash.
func siteOf(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	host, _, _ := strings.Cut(url, "/")
	return host
}
