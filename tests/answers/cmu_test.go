package answers_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/retrieval"
	"github.com/sonde-search/sonde/tests/answers"
)

// unpack unpacks a .tar.xz of the data folder.
func unpack(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("tar", "-xJf", archive, "-C", dir).CombinedOutput(); err != nil {
		t.Skipf("unpacking needs tar and xz: %v %s", err, out)
	}
	return dir
}

func cmuPages(t *testing.T, dir string) map[string]*agent.Page {
	t.Helper()
	root := unpack(t, filepath.Join(dir, "cmu-wiki-qa", "pages-150-original-html.tar.xz"))
	pages := map[string]*agent.Page{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		res, err := extract.Extract(context.Background(), extract.Input{URL: "https://wiki.example/" + name, ContentType: "text/html", Body: body, Now: clock})
		if err != nil {
			t.Logf("%s: %v", name, err)
			return nil
		}
		pages[name] = res.Page
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

var pronoun = regexp.MustCompile(`(?i)\b(he|she|it|they|his|her|its|their|him)\b`)

// cmuQuestion asks as a person in a conversation about the page would: a
// question that says "he" follows one on the page's title.
func cmuQuestion(c answers.CMU) agent.Question {
	q := agent.Question{Text: c.Question}
	if pronoun.MatchString(c.Question) {
		q.Earlier = []agent.Turn{{Question: "Tell me about " + answers.Title(c.Title)}}
	}
	return q.Clean()
}

func TestCMU(t *testing.T) {
	dir := folder(t)
	questions, err := answers.LoadCMU(dir)
	if err != nil {
		t.Fatal(err)
	}
	pages := cmuPages(t, dir)
	index, err := retrieval.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	byID := map[string]*agent.Page{}
	for _, p := range pages {
		byID[p.Snapshot] = p
		if _, err := index.Add(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	b := builtin()
	n, hit, right, yn, ynRight, refused := 0, 0, 0, 0, 0, 0
	for i := 0; i < len(questions); i += max(1, *sample/4) {
		c := questions[i]
		q := cmuQuestion(c)
		passages, err := index.Search(t.Context(), agent.Query{Text: engine.Analyse(q.Text, clock, q.Earlier).Text, K: 80})
		if err != nil {
			t.Fatal(err)
		}
		d := draft(t, b, agent.Evidence{Question: q, Passages: passages, Pages: byID})
		n++
		ok := cmuRight(d, c)
		if gold := pages[c.Page]; gold != nil && cited(d, gold.Snapshot) {
			hit++
		}
		if p := answers.Polarity(c.Answers[0]); p != "" {
			yn++
			if ok {
				ynRight++
			}
		}
		if ok {
			right++
		}
		if d.Status == agent.StatusNotFound {
			refused++
		}
		if *show && !ok {
			t.Logf("%s | %s | want %q | %s %.2f %s", c.Title, q.Text, c.Answers, d.Analysis.Kind, d.Confidence, strings.ReplaceAll(answers.Text(d.Claims), "\n", " / "))
		}
	}
	row(t, "CMU pages", "page hit", share(hit, n), .85, n)
	row(t, "CMU pages", "answer right", share(right, n), .55, n)
	row(t, "CMU pages", "yes/no right", share(ynRight, yn), 0, yn)
	row(t, "CMU pages", "refused", share(refused, n), 0, n)
}

// cited reports whether any claim rests on the page.
func cited(d engine.Draft, snapshot string) bool {
	for _, c := range d.Claims {
		for _, k := range c.Cites {
			if k.Snapshot == snapshot {
				return true
			}
		}
	}
	return false
}

// cmuRight judges yes and no by polarity, else by containing the answer or most of its words.
func cmuRight(d engine.Draft, c answers.CMU) bool {
	if len(d.Claims) == 0 {
		return false
	}
	text := answers.Text(d.Claims)
	if p := answers.Polarity(c.Answers[0]); p != "" {
		return answers.Polarity(text) == p
	}
	if answers.Contains(text, c.Answers) {
		return true
	}
	return answers.F1(d.Short, c.Answers) >= 0.5 || answers.F1(d.Claims[0].Text, c.Answers) >= 0.5
}
