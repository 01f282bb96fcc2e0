package agent

import (
	"math"
	"strings"
)

// maxElems bounds what is aligned, so that a check stays quick on absurd input.
const maxElems = 400

// An alignment says which elements of a claim stand in a witness, and where.
type alignment struct {
	claim   *sentence
	witness *sentence
	// at gives, for each element of the claim, the element of the witness that
	// stands in order for it, or -1.
	at []int
	// found gives any element of the witness that stands for it, in order or not, or -1.
	found []int
	used  []bool // elements of the witness that some element of the claim stands for
	page  string // the snapshot that the witness stands in
}

// weight is what an element counts for in an alignment.
func (e *elem) weight() float64 {
	switch {
	case e.kind == elemNum || e.kind == elemDate:
		return 2
	case e.name:
		return 1.5
	case e.stop:
		return 0.15
	case e.kind == elemHan:
		return 0.6
	}
	return 1
}

// align finds the best common order of claim and witness.
func align(c, w *sentence) *alignment {
	n, m := min(len(c.elems), maxElems), min(len(w.elems), maxElems)
	a := &alignment{claim: c, witness: w, at: fill(len(c.elems), -1), found: fill(len(c.elems), -1), used: make([]bool, len(w.elems))}
	eq := make([]bool, (n+1)*(m+1))
	score := make([]float32, (n+1)*(m+1))
	row := m + 1
	for i := 1; i <= n; i++ {
		ce := &c.elems[i-1]
		wt := float32(ce.weight())
		for j := 1; j <= m; j++ {
			k := i*row + j
			best := max(score[k-1], score[k-row])
			if same(ce, &w.elems[j-1]) {
				eq[k] = true
				s := score[k-row-1] + wt
				if eq[k-row-1] {
					s += 0.3
				}
				best = max(best, s)
			}
			score[k] = best
		}
	}
	a.trace(eq, score, n, m)
	a.dropIsolated()
	a.findMoved(eq, n, m)
	a.findSynonyms()
	return a
}

