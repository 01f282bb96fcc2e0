package retrieval

import (
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// Sizes of passages in words; a Han character counts as six tenths of one.
const (
	passageWords = 200 // a passage ends at the next sentence after so many
	paragraphEnd = 130 // or at the end of a paragraph after so many
	sectionEnd   = 50  // or before a heading after so many
	hanWeight    = 0.6
	maxSentence  = 6000 // bytes; what has no sentence end is cut at a space
)

// A chunk is a passage before it is indexed: text[start:end].
type chunk struct {
	start, end int
	headings   []string
	header     string // the header row of a table that began before the passage
	sentences  []lang.Span
}

// A unit is a sentence with the line that it begins on.
type unit struct {
	lang.Span
	kind  lineKind
	level int // of a heading
	block int // number of its paragraph, list, table or code block
	words float64
}

type lineKind uint8

const (
	lineText lineKind = iota
	lineHeading
	lineItem
	lineRow
	lineCode
)

// chunks cuts a snapshot into passages. They follow the structure, never cut
// a sentence, and together cover all of the text that has sentences.
func chunks(text string) []chunk {
	units := unitsOf(text)
	var out []chunk
	var path []heading
	cur := chunk{start: -1}
	var words, body float64
	header, table := "", -1
	flush := func() {
		if cur.start >= 0 {
			out = append(out, cur)
		}
		cur, words, body = chunk{start: -1}, 0, 0
	}
	for i, u := range units {
		switch {
		case u.kind == lineHeading:
			if body >= sectionEnd || body > 0 && u.level <= 1 {
				flush()
			}
		case words > 0 && body > 0 && words+u.words > passageWords*1.2:
			flush()
		case body >= paragraphEnd && i > 0 && units[i-1].block != u.block && words+u.words > passageWords*0.8:
			flush()
		}
		if u.kind == lineHeading {
			path = push(path, heading{u.level, strings.TrimSpace(strings.TrimLeft(text[u.Start:u.End], "# "))})
		}
		if u.kind == lineRow && u.block != table {
			table, header = u.block, text[u.Start:u.End]
		}
		if cur.start < 0 {
			cur.start = u.Start
			if u.kind == lineRow && text[u.Start:u.End] != header {
				cur.header = header
			}
		}
		if u.kind != lineHeading {
			if body == 0 {
				cur.headings = titles(path)
			}
			body += u.words
		} else if body == 0 {
			cur.headings = titles(path)
		}
		cur.end = u.End
		cur.sentences = append(cur.sentences, u.Span)
		if words += u.words; words >= passageWords {
			flush()
		}
	}
	flush()
	return out
}

type heading struct {
	level int
	text  string
}

// push puts a heading in its place under those above it.
func push(path []heading, h heading) []heading {
	n := len(path)
	for n > 0 && path[n-1].level >= h.level {
		n--
	}
	return append(path[:n:n], h)
}

func titles(path []heading) []string {
	var out []string
	for _, h := range path {
		if h.text != "" {
			out = append(out, h.text)
		}
	}
	return out
}

// unitsOf returns the sentences of the text with what their lines are. The
// first sentence of a line begins with the line's marker.
func unitsOf(text string) []unit {
	spans := lang.Sentences(text)
	units := make([]unit, 0, len(spans))
	lines := lineReader{text: text}
	for _, s := range spans {
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End {
			continue
		}
		line := lines.at(s.Start)
		u := unit{Span: s, kind: line.kind, level: line.level, block: line.block}
		if n := len(units); n == 0 || units[n-1].End <= line.start {
			u.Start = line.mark(text, s.Start)
		}
		for u.End-u.Start > maxSentence {
			cut := cutAt(text, u.Start, u.Start+maxSentence)
			head := u
			head.End = cut
			head.words = wordCount(text[head.Start:head.End])
			units = append(units, head)
			u.Start = cut
		}
		u.words = wordCount(text[u.Start:u.End])
		units = append(units, u)
	}
	return units
}

// cutAt returns the last space before end, or the last start of a character.
func cutAt(text string, start, end int) int {
	if i := strings.LastIndexAny(text[start+1:end], " \n\t"); i > 0 {
		return start + 1 + i
	}
	for end > start+1 && !utf8.RuneStart(text[end]) {
		end--
	}
	return end
}

// wordCount counts words for the size of a passage: runs of ASCII without a
// space, and other characters by weight.
func wordCount(s string) float64 {
	n := 0.0
	in := false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			word := c > ' '
			if word && !in {
				n++
			}
			in = word
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= 0x2e80 { // Han, kana, hangul and their punctuation
			n += hanWeight
			in = false
		} else if !in {
			n++
			in = true
		}
		i += size
	}
	return n
}

// A line of light Markdown.
type line struct {
	start, end int
	kind       lineKind
	level      int
	block      int
}

// mark returns where the line's content begins with its marker: from, where
// anything but a marker stands before it.
func (l line) mark(text string, from int) int {
	i := l.start
	for i < from && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	if strings.Trim(text[i:from], "#-*|>0123456789.) \t") == "" {
		return i
	}
	return from
}

// A lineReader classifies lines one after the other.
type lineReader struct {
	text  string
	cur   line
	next  int
	fence bool
	blank bool
}

// at returns the line that holds offset i; i must not go back.
func (r *lineReader) at(i int) line {
	for r.next <= i && r.next < len(r.text) {
		r.step()
	}
	return r.cur
}

func (r *lineReader) step() {
	start := r.next
	end := len(r.text)
	if i := strings.IndexByte(r.text[start:], '\n'); i >= 0 {
		end = start + i
	}
	r.next = end + 1
	before := r.cur
	r.cur = line{start: start, end: end, block: before.block}
	s := strings.TrimSpace(r.text[start:end])
	switch {
	case strings.HasPrefix(s, "```"):
		r.fence = !r.fence
		r.cur.kind = lineCode
	case r.fence:
		r.cur.kind = lineCode
	case s == "":
	case headingLevel(s) > 0:
		r.cur.kind, r.cur.level = lineHeading, headingLevel(s)
	case s[0] == '|':
		r.cur.kind = lineRow
	case isItem(s):
		r.cur.kind = lineItem
	}
	if r.cur.kind != before.kind || r.blank || r.cur.kind == lineHeading {
		r.cur.block++
	}
	r.blank = s == "" && !r.fence
}

func headingLevel(s string) int {
	n := 0
	for n < len(s) && s[n] == '#' {
		n++
	}
	if n > 6 || n == len(s) || s[n] != ' ' {
		return 0
	}
	return n
}

func isItem(s string) bool {
	if strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "* ") {
		return true
	}
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n > 0 && n+1 < len(s) && s[n] == '.' && s[n+1] == ' '
}
