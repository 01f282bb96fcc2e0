package agent

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMark is the highest source number that a mark may name.
const maxMark = 9999

// StripMarks takes the source marks out of a model's sentence and returns the
// sentence without them and the numbers they named, each once, in order. It
// knows [1], [1][3], [1, 3], [1-3], [citation:3], (citation:3), [^3], 【3】,
// 【3†source】, 〔3〕, ［3］ and superscript digits after a word; digits of any
// script, marks within marks, brackets that do not pair and invisible
// characters among them hide none. What stands between backquotes is left
// alone, and so is an index glued to an identifier (a[1]).
func StripMarks(text string) (clean string, marks []int) {
	clean, marks = stripOnce(text)
	for n := len(marks); n > 0; { // what stood around a mark may be one now
		var more []int
		clean, more = stripOnce(clean)
		n = len(more)
		for _, m := range more {
			marks = appendOnce(marks, m)
		}
	}
	return clean, marks
}

func stripOnce(text string) (clean string, marks []int) {
	var b strings.Builder
	b.Grow(len(text))
	code := false
	for i := 0; i < len(text); {
		if text[i] == '`' {
			code = !code && strings.IndexByte(text[i+1:], '`') >= 0
			b.WriteByte('`')
			i++
			continue
		}
		if !code {
			if n, found := markAt(text, i, b.String()); n > 0 {
				for _, m := range found {
					marks = appendOnce(marks, m)
				}
				i += n
				continue
			}
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		b.WriteString(text[i : i+n])
		i += n
	}
	if len(marks) == 0 {
		return strings.TrimSpace(text), nil
	}
	return tidy(b.String()), marks
}

func appendOnce(list []int, n int) []int {
	for _, x := range list {
		if x == n {
			return list
		}
	}
	return append(list, n)
}

// markOpeners and markClosers are the brackets that marks stand in.
const (
	markOpeners = "[【〔［〖⟦❲﹝⁅"
	markClosers = "]】〕］〗⟧❳﹞⁆"
	maxMarkLen  = 80 // bytes
)

// markAt reads one mark at i. before is the clean text so far.
func markAt(text string, i int, before string) (int, []int) {
	rest := text[i:]
	r, n := utf8.DecodeRuneInString(rest)
	switch {
	case strings.ContainsRune(markOpeners, r), r == '(' || r == '（':
	case superscriptDigit(r) >= 0:
		return superscript(rest, before)
	default:
		return 0, nil
	}
	total := bracketed(rest)
	if total == 0 {
		return 0, nil
	}
	inner := plainMark(rest[n:total])
	number, labelled := unlabelled(inner)
	switch {
	case (r == '(' || r == '（') && !labelled:
		return 0, nil
	case r == '[' && strings.HasPrefix(rest[total:], "("), r == '[' && !labelled && !strings.ContainsAny(inner, ":^") && gluedIndex(text, i, total):
		return 0, nil
	}
	nums := markNumbers(number)
	if nums == nil {
		return 0, nil
	}
	return total, nums
}

// bracketed is the length of the bracket that s begins with, brackets within
// it included; 0 where it does not close soon.
func bracketed(s string) int {
	closers, depth := markClosers, 0
	if s[0] == '(' || strings.HasPrefix(s, "（") {
		closers += ")）"
	}
	for i, r := range s {
		switch {
		case i > maxMarkLen || r == '\n':
			return 0
		case strings.ContainsRune(markOpeners, r) || i == 0:
			depth++
		case strings.ContainsRune(closers, r):
			if depth--; depth == 0 {
				return i + utf8.RuneLen(r)
			}
		}
	}
	return 0
}

// plainMark is what stands in a mark without brackets and what cannot be seen,
// with digits of any script as ASCII ones.
func plainMark(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(markOpeners+markClosers+"()（）", r), invisible(r):
			return -1
		case r < utf8.RuneSelf:
			return r
		case superscriptDigit(r) >= 0:
			return '0' + rune(superscriptDigit(r))
		case unicode.IsDigit(r):
			return '0' + digitValue(r)
		}
		return r
	}, s))
}

// invisible reports characters that show nothing: joiners, marks of direction,
// soft hyphens, variation selectors, tags.
func invisible(r rune) bool {
	return r != '\n' && r != '\t' && unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector) || r == '\u034f' || r == '\u115f' || r == '\u3164'
}

