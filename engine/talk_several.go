package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	severalEn = regexp.MustCompile(`(?i)\b(?:the )?(first|last) (two|three|four|five|2|3|4|5)\b(?: (?:ones|items|of (?:them|these|those)))?`)
	severalZh = regexp.MustCompile(`(最后|前|后|头)([两二三四五2-5])([个种条项款部家座本名位只处所间台张]?)`)
	howMany   = map[string]int{"two": 2, "three": 3, "four": 4, "five": 5, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "2": 2, "3": 3, "4": 4, "5": 5}
)

// severalOf resolves "the last two", 前三个呢: several of the things that the
// newest turn names, asked together.
func (d dialogue) severalOf(r remark) string {
	re := severalEn
	if r.zh {
		re = severalZh
	}
	m := re.FindStringSubmatchIndex(r.body)
	if m == nil {
		return ""
	}
	items, rest := d.items(), strings.TrimSpace(r.body[m[1]:])
	n := howMany[lang.Fold(r.body[m[4]:m[5]])]
	if n > len(items) || !d.counts(r, rest, "first") {
		return ""
	}
	chosen := items[:n]
	if word := lang.Fold(r.body[m[2]:m[3]]); word == "last" || strings.HasSuffix(word, "后") {
		chosen = items[len(items)-n:]
	}
	before, named := strings.TrimSpace(r.body[:m[0]]), together(chosen, r.zh)
	switch {
	case rest == "" && (before == "" || strings.EqualFold(before, "for") || strings.EqualFold(before, "of")), r.zh && before == "" && rest == "的":
		return d.ofItem(items, named)
	case r.zh:
		return before + named + d.afterItem(rest)
	}
	return strings.TrimSpace(before+" "+named+" "+rest) + "?"
}

// together names several things at once: A, B and C.
func together(items []string, zh bool) string {
	mark, and := ", ", " and "
	if zh {
		mark, and = "、", "和"
	}
	last := len(items) - 1
	return strings.Join(items[:last], mark) + and + items[last]
}
