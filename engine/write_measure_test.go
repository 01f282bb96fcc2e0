package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestComparativesNeedBothMeasures(t *testing.T) {
	for question, short := range map[string]string{
		"Is the mill at Birch Weir higher than the mill at Alder Brook?": "Yes",
		"Is Birch Weir higher than Alder Brook?":                         "Yes",
		"Is Alder Brook taller than Birch Weir?":                         "No",
		"Is Alder Brook older than Birch Weir?":                          "Yes",
		"Is Birch Weir heavier than Alder Brook?":                        "",
		"听雨楼客栈比望月居早吗？":                                                   "是",
		"望月居比听雨楼客栈早吗？":                                                   "否",
		"望月居比听雨楼客栈贵吗？":                                                   "",
	} {
		d := townDraft(t, question)
		if d.Short != short || (short == "") == (d.Status == agent.StatusAnswered) {
			t.Errorf("%q: %s %q: %q", question, d.Status, d.Short, answers.Text(d.Claims))
		}
	}
}

func TestYesBearsOnWhatIsAsked(t *testing.T) {
	for question, short := range map[string]string{
		"Was the wheel mended in 1977?": "Yes",
		"Is the towpath free?":          "",
		"Was Ada Finch honoured?":       "",
		"Was the towpath laid in 1862?": "Yes",
		"听雨楼客栈是1926年创办的吗？":              "是",
	} {
		if d := townDraft(t, question); d.Short != short {
			t.Errorf("%q: %s %q: %q", question, d.Status, d.Short, answers.Text(d.Claims))
		}
	}
}

func TestAPageOfChangesListsNothing(t *testing.T) {
	text := func(title string) string {
		return "# " + title + "\n\n## Lamp hooks of Beacon\n\nBeacon has these lamp hooks:\n\n"
	}
	pages := []*agent.Page{
		answers.TextPage("b", 1, "Migration from Beacon 1", text("Migration from Beacon 1")+"- beforeFlare removed\n- flared replaced\n- doused renamed\n"),
		answers.TextPage("b", 2, "Beacon guide", text("Beacon guide")+"- lit\n- dimmed\n- snuffed\n"),
	}
	q := "What are the lamp hooks of Beacon?"
	d, err := testBuiltin().Draft(answers.Evidence(q, answers.NewIndex(pages).Search(q, 40), answers.BySnapshot(pages)))
	if text := answers.Text(d.Claims); err != nil || !strings.Contains(text, "dimmed") || strings.Contains(text, "removed") {
		t.Errorf("%v %q", err, text)
	}
}
