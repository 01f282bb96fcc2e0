package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what sort of token a word is.
type Kind uint8

// Kinds of tokens.
const (
	KindWord   Kind = iota // letters, or letters and digits (r1, covid19, c++)
	KindHan                // one Han character or kana
	KindNumber             // begins with a digit: 1234.5, 1990s, 21st
)

// A Token is a word of a text: s[Start:End], with Text folded for matching.
// An English possessive ending is not part of Text, nor are the dots of an
// abbreviation or the commas of a number. "U.S." and "US" are both "u.s".
type Token struct {
	Text       string
	Start, End int
	Kind       Kind
}

// Words returns the words of s in order: Latin words and numbers whole, Han
// characters singly. Hyphens part words.
func Words(s string) []Token { return AppendWords(make([]Token, 0, len(s)/5+4), s) }

// AppendWords is Words into a slice that is there already.
func AppendWords(out []Token, s string) []Token {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !isASCIILetter(c) && !isDigit(c) {
				i++
				continue
			}
			end := wordEnd(s, i)
			out = append(out, makeToken(s, i, end))
			i = end
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case isHan(r) || isKana(r):
			t := s[i : i+n]
			if f := foldRune(r); f != r {
				t = string(f)
			}
			out = append(out, Token{t, i, i + n, KindHan})
			i += n
		case isWordRune(r):
			end := wordEnd(s, i)
			out = append(out, makeToken(s, i, end))
			i = end
		default:
			i += n
		}
	}
	return out
}

// isWordRune reports whether r, beyond ASCII, is part of a word that is not Han.
func isWordRune(r rune) bool {
	if r >= 0x2000 && r <= 0x206f || r >= 0x3000 && r <= 0x3004 || r >= 0x3008 && r <= 0x3020 || r == '，' || r == '：' || r == '；' || r == '（' || r == '）' || r == '！' || r == '？' {
		return false // punctuation
	}
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !isHan(r) && !isKana(r) && r != utf8.RuneError
}

// wordEnd returns where the word that begins at i ends.
func wordEnd(s string, i int) int {
	start := i
	for i < len(s) {
		c := s[i]
		if isASCIILetter(c) || isDigit(c) {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if isWordRune(r) || unicode.Is(unicode.Mn, r) {
				i += n
				continue
			}
			if (r == '’' || r == 'ʼ') && startsLetter(s[i+n:]) {
				i += n
				continue
			}
			return i
		}
		switch {
		case c == '\'' && startsLetter(s[i+1:]) && !isDigit(s[i-1]):
			i++
		case (c == '.' || c == ',') && isDigit(s[i-1]) && i+1 < len(s) && isDigit(s[i+1]) && joinsDigits(s, start, i):
			i++
		case c == '.' && dotted(s, start, i):
			i++
		case (c == '+' || c == '#') && i-start == 1 && isASCIILetter(s[start]):
			for i < len(s) && s[i] == c && i-start < 3 {
				i++
			}
			return i
		default:
			return i
		}
	}
	return i
}

// joinsDigits reports whether the dot or comma at i stands within one number:
// a comma only before exactly three digits.
func joinsDigits(s string, start, i int) bool {
	if !isDigit(s[start]) {
		return true // v1.2.3
	}
	if s[i] == '.' {
		return true
	}
	return i+3 < len(s) && isDigit(s[i+2]) && isDigit(s[i+3]) && (i+4 >= len(s) || !isDigit(s[i+4]))
}

// dotted reports whether the dot at i belongs to an abbreviation of single
// letters such as U.S. or e.g.; start is where the word began.
func dotted(s string, start, i int) bool {
	if !isASCIILetter(s[i-1]) || i-start > 1 && s[i-2] != '.' {
		return false
	}
	if i+1 < len(s) && isASCIILetter(s[i+1]) {
		return i+2 < len(s) && s[i+2] == '.' || i-start > 1 && (i+2 >= len(s) || !isASCIILetter(s[i+2]))
	}
	return i-start > 1 // the last dot
}

func startsLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) && !isHan(r) && !isKana(r)
}

// makeToken folds s[start:end].
func makeToken(s string, start, end int) Token {
	raw := s[start:end]
	t := Token{Text: raw, Start: start, End: end, Kind: KindWord}
	plain := true // lower-case letters and digits alone: the common case
	for i := 0; i < len(raw); i++ {
		if c := raw[i]; !isLower(c) && !isDigit(c) {
			plain = false
			break
		}
	}
	if !plain {
		if raw == "US" {
			t.Text = "u.s"
			return t
		}
		t.Text = Fold(raw)
		t.Text = trimWord(t.Text)
	}
	if len(t.Text) > 0 && isDigit(t.Text[0]) {
		t.Kind = KindNumber
	}
	return t
}

// trimWord takes the possessive ending, the commas of a number and the dots of
// an abbreviation off a folded word.
func trimWord(w string) string {
	if isDigit(w[0]) {
		return strings.ReplaceAll(w, ",", "")
	}
	w = strings.TrimSuffix(w, "'s")
	if strings.IndexByte(w, '.') > 0 && (len(w) < 3 || w[1] == '.') {
		if w == "u.s." || w == "u.s" {
			return "u.s"
		}
		return strings.ReplaceAll(w, ".", "")
	}
	return w
}

// Terms returns the content terms of s for matching, in order and with
// repetitions: stems of English words, numbers as they stand, Han bigrams (one
// character where it stands alone). Function words are dropped.
func Terms(s string) []string {
	words := Words(s)
	out := make([]string, 0, len(words))
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w.Kind != KindHan {
			if !Stop(w.Text) {
				out = append(out, Stem(w.Text))
			}
			continue
		}
		j := i + 1
		for j < len(words) && words[j].Kind == KindHan && words[j].Start == words[j-1].End {
			j++
		}
		out = hanTerms(out, s, words[i:j])
		i = j - 1
	}
	return out
}

// hanTerms appends the bigrams of a run of Han characters, parted at particles.
func hanTerms(out []string, s string, run []Token) []string {
	for len(run) > 0 {
		n := 0
		for n < len(run) && !hanParticle(run[n].Text) {
			n++
		}
		if n == 1 && !Stop(run[0].Text) {
			out = append(out, run[0].Text)
		}
		for i := 0; i+1 < n; i++ {
			if g := bigram(s, run[i], run[i+1]); !Stop(g) {
				out = append(out, g)
			}
		}
		if n == len(run) {
			return out
		}
		run = run[n+1:]
	}
	return out
}

// bigram joins two neighbouring characters: without copying where they stand so in s.
func bigram(s string, a, b Token) string {
	if a.Text == s[a.Start:a.End] && b.Text == s[b.Start:b.End] {
		return s[a.Start:b.End]
	}
	return a.Text + b.Text
}

// hanParticle reports whether the character is one that words are not made of.
func hanParticle(c string) bool { return c == "的" || c == "吗" || c == "呢" }
