package extract

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
)

// check holds what is true of every extraction.
func check(t *testing.T, in Input) {
	t.Helper()
	res, err := Extract(context.Background(), in)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.Reason == "" {
			t.Fatalf("an error without a reason: %v", err)
		}
		if e.Reason == agent.SkipPanic {
			t.Fatalf("a parser panicked: %v", err)
		}
		return
	}
	p := res.Page
	if !utf8.ValidString(p.Text) || !utf8.ValidString(p.Title) {
		t.Fatalf("text is not valid UTF-8: %q", p.Text)
	}
	if len(p.Text) > MaxText {
		t.Fatalf("%d bytes of text", len(p.Text))
	}
	for _, r := range p.Text {
		if dropped(r) {
			t.Fatalf("the text holds %U", r)
		}
	}
	if p.Snapshot != agent.SnapshotID(p.Text) {
		t.Fatal("the snapshot is not that of the text")
	}
	// The first line keeps its indentation, as do all others.
	if strings.TrimRightFunc(p.Text, isSpace) != p.Text || strings.HasPrefix(p.Text, "\n") {
		t.Fatalf("space around the text: %q", p.Text)
	}
}

func FuzzHTML(f *testing.F) {
	f.Add("<p>One.</p><table><tr><th rowspan=3>a<td colspan=9999999>b</table><pre>x</pre>")
	f.Add("<style>.a{display:none}@media{</style><ul><li><li><ol start=-9><li>x</ol></ul><sup>2</sup>")
	f.Add("<dl><dt>a<dd>b</dl><math><annotation encoding=tex>x</annotation></math><q>q</q>")
	f.Add("<title>T</title><h1>T</h1><time datetime=2024-01-02 pubdate></time><p style='color:#ff;background:rgb(1)'>x")
	f.Fuzz(func(t *testing.T, s string) {
		check(t, Input{URL: "https://e.org/a", ContentType: "text/html", Body: []byte(s), Now: day})
	})
}

func FuzzDeep(f *testing.F) {
	f.Add("<div hidden><div>x</div></div><h1>a</h1><li>b<br>c")
	f.Fuzz(func(t *testing.T, s string) {
		check(t, Input{URL: "https://e.org/a", ContentType: "text/html", Body: []byte(strings.Repeat("<b>", 600) + s), Now: day})
	})
}

func FuzzCharset(f *testing.F) {
	f.Add([]byte("\xc4\xe3\xba\xc3"), "text/html; charset=gbk")
	f.Add([]byte("\xff\xfe<\x00p\x00>\x00"), "")
	f.Add([]byte("\x1b$B$3$s\x1b(B"), "text/plain; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, b []byte, contentType string) {
		if s := decode(Input{ContentType: contentType, Body: b}); !utf8.ValidString(s) {
			t.Fatalf("%q is not valid", s)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, ext := range []string{"txt", "md", "csv", "tsv", "json", "jsonl", "xml", "rss", "go"} {
		f.Add(ext, "a,b\n1,\"2\n")
		f.Add(ext, `{"a":[1,{"b":null}]}`)
		f.Add(ext, "<rss><item><title>x</title><link/></item></rss>")
		f.Add(ext, "# a\n* b\n```\nc")
	}
	f.Fuzz(func(t *testing.T, ext, s string) {
		check(t, Input{URL: "file:///x." + ext, Body: []byte(s), Now: day})
	})
}

func FuzzDocument(f *testing.F) {
	for _, b := range [][]byte{docx(f), pptx(f), odt(f), epub(f), xlsx(f)} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		check(t, Input{URL: "https://e.org/f", Body: b, Now: day})
	})
}

// FuzzParts changes the XML within a document rather than its wrapping.
func FuzzParts(f *testing.F) {
	f.Add("word/document.xml", "<w:document><w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:document>")
	f.Add("content.xml", "<o><body><table><table-row><table-cell number-columns-repeated='99999999'><p>x</p></table-cell></table-row></table></body></o>")
	f.Add("ppt/slides/slide1.xml", "<a><tbl><tr><tc><p><t>x</t></p></tc></tr></tbl></a>")
	f.Add("META-INF/container.xml", "<rootfile full-path='META-INF/container.xml'/>")
	f.Fuzz(func(t *testing.T, name, body string) {
		if strings.HasSuffix(name, "/") {
			t.Skip("a folder holds no bytes")
		}
		parts := []string{"mimetype", "application/vnd.oasis.opendocument.text", name, body}
		for _, k := range []kind{kindDOCX, kindPPTX, kindODF, kindEPUB} {
			j := newJob(Input{URL: "https://e.org/f", Body: packed(t, parts...), Now: day})
			if err := j.read(context.Background(), k); err != nil {
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("an error without a reason: %v", err)
				}
			}
			if !utf8.ValidString(j.page.Text) {
				t.Fatalf("text is not valid UTF-8: %q", j.page.Text)
			}
		}
	})
}
