// Package lang holds what every part of Sonde needs to know of English and
// Chinese text: sentences, words, terms for matching, numbers, dates, names.
//
// Offsets are UTF-8 bytes of the string that was given. Nothing here changes
// text that is quoted; folding serves matching alone. The functions are pure,
// safe for concurrent use, and never panic, whatever the bytes.
package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Span is a part of a string, in UTF-8 bytes.
type Span struct{ Start, End int }

// Detect names the language of s by the scripts of its letters: "zh", "ja",
// "ko", "ru", "ar", "he", "el", "hi" or "th", and "en" for Latin letters. It returns ""
// where there are no letters. It looks at the first 4096 letters and Latin words.
// Latin names in another script's sentence do not make it English; English grammar does.
func Detect(s string) string {
	var n [scripts]int
	total := 0
	latin := false // inside a run of Latin letters, which counts as one sign a word
	end := len(s)
	for i, r := range s {
		k := scriptOf(r)
		if again := k == scriptLatin && latin; k != scriptNone && !again {
			n[k]++
			total++
		}
		latin = k == scriptLatin
		if total >= 4096 && !latin {
			end = i
			break
		}
	}
	if total == 0 {
		return ""
	}
	if n[scriptKana] > 0 && n[scriptKana]*5 >= n[scriptHan] && n[scriptKana]*2 >= n[scriptLatin] {
		return "ja"
	}
	// A word of English grammar says about as much as two Han characters do, any other
	// Latin word, which may be a name in whatever sentence, less than one.
	best, most := scriptLatin, 0
	if n[scriptLatin] < total {
		most = (3*n[scriptLatin] + 5*grammarWords(s[:end])) / 4
	}
	for k, c := range n {
		if script(k) != scriptLatin && script(k) != scriptKana && c > most {
			best, most = script(k), c
		}
	}
	return scriptLanguage[best]
}

// grammarWords counts the English words of s that are grammar (the, of, does) and
// stand for themselves, not as a part of a name such as v-if or of C++.
func grammarWords(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if !isASCIILetter(s[i]) {
			continue
		}
		j := i
		for j < len(s) && isASCIILetter(s[j]) {
			j++
		}
		part := i > 0 && namePart(s[i-1]) || j < len(s) && namePart(s[j])
		if j-i <= 10 && !part && Stop(strings.ToLower(s[i:j])) {
			n++
		}
		i = j
	}
	return n
}

// namePart reports whether a word beside b is a part of a longer name.
func namePart(b byte) bool {
	return isDigit(b) || strings.IndexByte("-_/+#$@", b) >= 0
}

type script uint8

const (
	scriptNone script = iota
	scriptLatin
	scriptHan
	scriptKana
	scriptHangul
	scriptCyrillic
	scriptArabic
	scriptHebrew
	scriptGreek
	scriptDevanagari
	scriptThai
	scriptOther
	scripts
)

var scriptLanguage = [scripts]string{
	scriptLatin: "en", scriptHan: "zh", scriptKana: "ja", scriptHangul: "ko", scriptCyrillic: "ru",
	scriptArabic: "ar", scriptHebrew: "he", scriptGreek: "el", scriptDevanagari: "hi", scriptThai: "th",
}

func scriptOf(r rune) script {
	switch {
	case r < utf8.RuneSelf:
		if isASCIILetter(byte(r)) {
			return scriptLatin
		}
		return scriptNone
	case isHan(r):
		return scriptHan
	case !unicode.IsLetter(r):
		return scriptNone
	case r < 0x250 || r >= 0x1e00 && r < 0x1f00 || r >= 0xff21 && r <= 0xff5a:
		return scriptLatin
	case isKana(r):
		return scriptKana
	case r >= 0xac00 && r <= 0xd7a3 || r >= 0x1100 && r <= 0x11ff:
		return scriptHangul
	case unicode.Is(unicode.Cyrillic, r):
		return scriptCyrillic
	case unicode.Is(unicode.Arabic, r):
		return scriptArabic
	case unicode.Is(unicode.Hebrew, r):
		return scriptHebrew
	case unicode.Is(unicode.Greek, r):
		return scriptGreek
	case unicode.Is(unicode.Devanagari, r):
		return scriptDevanagari
	case unicode.Is(unicode.Thai, r):
		return scriptThai
	}
	return scriptOther
}

// isHan reports whether r is a Han character, 〇 included.
func isHan(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf || r == '〇' || r == '々' ||
		r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x323af
}

func isKana(r rune) bool {
	return r >= 0x3041 && r <= 0x30ff && r != '・' || r >= 0x31f0 && r <= 0x31ff || r >= 0xff66 && r <= 0xff9d
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isDigit(b byte) bool       { return b >= '0' && b <= '9' }
func isUpper(b byte) bool       { return b >= 'A' && b <= 'Z' }
func isLower(b byte) bool       { return b >= 'a' && b <= 'z' }
