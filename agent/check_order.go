package agent

import (
	"strings"
)

// A gap is what stands between two neighbouring pairs of an alignment: elements
// c0 to c1 of the claim, w0 to w1 of the witness, either of them perhaps empty.
type gap struct{ c0, c1, w0, w1 int }

// gaps lists the gaps of the piece, in order, those at its ends included.
func (a *alignment) gaps(p piece) []gap {
	var out []gap
	c, w := p.from, 0
	for i := p.from; i <= p.to; i++ {
		j := len(a.witness.elems)
		if i < p.to {
			if j = a.at[i]; j < 0 {
				continue
			}
		}
		if i > c || j > w {
			out = append(out, gap{c, i, w, j})
		}
		c, w = i+1, j+1
	}
	return out
}

// checkOrder looks for things that have changed places with one another.
func checkOrder(f *findings, p piece, a *alignment) {
	gaps := a.gaps(p)
	for i, g := range gaps {
		for _, h := range gaps[i+1:] {
			if x, y, ok := a.exchanged(g, h); ok {
				f.add(Unsupported, "%q and %q have changed places", x, y)
				return
			}
		}
	}
	a.reversed(f, p)
}

// exchanged reports whether the claim has, in gap h, what the witness has in
// g, and the reverse, around something that is no mere joining word: either
// both gaps crosswise, or one turned around what the alignment kept.
func (a *alignment) exchanged(g, h gap) (x, y string, ok bool) {
	if h.c0 <= g.c1-1 || h.w0 < g.w1 {
		return "", "", false
	}
	if g.c1 > g.c0 && h.c1 > h.c0 && a.within(g.c0, g.c1, h) && a.within(h.c0, h.c1, g) && a.weighty(g.c0, g.c1) && a.weighty(h.c0, h.c1) {
		if a.binding(g.c1, h.c0) {
			return a.words(g.c0, g.c1), a.words(h.c0, h.c1), true
		}
		return "", "", false
	}
	// The claim has A M Y where the witness has Y M A: A is kept, M Y is turned.
	for _, t := range [...]struct{ c0, c1, w0, w1 int }{{h.c0, h.c1, g.w0, g.w1}, {g.c0, g.c1, h.w0, h.w1}} {
		n := t.c1 - t.c0
		if n < 2 || t.w1-t.w0 < n {
			continue
		}
		for cut := 1; cut < n; cut++ {
			// The turned stretch stands at the end of the witness's gap nearest to A.
			w0 := t.w1 - n
			if t.c0 == g.c0 {
				w0 = t.w0
			}
			if !a.equal(t.c0, t.c0+cut, w0+n-cut, w0+n) || !a.equal(t.c0+cut, t.c1, w0, w0+n-cut) {
				continue
			}
			mid0, mid1, side0, side1 := t.c0, t.c0+cut, t.c0+cut, t.c1
			if t.c0 == g.c0 {
				mid0, mid1, side0, side1 = t.c0+cut, t.c1, t.c0, t.c0+cut
			}
			if a.binding(mid0, mid1) && a.weighty(side0, side1) && a.weighty(g.c1, h.c0) {
				return a.words(side0, side1), a.words(g.c1, h.c0), true
			}
		}
	}
	return "", "", false
}

// equal reports whether the claim's elements c0 to c1 are the witness's w0 to w1.
func (a *alignment) equal(c0, c1, w0, w1 int) bool {
	if c1-c0 != w1-w0 || c1 <= c0 {
		return false
	}
	for k := range c1 - c0 {
		if !same(&a.claim.elems[c0+k], &a.witness.elems[w0+k]) {
			return false
		}
	}
	return true
}

// within reports whether the claim's elements c0 to c1 open or close the
// witness's side of gap g, function words at its edges aside.
func (a *alignment) within(c0, c1 int, g gap) bool {
	for c0 < c1 && a.claim.elems[c0].stop {
		c0++
	}
	for c0 < c1 && a.claim.elems[c1-1].stop {
		c1--
	}
	n := c1 - c0
	if n == 0 || g.w1-g.w0 < n {
		return false
	}
	for w0 := g.w0; w0+n <= g.w1; w0++ {
		if (w0 <= g.w0+2 || w0+n >= g.w1-2) && a.equal(c0, c1, w0, w0+n) {
			return true
		}
	}
	return false
}

