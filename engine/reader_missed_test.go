package engine

import (
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestWordsThatNothingHas(t *testing.T) {
	pages := []*agent.Page{answers.TextPage("town", 1, "听雨楼客栈", inns), answers.TextPage("town", 2, "Alder Mill", mills)}
	weights, err := loadReader()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		question string
		missed   bool
	}{
		{"How many sacks does the mill at Alder Brook grind?", true},
		{"Who was the miller of Alder Brook?", false},
		{"听雨楼客栈的发电量是多少？", true},
		{"听雨楼客栈的客房有多少间？", false},
	} {
		e := answers.Evidence(c.question, answers.NewIndex(pages).Search(c.question, 40), answers.BySnapshot(pages))
		r := readEvidence(e, Analyse(c.question, time.Time{}, nil), weights)
		if got := r.missed(); (got > 0.4) != c.missed {
			t.Errorf("%q: %.2f missed", c.question, got)
		}
		if low, high := r.doubtMissed(0.4), r.doubtMissed(0.9); high != 1 || (low < 1) != (r.missed() > 0) {
			t.Errorf("%q: keeps %.2f of little, %.2f of much confidence", c.question, low, high)
		}
	}
}
