package retrieval

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/extract"
)

// loadCMU reads the Wikipedia pages as the crawler does, and the students'
// questions: question to page.
func loadCMU(t testing.TB) judged {
	set := judged{name: "cmu"}
	tool, err := exec.LookPath("xz")
	if err != nil {
		t.Skip("xz is not installed: the CMU pages cannot be unpacked")
	}
	b, err := exec.Command(tool, "-dc", filepath.Join(dataFolder(t), "cmu-wiki-qa", "pages-150-original-html.tar.xz")).Output()
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(bytes.NewReader(b))
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(h.Name, ".htm") {
			set.pages = append(set.pages, wikiPage(t, h.Name, r))
		}
	}
	titles, byTitle := map[string]string{}, map[string][]string{}
	for _, p := range set.pages {
		titles[p.URL] = p.Title
		byTitle[p.Title] = append(byTitle[p.Title], p.URL)
	}
	eachLine(t, openData(t, "cmu-wiki-qa", "questions.jsonl.gz"), func(q struct{ Title, Page, Question string }) {
		gold := map[string]bool{}
		for _, u := range byTitle[titles[q.Page]] { // the article as it was in other years is right too
			gold[u] = true
		}
		set.questions = append(set.questions, asked{text: q.Question, gold: gold, group: q.Title})
	})
	return set
}

func wikiPage(t testing.TB, name string, r io.Reader) *agent.Page {
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	res, err := extract.Extract(context.Background(), extract.Input{
		URL: "https://wiki.example/" + name, ContentType: "text/html", Body: body, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	p := res.Page
	p.URL = name
	return p
}
