package retrieval

import (
	"container/heap"
	"context"
	"fmt"
	"math"
	"sort"
	"sync"

	index "github.com/blevesearch/bleve_index_api"
)

// Parameters of BM25F: Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond" (2009), section 3.5.
const (
	bm25K1     = 1.2
	bm25B      = 0.5
	headB      = 0.4
	largeIndex = 20_000 // passages from which the lists of common terms are left unread
	headWeight = 0.5    // of a term's frequency in the head, beside the body's
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

// A listReader is one view of the lists.
type listReader struct {
	index.IndexReader
	docs  uint64 // upper bound of document numbers
	count float64
	mean  sizes
}

// scorers holds score arrays between searches.
var scorers = sync.Pool{New: func() any { return &scorer{} }}

// A scorer accumulates scores by document number.
type scorer struct {
	sum     []float32
	touched []uint32
}

func (s *scorer) grow(n int) {
	if cap(s.sum) < n {
		s.sum = make([]float32, n)
	}
	s.sum = s.sum[:n]
}

func (s *scorer) add(doc uint64, v float64) {
	if doc >= uint64(len(s.sum)) {
		s.sum = append(s.sum, make([]float32, int(doc)+1-len(s.sum))...)
	}
	if s.sum[doc] == 0 {
		s.touched = append(s.touched, uint32(doc))
	}
	s.sum[doc] += float32(v)
}

func (s *scorer) release() {
	for _, d := range s.touched {
		s.sum[d] = 0
	}
	s.touched = s.touched[:0]
	scorers.Put(s)
}

// rank scores every passage that holds one of the terms by BM25F, term by
// term, and returns the best n. allowed, where not nil, says which count.
// It sets each term's idf.
func (r *listReader) rank(ctx context.Context, terms []weighted, n int, allowed func(doc uint64) bool) ([]scored, error) {
	s := scorers.Get().(*scorer)
	defer s.release()
	s.grow(int(r.docs))
	lists := make([]lists, len(terms))
	defer func() {
		for i := range lists {
			lists[i].close()
		}
	}()
	for i := range terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := r.open(ctx, &terms[i], &lists[i]); err != nil {
			return nil, fmt.Errorf("reading the list of %q: %w", terms[i].text, err)
		}
	}
	rarest := math.Inf(1)
	for i := range lists {
		if lists[i].df > 0 {
			rarest = min(rarest, lists[i].df)
		}
	}
	for i := range terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if tooCommon(lists[i].df, rarest, r.count) {
			continue
		}
		if err := r.score(&terms[i], &lists[i], s); err != nil {
			return nil, fmt.Errorf("reading the list of %q: %w", terms[i].text, err)
		}
	}
	return s.best(n, allowed), nil
}

// tooCommon reports whether a list is left unread in a large index: the term is
// in more than a fifth of all passages, so it says little, and a much rarer one
// brings the candidates. Their features count the term all the same.
func tooCommon(df, rarest, passages float64) bool {
	return passages >= largeIndex && df > passages/5 && rarest < df/8
}

// lists are a term's lists in both fields.
type lists struct {
	body, head index.TermFieldReader
	df         float64
}

func (l *lists) close() {
	for _, r := range []index.TermFieldReader{l.body, l.head} {
		if r != nil {
			_ = r.Close() // recycles memory; it has no error to give
		}
	}
}

// open opens a term's lists and sets its idf.
func (r *listReader) open(ctx context.Context, t *weighted, l *lists) (err error) {
	if l.body, err = r.TermFieldReader(ctx, []byte(t.text), fieldBody, true, true, false); err != nil {
		return err
	}
	if l.head, err = r.TermFieldReader(ctx, []byte(t.text), fieldHead, true, true, false); err != nil {
		return err
	}
	l.df = float64(max(l.body.Count(), l.head.Count()))
	t.idf = math.Log(1 + (math.Max(r.count-l.df, 0)+0.5)/(l.df+0.5))
	return nil
}

// score adds what one term gives to every passage that holds it.
func (r *listReader) score(t *weighted, l *lists, s *scorer) error {
	if l.df == 0 {
		return nil
	}
	b, err := l.body.Next(&index.TermFieldDoc{})
	if err != nil {
		return err
	}
	h, err := l.head.Next(&index.TermFieldDoc{})
	if err != nil {
		return err
	}
	gain := t.weight * t.idf * (bm25K1 + 1)
	for b != nil || h != nil {
		var tf float64
		var doc uint64
		inBody := b != nil && (h == nil || b.ID.Value() <= h.ID.Value())
		inHead := h != nil && (b == nil || h.ID.Value() <= b.ID.Value())
		if inBody {
			doc = b.ID.Value()
			tf += lengthNorm(float64(b.Freq), b.Norm, bm25B, r.mean.body)
			if b, err = l.body.Next(b); err != nil {
				return err
			}
		}
		if inHead {
			doc = h.ID.Value()
			tf += headWeight * lengthNorm(float64(h.Freq), h.Norm, headB, r.mean.head)
			if h, err = l.head.Next(h); err != nil {
				return err
			}
		}
		s.add(doc, gain*tf/(tf+bm25K1))
	}
	return nil
}

// lengthNorm is a frequency normalised by the field's length; bleve's norm is
// one over the root of the length.
func lengthNorm(tf, norm, b, mean float64) float64 {
	length := 1 / (norm * norm)
	return tf / (1 - b + b*length/mean)
}

// best returns the n highest scores, highest first.
func (s *scorer) best(n int, allowed func(uint64) bool) []scored {
	h := make(scoredHeap, 0, n+1)
	for _, d := range s.touched {
		c := scored{uint64(d), float64(s.sum[d])}
		if len(h) == n && !less(h[0], c) {
			continue
		}
		if allowed != nil && !allowed(c.doc) {
			continue
		}
		heap.Push(&h, c)
		if len(h) > n {
			heap.Pop(&h)
		}
	}
	sort.Slice(h, func(i, j int) bool { return less(h[j], h[i]) })
	return h
}

type scoredHeap []scored

// less orders by score. Document numbers are not stable between runs; callers
// break ties by the passages themselves.
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

// externalID is the name of the record with a document number.
func (r *listReader) externalID(doc uint64) (string, error) {
	return r.ExternalID(index.NewIndexInternalID(nil, doc))
}
