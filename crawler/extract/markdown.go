package extract

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

var (
	mdComment = regexp.MustCompile(`(?s)<!--.*?-->`)
	mdImage   = regexp.MustCompile(`!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])`)
	mdLink    = regexp.MustCompile(`\[([^\]\[]+)\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)`)
	mdRef     = regexp.MustCompile(`\[([^\]\[]+)\]\[[^\]]*\]`)
	mdRefDef  = regexp.MustCompile(`^ {0,3}\[([^\]]+)\]:\s*<?(\S+?)>?(\s|$)`)
	mdAuto    = regexp.MustCompile(`<(https?://[^>\s]+)>`)
	mdTag     = regexp.MustCompile(`</?[a-zA-Z][^>\n]*>`)
	mdStrong  = regexp.MustCompile(`(\*\*|__)(\S(?:.*?\S)?)(\*\*|__)`)
	mdTick    = regexp.MustCompile("`+([^`]+)`+")
	mdBullet  = regexp.MustCompile(`^(\s*)[*+-]\s+`)
	mdNumber  = regexp.MustCompile(`^(\s*)(\d+)[.)]\s+`)
	mdHead    = regexp.MustCompile(`^ {0,3}(#{1,6})\s+(.*?)\s*#*$`)
	mdRule    = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)
)

// readMarkdown reads Markdown into the light form of a snapshot: links keep
// their text, images and comments go, marks of emphasis go, code stays.
func (j *job) readMarkdown() {
	src, hidden := clean(decode(j.in))
	src = j.frontMatter(src)
	for _, c := range mdComment.FindAllString(src, -1) {
		hidden += len([]rune(c))
	}
	m := mdReader{job: j}
	for line := range strings.SplitSeq(mdComment.ReplaceAllString(src, ""), "\n") {
		m.line(line)
	}
	if m.fence != "" {
		m.out = append(m.out, "```")
	}
	text, _ := tidy(strings.Join(m.out, "\n"))
	j.page.Text, j.page.Hidden = text, hidden
	for line := range strings.SplitSeq(text, "\n") {
		if h, ok := strings.CutPrefix(line, "# "); ok {
			j.named(h)
		}
	}
	j.named(firstLine(text))
}

// frontMatter reads the YAML between lines of "---" that many sites begin
// their Markdown with: title, date and author.
func (j *job) frontMatter(src string) string {
	rest, ok := strings.CutPrefix(strings.TrimLeft(src, "\n"), "---\n")
	if !ok {
		return src
	}
	head, body, ok := strings.Cut(rest, "\n---\n")
	if !ok || len(head) > 8192 {
		return src
	}
	for line := range strings.SplitSeq(head, "\n") {
		key, v, ok := strings.Cut(line, ":")
		v = strings.Trim(strings.TrimSpace(v), `"'`)
		if !ok || v == "" {
			continue
		}
		switch strings.ToLower(key) {
		case "title":
			j.page.Title = oneLine(v)
		case "author":
			j.page.Author = cleanAuthor(oneLine(v))
		case "date", "published", "created":
			j.page.Published = j.believed(isoDay(v))
		case "updated", "lastmod", "modified":
			j.page.Modified = j.believed(isoDay(v))
		}
	}
	return body
}

type mdReader struct {
	job   *job
	out   []string
	fence string // the fence that closes the code under way
	lists []int  // indentation of the list items above, outermost first
}

// indent is the indentation of a list item that stands n columns in: two
// spaces a level.
func (m *mdReader) indent(n int) string {
	for len(m.lists) > 0 && m.lists[len(m.lists)-1] > n {
		m.lists = m.lists[:len(m.lists)-1]
	}
	if len(m.lists) == 0 || m.lists[len(m.lists)-1] < n {
		m.lists = append(m.lists, n)
	}
	return strings.Repeat("  ", min(len(m.lists)-1, 8))
}

