package agent

import (
	"strings"
)

// checkSlots looks for a short stretch of the claim that stands where its
// witness has something else.
func checkSlots(f *findings, p piece, a *alignment, w *witness) {
	for _, g := range a.gaps(p) {
		if g = a.trimmed(g); g.c1 > g.c0 && g.w1 > g.w0 {
			a.anchorSlot(f, g)
			a.wordSlot(f, g, w)
		}
	}
}

// trimmed cuts the witness's side of a gap at the claim's ends to the clause
// that the aligned words beside it belong to.
func (a *alignment) trimmed(g gap) gap {
	w := a.witness.elems
	if g.c0 == 0 && g.w1 < len(w) && g.w1 > g.w0 {
		of := g.w1 // whose clause: where both sides end with a clause, the one that ends there
		if a.claim.opens(g.c1) && a.witness.opens(g.w1) {
			of--
		}
		for i := g.w1 - 1; i >= g.w0; i-- {
			if w[i].clause != w[of].clause {
				g.w0 = i + 1
				break
			}
		}
	}
	if g.c1 == len(a.claim.elems) && g.w0 > 0 && g.w1 > g.w0 {
		of := g.w0 - 1
		if a.claim.opens(g.c0) && a.witness.opens(g.w0) {
			of++
		}
		for i := g.w0; i < g.w1; i++ {
			if w[i].clause != w[of].clause {
				g.w1 = i
				break
			}
		}
	}
	if g.c1 == len(a.claim.elems) && g.c1-g.c0 <= 2 {
		// The claim ends with one word more: hold it to the one that the witness has there.
		_, n := content(a.witness, g.w0, g.w1)
		for i := g.w0; i+1 < g.w1 && n > 1; i++ {
			if !w[i].stop && w[i].kind == elemWord && w[i+1].stop {
				g.w1 = i + 1
				break
			}
		}
	}
	return g
}

// opens and closes report whether an element of the witness begins or ends a clause.
func (s *sentence) opens(i int) bool {
	return i == 0 || i < len(s.elems) && s.elems[i].clause != s.elems[i-1].clause
}

func (s *sentence) closes(i int) bool {
	return i >= len(s.elems) || i > 0 && s.elems[i].clause != s.elems[i-1].clause
}

// class groups the kinds of anchors that can stand in one another's place: names, and numbers with dates.
func (e *elem) class() int {
	switch {
	case e.kind == elemNum || e.kind == elemDate:
		return 2
	case e.name:
		return 1
	}
	return 0
}

// anchorSlot finds a name or number that stands where the witness has another.
func (a *alignment) anchorSlot(f *findings, g gap) {
	c, w := a.claim, a.witness
	for x := g.c0; x < g.c1; x++ {
		k := c.elems[x].class()
		if k == 0 || x > g.c0 && c.elems[x-1].class() == k && a.glued(c, x) {
			continue
		}
		xe := chunkEnd(c, x, k, g.c1)
		for y := g.w0; y < g.w1; y++ {
			if w.elems[y].class() != k || y > g.w0 && w.elems[y-1].class() == k && a.glued(w, y) {
				continue
			}
			ye := chunkEnd(w, y, k, g.w1)
			if k == 2 && (ageBeside(&c.elems[x], &w.elems[y]) || ageBeside(&w.elems[y], &c.elems[x])) {
				continue
			}
			if k == 2 && c.elems[x].kind != w.elems[y].kind && c.elems[x].qty.Unit+w.elems[y].qty.Unit != "" && c.elems[x].qty.Unit+w.elems[y].qty.Unit != "year" {
				continue // an age is no year
			}
			if a.alike(x, xe, y, ye) || !a.sameSlot(g, gap{x, xe, y, ye}) || a.listed(x, y) {
				continue
			}
			f.add(Unsupported, "it says %q where its quote says %q", a.words(x, xe), w.text[w.elems[y].start:w.elems[ye-1].end])
			return
		}
	}
}

// ageBeside reports a span of years where the other side has a date.
func ageBeside(n, d *elem) bool {
	return n.kind == elemNum && n.qty.Unit == "year" && n.qty.Value < 200 && d.kind == elemDate
}

// glued reports whether element i follows the one before it with at most a space or hyphen between.
func (a *alignment) glued(s *sentence, i int) bool {
	gap := s.text[s.elems[i-1].end:s.elems[i].start]
	return len(gap) <= 1 || gap == ". " || gap == "·"
}

// chunkEnd is where the run of anchors of class k that begins at x ends.
func chunkEnd(s *sentence, x, k, limit int) int {
	e := x + 1
	for e < limit && s.elems[e].class() == k && len(s.text[s.elems[e-1].end:s.elems[e].start]) <= 2 {
		e++
	}
	return e
}

