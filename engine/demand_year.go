package engine

import (
	"regexp"
	"slices"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// yearVerdict says how a sentence stands to the year that is asked about.
func (r *reading) yearVerdict(s *readSentence) verdict {
	years := r.demands().years
	if len(years) == 0 {
		return verdictMet
	}
	has := func(text string) bool {
		for _, y := range r.yearsSaid(text) {
			if slices.Contains(years, y) {
				return true
			}
		}
		return false
	}
	if has(s.text) || has(r.nearby(s)) || len(s.page.Published) > 4 && has(s.page.Published[:4]) {
		return verdictMet
	}
	if len(yearsIn(s.text)) > 0 || len(yearsIn(r.nearby(s))) > 0 {
		return verdictRival
	}
	return verdictAbsent
}

// yearsSaid are the years of a text; where the question compares nothing, those
// left out that a text only compares with: "6 per cent more than in 2024", 比2024年增长.
func (r *reading) yearsSaid(text string) []int {
	if !comparedYear.MatchString(lang.Fold(r.q.Text)) {
		text = comparedYear.ReplaceAllString(text, " ")
	}
	return yearsIn(text)
}

var comparedYear = regexp.MustCompile(`(?i)\b(?:than|compared (?:with|to))\b[^.,;\d]{0,30}\d{4}|[比较]\s?\d{4}年`)

// yearKept is the share of the confidence that is kept in view of the year
// asked about: little where its page speaks of others alone, and where a number is
// asked for that nothing that was read gives for the year.
func (r *reading) yearKept(s *readSentence) float64 {
	v := r.yearVerdict(s)
	if v == verdictMet {
		return 1
	}
	years := r.demands().years
	stands := func(p *agent.Page) bool {
		return slices.ContainsFunc(r.yearsSaid(p.Text), func(y int) bool { return slices.Contains(years, y) })
	}
	switch {
	case stands(s.page) && v == verdictRival:
		return keepOtherYear
	case stands(s.page):
		return keepAbsentYear
	case v == verdictRival:
		return keepRivalYear
	case r.q.Kind == KindCount && !r.few() && !slices.ContainsFunc(r.passages, func(p readPassage) bool { return stands(p.page) }):
		return keepRivalYear
	}
	return keepAbsentYear
}
