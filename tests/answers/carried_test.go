package answers_test

import (
	"math/rand/v2"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

// carriedFloor is the share of the built-in writer's claims that their own
// quotes must carry.
const carriedFloor = 0.97

// TestCarried checks every claim that the built-in writer makes of the sets'
// pages against its own cites, before any repair.
func TestCarried(t *testing.T) {
	dir := folder(t)
	var all []agent.Evidence
	for _, name := range []string{"zh_refine", "en_fact", "zh_fact"} {
		rows, err := answers.LoadRGB(dir, "rgb/"+name+".jsonl.gz")
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 7))
		for _, r := range rows {
			all = append(all, rgbEvidence(r, .4, rng))
		}
	}
	for _, name := range []string{"squad/dev-v1.1.json.gz", "cmrc2018/cmrc2018_dev.json.gz"} {
		set, err := answers.LoadSQuAD(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		ix := answers.NewIndex(set.Pages)
		for i := 0; i < len(set.QAs); i += *sample {
			q := set.QAs[i].Question
			all = append(all, answers.Evidence(q, ix.Search(q, 60), answers.BySnapshot(set.Pages)))
		}
	}
	b := builtin()
	verdicts := map[agent.Verdict]int{}
	n := 0
	for _, e := range all {
		text := func(id string) (string, bool) {
			p := e.Pages[id]
			if p == nil {
				return "", false
			}
			return p.Text, true
		}
		for _, c := range draft(t, b, e).Claims {
			if len(c.Cites) == 0 {
				continue
			}
			n++
			j := agent.Check(c, text)
			verdicts[j.Verdict]++
			if j.Verdict != agent.Supported {
				t.Logf("%s (%s): %q\n   by %q\n   asked %q", j.Verdict, j.Why, c.Text, c.Cites[0].Quote, e.Question.Text)
			}
		}
	}
	row(t, "all sets", "claims that their quotes carry", share(verdicts[agent.Supported], n), carriedFloor, n)
	t.Logf("%v", verdicts)
	if got := share(verdicts[agent.Supported], n); got < carriedFloor {
		t.Errorf("only %.1f %% of the claims are carried by their quotes", 100*got)
	}
}
