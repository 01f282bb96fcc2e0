package retrieval

import (
	"slices"
	"sort"
)

// Near copies are found by bottom-k sketches of four-token shingles (Broder,
// "On the resemblance and containment of documents", 1997).
const (
	shingle     = 4
	sketchSize  = 128
	nearCopy    = 0.85 // resemblance from which a page may be a near copy
	ownWords    = 8    // a sentence with a number and more words than this is news
	minShingles = 12   // shorter pages are copies only when equal
)

// A sketch is the smallest shingle hashes of a text, sorted.
type sketch struct {
	low   []uint64
	total int
}

// newSketch returns the sketch of a text's tokens.
func newSketch(toks []token) sketch {
	var s sketch
	if len(toks) < shingle {
		return s
	}
	s.total = len(toks) - shingle + 1
	// Hashes are even, so about a share of them lies under a bound: only those are sorted.
	bound := ^uint64(0)
	if s.total > 8*sketchSize {
		bound = bound / uint64(s.total) * (3 * sketchSize)
	}
	low := make([]uint64, 0, min(s.total, 4*sketchSize))
	for i := range s.total {
		h := uint64(14695981039346656037)
		for j := range shingle {
			h = (h ^ uint64(toks[i+j].hash)) * 0x9e3779b97f4a7c15
			h ^= h >> 29
		}
		if h <= bound {
			low = append(low, h)
		}
	}
	slices.Sort(low)
	low = slices.Compact(low)
	s.low = low[:min(len(low), sketchSize)]
	return s
}

// resemblance estimates the share of shingles that two texts have in common.
func (s sketch) resemblance(o sketch) float64 {
	k := min(len(s.low), len(o.low))
	if k == 0 {
		return 0
	}
	union, both := 0, 0
	i, j := 0, 0
	for union < k && (i < len(s.low) || j < len(o.low)) {
		switch {
		case j == len(o.low) || i < len(s.low) && s.low[i] < o.low[j]:
			i++
		case i == len(s.low) || o.low[j] < s.low[i]:
			j++
		default:
			i, j, both = i+1, j+1, both+1
		}
		union++
	}
	return float64(both) / float64(union)
}

// A copyBook knows the pages of an index by their sketches.
type copyBook struct {
	known map[string]string // by snapshot: the snapshot that stands for it
	pages []bookPage
	by    map[uint64][]int // by a hash of a sketch: pages
}

type bookPage struct {
	snapshot  string
	sketch    sketch
	sentences map[uint32]struct{}
}

func newCopyBook() copyBook {
	return copyBook{known: map[string]string{}, by: map[uint64][]int{}}
}

// find reports the snapshot that stands for the page, where there is one.
func (b *copyBook) find(w *analysed) (string, bool) {
	if s, ok := b.known[w.page.Snapshot]; ok {
		return s, true
	}
	if w.sketch.total < minShingles {
		return "", false
	}
	for _, n := range b.suspects(w.sketch) {
		o := &b.pages[n]
		if w.sketch.resemblance(o.sketch) >= nearCopy && !saysMore(w, o.sentences) {
			b.known[w.page.Snapshot] = o.snapshot
			return o.snapshot, true
		}
	}
	return "", false
}

// suspects are the pages that share hashes with s, most first.
func (b *copyBook) suspects(s sketch) []int {
	shared := map[int]int{}
	for _, h := range s.low {
		for _, n := range b.by[h] {
			shared[n]++
		}
	}
	var out []int
	for n, c := range shared {
		if c*2 >= len(s.low) {
			out = append(out, n)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if shared[out[i]] != shared[out[j]] {
			return shared[out[i]] > shared[out[j]]
		}
		return out[i] < out[j]
	})
	return out
}

// add remembers the page and gives it its number.
func (b *copyBook) add(w *analysed) {
	w.number = len(b.pages)
	b.known[w.page.Snapshot] = w.page.Snapshot
	p := bookPage{snapshot: w.page.Snapshot, sketch: w.sketch, sentences: map[uint32]struct{}{}}
	eachSentence(w.toks, func(h uint32, _ []token) bool {
		p.sentences[h] = struct{}{}
		return true
	})
	b.pages = append(b.pages, p)
	for _, h := range w.sketch.low {
		b.by[h] = append(b.by[h], w.number)
	}
}

// saysMore reports whether the page has a sentence with a number that the
// other does not have: two pages of one mould that differ in a figure are not
// copies. Short ones are bylines and counters.
func saysMore(w *analysed, known map[uint32]struct{}) bool {
	more := false
	eachSentence(w.toks, func(h uint32, toks []token) bool {
		if _, ok := known[h]; ok || len(toks) <= ownWords {
			return true
		}
		for _, t := range toks {
			if t.flags&tokNumber != 0 || t.flags&tokHan != 0 && numeral(t.hash) {
				more = true
				return false
			}
		}
		return true
	})
	return more
}

var numerals = func() map[uint32]bool {
	m := map[uint32]bool{}
	for _, r := range "零一二三四五六七八九十百千万亿两" {
		m[hash32(string(r))] = true
	}
	return m
}()

func numeral(hash uint32) bool { return numerals[hash] }

// eachSentence visits the sentences of a page with a hash of each.
func eachSentence(toks []token, visit func(hash uint32, toks []token) bool) {
	start := 0
	for i := 1; i <= len(toks); i++ {
		if i < len(toks) && toks[i].flags&tokFirst == 0 {
			continue
		}
		h := uint32(2166136261)
		for _, t := range toks[start:i] {
			h = (h ^ t.hash) * 16777619
		}
		if i > start && !visit(h, toks[start:i]) {
			return
		}
		start = i
	}
}