// weighty reports whether the claim's elements hold more than function words.
func (a *alignment) weighty(from, to int) bool {
	for i := from; i < to; i++ {
		if e := &a.claim.elems[i]; !e.stop || e.anchor() {
			return true
		}
	}
	return false
}

// binding reports whether what stands between two things relates them, so
// that it matters which comes first: more than "and", "is" and the like.
func (a *alignment) binding(from, to int) bool {
	if from >= to {
		return false
	}
	for i := from; i < to; i++ {
		switch e := &a.claim.elems[i]; e.word {
		case "and", "or", "is", "was", "are", "were", "the", "a", "an", "和", "与", "或", "及", "是", "跟", "same", "equal", "between",
			"of", "for", "with", "married", "met", "merged", "versus", "vs", "nor", "also", "known", "结", "婚", "即", "为", "同", "以":
		default:
			if e.kind == elemHan && strings.Contains("合作会面相邻接壤不同相似之间", e.word) {
				continue
			}
			return true
		}
	}
	return false
}

// words is the claim's text from one element to another.
func (a *alignment) words(from, to int) string {
	return a.claim.text[a.claim.elems[from].start:a.claim.elems[to-1].end]
}

// reversed looks for two names or numbers that stand on the other side of the same verb.
func (a *alignment) reversed(f *findings, p piece) {
	c, w := a.claim, a.witness
	for v := p.from; v < p.to; v++ {
		e := &c.elems[v]
		if e.name || a.found[v] < 0 || e.kind == elemHan || e.kind == elemDate || e.kind == elemNum || e.stop && e.word != "than" || symmetric(e.key) {
			continue
		}
		wv := a.found[v]
		if (agentMark(c, v) >= 0) != (agentMark(w, wv) >= 0) {
			continue // the voice is turned, and with it the order
		}
		x := a.nearest(v, -1, p)
		y := a.nearest(v, 1, p)
		if x < 0 || y < 0 || !c.elems[x].name || !c.elems[y].name {
			continue
		}
		wx, wy := a.found[x], a.found[y]
		if wx > wv && wy < wv && w.elems[wx].clause == w.elems[wv].clause && (w.elems[wy].clause == w.elems[wv].clause || w.relative(wy, wv)) &&
			!a.mention(x, wv, -1) && !a.mention(y, wv, 1) {
			f.add(Unsupported, "%q and %q have changed places", c.elems[x].word, c.elems[y].word)
			return
		}
	}
}

// relative reports whether the verb at v is said of what stands at i, just
// before its clause: "Haddad, who succeeded Claes".
func (s *sentence) relative(i, v int) bool {
	first := v
	for first > 0 && s.elems[first-1].clause == s.elems[v].clause {
		first--
	}
	w := s.elems[first].word
	return (w == "who" || w == "which") && first < v && i >= first-2 && i < first
}

// nearest is the anchor of the claim next to v in direction d, within the
// clause, that stands in the witness; -1 where there is none.
func (a *alignment) nearest(v, d int, p piece) int {
	for i := v + d; i >= p.from && i < p.to && a.claim.elems[i].clause == a.claim.elems[v].clause; i += d {
		if a.claim.elems[i].anchor() && a.found[i] >= 0 {
			return i
		}
	}
	return -1
}

// mention reports whether what claim element x says stands also on side d of
// witness element wv, in its clause: then nothing has changed places.
func (a *alignment) mention(x, wv, d int) bool {
	w := a.witness
	for j := wv + d; j >= 0 && j < len(w.elems) && w.elems[j].clause == w.elems[wv].clause; j += d {
		if same(&a.claim.elems[x], &w.elems[j]) {
			return true
		}
	}
	return false
}

// passive reports whether a sentence says by whom something was done.
func passive(s *sentence) bool {
	return strings.Contains(s.text, " by ") || strings.Contains(s.text, "被") || strings.Contains(s.text, "由")
}

func symmetric(key string) bool {
	switch key {
	case "marri", "met", "meet", "merg", "partner", "border", "differ", "similar", "equal", "between":
		return true
	}
	return false
}
