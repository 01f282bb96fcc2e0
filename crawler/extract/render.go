package extract

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A writer builds light Markdown: blocks parted by blank lines, list items and
// table rows by line ends. Text is handed to it piece by piece; white space is
// collapsed on the way.
type writer struct {
	out   strings.Builder
	line  []byte // the block under way
	space bool   // white space is due before the next word
	brk   bool   // that white space holds a line end of the source
	last  rune   // the last rune written to line
	mark  string // what the next block begins with: "# ", "- ", …
	prev  shape  // of the last block written
	cap   int    // bytes of out, at most; 0: no limit
	full  bool   // the cap was reached
}

// A shape is the form of a block. Items follow items, and rows rows, without a
// blank line.
type shape uint8

const (
	paragraph shape = iota
	item
	row
)

// text adds running text.
func (w *writer) text(s string) {
	if n := len(s); n > 1<<10 && cap(w.line)-len(w.line) < n { // by halves it would be copied five times
		more := max(n, cap(w.line))
		if w.cap > 0 {
			more = max(n, min(more, w.cap+utf8.UTFMax-len(w.line)))
		}
		w.line = slices.Grow(w.line, more)
	}
	for _, r := range s {
		if isSpace(r) {
			w.space = true
			w.brk = w.brk || r == '\n'
			continue
		}
		if dropped(r) {
			continue
		}
		if w.cap > 0 && len(w.line) > w.cap {
			return
		}
		if w.space && len(w.line) > 0 && w.last != '\n' && !(w.brk && wide(w.last) && wide(r)) {
			w.line = append(w.line, ' ')
		}
		w.space, w.brk, w.last = false, false, r
		w.line = append(w.line, string(r)...)
	}
}

// newline ends a line within the block.
func (w *writer) newline() {
	if len(w.line) > 0 {
		w.line = append(w.line, '\n')
		w.last = '\n'
	}
	w.space, w.brk = false, false
}

// flush ends the block under way; an empty one leaves no trace, and keeps its
// mark for the next.
func (w *writer) flush() {
	s := strings.TrimRight(string(w.line), " \n")
	w.line, w.space, w.brk, w.last = w.line[:0], false, false, 0
	if s == "" {
		return
	}
	if w.mark != "" {
		w.raw(w.mark+s, item)
		w.mark = ""
		return
	}
	w.raw(s, paragraph)
}

// raw adds a finished block.
func (w *writer) raw(s string, as shape) {
	if w.cap > 0 && w.out.Len()+len(s) > w.cap {
		w.full = true
		if s, _ = capText(s, max(0, w.cap-w.out.Len())); as != paragraph || s == "" {
			return
		}
	}
	if w.out.Len() > 0 {
		w.out.WriteByte('\n')
		if as == paragraph || as != w.prev {
			w.out.WriteByte('\n')
		}
	}
	w.prev = as
	w.out.WriteString(s)
}

func (w *writer) String() string {
	w.flush()
	return w.out.String()
}

// A renderer writes DOM nodes as light Markdown.
type renderer struct {
	w    writer
	skip func(*html.Node) bool // leaves out a subtree; nil: none
	left []listState
}

type listState struct {
	ordered bool
	next    int
}

// render writes the nodes in order; skip leaves out subtrees.
func render(nodes []*html.Node, skip func(*html.Node) bool) string {
	r := renderer{skip: skip}
	r.w.cap = MaxText + 4096
	for _, n := range nodes {
		r.node(n)
		r.w.flush()
	}
	return r.w.String()
}

func (r *renderer) children(n *html.Node) {
	for c := n.FirstChild; c != nil && !r.w.full; c = c.NextSibling {
		r.node(c)
	}
}

// node writes one node and what is below it.
func (r *renderer) node(n *html.Node) {
	if r.skip != nil && r.skip(n) {
		return
	}
	switch n.Type {
	case html.TextNode:
		r.w.text(n.Data)
		return
	case html.DocumentNode:
		r.children(n)
		return
	case html.ElementNode:
	default:
		return
	}
	if unread(n) {
		return
	}
	switch n.DataAtom {
	case atom.Br:
		r.lineBreak()
	case atom.Hr:
		r.w.flush()
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		r.heading(n)
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		r.list(n)
	case atom.Li:
		r.item(n)
	case atom.Dl:
		r.definitions(n)
	case atom.Table:
		r.table(n)
	case atom.Pre:
		r.code(n)
	case atom.Q:
		r.quoted(n)
	case atom.Sup:
		r.sup(n)
	default:
		r.other(n)
	}
}

func (r *renderer) other(n *html.Node) {
	if n.Namespace == "math" {
		r.formula(n)
		return
	}
	if !isBlock(n) {
		r.children(n)
		return
	}
	r.w.flush()
	r.children(n)
	r.w.flush()
}