func (m *mdReader) line(line string) {
	trimmed := strings.TrimSpace(line)
	if m.fence != "" {
		if strings.HasPrefix(trimmed, m.fence) && strings.Trim(trimmed, m.fence[:1]) == "" {
			m.fence, line = "", "```"
		}
		m.out = append(m.out, line)
		return
	}
	for _, f := range []string{"```", "~~~"} {
		if strings.HasPrefix(trimmed, f) {
			m.fence = trimmed[:len(trimmed)-len(strings.TrimLeft(trimmed, f[:1]))]
			m.blank()
			m.out = append(m.out, "```")
			return
		}
	}
	if d := mdRefDef.FindStringSubmatch(line); d != nil {
		m.link(d[2], d[1])
		return
	}
	n := len(m.out)
	switch {
	case n > 0 && m.out[n-1] != "" && trimmed != "" && (strings.Trim(trimmed, "=") == "" || strings.Trim(trimmed, "-") == "" && len(trimmed) > 1) && !strings.HasPrefix(m.out[n-1], "|"):
		mark := "# "
		if trimmed[0] == '-' {
			mark = "## "
		}
		m.out[n-1] = mark + m.out[n-1]
		m.out = append(m.out, "")
	case strings.Contains(trimmed, "|") && mdRule.MatchString(trimmed) && n > 0 && strings.HasPrefix(m.out[n-1], "|"):
		m.out = append(m.out, "|"+strings.Repeat(" --- |", strings.Count(strings.Trim(trimmed, "|"), "|")+1))
	default:
		m.out = append(m.out, m.text(line))
	}
}

func (m *mdReader) blank() {
	if n := len(m.out); n > 0 && m.out[n-1] != "" {
		m.out = append(m.out, "")
	}
}

func (m *mdReader) link(url, text string) {
	if u := m.job.absolute(url); u != "" && !strings.HasPrefix(url, "#") && len(m.job.page.Links) < MaxLinks {
		m.job.page.Links = append(m.job.page.Links, agent.Link{URL: u, Text: oneLine(text)})
	}
}

// text rewrites one line outside of code.
func (m *mdReader) text(line string) string {
	line = strings.ReplaceAll(line, "\t", "    ")
	if h := mdHead.FindStringSubmatch(line); h != nil {
		m.blank()
		return h[1] + " " + m.words(h[2])
	}
	if b := mdBullet.FindStringSubmatch(line); b != nil && !strings.HasPrefix(strings.TrimSpace(line), "**") {
		return m.indent(len(b[1])) + "- " + m.words(line[len(b[0]):])
	}
	if b := mdNumber.FindStringSubmatch(line); b != nil {
		return m.indent(len(b[1])) + b[2] + ". " + m.words(line[len(b[0]):])
	}
	t := strings.TrimSpace(line)
	if t != "" && len(line) == len(t) {
		m.lists = m.lists[:0]
	}
	if strings.HasPrefix(t, "|") && strings.HasSuffix(t, "|") && len(t) > 1 {
		cells := strings.Split(strings.ReplaceAll(t[1:len(t)-1], "\\|", "\x00"), "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(m.words(cells[i]), "\x00", "\\|")
		}
		return "| " + strings.Join(cells, " | ") + " |"
	}
	return m.words(strings.TrimLeft(t, "> "))
}

// words takes the marks out of running text.
func (m *mdReader) words(s string) string {
	s = mdImage.ReplaceAllString(s, "")
	for _, l := range mdLink.FindAllStringSubmatch(s, -1) {
		m.link(l[2], l[1])
	}
	s = mdLink.ReplaceAllString(s, "$1")
	s = mdRef.ReplaceAllString(s, "$1")
	s = mdAuto.ReplaceAllString(s, "$1")
	if strings.Contains(s, "<") && !strings.Contains(s, "`") {
		s = mdTag.ReplaceAllString(s, "")
	}
	s = mdStrong.ReplaceAllString(s, "$2")
	s = mdTick.ReplaceAllString(s, "$1")
	return strings.TrimSpace(s)
}
