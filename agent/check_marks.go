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
// knows [1], [1][3], [1, 3], [1-3], [citation:3], [^3], 【3】, 【3†source】,
// 〔3〕, ［3］ and superscript digits after a word. What stands between
// backquotes is left alone, and so is an index glued to an identifier (a[1]).
func StripMarks(text string) (clean string, marks []int) {
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

// markAt reads one mark at i. before is the clean text so far.
func markAt(text string, i int, before string) (int, []int) {
	rest := text[i:]
	r, n := utf8.DecodeRuneInString(rest)
	shut := ""
	switch r {
	case '[':
		shut = "]"
	case '【':
		shut = "】"
	case '〔':
		shut = "〕"
	case '［':
		shut = "］"
	case '⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹':
		return superscript(rest, before)
	default:
		return 0, nil
	}
	end := strings.Index(rest[n:min(len(rest), 80)], shut)
	if end < 0 {
		return 0, nil
	}
	inner := rest[n : n+end]
	total := n + end + len(shut)
	if r == '[' {
		labelled := strings.ContainsAny(inner, ":^") // no index is written so
		if strings.HasPrefix(rest[total:], "(") || !labelled && gluedIndex(text, i, total) {
			return 0, nil
		}
	}
	nums := markNumbers(inner)
	if nums == nil {
		return 0, nil
	}
	return total, nums
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

// markNumbers reads "1", "1, 3", "1-3", "citation:3", "^3", "3†source"; nil where inner is no mark.
func markNumbers(inner string) []int {
	inner = strings.TrimSpace(inner)
	lower := strings.ToLower(inner)
	for _, p := range [...]string{"citation:", "citation ", "cite:", "source:", "source ", "来源", "引用", "webpage ", "网页", "^"} {
		if strings.HasPrefix(lower, p) {
			inner = strings.TrimLeft(inner[len(p):], ":： ")
			break
		}
	}
	if j := strings.Index(inner, "†"); j > 0 {
		inner = inner[:j]
	}
	var out []int
	for part := range strings.FieldsFuncSeq(inner, func(r rune) bool { return strings.ContainsRune(",，、; ；", r) }) {
		part = strings.TrimPrefix(strings.TrimPrefix(part, "^"), "citation:")
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

// superscript reads superscript digits after a word or a final mark: not after
// a unit or a digit, where they are an exponent.
func superscript(rest, before string) (int, []int) {
	const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹"
	v, n, count := 0, 0, 0
	for count < 4 {
		r, k := utf8.DecodeRuneInString(rest[n:])
		d := strings.IndexRune(digits, r)
		if d < 0 {
			break
		}
		v = v*10 + len([]rune(digits[:d]))
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
