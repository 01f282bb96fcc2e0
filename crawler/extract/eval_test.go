package extract

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// dataDir is the folder of public data sets to measure with; the test is
// skipped where it is not there.
func dataDir(t testing.TB) string {
	dir := os.Getenv("SONDE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data sets at %s: set SONDE_DATA to measure with them", dir)
	}
	return dir
}

// unpacked is the folder into which an .tar.xz archive of dir was unpacked.
func unpacked(t testing.TB, archive string) string {
	to := t.TempDir()
	if out, err := exec.Command("tar", "-xJf", archive, "-C", to).CombinedOutput(); err != nil {
		t.Skipf("tar with xz is needed to unpack %s: %v %s", archive, err, out)
	}
	return to
}

// gold is the true main text of a page.
type gold struct{ URL, Text string }

// goldSet reads a file of gold texts by page name.
func goldSet(t testing.TB, file string) map[string]gold {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]struct{ URL, Content, ArticleBody string }
	if err := json.NewDecoder(z).Decode(&raw); err != nil {
		t.Fatal(err)
	}
	set := make(map[string]gold, len(raw))
	for name, g := range raw {
		set[name] = gold{g.URL, g.Content + g.ArticleBody}
	}
	return set
}

// page reads one HTML file of an unpacked archive.
func pageFile(t testing.TB, dir, name string) []byte {
	for _, p := range []string{"html/" + name + ".html", name + ".html"} {
		f, err := os.Open(filepath.Join(dir, p))
		if err != nil {
			continue
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	t.Fatalf("no page %s in %s", name, dir)
	return nil
}

var (
	listMark  = regexp.MustCompile(`(?m)^ *(#{1,6}|-|\d+\.) `)
	ruleRow   = regexp.MustCompile(`(?m)^\|( --- \|)+$`)
	codeFence = regexp.MustCompile("(?m)^```$")
)

// plainText is light Markdown without its marks, as a reader would say it.
func plainText(s string) string {
	return listMark.ReplaceAllString(ruleRow.ReplaceAllString(codeFence.ReplaceAllString(s, ""), ""), "")
}

// shingles counts the runs of four tokens: words of letters, digits and "_";
// Han characters singly.
func shingles(s string) map[string]int {
	var tokens []string
	start := -1
	for i, r := range s + " " {
		word := unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_'
		han := unicode.Is(unicode.Han, r)
		if start >= 0 && (!word || han) {
			tokens, start = append(tokens, s[start:i]), -1
		}
		if han {
			tokens = append(tokens, string(r))
		} else if word && start < 0 {
			start = i
		}
	}
	set := map[string]int{}
	for i := 0; i < max(1, len(tokens)-3); i++ {
		set[strings.Join(tokens[i:min(len(tokens), i+4)], " ")]++
	}
	return set
}

// score is precision and recall of one page's text against the gold.
func score(got, want string) (precision, recall float64) {
	g, w := shingles(got), shingles(want)
	var tp, np, nr float64
	for k, n := range g {
		tp += float64(min(n, w[k]))
		np += float64(n)
	}
	for _, n := range w {
		nr += float64(n)
	}
	if np > 0 {
		precision = tp / np
	}
	if nr > 0 {
		recall = tp / nr
	}
	return precision, recall
}

// mean collects precision and recall over pages.
type mean struct{ p, r, n float64 }

func (m *mean) add(p, r float64) { m.p, m.r, m.n = m.p+p, m.r+r, m.n+1 }

// figures are the mean precision and recall, and the F1 of the means.
func (m mean) figures() (p, r, f1 float64) {
	p, r = m.p/m.n, m.r/m.n
	return p, r, 2 * p * r / (p + r)
}

// mainlyHan reports whether most letters of s are Han.
func mainlyHan(s string) bool {
	han, letters := 0, 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			han++
		} else if unicode.IsLetter(r) {
			letters++
		}
	}
	return han*2 > letters
}

// benchmark is a set of pages with the true main text of each.
type benchmark struct{ name, pages, gold string }

var benchmarks = []benchmark{
	{"articles, English", "article-extraction-benchmark/html.tar.xz", "article-extraction-benchmark/ground-truth.json.gz"},
	{"articles, magic", "magic-html-bench/article-htmls.tar.xz", "magic-html-bench/article.json.gz"},
	{"forums, magic", "magic-html-bench/forum-htmls.tar.xz", "magic-html-bench/forum.json.gz"},
}

// measure is the mean over all pages of b and over the Chinese ones.
func measure(t *testing.T, b benchmark, text func(in Input) string) (all, zh mean) {
	dir := dataDir(t)
	pages := unpacked(t, filepath.Join(dir, b.pages))
	for name, g := range goldSet(t, filepath.Join(dir, b.gold)) {
		p, r := score(text(Input{URL: g.URL, ContentType: "text/html", Body: pageFile(t, pages, name)}), g.Text)
		if os.Getenv("SONDE_EVAL_PAGES") != "" {
			t.Logf("%.3f %.3f %s %s", p, r, name, g.URL)
		}
		all.add(p, r)
		if mainlyHan(g.Text) {
			zh.add(p, r)
		}
	}
	return all, zh
}

func extractPlain(t *testing.T) func(Input) string {
	return func(in Input) string {
		res, err := Extract(context.Background(), in)
		if err != nil {
			t.Logf("%s: %v", in.URL, err)
			return ""
		}
		return plainText(res.Page.Text)
	}
}

// TestEvalExtract prints how well main text is found, and holds the floors.
func TestEvalExtract(t *testing.T) {
	for i, b := range benchmarks {
		all, zh := measure(t, b, extractPlain(t))
		p, r, f := all.figures()
		t.Logf("%-20s %4.0f pages  P %.3f  R %.3f  F1 %.3f", b.name, all.n, p, r, f)
		if floor := []float64{.965, .93, .75}[i]; f < floor {
			t.Errorf("%s: F1 %.3f is below %.3f", b.name, f, floor)
		}
		if zh.n == 0 {
			continue
		}
		p, r, f = zh.figures()
		t.Logf("%-20s %4.0f pages  P %.3f  R %.3f  F1 %.3f", "  Chinese alone", zh.n, p, r, f)
		if floor := []float64{0, .92, 0}[i]; f < floor {
			t.Errorf("%s, Chinese: F1 %.3f is below %.3f", b.name, f, floor)
		}
	}
}
