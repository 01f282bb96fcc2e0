package engine

import (
	"testing"

	"github.com/sonde-search/sonde/tests/answers"
)

func TestStandingOfTheVeryThing(t *testing.T) {
	for question, want := range map[string]string{
		"Was RULE 5 accepted?": "No: Status: Rejected",
		"Was RULE 5 rejected?": "Yes: Status: Rejected",
		"Was RULE 4 accepted?": "Status: Final",
		"RULE 5 通过了吗？":         "否：Status: Rejected",
	} {
		d := rulesDraft(t, question)
		if len(d.Claims) == 0 || d.Claims[0].Text != want {
			t.Errorf("%q: %s %q", question, d.Status, answers.Text(d.Claims))
		}
	}
	d := rulesDraft(t, "What are lamp signals in boating?")
	if len(d.Claims) == 0 || d.Claims[0].Text != "This rule says how boats signal with lamps." && d.Claims[0].Text != "A lamp signal is a pattern of flashes." {
		t.Errorf("%s %q", d.Status, answers.Text(d.Claims))
	}
}
