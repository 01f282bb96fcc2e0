package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// BlockKind is what sort of block a line or paragraph is.
type BlockKind uint8

// Kinds of blocks in a snapshot's light Markdown.
const (
	BlockParagraph BlockKind = iota
	BlockHeading
	BlockItem
	BlockRow
	BlockCode
)

// A Block is a paragraph, heading, list item, table row or line of code.
// Start and End leave out its marker ("# ", "- ", "| ") and surrounding space.
type Block struct {
	Kind       BlockKind
	Level      int // of a heading, 1 to 6; of a list item, its depth from 0
	Start, End int
}

// Blocks parts the light Markdown of a snapshot, or plain text, into blocks, in order.
func Blocks(s string) []Block {
	out := make([]Block, 0, 16+len(s)/200)
	code := false
	open := -1 // index in out of the paragraph or item that a further line would continue
	for pos := 0; pos < len(s); {
		eol := strings.IndexByte(s[pos:], '\n')
		next := pos + eol + 1
		if eol < 0 {
			eol, next = len(s)-pos, len(s)
		}
		b, ok := readLine(s, pos, pos+eol, &code)
		pos = next
		if !ok {
			open = -1
			continue
		}
		if b.Kind == BlockParagraph && open >= 0 && continues(s[out[open].Start:out[open].End], s[b.Start:b.End]) {
			out[open].End = b.End
			continue
		}
		out = append(out, b)
		open = -1
		if b.Kind == BlockParagraph || b.Kind == BlockItem {
			open = len(out) - 1
		}
	}
	return out
}

// readLine makes a block of one line; it reports false for an empty line, a
// fence and the rule under a table's head.
func readLine(s string, start, end int, code *bool) (Block, bool) {
	level := 0
	indent := start
	start, end = trim(s, start, end)
	if start >= end {
		return Block{}, false
	}
	line := s[start:end]
	if strings.HasPrefix(line, "```") {
		*code = !*code
		return Block{}, false
	}
	if *code {
		return Block{BlockCode, 0, start, end}, true
	}
	switch line[0] {
	case '#':
		for level < len(line) && line[level] == '#' {
			level++
		}
		if level <= 6 && level < len(line) && line[level] == ' ' {
			start, end = trim(s, start+level, end)
			return Block{BlockHeading, level, start, end}, start < end
		}
	case '|':
		if strings.Trim(line, "|-: ") == "" {
			return Block{}, false
		}
		start, end = trim(s, start+1, end)
		if start < end && s[end-1] == '|' {
			start, end = trim(s, start, end-1)
		}
		return Block{BlockRow, 0, start, end}, start < end
	}
	if n := listMarker(line); n > 0 {
		level = (start - indent) / 2
		start, end = trim(s, start+n, end)
		return Block{BlockItem, level, start, end}, start < end
	}
	return Block{BlockParagraph, 0, start, end}, true
}

// listMarker is the length of the marker that the line begins with, or 0.
func listMarker(line string) int {
	switch {
	case strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "+ "):
		return 2
	case strings.HasPrefix(line, "• "):
		return len("• ")
	}
	n := 0
	for n < len(line) && n < 3 && isDigit(line[n]) {
		n++
	}
	if n > 0 && n+1 < len(line) && (line[n] == '.' || line[n] == ')') && line[n+1] == ' ' {
		return n + 2
	}
	return 0
}

// continues reports whether a line goes on with the paragraph before it: its
// last line is about as long as wrapped lines are, or the new line begins with
// a small letter.
func continues(before, line string) bool {
	if isLower(line[0]) {
		return true
	}
	return len(before)-strings.LastIndexByte(before, '\n')-1 >= 50
}

// trim moves start and end inward past space.
func trim(s string, start, end int) (int, int) {
	for start < end {
		if s[start] > ' ' && s[start] < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(s[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for start < end {
		if s[end-1] > ' ' && s[end-1] < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeLastRuneInString(s[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	return start, end
}
