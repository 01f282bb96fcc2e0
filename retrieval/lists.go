package retrieval

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"sort"
	"sync"
)

// Parameters of BM25F: Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond" (2009), section 3.5.
const (
	bm25K1     = 1.2
	bm25B      = 0.5
	headB      = 0.4
	headWeight = 0.5 // of a term's frequency in the head, beside the body's
)

// A weighted term of a search.
type weighted struct {
	text   string
	hash   uint32
	weight float64
	idf    float64 // set when the lists have been read
}

// sizes are the mean lengths of the fields, in terms.
type sizes struct{ body, head float64 }

// A scored passage number.
type scored struct {
	doc   uint64 // number within the reader's view
	score float64
}

// scorers holds score arrays between searches.
var scorers = sync.Pool{New: func() any { return &scorer{} }}

// A scorer accumulates the scores of one segment by document number.
type scorer struct {
	sum     []float32 // zeros between uses
	touched []uint32  // what is not zero; unused where dense
	dense   bool      // most of it is touched
}

// begin prepares for a segment of n passages and lists of so many postings.
func (s *scorer) begin(n, postings int) {
	if cap(s.sum) < n {
		s.sum = make([]float32, n)
	}
	s.sum = s.sum[:n]
	s.dense = postings > n/4
	s.touched = s.touched[:0]
}

func (s *scorer) add(doc uint32, v float64) {
	if !s.dense && s.sum[doc] == 0 {
		s.touched = append(s.touched, doc)
	}
	s.sum[doc] += float32(v)
}

// drain gives the segment's scores to the best and zeroes them.
func (s *scorer) drain(best *topScores, base uint64, allowed func(doc uint64) bool) {
	floor := best.floor()
	give := func(d int) {
		if c := (scored{base + uint64(d), float64(s.sum[d])}); best.wants(c) && allowed(c.doc) {
			best.add(c)
			floor = best.floor()
		}
	}
	if !s.dense {
		for _, d := range s.touched {
			if s.sum[d] >= floor {
				give(int(d))
			}
			s.sum[d] = 0
		}
		return
	}
	for d, v := range s.sum {
		if v != 0 && v >= floor {
			give(d)
		}
	}
	clear(s.sum)
}

// A termLists is a term's lists in one segment.
type termLists struct{ body, head list }

// rank scores every passage that holds one of the terms by BM25F, segment by
// segment and term by term, and returns the best n. allowed, where not nil,
// says which count. It sets each term's idf.
func (r *listReader) rank(ctx context.Context, terms []weighted, n int, allowed func(doc uint64) bool) ([]scored, error) {
	all, err := r.read(ctx, terms)
	if err != nil {
		return nil, err
	}
	s := scorers.Get().(*scorer)
	defer scorers.Put(s)
	best := topScores{most: n}
	norms := r.norms()
	base := uint64(0)
	for i, seg := range r.segments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		docs := seg.Segment().Count()
		lists := all[i*len(terms) : (i+1)*len(terms)]
		postings := 0
		for _, l := range lists {
			postings += len(l.body) + len(l.head)
		}
		if postings > 0 {
			s.begin(int(docs), postings)
			for k, l := range lists {
				norms.score(s, l, terms[k].weight*terms[k].idf*(bm25K1+1))
			}
			gone := seg.Deleted()
			s.drain(&best, base, func(doc uint64) bool {
				return (gone == nil || !gone.Contains(uint32(doc-base))) && (allowed == nil || allowed(doc))
			})
		}
		base += docs
	}
	return best.sorted(r.name)
}

// name is a passage's name in the lists, which is the same in every index.
func (r *listReader) name(doc uint64) (string, error) {
	seg, at := r.place(doc)
	id, err := seg.DocID(at)
	return string(id), err
}

// read returns every term's lists, segment by segment, and sets the idf.
func (r *listReader) read(ctx context.Context, terms []weighted) ([]termLists, error) {
	out := make([]termLists, len(r.segments)*len(terms))
	for k := range terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		body, head := 0, 0
		for i, seg := range r.segments {
			l := &out[i*len(terms)+k]
			var err error
			if l.body, err = r.list(seg, fieldBody, terms[k].text); err == nil {
				l.head, err = r.list(seg, fieldHead, terms[k].text)
			}
			if err != nil {
				return nil, fmt.Errorf("reading the list of %q: %w", terms[k].text, err)
			}
			body, head = body+live(l.body, seg), head+live(l.head, seg)
		}
		df := float64(max(body, head))
		terms[k].idf = math.Log(1 + (math.Max(r.count-df, 0)+0.5)/(df+0.5))
	}
	return out, nil
}

