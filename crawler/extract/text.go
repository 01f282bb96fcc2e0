package extract

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readText reads plain text: paragraphs whose lines were broken at a width are
// made whole.
func (j *job) readText() {
	src, cut := capText(decode(j.in), MaxText+MaxText/4) // the copies of a text are as large as it is
	s, hidden := tidy(src)
	j.page.Text, j.page.Hidden, j.page.Truncated = unwrap(s), hidden, cut
	j.named(firstLine(s))
}

// readCode reads source code: as it stands, between fences.
func (j *job) readCode() {
	s, hidden := clean(decode(j.in))
	s = strings.TrimRight(strings.TrimLeft(s, "\n"), " \t\n")
	j.page.Hidden = hidden
	if s != "" {
		s, j.page.Truncated = capText(s, MaxText-16)
		j.page.Text = "```\n" + strings.ReplaceAll("\n"+s, "\n```", "\n ```")[1:] + "\n```"
	}
	j.named("")
}

// named sets title and language of a file: title, else the file's name.
func (j *job) named(title string) {
	if j.page.Title == "" {
		j.page.Title = title
	}
	if j.page.Title == "" {
		j.page.Title = oneLine(path.Base(j.base.Path))
	}
	if j.page.Language == "" {
		j.page.Language = language(j.page.Text, "")
	}
}

// firstLine is the first line of a text without its mark, where it is short
// enough for a title.
func firstLine(s string) string {
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(strings.TrimLeft(line, "#"))
		if line == "" || strings.HasPrefix(line, "Page ") && len(line) < 10 || strings.HasPrefix(line, "```") || strings.HasPrefix(line, "|") {
			continue
		}
		if len(line) > 200 {
			return ""
		}
		return line
	}
	return ""
}

// unwrap joins lines that were broken at a width: a line that is long follows
// on, unless the next begins a list item, a table row, or is indented.
func unwrap(s string) string {
	lines := strings.Split(s, "\n")
	longest := widths(lines)
	var b strings.Builder
	b.Grow(len(s))
	for i, line := range lines {
		b.WriteString(line)
		if i+1 == len(lines) {
			break
		}
		if line == "" || utf8.RuneCountInString(line)*10 < longest*7 || longest < 30 || !goesOn(lines[i+1]) {
			b.WriteByte('\n')
			continue
		}
		next, _ := utf8.DecodeRuneInString(lines[i+1])
		if last := lastRune(line); !wide(last) || !wide(next) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// widths is the width that nine tenths of the longer half of the lines stay
// within: the margin they were broken at, where there is one.
func widths(lines []string) int {
	var hist [201]int
	n := 0
	for _, l := range lines {
		if w := utf8.RuneCountInString(l); w > 0 {
			hist[min(w, 200)]++
			n++
		}
	}
	if hist[200]*10 > n { // many lines have no margin: nothing was broken
		return 0
	}
	seen := 0
	for w, c := range hist {
		if seen += c; seen*20 >= n*19 {
			return w
		}
	}
	return 0
}

// goesOn reports whether a line can be the middle of a paragraph.
func goesOn(line string) bool {
	if line == "" {
		return false
	}
	r := []rune(line[:cutAt(line, 16)])
	switch {
	case unicode.IsSpace(r[0]), strings.ContainsRune("-*+•·>|#=_~`", r[0]):
		return false
	case unicode.IsDigit(r[0]):
		rest := strings.TrimLeft(line, "0123456789")
		return !strings.HasPrefix(rest, ". ") && !strings.HasPrefix(rest, ") ") && !strings.HasPrefix(rest, "、")
	}
	return true
}
