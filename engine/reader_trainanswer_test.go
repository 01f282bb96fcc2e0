package engine

import (
	"sort"
	"testing"
)

var answerBoost = boostOptions{trees: 120, depth: 4, bins: 48, rate: 0.08, lambda: 4, min: 8}

// answerRows makes the data of the answer scorer: one row a case, marked where
// the first three sentences have the answer.
func answerRows(cases []*trainCase, fold int, inside bool) (*boostSet, []*trainCase) {
	set := &boostSet{}
	var kept []*trainCase
	for _, c := range cases {
		if (c.fold == fold) != inside {
			continue
		}
		y := float32(0)
		if c.possible {
			for _, i := range c.r.order[:min(2, len(c.r.order))] {
				if holds(&c.r.sentences[i], c.answers) {
					y = 1
				}
			}
		}
		set.rows = append(set.rows, c.r.answerFeatures(c.r.top))
		set.labels = append(set.labels, y)
		kept = append(kept, c)
	}
	return set, kept
}

// trainAnswers learns when to answer at all, and shows the trade on unseen articles.
func trainAnswers(t *testing.T, cases []*trainCase) {
	t.Helper()
	sure := map[*trainCase]float64{}
	for f := range trainFolds {
		set, _ := answerRows(cases, f, false)
		forest := boost(set, answerBoost)
		rest, kept := answerRows(cases, f, true)
		for i, c := range kept {
			sure[c] = sigmoid(forest.score(rest.rows[i]))
		}
	}
	for _, set := range []string{"squad/dev-v1.1.json.gz", "squad/dev-v2.0.json.gz", "cmrc2018/cmrc2018_dev.json.gz", "xquad/xquad.zh.json.gz"} {
		for _, modes := range [][2]string{{"given", "given"}, {"five", "none"}, {"open", "open without"}} {
			refusalCurve(t, cases, sure, set, modes)
		}
	}
	all, _ := answerRows(cases, -1, false)
	write(t, "reader_answer.bin", boost(all, answerBoost).encode())
}

// refusalCurve shows, for some thresholds, how much is lost and how much rightly refused.
func refusalCurve(t *testing.T, cases []*trainCase, sure map[*trainCase]float64, set string, modes [2]string) {
	t.Helper()
	var yes, no []float64
	for _, c := range cases {
		if c.set != set {
			continue
		}
		switch {
		case c.possible && c.mode == modes[0]:
			yes = append(yes, sure[c])
		case !c.possible && c.mode == modes[1]:
			no = append(no, sure[c])
		}
	}
	if len(yes) < 20 || len(no) < 20 {
		return
	}
	sort.Float64s(yes)
	sort.Float64s(no)
	for _, lost := range []float64{.05, .1, .2} {
		at := yes[int(lost*float64(len(yes)))]
		t.Logf("%-30s %-14s lost %.0f%% at %.2f: refused %.1f%%", set, modes[1], 100*lost, at, 100*float64(sort.SearchFloat64s(no, at))/float64(len(no)))
	}
}
