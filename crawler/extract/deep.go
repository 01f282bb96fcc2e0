package extract

import (
	"io"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readDeep reads HTML by its tokens, without a tree: for pages that nest
// deeper than the parser follows, and for very large ones. It knows less of
// structure: paragraphs, headings and list items, with navigation, footers and
// what is hidden inline left out.
func (j *job) readDeep(src string) {
	d := deepReader{job: j, z: html.NewTokenizer(partedText(src))}
	d.w.cap = MaxText + 4096
	for !d.w.full {
		switch d.z.Next() {
		case html.ErrorToken: // the end: a string has no other errors
			d.done()
			return
		case html.TextToken:
			d.text(string(d.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			d.start()
		case html.EndTagToken:
			name, _ := d.z.TagName()
			d.end(atom.Lookup(name))
		}
	}
	j.page.Truncated = true
	d.done()
}

// textRun is the number of bytes of text without a tag that are read at a time.
const textRun = 64 << 10

// partedText puts a tag that means nothing into texts without end, as the
// tokenizer holds a whole text several times over. Nothing is copied.
func partedText(src string) io.Reader {
	var parts []io.Reader
	kept := 0
	for at := 0; at < len(src); {
		n := strings.IndexByte(src[at:], '<')
		if n < 0 {
			n = len(src) - at
		}
		for end := at + n; end-at > 2*textRun; {
			chunk := src[at : at+cutAt(src[at:], textRun)]
			if i := strings.LastIndexByte(chunk, ' '); i > textRun/2 {
				chunk = chunk[:i] // "&am" and "p;" would be read otherwise
			}
			at += len(chunk)
			parts = append(parts, strings.NewReader(src[kept:at]), strings.NewReader("<wbr>"))
			kept, n = at, end-at
		}
		at += n + 1
	}
	return io.MultiReader(append(parts, strings.NewReader(src[kept:]))...)
}

type deepReader struct {
	job    *job
	z      *html.Tokenizer
	w      writer
	skip   atom.Atom // the element that is left out; 0: none
	depth  int       // of elements of that name within it
	unseen bool      // it is left out because a reader would not see it
	title  strings.Builder
	head   bool // within title
	m      meta
}

func (d *deepReader) done() {
	d.job.page.Text = d.w.String()
	d.m.title = oneLine(d.title.String())
	d.job.apply(d.m)
}

func (d *deepReader) text(s string) {
	switch {
	case d.head:
		d.title.WriteString(s)
	case d.skip == 0:
		d.w.text(s)
		d.job.page.Hidden += smuggledIn(s)
	case d.unseen:
		d.job.page.Hidden += seenLen(s)
	}
}

// maxAttrs is the number of attributes of one tag that are looked at here.
const maxAttrs = 64

// node is the start tag at hand as a node without relations.
func (d *deepReader) node() *html.Node {
	name, more := d.z.TagName()
	n := &html.Node{Type: html.ElementNode, DataAtom: atom.Lookup(name)}
	if n.Data = n.DataAtom.String(); n.Data == "" {
		n.Data = string(name)
	}
	for more && len(n.Attr) < maxAttrs {
		var k, v []byte
		k, v, more = d.z.TagAttr()
		n.Attr = append(n.Attr, html.Attribute{Key: string(k), Val: string(v)})
	}
	return n
}

func (d *deepReader) start() {
	n := d.node()
	if d.skip != 0 {
		if n.DataAtom == d.skip {
			d.depth++
		}
		return
	}
	switch n.DataAtom {
	case atom.Title:
		d.head = true
		return
	case atom.Html:
		first(&d.m.lang, attr(n, "lang"))
	case atom.Meta:
		d.m.metaTag(n)
	case atom.Link:
		d.m.linkTag(n)
	case atom.A:
		if u := d.job.absolute(attr(n, "href")); u != "" && len(d.job.page.Links) < MaxLinks {
			d.job.page.Links = append(d.job.page.Links, agent.Link{URL: u})
		}
	}
	if d.leaves(n) {
		if !void[n.DataAtom] {
			d.skip, d.depth = n.DataAtom, 1
		}
		return
	}
	switch {
	case n.DataAtom == atom.Br:
		d.w.newline()
	case blocks[n.DataAtom]:
		d.w.flush()
		d.w.mark = ""
		switch n.DataAtom {
		case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
			d.w.mark = strings.Repeat("#", int(n.Data[1]-'0')) + " "
		case atom.Li:
			d.w.mark = "- "
		}
	}
}

// void are elements that never have an end tag.
var void = map[atom.Atom]bool{atom.Br: true, atom.Img: true, atom.Input: true, atom.Hr: true, atom.Meta: true, atom.Link: true, atom.Embed: true,
	atom.Source: true, atom.Track: true, atom.Area: true, atom.Base: true, atom.Col: true, atom.Wbr: true, atom.Param: true}

// leaves reports whether the element is left out, with what is in it.
func (d *deepReader) leaves(n *html.Node) bool {
	d.unseen = false
	if neverText[n.DataAtom] && n.DataAtom != atom.Head && n.DataAtom != atom.Title {
		return true
	}
	switch n.DataAtom {
	case 0, atom.Html, atom.Body, atom.Head:
		return false
	case atom.Nav, atom.Footer, atom.Aside:
		return true
	}
	v := veil{external: true}
	d.unseen = v.hides(n)
	return d.unseen
}

func (d *deepReader) end(a atom.Atom) {
	switch {
	case a == atom.Title:
		d.head = false
	case d.skip != 0:
		if a == d.skip {
			if d.depth--; d.depth == 0 {
				d.skip = 0
			}
		}
	case a != 0 && blocks[a]:
		d.w.flush()
		d.w.mark = ""
	}
}
