package engine

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

var curveShow = flag.Bool("curveshow", false, "show some answers along the curve")

var curveWeights = flag.String("curveweights", "", "folder of weights to take for the embedded ones")

// curveReader loads the embedded weights, or those of -curveweights.
func curveReader(t *testing.T) *readerWeights {
	t.Helper()
	if *curveWeights != "" {
		for name, to := range map[string]*[]byte{"idf": &readerIDF, "sentence": &readerSentence, "answer": &readerAnswer, "span": &readerSpan, "lexical": &readerLexical} {
			b, err := os.ReadFile(filepath.Join(*curveWeights, "reader_"+name+".bin"))
			if err != nil {
				t.Fatal(err)
			}
			*to = b
		}
	}
	w, err := loadReader()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var answerCurve = flag.Bool("curve", false, "show what thresholds of confidence keep and refuse, on sets that nothing is trained on")

// A judged answer is what would be said, whether it is right, and how sure the reader is.
type judged struct {
	sure  float64
	right bool
	can   bool // the evidence answers
	said  string
}

func judge(w *readerWeights, e agent.Evidence, can bool, right func(string) bool) judged {
	a := Analyse(e.Question.Text, time.Date(2024, 1, 15, 0, 0, 0, 0, time.UTC), nil)
	wr := &writer{evidence: e, asked: a, weights: w, reading: readEvidence(e, a, w), always: true}
	d := wr.draft()
	if d.Status == agent.StatusNotFound {
		d.Confidence = 0
	}
	return judged{d.Confidence, can && right(answers.Text(d.Claims)), can, a.Text + " | " + string(a.Kind) + " | " + d.Short + " | " + answers.Text(d.Claims[:min(1, len(d.Claims))])}
}

// TestAnswerCurve shows the trade between right answers kept and unanswerable
// questions refused, by threshold, for RGB and CRUD.
func TestAnswerCurve(t *testing.T) {
	if !*answerCurve {
		t.Skip("-curve shows what thresholds keep and refuse")
	}
	dir, err := answers.Folder()
	if err != nil {
		t.Skip(err)
	}
	w := curveReader(t)
	rows, err := answers.LoadRGB(dir, "rgb/zh_refine.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	of := map[float64][]judged{}
	for _, noise := range []float64{0, .4, .8, 1} {
		of[noise] = make([]judged, len(rows))
		rng := rand.New(rand.NewPCG(1, 7))
		made := make([]agent.Evidence, len(rows))
		for i, r := range rows {
			var pages []*agent.Page
			for k, s := range answers.RGBDocuments(r, noise, rng) {
				pages = append(pages, answers.TextPage("rgb", k, "", s))
			}
			made[i] = answers.Evidence(r.Query, answers.NewIndex(pages).Search(r.Query, 60), answers.BySnapshot(pages))
		}
		inParallel(len(rows), func(i int) {
			of[noise][i] = judge(w, made[i], noise < 1, func(text string) bool { return answers.ContainsAll(text, rows[i].Answers) })
		})
	}
	for _, noise := range []float64{0, .4, .8} {
		showCurve(t, fmt.Sprintf("RGB zh_refine %.1f", noise), append(append([]judged{}, of[noise]...), of[1]...))
	}
	curveSets(t, dir, w)
}

// curveSets shows the same for CRUD and SQuAD 2.0.
func curveSets(t *testing.T, dir string, w *readerWeights) {
	t.Helper()
	crud, err := answers.LoadCRUD(dir)
	if err != nil {
		t.Fatal(err)
	}
	two, err := answers.LoadSQuAD(dir, "squad/dev-v2.0.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*answers.Set{crud, two} {
		x, pages := answers.NewIndex(s.Pages), answers.BySnapshot(s.Pages)
		step := 1
		if s == two {
			step = 8
		}
		list := make([]judged, len(s.QAs)/step)
		inParallel(len(list), func(i int) {
			q := s.QAs[i*step]
			ps := x.Search(q.Question, 60)
			if s == two {
				ps = answers.Cut(s.Pages[q.Page])
			}
			list[i] = judge(w, answers.Evidence(q.Question, ps, pages), !q.Impossible, func(text string) bool { return answers.Contains(text, q.Answers) })
		})
		showCurve(t, s.Name, list)
	}
}

func showCurve(t *testing.T, name string, list []judged) {
	t.Helper()
	sort.Slice(list, func(a, b int) bool { return list[a].sure < list[b].sure })
	n, right, kept, un := 0, 0, 0, 0
	for _, j := range list {
		if j.can {
			n++
			kept++
			if j.right {
				right++
			}
		} else {
			un++
		}
	}
	if *curveShow {
		for i, j := range list {
			if len(list) < 20 || i*20/len(list) != (i-1)*20/len(list) || j.can != (j.sure > 0.4) {
				t.Logf("%.2f can %v right %v: %s", j.sure, j.can, j.right, j.said)
			}
		}
	}
	for at := 0.0; at < 0.96; at += 0.05 {
		r, k, refused := 0, 0, 0
		for _, j := range list {
			switch {
			case j.sure < at && !j.can:
				refused++
			case j.sure >= at && j.can:
				k++
				if j.right {
					r++
				}
			}
		}
		share := func(x, of int) float64 { return 100 * float64(x) / float64(max(1, of)) }
		t.Logf("%-26s at %.2f: right %.1f (of %.1f), answerable kept %.1f, refused %.1f n=%d/%d", name, at, share(r, n), share(right, n), share(k, n), share(refused, un), n, un)
	}
}
