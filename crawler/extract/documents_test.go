package extract

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/xuri/excelize/v2"
)

var day = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// packed is a ZIP file of name, text, name, text, …
func packed(t testing.TB, parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		h := &zip.FileHeader{Name: parts[i], Method: zip.Deflate}
		if parts[i] == "mimetype" {
			h.Method = zip.Store
		}
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func mustExtract(t testing.TB, in Input) Result {
	t.Helper()
	if in.Now.IsZero() {
		in.Now = day
	}
	res, err := Extract(context.Background(), in)
	if err != nil {
		t.Fatalf("%s: %v", in.URL, err)
	}
	return res
}

const core = `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:title>Harbour report</dc:title><dc:creator>Mei Lin</dc:creator><dcterms:created>2024-05-06T07:08:09Z</dcterms:created></cp:coreProperties>`

func docx(t testing.TB) []byte {
	return packed(t, "word/document.xml", `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body>
<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>港口报告</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">The harbour </w:t></w:r><w:del><w:r><w:delText>was</w:delText></w:r></w:del><w:ins><w:r><w:t>is</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> deep.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>cranes</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Pier</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Depth</w:t></w:r></w:p></w:tc></w:tr>
<w:tr><w:tc><w:p><w:r><w:t>North</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>14 m</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
</w:body></w:document>`,
		"word/styles.xml", `<w:styles xmlns:w="w"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style></w:styles>`,
		"word/footnotes.xml", `<w:footnotes xmlns:w="w"><w:footnote w:type="separator"><w:p/></w:footnote><w:footnote><w:p><w:r><w:t>At low tide.</w:t></w:r></w:p></w:footnote></w:footnotes>`,
		"docProps/core.xml", core)
}

func pptx(t testing.TB) []byte {
	slide := func(s string) string {
		return `<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:nvPr><p:ph type="title"/></p:nvPr><a:p><a:r><a:t>` + s + `</a:t></a:r></a:p></p:sp><p:sp><p:nvPr><p:ph type="sldNum"/></p:nvPr><a:p><a:fld><a:t>7</a:t></a:fld></a:p></p:sp></p:sld>`
	}
	return packed(t, "ppt/presentation.xml", `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>`,
		"ppt/_rels/presentation.xml.rels", `<Relationships><Relationship Id="rId1" Target="slides/slide1.xml"/><Relationship Id="rId2" Target="slides/slide2.xml"/></Relationships>`,
		"ppt/slides/slide1.xml", slide("Second shown"), "ppt/slides/slide2.xml", slide("先看这页"), "docProps/core.xml", core)
}

func odt(t testing.TB) []byte {
	return packed(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>
<text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>
<text:h text:outline-level="2">Tides</text:h><text:p>High<text:s text:c="3"/>water.</text:p><text:list><text:list-item><text:p>spring</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>`,
		"meta.xml", `<m><dc:title>Tide tables</dc:title></m>`)
}

func epub(t testing.TB) []byte {
	return packed(t, "mimetype", "application/epub+zip", "META-INF/container.xml", `<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>`,
		"OPS/book.opf", `<package xmlns:dc="d"><metadata><dc:title>海的故事</dc:title><dc:creator>王海</dc:creator><dc:language>zh-CN</dc:language></metadata><manifest><item id="b" href="b.xhtml" media-type="application/xhtml+xml"/><item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>`,
		"OPS/a b.xhtml", `<html><body><h1>第一章</h1><p>海很大。</p></body></html>`, "OPS/b.xhtml", `<html><body><h1>第二章</h1><p style="display:none">x</p><p>船很小。</p></body></html>`)
}

func xlsx(t testing.TB) []byte {
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]any{"A1": "城市", "B1": "人口", "A2": "青岛", "B2": 1037} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDocuments(t *testing.T) {
	tests := []struct {
		name, url, contentType string
		body                   []byte
		want, title            string
	}{
		{"docx", "https://e.org/f", "application/octet-stream", docx(t),
			"# 港口报告\n\nThe harbour is deep.\n\n  - cranes\n\n| Pier | Depth |\n| --- | --- |\n| North | 14 m |\n\nAt low tide.", "Harbour report"},
		{"pptx", "https://e.org/f.pptx", "", pptx(t), "## Slide 1\n\n先看这页\n\n## Slide 2\n\nSecond shown", "Harbour report"},
		{"odt", "https://e.org/f.odt", "", odt(t), "## Tides\n\nHigh water.\n\n- spring\n\n| a | b |\n| --- | --- |", "Tide tables"},
		{"epub", "https://e.org/f.epub", "application/epub+zip", epub(t), "# 第一章\n\n海很大。\n\n# 第二章\n\n船很小。", "海的故事"},
		{"xlsx", "https://e.org/f.xlsx", "", xlsx(t), "## Sheet1\n\n| 城市 | 人口 |\n| --- | --- |\n| 青岛 | 1037 |", ""},
		{"csv", "https://e.org/f.csv", "text/csv", []byte("name;sum\n\"Lee; Ann\";3\nWu;\"4|5\"\n"), "| name | sum |\n| --- | --- |\n| Lee; Ann | 3 |\n| Wu | 4\\|5 |", "f.csv"},
		{"json", "https://e.org/api", "application/json", []byte(`{"title":"Ships","port":{"name":"青岛","berths":[1,2]},"ships":[{"name":"A","fast":true},{"name":"B"}]}`),
			"- title: Ships\n- port.name: 青岛\n- port.berths: 1, 2\n- ships.name: A\n- ships.fast: true\n\n- ships.name: B", "Ships"},
		{"jsonl", "file:///d/f.jsonl", "", []byte("{\"a\":1}\n{\"a\":2}\n"), "- a: 1\n\n- a: 2", "f.jsonl"},
		{"markdown", "file:///d/r.md", "", []byte("---\ntitle: Lamps\ndate: 2024-02-03\n---\nLamps\n=====\n\n![alt](x.png) A **bright** [lamp](https://e.org/l).\n<!-- no -->\n* one\n    * two\n\n| a|b |\n|--|:-:|\n|1|2|\n\n~~~go\nx := `y`\n~~~\n"),
			"# Lamps\n\nA bright lamp.\n\n- one\n  - two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```\nx := `y`\n```", "Lamps"},
		{"plain", "file:///d/n.txt", "", []byte("Notes\r\n\r\nThe lamp stands in the middle of the large room and it\r\nburns all night, which nobody who lives there ever minds\r\nat all.\r\n"),
			"Notes\n\nThe lamp stands in the middle of the large room and it burns all night, which nobody who lives there ever minds at all.", "Notes"},
		{"code", "file:///d/m.go", "", []byte("package m\n\nfunc f() {\n\treturn\n}\n"), "```\npackage m\n\nfunc f() {\n\treturn\n}\n```", "m.go"},
		{"xml", "https://e.org/x.xml", "text/xml", []byte(`<?xml version="1.0"?><a><b>one</b><c>two &amp; three</c></a>`), "- b: one\n- c: two & three", "x.xml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := mustExtract(t, Input{URL: tt.url, ContentType: tt.contentType, Body: tt.body}).Page
			if p.Text != tt.want {
				t.Errorf("text:\n%s\nwant:\n%s", p.Text, tt.want)
			}
			if tt.title != "" && p.Title != tt.title {
				t.Errorf("title %q, want %q", p.Title, tt.title)
			}
		})
	}
}

func TestDocumentMetadata(t *testing.T) {
	p := mustExtract(t, Input{URL: "https://e.org/f.docx", Body: docx(t)}).Page
	if p.Author != "Mei Lin" || p.Published != "2024-05-06" || p.Hidden != len("secret") || p.Language != "en" && p.Language != "zh" {
		t.Errorf("%+v", p)
	}
	if p := mustExtract(t, Input{URL: "https://e.org/f.epub", Body: epub(t)}).Page; p.Author != "王海" || p.Language != "zh" || p.Hidden != 1 {
		t.Errorf("%+v", p)
	}
}

func TestFeeds(t *testing.T) {
	tests := []struct{ name, body, text, first string }{
		{"rss", `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>A &amp;amp; B</title><link>/a</link><pubDate>Sat, 08 Feb 2025 10:00:00 +0800</pubDate><description>&lt;p&gt;One.&lt;/p&gt;&lt;p hidden&gt;x&lt;/p&gt;</description></item></channel></rss>`,
			"## A & B\n\n2025-02-08\n\nOne.", "https://e.org/a"},
		{"atom", `<feed xmlns="http://www.w3.org/2005/Atom"><title>新闻</title><entry><title>标题</title><link rel="alternate" href="https://e.org/b"/><updated>2025-01-02T03:04:05Z</updated><content type="html">&lt;b&gt;正文。&lt;/b&gt;</content></entry></feed>`,
			"## 标题\n\n2025-01-02\n\n正文。", "https://e.org/b"},
		{"sitemap", `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc> https://e.org/c </loc><lastmod>2024-01-01</lastmod></url></urlset>`, "", "https://e.org/c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := mustExtract(t, Input{URL: "https://e.org/feed", ContentType: "text/xml", Body: []byte(tt.body)})
			if res.Page.Text != tt.text {
				t.Errorf("text %q, want %q", res.Page.Text, tt.text)
			}
			if len(res.Feed) != 1 || res.Feed[0].URL != tt.first {
				t.Errorf("feed %v", res.Feed)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	bomb := packed(t, "word/document.xml", "<w:document>"+strings.Repeat(" ", maxPart+1)+"</w:document>")
	deep := packed(t, "word/document.xml", strings.Repeat("<a>", maxXMLDepth+1))
	tests := []struct {
		name, url, contentType string
		body                   []byte
		want                   agent.SkipReason
	}{
		{"empty", "https://e.org/", "text/html", nil, agent.SkipNoText},
		{"no text", "https://e.org/", "text/html", []byte("<html><script>x</script><img alt=y>"), agent.SkipNoText},
		{"image", "https://e.org/i.png", "image/png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00"), agent.SkipNotText},
		{"binary as text", "https://e.org/i", "text/plain", []byte("ab\x00\x01\x02\x03\x04cd"), agent.SkipNotText},
		{"zip", "https://e.org/z.zip", "application/zip", packed(t, "a.txt", "x"), agent.SkipNotText},
		{"cut docx", "https://e.org/d.docx", "", docx(t)[:300], agent.SkipBadFile},
		{"bomb", "https://e.org/d.docx", "", bomb, agent.SkipTooLarge},
		{"deep", "https://e.org/d.docx", "", deep, agent.SkipBadFile},
		{"bad pdf", "https://e.org/d.pdf", "", []byte("%PDF-1.7\nnothing"), agent.SkipBadFile},
		{"bad xlsx", "https://e.org/d.xlsx", "", packed(t, "xl/workbook.xml", "<"), agent.SkipBadFile},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Extract(context.Background(), Input{URL: tt.url, ContentType: tt.contentType, Body: tt.body, Now: day})
			var e *Error
			if !errors.As(err, &e) || e.Reason != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
