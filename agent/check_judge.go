package agent

import (
	"fmt"
	"strings"
)

// enoughWords is the share of a claim's content, by weight, that must stand in
// its quotes for it to be supported; littleWords that below which nothing
// speaks for it; enoughSaid is the share of what follows the claim's subject;
// almostAll is that from which a sentence is what a clause was taken from.
const (
	enoughWords = 0.55
	littleWords = 0.25
	enoughSaid  = 0.34
	almostAll   = 0.95
)

// A finding is what one part of the check has to say against a claim.
type finding struct {
	verdict Verdict
	why     string
}

// findings collects them; the first of the worst verdict is told.
type findings []finding

func (f *findings) add(v Verdict, format string, args ...any) {
	*f = append(*f, finding{v, fmt.Sprintf(format, args...)})
}

func (f findings) judgement() Judgement {
	j := Judgement{Verdict: Supported}
	for _, x := range f {
		if x.verdict == Unsupported {
			return Judgement{Unsupported, x.why}
		}
		if j.Verdict == Supported {
			j = Judgement{x.verdict, x.why}
		}
	}
	return j
}

// judge holds a claim to its evidence; it says besides how like the claim the
// sentence is that is most like it.
func judge(claim sentence, ev evidence) (Judgement, float64) {
	if len(ev.sents) == 0 {
		return Judgement{Unsupported, "its quotes hold no words"}, 0
	}
	if ev.verbatim(&claim) {
		return Judgement{Verdict: Supported}, 1
	}
	ev.markNames(&claim)
	first := nameFirst(&claim, ev)
	all := make([]*alignment, len(ev.sents))
	like := 0.0
	for i := range ev.sents {
		all[i] = align(&claim, &ev.sents[i].sentence)
		all[i].page = ev.sents[i].context.text
		like = max(like, all[i].likeness())
	}
	var f findings
	pieces := partClaim(&claim, all)
	for _, p := range pieces {
		checkPiece(&f, p, ev, all)
	}
	checkSwaps(&f, ev, all)
	checkAdded(&f, ev, all)
	checkCoverage(&f, pieces, ev, all)
	if first && !elsewhere(0, all) {
		f.add(Weak, "its quotes do not say %q", claim.elems[0].word)
	}
	return f.judgement(), like
}

// A piece is a stretch of a claim's elements that rests on one witness.
type piece struct {
	from, to int
	witness  int
	first    bool
}

// partClaim decides which witness carries which part of the claim: one for
// all of it where one carries about as much as all together, otherwise the best for each clause.
func partClaim(c *sentence, all []*alignment) []piece {
	n := len(c.elems)
	best, bestShare := 0, -100.0
	for k, a := range all {
		s := a.support(0, n) + 0.05*a.ordered()
		for i := range c.elems {
			if e := &c.elems[i]; (e.kind == elemNum || e.kind == elemDate) && a.found[i] < 0 {
				s -= 0.5
			}
		}
		if s > bestShare {
			best, bestShare = k, s
		}
	}
	whole := []piece{{0, n, best, true}}
	if len(all) == 1 || bestShare >= 1 {
		return whole
	}
	var out []piece
	gain := 0.0
	for from := 0; from < n; {
		prev := best
		if len(out) > 0 {
			prev = out[len(out)-1].witness
		}
		to := c.stretch(from, func(i, k int) bool { return len(out) > 0 && all[prev].allFound(i, k) })
		w, s := best, all[best].support(from, to)
		base := s
		lacks := lacking(c, all[best], from, to)
		for k, a := range all {
			if t := a.support(from, to); t > s+0.15 && (lacks || t >= almostAll) && !all[best].loses(a, from, to) {
				w, s = k, t
			}
		}
		if !c.hasWords(from, to) && all[prev].allFound(from, to) {
			w = prev
		}
		gain += (s - base) * float64(to-from) / float64(n)
		if k := len(out); k > 0 && out[k-1].witness == w {
			out[k-1].to = to
		} else {
			out = append(out, piece{from, to, w, len(out) == 0})
		}
		from = to
	}
	if gain < 0.08 {
		return whole
	}
	return out
}

// stretch is where the clauses end that are judged together from element from
// on: one with words of its own and, before it, those that have none, unless
// they go with what stands before; what has no words at the end as well.
func (s *sentence) stretch(from int, goesBefore func(i, k int) bool) int {
	n := len(s.elems)
	for to := from; ; {
		end := to + 1
		for end < n && s.elems[end].clause == s.elems[end-1].clause {
			end++
		}
		if end >= n || !s.hasWords(end, n) {
			return n
		}
		if s.hasWords(from, end) || goesBefore(from, end) {
			return end
		}
		to = end
	}
}

