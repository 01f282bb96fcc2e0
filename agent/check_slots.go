package agent

import "strings"

// checkOpposites looks for a word of the piece that the witness lacks while it
// has the opposite.
func checkOpposites(f *findings, p piece, a *alignment) {
	for i := p.from; i < p.to; i++ {
		e := &a.claim.elems[i]
		if a.found[i] >= 0 || e.stop || e.anchor() || e.kind != elemWord {
			continue
		}
		for j := range a.witness.elems {
			w := &a.witness.elems[j]
			if w.kind == elemWord && !a.used[j] && (opposed(e.word, w.word) || opposed(e.key, w.key)) {
				f.add(Unsupported, "it says %q where its quote says %q", e.word, w.word)
				return
			}
		}
	}
}

// checkSlots looks for a short stretch of the claim that stands where its
// witness has something else.
func checkSlots(f *findings, p piece, a *alignment) {
	for _, g := range a.gaps(p) {
		if g.c1 > g.c0 && g.w1 > g.w0 {
			a.anchorSlot(f, g)
			a.hanSlot(f, g, p)
		}
	}
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
			if a.alike(x, xe, y, ye) || !a.sameSlot(g, x, xe, y, ye) || a.listed(x, y) {
				continue
			}
			f.add(Unsupported, "it says %q where its quote says %q", a.words(x, xe), w.text[w.elems[y].start:w.elems[ye-1].end])
			return
		}
	}
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

// sameSlot reports whether chunk x of the claim and chunk y of the witness have
// the same neighbour before them or behind them: the alignment's own pairs
// around the gap, or equal words within it.
func (a *alignment) sameSlot(g gap, x, xe, y, ye int) bool {
	c, w := a.claim, a.witness
	before := x == g.c0 && y == g.w0 && (x > 0 || y == 0) || x > g.c0 && y > g.w0 && same(&c.elems[x-1], &w.elems[y-1])
	after := xe == g.c1 && ye == g.w1 && (xe < len(c.elems) || ye == len(w.elems)) || xe < g.c1 && ye < g.w1 && same(&c.elems[xe], &w.elems[ye])
	if before && after {
		return true
	}
	if !before && !after {
		return false
	}
	// One side only: the other must be the claim's or the witness's gap end soon.
	return g.c1-g.c0 <= 4 && g.w1-g.w0 <= 6
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

// hanSlot finds a few Han characters of the claim that stand where the witness
// has others, and are no other word for them.
func (a *alignment) hanSlot(f *findings, g gap, p piece) {
	if g.c1-g.c0 > 6 || g.w1-g.w0 > 10 || g.c0 == p.from && g.c1 == p.to {
		return
	}
	han := 0
	for x := g.c0; x < g.c1; x++ {
		if e := &a.claim.elems[x]; e.kind == elemHan && !e.stop && a.found[x] < 0 {
			han++
		}
	}
	if han > 0 && !a.hanSynonym(g.c0, g.c1) {
		w := a.witness
		f.add(Weak, "it says %q where its quote says %q", a.words(g.c0, g.c1), w.text[w.elems[g.w0].start:w.elems[g.w1-1].end])
	}
}

// hanSynonym reports whether a word of the claim around i to end has a synonym in the witness.
func (a *alignment) hanSynonym(i, end int) bool {
	c := a.claim
	for from := max(0, i-2); from < end; from++ {
		for to := max(from+1, i+1); to <= min(len(c.elems), end+2); to++ {
			if to-from > 5 || c.elems[to-1].end-c.elems[from].start > 15 {
				continue
			}
			for _, s := range synonymsOf(c.text[c.elems[from].start:c.elems[to-1].end]) {
				if strings.Contains(a.witness.text, s) {
					return true
				}
			}
		}
	}
	return false
}
