package lang

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// t2sPairs holds pairs of characters, a traditional one and the simplified one
// it folds to, one after the other: the one-to-one entries of the Basic
// Multilingual Plane in TSCharacters of OpenCC 1.1.6 (Debian package
// libopencc1.1, Copyright BYVoid and contributors, Apache-2.0). It was made by
// converting every Han character with that dictionary alone and keeping those
// that one other character came out for.
//
//go:embed t2s.txt
var t2sPairs string

const hanLow, hanHigh = 0x3400, 0xfaff

// simplified maps the characters from hanLow to hanHigh; 0 stands for itself.
var simplified = sync.OnceValue(func() *[hanHigh - hanLow + 1]uint16 {
	t := new([hanHigh - hanLow + 1]uint16)
	var from rune
	for i, r := range []rune(t2sPairs) {
		if i%2 == 0 {
			from = r
		} else if from >= hanLow && from <= hanHigh {
			t[from-hanLow] = uint16(r)
		}
	}
	return t
})

// Fold returns s for matching: lower case, full-width forms made half-width,
// Latin letters without accents, traditional Han characters made simplified,
// typographic quotes and dashes made plain. Never use it on what is quoted:
// offsets change.
func Fold(s string) string {
	i := 0
	for i < len(s) && s[i] < utf8.RuneSelf && !isUpper(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for _, r := range s[i:] {
		r = foldRune(r)
		switch r {
		case 'ß':
			b.WriteString("ss")
		case 'æ':
			b.WriteString("ae")
		case 'œ':
			b.WriteString("oe")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// foldRune folds one character to one character.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	case r >= hanLow && r <= hanHigh:
		if to := simplified()[r-hanLow]; to != 0 {
			return rune(to)
		}
		return r
	case r < 0x180:
		if to := latinBase(r); to != 0 {
			return to
		}
		return unicode.ToLower(r)
	case r >= 0xff01 && r <= 0xff5e:
		r -= 0xfee0
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	switch r {
	case '\u3000', '\u2009', '\u202f':
		return ' '
	case '‘', '’', 'ʼ', '′':
		return '\''
	case '“', '”', '„':
		return '"'
	case '‐', '‑', '‒', '–', '—', '−':
		return '-'
	case '〇':
		return '零'
	case 'ı':
		return 'i'
	}
	return unicode.ToLower(r)
}

// latinBases gives the plain letter of U+00C0 to U+017F; a dot stands for none.
const latinBases = "aaaaaa.ceeeeiiii" + "dnooooo.ouuuuy.." + "aaaaaa.ceeeeiiii" + "dnooooo.ouuuuy.y" +
	"aaaaaaccccccccdd" + "ddeeeeeeeeeegggg" + "gggghhhhiiiiiiii" + "ii..jjkkklllllll" +
	"lllnnnnnn.nnoooo" + "oo..rrrrrrssssss" + "ssttttttuuuuuuuu" + "uuuuwwyyyzzzzzzs"

// latinBase is the letter without its accent, or 0.
func latinBase(r rune) rune {
	if r < 0xc0 || int(r-0xc0) >= len(latinBases) || latinBases[r-0xc0] == '.' {
		return 0
	}
	return rune(latinBases[r-0xc0])
}
