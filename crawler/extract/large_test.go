package extract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// largePages are pages that are made to be slow or to overflow.
func largePages() map[string]string {
	var links, rows, rules strings.Builder
	for i := range 40000 {
		fmt.Fprintf(&links, "<li><a href='/p%d'>page %d</a>", i, i)
		fmt.Fprintf(&rows, "<tr><td>row %d<td>value", i)
		fmt.Fprintf(&rules, ".c%d .d%d{display:none}\n", i%50, i)
	}
	return map[string]string{
		"200,000 nested divs":  strings.Repeat("<div>", 200000) + "<p>The bottom of it all.</p>",
		"200,000 unclosed b":   strings.Repeat("<b>", 200000) + "<p>The bottom of it all.</p>",
		"10 MB of text":        "<p>" + strings.Repeat("The bottom of it all. ", 10<<20/22),
		"10 MB of paragraphs":  strings.Repeat("<p>The bottom of it all.", 10<<20/24),
		"40,000 links":         "<p>The bottom of it all.</p><ul>" + links.String() + "</ul>",
		"40,000 rows":          "<table><tr><td>The bottom of it all.<td>x" + rows.String() + "</table>",
		"nested tables":        strings.Repeat("<table><tr><td>", 150) + "<p>The bottom of it all.</p>",
		"nested lists":         strings.Repeat("<ul><li>", 240) + "<p>The bottom of it all.</p>",
		"many style rules":     "<style>" + rules.String() + "</style>" + strings.Repeat("<div class='c1 c2 c3 c4'>", 400) + "<p>The bottom of it all.</p>",
		"one attribute of 5MB": "<p>The bottom of it all.</p><p class='" + strings.Repeat("a b ", 5<<20/4) + "'>x",
		"comments":             "<p>The bottom of it all.</p>" + strings.Repeat("<!-- -- -->", 300000),
		"entities":             "<p>The bottom of it all. " + strings.Repeat("&amp;&lt;&notit;", 300000),
		"aria-hidden, nested":  strings.Repeat("<div aria-hidden=true>", 400) + "<p>The bottom of it all.</p>",
	}
}

func TestLargePages(t *testing.T) {
	for name, body := range largePages() {
		t.Run(name, func(t *testing.T) {
			p := mustExtract(t, Input{URL: "https://e.org/", ContentType: "text/html", Body: []byte(body)}).Page
			if !strings.Contains(p.Text, "The bottom of it all.") {
				t.Errorf("its text is lost: %.200q", p.Text)
			}
			if len(p.Text) > MaxText {
				t.Errorf("%d bytes of text", len(p.Text))
			}
		})
	}
}

func BenchmarkLargePages(b *testing.B) {
	for name, body := range largePages() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				mustExtractB(b, body)
			}
		})
	}
}

func mustExtractB(b *testing.B, body string) {
	j := newJob(Input{URL: "https://e.org/", ContentType: "text/html", Body: []byte(body), Now: day})
	if err := j.read(b.Context(), kindHTML); err != nil {
		b.Fatal(err)
	}
}

// TestHostileVectors reads files that are made to break parsers.
func TestHostileVectors(t *testing.T) {
	dir := filepath.Join(dataDir(t), "vectors")
	n := 0
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(p, ".pdf") {
			return err
		}
		if !strings.Contains(p, "html5lib-tests") && !strings.Contains(p, "json-test-suite") && !strings.Contains(p, "naughty") && !strings.Contains(p, "xss") {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		n++
		check(t, Input{URL: "file://" + p, Body: b, Now: day})
		check(t, Input{URL: "https://e.org/", ContentType: "text/html", Body: b, Now: day})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", n)
}
