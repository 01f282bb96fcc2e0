package engine

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

// rulesDraft asks of a site of numbered rules, each with its facts.
func rulesDraft(t *testing.T, question string) Draft {
	t.Helper()
	texts := map[string]string{
		"RULE 4 – Lamp Signals | rules.example":                      "# RULE 4 – Lamp Signals\n\n- Author: Mira Holt <mira at rules.example>, Jon Pell <jon at rules.example>\n- Status: Final\n- Created: 3-May-2011\n\n## Abstract\n\nThis rule says how boats signal with lamps. A lamp signal is a pattern of flashes.\n\n## Kinds of lamp signals\n\n### Steady signals\n\nThey never go out.\n\n### Flashing signals\n\nThey flash.\n\n### Coloured signals\n\nThey are red or green.",
		"RULE 5 – Adding a Lamp Signal | rules.example":              "# RULE 5 – Adding a Lamp Signal\n\n- Author: Ola Brun <ola at rules.example>\n- Status: Rejected\n- Superseded-By: 9\n\n## Abstract\n\nThis rule would have added one more lamp signal to those of Rule 4.",
		"RULE 9 – Making Radio Log Entries Optional | rules.example": "# RULE 9 – Making Radio Log Entries Optional\n\n- Author: Ken Abe <ken at rules.example>\n- Status: Draft\n\n## Abstract\n\nRadio log entries (RLE) need not be written where a recorder runs.",
		"RULE 11 – Harbour Speed | rules.example":                    "# RULE 11 – Harbour Speed\n\n- Author: Lia Fay <lia at rules.example>\n\n## Abstract\n\nBoats must not exceed 6 knots in the harbour.",
	}
	var pages []*agent.Page
	for _, title := range slices.Sorted(maps.Keys(texts)) {
		pages = append(pages, answers.TextPage("rules", len(title), title, texts[title]))
	}
	e := answers.Evidence(question, answers.NewIndex(pages).Search(question, 40), answers.BySnapshot(pages))
	d, err := testBuiltin().Draft(e)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAnswersOfTheVeryThing(t *testing.T) {
	for _, c := range []struct{ question, short, text, none string }{
		{"Who wrote the RULE on lamp signals?", "Mira Holt, Jon Pell", "Author: Mira Holt, Jon Pell", "Ola Brun"},
		{"What is the status of RULE 9?", "Draft", "Status: Draft", "Rejected"},
		{"When was RULE 4 created?", "3-May-2011", "Created: 3-May-2011", ""},
		{"Which RULE replaces RULE 5?", "9", "Superseded-By: 9", "Ken Abe"},
		{"Which RULE makes RLE optional?", "RULE 9", "RULE 9 – Making Radio Log Entries Optional", "RULE 4"},
	} {
		d := rulesDraft(t, c.question)
		text := answers.Text(d.Claims)
		if d.Status != agent.StatusAnswered || d.Short != c.short || !strings.Contains(text, c.text) || c.none != "" && strings.Contains(text, c.none) {
			t.Errorf("%q: %s (%.2f) short %q: %q", c.question, d.Status, d.Confidence, d.Short, text)
		}
	}
}

func TestWhatADocumentSays(t *testing.T) {
	d := rulesDraft(t, "What does RULE 11 say about boats?")
	if len(d.Claims) == 0 || d.Claims[0].Text != "Boats must not exceed 6 knots in the harbour." || d.Short != "" {
		t.Errorf("%s short %q: %q", d.Status, d.Short, answers.Text(d.Claims))
	}
	for q, want := range map[string]bool{
		"What does the charter say about fees?": true, "What did Rule 4 require of masters?": true, "章程对会费有什么建议？": true, "专家是怎么看待这个方案的？": true,
		"What does the mill produce?": false, "Who said it?": false, "会费怎么交？": false,
	} {
		if got := (&writer{asked: Analyse(q, d.Analysis.Asked, nil)}).asksView(); got != want {
			t.Errorf("%q: %v", q, got)
		}
	}
}

func TestDefinitionOfTheVeryThing(t *testing.T) {
	d := rulesDraft(t, "What is a lamp signal?")
	if len(d.Claims) == 0 || d.Claims[0].Text != "A lamp signal is a pattern of flashes." {
		t.Errorf("%s %q", d.Status, answers.Text(d.Claims))
	}
	if d := rulesDraft(t, "What is a fog horn?"); d.Status != agent.StatusNotFound {
		t.Errorf("a thing that no page names: %s %q", d.Status, answers.Text(d.Claims))
	}
}

func TestHeadingsAsAList(t *testing.T) {
	d := rulesDraft(t, "What are the kinds of lamp signals?")
	text := answers.Text(d.Claims)
	for _, w := range []string{"Steady signals", "Flashing signals", "Coloured signals"} {
		if !strings.Contains(text, w) {
			t.Errorf("no %q in %q", w, text)
		}
	}
}
