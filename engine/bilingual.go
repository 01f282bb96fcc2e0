package engine

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/sonde-search/sonde/agent/lang"
)

// bilingualLines pair the words of factual questions in both languages, one
// line an entry: its class, the English forms, an equals sign, the Chinese
// ones. The classes: v what is done, a what is measured or listed of a thing, r
// who stands to it in some relation, n common nouns, q qualifiers, t times, u
// units, g countries and great cities. The list is our own writing.
//
//go:embed bilingual.txt
var bilingualLines string

// Classes of the bilingual words.
const (
	wordVerb  = 'v'
	wordTrait = 'a'
	wordRole  = 'r'
	wordNoun  = 'n'
	wordPlace = 'g'
)

// A bilingualTable has the entries by their words.
type bilingualTable struct {
	zh      map[string][]string // Chinese words of an English phrase, its words stemmed
	en      map[string][]string // English phrases of a Chinese word
	classes map[string]string   // of a stemmed English phrase or a Chinese word
	longest int                 // characters of the longest Chinese word
}

var bilingual = sync.OnceValue(func() *bilingualTable {
	b := &bilingualTable{zh: map[string][]string{}, en: map[string][]string{}, classes: map[string]string{}}
	lines := strings.Split(strings.TrimSpace(bilingualLines), "\n")
	for _, verbs := range []bool{false, true} { // a noun is the first thought of what may be both
		for _, line := range lines {
			class, rest, _ := strings.Cut(line, " ")
			en, zh, _ := strings.Cut(rest, "=")
			if verbs == (class == string(wordVerb)) {
				b.enter(class, strings.Split(en, ","), strings.Split(zh, ","))
			}
		}
	}
	return b
})

func (b *bilingualTable) enter(class string, en, zh []string) {
	for _, e := range en {
		k := stemmed(e)
		b.classes[k] += class
		for _, z := range zh {
			b.zh[k] = appendNew(b.zh[k], z)
		}
	}
	for _, z := range zh {
		b.classes[z] += class
		b.longest = max(b.longest, len([]rune(z)))
		for _, e := range en {
			b.en[z] = appendNew(b.en[z], e)
		}
	}
}

func appendNew(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

// stemmed is a phrase with its words stemmed.
func stemmed(phrase string) string {
	words := strings.Fields(lang.Fold(phrase))
	for i, w := range words {
		words[i] = lang.Stem(w)
	}
	return strings.Join(words, " ")
}

// is reports whether a word or phrase is of one of the classes, and of what it is first.
func (b *bilingualTable) is(word string, classes ...rune) bool {
	if word != "" && word[0] < 0x80 {
		word = stemmed(word)
	}
	own := b.classes[word]
	for _, c := range classes {
		if strings.ContainsRune(own, c) {
			return true
		}
	}
	return false
}

// longestZh is the longest word of the table that s begins with, in characters
// at least n; empty where there is none.
func (b *bilingualTable) longestZh(s string, n int) string {
	runes := []rune(s)
	for k := min(len(runes), b.longest); k >= n; k-- {
		if w := string(runes[:k]); b.classes[w] != "" {
			return w
		}
	}
	return ""
}
