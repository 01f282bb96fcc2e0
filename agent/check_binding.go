package agent

import "strings"

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

// checkPlaces looks for a name of the claim after words (such as "the port of")
// that the witness puts before another name.
func checkPlaces(f *findings, p piece, a *alignment) {
	c, w := a.claim, a.witness
	for i := p.from + 2; i < p.to; i++ {
		if !c.elems[i].name || c.elems[i-1].name || !place(c, i) {
			continue
		}
		clash := -1
		for j := 2; j < len(w.elems); j++ {
			if !w.elems[j].name || !place(w, j) || !same(&c.elems[i-1], &w.elems[j-1]) || !same(&c.elems[i-2], &w.elems[j-2]) {
				continue
			}
			if same(&c.elems[i], &w.elems[j]) || a.inRun(i, j) {
				clash = -1
				break
			}
			clash = j
		}
		if clash >= 0 {
			f.add(Unsupported, "it says %q where its quote says %q", c.elems[i].word, w.elems[clash].word)
			return
		}
	}
}

// place reports whether element i follows a content word and a preposition.
func place(s *sentence, i int) bool {
	if s.elems[i-2].stop || s.elems[i-2].anchor() {
		return false
	}
	switch s.elems[i-1].word {
	case "of", "from", "in", "at", "by", "to", "with", "for":
		return true
	}
	return false
}

// inRun reports whether the names that begin at i and j share a word.
func (a *alignment) inRun(i, j int) bool {
	return a.alike(i, chunkEnd(a.claim, i, 1, len(a.claim.elems)), j, chunkEnd(a.witness, j, 1, len(a.witness.elems)))
}

// checkRoles looks for a verb whose doer and object have changed places: "A
// beat B" for "B beat A" or "A was beaten by B".
func checkRoles(f *findings, p piece, a *alignment) {
	c, w := a.claim, a.witness
	for v := p.from; v < p.to; v++ {
		e := &c.elems[v]
		if e.kind != elemWord || e.stop || e.name || a.found[v] < 0 || symmetric(e.key) {
			continue
		}
		wv := a.found[v]
		cb, wb := agentMark(c, v), agentMark(w, wv)
		if x := a.doer(v, wv, cb, wb); x >= 0 {
			f.add(Unsupported, "its quote does not say that %s did it: %q", c.elems[x].word, e.word)
			return
		}
		left, right := c.side(v, -1), c.side(v, 1)
		if left < 0 || right < 0 || a.found[left] < 0 || a.found[right] < 0 {
			continue
		}
		wl, wr := a.found[left], a.found[right]
		if (cb >= 0) != (wb >= 0) && wl < wv && wv < wr && w.elems[wl].clause == w.elems[wr].clause && (cb < 0 || right > cb) && (wb < 0 || wr > wb) {
			f.add(Unsupported, "who does what to whom is not as in its quote: %q", e.word)
			return
		}
		if cb >= 0 || wb < 0 || !c.elems[left].name || !c.elems[right].name {
			continue
		}
		// The claim is active, the witness says "V by X": X must not be the claim's object.
		if wr > wb && wr <= wb+6 && !(wl > wb && wl <= wb+8) {
			continue // X stands behind the verb in both, which the first test judges
		}
		if wl < wv && wr > wb {
			f.add(Unsupported, "who does what to whom is not as in its quote: %q", e.word)
			return
		}
	}
}

// doer finds a name that the claim makes the doer of the verb at v while the
// witness says "V by" another name; -1 where there is none.
func (a *alignment) doer(v, wv, cb, wb int) int {
	if wb < 0 {
		return -1
	}
	x := -1
	if cb >= 0 {
		x = cb + 1
		for x < len(a.claim.elems) && x < cb+4 && !a.claim.elems[x].name {
			x++
		}
	} else {
		x = a.claim.side(v, -1)
	}
	if x < 0 || x >= len(a.claim.elems) || !a.claim.elems[x].name {
		return -1
	}
	others := 0
	for j := wb + 1; j < len(a.witness.elems) && j <= wb+12; j++ {
		e := &a.witness.elems[j]
		if e.clause != a.witness.elems[j-1].clause && e.word != "and" {
			break
		}
		if !e.name {
			continue
		}
		others++
		if same(&a.claim.elems[x], e) || x > 0 && same(&a.claim.elems[x-1], e) {
			return -1
		}
	}
	if others == 0 {
		return -1
	}
	return x
}

// agentMark is the "by" that belongs to the verb at v, or -1.
func agentMark(s *sentence, v int) int {
	for i := v + 1; i < len(s.elems) && i <= v+6; i++ {
		if s.elems[i].word == "by" && (i == v+1 || s.elems[i].clause == s.elems[v].clause) {
			if i+1 < len(s.elems) && (s.elems[i+1].kind == elemNum || s.elems[i+1].kind == elemDate) {
				return -1 // rose by 5 %
			}
			return i
		}
	}
	return -1
}

// side is the content element next to v in direction d within its clause; -1 where there is none.
func (s *sentence) side(v, d int) int {
	for i := v + d; i >= 0 && i < len(s.elems) && s.elems[i].clause == s.elems[v].clause; i += d {
		if e := &s.elems[i]; !e.stop && e.kind != elemNum && e.kind != elemDate {
			return i
		}
	}
	return -1
}

// checkLifespan holds a birth or death to the right end of "(1902 – 1988)".
func checkLifespan(f *findings, p piece, a *alignment) {
	w := a.witness
	for j := 0; j+1 < len(w.elems); j++ {
		if w.elems[j].kind != elemDate || w.elems[j+1].kind != elemDate {
			continue
		}
		gap := strings.TrimSpace(w.text[w.elems[j].end:w.elems[j+1].start])
		if gap != "–" && gap != "-" && gap != "—" && gap != "－" && gap != "~" && gap != "至" {
			continue
		}
		for i := p.from; i < p.to; i++ {
			e := &a.claim.elems[i]
			if e.kind != elemDate {
				continue
			}
			if same(e, &w.elems[j+1]) && !same(e, &w.elems[j]) && a.claim.says("born", "birth", "出生", "生于", "诞生") ||
				same(e, &w.elems[j]) && !same(e, &w.elems[j+1]) && a.claim.says("died", "death", "去世", "逝世", "卒于", "病逝") {
				f.add(Unsupported, "%s is the other end of that life", e.key)
				return
			}
		}
	}
}

// says reports whether one of the words stands in the sentence.
func (s *sentence) says(words ...string) bool {
	for _, w := range words {
		if strings.Contains(s.text, w) {
			return true
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
