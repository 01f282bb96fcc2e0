package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// neverText are the elements whose content is not read as text.
var neverText = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true, atom.Title: true,
	atom.Iframe: true, atom.Object: true, atom.Embed: true, atom.Applet: true, atom.Audio: true, atom.Video: true, atom.Canvas: true,
	atom.Svg: true, atom.Select: true, atom.Option: true, atom.Datalist: true, atom.Textarea: true, atom.Input: true, atom.Button: true,
	atom.Img: true, atom.Picture: true, atom.Map: true, atom.Area: true, atom.Source: true, atom.Track: true, atom.Param: true,
	atom.Rt: true, atom.Rp: true, atom.Link: true, atom.Meta: true, atom.Frameset: true, atom.Noframes: true, atom.Progress: true, atom.Meter: true,
	atom.Dialog: true,
}

// unread reports whether the content of n is not read as text. A button is
// none, but the one that a heading folds its section with is the heading.
func unread(n *html.Node) bool {
	if !neverText[n.DataAtom] {
		return false
	}
	if n.DataAtom != atom.Button || n.Parent == nil {
		return true
	}
	return !isHeading(n.Parent.DataAtom) && n.Parent.DataAtom != atom.Dt
}

// blocks are the elements that begin and end a block of text.
var blocks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Blockquote: true, atom.Body: true, atom.Caption: true, atom.Center: true,
	atom.Dd: true, atom.Details: true, atom.Div: true, atom.Dl: true, atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true,
	atom.Footer: true, atom.Form: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Header: true, atom.Hgroup: true, atom.Hr: true, atom.Html: true, atom.Legend: true, atom.Li: true, atom.Main: true, atom.Menu: true,
	atom.Nav: true, atom.Ol: true, atom.P: true, atom.Pre: true, atom.Section: true, atom.Summary: true, atom.Table: true, atom.Tbody: true,
	atom.Td: true, atom.Tfoot: true, atom.Th: true, atom.Thead: true, atom.Tr: true, atom.Ul: true, atom.Dir: true, atom.Search: true,
	atom.Option: true, atom.Optgroup: true, atom.Plaintext: true, atom.Listing: true, atom.Xmp: true,
}

func isBlock(n *html.Node) bool {
	return n.Type == html.ElementNode && (blocks[n.DataAtom] || n.DataAtom == 0 && n.Namespace == "" && hasBlocks(n))
}

// hasBlocks reports whether a block element stands below n.
func hasBlocks(n *html.Node) bool {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && blocks[d.DataAtom] {
			return true
		}
	}
	return false
}

// attr is the value of n's attribute, or "".
func attr(n *html.Node, name string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == name && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			return true
		}
	}
	return false
}

// textOf is all text below n as it stands in the source.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// inline is the visible text below n on one line.
func inline(n *html.Node, skip func(*html.Node) bool) string {
	r := renderer{skip: skip}
	r.inlineInto(n)
	return strings.TrimSpace(string(r.w.line))
}

// inlineInto writes what is below n without ending a block.
func (r *renderer) inlineInto(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case r.skip != nil && r.skip(c):
		case c.Type == html.TextNode:
			r.w.text(c.Data)
		case c.Type != html.ElementNode, unread(c):
		case c.DataAtom == atom.Br || isBlock(c):
			r.w.space = true
			r.inlineInto(c)
			r.w.space = true
		case c.DataAtom == atom.Q:
			r.w.text("“")
			r.inlineInto(c)
			r.w.text("”")
		case c.DataAtom == atom.Sup:
			r.supInline(c)
		case c.Namespace == "math" && c.Data == "math":
			r.formula(c)
		default:
			r.inlineInto(c)
		}
	}
}

func (r *renderer) supInline(n *html.Node) {
	s := strings.TrimSpace(textOf(n))
	if footnoteMark(n, s) {
		return
	}
	if s != "" && r.w.last >= '0' && r.w.last <= '9' && !r.w.space && (s[0] >= '0' && s[0] <= '9' || s[0] == '-') {
		r.w.text("^")
	}
	r.inlineInto(n)
}

// rawText writes the text below n with its line ends, for code.
func rawText(n *html.Node, skip func(*html.Node) bool, b *strings.Builder) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case skip != nil && skip(c):
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Type != html.ElementNode, unread(c), lineNumbers(c):
		case c.DataAtom == atom.Br:
			b.WriteByte('\n')
		default:
			if blocks[c.DataAtom] && b.Len() > 0 && !strings.HasSuffix(b.String()[b.Len()-1:], "\n") {
				b.WriteByte('\n')
			}
			rawText(c, skip, b)
		}
	}
}

// lineNumbers reports whether n is the gutter of a listing.
func lineNumbers(n *html.Node) bool {
	c := strings.ToLower(attr(n, "class"))
	return c != "" && (strings.Contains(c, "linenos") || strings.Contains(c, "lineno") || strings.Contains(c, "gutter") || strings.Contains(c, "line-number") || hasWord(c, "linenum"))
}

// hasWord reports whether the space-separated list holds word.
func hasWord(list, word string) bool {
	for f := range strings.FieldsSeq(list) {
		if f == word {
			return true
		}
	}
	return false
}
