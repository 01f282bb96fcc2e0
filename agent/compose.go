package agent

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// compose writes the answer's Markdown: each sentence followed by its marks.
func (r *run) compose(a Answer) string {
	switch a.Status {
	case StatusFailed:
		return r.failedText()
	case StatusNotFound:
		return r.notFoundText()
	}
	if text := Compose(a.Claims); text != "" {
		return text
	}
	return r.say().cancelledEmpty
}

// Compose lays claims out as Markdown: headings for sections, lists, numbered
// steps, tables and paragraphs, each claim followed by the marks of its
// sources. Nothing in a claim's text can become markup.
func Compose(claims []Claim) string {
	var b strings.Builder
	var prev *Claim
	step := 0
	for i := range claims {
		c := &claims[i]
		between := separator(prev, c)
		if step++; c.Form != FormStep || between != "\n" {
			step = 1 // a list of its own
		}
		b.WriteString(between)
		writeClaim(&b, prev, c, step)
		prev = c
	}
	return strings.TrimSpace(b.String())
}

// separator is what stands between two claims.
func separator(prev, c *Claim) string {
	switch {
	case prev == nil:
		return ""
	case prev.Section != c.Section || prev.Form != c.Form || prev.Lead || c.Form == FormRow && !slices.Equal(prev.Columns, c.Columns):
		return "\n\n"
	case c.Form != FormSentence:
		return "\n"
	case lang.Detect(c.Text) == "zh" || lang.Detect(c.Text) == "ja":
		return ""
	}
	return " "
}

// writeClaim writes one claim; step is its place among the steps of its list, from 1.
func writeClaim(b *strings.Builder, prev, c *Claim, step int) {
	if c.Section != "" && (prev == nil || prev.Section != c.Section) {
		fmt.Fprintf(b, "## %s\n\n", escape(c.Section))
	}
	switch c.Form {
	case FormItem:
		b.WriteString("- ")
	case FormStep:
		fmt.Fprintf(b, "%d. ", step)
	case FormRow:
		writeRow(b, prev, c)
		return
	}
	b.WriteString(escape(c.Text))
	b.WriteString(marks(c))
}

func writeRow(b *strings.Builder, prev, c *Claim) {
	if len(c.Columns) > 0 && (prev == nil || prev.Form != FormRow || !slices.Equal(prev.Columns, c.Columns)) {
		b.WriteString("|")
		for _, col := range c.Columns {
			fmt.Fprintf(b, " %s |", escape(col))
		}
		b.WriteString("\n|" + strings.Repeat(" --- |", len(c.Columns)) + "\n")
	}
	b.WriteString("| " + escape(c.Text) + marks(c) + " |")
}

// marks are a claim's source numbers, each once: " [1][3]".
func marks(c *Claim) string {
	var b strings.Builder
	var seen []int
	for _, cite := range c.Cites {
		if !slices.Contains(seen, cite.Source) {
			seen = append(seen, cite.Source)
			fmt.Fprintf(&b, "[%d]", cite.Source)
		}
	}
	if c.Verdict == Unsupported {
		b.WriteString("[?]")
	}
	if c.Note != "" {
		fmt.Fprintf(&b, " (%s)", escape(c.Note))
	}
	if b.Len() == 0 {
		return ""
	}
	return " " + b.String()
}

// escaper keeps a page's words from becoming links, images, markup or marks.
var escaper = strings.NewReplacer(`[`, `\[`, `]`, `\]`, `<`, `\<`, "`", "\\`", "\n", " ", "\r", "")

func escape(s string) string { return escaper.Replace(s) }

// language is the answer's language: what was asked for, else the question's.
func (r *run) language() string {
	if r.q.Language != "auto" && r.q.Language != "" {
		return r.q.Language
	}
	if l := lang.Asked(r.q.Text); l != "" {
		return l
	}
	return "en"
}
