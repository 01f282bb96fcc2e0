package engine

import (
	"regexp"
	"slices"

	"github.com/sonde-search/sonde/agent/lang"
)

// comparedYear is a year that a text only compares with: "6 per cent more than in 2024", 比2024年增长.
var comparedYear = regexp.MustCompile(`(?i)\b(?:than|compared (?:with|to))\b[^.,;\d]{0,30}\d{4}|[比较]\s?\d{4}年`)

// comparedKept is the share of its confidence that an answer keeps whose sentence
// has the year asked about only to compare with it.
func (r *reading) comparedKept(s *readSentence) float64 {
	years := r.demands().years
	if len(years) == 0 || !comparedYear.MatchString(s.text) || comparedYear.MatchString(r.q.Text) {
		return 1
	}
	asked := func(y int) bool { return slices.Contains(years, y) }
	rest := comparedYear.ReplaceAllString(s.text, " ")
	if !slices.ContainsFunc(yearsIn(s.text), asked) || slices.ContainsFunc(yearsIn(rest), asked) {
		return 1
	}
	if near := comparedYear.ReplaceAllString(lang.Fold(r.nearby(s)), " "); slices.ContainsFunc(yearsIn(near), asked) {
		return 1
	}
	return keepRivalYear
}
