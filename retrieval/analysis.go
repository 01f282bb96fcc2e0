package retrieval

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// A tokenFlag says what sort of token stands in a text.
type tokenFlag uint8

const (
	tokHan    tokenFlag = 1 << iota // one Han character; terms are its bigrams
	tokNumber                       // begins with a digit
	tokUpper                        // begins with an upper-case letter
	tokStop                         // a function word: kept for distances, not indexed in the body
	tokJoined                       // Han, with nothing between it and the Han character or number before
	tokFirst                        // the first of a sentence
)

// A token is one word or Han character of a text as matching sees it.
type token struct {
	hash   uint32 // of the stem, or of the folded Han character
	start  uint32 // bytes from the start of the page's text
	prefix uint16 // of how a longer word begins, or 0
	flags  tokenFlag
}

// A term is what the inverted lists know a word by.
type term struct {
	text   string
	key    []byte // text
	hash   uint32
	prefix uint16
	stop   bool
}

// maxTermBytes bounds a term; longer words (encoded data) are cut.
const maxTermBytes = 64

// prefixBytes is how much of a word's beginning stands for it when its stem is
// missing: invade for invasion.
const prefixBytes = 4

// maxCached bounds the words that an analyzer remembers.
const maxCached = 1 << 15

// analyzerVersion changes whenever the same text would give other terms or
// passages; an index on disk with another one must be rebuilt.
const analyzerVersion = 3

// An analyzer turns text into tokens and terms. It remembers the words it has
// seen, because stemming costs more than looking up. One goroutine at a time.
type analyzer struct {
	words map[string]*term
	pairs map[uint64]*term // Han bigrams by the hashes of their characters
	found []lang.Token     // of the text at hand
}

func newAnalyzer() *analyzer {
	return &analyzer{words: map[string]*term{}, pairs: map[uint64]*term{}}
}

// analyzers keeps a few analyzers with what they remember. (A sync.Pool would
// forget them whenever memory is collected.)
type analyzers chan *analyzer

func newAnalyzers() analyzers { return make(analyzers, 3) }

func (p analyzers) get() *analyzer {
	select {
	case a := <-p:
		return a
	default:
		return newAnalyzer()
	}
}

func (p analyzers) put(a *analyzer) {
	select {
	case p <- a:
	default:
	}
}

// word returns the term of a folded word.
func (a *analyzer) word(w string) *term {
	if t, ok := a.words[w]; ok {
		return t
	}
	if len(a.words) >= maxCached {
		clear(a.words)
	}
	if len(w) > maxTermBytes {
		w = strings.ToValidUTF8(w[:maxTermBytes], "")
	}
	w = strings.Clone(w)
	t := newTerm(lang.Stem(w))
	t.stop = lang.Stop(w)
	if len(w) > prefixBytes && w[0] >= 'a' && w[0] <= 'z' {
		h := hash32(w[:prefixBytes])
		t.prefix = uint16(h^h>>16) | 1
	}
	a.words[w] = t
	return t
}

func newTerm(s string) *term {
	return &term{text: s, key: []byte(s), hash: hash32(s)}
}

// pair returns the term of two Han characters that stand side by side.
func (a *analyzer) pair(first, second *term) *term {
	k := uint64(first.hash)<<32 | uint64(second.hash)
	if t, ok := a.pairs[k]; ok {
		return t
	}
	if len(a.pairs) >= maxCached {
		clear(a.pairs)
	}
	t := newTerm(first.text + second.text)
	t.stop = lang.Stop(t.text)
	a.pairs[k] = t
	return t
}

// tokenize returns the tokens of s with their terms, both of the same length.
func (a *analyzer) tokenize(s string) ([]token, []*term) {
	a.found = lang.AppendWords(a.found[:0], s)
	words := a.found
	toks := make([]token, 0, len(words))
	terms := make([]*term, 0, len(words))
	end, unit := -1, -2
	for _, w := range words {
		t := token{start: uint32(w.Start)}
		var tm *term
		switch w.Kind {
		case lang.KindHan:
			tm = a.word(w.Text)
			t.flags = tokHan
			if w.Start == end || w.Start == unit || w.Start == unit+1 && s[unit] == ' ' {
				t.flags |= tokJoined
			}
			end = w.End
		case lang.KindNumber:
			tm = a.word(number(w.Text))
			t.flags = tokNumber
			unit = w.End // 240元, 7月: a number's unit makes a pair with it
		default:
			tm = a.word(w.Text)
			if c := s[w.Start]; c >= 'A' && c <= 'Z' {
				t.flags = tokUpper
			}
		}
		if tm.stop {
			t.flags |= tokStop
		}
		t.hash, t.prefix = tm.hash, tm.prefix
		toks, terms = append(toks, t), append(terms, tm)
	}
	return toks, terms
}

// number takes a plural or ordinal ending off a number: 1990s, 21st.
func number(w string) string {
	n := len(w)
	for n > 0 && w[n-1] >= 'a' && w[n-1] <= 'z' {
		n--
	}
	switch w[n:] {
	case "s", "st", "nd", "rd", "th":
		return w[:n]
	}
	return w
}

// hash32 is FNV-1a.
func hash32(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}
