package agent

import (
	"strings"
)

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
	if c.zh && (a.hanAgents(p) || a.hanReceiver(p)) {
		f.add(Unsupported, "who does what to whom is not as in its quote")
	}
	for v := p.from; v < p.to; v++ {
		e := &c.elems[v]
		if e.kind != elemWord || e.stop || e.name || a.found[v] < 0 || symmetric(e.key) {
			continue
		}
		wv := a.found[v]
		if x := a.receiver(v, wv); x >= 0 {
			f.add(Unsupported, "its quote does not say that %s did it: %q", c.elems[x].word, e.word)
			return
		}
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

// hanAgents reports that what stands before and behind 被 or 由 in the claim
// stands on the other sides of the witness's.
func (a *alignment) hanAgents(p piece) bool {
	mark := func(s *sentence, from, to int) int {
		for i := from; i < to; i++ {
			if w := s.elems[i].word; w == "被" || w == "由" {
				return i
			}
		}
		return -1
	}
	ci, wi := mark(a.claim, p.from+1, p.to-1), mark(a.witness, 1, len(a.witness.elems)-1)
	if ci < 0 || wi < 0 {
		return false
	}
	x, y := a.claim.side(ci, -1), a.claim.side(ci, 1)
	if x < 0 || y < 0 || a.found[x] < 0 || a.found[y] < 0 {
		return false
	}
	clause := a.witness.elems[wi].clause
	return a.found[x] > wi && a.found[y] < wi && a.witness.elems[a.found[x]].clause == clause && a.witness.elems[a.found[y]].clause == clause
}

// hanReceiver is receiver for Chinese: 卖给甲 is not 甲卖.
func (a *alignment) hanReceiver(p piece) bool {
	w := a.witness
	g := w.index("给")
	if g < 1 || g+1 >= len(w.elems) || w.elems[g-1].kind != elemHan || w.elems[g-1].stop || strings.ContainsAny(a.claim.text, "给向从") {
		return false
	}
	verb, who := -1, -1
	for i := p.from; i < p.to; i++ {
		switch {
		case a.claim.elems[i].word == w.elems[g-1].word:
			verb = i
		case a.found[i] == g+1 && who < 0:
			who = i
		}
	}
	return who >= 0 && verb > who && a.claim.elems[who].clause == a.claim.elems[verb].clause
}

// receiver finds what the claim makes the doer of the verb at v while the
// witness says that it was done "to" it: "sold to X" is not "X sold"; -1 where there is none.
func (a *alignment) receiver(v, wv int) int {
	w := a.witness
	if wv+2 >= len(w.elems) || w.elems[wv+1].word != "to" || v+1 < len(a.claim.elems) && a.claim.elems[v+1].word == "to" {
		return -1
	}
	x := a.claim.side(v, -1)
	if x < 0 || a.found[x] <= wv+1 || a.found[x] > wv+5 || w.elems[a.found[x]].clause != w.elems[wv].clause {
		return -1
	}
	for i := x; i < v; i++ {
		switch a.claim.elems[i].word {
		case "was", "were", "is", "been", "be", "are":
			return -1
		}
	}
	return x
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
