package answers

import (
	"math"
	"sort"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// An Index ranks passages of pages by BM25, held in memory: a stand-in for the
// real index, so that the engine is measured by itself.
type Index struct {
	passages []agent.Passage
	lengths  []float64
	mean     float64
	postings map[string][]posting
}

type posting struct {
	passage int
	count   float64
}

// passageBytes is about how long a passage is cut.
const passageBytes = 900

// Cut parts a page into passages at paragraphs, or sentences where those are long.
func Cut(p *agent.Page) []agent.Passage {
	var out []agent.Passage
	from, to := -1, -1
	flush := func() {
		if from >= 0 {
			out = append(out, agent.Passage{Snapshot: p.Snapshot, URL: p.URL, Title: p.Title, Published: p.Published, Start: from, End: to, Text: p.Text[from:to]})
		}
		from = -1
	}
	for _, s := range lang.Sentences(p.Text) {
		if from >= 0 && s.End-from > passageBytes {
			flush()
		}
		if from < 0 {
			from = s.Start
		}
		to = s.End
	}
	flush()
	return out
}

// NewIndex indexes pages.
func NewIndex(pages []*agent.Page) *Index {
	x := &Index{postings: map[string][]posting{}}
	for _, p := range pages {
		x.passages = append(x.passages, Cut(p)...)
	}
	for i, p := range x.passages {
		count := map[string]float64{}
		terms := lang.Terms(p.Text)
		for _, t := range terms {
			count[t]++
		}
		for _, t := range lang.Terms(p.Title) {
			count[t]++
		}
		for t, c := range count {
			x.postings[t] = append(x.postings[t], posting{i, c})
		}
		x.lengths = append(x.lengths, float64(len(terms)))
		x.mean += float64(len(terms))
	}
	x.mean /= math.Max(1, float64(len(x.passages)))
	return x
}

// Search returns the k best passages.
func (x *Index) Search(query string, k int) []agent.Passage {
	scores := map[int]float64{}
	n := float64(len(x.passages))
	seen := map[string]bool{}
	for _, t := range lang.Terms(query) {
		if seen[t] {
			continue
		}
		seen[t] = true
		ps := x.postings[t]
		idf := math.Log(1 + (n-float64(len(ps))+0.5)/(float64(len(ps))+0.5))
		for _, p := range ps {
			scores[p.passage] += idf * p.count * 2.2 / (p.count + 1.2*(0.25+0.75*x.lengths[p.passage]/x.mean))
		}
	}
	ids := make([]int, 0, len(scores))
	for i := range scores {
		ids = append(ids, i)
	}
	sort.Slice(ids, func(a, b int) bool {
		if scores[ids[a]] != scores[ids[b]] {
			return scores[ids[a]] > scores[ids[b]]
		}
		return ids[a] < ids[b]
	})
	out := make([]agent.Passage, 0, k)
	for _, i := range ids[:min(k, len(ids))] {
		p := x.passages[i]
		p.Score = scores[i]
		out = append(out, p)
	}
	return out
}

// Fuse joins lists of passages by reciprocal rank, at most k, as a run does.
func Fuse(k int, lists ...[]agent.Passage) []agent.Passage {
	type place struct {
		snapshot string
		start    int
	}
	score, at := map[place]float64{}, map[place]int{}
	var out []agent.Passage
	for _, list := range lists {
		for rank, p := range list {
			key := place{p.Snapshot, p.Start}
			if _, ok := at[key]; !ok {
				at[key] = len(out)
				out = append(out, p)
			}
			score[key] += 1 / float64(60+rank)
		}
	}
	sort.SliceStable(out, func(a, b int) bool {
		return score[place{out[a].Snapshot, out[a].Start}] > score[place{out[b].Snapshot, out[b].Start}]
	})
	return out[:min(k, len(out))]
}

// Evidence is what a writer gets for a question over these passages.
func Evidence(question string, passages []agent.Passage, pages map[string]*agent.Page) agent.Evidence {
	e := agent.Evidence{Question: agent.Question{Text: question}.Clean(), Passages: passages, Pages: map[string]*agent.Page{}}
	for _, p := range passages {
		e.Pages[p.Snapshot] = pages[p.Snapshot]
	}
	return e
}

// BySnapshot indexes pages by their snapshot.
func BySnapshot(pages []*agent.Page) map[string]*agent.Page {
	m := make(map[string]*agent.Page, len(pages))
	for _, p := range pages {
		m[p.Snapshot] = p
	}
	return m
}

// Text joins the claims of an answer.
func Text(claims []agent.Claim) string {
	var b strings.Builder
	for _, c := range claims {
		b.WriteString(c.Text)
		b.WriteByte('\n')
	}
	return b.String()
}
