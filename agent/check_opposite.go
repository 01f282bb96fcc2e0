package agent

import (
	"strings"
)

// checkOpposites looks for a word of the piece that the witness lacks while it
// has the opposite, and for opposites in the same place.
func checkOpposites(f *findings, p piece, a *alignment) {
	for i := p.from; i < p.to; i++ {
		e := &a.claim.elems[i]
		if a.found[i] >= 0 || e.stop && !relates(e.word) || e.anchor() || e.kind != elemWord || a.denied(i) {
			continue
		}
		for j := range a.witness.elems {
			w := &a.witness.elems[j]
			if (w.kind == elemWord && contrary(e, w) || lastWord(e) && firstOf(w) && a.sameNext(i, j)) && !a.used[j] && a.receiver(i, j) < 0 && (a.sameNext(i, j) && relates(e.word) || !a.turnedAround(i, j)) {
				f.add(Unsupported, "it says %q where its quote says %q", e.word, w.word)
				return
			}
		}
	}
	for _, g := range a.gaps(p) {
		if x, y := a.oppositeIn(g); x >= 0 {
			f.add(Unsupported, "it says %q where its quote says %q", a.claim.elems[x].word, a.witness.elems[y].word)
			return
		}
	}
	if a.claim.zh {
		a.hanOpposites(f, p)
	}
}

// relates reports function words that have an opposite.
func relates(w string) bool {
	switch w {
	case "before", "after", "above", "below", "inside", "outside", "more", "fewer", "less":
		return true
	}
	return false
}

// firstOf reports a "first".
func firstOf(e *elem) bool {
	return e.kind == elemNum && e.qty.Unit == "ordinal" && e.qty.Value == 1
}

// sameNext reports whether the content after claim element i is that after witness element j.
func (a *alignment) sameNext(i, j int) bool {
	for i++; i < len(a.claim.elems) && a.claim.elems[i].stop; i++ {
	}
	for j++; j < len(a.witness.elems) && a.witness.elems[j].stop; j++ {
	}
	return i < len(a.claim.elems) && j < len(a.witness.elems) && same(&a.claim.elems[i], &a.witness.elems[j])
}

// contrary reports whether two words mean the opposite, whatever their forms.
func contrary(e, w *elem) bool {
	return opposed(e.word, w.word) || opposed(e.key, w.key) || w.word == e.key+"less" || e.word == w.key+"less" || w.word == e.word+"less" || e.word == w.word+"less"
}

// denied reports a "not" just before claim element i.
func (a *alignment) denied(i int) bool {
	for k := max(0, i-3); k < i; k++ {
		if a.claim.elems[k].sig&(sigNot|sigDeny) != 0 {
			return true
		}
	}
	return false
}

// turnedAround reports whether names that stand before claim element i stand
// behind witness element j, or the reverse: "A lost to B" for "B beat A".
func (a *alignment) turnedAround(i, j int) bool {
	for x := range a.claim.elems {
		if e := &a.claim.elems[x]; (e.name || e.kind == elemHan && !e.stop) && a.found[x] >= 0 && e.clause == a.claim.elems[i].clause {
			if x < i && a.found[x] > j || x > i && a.found[x] < j {
				return true
			}
		}
	}
	return false
}

// oppositeIn finds a word of the claim's side of a short gap whose opposite is
// all that the witness's side holds; -1 where there is none.
func (a *alignment) oppositeIn(g gap) (int, int) {
	if g.c1-g.c0 > 3 || g.w1-g.w0 > 3 {
		return -1, -1
	}
	for x := g.c0; x < g.c1; x++ {
		for y := g.w0; y < g.w1; y++ {
			c, w := &a.claim.elems[x], &a.witness.elems[y]
			if c.kind == w.kind && (c.kind == elemWord || c.kind == elemHan) && opposed(c.word, w.word) && !a.denied(x) {
				return x, y
			}
			if w.kind == elemNum && w.qty.Value > 1 && w.qty.Unit != "" && x > 0 && (a.claim.elems[x-1].word == "every" || a.claim.elems[x-1].word == "每") && unitWord(c.word) == w.qty.Unit {
				return x, y
			}
			if lastWord(c) && firstOf(w) {
				return x, y
			}
		}
	}
	return -1, -1
}

