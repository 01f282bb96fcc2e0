package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences returns the sentences of a snapshot's light Markdown, or of plain
// text, in order, trimmed, markers left out. A sentence never crosses a
// paragraph, heading, list item, table row or line of code; a row and a line
// of code are one sentence each.
func Sentences(s string) []Span {
	out := make([]Span, 0, 16+len(s)/100)
	for _, b := range Blocks(s) {
		if b.Kind == BlockRow || b.Kind == BlockCode || b.Kind == BlockHeading {
			out = append(out, Span{b.Start, b.End})
			continue
		}
		out = splitBlock(out, s, b.Start, b.End)
	}
	return out
}

// maxInner bounds, in bytes, the quoted or bracketed text within which no
// sentence ends.
const maxInner = 240

// splitBlock appends the sentences of s[start:end].
func splitBlock(out []Span, s string, start, end int) []Span {
	from := start
	inner := -1 // where the bracket or quotation closes that we are in
	for i := start; i < end; {
		c := s[i]
		if c < utf8.RuneSelf {
			switch c {
			case '(', '"', '[':
				if i > inner {
					inner = max(inner, closing(s, i, end))
				}
				i++
			case '.', '!', '?':
				i = cut{s, from, end}.endMark(i, inner)
			default:
				i++
				continue
			}
		} else if c < 0xe2 || c > 0xef {
			i++ // no mark that matters begins with such a byte
			continue
		} else {
			i = cut{s, from, end}.wideMark(i, &inner)
		}
		if i < 0 { // a sentence ended at -i
			i = -i
			a, b := trim(s, from, i)
			if a < b {
				out = append(out, Span{a, b})
			}
			from = i
		}
	}
	if a, b := trim(s, from, end); a < b {
		out = append(out, Span{a, b})
	}
	return out
}

// A cut is where the splitting of a block stands: the sentence began at from,
// the block ends at end.
type cut struct {
	s         string
	from, end int
}

// wideMark looks at the character at i, which is not ASCII. It returns the
// next place to look at, negated where a sentence ends there.
func (c cut) wideMark(i int, inner *int) int {
	s, from, end := c.s, c.from, c.end
	r, n := utf8.DecodeRuneInString(s[i:end])
	switch r {
	case '（', '“', '「', '『', '《', '【', '‘':
		if i > *inner {
			*inner = max(*inner, closing(s, i, end))
		}
	case '。', '！', '？', '｡':
		return wideEnd(s, i+n, end, *inner)
	case '；':
		if i-from >= 120 && i > *inner {
			return -(i + n)
		}
	case '…':
		return c.endMark(i, *inner)
	case '．':
		if next, _ := utf8.DecodeRuneInString(s[i+n : end]); !unicode.IsDigit(next) && !unicode.IsLetter(next) || isHan(next) {
			return wideEnd(s, i+n, end, *inner)
		}
	}
	return i + n
}

// wideEnd ends a sentence after a Chinese final mark, with the marks, closing
// quotes and footnote marks that follow it.
func wideEnd(s string, i, end, inner int) int {
	closed, bracket := false, false
	for i < end {
		r, n := utf8.DecodeRuneInString(s[i:end])
		if strings.ContainsRune("。！？｡!?…", r) {
			i += n
			continue
		}
		if isCloser(r) {
			closed = true
			bracket = r == '）' || r == ')'
			i += n
			continue
		}
		if n := noteMark(s[i:end]); n > 0 {
			i += n
			continue
		}
		break
	}
	if bracket && i < end && s[i] > ' ' {
		return i // the sentence goes on after its bracket
	}
	if i <= inner || closed && speechFollows(s[i:end]) {
		return i
	}
	return -i
}

// speechFollows reports whether text goes on after a quotation with who said it.
func speechFollows(s string) bool {
	head := s
	if len(head) > 30 {
		head = head[:30]
	}
	if j := strings.IndexAny(head, "，。：、！？,:"); j >= 0 {
		head = head[:j]
	}
	for _, v := range [...]string{"说", "說", "道", "问", "問", "表示", "称", "稱", "喊", "写道", "的"} {
		if strings.HasPrefix(s, "的") || strings.HasSuffix(head, v) {
			return true
		}
	}
	return false
}

func isCloser(r rune) bool {
	return strings.ContainsRune("\"'”’)]}）」』】》〉»", r)
}

// noteMark is the length of a footnote mark such as [1] or 【2】 at the start of s, or 0.
func noteMark(s string) int {
	open, shut := "[", "]"
	if strings.HasPrefix(s, "【") {
		open, shut = "【", "】"
	} else if !strings.HasPrefix(s, "[") {
		return 0
	}
	i := len(open)
	for i < len(s) && i < 12 && (isDigit(s[i]) || s[i] == ',' || s[i] == ' ' || s[i] == '-' || s[i] == '^') {
		i++
	}
	if i == len(open) || !strings.HasPrefix(s[i:], shut) {
		return 0
	}
	return i + len(shut)
}

// closingMark is what closes the bracket or quotation that r opens, or "".
func closingMark(r rune) string {
	switch r {
	case '(':
		return ")"
	case '"':
		return "\""
	case '[':
		return "]"
	case '（':
		return "）"
	case '“':
		return "”"
	case '‘':
		return "’"
	case '「':
		return "」"
	case '『':
		return "』"
	case '《':
		return "》"
	case '〈':
		return "〉"
	case '【':
		return "】"
	}
	return ""
}

// closing is where the bracket or quotation that opens at i closes, if it does
// so soon; otherwise -1.
func closing(s string, i, end int) int {
	r, n := utf8.DecodeRuneInString(s[i:end])
	if r == '"' && i > 0 && i+1 < end && s[i-1] != ' ' && s[i+1] == ' ' {
		return -1 // this one closes
	}
	limit := min(end, i+maxInner)
	j := strings.Index(s[i+n:limit], closingMark(r))
	if j < 0 {
		return -1
	}
	return i + n + j
}

// endMark looks at the final mark at i: a full stop, exclamation or question
// mark, or an ellipsis. It returns the next place to look at, negated where a
// sentence ends there.
func (c cut) endMark(i, inner int) int {
	s, from, end := c.s, c.from, c.end
	mark := i
	dots := 0
	i = skipFinals(s, i, end, &dots)
	closed := i
	for closed < end {
		r, n := utf8.DecodeRuneInString(s[closed:end])
		if isCloser(r) {
			closed += n
		} else if n := noteMark(s[closed:end]); n > 0 {
			closed += n
		} else {
			break
		}
	}
	if closed <= inner {
		return i
	}
	if closed >= end {
		return -closed
	}
	r, _ := utf8.DecodeRuneInString(s[closed:end])
	if !unicode.IsSpace(r) && !(isHan(r) && s[mark] != '.' && dots == 0) {
		return i
	}
	next := strings.TrimLeft(s[closed:end], " \t\r\n\u00a0\u3000\"'“‘(（「[")
	if next == "" {
		return -closed
	}
	r, _ = utf8.DecodeRuneInString(next)
	if unicode.IsLower(r) || strings.ContainsRune(",;:，；：", r) {
		return i
	}
	if s[mark] == '.' && dots == 1 && abbreviated(s, mark, from, next) {
		return i
	}
	return -closed
}

// skipFinals moves past a run of final marks and counts the dots in it.
func skipFinals(s string, i, end int, dots *int) int {
	for i < end {
		r, n := utf8.DecodeRuneInString(s[i:end])
		switch r {
		case '.':
			*dots++
		case '…':
			*dots += 3
		case '!', '?':
		default:
			return i
		}
		i += n
	}
	return i
}