// digitValue is the value of a decimal digit of any script: they stand in runs
// of ten, in order, from a code point that is no digit on.
func digitValue(r rune) rune {
	if r >= 0x1d7ce && r <= 0x1d7ff { // mathematical digits: five runs side by side
		return (r - 0x1d7ce) % 10
	}
	n := rune(0)
	for n < 9 && unicode.IsDigit(r-n-1) {
		n++
	}
	return n
}

// gluedIndex reports whether the bracket of n bytes at i indexes the
// identifier before it: a[1], rows[0].x, m[1][2] =. A mark after a sentence's
// last word is glued too, so the word alone decides nothing: it must be
// written as code is.
func gluedIndex(text string, i, n int) bool {
	start := i
	for start > 0 && text[start-1] == ']' { // the brackets before, as in m[1][2]
		open := strings.LastIndexByte(text[:start], '[')
		if open < 0 {
			break
		}
		start = open
	}
	w := start
	for w > 0 && (isWordByte(text[w-1]) || text[w-1] == '.' && w > 1 && isWordByte(text[w-2])) {
		w--
	}
	word := text[w:start]
	if word == "" || w > 0 && text[w-1] >= utf8.RuneSelf {
		return false
	}
	after := strings.TrimLeft(text[i+n:], "]0123456789[")
	if strings.ContainsAny(word, "_") || len(word) == 1 && word != "I" && !unicode.IsDigit(rune(word[0])) {
		return true
	}
	for _, c := range [...]string{" = ", " := ", " == ", " += ", "(", "++", ".append", ".push"} {
		if strings.HasPrefix(after, c) {
			return true
		}
	}
	return len(after) > 1 && (after[0] == '.' && isWordByte(after[1]) && after[1] > '9') || after != "" && after[0] == '_'
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// unlabelled takes the word off the front of a mark, as in citation:3, and
// reports whether there was one.
func unlabelled(inner string) (string, bool) {
	lower := strings.ToLower(inner)
	for _, p := range [...]string{"citation", "cite", "source", "webpage", "来源", "引用", "网页", "^"} {
		if strings.HasPrefix(lower, p) && len(lower) == len(inner) {
			return strings.TrimLeft(strings.TrimPrefix(inner[len(p):], "s"), ":： "), true
		}
	}
	return inner, false
}

// markNumbers reads "1", "1, 3", "1-3", "3†source"; nil where inner is no mark.
func markNumbers(inner string) []int {
	if j := strings.Index(inner, "†"); j > 0 {
		inner = inner[:j]
	}
	var out []int
	for part := range strings.FieldsFuncSeq(inner, func(r rune) bool { return strings.ContainsRune(",，、; ；", r) }) {
		part, _ = unlabelled(part)
		lo, hi, isRange := strings.Cut(strings.ReplaceAll(part, "–", "-"), "-")
		a, ok := markNumber(lo)
		if !ok {
			return nil
		}
		b := a
		if isRange {
			if b, ok = markNumber(hi); !ok || b < a || b-a > 50 {
				return nil
			}
		}
		for ; a <= b; a++ {
			out = append(out, a)
		}
	}
	return out
}

func markNumber(s string) (int, bool) {
	if s == "" || len(s) > 4 || s[0] == '+' || s[0] == '-' {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= maxMark
}

// superscriptDigit is the value of a superscript digit, -1 for other characters.
func superscriptDigit(r rune) int {
	switch r {
	case '¹':
		return 1
	case '²':
		return 2
	case '³':
		return 3
	}
	if r == '⁰' || r >= '⁴' && r <= '⁹' {
		return int(r - '⁰')
	}
	return -1
}

// superscript reads superscript digits after a word or a final mark: not after
// a unit or a digit, where they are an exponent.
func superscript(rest, before string) (int, []int) {
	v, n, count := 0, 0, 0
	for count < 4 {
		r, k := utf8.DecodeRuneInString(rest[n:])
		d := superscriptDigit(r)
		if d < 0 {
			break
		}
		v = v*10 + d
		n += k
		count++
	}
	if v == 0 {
		return 0, nil
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	if unicode.IsDigit(last) || last == ')' {
		return 0, nil
	}
	w := len(before)
	for w > 0 && isWordByte(before[w-1]) {
		w--
	}
	if word := before[w:]; unicode.IsLetter(last) && len(word) > 0 && len(word) <= 2 {
		return 0, nil // m², km², x²
	}
	return n, []int{v}
}

// tidy closes the gaps that marks leave: no space before a final mark, no two
// spaces in a row, none at the ends.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if r == ' ' {
			space = true
			continue
		}
		if space && !strings.ContainsRune(".,;:!?。，；：！？、)）", r) && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
