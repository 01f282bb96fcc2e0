package engine

import (
	"math"
	"strconv"

	"github.com/sonde-search/sonde/agent/lang"
)

// spanBuckets is the number of hashed lexical features of a span.
const spanBuckets = 1 << 16

// A spanContext is what all spans of one sentence share.
type spanContext struct {
	q       *asked
	s       *readSentence
	classes []string
	unitAt  []int     // the question's unit that a token matches, or -1
	near    []float64 // weight of the question's words near each token
	want    string
	head    string
	found   []entity
	rarity  []float32       // of each token
	top     float64         // score of the best sentence
	context map[uint32]bool // words of the passage's title and headings
	others  map[uint32]bool // words of the passage's other sentences
}

func (r *reading) spanContext(s *readSentence) *spanContext {
	q := r.q
	c := &spanContext{q: q, s: s, want: q.spanWant(), head: q.Head, top: r.best().learned, context: map[uint32]bool{}, others: map[uint32]bool{}}
	p := &r.passages[s.passage]
	for i := range p.context {
		c.context[p.context[i].id] = true
	}
	for i := p.from; i < p.to; i++ {
		if o := &r.sentences[i]; o.index != s.index {
			for k := range o.tokens {
				c.others[o.tokens[k].id] = true
			}
		}
	}
	if c.head == "" {
		c.head = "-" + string(q.Kind)
	} else if q.Language != "zh" {
		c.head = lang.Stem(c.head)
	}
	n := len(s.tokens)
	c.classes, c.unitAt, c.near = make([]string, n), make([]int, n), make([]float64, n)
	c.rarity = make([]float32, n)
	background := backgroundIDF()
	for i := range n {
		id := s.tokens[i].id
		if s.tokens[i].pair != 0 {
			id = s.tokens[i].pair
		}
		c.rarity[i] = float32(background.value(id))
		c.classes[i] = wordClass(s, i)
		c.unitAt[i] = -1
	}
	for _, h := range s.hits {
		c.unitAt[h.token] = h.unit
		if q.units[h.unit].han && h.token+1 < n && c.unitAt[h.token+1] < 0 {
			c.unitAt[h.token+1] = h.unit
		}
		for i := range n {
			d := math.Abs(float64(i - h.token))
			c.near[i] += q.units[h.unit].weight * h.weight / (1 + d/3)
		}
	}
	c.found = c.entities()
	return c
}

func (c *spanContext) class(i int) string {
	if i < 0 || i >= len(c.classes) {
		return classNone
	}
	return c.classes[i]
}

func (c *spanContext) word(i int) string {
	if i < 0 || i >= len(c.s.tokens) {
		return classNone
	}
	return c.s.tokens[i].text
}

func (c *spanContext) gap(i int) byte {
	if i <= 0 || i >= len(c.s.tokens) {
		return '.'
	}
	return c.s.tokens[i].gap
}

// A spanHasher turns the parts of a lexical feature into its bucket.
type spanHasher struct{ out []uint32 }

func (h *spanHasher) add(template byte, parts ...string) {
	x := uint32(2166136261) ^ uint32(template)
	x *= 16777619
	for _, p := range parts {
		for i := range len(p) {
			x ^= uint32(p[i])
			x *= 16777619
		}
		x ^= 0x1f
		x *= 16777619
	}
	x ^= x >> 15
	h.out = append(h.out, x%spanBuckets)
}

// sparse lists the buckets of a span's lexical features.
func (c *spanContext) sparse(sp *span, out []uint32) []uint32 {
	h := spanHasher{out[:0]}
	i, j := sp.from, sp.to
	shape := spanShape(c.classes[i : j+1])
	l1, r1 := c.word(i-1), c.word(j+1)
	cl, cr, cf, ce := c.class(i-1), c.class(j+1), c.class(i), c.class(j)
	gl, gr := string(rune(c.gap(i)+1)), string(rune(c.gap(j+1)+1))
	length := strconv.Itoa(min(j-i, 12))
	last := c.word(j)
	h.add(1, c.want, shape)
	h.add(2, c.head, shape)
	h.add(3, c.want, l1, gl)
	h.add(4, c.want, r1, gr)
	h.add(5, c.head, last)
	h.add(6, c.want, suffix(last, 3))
	h.add(7, c.want, length)
	h.add(8, shape, l1)
	h.add(9, shape, cr, gr)
	h.add(10, c.want, c.word(i))
	h.add(11, cl, gl, cf)
	h.add(12, ce, gr, cr)
	h.add(13, c.head, c.word(i))
	h.add(14, c.want, c.word(i-2), l1)
	h.add(15, gl, gr, length)
	h.add(16, c.head, l1)
	h.add(17, c.head, r1)
	h.add(18, c.want, c.sideKey(sp))
	h.add(19, c.want, c.unitWord(i-1), c.unitWord(j+1))
	h.add(20, l1, c.word(i))
	h.add(21, last, r1)
	h.add(22, c.want, cl, gl, cf)
	h.add(23, c.want, ce, gr, cr)
	h.add(24, shape, length)
	kind, fit := c.entityFit(i, j)
	h.add(25, c.want, string(rune(kind+1)), string(rune(fit+1)))
	h.add(26, c.head, string(rune(kind+1)), string(rune(fit+1)))
	return h.out
}

// unitWord says how a neighbour belongs to the question: its key, a name, another word, or not.
func (c *spanContext) unitWord(i int) string {
	if i < 0 || i >= len(c.unitAt) || c.unitAt[i] < 0 {
		return "-"
	}
	u := &c.q.units[c.unitAt[i]]
	switch {
	case u.key:
		return "k"
	case u.name:
		return "n"
	}
	return "u"
}

// sideKey is where the question's key word stands from the span, and how far.
func (c *spanContext) sideKey(sp *span) string {
	best, side := 99, ""
	for i, u := range c.unitAt {
		if u < 0 || u != c.q.key {
			continue
		}
		switch {
		case i < sp.from && sp.from-i < best:
			best, side = sp.from-i, "<"
		case i > sp.to && i-sp.to < best:
			best, side = i-sp.to, ">"
		case i >= sp.from && i <= sp.to:
			return "in"
		}
	}
	if side == "" {
		return "none"
	}
	switch {
	case best > 12:
		best = 12
	case best > 5:
		best = 6
	}
	return side + strconv.Itoa(best)
}

func suffix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[len(s)-n:]
}
