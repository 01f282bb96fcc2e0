package retrieval

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

// dataFolder is where the public question sets lie, or the test is skipped.
func dataFolder(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("SONDE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data sets at %s: set SONDE_DATA to their folder", dir)
	}
	return dir
}

// A judged set of pages and questions.
type judged struct {
	name      string
	pages     []*agent.Page
	questions []asked
}

type asked struct {
	text  string
	gold  map[string]bool // page addresses
	start int             // where not 0, 0: the paragraph of the page that is right
	end   int
	group string // questions of one group are trained or tested together
}

func openData(t testing.TB, path ...string) io.Reader {
	t.Helper()
	f, err := os.Open(filepath.Join(append([]string{dataFolder(t)}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func testPage(url, title, text string) *agent.Page {
	return &agent.Page{URL: url, Title: title, Text: text, Snapshot: agent.SnapshotID(text)}
}

// articleOf names the articles of SQuAD by their first paragraphs: XQuAD has
// some of them, without titles.
var articleOf = map[string]string{}

type squadFile struct {
	Data []struct {
		Title      string
		Paragraphs []struct {
			ID      string
			Context string
			Qas     []struct{ Question string }
		}
	}
}

// loadSquad reads a set in SQuAD's layout: every paragraph is a page.
func loadSquad(t testing.TB, name string, titled bool, path ...string) judged {
	var f squadFile
	if err := json.NewDecoder(openData(t, path...)).Decode(&f); err != nil {
		t.Fatal(err)
	}
	set := judged{name: name}
	for i, d := range f.Data {
		for j, p := range d.Paragraphs {
			url := "set://" + name + "/" + itoa(i) + "." + itoa(j)
			title := ""
			if titled {
				title = strings.ReplaceAll(d.Title, "_", " ")
			}
			set.pages = append(set.pages, testPage(url, title, p.Context))
			group := d.Title
			if group == "" {
				group = articleOf[d.Paragraphs[0].Context]
			}
			if group == "" {
				group = itoa(i)
			} else {
				articleOf[p.Context] = group
			}
			for _, q := range p.Qas {
				set.questions = append(set.questions, asked{text: q.Question, gold: map[string]bool{url: true}, group: group})
			}
		}
	}
	return set
}

// loadArticles reads a set in SQuAD's layout: every article is a page, and the
// right passages are those that hold most of the paragraph asked of.
func loadArticles(t testing.TB, name string, path ...string) judged {
	var f squadFile
	if err := json.NewDecoder(openData(t, path...)).Decode(&f); err != nil {
		t.Fatal(err)
	}
	set := judged{name: name}
	for _, d := range f.Data {
		url, title := "set://"+name+"/"+d.Title, strings.ReplaceAll(d.Title, "_", " ")
		text := ""
		for _, p := range d.Paragraphs {
			start := len(text)
			text += p.Context + "\n\n"
			for _, q := range p.Qas {
				set.questions = append(set.questions, asked{q.Question, map[string]bool{url: true}, start, start + len(p.Context), d.Title})
			}
		}
		set.pages = append(set.pages, testPage(url, title, strings.TrimSpace(text)))
	}
	return set
}

// holds reports whether the passage is right for the question.
func (q asked) holds(p agent.Passage) bool {
	if !q.gold[p.URL] {
		return false
	}
	if q.end == 0 {
		return true
	}
	both := min(p.End, q.end) - max(p.Start, q.start)
	return 2*both >= min(p.End-p.Start, q.end-q.start)
}

func itoa(i int) string { b, _ := json.Marshal(i); return string(b) }

func eachLine[T any](t testing.TB, r io.Reader, visit func(T)) {
	dec := json.NewDecoder(r)
	for {
		var v T
		if err := dec.Decode(&v); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		visit(v)
	}
}

// loadCRUD reads the Chinese news factoids: question to article.
func loadCRUD(t testing.TB) judged {
	set := judged{name: "crud"}
	eachLine(t, openData(t, "crud-news", "docs.jsonl.gz"), func(d struct{ ID, Title, URL, Text string }) {
		set.pages = append(set.pages, testPage(d.ID, d.Title, d.Text))
	})
	eachLine(t, openData(t, "crud-news", "factoid_questions.jsonl.gz"), func(q struct{ Doc, Question string }) {
		set.questions = append(set.questions, asked{text: q.Question, gold: map[string]bool{q.Doc: true}, group: q.Doc})
	})
	return set
}

var tagRE = regexp.MustCompile(`(?s)<[^>]*>`)

// loadCACM reads the abstracts of the CACM collection with its judgements.
func loadCACM(t testing.TB) judged {
	set := judged{name: "cacm"}
	r := tar.NewReader(openData(t, "ir-cacm", "cacm.tar.gz"))
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, ".html") {
			continue
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		id := strings.TrimSuffix(filepath.Base(h.Name), ".html")
		id = "CACM-" + strings.TrimLeft(strings.TrimPrefix(id, "CACM-"), "0")
		set.pages = append(set.pages, cacmPage(id, tagRE.ReplaceAllString(string(b), "")))
	}
	gold := map[string]map[string]bool{}
	s := bufio.NewScanner(openData(t, "ir-cacm", "qrels.cacm.txt.gz"))
	for s.Scan() {
		if f := strings.Fields(s.Text()); len(f) == 4 && f[3] != "0" {
			if gold[f[0]] == nil {
				gold[f[0]] = map[string]bool{}
			}
			gold[f[0]][f[2]] = true
		}
	}
	b, err := io.ReadAll(openData(t, "ir-cacm", "topics.cacm.txt.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range strings.Split(string(b), "</DOC>") {
		_, rest, ok := strings.Cut(d, "<DOCNO>")
		if !ok {
			continue
		}
		n, text, _ := strings.Cut(rest, "</DOCNO>")
		if n = strings.TrimSpace(n); len(gold[n]) > 0 {
			set.questions = append(set.questions, asked{text: strings.Join(strings.Fields(text), " "), gold: gold[n], group: n})
		}
	}
	return set
}

var cacmNumbers = regexp.MustCompile(`(?m)^\d+\t\d+\t\d+\s*$`)

// cacmPage keeps title, abstract, authors and keywords; the tables of numbers
// below them are links between papers.
func cacmPage(id, text string) *agent.Page {
	text = strings.TrimSpace(cacmNumbers.ReplaceAllString(text, ""))
	title, _, _ := strings.Cut(text, "\n\n")
	return testPage(id, strings.Join(strings.Fields(title), " "), text)
}
