package extract

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// example is a page with the share of each unit that is main text.
type example struct {
	set, name string
	site      string // pages of one site are held out together
	view      *pageView
	label     []float32
	weight    []float32
	gold      string
	base, x   [][]float32
	words     []words
}

// reference names sites whose pages have one container of main text, and what
// in it is not.
var reference = []struct {
	name, archive, ext string
	every              int
	main               func(n *html.Node) bool
	not                func(n *html.Node) bool
}{
	{"wiki", "cmu-wiki-qa/pages-150-original-html.tar.xz", "o.htm", 3,
		func(n *html.Node) bool { return attr(n, "id") == "bodyContent" },
		func(n *html.Node) bool {
			c, id := attr(n, "class"), attr(n, "id")
			return id == "toc" || id == "catlinks" || id == "siteSub" || id == "jump-to-nav" || id == "contentSub" || hasWord(c, "editsection") || hasWord(c, "navbox") ||
				hasWord(c, "printfooter") || hasWord(c, "catlinks") || hasWord(c, "noprint") || hasWord(c, "references-small") || hasWord(c, "references") || hasWord(c, "toc")
		}},
	{"peps", "sites/en-python-peps.tar.xz", ".html", 20,
		func(n *html.Node) bool { return attr(n, "id") == "pep-content" },
		func(n *html.Node) bool { return attr(n, "id") == "contents" }},
	{"oi", "sites/zh-oi-wiki.tar.xz", ".html", 12,
		func(n *html.Node) bool { return n.Data == "article" && hasWord(attr(n, "class"), "md-content__inner") },
		func(n *html.Node) bool {
			return hasWord(attr(n, "class"), "headerlink") || hasWord(attr(n, "class"), "md-source-file")
		}},
	{"vue", "sites/zh-vue2-docs.tar.xz", ".html", 4,
		func(n *html.Node) bool {
			return n.Data == "div" && hasWord(attr(n, "class"), "content") && hasWord(attr(n, "class"), "with-sidebar")
		},
		func(n *html.Node) bool {
			return attr(n, "id") == "ad" || hasWord(attr(n, "class"), "footer") || hasWord(attr(n, "class"), "guide-links")
		}},
}

// newExample cuts a page into units; nil where it cannot be parsed.
func newExample(in Input) *example {
	doc, err := html.Parse(strings.NewReader(decode(in)))
	if err != nil {
		return nil
	}
	m := readMeta(doc)
	unveil(doc)
	u, err := url.Parse(in.URL)
	if err != nil {
		u = &url.URL{}
	}
	v := view(cut(doc), m, u)
	if len(v.units) == 0 {
		return nil
	}
	e := &example{view: v, label: make([]float32, len(v.units)), weight: make([]float32, len(v.units))}
	for i := range v.units {
		e.base = append(e.base, v.features(i, nil))
		var w words
		v.wordsOf(i, &w)
		e.words = append(e.words, w)
	}
	e.x = make([][]float32, len(e.base))
	return e
}

func loadExamples(t *testing.T) []*example {
	dir := dataDir(t)
	var all []*example
	for _, b := range benchmarks {
		pages := unpacked(t, filepath.Join(dir, b.pages))
		for name, g := range goldSet(t, filepath.Join(dir, b.gold)) {
			if e := newExample(Input{URL: g.URL, ContentType: "text/html", Body: pageFile(t, pages, name)}); e != nil {
				e.set, e.name, e.site = b.name, name, hostOf(g.URL)
				e.labelByGold(g.Text)
				e.labelOnce()
				e.weigh()
				all = append(all, e)
			}
		}
	}
	for _, r := range reference {
		pages, n := unpacked(t, filepath.Join(dir, r.archive)), 0
		err := filepath.WalkDir(pages, func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(p, r.ext) {
				return err
			}
			if n++; n%r.every != 0 {
				return nil
			}
			body, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			if e := newExample(Input{URL: "https://example.org/" + filepath.Base(filepath.Dir(p)) + "/", ContentType: "text/html", Body: body}); e != nil && e.labelByFrame(r.main, r.not) {
				e.set, e.name, e.site = r.name, r.name+strings.ReplaceAll(strings.TrimPrefix(p, pages), "/", "_"), r.name
				e.weigh()
				all = append(all, e)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(all, func(a, b *example) int { return strings.Compare(a.name, b.name) })
	return all
}
