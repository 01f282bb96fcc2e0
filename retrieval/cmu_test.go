package retrieval

import (
	"archive/tar"
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/sonde-search/sonde/agent"
)

// loadCMU reads the Wikipedia pages and the students' questions: question to page.
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

// wikiPage turns an old Wikipedia page into light Markdown.
func wikiPage(t testing.TB, name string, r io.Reader) *agent.Page {
	doc, err := html.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	var title string
	var out strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if furniture(n) {
			return
		}
		switch n.DataAtom {
		case atom.Script, atom.Style, atom.Head:
			if n.DataAtom == atom.Head {
				title = textOf(find(n, atom.Title))
			}
			return
		case atom.H1, atom.H2, atom.H3, atom.H4:
			h := strings.TrimSuffix(textOf(n), "[edit]")
			out.WriteString("\n\n" + strings.Repeat("#", int(n.Data[1]-'0')) + " " + strings.TrimSpace(strings.TrimPrefix(h, "[edit]")) + "\n\n")
			return
		case atom.P:
			out.WriteString("\n\n" + textOf(n) + "\n\n")
			return
		case atom.Li:
			out.WriteString("\n- " + textOf(n))
			return
		case atom.Tr:
			out.WriteString("\n| ")
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				out.WriteString(textOf(c) + " | ")
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	title, _, _ = strings.Cut(title, " - Wikipedia")
	return testPage(name, strings.TrimSpace(title), strings.TrimSpace(out.String()))
}

// furniture reports whether the node is no part of the article: menus, boxes
// of links, the table of contents, references.
func furniture(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key != "id" && a.Key != "class" {
			continue
		}
		for _, w := range strings.Fields(a.Val) {
			switch w {
			case "navbox", "toc", "references", "references-small", "reflist", "editsection", "catlinks", "printfooter", "portlet",
				"column-one", "footer", "siteSub", "contentSub", "jump-to-nav", "siteNotice", "metadata", "dablink", "noprint", "p-lang":
				return true
			}
		}
	}
	return false
}

func find(n *html.Node, a atom.Atom) *html.Node {
	if n.DataAtom == a {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if f := find(c, a); f != nil {
			return f
		}
	}
	return nil
}

func textOf(n *html.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.DataAtom != atom.Script && n.DataAtom != atom.Style {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}
