package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestPurposeOf(t *testing.T) {
	for question, want := range map[string]string{
		"What does RULE 9 propose?":               "RULE 9",
		"What is a fog horn for?":                 "fog horn",
		"What is the purpose of Rule 4?":          "Rule 4",
		"RULE 9 提出了什么？":                           "RULE 9",
		"树状数组是用来做什么的？":                            "树状数组",
		"潮汐表有什么用？":                                "潮汐表",
		"灯塔手册的作用是什么？":                             "灯塔手册",
		"What operator did RULE 9 add for lamps?": "",
		"When was RULE 4 proposed?":               "",
		"RULE 9 是谁提出的？":                           "",
	} {
		if got := purposeOf(question); got != want {
			t.Errorf("%q: %q, want %q", question, got, want)
		}
	}
}

func TestProse(t *testing.T) {
	for text, want := range map[string]bool{
		"A lamp signal is a pattern of flashes.":        true,
		"字典树，英文名 trie．":                                 true,
		"Except on Sundays, the light burns all night.": true,
		"ExceptionGroup: (2 sub-exceptions)":            false,
		"... except ExceptionGroup as e:":               false,
		"Discussion of RULE 9 (https://example.org/x)":  false,
		"https://example.org/lamps":                     false,
		"if lamp.lit:":                                  false,
		"Changed in version 3.2: lamps are optional":    false,
		"为什么要用灯？":                                       false,
	} {
		if prose(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestWhatAPageSaysOfItself(t *testing.T) {
	for question, want := range map[string]string{
		"What does RULE 4 describe?":      "This rule says how boats signal with lamps.",
		"What does RULE 9 propose?":       "Radio log entries (RLE) need not be written where a recorder runs.",
		"What is RULE 5 about?":           "This rule would have added one more lamp signal to those of Rule 4.",
		"RULE 9 提出了什么？":                   "Radio log entries (RLE) need not be written where a recorder runs.",
		"RULE 5 的作用是什么？":                  "This rule would have added one more lamp signal to those of Rule 4.",
		"What is the purpose of RULE 11?": "Boats must not exceed 6 knots in the harbour.",
	} {
		d := rulesDraft(t, question)
		if len(d.Claims) == 0 || d.Claims[0].Text != want {
			t.Errorf("%q: %s %q", question, d.Status, answers.Text(d.Claims))
		}
	}
}

func TestAFieldIsAskedFor(t *testing.T) {
	for question, none := range map[string]string{
		"What signals does the rule proposed as RULE 4 have?": "Created",
		"What was proposed in RULE 4?":                        "Created",
		"Who created RULE 4?":                                 "3-May-2011",
		"How many flashes are proposed in RULE 4?":            "Created",
	} {
		d := rulesDraft(t, question)
		if strings.Contains(answers.Text(d.Claims), none) {
			t.Errorf("%q: %q", question, answers.Text(d.Claims))
		}
	}
}

// Of one subject most titles have the words; the page of that very title is told.
func TestTitleThatIsTheSubject(t *testing.T) {
	var pages []*agent.Page
	for i, p := range [][2]string{
		{"Eye splice: tools", "This page lists the tools of an eye splice, from fid to knife, and where to buy them."},
		{"Eye splice", "To end a rope with an eye splice its strands are tucked back into it, three times or more."},
		{"Eye splice: history", "Sailors of every sea have left drawings of the eye splice in their books since 1600."},
		{"眼环接：工具", "本页列出眼环接用的工具，从锥子到小刀，并说明哪里有卖。"},
		{"眼环接", "做眼环接时把绳股回插到绳身里三次以上。"},
		{"眼环接：历史", "自1600年以来，各地水手的书里都画着眼环接。"},
	} {
		pages = append(pages, answers.TextPage("ropes", i, p[0], p[1]))
	}
	index, by := answers.NewIndex(pages), answers.BySnapshot(pages)
	weights, err := loadReader()
	if err != nil {
		t.Fatal(err)
	}
	for question, subject := range map[string]string{"What is an eye splice?": "eye splice", "什么是眼环接？": "眼环接"} {
		e := answers.Evidence(question, index.Search(question, 40), by)
		a := testBuiltin().analyse(e.Question)
		w := &writer{evidence: e, asked: a, weights: weights, reading: readEvidence(e, a, weights)}
		if p := w.placeOf(subject); p == nil || lang.Fold(p.page.Title) != subject {
			t.Errorf("%q: %+v", question, p)
		}
	}
}
