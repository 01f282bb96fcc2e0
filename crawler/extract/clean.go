package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// invisible reports whether a reader does not see r: zero-width characters,
// bidirectional controls, tag characters, variation selectors beyond the emoji
// ones, fillers and other format controls (Unicode's default ignorables).
func invisible(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5:
		return true
	case r < 0x180B:
		return false
	case r >= 0x180B && r <= 0x180F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r == 0x3164, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF, r == 0xFFA0,
		r >= 0xFFF0 && r <= 0xFFFB, r >= 0x1BCA0 && r <= 0x1BCA3, r >= 0x1D173 && r <= 0x1D17A,
		r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

// smuggled reports whether an invisible rune can carry a message to a machine
// that no reader sees; joiners, selectors and soft hyphens are typography.
func smuggled(r rune) bool {
	switch {
	case r == 0xAD, r == 0x34F, r >= 0x200C && r <= 0x200F, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF:
		return false
	}
	return true
}

// dropped reports whether r never stands in a text: invisible, a control, a
// noncharacter or a lone surrogate's replacement of none.
func dropped(r rune) bool {
	return r < 0x20 && r != '\n' && r != '\t' || r >= 0x7F && r <= 0x9F || invisible(r) ||
		r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF
}

// clean returns s as valid UTF-8 without characters that a reader does not
// see, with line ends as "\n", and the number of characters that were smuggled
// in unseen.
func clean(s string) (string, int) {
	if plainASCII(s) {
		return s, 0
	}
	var b strings.Builder
	b.Grow(len(s))
	hidden := 0
	for i, r := range s {
		switch {
		case r == '\r':
			if i+1 >= len(s) || s[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case r == utf8.RuneError:
			b.WriteRune(r)
		case !dropped(r):
			b.WriteRune(r)
		case invisible(r) && smuggled(r):
			hidden++
		}
	}
	return b.String(), hidden
}

func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7F || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// isSpace reports whether r is shown as empty space.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\n', '\r', '\f', '\v', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200A
}

// wide reports whether r is written without spaces around it: Han, kana and
// their punctuation.
func wide(r rune) bool {
	if r < 0x2E80 {
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) ||
		r >= 0x3000 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF60
}

// oneLine returns s cleaned, on one line, with single spaces, trimmed.
func oneLine(s string) string {
	s, _ = clean(s)
	return strings.Join(strings.FieldsFunc(s, isSpace), " ")
}

// tidy returns s cleaned, with no space at the end of a line, at most one
// empty line in a row, and no empty line at either end. Indentation stays.
func tidy(s string) (string, int) {
	s, hidden := clean(s)
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRightFunc(line, isSpace)
		if line == "" {
			blank = b.Len() > 0
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		if blank {
			b.WriteByte('\n')
		}
		blank = false
		b.WriteString(line)
	}
	return b.String(), hidden
}

// capText cuts s to at most limit bytes, at the end of a line where one is
// near, never inside a character.
func capText(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	s = s[:limit]
	if i := strings.LastIndexByte(s, '\n'); i > limit*9/10 {
		s = s[:i]
	}
	return strings.TrimRightFunc(s, isSpace), true
}
