package agent

// bindingMargin is by how much another number of the quotes must suit the
// claim's words better than the claim's own before they count as swapped.
const bindingMargin = 0.9

// checkNumbers looks for numbers of the claim that the quotes say of something
// else: another number of the same sort stands there beside the words that the
// claim puts its number beside.
func checkNumbers(f *findings, p piece, ev evidence, all []*alignment) {
	a := all[p.witness]
	for i := p.from; i < p.to; i++ {
		e := &a.claim.elems[i]
		if e.kind != elemNum && e.kind != elemDate || a.found[i] < 0 {
			continue
		}
		own := a.places(i)
		best := -1.0
		for _, j := range own {
			best = max(best, fit(a, i, j))
		}
		for k, b := range all {
			if ev.sents[k].context.text != ev.sents[p.witness].context.text {
				continue
			}
			for j := range b.witness.elems {
				w := &b.witness.elems[j]
				if !rival(e, w) || b.said(j) || fit(b, i, j) <= best+bindingMargin || a.settled(i, own, b, j) {
					continue
				}
				f.add(Unsupported, "it says %q of what its quotes say %q of", e.key, w.key)
				return
			}
		}
	}
}

// places lists the elements of the witness that claim element i may stand for.
func (a *alignment) places(i int) []int {
	var out []int
	for j := range a.witness.elems {
		if same(&a.claim.elems[i], &a.witness.elems[j]) {
			out = append(out, j)
		}
	}
	return out
}

// rival reports whether w is a number of the same sort as the claim's, with another value.
func rival(e, w *elem) bool {
	if e.kind != w.kind || same(e, w) {
		return false
	}
	if e.kind == elemDate {
		return (e.date.Month == 0) == (w.date.Month == 0) && (e.date.Day == 0) == (w.date.Day == 0)
	}
	return e.qty.Unit == w.qty.Unit || unitsAgree(e.qty.Unit, w.qty.Unit)
}

// said reports whether the claim says what witness element j says.
func (a *alignment) said(j int) bool {
	for i := range a.claim.elems {
		if same(&a.claim.elems[i], &a.witness.elems[j]) {
			return true
		}
	}
	return false
}

// fit scores how well the words around claim element i suit those around
// witness element j: those on the same side within four, and those of its clause.
func fit(a *alignment, i, j int) float64 {
	c, w := a.claim, a.witness
	score := 0.0
	for _, d := range [...]int{-1, 1} {
		for n, x := 0, i+d; x >= 0 && x < len(c.elems) && n < 4 && c.elems[x].clause == c.elems[i].clause; n, x = n+1, x+d {
			for m, y := 0, j+d; y >= 0 && y < len(w.elems) && m < 4 && w.elems[y].clause == w.elems[j].clause; m, y = m+1, y+d {
				if same(&c.elems[x], &w.elems[y]) {
					score += nearness(&c.elems[x])
					break
				}
			}
		}
	}
	for x := range c.elems {
		if e := &c.elems[x]; x != i && e.clause == c.elems[i].clause && !e.stop && a.found[x] >= 0 && w.elems[a.found[x]].clause == w.elems[j].clause {
			score += nearness(e) / 2
		}
	}
	return score
}

func nearness(e *elem) float64 {
	switch {
	case e.stop:
		return 0.3
	case e.kind == elemHan:
		return 0.5
	}
	return 1
}

// settled reports whether something else in the claim ties it to the place of
// its own number and not to the rival's: it stands in the one clause (or, of
// another sentence, in the one sentence) only, and is not what the whole sentence is about.
func (a *alignment) settled(i int, own []int, b *alignment, rivalAt int) bool {
	c := a.claim
	for x := range c.elems {
		e := &c.elems[x]
		if x == i || e.stop || a.found[x] < 0 || e.clause != c.elems[i].clause && !e.anchor() {
			continue
		}
		at := a.found[x]
		if b != a {
			if b.found[x] < 0 && (e.kind == elemNum || e.kind == elemDate) {
				return true
			}
		}
		for _, j := range own {
			if a.witness.elems[at].clause != a.witness.elems[j].clause {
				continue
			}
			if b != a && b.found[x] < 0 ||
				b == a && a.witness.elems[rivalAt].clause != a.witness.elems[j].clause && a.witness.elems[at].clause > 0 {
				return true
			}
		}
	}
	return false
}

// checkPairs looks for a date and a number that the claim joins and its witness
// says of different things: beside the date it has another number of that sort.
func checkPairs(f *findings, p piece, a *alignment) {
	c, w := a.claim, a.witness
	for i := p.from; i < p.to; i++ {
		if c.elems[i].kind != elemDate || a.found[i] < 0 {
			continue
		}
		for k := p.from; k < p.to; k++ {
			if c.elems[k].kind != elemNum || a.found[k] < 0 || w.elems[a.found[k]].clause == w.elems[a.found[i]].clause {
				continue
			}
			for j := range w.elems {
				if x := &w.elems[j]; x.clause == w.elems[a.found[i]].clause && rival(&c.elems[k], x) && !a.said(j) && !a.settled(k, a.places(k), a, j) {
					f.add(Unsupported, "its quote says %q of %s, not %q", x.key, c.elems[i].key, c.elems[k].key)
					return
				}
			}
		}
	}
}

// checkNearest looks for a number that its witness says of another name than
// the claim does: the claim's name stands beside another number of that sort.
func checkNearest(f *findings, p piece, a *alignment) {
	c, w := a.claim, a.witness
	x := a.subject(p)
	if x < 0 {
		return
	}
	at := a.found[x]
	for i := p.from; i < p.to; i++ {
		if c.elems[i].kind != elemNum || a.found[i] < 0 {
			continue
		}
		j := a.found[i]
		for m := range w.elems {
			if !rival(&c.elems[i], &w.elems[m]) || a.said(m) || distance(at, m) >= distance(at, j) {
				continue
			}
			if c.elems[x].kind == elemHan {
				if w.between(at, m) == 0 && w.between(at, j) >= 3 {
					f.add(Unsupported, "it says %q of what its quote says %q of", c.elems[i].key, w.elems[m].key)
					return
				}
				continue
			}
			for y := range w.elems {
				if w.elems[y].name && !a.used[y] && distance(y, j) < distance(at, j) && distance(at, m) < distance(y, m) {
					f.add(Unsupported, "it says %q of what its quote says %q of", c.elems[i].key, w.elems[m].key)
					return
				}
			}
		}
	}
}

// subject is the element by which the claim's piece names what it is about:
// the end of its first name, or of the Chinese words it begins with; -1 where
// the witness does not have it.
func (a *alignment) subject(p piece) int {
	for i := p.from; i < p.to; i++ {
		e := &a.claim.elems[i]
		switch {
		case e.name:
			for i+1 < p.to && a.claim.elems[i+1].name && a.found[i+1] == a.found[i]+1 {
				i++
			}
			return pick(a.found[i] >= 0, i)
		case e.kind == elemHan && !e.stop:
			n := i
			for n+1 < p.to && a.found[n] >= 0 && a.found[n+1] == a.found[n]+1 && !a.claim.elems[n+1].stop {
				n++
			}
			return pick(n > i, n)
		case !e.stop:
			return -1
		}
	}
	return -1
}

func pick(ok bool, i int) int {
	if ok {
		return i
	}
	return -1
}

func distance(a, b int) int { return max(a-b, b-a) }

// between counts the elements with content between two places.
func (s *sentence) between(a, b int) int {
	n := 0
	for i := min(a, b) + 1; i < max(a, b); i++ {
		if !s.elems[i].stop {
			n++
		}
	}
	return n
}