// unitWord is the unit that a bare word for a span of time names, or "".
func unitWord(w string) string {
	switch w {
	case "year", "month", "week", "day", "hour", "minute":
		return w
	case "年":
		return "year"
	case "月":
		return "month"
	case "周":
		return "week"
	case "天", "日":
		return "day"
	}
	return ""
}

func lastWord(e *elem) bool { return e.word == "last" || e.word == "final" || e.word == "末" }

// hanOpposites looks for Chinese words whose opposite stands in the witness alone.
func (a *alignment) hanOpposites(f *findings, p piece) {
	g := groups()
	for i := p.from; i < p.to; i++ {
		for n := 3; n > 1; n-- {
			if i+n > p.to {
				continue
			}
			word, ok := a.claim.hanWord(i, n)
			if !ok || len(g.opposite[word]) == 0 || strings.Contains(a.witness.text, word) || a.denied(i) {
				continue
			}
			for _, o := range g.opposite[word] {
				if at := strings.Index(a.witness.text, o); at >= 0 && !strings.Contains(a.claim.text, o) && !a.turnedAround(i, a.witness.at(at)) {
					f.add(Unsupported, "it says %q where its quote says %q", word, o)
					return
				}
			}
		}
	}
}

// at is the index of the element that begins at or after byte b.
func (s *sentence) at(b int) int {
	for j := range s.elems {
		if s.elems[j].start >= b {
			return j
		}
	}
	return len(s.elems)
}

// checkHanOrder looks for two stretches of Chinese that stand on the other
// sides of the word between them: 甲比乙高 for 乙比甲高.
func checkHanOrder(f *findings, p piece, a *alignment) {
	c, w := a.claim, a.witness
	if !c.zh {
		return
	}
	for v := p.from + 1; v < p.to-1; v++ {
		from, to := v, v+1
		wv := a.found[v]
		if c.elems[v].kind != elemHan {
			continue
		}
		if c.elems[v].word == "比" {
			if wv = w.index("比"); wv < 0 {
				continue
			}
		} else if wv < 0 || a.found[v-1] == wv-1 {
			continue
		}
		for to < p.to && a.found[to] == wv+to-from {
			to++
		}
		if c.elems[v].word != "比" && to-from < 2 {
			continue
		}
		predicate := strings.ContainsAny(a.words(from, to), "为是于有在了比")
		if c.elems[v].word != "比" && c.passiveAt(v) != w.passiveAt(wv) {
			continue
		}
		l, r := a.beforeRun(from, p.from, predicate), a.afterRun(to, p.to)
		if l >= 0 && r >= 0 && a.found[l] >= wv+to-from && a.found[r] < wv && c.elems[l].clause == c.elems[r].clause {
			f.add(Unsupported, "what stands around %q has changed places", a.words(from, to))
			return
		}
	}
}

// passiveAt reports a 被 or 由 in the clause of element i.
func (s *sentence) passiveAt(i int) bool {
	for j := range s.elems {
		if e := &s.elems[j]; e.clause == s.elems[i].clause && (e.word == "被" || e.word == "由") {
			return true
		}
	}
	return false
}

// index is the first element with that word, or -1.
func (s *sentence) index(word string) int {
	for j := range s.elems {
		if s.elems[j].word == word {
			return j
		}
	}
	return -1
}

// beforeRun is the content element before i that the witness has as part of a
// run of two at least, with nothing but function words between; -1 if none.
func (a *alignment) beforeRun(i, from int, predicate bool) int {
	for k := i - 1; k > from; k-- {
		e := &a.claim.elems[k]
		if e.word == "的" && !predicate {
			return -1
		}
		if e.stop {
			continue
		}
		if a.found[k] >= 0 && a.found[k-1] == a.found[k]-1 {
			return k
		}
		return -1
	}
	return -1
}

func (a *alignment) afterRun(i, to int) int {
	for k := i; k+1 < to; k++ {
		e := &a.claim.elems[k]
		if e.word == "的" {
			return -1
		}
		if e.stop {
			continue
		}
		if a.found[k] >= 0 && a.found[k+1] == a.found[k]+1 {
			return k
		}
		return -1
	}
	return -1
}
