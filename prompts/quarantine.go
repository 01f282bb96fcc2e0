package prompts

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLine bounds a title, a query or a snippet in a prompt (characters).
const maxLine = 300

// The marks that have a meaning in a prompt or in a chat template. Where page
// text holds one, its brackets are exchanged for look-alikes without meaning.
var (
	bracketed = regexp.MustCompile(`(?i)\[\s*(webpage\b[^\]\n]{0,40}|file (?:name|content)\b[^\]\n]{0,40}|citation\b[^\]\n]{0,40}|/?\s*inst\s*|system[^\]\n]{0,20})\]`)
	angled    = regexp.MustCompile(`(?i)<\s*(/?\s*(?:think(?:ing)?|thought|reasoning|answer|tool_call|tool_response|system|s)\s*|[|｜][^<>\n]{0,60}[|｜])>`)
	ruler     = regexp.MustCompile(`(?m)^[ \t]*={5}[ \t]*$`)
)

// Block returns text from a page or file so that it can stand inside its block:
// marks with a meaning in prompts and chat templates lose their brackets, and
// characters that a reader does not see are removed.
func Block(s string) string {
	s = visible(s)
	s = bracketed.ReplaceAllString(s, "($1)")
	s = angled.ReplaceAllString(s, "‹$1›")
	s = ruler.ReplaceAllString(s, "-----")
	return strings.TrimSpace(s)
}

// Line is Block for one line of at most 300 characters.
func Line(s string) string {
	s = strings.Join(strings.Fields(Block(s)), " ")
	if utf8.RuneCountInString(s) <= maxLine {
		return s
	}
	return string([]rune(s)[:maxLine]) + "…"
}

// visible drops invisible characters: control characters but line feed and
// tab, zero-width and bidirectional marks, and tag characters.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError, r >= 0xE0000 && r <= 0xE0FFF:
			return -1
		case r >= 0xFE00 && r <= 0xFE0F:
			return -1
		}
		return r
	}, s)
}
