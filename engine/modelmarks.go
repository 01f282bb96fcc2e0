package engine

import (
	"regexp"
	"strconv"
	"strings"
)

// mark is a citation mark that stood in a model's text.
type mark struct {
	At    int   // offset in the text without marks (bytes)
	End   int   // offset of its end in the text with marks (bytes)
	Pages []int // those that exist; none where it names no page
}

// The forms of citation marks: [citation:3], [citation:3, 5], [3], [3][5],
// [3-5], [^3], [webpage 3], 【3】, 【citation:3†…】, （citation:3）, (webpage 3).
var (
	markForm = regexp.MustCompile(`(?i)[ \t]*(?:` +
		`[\[【]\s*(?:\^|(?:citations?|cite|source|webpage|page|网页|引用|来源)\s*[:：]?\s*(?:webpage\s*)?)?\s*#?(\d{1,3}(?:\s*(?:[,，、;；&–—-]|and)\s*(?:citation\s*[:：]\s*|webpage\s*)?#?\d{1,3})*)(?:†[^\]】\n]{0,40})?\s*[\]】](?:\([^()\s]{0,300}\))?` +
		`|[(（]\s*(?:citations?|cite|webpage|网页|引用)\s*[:：]?\s*(\d{1,3}(?:\s*[,，、]\s*(?:citation\s*[:：]\s*)?\d{1,3})*)\s*[)）]` +
		`|[\[【]\s*(?:citation|webpage)\s*[:：]?\s*[XxNn]?\s*[\]】])`)
	markOpen   = regexp.MustCompile(`[ \t]*[\[【(（][^\]】)）\n]{0,60}$|[ \t]*[\]】]\([^()\s]{0,300}$`)
	markNumber = regexp.MustCompile(`\d{1,3}`)
	markRange  = regexp.MustCompile(`(\d{1,3})\s*[–—-]\s*#?(\d{1,3})`)
	linkForm   = regexp.MustCompile(`!?\[([^\[\]\n]{0,300})\]\((?:[^()\s]|\([^()\s]*\)){0,600}(?:\s+"[^"\n]*")?\)`)
	bareLink   = regexp.MustCompile(`<https?://[^<>\s]{1,600}>`)
)

// takeMarks returns text without citation marks, and the marks. A number in
// brackets that is no page's stays where it is: it may be an index or a year.
func takeMarks(text string, pages int) (string, []mark) {
	var b strings.Builder
	var marks []mark
	last := 0
	for _, m := range markForm.FindAllStringSubmatchIndex(text, -1) {
		said := ""
		for g := 2; g+1 < len(m); g += 2 {
			if m[g] >= 0 {
				said = text[m[g]:m[g+1]]
			}
		}
		ns := markNumbers(said, pages)
		bare := !regexpLetters.MatchString(text[m[0]:m[1]])
		if said != "" && len(ns) == 0 && bare {
			continue
		}
		b.WriteString(text[last:m[0]])
		last = m[1]
		marks = append(marks, mark{At: b.Len(), End: last, Pages: ns})
	}
	b.WriteString(text[last:])
	return b.String(), marks
}

var regexpLetters = regexp.MustCompile(`\pL`)

// markNumbers reads the page numbers of a mark: those that exist, once each.
func markNumbers(said string, pages int) []int {
	said = markRange.ReplaceAllStringFunc(said, func(r string) string {
		m := markRange.FindStringSubmatch(r)
		from, err1 := strconv.Atoi(m[1])
		to, err2 := strconv.Atoi(m[2])
		if err1 != nil || err2 != nil || to < from || to-from > 10 {
			return r
		}
		var ns []string
		for n := from; n <= to; n++ {
			ns = append(ns, strconv.Itoa(n))
		}
		return strings.Join(ns, ",")
	})
	var out []int
	seen := map[int]bool{}
	for _, d := range markNumber.FindAllString(said, -1) {
		n, err := strconv.Atoi(d)
		if err != nil || n < 1 || n > pages || seen[n] {
			continue
		}
		seen[n] = true
		out = append(out, n)
	}
	return out
}

// noLinks removes addresses from a model's text: images whole, links but for
// their words. Links in an answer are written from source numbers alone.
func noLinks(s string) string {
	s = linkForm.ReplaceAllStringFunc(s, func(l string) string {
		if strings.HasPrefix(l, "!") {
			return ""
		}
		return linkForm.FindStringSubmatch(l)[1]
	})
	return bareLink.ReplaceAllString(s, "")
}
