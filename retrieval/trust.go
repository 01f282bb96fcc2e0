package retrieval

import (
	"math"
	"strings"
)

// A trust says how far a question's word can be expected in the passage that
// answers: a name nearly always, "type" or "called" hardly ever. It is a
// logistic regression over the word itself and what stands around it, learned
// from questions and their passages (compare Zhao and Callan, "Term necessity
// prediction", 2010).
type trust struct {
	Dense [trustCount]float64 `json:"dense"`
	Words map[string]float32  `json:"words"` // stems and Han pairs: what they add to the log-odds
}

const (
	trustBias   = iota
	trustIDF    // tenths
	trustRare   // idf over 4, squared over 10
	trustUpper  // capitalised within the question
	trustNumber // begins with a digit
	trustQuoted // between quotation marks
	trustNext   // follows the first word of the question, or the asking word
	trustFirst  // first content term
	trustLast   // last content term
	trustLong   // length in bytes over 10
	trustVerb   // ends in ed, ing
	trustNoun   // ends in tion, ment, ness, ity
	trustBeside // a neighbour is capitalised or a number
	trustSingle // one Han character
	trustBridge // idf of a Han pair above that of its rarer character, tenths
	trustLatin  // a Latin word in a Chinese question
	trustTerms  // logarithm of the number of terms
	trustPlace  // place in the question, 0 to 1
	trustCount
)

// chance is the probability that the right passage has the term.
func (t *trust) chance(x *[trustCount]float64, word string) float64 {
	s := float64(t.Words[word])
	for i, v := range x {
		s += t.Dense[i] * v
	}
	return 1 / (1 + math.Exp(-s))
}

// describe fills what is known of the question's main terms; they have idf.
func describe(q *question) [][trustCount]float64 {
	out := make([][trustCount]float64, q.main)
	terms := make(map[uint32]int, q.main)
	for i, t := range q.terms[:q.main] {
		terms[t.hash] = i
		x := &out[i]
		x[trustBias] = 1
		x[trustIDF] = t.idf / 10
		x[trustRare] = t.idf * t.idf / 160
		x[trustLong] = math.Min(float64(len(t.text)), 15) / 10
		x[trustTerms] = math.Log(float64(q.main))
		x[trustVerb], x[trustNoun] = endings(t.text)
	}
	first, last := -1, -1
	for i, t := range q.toks {
		n, ok := terms[t.hash]
		if ok {
			x := &out[n]
			if t.flags&tokHan != 0 {
				x[trustSingle] = 1
			} else if q.han {
				x[trustLatin] = 1
			}
			q.around(i, x)
			if first < 0 {
				first = n
			}
			last = n
		}
		if t.flags&tokJoined == 0 || i == 0 {
			continue
		}
		if p, ok := terms[hash32(q.words[i-1].text+q.words[i].text)]; ok {
			x := &out[p]
			q.around(i, x)
			rarer := 0.0
			for _, h := range [2]uint32{q.toks[i-1].hash, t.hash} {
				if n, ok := terms[h]; ok {
					rarer = math.Max(rarer, q.terms[n].idf)
				}
			}
			x[trustBridge] = (q.terms[p].idf - rarer) / 10
			last = p
		}
	}
	if first >= 0 {
		out[first][trustFirst], out[last][trustLast] = 1, 1
	}
	return out
}

// around fills what the token's place says.
func (q *question) around(i int, x *[trustCount]float64) {
	t := q.toks[i]
	if t.flags&tokUpper != 0 && i > 0 {
		x[trustUpper] = 1
	}
	if t.flags&tokNumber != 0 {
		x[trustNumber] = 1
	}
	if i == 1 || q.han && t.flags&tokJoined == 0 {
		x[trustNext] = 1
	}
	if q.quoted(int(t.start)) {
		x[trustQuoted] = 1
	}
	x[trustPlace] = float64(i) / float64(len(q.toks))
	for _, k := range [2]int{i - 1, i + 1} {
		if k > 0 && k < len(q.toks) && q.toks[k].flags&(tokUpper|tokNumber) != 0 {
			x[trustBeside] = 1
		}
	}
}

// quoted reports whether the byte stands between quotation marks.
func (q *question) quoted(at int) bool {
	for _, s := range q.quotes {
		if at >= s[0] && at < s[1] {
			return true
		}
	}
	return false
}

var quotePairs = [][2]string{{"《", "》"}, {"“", "”"}, {"「", "」"}, {"\"", "\""}, {"‘", "’"}, {"``", "''"}}

// quotesOf are the spans between quotation marks.
func quotesOf(s string) [][2]int {
	var out [][2]int
	for _, p := range quotePairs {
		from := 0
		for {
			i := indexFrom(s, p[0], from)
			if i < 0 {
				break
			}
			i += len(p[0])
			j := indexFrom(s, p[1], i)
			if j < 0 {
				break
			}
			out = append(out, [2]int{i, j})
			from = j + len(p[1])
		}
	}
	return out
}

// endings tells words that are mostly verbs or mostly nouns by how their stems
// end; what the stemmer leaves of them is little.
func endings(s string) (verb, noun float64) {
	n := len(s)
	switch {
	case n > 3 && (s[n-2:] == "iz" || s[n-2:] == "at" || s[n-1] == 'i'):
		return 1, 0
	case n > 3 && (s[n-2:] == "er" || s[n-2:] == "or" || n > 4 && (s[n-4:] == "ment" || s[n-3:] == "ist" || s[n-3:] == "ion")):
		return 0, 1
	}
	return 0, 0
}

func indexFrom(s, what string, from int) int {
	i := strings.Index(s[from:], what)
	if i < 0 {
		return -1
	}
	return from + i
}