// lineBreak writes br: a line end; two of them part paragraphs, as pages
// without p elements use them.
func (r *renderer) lineBreak() {
	if r.w.last == '\n' {
		r.w.flush()
		return
	}
	r.w.newline()
}

func (r *renderer) heading(n *html.Node) {
	r.w.flush()
	s := inline(n, r.skip)
	if s == "" {
		return
	}
	if hasBlocks(n) && len(s) > 400 { // a heading around half a page is none
		r.children(n)
		r.w.flush()
		return
	}
	r.w.mark = ""
	r.w.raw(strings.Repeat("#", int(n.Data[1]-'0'))+" "+s, paragraph)
}

func (r *renderer) list(n *html.Node) {
	r.w.flush()
	start, err := strconv.Atoi(attr(n, "start"))
	if err != nil {
		start = 1
	}
	r.left = append(r.left, listState{n.DataAtom == atom.Ol, start})
	r.children(n)
	r.w.flush()
	r.left = r.left[:len(r.left)-1]
}

// item writes li: the first block carries the mark; further blocks follow on
// their own lines, lists below it indented.
func (r *renderer) item(n *html.Node) {
	r.w.flush()
	mark, level := "- ", 0
	if len(r.left) > 0 {
		l := &r.left[len(r.left)-1]
		level = min(len(r.left)-1, 8)
		if l.ordered {
			mark = strconv.Itoa(l.next) + ". "
			l.next++
		}
	}
	r.w.mark = strings.Repeat("  ", level) + mark
	r.children(n)
	r.w.flush()
	r.w.mark = ""
}

// definitions writes dl: a short term and its definition as one item
// "- term: definition", anything longer as paragraphs.
func (r *renderer) definitions(n *html.Node) {
	r.w.flush()
	var terms []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || unread(c) || r.skip != nil && r.skip(c) {
				continue
			}
			switch c.DataAtom {
			case atom.Dt:
				if s := inline(c, r.skip); s != "" {
					terms = append(terms, s)
				}
			case atom.Dd:
				r.definition(strings.Join(terms, ", "), c)
				terms = nil
			default:
				walk(c)
			}
		}
	}
	walk(n)
	for _, t := range terms {
		r.w.raw(t, paragraph)
	}
}

func (r *renderer) definition(term string, dd *html.Node) {
	if body := inline(dd, r.skip); !hasBlocks(dd) && body != "" && len(term) <= 80 {
		if term != "" {
			body = strings.TrimRight(term, ":： ") + ": " + body
		}
		r.w.raw("- "+body, item)
		return
	}
	if term != "" {
		r.w.raw(term, paragraph)
	}
	r.children(dd)
	r.w.flush()
}

// code writes pre between fences, its line ends and indentation kept.
func (r *renderer) code(n *html.Node) {
	r.w.flush()
	var b strings.Builder
	rawText(n, r.skip, &b)
	s, _ := clean(b.String())
	s = strings.TrimRight(strings.TrimLeft(s, "\n"), " \t\n")
	if s == "" {
		return
	}
	s = strings.ReplaceAll(s, "\u00a0", " ")
	s = strings.ReplaceAll("\n"+s, "\n```", "\n ```")[1:]
	r.w.mark = ""
	r.w.raw("```\n"+s+"\n```", paragraph)
}

// quoted writes q with the quotation marks that a browser shows.
func (r *renderer) quoted(n *html.Node) {
	r.w.text("“")
	r.children(n)
	r.w.text("”")
}

// sup leaves out the mark of a footnote, which would read as one of our own,
// and keeps apart a number and its exponent.
func (r *renderer) sup(n *html.Node) {
	s := inline(n, r.skip)
	if footnoteMark(n, s) {
		return
	}
	if s != "" && r.w.last >= '0' && r.w.last <= '9' && !r.w.space && (s[0] >= '0' && s[0] <= '9' || s[0] == '-') {
		r.w.text("^")
	}
	r.children(n)
}

// footnoteMark reports whether the element n with the text s is a reference to
// a note: a number or a sign within a link into the page.
func footnoteMark(n *html.Node, s string) bool {
	if len(s) > 12 {
		return false
	}
	if c := attr(n, "class"); strings.Contains(c, "reference") || strings.Contains(c, "footnote") {
		return true
	}
	found := false
	for d := range n.Descendants() {
		if d.DataAtom == atom.A && strings.Contains(attr(d, "href"), "#") {
			found = true
		}
	}
	return found
}

// formula writes MathML: the TeX source where the page has it, else the words.
func (r *renderer) formula(n *html.Node) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == "annotation" && strings.Contains(attr(d, "encoding"), "tex") {
			r.w.text(" $" + strings.TrimSpace(textOf(d)) + "$ ")
			return
		}
	}
	if tex := attr(n, "alttext"); tex != "" {
		r.w.text(" $" + tex + "$ ")
		return
	}
	r.children(n)
}
