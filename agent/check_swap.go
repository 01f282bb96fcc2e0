package agent

import (
	"strings"
)

// nearCopy is the share of a claim's content that must stand in one sentence,
// in order, for that sentence to be what the claim copies: then what the claim
// has in place of a stretch of it, or beside it, is held against the claim
// wherever else its words may stand.
const nearCopy = 0.6

// scattered is what an element in order counts for where its neighbour in the
// claim is not its neighbour in the witness.
const scattered = 0.85

// likeness is the share of the claim's content that stands in order in the
// witness; what stands there in one stretch with what is before it counts more.
func (a *alignment) likeness() float64 {
	var have, all float64
	for i := range a.claim.elems {
		e := &a.claim.elems[i]
		if e.stop {
			continue
		}
		w := e.weight()
		all += w
		switch {
		case a.at[i] < 0:
		case i > 0 && a.at[i] > 0 && a.at[i-1] != a.at[i]-1:
			have += scattered * w
		default:
			have += w
		}
	}
	if all == 0 {
		return 0
	}
	if a.oneGap() {
		return max(have/all, oneGapLike)
	}
	return have / all
}

// oneGapLike is how like a claim at least the sentence is that it repeats but
// for one stretch.
const oneGapLike = 0.8

// oneGap reports whether claim and witness are the same but for one stretch of
// each, not the longer part of the claim.
func (a *alignment) oneGap() bool {
	n, m := len(a.claim.elems), len(a.witness.elems)
	if n != len(a.at) || n < 3 {
		return false
	}
	head, tail, words := 0, 0, 0
	for head < n && head < m && a.at[head] == head {
		head++
	}
	for tail < n-head && tail < m-head && a.at[n-1-tail] == m-1-tail {
		tail++
	}
	for i := range n {
		if (i < head || i >= n-tail) && !a.claim.elems[i].stop {
			words++
		}
	}
	same := head + tail
	return words > 0 && same >= 3 && same < m && 2*same >= n
}

// checkSwaps holds the claim to every sentence of its quotes that it copies
// closely, whichever of them its pieces rest on.
func checkSwaps(f *findings, ev evidence, all []*alignment) {
	like := make([]float64, len(all))
	for k, a := range all {
		like[k] = a.likeness()
	}
	for k, a := range all {
		if like[k] < nearCopy {
			continue
		}
		whole := piece{0, len(a.claim.elems), k, true}
		for _, g := range a.gaps(whole) {
			if g.c1 == g.c0 || carriedElsewhere(g, k, all, like) {
				continue
			}
			g = a.trimmed(g)
			a.swapped(f, g, ev.near(k))
			if g.w1 > g.w0 && len(all) > 1 {
				a.anchorSlot(f, g)
			}
		}
	}
}

// carriedElsewhere reports whether another sentence of the quotes has what the
// claim has in the gap: one as like the claim, or, for whole clauses, any.
func carriedElsewhere(g gap, k int, all []*alignment, like []float64) bool {
	c := all[k].claim
	_, n := content(c, g.c0, g.c1)
	clauses := n >= 3 && (c.clauseAt(g.c0) || c.clauseAt(g.c0-1) || c.clauseAt(g.c0-2)) && (c.closes(g.c1) || c.closes(g.c1+1))
	for m, a := range all {
		if m != k && a.clauseOf(g) {
			return true
		}
		if m == k || like[m] < like[k] && !clauses {
			continue
		}
		miss := 0
		for i := g.c0; i < g.c1; i++ {
			if e := &c.elems[i]; !e.stop && (a.found[i] < 0 || clauses && a.at[i] < 0) {
				miss++
			}
		}
		if miss == 0 || clauses && 5*miss <= n {
			return true
		}
	}
	return false
}

// clauseOf reports whether the gap's stretch of the claim is a whole clause of
// the witness.
func (a *alignment) clauseOf(g gap) bool {
	first, last, n := -1, -1, 0
	for i := g.c0; i < g.c1; i++ {
		if a.claim.elems[i].stop {
			continue
		}
		j := a.at[i]
		if j < 0 {
			return false
		}
		if first < 0 {
			first = j
		}
		last = j
		n++
	}
	if n < 2 {
		return false
	}
	w := a.witness
	for first > 0 && !w.opens(first) && w.elems[first-1].stop {
		first--
	}
	for last+1 < len(w.elems) && !w.closes(last+1) && w.elems[last+1].stop {
		last++
	}
	return w.opens(first) && w.closes(last+1)
}

