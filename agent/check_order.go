package agent

import "strings"

// checkOpposites looks for a word of the piece that the witness lacks while it
// has the opposite.
func checkOpposites(f *findings, p piece, a *alignment) {
	for i := p.from; i < p.to; i++ {
		e := &a.claim.elems[i]
		if a.found[i] >= 0 || e.stop || e.anchor() {
			continue
		}
		if e.kind == elemWord {
			for j := range a.witness.elems {
				w := &a.witness.elems[j]
				if w.kind == elemWord && !a.used[j] && (opposed(e.word, w.word) || opposed(e.key, w.key)) {
					f.add(Unsupported, "it says %q where its quote says %q", e.word, w.word)
					return
				}
			}
			continue
		}
	}
}

// checkOrder looks for two things that have changed places around the same word.
func checkOrder(f *findings, p piece, a *alignment) {
	c, w := a.claim, a.witness
	for v := p.from; v < p.to; v++ {
		e := &c.elems[v]
		if e.anchor() || a.found[v] < 0 || e.kind == elemHan || e.stop && e.word != "than" {
			continue
		}
		wv := a.found[v]
		for x := v - 1; x >= p.from && c.elems[x].clause == e.clause; x-- {
			wx := a.found[x]
			if wx <= wv || c.elems[x].stop || w.elems[wx].clause != w.elems[wv].clause {
				continue
			}
			for y := v + 1; y < p.to && c.elems[y].clause == e.clause; y++ {
				wy := a.found[y]
				if wy < 0 || wy >= wv || c.elems[y].stop || w.elems[wy].clause != w.elems[wv].clause {
					continue
				}
				if c.elems[x].kind != c.elems[y].kind || passive(c) != passive(w) || symmetric(e.key) {
					continue
				}
				f.add(Unsupported, "%q and %q have changed places", c.elems[x].word, c.elems[y].word)
				return
			}
		}
	}
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

// checkSlots looks for a short stretch of the claim that stands where its
// witness has something else.
func checkSlots(f *findings, p piece, a *alignment) {
	for i := p.from; i < p.to; {
		if a.at[i] >= 0 {
			i++
			continue
		}
		end := i
		for end < p.to && a.at[end] < 0 {
			end++
		}
		a.slot(f, i, end, p)
		i = end
	}
}

// slot judges the claim's elements from i to end, which do not stand in order.
func (a *alignment) slot(f *findings, i, end int, p piece) {
	if end-i > 6 {
		return
	}
	lo, hi := -1, len(a.witness.elems)
	if i > p.from {
		lo = a.at[i-1]
	}
	if end < p.to {
		hi = a.at[end]
	}
	if lo < 0 && hi >= len(a.witness.elems) || hi-lo-1 > 8 || hi <= lo+1 {
		return
	}
	c, w := a.claim.elems[i:end], a.witness.elems[lo+1:hi]
	for x := range c {
		for y := range w {
			if c[x].anchor() && w[y].anchor() && c[x].kind == w[y].kind && !a.used[lo+1+y] && a.found[i+x] >= 0 && !same(&c[x], &w[y]) &&
				a.sameBefore(i+x, lo+1+y) {
				f.add(Unsupported, "it says %q where its quote says %q", c[x].key, w[y].key)
				return
			}
		}
	}
	han := 0
	for x := range c {
		if c[x].kind == elemHan && !c[x].stop && a.found[i+x] < 0 {
			han++
		}
	}
	if han > 0 && !a.hanSynonym(i, end, lo+1, hi) {
		f.add(Weak, "it says %q where its quote says %q", a.claim.text[c[0].start:c[len(c)-1].end], a.witness.text[w[0].start:w[len(w)-1].end])
	}
}

// sameBefore reports whether the same word stands before claim element i and
// witness element j, or neither has one.
func (a *alignment) sameBefore(i, j int) bool {
	if i == 0 || j == 0 {
		return i == j
	}
	return a.claim.elems[i-1].key == a.witness.elems[j-1].key
}

// hanSynonym reports whether a word of the claim around i to end has a synonym in the witness.
func (a *alignment) hanSynonym(i, end, lo, hi int) bool {
	c := a.claim
	for from := max(0, i-2); from < end; from++ {
		for to := max(from+1, i+1); to <= min(len(c.elems), end+2); to++ {
			if to-from < 1 || to-from > 5 || c.elems[to-1].end-c.elems[from].start > 15 {
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