func fill(n, v int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// trace reads the best path back.
func (a *alignment) trace(eq []bool, score []float32, n, m int) {
	row := m + 1
	for i, j := n, m; i > 0 && j > 0; {
		k := i*row + j
		bonus := float32(a.claim.elems[i-1].weight())
		if eq[k-row-1] {
			bonus += 0.3
		}
		switch {
		case eq[k] && math.Abs(float64(score[k]-score[k-row-1]-bonus)) < 1e-4:
			a.at[i-1] = j - 1
			i, j = i-1, j-1
		case score[k] == score[k-row]:
			i--
		default:
			j--
		}
	}
}

// dropIsolated undoes matches of single Han characters and of function words
// that nothing beside them shares: they are chance.
func (a *alignment) dropIsolated() {
	next := func(i, d int) bool {
		j := i + d
		return j >= 0 && j < len(a.at) && a.at[j] >= 0 && a.at[j] == a.at[i]+d
	}
	for i, j := range a.at {
		if j < 0 {
			continue
		}
		if e := &a.claim.elems[i]; (e.kind == elemHan || e.stop) && !next(i, 1) && !next(i, -1) {
			a.at[i] = -2
		}
	}
	for i, j := range a.at {
		if j == -2 {
			a.at[i] = -1
		}
		if a.at[i] >= 0 {
			a.found[i] = a.at[i]
			a.used[a.at[i]] = true
		}
	}
}

// findMoved finds, for what does not stand in order, another place in the
// witness: words and anchors singly, Han characters in runs of two at least.
func (a *alignment) findMoved(eq []bool, n, m int) {
	row := m + 1
	for i := 0; i < n; i++ {
		e := &a.claim.elems[i]
		if a.found[i] >= 0 {
			continue
		}
		if e.kind != elemHan {
			for pass := 0; pass < 2 && a.found[i] < 0; pass++ {
				for j := 0; j < m; j++ {
					if eq[(i+1)*row+j+1] && (pass == 1 || !a.used[j]) {
						a.found[i] = j
						a.used[j] = true
						break
					}
				}
			}
			continue
		}
		best, bestLen := -1, 1
		for j := 0; j < m; j++ {
			k := 0
			for i+k < n && j+k < m && eq[(i+k+1)*row+j+k+1] && a.claim.elems[i+k].kind == elemHan {
				k++
			}
			back := 0
			if k > 0 && i > 0 && j > 0 && eq[i*row+j] {
				back = 1
			}
			if k+back > bestLen {
				best, bestLen = j, k+back
			}
		}
		if best >= 0 {
			for k := 0; k < bestLen && i+k < n && best+k < m && eq[(i+k+1)*row+best+k+1]; k++ {
				if a.found[i+k] < 0 {
					a.found[i+k] = best + k
					a.used[best+k] = true
				}
			}
		}
	}
}

// findSynonyms finds, for words of Han characters that the witness lacks,
// others that say the same there.
func (a *alignment) findSynonyms() {
	c, w := a.claim, a.witness
	if !c.zh && !w.zh {
		return
	}
	for i := range c.elems {
		if c.elems[i].kind != elemHan {
			continue
		}
		for n := min(5, len(c.elems)-i); n > 0; n-- {
			word, ok := c.hanWord(i, n)
			if !ok || a.allFound(i, i+n) {
				continue
			}
			if j, k := w.find(synonymsOf(word)); k > 0 {
				for x := i; x < i+n; x++ {
					if a.found[x] < 0 {
						a.found[x] = j + min(x-i, k-1)
					}
				}
				for x := j; x < j+k; x++ {
					a.used[x] = true
				}
				break
			}
		}
	}
}

func (a *alignment) allFound(from, to int) bool {
	for i := from; i < to; i++ {
		if a.found[i] < 0 {
			return false
		}
	}
	return true
}

// hanWord is the word of n Han characters at element i, folded.
func (s *sentence) hanWord(i, n int) (string, bool) {
	if n == 1 {
		return s.elems[i].key, true
	}
	var b [15]byte
	out := b[:0]
	for k := i; k < i+n; k++ {
		e := &s.elems[k]
		if e.kind != elemHan || k > i && e.start != s.elems[k-1].end || len(e.key) > 3 {
			return "", false
		}
		out = append(out, e.key...)
	}
	return string(out), true
}

// find returns where one of the words of Han characters stands: the index of
// its first element and their number, 0 where none does.
func (s *sentence) find(words []string) (int, int) {
	for _, word := range words {
		if at := strings.Index(s.text, word); at >= 0 {
			first, n := -1, 0
			for j := range s.elems {
				if e := &s.elems[j]; e.start >= at && e.start < at+len(word) {
					if first < 0 {
						first = j
					}
					n++
				}
			}
			if n > 0 && s.elems[first].kind == elemHan {
				return first, n
			}
		}
	}
	return 0, 0
}

// carried is the share of the claim's weight between from and to that stands
// in the witness; function words count nothing.
func (a *alignment) carried(from, to int) float64 {
	var have, all float64
	for i := from; i < to; i++ {
		e := &a.claim.elems[i]
		if e.stop {
			continue
		}
		w := e.weight()
		all += w
		if a.found[i] >= 0 {
			have += w
		}
	}
	if all == 0 {
		return 1
	}
	return have / all
}

// support is carried with names counting less: a pronoun may stand for them.
func (a *alignment) support(from, to int) float64 {
	var have, all float64
	for i := from; i < to; i++ {
		e := &a.claim.elems[i]
		if e.stop {
			continue
		}
		w := e.weight()
		if e.name {
			w = 0.5
		}
		all += w
		if a.found[i] >= 0 {
			have += w
		}
	}
	if all == 0 {
		return 1
	}
	return have / all
}

// ordered is the share of the claim's elements that stand in order in the witness.
func (a *alignment) ordered() float64 {
	n := 0
	for _, j := range a.at {
		if j >= 0 {
			n++
		}
	}
	return float64(n) / float64(max(1, len(a.at)))
}
