package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	cleanFootnote = regexp.MustCompile(`\s?\[(?:\d{1,3}|[a-z]|note \d+|citation needed)\]|【\d{1,3}】`)
	cleanEmphasis = regexp.MustCompile("\\*\\*|__|`")
	cleanSpace    = regexp.MustCompile(`\s+`)
)

// cleanText takes footnote marks, Markdown emphasis and line breaks out of a
// quote: a claim is that text; the cite keeps the quote as it stands.
func cleanText(s string) string {
	if strings.ContainsAny(s, "[【") {
		s = cleanFootnote.ReplaceAllString(s, "")
	}
	if strings.ContainsAny(s, "*_`") {
		s = cleanEmphasis.ReplaceAllString(s, "")
	}
	if strings.ContainsAny(s, "\t\n\f\r") || strings.Contains(s, "  ") {
		s = cleanSpace.ReplaceAllString(s, " ")
	}
	return strings.TrimSpace(s)
}

// A clause is a part of a sentence between marks.
type clause struct{ from, to int }

// clauses parts a sentence at commas, semicolons and dashes that stand outside
// brackets and quotation marks; each clause keeps its closing mark.
func clauses(s string) []clause {
	var out []clause
	depth, from := 0, 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '(', '（', '“', '「', '《', '[', '【', '『':
			depth++
		case ')', '）', '”', '」', '》', ']', '】', '』':
			depth = max(0, depth-1)
		case ',', ';':
			if depth == 0 && i+1 < len(s) && s[i+1] == ' ' {
				out = append(out, clause{from, i + 1})
				from = i + 1
			}
		case '，', '；', '。', '！', '？':
			if depth == 0 && i+n < len(s) {
				out = append(out, clause{from, i + n})
				from = i + n
			}
		}
		i += n
	}
	if from < len(s) {
		out = append(out, clause{from, len(s)})
	}
	return out
}

// The length, in characters, above which a sentence is cut to its clauses that matter.
const (
	longEn = 260
	longZh = 110
)

// turnWords begin a clause that changes what stands before it: a sentence is
// never cut in front of one.
var turnWords = []string{"but", "however", "except", "unless", "although", "though", "if", "not", "nor", "only", "rather", "instead", "whereas", "provided", "until", "without",
	"但", "然而", "不过", "除非", "如果", "只是", "却", "而非", "并非", "否则", "除了", "若", "只有", "可是", "仅", "而不"}

// shorten is the part of a long sentence to show: the clauses from the first to
// the last that match the question, widened to the budget; whole otherwise.
func (w *writer) shorten(s *readSentence) (from, to int) {
	limit := longEn
	if s.language == "zh" {
		limit = longZh
	}
	if utf8.RuneCountInString(s.text) <= limit || len(s.hits) == 0 {
		return 0, len(s.text)
	}
	cs := clauses(s.text)
	weight := make([]float64, len(cs))
	for _, h := range s.hits {
		at := s.tokens[h.token].start
		for i, c := range cs {
			if at >= c.from && at < c.to {
				weight[i] += w.reading.q.units[h.unit].weight * h.weight
			}
		}
	}
	lo, hi := bestRun(s.text, cs, weight, limit)
	for lo > 0 && turns(s.text[cs[lo].from:cs[lo].to]) {
		lo--
	}
	for hi < len(cs)-1 && turns(s.text[cs[hi+1].from:cs[hi+1].to]) {
		hi++
	}
	from, to = cs[lo].from, cs[hi].to
	if limits(s.text[:from]) || limits(s.text[to:]) {
		return 0, len(s.text)
	}
	from += len(s.text[from:to]) - len(strings.TrimLeft(s.text[from:to], " ，,；;"))
	to -= len(s.text[from:to]) - len(strings.TrimRight(s.text[from:to], " ，,；;、"))
	return from, to
}

// bestRun is the run of clauses of the greatest weight within the limit of characters.
func bestRun(s string, cs []clause, weight []float64, limit int) (lo, hi int) {
	best := -1.0
	for i := range cs {
		n, sum := 0, 0.0
		for j := i; j < len(cs); j++ {
			n += utf8.RuneCountInString(s[cs[j].from:cs[j].to])
			if n > limit && j > i {
				break
			}
			sum += weight[j]
			if v := sum - 0.01*float64(i); v > best+1e-9 || v > best-0.05 && i == lo && j > hi {
				best, lo, hi = max(v, best), i, j
			}
		}
	}
	return lo, hi
}

func turns(c string) bool {
	c = strings.ToLower(strings.TrimLeft(c, " ，,；;"))
	for _, t := range turnWords {
		if strings.HasPrefix(c, t) && (t[0] >= 0x80 || !wordByte(c, len(t))) {
			return true
		}
	}
	return false
}

// limits reports whether what a cut would leave out limits what is left: a
// condition or an exception belongs to it.
func limits(left string) bool {
	return hasAny(strings.ToLower(left), limitWords)
}

var limitWords = []string{"if", "unless", "except", "provided that", "only if", "only when", "如果", "除非", "除了", "只有", "若", "前提"}
