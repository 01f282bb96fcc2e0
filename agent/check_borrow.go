package agent

// checkBorrowed looks for Chinese words that the claim says of what stands just
// before them while the witness says them, in another clause, of something
// that the claim does not name.
func checkBorrowed(f *findings, p piece, a *alignment) {
	c, w := a.claim, a.witness
	if !c.zh {
		return
	}
	for i := p.from + 1; i+1 < p.to; i++ {
		k := i - 1
		j := a.found[i]
		if c.elems[i].stop || a.at[i] >= 0 || j < 1 || a.found[i+1] != j+1 || c.elems[i].kind != elemHan || a.at[k] < 0 || c.elems[k].kind != elemHan ||
			c.elems[k].clause != c.elems[i].clause || w.elems[j].clause == w.elems[a.at[k]].clause {
			continue
		}
		own := 0
		for u := j - 1; u >= 0 && w.elems[u].clause == w.elems[j].clause && !a.used[u] && w.elems[u].kind == elemHan && !w.elems[u].stop; u-- {
			own++
		}
		if own >= 2 {
			f.add(Unsupported, "it says %q of what its quote says other things of", a.words(i, i+2))
			return
		}
	}
}

// elsewhere reports whether the gap's stretch is a run of Chinese that the
// witness says, as it stands, in another clause than it says what it has there.
func (a *alignment) elsewhere(g gap) bool {
	w, n := a.witness, 0
	for x := g.c0; x < g.c1; x++ {
		e := &a.claim.elems[x]
		if e.kind != elemHan || a.found[x] < 0 || x > g.c0 && a.found[x] != a.found[x-1]+1 {
			return false
		}
		if c := w.elems[a.found[x]].clause; c == w.elems[g.w0].clause || c == w.elems[g.w1-1].clause {
			return false
		}
		n++
	}
	return n >= 2 && w.elems[g.w0].kind == elemHan
}
