package engine

import (
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// hashText is FNV-1a, which hash/fnv computes too.
func hashText(s string) uint32 { return hashOn(2166136261, s) }

func hashPair(a, b string) uint32 { return hashOn(hashText(a), b) }

func hashOn(h uint32, s string) uint32 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// A lexicon remembers what was worked out of a word, while one question is
// answered, and keeps room for the words of the next sentence.
type lexicon struct {
	known map[string]lexeme
	words []lang.Token
	spare []readToken
}

type lexeme struct {
	id    uint32
	group uint16
	stop  bool
}

// lexeme is what there is to know of a folded Latin word or number.
func (x *lexicon) lexeme(word string) lexeme {
	if l, ok := x.known[word]; ok {
		return l
	}
	stem := lang.Stem(word)
	l := lexeme{hashText(stem), synonyms()[stem], lang.Stop(word)}
	if x.known != nil {
		x.known[word] = l
	}
	return l
}

// readTokens tokenises a sentence.
func readTokens(s string) []readToken { return new(lexicon).tokens(s) }

// spareTokens is how many tokens are made room for at once.
const spareTokens = 4096

// room is place for n tokens.
func (x *lexicon) room(n int) []readToken {
	if x.known == nil {
		return make([]readToken, n)
	}
	if n > len(x.spare) {
		x.spare = make([]readToken, max(n, spareTokens))
	}
	out := x.spare[:n:n]
	x.spare = x.spare[n:]
	return out
}

func (x *lexicon) tokens(s string) []readToken {
	if x.words == nil {
		x.words = lang.Words(s)
	} else {
		x.words = lang.AppendWords(x.words[:0], s)
	}
	out := x.room(len(x.words))
	at := 0
	for i, w := range x.words {
		t := readToken{text: w.Text, start: w.Start, end: w.End, kind: w.Kind}
		t.gap = gapMark(s[at:w.Start])
		at = w.End
		switch w.Kind {
		case lang.KindHan:
			t.id = hashText(w.Text)
			t.stop = lang.Stop(w.Text)
		default:
			l := x.lexeme(w.Text)
			t.id, t.group, t.stop = l.id, l.group, l.stop
			r, _ := utf8.DecodeRuneInString(s[w.Start:])
			t.upper = unicode.IsUpper(r)
		}
		if i > 0 && w.Kind == lang.KindHan && out[i-1].kind == lang.KindHan && t.gap == 0 {
			out[i-1].pair = hashPair(out[i-1].text, w.Text)
			out[i-1].group = synonyms()[out[i-1].text+w.Text]
		}
		out[i] = t
	}
	return out
}
