package engine

import "testing"

func TestSameDeed(t *testing.T) {
	for _, c := range []struct {
		asked, heading string
		same           bool
	}{
		{"如何给织机上油？", "织机上油", true},
		{"怎样清洗织机的梭子？", "清洗梭子", true},
		{"怎样清洗织机的梭子？", "更换梭子", false},
		{"How do I oil the loom?", "Oiling the loom", true},
		{"How do I clean the shuttle of a loom?", "Storing a loom", false},
		{"How do I oil the loom?", "Loom", false},
	} {
		if v := sameDeed(deedOf(c.asked), deedOf(c.heading)); (v >= wayAbout) != c.same {
			t.Errorf("%q under %q: %.2f", c.asked, c.heading, v)
		}
	}
}

// manual are pages that tell how something is done in plain sentences, beside lists that are no steps.
var manual = []string{
	"# 织机维护\n\n织机维护每周一次。\n\n## 织机上油\n\n先关掉电源，等飞轮停下来。然后在每个轴承里滴两滴油。\n\n## 术语\n\n- 织机：织布的机器。\n- 轴承：托着轴的零件。\n- 上油：给轴承加油。\n",
	"# 织机零件\n\n## 性质\n\n1. 织机的轴承要上油。\n2. 织机的梭子不上油。\n",
	"# 展厅\n\n展厅里有一台织机，谁都可以上油画课。\n",
	"# Care of the loom\n\nCare of the loom takes an hour a week.\n\n## Oiling the loom\n\nTurn the power off and wait until the wheel stands still. Then put two drops of oil into each bearing.\n\n## Terms\n\n- Loom: a machine that weaves.\n- Oil: what a loom needs.\n",
	"# The hall\n\nThe hall shows a loom and three oil paintings.\n",
}

func TestWayFromItsSection(t *testing.T) {
	for question, want := range map[string]string{
		"如何给织机上油？":               "先关掉电源，等飞轮停下来。|然后在每个轴承里滴两滴油。",
		"How do I oil the loom?": "Turn the power off and wait until the wheel stands still.|Then put two drops of oil into each bearing.",
	} {
		d := sectionsDraft(t, manual, question)
		if got := claimTexts(d); got != want {
			t.Errorf("%q: %s (%.2f) %q, want %q", question, d.Status, d.Confidence, got, want)
		}
	}
}
