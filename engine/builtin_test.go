package engine

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/tests/answers"
)

// testPages are the pages of testdata/builtin.txtar.
func testPages(t testing.TB) []*agent.Page {
	t.Helper()
	a, err := txtar.ParseFile("testdata/builtin.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []*agent.Page
	for _, f := range a.Files {
		text := strings.TrimSpace(string(f.Data))
		title, _, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
		p := &agent.Page{URL: "https://pages.example/" + f.Name, Title: title, Text: text, Snapshot: agent.SnapshotID(text), Language: lang.Detect(text)}
		switch f.Name {
		case "camera-old.md":
			p.Published = "2023-03-05"
		case "camera-new.md":
			p.Published = "2024-11-20"
		}
		out = append(out, p)
	}
	return out
}

func testEvidence(t testing.TB, question string) agent.Evidence {
	pages := testPages(t)
	return answers.Evidence(question, answers.NewIndex(pages).Search(question, 60), answers.BySnapshot(pages))
}

func testBuiltin() *Builtin {
	return NewBuiltin(BuiltinOptions{Now: func() time.Time { return testNow }})
}

// draftOf drafts an answer and holds every claim to the citation check.
func draftOf(t *testing.T, e agent.Evidence) Draft {
	t.Helper()
	d, err := testBuiltin().Draft(e)
	if err != nil {
		t.Fatal(err)
	}
	text := func(id string) (string, bool) {
		p, ok := e.Pages[id]
		if !ok {
			return "", false
		}
		return p.Text, true
	}
	for _, c := range d.Claims {
		if j := agent.Check(c, text); j.Verdict != agent.Supported {
			t.Errorf("%q: the claim %q is %s: %s", e.Question.Text, c.Text, j.Verdict, j.Why)
		}
	}
	return d
}

func TestDraft(t *testing.T) {
	for _, c := range []struct {
		question string
		want     string // stands in the first two claims
		form     agent.Form
		forms    int // claims of that form, at least
	}{
		{"Who designed Harrow Bridge?", "Ada Brandt", "", 1},
		{"When was Harrow Bridge opened?", "14 May 1931", "", 1},
		{"How long is Harrow Bridge?", "412 metres", "", 1},
		{"How much did the repair of the deck of Harrow Bridge cost?", "3.2 million pounds", "", 1},
		{"Why was the deck of Harrow Bridge replaced?", "because salt had corroded", "", 1},
		{"Are bicycles allowed on Harrow Bridge?", "No: ", "", 1},
		{"Was Harrow Bridge designed by Ada Brandt?", "Yes: ", "", 1},
		{"What is the Coastal Union?", "league of five towns", "", 1},
		{"What are the members of the Coastal Union?", "Coastal Union", agent.FormItem, 5},
		{"How do I reset the Norden R5 router?", "Unplug the router", agent.FormStep, 4},
		{"What is the difference between a heat pump and a gas boiler?", "heat pump", agent.FormRow, 1},
		{"青石塔在哪里？", "临江市东郊", "", 1},
		{"青石塔有多高？", "48米", "", 1},
		{"青石塔始建于哪一年？", "1372年", "", 1},
		{"青石塔为什么加固？", "地基下沉", "", 1},
		{"青石塔内允许拍照吗？", "否：", "", 1},
		{"海岸联盟的成员有哪些？", "海岸联盟", agent.FormItem, 4},
		{"北辰相机是谁设计的？", "林远", "", 1},
	} {
		d := draftOf(t, testEvidence(t, c.question))
		n := 0
		for _, x := range d.Claims {
			if x.Form == c.form {
				n++
			}
		}
		head := answers.Text(d.Claims[:min(2, len(d.Claims))])
		if !strings.Contains(head, c.want) || n < c.forms {
			t.Errorf("%q (%s, %.2f): want %q and %d of form %q, got %s %q", c.question, d.Analysis.Kind, d.Confidence, c.want, c.forms, c.form, d.Status, answers.Text(d.Claims))
		}
	}
}

func TestDraftNotFound(t *testing.T) {
	for _, q := range []string{
		"Who won the chess championship of Velden in 1977?",
		"What is the boiling point of tungsten?",
		"南极洲企鹅的平均寿命是多少？",
		"谁是维尔登象棋冠军？",
	} {
		d := draftOf(t, testEvidence(t, q))
		if d.Status != agent.StatusNotFound || len(d.Claims) > 0 || len(d.Notes) == 0 {
			t.Errorf("%q: %s (%.2f) %q %q", q, d.Status, d.Confidence, answers.Text(d.Claims), d.Notes)
		}
	}
	d := draftOf(t, agent.Evidence{Question: agent.Question{Text: "谁设计了大桥？"}.Clean()})
	if d.Status != agent.StatusNotFound || len(d.Notes) != 1 || lang.Detect(d.Notes[0]) != "zh" {
		t.Errorf("nothing read: %s %q", d.Status, d.Notes)
	}
}

func TestDraftNewestFirst(t *testing.T) {
	d := draftOf(t, testEvidence(t, "北辰相机目前的售价是多少？"))
	if len(d.Claims) == 0 || !strings.Contains(answers.Text(d.Claims[:1]), "2599") {
		t.Errorf("the newer price should lead: %q", answers.Text(d.Claims))
	}
}

func TestDraftOtherLanguage(t *testing.T) {
	e := testEvidence(t, "Who designed Harrow Bridge?")
	e.Question.Text = "Harrow Bridge 是谁设计的？"
	d := draftOf(t, e)
	if len(d.Claims) == 0 {
		t.Fatalf("no answer from an English page: %q", d.Notes)
	}
	noted := false
	for _, c := range d.Claims {
		noted = noted || strings.Contains(c.Note, "英文")
	}
	if !noted {
		t.Errorf("no word on the quote's language: %+v", d.Claims)
	}
}

func TestWriteStreams(t *testing.T) {
	e := testEvidence(t, "Who designed Harrow Bridge?")
	n := 0
	for _, err := range testBuiltin().Write(t.Context(), e, func(agent.Note) {}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d claims after breaking off at the first", n)
	}
	var notes []agent.Note
	e = testEvidence(t, "What is the boiling point of tungsten?")
	for c, err := range testBuiltin().Write(t.Context(), e, func(n agent.Note) { notes = append(notes, n) }) {
		t.Errorf("a claim where there is no answer: %v %v", c, err)
	}
	if len(notes) == 0 || notes[len(notes)-1].Status != agent.StatusNotFound {
		t.Errorf("notes %+v", notes)
	}
}

func TestShortenKeepsMeaning(t *testing.T) {
	long := "The harbour board approved the plan to widen the channel after two years of debate, " +
		strings.Repeat("while the fishing fleet waited at the outer quay and the pilots kept their boats ready, ", 4) +
		"but the channel was never widened."
	page := &agent.Page{Text: long, Snapshot: agent.SnapshotID(long)}
	e := answers.Evidence("Did the harbour board approve the plan?", answers.Cut(page), map[string]*agent.Page{page.Snapshot: page})
	a := testBuiltin().analyse(e.Question)
	wr := &writer{evidence: e, asked: a, weights: &readerWeights{}, reading: readEvidence(e, a, &readerWeights{})}
	s := wr.reading.best()
	from, to := wr.shorten(s)
	if got := s.text[from:to]; len(got) >= len(long) || !strings.Contains(got, "approved the plan") {
		t.Errorf("%d of %d bytes: %q", len(got), len(long), got)
	}
}

func FuzzDraft(f *testing.F) {
	f.Add("Who designed it?", "# A\n\nIt was designed by B, and C.\n\n- x\n- y\n\n| a | b |\n")
	f.Add("那个有哪些？", "包括甲、乙、丙和丁。“丙”，《丁》。")
	f.Add("a vs b", "a is b.\na\nb\n```\ncode\n")
	f.Fuzz(func(t *testing.T, question, text string) {
		p := &agent.Page{Text: text, Title: question, Snapshot: agent.SnapshotID(text)}
		e := agent.Evidence{Question: agent.Question{Text: question}.Clean(), Pages: map[string]*agent.Page{p.Snapshot: p}}
		e.Passages = []agent.Passage{{Snapshot: p.Snapshot, Start: 0, End: len(text), Text: text}}
		d, err := testBuiltin().Draft(e)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range d.Claims {
			for _, k := range c.Cites {
				if text[k.Start:k.End] != k.Quote {
					t.Errorf("quote %q is not at its offsets", k.Quote)
				}
			}
		}
	})
}