// hasWords reports whether there is content besides names and numbers from one element to another.
func (s *sentence) hasWords(from, to int) bool {
	for i := from; i < to; i++ {
		if e := &s.elems[i]; !e.stop && !e.anchor() {
			return true
		}
	}
	return false
}

// loses reports whether other lacks an anchor that best has between from and to.
func (best *alignment) loses(other *alignment, from, to int) bool {
	c := best.claim
	for i := from; i < to; i++ {
		if c.elems[i].anchor() && best.found[i] >= 0 && other.found[i] < 0 {
			return true
		}
	}
	return false
}

// lacking reports whether the alignment lacks an anchor of the claim, or most of its words, between from and to.
func lacking(c *sentence, a *alignment, from, to int) bool {
	for i := from; i < to; i++ {
		if c.elems[i].anchor() && a.found[i] < 0 {
			return true
		}
	}
	return a.carried(from, to) < 0.5
}

// checkPiece checks one piece of the claim against its witness.
func checkPiece(f *findings, p piece, ev evidence, all []*alignment) {
	a := all[p.witness]
	w := &ev.sents[p.witness]
	checkFacts(f, p, ev, all)
	checkTurns(f, p, a)
	checkOpposites(f, p, a)
	checkOrder(f, p, a)
	checkHanOrder(f, p, a)
	checkRoles(f, p, a)
	checkBorrowed(f, p, a)
	checkPlaces(f, p, a)
	checkNumbers(f, p, ev, all)
	checkJoint(f, p, ev, all)
	checkLifespan(f, p, a)
	checkPairs(f, p, a)
	checkNearest(f, p, a)
	checkSlots(f, p, a, w)
	if !p.first {
		checkSubject(f, p, w, a)
	}
}

// checkCoverage demands that enough of the claim's words stand in its quotes:
// those of the pages that carry its pieces, all their quotes together; and of
// what it says of its subject, enough as well.
func checkCoverage(f *findings, pieces []piece, ev evidence, all []*alignment) {
	c := all[0].claim
	var have, weight, said, rest float64
	words := false // some word, not only numbers and names, is there
	begun := false // past the words that the claim begins with
	for _, p := range pieces {
		home := ev.sents[p.witness].context.text
		for i := p.from; i < p.to; i++ {
			e := &c.elems[i]
			if e.stop || e.sig != 0 {
				begun = begun || i > 0
				continue
			}
			w, found := e.weight(), false
			for k, a := range all {
				found = found || a.found[i] >= 0 && (k == p.witness || ev.sents[k].context.text == home)
			}
			weight += w
			if found {
				have += w
			}
			words = words || found && !e.anchor()
			if begun && !e.name {
				rest += w
				if found {
					said += w
				}
			}
		}
	}
	switch {
	case weight == 0:
	case have < littleWords*weight:
		f.add(Unsupported, "its quotes say hardly any of its words")
	case !words && have < weight && c.zh != ev.sents[pieces[0].witness].zh:
		f.add(Weak, "its quotes are in another language, and only its numbers and names can be compared")
	case have < enoughWords*weight, said < enoughSaid*rest:
		f.add(Weak, "its quotes say only some of its words")
	}
}

// checkSubject demands, of a later piece that rests on another witness, that
// this one is about the same thing as the claim.
func checkSubject(f *findings, p piece, w *witness, a *alignment) {
	c := a.claim
	first := -1
	for i := range c.elems {
		if c.elems[i].name || c.elems[i].kind == elemHan && !c.elems[i].stop {
			first = i
			break
		}
	}
	if first < 0 || first >= p.from || a.found[first] >= 0 {
		return
	}
	e := &c.elems[first]
	if e.kind == elemHan {
		end := first + 1
		for end < len(c.elems) && end < first+4 && c.elems[end].kind == elemHan && !c.elems[end].stop {
			end++
		}
		head := c.text[e.start:c.elems[end-1].end]
		if strings.Contains(w.context.text, head) {
			return
		}
	} else if nameNear(e, a, w) {
		return
	}
	for i := p.from; i < p.to; i++ {
		if c.elems[i].name && a.found[i] >= 0 {
			return // it has a subject of its own
		}
	}
	if a.wholly(p) {
		return // it says all of that sentence, its subject included
	}
	f.add(Unsupported, "it joins what different quotes say of different things")
}

// wholly reports whether the piece is its witness, word for word and to the end.
func (a *alignment) wholly(p piece) bool {
	if a.carried(p.from, p.to) < almostAll {
		return false
	}
	have, all := 0, 0
	for j := range a.witness.elems {
		if !a.witness.elems[j].stop {
			all++
			if a.used[j] {
				have++
			}
		}
	}
	return 10*have >= 9*all
}