// alike reports whether the two chunks share an element.
func (a *alignment) alike(x, xe, y, ye int) bool {
	for i := x; i < xe; i++ {
		for j := y; j < ye; j++ {
			if same(&a.claim.elems[i], &a.witness.elems[j]) {
				return true
			}
		}
	}
	return false
}

// sameSlot reports whether the two chunks of in, within gap g, have
// the same neighbour before them or behind them: the alignment's own pairs
// around the gap, or equal words within it.
func (a *alignment) sameSlot(g, in gap) bool {
	c, w := a.claim, a.witness
	x, xe, y, ye := in.c0, in.c1, in.w0, in.w1
	cx, wy := skipStops(c, g.c0, g.c1, 1), skipStops(w, g.w0, g.w1, 1)
	before := x == cx && y == wy && (g.c0 > 0 || w.opens(g.w0)) && a.sameStops(g.c0, x, g.w0, y) ||
		x > cx && y > wy && !c.elems[x-1].stop && same(&c.elems[x-1], &w.elems[y-1])
	cx, wy = skipStops(c, g.c0, g.c1, -1), skipStops(w, g.w0, g.w1, -1)
	after := xe-1 == cx && ye-1 == wy && (g.c1 < len(c.elems) || w.closes(g.w1)) ||
		xe-1 < cx && ye-1 < wy && !c.elems[xe].stop && same(&c.elems[xe], &w.elems[ye])
	if before && after {
		return true
	}
	// On one side only: enough for what the witness does not say at all.
	return (before || after) && a.found[x] < 0
}

// sameStops reports whether the same function words stand from c0 to c1 in the
// claim and from w0 to w1 in the witness.
func (a *alignment) sameStops(c0, c1, w0, w1 int) bool {
	if c1-c0 != w1-w0 {
		return false
	}
	for k := range c1 - c0 {
		if c, w := a.claim.elems[c0+k].word, a.witness.elems[w0+k].word; c != w && c != "the" && w != "the" {
			return false
		}
	}
	return true
}

// skipStops is the first (d = 1) or last (d = -1) element of a gap that is no function word.
func skipStops(s *sentence, from, to, d int) int {
	i := from
	if d < 0 {
		i = to - 1
	}
	for i >= from && i < to && s.elems[i].stop && !s.elems[i].anchor() {
		i += d
	}
	return i
}

// listed reports whether the claim's and the witness's chunk both stand in one
// list, in which order does not matter.
func (a *alignment) listed(x, y int) bool {
	c, w := a.claim, a.witness
	fx := a.found[x]
	if fx < 0 {
		return false
	}
	back := -1 // where the claim says what the witness says at y
	for i := range c.elems {
		if a.found[i] == y {
			back = i
		}
	}
	return back >= 0 && joined(c, min(x, back), max(x, back)) && joined(w, min(fx, y), max(fx, y))
}

// joined reports whether nothing but other anchors, commas and "and" stands
// between elements i and j.
func joined(s *sentence, i, j int) bool {
	for k := i + 1; k < j; k++ {
		switch e := &s.elems[k]; {
		case e.anchor():
		case e.word == "and" || e.word == "or" || e.word == "和" || e.word == "与" || e.word == "及" || e.word == "以" || e.word == "the":
		default:
			return false
		}
	}
	return true
}

// wordSlot finds a word or a few Han characters of the claim that stand, with
// the same neighbours, where the witness has another word that is no synonym.
func (a *alignment) wordSlot(f *findings, g gap, w *witness) {
	c, wit := a.claim, a.witness
	cs, cn := content(c, g.c0, g.c1)
	_, wn := content(wit, g.w0, g.w1)
	if cn == 0 || wn == 0 || c.elems[g.c0].clause != c.elems[g.c1-1].clause || a.anchored(g) {
		return
	}
	han := c.elems[cs].kind == elemHan
	if han && (cn > 6 || wn > 8) || !han && (cn > 2 || wn > 3) {
		return
	}
	before := g.c0 > 0 || wit.opens(g.w0)
	after := g.c1 < len(c.elems) || wit.closes(g.w1) || wit.elems[g.w1].stop
	if g.c0 > 0 && g.w0 > 0 && wit.elems[g.w0].clause != wit.elems[g.w0-1].clause || !han && !a.nounSlot(cs, g) {
		return
	}
	if !before || !after || g.c1 == len(c.elems) && g.c0 == 0 || wit.elems[g.w0].clause != wit.elems[g.w1-1].clause {
		return
	}
	if g.c0 == 0 && a.anaphoric(g, w) {
		return
	}
	moved, known := 0, 0
	for x := g.c0; x < g.c1; x++ {
		if e := &c.elems[x]; !e.stop && e.sig == 0 {
			if a.found[x] >= 0 {
				moved++
				if a.crossed(x, g) {
					known++
				}
			}
		} else if !e.stop {
			known++
		}
	}
	if known > 0 || a.repeated(g) || moved > 0 && (passive(c) != passive(wit) || a.together(g)) {
		return
	}
	f.add(Weak, "it says %q where its quote says %q", a.words(g.c0, g.c1), wit.text[wit.elems[g.w0].start:wit.elems[g.w1-1].end])
}