// clauseAt reports whether element i begins a clause.
func (s *sentence) clauseAt(i int) bool { return i >= 0 && i < len(s.elems) && s.opens(i) }

// near are the texts that may tell of what sentence k only points to: what
// stands before its quote, and the sentences before it in the quotes.
func (ev evidence) near(k int) []string {
	w := &ev.sents[k]
	out := []string{w.context.before().text}
	for n := 0; n < k; n++ {
		if ev.sents[n].context.text == w.context.text {
			out = append(out, ev.sents[n].text)
		}
	}
	return out
}

// context is how many elements before a gap (d = -1) or behind it (d = 1)
// stand alike in claim and witness without a break; the end of both counts
// two, as does a clause's.
func (a *alignment) context(g gap, d int) int {
	c, w := a.claim, a.witness
	i, j, n := g.c0-1, g.w0-1, 0
	if d > 0 {
		i, j = g.c1, g.w1
	}
	for i >= 0 && i < len(c.elems) && j >= 0 && j < len(w.elems) && a.at[i] == j && n < 4 {
		i, j, n = i+d, j+d, n+1
	}
	switch {
	case n > 1:
	case d < 0 && (i < 0 || c.opens(i+1)) && w.opens(j+1), d > 0 && c.closes(i) && w.closes(j):
		n += 2
	}
	return n
}

// swapped finds a stretch of the claim that its witness does not have, in the
// place where the witness has another or nothing.
func (a *alignment) swapped(f *findings, g gap, near []string) {
	left, right := a.context(g, -1), a.context(g, 1)
	if left == 0 || right == 0 || left+right < 3 {
		return
	}
	alien := a.alien(g)
	if alien.han+alien.words == 0 {
		if theirs, free := a.unsaid(g); free >= 2 && left > 1 && right > 1 && a.elsewhere(g) {
			f.add(Unsupported, "it says %q where its quote says %q", a.words(g.c0, g.c1), theirs)
		}
		return // other names and numbers have their own checks
	}
	mine := a.words(alien.from, alien.to)
	theirs, free := a.unsaid(g)
	if free == 0 {
		if !a.points(g) || !a.allNear(alien, near) {
			a.inserted(f, alien, near)
		}
		return
	}
	switch {
	case a.excused(mine, theirs, alien) || pointing(theirs) && within(mine, near):
	case alien.han >= 2, alien.words >= 2, alien.words == 1 && a.otherWord(g, alien.from, min(left, right), free):
		f.add(Unsupported, "it says %q where its quote says %q", mine, theirs)
	}
}

// otherWord reports whether the one strange word at x, in a gap where the
// witness says that many others, is no other word for the same: it stands for
// a name, or alone in a close copy, or in a noun's place where the page uses it otherwise.
func (a *alignment) otherWord(g gap, x, context, others int) bool {
	w := a.witness
	switch {
	case a.onlyNames(g):
		return true
	case context > 1 && others <= 3 && w.elems[g.w0].clause == w.elems[g.w1-1].clause && a.likeness() >= oneGapLike:
		return true
	}
	return a.nounSlot(x, g) && (others > 1 || strings.Contains(a.page, a.claim.elems[x].word))
}

// points reports a word on the witness's side of a gap that points to what was named before.
func (a *alignment) points(g gap) bool {
	for y := g.w0; y < g.w1; y++ {
		switch a.witness.elems[y].word {
		case "it", "its", "he", "his", "she", "her", "they", "their", "them", "both", "these", "those", "this", "that", "which", "who",
			"它", "他", "她", "其", "该", "此", "这", "两", "双":
			return true
		}
	}
	return false
}

// allNear reports whether each word of a strange run stands near.
func (a *alignment) allNear(s strange, near []string) bool {
	for i := s.from; i < s.to; i++ {
		if e := &a.claim.elems[i]; !e.stop && !within(a.claim.text[e.start:e.end], near) && !within(e.key, near) {
			return false
		}
	}
	return true
}

