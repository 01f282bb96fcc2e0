package engine

import (
	"math"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// A readUnit is a content word of the question, or a pair of Han characters of it.
type readUnit struct {
	text   string
	id     uint32
	group  uint16
	weight float64 // inverse document frequency, and more for names
	name   bool
	number bool
	han    bool
	key    bool // next to the question word: the verb or noun that is asked about
}

// An asked question is an analysis made ready for matching.
type asked struct {
	Analysis
	units   []readUnit
	total   float64 // of the units' weights
	byID    map[uint32]int
	byGroup map[uint16]int
	chars   map[uint32]bool // of Han characters
	runes   []rune          // of the core, without spaces
	numbers []wordNumber
	head    uint32
	key     int // index of the unit that the question turns on, -1
}

// readAsked prepares the question; idf weighs a unit.
func readAsked(a Analysis, idf func(uint32, string) float64) *asked {
	q := &asked{Analysis: a, byID: map[uint32]int{}, byGroup: map[uint16]int{}, chars: map[uint32]bool{}, key: -1}
	q.runes, q.numbers = []rune(strings.ReplaceAll(a.Core, " ", "")), wordNumbers(a.Text)
	names := map[string]bool{}
	for _, n := range a.Names {
		for _, t := range lang.Words(n) {
			names[t.Text] = true
		}
	}
	toks := readTokens(a.Core)
	for i, t := range toks {
		switch {
		case t.kind == lang.KindHan:
			q.chars[t.id] = true
			if t.pair != 0 {
				q.addUnit(readUnit{text: t.text + toks[i+1].text, id: t.pair, group: t.group, han: true, name: names[t.text] && names[toks[i+1].text]}, idf)
			} else if lonelyHan(toks, i) && !t.stop {
				q.addUnit(readUnit{text: t.text, id: t.id, han: true}, idf)
			}
		case t.stop:
		default:
			q.addUnit(readUnit{text: t.text, id: t.id, group: t.group, name: names[t.text], number: t.kind == lang.KindNumber}, idf)
		}
	}
	if a.Head != "" {
		q.head = hashText(lang.Stem(a.Head))
	}
	q.findKey()
	return q
}

func lonelyHan(toks []readToken, i int) bool {
	return toks[i].pair == 0 && (i == 0 || toks[i-1].pair == 0)
}

func (q *asked) addUnit(u readUnit, idf func(uint32, string) float64) {
	if _, ok := q.byID[u.id]; ok {
		return
	}
	u.weight = idf(u.id, u.text)
	if u.name {
		u.weight *= 1.3
	}
	if u.number {
		u.weight *= 1.2
	}
	q.byID[u.id] = len(q.units)
	if u.group != 0 {
		q.byGroup[u.group] = len(q.units)
	}
	q.units = append(q.units, u)
	q.total += u.weight
}

// findKey marks the unit nearest the question word: for "who suggested …" the
// verb after it, otherwise the last unit, mostly the verb of "what did X establish".
func (q *asked) findKey() {
	if len(q.units) == 0 {
		return
	}
	q.key = len(q.units) - 1
	if q.Language != "zh" && q.Kind == KindWho {
		for i, u := range q.units {
			if !u.name {
				q.key = i
				break
			}
		}
	}
	for q.key > 0 && (q.units[q.key].number || q.units[q.key].name) {
		q.key--
	}
	q.units[q.key].key = true
}

// match lists the question's units in a sentence's tokens. A word of the same
// group, or with a long common beginning, counts in part.
func (q *asked) match(toks []readToken) []readHit {
	var hits []readHit
	for i := range toks {
		t := &toks[i]
		if t.kind == lang.KindHan {
			if u, ok := q.byID[t.pair]; ok && t.pair != 0 {
				hits = append(hits, readHit{u, i, 1})
			} else if u, ok := q.byID[t.id]; ok {
				hits = append(hits, readHit{u, i, 1})
			} else if u, ok := q.byGroup[t.group]; ok && t.group != 0 {
				hits = append(hits, readHit{u, i, 0.6})
			}
			continue
		}
		if t.stop {
			continue
		}
		if u, ok := q.byID[t.id]; ok {
			hits = append(hits, readHit{u, i, 1})
		} else if u, ok := q.byGroup[t.group]; ok && t.group != 0 {
			hits = append(hits, readHit{u, i, 0.7})
		} else if u := q.prefixUnit(t.text); u >= 0 {
			hits = append(hits, readHit{u, i, 0.6})
		}
	}
	return hits
}

// prefixUnit is the unit that shares a beginning of five letters or more with the word, and nearly all of the shorter one.
func (q *asked) prefixUnit(word string) int {
	if len(word) < 5 {
		return -1
	}
	for i := range q.units {
		u := q.units[i].text
		if len(u) < 5 || u[0] != word[0] || q.units[i].han {
			continue
		}
		n := 0
		for n < len(u) && n < len(word) && u[n] == word[n] {
			n++
		}
		if n >= 5 && n*10 >= min(len(u), len(word))*7 {
			return i
		}
	}
	return -1
}

// coverage is the weight of the units that the hits cover, as a share of all.
func (q *asked) coverage(hits []readHit, also ...[]readHit) float64 {
	if q.total == 0 {
		return 0
	}
	best := make([]float64, len(q.units))
	for _, h := range hits {
		best[h.unit] = math.Max(best[h.unit], h.weight)
	}
	for _, more := range also {
		for _, h := range more {
			best[h.unit] = math.Max(best[h.unit], h.weight)
		}
	}
	sum := 0.0
	for i, b := range best {
		sum += b * q.units[i].weight
	}
	return sum / q.total
}

// nameCoverage is the share of the question's names that the hits cover; 1 where it has none.
func (q *asked) nameCoverage(hits ...[]readHit) float64 {
	all, got := 0.0, 0.0
	found := map[int]bool{}
	for _, hs := range hits {
		for _, h := range hs {
			found[h.unit] = true
		}
	}
	for i, u := range q.units {
		if u.name {
			all += u.weight
			if found[i] {
				got += u.weight
			}
		}
	}
	if all == 0 {
		return 1
	}
	return got / all
}

// commonRun is the longest run of the question's characters, without spaces,
// that the sentence has too, as a share of the question's.
func (q *asked) commonRun(sentence string) float64 {
	a, b := q.runes, []rune(sentence)
	if len(a) == 0 || len(a) > 200 || len(b) > 2000 {
		return 0
	}
	best := 0
	for i := range a {
		for j := range b {
			if a[i] != b[j] || i > 0 && j > 0 && a[i-1] == b[j-1] {
				continue // no run begins here
			}
			n := 1
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			best = max(best, n)
		}
	}
	return float64(best) / float64(len(a))
}