// repeated reports whether all that the witness's gap holds is said elsewhere
// in the claim, or all that the claim's gap holds stands in the witness's.
func (a *alignment) repeated(g gap) bool {
	all := true
	for y := g.w0; y < g.w1; y++ {
		all = all && (a.witness.elems[y].stop || a.used[y])
	}
	if all {
		return true
	}
	for x := g.c0; x < g.c1; x++ {
		in := a.claim.elems[x].stop
		for y := g.w0; y < g.w1 && !in; y++ {
			in = same(&a.claim.elems[x], &a.witness.elems[y])
		}
		if !in {
			return false
		}
	}
	return true
}

// nounSlot reports whether the claim's word at cs and the witness's in the gap
// both follow the same word and the same articles and prepositions after it.
func (a *alignment) nounSlot(cs int, g gap) bool {
	ws, _ := content(a.witness, g.w0, g.w1)
	stops := 0
	for i, j := cs-1, ws-1; ; i, j = i-1, j-1 {
		if i < 0 || j < 0 {
			return i < 0 && j < 0
		}
		c, w := &a.claim.elems[i], &a.witness.elems[j]
		if !same(c, w) {
			return false
		}
		if !c.stop {
			return stops > 0
		}
		stops++
	}
}

// together reports whether a word that the gap has moved stands, in the
// witness, in one clause with an anchor of the claim: it belongs there.
func (a *alignment) together(g gap) bool {
	for x := g.c0; x < g.c1; x++ {
		if a.found[x] < 0 || a.claim.elems[x].stop {
			continue
		}
		for i := range a.claim.elems {
			if e := &a.claim.elems[i]; e.anchor() && a.found[i] >= 0 && a.witness.elems[a.found[i]].clause == a.witness.elems[a.found[x]].clause {
				return true
			}
		}
	}
	return false
}

// content returns the first element with content and their number.
func content(s *sentence, from, to int) (first, n int) {
	first = from
	for i := from; i < to; i++ {
		if e := &s.elems[i]; !e.stop {
			if n == 0 {
				first = i
			}
			n++
		}
	}
	return first, n
}

// anchored reports an anchor on either side of the gap: those are judged as such.
func (a *alignment) anchored(g gap) bool {
	for x := g.c0; x < g.c1; x++ {
		if a.claim.elems[x].anchor() {
			return true
		}
	}
	for y := g.w0; y < g.w1; y++ {
		if a.witness.elems[y].anchor() {
			return true
		}
	}
	return false
}

// crossed reports whether claim element x is said, by a synonym, within the witness's gap.
func (a *alignment) crossed(x int, g gap) bool {
	return a.found[x] >= g.w0 && a.found[x] < g.w1
}

// anaphoric reports whether the witness's gap, at its beginning, only points
// back to what the claim names and its surroundings name too.
func (a *alignment) anaphoric(g gap, w *witness) bool {
	wit := a.witness
	points := false
	for y := g.w0; y < g.w1; y++ {
		switch e := &wit.elems[y]; e.word {
		case "它", "他", "她", "其", "该", "这", "本", "此", "两", "双", "当", "村", "校", "那", "it", "he", "she", "they", "its", "his", "her", "their", "this", "these", "both", "the":
			points = true
		}
	}
	if !points {
		return false
	}
	head := a.words(g.c0, g.c1)
	return strings.Contains(w.context.text, strings.TrimSpace(head)) || a.allFound(g.c0, g.c1) || a.nearby(g, w)
}

// nearby reports whether the words of the claim's gap stand in the surroundings.
func (a *alignment) nearby(g gap, w *witness) bool {
	for x := g.c0; x < g.c1; x++ {
		if e := &a.claim.elems[x]; !e.stop && !strings.Contains(w.context.text, a.claim.text[e.start:e.end]) {
			return false
		}
	}
	return true
}
