package agent

import (
	"math"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
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

// same reports whether claim element a is carried by witness element b.
func same(a, b *elem) bool {
	if b.outside {
		return false
	}
	if a.kind != b.kind {
		return a.kind == elemNum && b.kind == elemDate && yearIs(a, b) || a.kind == elemDate && b.kind == elemNum && yearIs(b, a)
	}
	switch a.kind {
	case elemNum:
		return sameQuantity(a.qty, b.qty)
	case elemDate:
		return sameDate(a.date, b.date)
	}
	return a.key == b.key || a.kind == elemWord && !a.stop && !b.stop && kindred(a, b)
}

// yearIs reports whether the number n and the date d are the same bare year.
func yearIs(n, d *elem) bool {
	return d.date.Month == 0 && n.qty.Value == float64(d.date.Year) && (n.qty.Unit == "" || n.qty.Unit == "year")
}

// kindred reports whether two words are forms or synonyms of each other.
func kindred(a, b *elem) bool {
	if synonyms(a.word, b.word) || synonyms(a.key, b.key) {
		return true
	}
	if a.name != b.name && (a.name || b.name) {
		return demonym(a.word, b.word)
	}
	if a.name {
		return demonym(a.word, b.word)
	}
	n := 0
	for n < len(a.key) && n < len(b.key) && a.key[n] == b.key[n] {
		n++
	}
	short := min(len(a.key), len(b.key))
	return n >= 5 && n >= short-1 && max(len(a.key), len(b.key))-n <= 4 && !opposed(a.word, b.word)
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

// sameQuantity reports whether the claim's quantity is carried by the
// evidence's: equal values in compatible units, or, where the claim says
// about, a value that rounds to the claim's.
func sameQuantity(c, e lang.Quantity) bool {
	cv, ev := c.Value, e.Value
	if c.Unit != e.Unit {
		cf, cb := unitScale(c.Unit)
		ef, eb := unitScale(e.Unit)
		if cb != "" && cb == eb {
			cv *= cf
			ev *= ef
		} else if !unitsAgree(c.Unit, e.Unit) {
			return false
		}
	}
	if near(cv, ev, 1e-6) {
		return true
	}
	return c.Approx && roundsTo(ev, cv)
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*math.Max(math.Abs(a), math.Abs(b))
}

// roundsTo reports whether v, rounded to the digits that r is given with, is r.
func roundsTo(v, r float64) bool {
	if r == 0 || v == 0 || (v < 0) != (r < 0) || !near(v, r, 0.1) {
		return false
	}
	step := math.Pow(10, math.Floor(math.Log10(math.Abs(r))))
	for i := 0; i < 12; i++ {
		if near(math.Round(r/step)*step, r, 1e-9) {
			return near(math.Round(v/step)*step, r, 1e-9)
		}
		step /= 10
	}
	return false
}

// unitsAgree reports whether two units can stand for each other: a bare number
// takes the count words, and pounds are money or weight.
func unitsAgree(c, e string) bool {
	loose := func(u string) bool { return u == "" || u == "person" || u == "times" || u == "floor" || u == "word" }
	if loose(c) && loose(e) {
		return true
	}
	pair := func(a, b string) bool { return c == a && e == b || c == b && e == a }
	return pair("pound", "GBP") || pair("pound", "lb") || pair("degree", "°C") || pair("degree", "°F") ||
		pair("CNY", "JPY")
}

// unitScale gives the factor of a unit to the base of its dimension; "" where
// it is not converted.
func unitScale(u string) (float64, string) {
	switch u {
	case "km":
		return 1000, "m"
	case "m":
		return 1, "m"
	case "cm":
		return 0.01, "m"
	case "mm":
		return 0.001, "m"
	case "kg":
		return 1000, "g"
	case "g":
		return 1, "g"
	case "mg":
		return 0.001, "g"
	case "tonne":
		return 1e6, "g"
	case "litre":
		return 1000, "ml"
	case "ml":
		return 1, "ml"
	case "hectare":
		return 1e4, "m2"
	case "m2":
		return 1, "m2"
	case "km2":
		return 1e6, "m2"
	case "kW":
		return 1e3, "W"
	case "MW":
		return 1e6, "W"
	case "GW":
		return 1e9, "W"
	case "W":
		return 1, "W"
	case "hour":
		return 60, "minute"
	case "minute":
		return 1, "minute"
	case "day":
		return 1, "day"
	case "week":
		return 7, "day"
	case "year":
		return 12, "month"
	case "month":
		return 1, "month"
	case "decade":
		return 1, "decade"
	}
	return 0, ""
}

// sameDate reports whether the claim's date is carried by the evidence's:
// every part that the claim names is that of the evidence, or lacking there.
func sameDate(c, e lang.Date) bool {
	part := func(a, b int) bool { return a == 0 || b == 0 || a == b }
	if !part(c.Year, e.Year) || !part(c.Month, e.Month) || !part(c.Day, e.Day) {
		return false
	}
	if c.Day > 0 && e.Day == 0 || c.Month > 0 && e.Month == 0 {
		return false
	}
	return c.Year > 0 && e.Year > 0 || c.Month > 0 && e.Month > 0
}

// demonym reports whether one word is the people or adjective of the other.
func demonym(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 {
		return aliases(a, b)
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	if n >= 4 && n >= len(a)-2 {
		for _, s := range [...]string{"n", "an", "ian", "ese", "ish", "ic", "i", "ans", "ians", "ns", "s", "er", "ers", "ean", "eans"} {
			if strings.HasSuffix(b[n:], s) && len(b)-n <= len(s)+1 {
				return true
			}
		}
	}
	return aliases(a, b)
}
