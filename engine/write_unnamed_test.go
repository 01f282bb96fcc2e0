package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestWhoWithoutTheName(t *testing.T) {
	pages := []*agent.Page{
		answers.TextPage("who", 1, "陆文舟", "# 陆文舟\n\n陆文舟（1921年—1998年），中国桥梁工程师。\n\n1957年主持设计了白沙河大桥，该桥全长1860米。"),
		answers.TextPage("who", 2, "Hugo Larn", "# Hugo Larn\n\nHugo Larn was an architect from Oslo.\n\nHe designed the opera house of Vell, which opened in 1972."),
		answers.TextPage("who", 3, "白沙河", "# 白沙河\n\n白沙河全长96公里。2011年建成了白沙河水库。"),
	}
	for _, c := range []struct{ question, note string }{
		{"白沙河大桥是谁设计的？", "陆文舟"},
		{"Who designed the opera house of Vell?", "Hugo Larn"},
		{"谁建成了白沙河水库？", ""},
		{"When did the opera house of Vell open?", ""},
	} {
		d, err := testBuiltin().Draft(answers.Evidence(c.question, answers.NewIndex(pages).Search(c.question, 20), answers.BySnapshot(pages)))
		if err != nil {
			t.Fatal(err)
		}
		var notes []string
		for _, x := range d.Claims {
			if x.Note != "" {
				notes = append(notes, x.Note)
			}
		}
		if got := strings.Join(notes, " "); c.note == "" && got != "" || !strings.Contains(got, c.note) {
			t.Errorf("%q: %s %q with notes %q", c.question, d.Status, answers.Text(d.Claims), notes)
		}
	}
}
