package retrieval

import (
	"fmt"
	"math"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// A posting is a passage of one segment that holds a term.
type posting struct {
	doc    uint32 // number within the segment
	freq   uint16
	length uint16 // of the field, in terms
}

// A list is a term's list in one field of one segment, decoded. Segments never
// change; passages that were deleted since are in it.
type list []posting

// listKey names a list of an index on disk.
type listKey struct {
	segment uint64
	field   string
	term    string
}

type listCache = cache[listKey, list]

func newListCache(bytes int) *listCache {
	return newCache[listKey](bytes, func(l list) int { return 96 + 8*cap(l) })
}

// A listReader is one view of the lists.
type listReader struct {
	*scorch.IndexSnapshot
	segments []*scorch.SegmentSnapshot
	count    float64 // passages
	mean     sizes
	lists    *listCache  // nil: none
	entries  *entryCache // nil: none
	counts   termCounts  // nil: ask the segments
}

// readerOf prepares a view of the lists.
func readerOf(idx index.IndexReader) (*listReader, error) {
	snapshot, ok := idx.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("the lists are a %T", idx)
	}
	n, err := snapshot.DocCount()
	if err != nil {
		return nil, err
	}
	return &listReader{IndexSnapshot: snapshot, segments: snapshot.Segments(), count: float64(n), mean: sizes{1, 1}}, nil
}

// list returns a term's list in a field of a segment.
func (r *listReader) list(s *scorch.SegmentSnapshot, field, term string) (list, error) {
	key := listKey{s.Id(), field, term}
	if r.lists != nil {
		if l, ok := r.lists.get(key); ok {
			return l, nil
		}
	}
	l, err := decodeList(s.Segment(), field, term)
	if err == nil && r.lists != nil {
		r.lists.put(key, l)
	}
	return l, err
}

func decodeList(s segment.Segment, field, term string) (list, error) {
	dict, err := s.Dictionary(field)
	if err != nil || dict == nil {
		return nil, err
	}
	pl, err := dict.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return nil, err
	}
	n := pl.Count()
	if n == 0 {
		return nil, nil
	}
	out := make(list, 0, n)
	it := pl.Iterator(true, true, false, nil)
	for {
		p, err := it.Next()
		if err != nil || p == nil {
			return out, err
		}
		out = append(out, posting{doc: uint32(p.Number()), freq: clip16(p.Frequency()), length: lengthOf(p.Norm())})
	}
}

func clip16(n uint64) uint16 { return uint16(min(n, math.MaxUint16)) }

// lengthOf is a field's length; bleve's norm is one over its root.
func lengthOf(norm float64) uint16 {
	if !(norm > 0) {
		return 0
	}
	return clip16(uint64(math.Round(1 / (norm * norm))))
}

// live counts the passages of a list that have not been deleted.
func live(l list, s *scorch.SegmentSnapshot) int {
	gone := s.Deleted()
	if gone == nil || gone.IsEmpty() {
		return len(l)
	}
	n := 0
	for _, p := range l {
		if !gone.Contains(p.doc) {
			n++
		}
	}
	return n
}
