package agent

import "testing"

func TestStepsAreNumbered(t *testing.T) {
	claims := []Claim{
		{Text: "Two ways.", Lead: true},
		{Text: "Fill it.", Form: FormStep, Section: "Cold"}, {Text: "Wait.", Form: FormStep, Section: "Cold"}, {Text: "Rinse.", Form: FormStep, Section: "Cold"},
		{Text: "Heat it.", Form: FormStep, Section: "Hot"}, {Text: "Pour.", Form: FormStep, Section: "Hot"},
		{Text: "A note.", Section: "Hot"},
		{Text: "Again.", Form: FormStep, Section: "Hot"},
		{Text: "Loose.", Form: FormItem, Section: "Hot"},
	}
	want := "Two ways.\n\n## Cold\n\n1. Fill it.\n2. Wait.\n3. Rinse.\n\n## Hot\n\n1. Heat it.\n2. Pour.\n\nA note.\n\n1. Again.\n\n- Loose."
	if got := Compose(claims); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
