package answers_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/tests/answers"
)

var show = flag.Bool("show", false, "log what went wrong")

var sample = flag.Int("sample", 8, "measure one question in so many")

func folder(t *testing.T) string {
	t.Helper()
	dir, err := answers.Folder()
	if err != nil {
		t.Skip(err)
	}
	return dir
}

var clock = time.Date(2024, 1, 15, 12, 0, 0, 0, time.UTC)

func builtin() *engine.Builtin {
	return engine.NewBuiltin(engine.BuiltinOptions{Now: func() time.Time { return clock }})
}

func draft(t *testing.T, b *engine.Builtin, e agent.Evidence) engine.Draft {
	t.Helper()
	d, err := b.Draft(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d.Claims {
		for _, k := range c.Cites {
			if e.Pages[k.Snapshot].Text[k.Start:k.End] != k.Quote {
				t.Fatalf("quote %q is not at its offsets", k.Quote)
			}
		}
	}
	return d
}

// row prints one line of the table; floor 0 means none is set.
func row(t *testing.T, name, measure string, got, floor float64, n int) {
	t.Helper()
	mark := ""
	if got < floor {
		mark = "below the aim"
	}
	fmt.Printf("| %-28s | %-34s | %5.1f | %5.1f | n=%d %s\n", name, measure, 100*got, 100*floor, n, mark)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func TestSquadGiven(t *testing.T) {
	dir := folder(t)
	s, err := answers.LoadSQuAD(dir, "squad/dev-v1.1.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	b := builtin()
	n, em, first, contains, lost := 0, 0, 0, 0, 0
	f1 := 0.0
	for i := 0; i < len(s.QAs); i += *sample {
		q := s.QAs[i]
		p := s.Pages[q.Page]
		d := draft(t, b, answers.Evidence(q.Question, answers.Cut(p), answers.BySnapshot([]*agent.Page{p})))
		n++
		if d.Status == agent.StatusNotFound {
			lost++
			continue
		}
		if answers.Exact(d.Short, q.Answers) {
			em++
		}
		f1 += answers.F1(d.Short, q.Answers)
		for _, c := range d.Claims {
			if c.Text != d.Short {
				if answers.Contains(c.Text, q.Answers) {
					first++
				}
				break
			}
		}
		if answers.Contains(answers.Text(d.Claims), q.Answers) {
			contains++
		}
	}
	row(t, "SQuAD 1.1 paragraph given", "short answer exact", share(em, n), .45, n)
	row(t, "SQuAD 1.1 paragraph given", "short answer F1", f1/float64(n), .57, n)
	row(t, "SQuAD 1.1 paragraph given", "first sentence contains", share(first, n), .85, n)
	row(t, "SQuAD 1.1 paragraph given", "answer contains", share(contains, n), 0, n)
	row(t, "SQuAD 1.1 paragraph given", "refused", share(lost, n), 0, n)
}

func TestSquadOpen(t *testing.T)   { openContains(t, "squad/dev-v1.1.json.gz", .75) }
func TestCMRCOpen(t *testing.T)    { openContains(t, "cmrc2018/cmrc2018_dev.json.gz", .80) }
func TestXQuADOpen(t *testing.T)   { openContains(t, "xquad/xquad.zh.json.gz", .80) }
func TestXQuADEnOpen(t *testing.T) { openContains(t, "xquad/xquad.en.json.gz", 0) }

func openContains(t *testing.T, name string, floor float64) {
	s, err := answers.LoadSQuAD(folder(t), name)
	if err != nil {
		t.Fatal(err)
	}
	x, pages, b := answers.NewIndex(s.Pages), answers.BySnapshot(s.Pages), builtin()
	n, ok, refused := 0, 0, 0
	for i := 0; i < len(s.QAs); i += *sample {
		q := s.QAs[i]
		d := draft(t, b, answers.Evidence(q.Question, x.Search(q.Question, 60), pages))
		n++
		if d.Status == agent.StatusNotFound {
			refused++
		} else if answers.Contains(answers.Text(d.Claims), q.Answers) {
			ok++
		}
	}
	row(t, name, "all paragraphs, contains", share(ok, n), floor, n)
	row(t, name, "all paragraphs, refused", share(refused, n), 0, n)
}

func TestSquad2(t *testing.T) {
	s, err := answers.LoadSQuAD(folder(t), "squad/dev-v2.0.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	b := builtin()
	n, refused, can, lost := 0, 0, 0, 0
	for i := 0; i < len(s.QAs); i += *sample {
		q := s.QAs[i]
		p := s.Pages[q.Page]
		d := draft(t, b, answers.Evidence(q.Question, answers.Cut(p), answers.BySnapshot([]*agent.Page{p})))
		no := d.Status == agent.StatusNotFound
		if q.Impossible {
			n++
			if no {
				refused++
			}
		} else {
			can++
			if no {
				lost++
			}
		}
	}
	row(t, "SQuAD 2.0 paragraph given", "unanswerable refused", share(refused, n), .5, n)
	row(t, "SQuAD 2.0 paragraph given", "answerable kept (80 at least)", 1-share(lost, can), .8, can)
}

func TestRGB(t *testing.T) {
	dir := folder(t)
	for _, c := range []struct {
		file   string
		noise  float64
		floor  float64
		refuse bool
	}{
		{"zh_refine", 0, .92, false}, {"zh_refine", .4, .88, false}, {"zh_refine", .8, .75, false}, {"zh_refine", 1, .60, true},
		{"zh_int", 0, .60, false}, {"zh_fact", 0, 0, false}, {"en_fact", 0, 0, false}, {"en_fact", 1, 0, true},
	} {
		t.Run(fmt.Sprint(c.file, c.noise), func(t *testing.T) {
			rows, err := answers.LoadRGB(dir, "rgb/"+c.file+".jsonl.gz")
			if err != nil {
				t.Fatal(err)
			}
			right, refused, n := rgbTally(t, rows, c.noise)
			if !c.refuse {
				row(t, "RGB "+c.file, fmt.Sprintf("noise %.1f right", c.noise), share(right, n), c.floor, n)
				c.floor = 0
			}
			row(t, "RGB "+c.file, fmt.Sprintf("noise %.1f refused", c.noise), share(refused, n), c.floor, n)
		})
	}
}

// rgbTally asks every question three times, with documents drawn anew.
func rgbTally(t *testing.T, rows []answers.RGB, noise float64) (right, refused, n int) {
	b := builtin()
	for try := range 3 {
		rng := rand.New(rand.NewPCG(uint64(try), 7))
		for _, r := range rows {
			d := draft(t, b, rgbEvidence(r, noise, rng))
			n++
			ok := false
			if d.Status == agent.StatusNotFound {
				refused++
			} else if ok = answers.ContainsAll(answers.Text(d.Claims), r.Answers); ok {
				right++
			}
			if *show && try == 0 && !ok {
				t.Logf("%s | want %q | %s/%s %s %.2f short %q | %s", r.Query, r.Answers, d.Analysis.Kind, d.Analysis.Expect, d.Status, d.Confidence, d.Short, answers.Text(d.Claims))
			}
		}
	}
	return right, refused, n
}

// rgbEvidence makes five documents of a question, so many of them negative.
func rgbEvidence(r answers.RGB, noise float64, rng *rand.Rand) agent.Evidence {
	texts := answers.RGBDocuments(r, noise, rng)
	var pages []*agent.Page
	for i, s := range texts {
		pages = append(pages, answers.TextPage("rgb", i, "", s))
	}
	return answers.Evidence(r.Query, answers.NewIndex(pages).Search(r.Query, 60), answers.BySnapshot(pages))
}

func TestCRUD(t *testing.T) {
	s, err := answers.LoadCRUD(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	x, pages, b := answers.NewIndex(s.Pages), answers.BySnapshot(s.Pages), builtin()
	n, ok, un, refused, lost := 0, 0, 0, 0, 0
	for _, q := range s.QAs {
		d := draft(t, b, answers.Evidence(q.Question, x.Search(q.Question, 60), pages))
		no := d.Status == agent.StatusNotFound
		switch {
		case q.Impossible:
			un++
			if no {
				refused++
			}
		case no:
			n++
			lost++
		default:
			n++
			if answers.Contains(answers.Text(d.Claims), q.Answers) {
				ok++
			}
		}
	}
	row(t, "CRUD factoid", "contains", share(ok, n), .6, n)
	row(t, "CRUD factoid", "refused though answerable", share(lost, n), 0, n)
	row(t, "CRUD factoid", "refused when unanswerable", share(refused, un), .5, un)
}