// inserted judges what a close copy has more than its witness: a few words may
// name what the witness only points to.
func (a *alignment) inserted(f *findings, s strange, near []string) {
	mine := a.words(s.from, s.to)
	if within(mine, near) {
		return
	}
	switch {
	case s.han >= 4, s.words >= 2, s.han >= 2 && s.from > 0 && a.at[s.from-1] < 0 && leads(a.claim.elems[s.from-1].word):
		f.add(Unsupported, "it adds %q, which its quote does not say", mine)
	case s.han == 3:
		f.add(Weak, "it adds %q, which its quote does not say", mine)
	}
}

// leads reports a Chinese preposition: what follows says where, with whom, by whom or why.
func leads(w string) bool {
	switch w {
	case "在", "于", "由", "被", "与", "和", "同", "跟", "因", "为", "向", "对", "从", "据":
		return true
	}
	return false
}

func within(s string, texts []string) bool {
	for _, t := range texts {
		if strings.Contains(t, s) {
			return true
		}
	}
	return false
}

// strange counts what a stretch of a claim has that its witness has not.
type strange struct{ from, to, han, words, anchors int }

// alien looks at the claim's side of a gap: what has content and stands nowhere
// in the witness, or there only for what the claim says in order elsewhere.
func (a *alignment) alien(g gap) strange {
	s := strange{from: -1}
	for x := g.c0; x < g.c1; x++ {
		e := &a.claim.elems[x]
		if e.stop || e.sig != 0 || a.found[x] >= 0 && !a.doubled(x) {
			continue
		}
		if s.from < 0 {
			s.from = x
		}
		s.to = x + 1
		switch {
		case e.anchor():
			s.anchors++
		case e.kind == elemHan:
			s.han++
		default:
			s.words++
		}
	}
	if s.han > 0 {
		a.widen(&s, g)
	}
	return s
}

// widen takes in the characters around a strange run that are function words
// in other company, as the first two of 共和党 are.
func (a *alignment) widen(s *strange, g gap) {
	c := a.claim
	free := func(i int) bool {
		e := &c.elems[i]
		return e.kind == elemHan && e.stop && a.at[i] < 0 && !strings.Contains(particles, e.word)
	}
	for s.from > g.c0 && free(s.from-1) && c.elems[s.from-1].end == c.elems[s.from].start {
		s.from--
		s.han++
	}
	for s.to < g.c1 && free(s.to) && c.elems[s.to].start == c.elems[s.to-1].end {
		s.to++
		s.han++
	}
}

// particles are characters that are no part of a name.
const particles = "的了是在着过也都就把被由于从而则并又其该此这那所会可须需将曾已约近当每各"

// doubled reports whether the witness element that stands for claim element x
// out of order already stands for another in order.
func (a *alignment) doubled(x int) bool {
	if a.at[x] >= 0 {
		return false
	}
	for i, j := range a.at {
		if i != x && j == a.found[x] {
			return true
		}
	}
	return false
}

// unsaid is what the witness's side of a gap says and the claim nowhere, and
// how much of it there is: Han characters and words.
func (a *alignment) unsaid(g gap) (string, int) {
	from, to, n := -1, -1, 0
	for y := g.w0; y < g.w1; y++ {
		e := &a.witness.elems[y]
		if e.stop || a.used[y] || e.sig != 0 && !e.anchor() {
			continue
		}
		if from < 0 {
			from = y
		}
		to = y + 1
		n++
	}
	if n == 0 {
		return "", 0
	}
	return a.witness.text[a.witness.elems[from].start:a.witness.elems[to-1].end], n
}

// onlyNames reports that the witness's side of a gap says names alone.
func (a *alignment) onlyNames(g gap) bool {
	for y := g.w0; y < g.w1; y++ {
		if e := &a.witness.elems[y]; !e.stop && !a.used[y] && !e.name {
			return false
		}
	}
	return true
}

// excused reports whether what the claim says may well be another way of
// saying what the witness does: a shorter or longer form, initials, another
// name that the page gives, or much the same characters.
func (a *alignment) excused(mine, theirs string, s strange) bool {
	if shortened(mine, theirs) || aliasOnPage(a.page, mine, theirs) {
		return true
	}
	if s.words > 0 {
		return initials(theirs) == mine || initials(mine) == theirs
	}
	return alikeHan(mine, theirs)
}