// tabled is how many lengths have their norm in a table.
const tabled = 1024

// lengthNorms are what a field's frequencies are multiplied by, by length.
type lengthNorms struct {
	mean       sizes
	body, head [tabled]float64
}

func (r *listReader) norms() *lengthNorms {
	n := &lengthNorms{mean: r.mean}
	for i := range n.body {
		n.body[i] = lengthNorm(float64(i), bm25B, r.mean.body)
		n.head[i] = headWeight * lengthNorm(float64(i), headB, r.mean.head)
	}
	return n
}

// lengthNorm is what a frequency is multiplied by for its field's length.
func lengthNorm(length, b, mean float64) float64 { return 1 / (1 - b + b*length/mean) }

func (n *lengthNorms) ofBody(p posting) float64 {
	if p.length < tabled {
		return float64(p.freq) * n.body[p.length]
	}
	return float64(p.freq) * lengthNorm(float64(p.length), bm25B, n.mean.body)
}

func (n *lengthNorms) ofHead(p posting) float64 {
	if p.length < tabled {
		return float64(p.freq) * n.head[p.length]
	}
	return float64(p.freq) * headWeight * lengthNorm(float64(p.length), headB, n.mean.head)
}

// score adds what one term gives to every passage that holds it.
func (n *lengthNorms) score(s *scorer, l termLists, gain float64) {
	head := l.head
	for _, p := range l.body {
		for len(head) > 0 && head[0].doc < p.doc {
			tf := n.ofHead(head[0])
			s.add(head[0].doc, gain*tf/(tf+bm25K1))
			head = head[1:]
		}
		tf := n.ofBody(p)
		if len(head) > 0 && head[0].doc == p.doc {
			tf += n.ofHead(head[0])
			head = head[1:]
		}
		s.add(p.doc, gain*tf/(tf+bm25K1))
	}
	for _, p := range head {
		tf := n.ofHead(p)
		s.add(p.doc, gain*tf/(tf+bm25K1))
	}
}

// maxTies bounds the passages that are remembered because they score the same
// as the last of the best.
const maxTies = 512

// topScores keeps the highest scores, and those that tie with the lowest of
// them: document numbers are not stable between two indexes of the same
// pages, so that names must decide.
type topScores struct {
	most int
	heap scoredHeap
	ties []scored
}

// floor is what a score must reach to be among them.
func (t *topScores) floor() float32 {
	if len(t.heap) < t.most {
		return 0
	}
	return float32(t.heap[0].score)
}

func (t *topScores) wants(c scored) bool {
	return len(t.heap) < t.most || c.score >= t.heap[0].score
}

func (t *topScores) add(c scored) {
	if len(t.heap) < t.most {
		heap.Push(&t.heap, c)
		return
	}
	floor := t.heap[0]
	if c.score == floor.score {
		if len(t.ties) < maxTies {
			t.ties = append(t.ties, c)
		}
		return
	}
	t.heap[0] = c
	heap.Fix(&t.heap, 0)
	if t.heap[0].score > floor.score {
		t.ties = t.ties[:0]
	} else if len(t.ties) < maxTies {
		t.ties = append(t.ties, floor)
	}
}

// sorted returns them, highest first, those with the same score by their names.
func (t *topScores) sorted(name func(doc uint64) (string, error)) ([]scored, error) {
	all := append(t.heap, t.ties...)
	sort.Slice(all, func(i, j int) bool { return less(all[j], all[i]) })
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].score == all[from].score {
			to++
		}
		if err := sortByName(all[from:to], name); err != nil {
			return nil, err
		}
		from = to
	}
	return all[:min(t.most, len(all))], nil
}

func sortByName(same []scored, name func(doc uint64) (string, error)) error {
	if len(same) < 2 {
		return nil
	}
	names := make(map[uint64]string, len(same))
	for _, s := range same {
		var err error
		if names[s.doc], err = name(s.doc); err != nil {
			return err
		}
	}
	sort.Slice(same, func(i, j int) bool { return names[same[i].doc] < names[same[j].doc] })
	return nil
}

type scoredHeap []scored

// less orders by score, then by document number.
func less(a, b scored) bool {
	if a.score != b.score {
		return a.score < b.score
	}
	return a.doc > b.doc
}

func (h scoredHeap) Len() int           { return len(h) }
func (h scoredHeap) Less(i, j int) bool { return less(h[i], h[j]) }
func (h scoredHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *scoredHeap) Push(x any)        { *h = append(*h, x.(scored)) }
func (h *scoredHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
