package agent

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// wordTable holds groups of words that say the same ("="), the opposite ("!",
// two sides parted by "/"), or exclude one another ("%"),
// other names of the same thing ("~"), irregular forms after their base (">")
// and places ("@"),
// in English and Chinese. It was written for this package.
//
//go:embed words.txt
var wordTable string

type wordGroups struct {
	same     map[string][]int // groups that a word is in
	members  [][]string
	opposite map[string][]string
	alias    map[string][]int
	places   map[string]bool   // Chinese names of places
	base     map[string]string // of irregular forms
}

var groups = sync.OnceValue(func() *wordGroups {
	g := &wordGroups{same: map[string][]int{}, opposite: map[string][]string{}, alias: map[string][]int{}, base: map[string]string{}, places: map[string]bool{}}
	for line := range strings.SplitSeq(wordTable, "\n") {
		if len(line) < 2 {
			continue
		}
		words := strings.FieldsFunc(line[1:], func(r rune) bool { return r == ' ' || r == ',' })
		switch line[0] {
		case '>':
			for _, w := range words[1:] {
				g.base[w] = words[0]
			}
		case '@':
			for _, w := range words {
				g.places[w] = true
			}
		case '=':
			g.add(g.same, words)
		case '~':
			g.add(g.alias, words)
		case '%':
			for i, a := range words {
				for j, b := range words {
					if i != j {
						g.oppose(a, b)
					}
				}
			}
		case '!':
			left, right, _ := strings.Cut(line[1:], "/")
			for _, a := range strings.Fields(left) {
				for _, b := range strings.Fields(right) {
					g.oppose(a, b)
					g.oppose(b, a)
				}
			}
		}
	}
	return g
})

// add puts words, and the stems of English ones, into one new group.
func (g *wordGroups) add(to map[string][]int, words []string) {
	id := len(g.members)
	g.members = append(g.members, words)
	for _, w := range words {
		w = strings.ReplaceAll(w, "_", " ")
		to[w] = append(to[w], id)
		if s := g.stem(w); s != w {
			to[s] = append(to[s], id)
		}
	}
}

func (g *wordGroups) oppose(a, b string) {
	forms := []string{b}
	if s := g.stem(b); s != b {
		forms = append(forms, s)
	}
	g.opposite[a] = append(g.opposite[a], forms...)
	if s := g.stem(a); s != a {
		g.opposite[s] = append(g.opposite[s], forms...)
	}
}

// stemOf is the stem of a folded word, irregular forms by way of their base.
func stemOf(w string) string { return groups().stem(w) }

func (g *wordGroups) stem(w string) string {
	if b, ok := g.base[w]; ok {
		w = b
	}
	return lang.Stem(w)
}

func shareGroup(m map[string][]int, a, b string) bool {
	for _, x := range m[a] {
		for _, y := range m[b] {
			if x == y {
				return true
			}
		}
	}
	return false
}

// synonyms reports whether two folded words are in one group of the table.
func synonyms(a, b string) bool { return shareGroup(groups().same, a, b) }

// aliases reports whether two folded words name the same thing.
func aliases(a, b string) bool { return shareGroup(groups().alias, a, b) }

// synonymsOf lists the words that can stand for w.
func synonymsOf(w string) []string {
	g := groups()
	var out []string
	for _, id := range g.same[w] {
		out = append(out, g.members[id]...)
	}
	for _, id := range g.alias[w] {
		out = append(out, g.members[id]...)
	}
	return out
}

// opposed reports whether two folded words or stems mean the opposite.
func opposed(a, b string) bool {
	for _, o := range groups().opposite[a] {
		if o == b {
			return true
		}
	}
	return negativeForm(a, b) || negativeForm(b, a)
}

// negativeForm reports whether n is w with a prefix that denies it.
func negativeForm(n, w string) bool {
	if len(w) < 4 || len(n) <= len(w) || n[0] >= utf8.RuneSelf {
		return false
	}
	for _, p := range [...]string{"un", "in", "im", "ir", "il", "dis", "non", "mis", "anti"} {
		if strings.TrimPrefix(n, p) == w && n != w {
			switch n {
			case "invaluable", "inflammable", "immigrate", "increase", "interest", "impress", "improve", "import", "distract", "understand":
				return false
			}
			return true
		}
	}
	return false
}
