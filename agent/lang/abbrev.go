package lang

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Abbreviations after which a sentence never ends, those after which it ends
// where a word follows that sentences begin with, and those that want a number.
const (
	abbrevNever = `mr mrs ms dr prof gen sen rep gov capt cpt lt col sgt maj cmdr adm rev fr hon messrs mmes pres supt st mt ft
vs v eg ie viz cf ca approx esp incl resp sr. mlle mme sra hr dipl ing ph.d.s univ dept assn bros. al. op ed eds trans`
	abbrevMaybe = `inc ltd co corp llc plc jr sr bros esq etc us usa uk eu un am pm phd md ba ma bsc msc mba bc ad ce bce dc la ny
ave blvd rd hwy al dept est natl intl gmbh s.a ag jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun`
	abbrevNumber = `no nos fig figs vol vols p pp ch sec sect art eq nr op num ver jan feb mar apr jun jul aug sep sept oct nov dec c ca`
	starterWords = `the a an in on at it he she they we i this that these those there but and however after before when while as for if
his her its their by with from since although though during because some many most all one two both according another such other others to what who
our my you your only no not then thus so yet also other despite unlike under over between through until even every each
several later early today now meanwhile moreover furthermore finally instead although nevertheless here where which how why do does is are was were yesterday today tomorrow tonight see read visit use using founded born located built based named known
within among against once soon recently currently usually often sometimes never always perhaps maybe please let both`
)

type abbreviations struct{ never, maybe, number, starter map[string]bool }

var abbrevs = sync.OnceValue(func() abbreviations {
	set := func(words string) map[string]bool {
		m := map[string]bool{}
		for _, w := range strings.Fields(words) {
			m[w] = true
		}
		return m
	}
	return abbreviations{set(abbrevNever), set(abbrevMaybe), set(abbrevNumber), set(starterWords)}
})

// abbreviated reports whether the full stop at i belongs to an abbreviation,
// an initial or a numbering rather than to the end of a sentence. from is
// where the sentence began, next what follows after space and opening marks.
func abbreviated(s string, i, from int, next string) bool {
	w := i
	for w > from && (isASCIILetter(s[w-1]) || isDigit(s[w-1]) || s[w-1] == '.') {
		w--
	}
	word := s[w:i]
	if word == "" {
		return false
	}
	if isDigit(word[0]) {
		return w == from && len(word) <= 3 // "1. First"
	}
	if w > from && s[w-1] >= utf8.RuneSelf { // "Škoda d. d." or the end of an accented word
		if r, _ := utf8.DecodeLastRuneInString(s[from:w]); unicode.IsLetter(r) && !isHan(r) {
			return false
		}
	}
	a := abbrevs()
	lower := strings.ToLower(strings.ReplaceAll(word, ".", ""))
	first, _ := utf8.DecodeRuneInString(next)
	starts := a.starter[strings.ToLower(firstWord(next))]
	switch {
	case unicode.IsDigit(first) && a.number[lower]:
		return true
	case len(word) == 1 && isUpper(word[0]):
		return word != "I" && !starts
	case a.never[lower]:
		return true
	case a.maybe[lower] || strings.Contains(word, "."):
		return !starts && !isHan(first)
	}
	return false
}

// firstWord is the run of ASCII letters that s begins with.
func firstWord(s string) string {
	n := 0
	for n < len(s) && isASCIILetter(s[n]) {
		n++
	}
	return s[:n]
}
