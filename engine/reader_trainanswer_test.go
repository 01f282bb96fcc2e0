package engine

import (
	"sort"
	"strings"
	"testing"
)

var answerBoost = boostOptions{trees: 240, depth: 5, bins: 48, rate: 0.05, lambda: 8, min: 12}

// An answerRow is one case's features, and whether its first sentences answer.
type answerRow struct {
	c     *trainCase
	feat  []float32
	label float32
}

// answerRows makes the data of the answer scorer, with spans chosen by scorers
// that have not seen the case's article.
func answerRows(cases []*trainCase, spans []*readerWeights) []answerRow {
	rows := make([]answerRow, len(cases))
	inParallel(len(cases), func(i int) {
		c := cases[i]
		y := float32(0)
		if c.possible {
			for _, k := range c.r.order[:min(2, len(c.r.order))] {
				if holds(&c.r.sentences[k], c.answers) {
					y = 1
				}
			}
		}
		rows[i] = answerRow{c, c.r.answerFeatures(c.r.spans(spans[c.fold], 6)), y}
	})
	return rows
}

// answerSet is the rows of all folds but one. Pieces, which are most like what
// a web search brings, are measured alone.
func answerSet(rows []answerRow, skip int) *boostSet {
	set := &boostSet{}
	for _, r := range rows {
		if r.c.fold != skip && !strings.HasPrefix(r.c.mode, "pieces") {
			set.rows = append(set.rows, r.feat)
			set.labels = append(set.labels, r.label)
		}
	}
	return set
}

// trainAnswers learns when to answer at all, and shows the trade on unseen articles.
func trainAnswers(t *testing.T, cases []*trainCase, spans []*readerWeights) {
	t.Helper()
	rows := answerRows(cases, spans)
	forests := make([]*forest, trainFolds+1)
	inParallel(trainFolds+1, func(f int) { forests[f] = boost(answerSet(rows, f-1), answerBoost) })
	sure := map[*trainCase]float64{}
	for _, r := range rows {
		sure[r.c] = sigmoid(forests[r.c.fold+1].score(r.feat))
	}
	for _, set := range []string{"squad/dev-v1.1.json.gz", "squad/dev-v2.0.json.gz", "cmrc2018/cmrc2018_dev.json.gz", "xquad/xquad.zh.json.gz"} {
		for _, modes := range [][2]string{{"given", "given"}, {"given", "given cut"}, {"five", "none"}, {"five", "five cut"}, {"open", "open without"}, {"open", "open cut"}, {"pieces", "pieces none"}} {
			refusalCurve(t, cases, sure, set, modes)
		}
	}
	write(t, "reader_answer.bin", forests[0].encode())
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
