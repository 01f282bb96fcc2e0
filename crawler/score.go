package crawler

import (
	"maps"
	"math"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// How much a sign counts where a word of the question is found in it. The
// figures follow the order in which a person trusts them.
const (
	inTitle   = 1.0  // anchor text, title of a hit or feed entry
	inName    = 0.9  // last part of the path, file name
	inPath    = 0.6  // other parts of the path, query
	inLine    = 0.85 // a short line that holds the link
	inContext = 0.55 // words around the link
	inSnippet = 0.5  // a provider's snippet
)

// An interest is what makes an address promising: the words of the question
// and of the plan, each with its weight and how many addresses hold it.
type interest struct {
	index  map[string]int
	weight []float64
	seen   []int // addresses that hold the term
	total  int   // addresses looked at
	pages  int   // pages read
	own    int   // terms of the question itself, which come first
	chosen []int // pages read because of the term
	met    []int // pages read that speak of the term, not once in passing
	// literals are codes and names that must stand as they are: "pep 572", "a*".
	literals []string
}

// newInterest takes the question's own words at full weight, its names and
// codes higher, and what a plan adds at half.
func newInterest(question string) *interest {
	in := &interest{index: map[string]int{}}
	in.add(question, 1)
	in.own = len(in.weight)
	for _, n := range lang.Names(question) {
		name := question[n.Start:n.End]
		in.raise(name, 1.5)
		if strings.ContainsAny(name, "0123456789 ") {
			in.literals = append(in.literals, lang.Fold(name))
		}
	}
	for _, code := range codeWord.FindAllString(question, -1) {
		in.literals = append(in.literals, lang.Fold(code))
	}
	return in
}

// codeWord matches names that carry a sign which words do not: C++, C#, A*.
var codeWord = regexp.MustCompile(`[A-Za-z]{1,12}(\+\+|#|\*)`)

// literal reports whether a title holds one of the literals as a word.
func (in *interest) literal(title string) bool {
	if len(in.literals) == 0 {
		return false
	}
	t := lang.Fold(title)
	for _, l := range in.literals {
		for from := 0; ; {
			i := strings.Index(t[from:], l)
			if i < 0 {
				break
			}
			i += from
			if !letterOrDigit(t[:i], false) && !letterOrDigit(t[i+len(l):], true) {
				return true
			}
			from = i + len(l)
		}
	}
	return false
}

// letterOrDigit looks at the first or last character of s, for ASCII alone: Han
// characters stand next to a name without a space.
func letterOrDigit(s string, first bool) bool {
	if s == "" {
		return false
	}
	c := s[len(s)-1]
	if first {
		c = s[0]
	}
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// add notes terms that are new; it reports whether there were any.
func (in *interest) add(text string, weight float64) bool {
	grew := false
	in.index = maps.Clone(in.index) // flights under way read the old one
	for _, t := range terms(text) {
		if _, ok := in.index[t]; ok {
			continue
		}
		in.index[t] = len(in.weight)
		in.weight = append(in.weight, weight)
		in.seen = append(in.seen, 0)
		in.chosen = append(in.chosen, 0)
		in.met = append(in.met, 0)
		grew = true
	}
	return grew
}

func (in *interest) raise(text string, weight float64) {
	for _, t := range terms(text) {
		if i, ok := in.index[t]; ok {
			in.weight[i] = max(in.weight[i], weight)
		}
	}
}

// learn takes a plan's searches and terms.
func (in *interest) learn(p agent.Plan) bool {
	grew := false
	for _, t := range p.Terms {
		grew = in.add(t, 0.5) || grew
	}
	for _, s := range p.Searches {
		grew = in.add(s.Query, 0.5) || grew
	}
	return grew
}

// terms are the content terms of a text, numbers without leading zeros.
func terms(text string) []string {
	ts := lang.Terms(text)
	for i, t := range ts {
		if t[0] == '0' && len(t) > 1 {
			if n := strings.TrimLeft(t, "0"); n != "" && n[0] >= '0' && n[0] <= '9' {
				ts[i] = n
			}
		}
	}
	return ts
}

// A match is how strongly a text speaks of one term.
type match struct {
	term     int
	strength float64
}

// find raises the matches by what the text holds, and returns how many of its
// terms there are.
func (in *interest) find(ms []match, text string, strength float64) ([]match, int) {
	ts := terms(text)
	for _, t := range ts {
		i, ok := in.index[t]
		if !ok {
			continue
		}
		ms = raiseMatch(ms, i, strength)
	}
	return ms, len(ts)
}

func raiseMatch(ms []match, term int, strength float64) []match {
	for j := range ms {
		if ms[j].term == term {
			ms[j].strength = max(ms[j].strength, strength)
			return ms
		}
	}
	return append(ms, match{term, strength})
}

// count enters an address into the statistics; known are its earlier matches.
func (in *interest) count(ms []match, known int) {
	for _, m := range ms[known:] {
		in.seen[m.term]++
	}
}

// worth is the weight of a term: rare among the addresses seen weighs more
// (the idf of BM25, Robertson and Zaragoza 2009).
func (in *interest) worth(term int) float64 {
	n, df := float64(in.total), float64(in.seen[term])
	return in.weight[term] * math.Log(1+(n-df+0.5)/(df+0.5))
}

// coverage is how much of the interest the matches cover, 0 to 1. Terms that no
// address holds tell none apart and count for little.
func (in *interest) coverage(ms []match) float64 {
	var have, all float64
	for i := range in.weight {
		w := in.worth(i)
		if in.seen[i] == 0 {
			w *= 0.3
		}
		all += w
	}
	if all == 0 {
		return 0
	}
	for _, m := range ms {
		have += in.worth(m.term) * m.strength * in.pull(m.term)
	}
	return have / all
}

// Pages that were read because of a term, from which on the term pulls half as
// much, as long as the question has a term that no page spoke of.
const halfPull = 3

// pull is what is left of a term's promise: where pages that were read for its
// sake did not speak of what is asked for, more of the same will hardly do.
func (in *interest) pull(term int) float64 {
	if !in.unmet() {
		return 1
	}
	return halfPull / (halfPull + float64(in.chosen[term]))
}

// unmet reports whether pages were read and none spoke of some term of the question.
func (in *interest) unmet() bool {
	if in.pages == 0 {
		return false
	}
	for i := range in.own {
		if in.met[i] == 0 {
			return true
		}
	}
	return false
}

// learned notes a page that was read: what it was chosen for, and what it holds.
func (in *interest) learned(ms []match, counts []int) {
	in.pages++
	for _, m := range ms {
		in.chosen[m.term]++
	}
	for i, n := range counts {
		if n > 1 {
			in.met[i]++
		}
	}
}

// countedText is how much of a page is looked at word by word, in bytes.
const countedText = 12 << 10

// countTerms counts the interest's terms in a page, up to three of each; the
// title counts as three. The index is not changed while it is read.
func countTerms(index map[string]int, p *agent.Page) []int {
	counts := make([]int, len(index))
	for _, t := range terms(cut(p.Text, countedText)) {
		if i, ok := index[t]; ok {
			counts[i] = min(3, counts[i]+1)
		}
	}
	for _, t := range terms(p.Title) {
		if i, ok := index[t]; ok {
			counts[i] = 3
		}
	}
	countDeep(index, counts, p.Text)
	return counts
}

// countDeep looks for words that the beginning of a page does not hold in all
// of it: a long page names once, far down, what it does not speak of.
func countDeep(index map[string]int, counts []int, text string) {
	if len(text) <= countedText {
		return
	}
	var rest string
	for t, i := range index {
		if counts[i] > 0 || len(t) < 4 {
			continue
		}
		if rest == "" {
			rest = lang.Fold(cut(text[countedText:], 512<<10))
		}
		if at := strings.Index(rest, t); at >= 0 && !letterOrDigit(rest[:at], false) {
			counts[i] = 1
		}
	}
}

// relevance is how much of the interest the counts cover, 0 to 1.
func (in *interest) relevance(counts []int) float64 {
	var have, all float64
	for i, n := range counts {
		w := in.worth(i)
		all += w
		have += w * float64(n) / 3 * in.pull(i)
	}
	if all == 0 {
		return 0
	}
	return have / all
}

// cut returns at most n bytes of s, at a character's edge.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}

// pathWords parts an address's path into words: the last part, and the rest.
func pathWords(u *url.URL) (name, rest string) {
	p := strings.TrimRight(u.Path, "/")
	dir, base := path.Split(p)
	base = strings.TrimSuffix(base, path.Ext(base))
	q, err := url.QueryUnescape(u.RawQuery)
	if err != nil {
		q = ""
	}
	return splitWords(base), splitWords(dir + " " + q)
}

// splitWords parts camelCase and letters from digits: "pep0572" is two words.
func splitWords(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsDigit(r) != unicode.IsDigit(last) && unicode.IsLetter(last) != unicode.IsLetter(r),
			unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}
