package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A veil finds what a reader of the page would not see.
type veil struct {
	css      sheet
	external bool // the page has style sheets that are not known here
	hidden   int  // characters dropped
	left     int  // characters of text that the page still has; see shown
	counted  bool
}

// unveil removes from doc what is not seen: elements hidden by attribute, by
// inline style or by the page's own style rules, and comments. It returns the
// number of characters of text that went with them.
func unveil(doc *html.Node) int {
	var v veil
	for n := range doc.Descendants() {
		switch {
		case n.DataAtom == atom.Style && n.Type == html.ElementNode && !within(n, atom.Noscript):
			if m := attr(n, "media"); m == "" || m == "all" || m == "screen" {
				v.css.add(textOf(n))
			}
		case n.DataAtom == atom.Link && strings.Contains(strings.ToLower(attr(n, "rel")), "stylesheet"):
			v.external = true
		}
	}
	v.prune(doc)
	return v.hidden
}

// shown counts the characters of text that the page still has. They are
// counted once: pages of formulas hide thousands of elements.
func (v *veil) shown(n *html.Node) int {
	if !v.counted {
		root := n
		for root.Parent != nil {
			root = root.Parent
		}
		v.left, v.counted = visibleLen(root), true
	}
	return v.left
}

func within(n *html.Node, a atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == a {
			return true
		}
	}
	return false
}

// prune walks the tree without recursion: pages nest as deep as they like.
func (v *veil) prune(doc *html.Node) {
	for n := doc.FirstChild; n != nil; {
		next := n.FirstChild
		drop := n.Type == html.CommentNode
		if n.Type == html.TextNode {
			v.hidden += smuggledIn(n.Data)
		}
		if n.Type == html.ElementNode {
			switch {
			case n.DataAtom == atom.Script, n.DataAtom == atom.Style, n.DataAtom == atom.Template:
				drop = true
			case n.DataAtom != atom.Html && n.DataAtom != atom.Body && n.DataAtom != atom.Head && v.hides(n):
				drop = true
				size := visibleLen(n)
				v.hidden += size
				v.left -= size
			}
		}
		if drop {
			next = nil
		}
		if next == nil {
			next = following(n, doc)
		}
		if drop {
			n.Parent.RemoveChild(n)
		}
		n = next
	}
}

// smuggledIn counts the characters of s that carry a message unseen.
func smuggledIn(s string) int {
	n := 0
	for _, r := range s {
		if r >= 0x200B && invisible(r) && smuggled(r) {
			n++
		}
	}
	return n
}

// following is the next node in document order that is not below n.
func following(n, root *html.Node) *html.Node {
	for ; n != nil && n != root; n = n.Parent {
		if n.NextSibling != nil {
			return n.NextSibling
		}
	}
	return nil
}

// visibleLen counts the characters of text below n that are not space.
func visibleLen(n *html.Node) int {
	size := 0
	for d := range n.Descendants() {
		if d.Type != html.TextNode || d.Parent.DataAtom == atom.Script || d.Parent.DataAtom == atom.Style {
			continue
		}
		size += seenLen(d.Data)
	}
	return size
}

// seenLen counts the characters of s that are not space.
func seenLen(s string) int {
	n := 0
	for _, r := range s {
		if !isSpace(r) {
			n++
		}
	}
	return n
}

// unseenClasses are names that style libraries give to text for screen readers alone.
var unseenClasses = map[string]bool{
	"sr-only": true, "visually-hidden": true, "visuallyhidden": true, "screen-reader-text": true, "screen-reader-only": true,
	"screenreader-only": true, "element-invisible": true, "a11y-hidden": true, "u-visually-hidden": true, "offscreen": true,
	"cdk-visually-hidden": true, "assistive-text": true, "invisible": true, "d-none": true, "display-none": true,
}

// hides reports whether n and what is below it is not seen.
func (v *veil) hides(n *html.Node) bool {
	if hasAttr(n, "hidden") && !strings.EqualFold(attr(n, "hidden"), "until-found") {
		return true
	}
	if strings.EqualFold(strings.TrimSpace(attr(n, "aria-hidden")), "true") && visibleLen(n)*2 <= v.shown(n) {
		// a page behind an open dialog is marked so as a whole and seen all the same
		return true
	}
	if class := attr(n, "class"); class != "" {
		if class == "hidden" {
			return true
		}
		for c := range strings.FieldsSeq(class) {
			if unseenClasses[c] && !strings.Contains(class, "d-md-") && !strings.Contains(class, "d-lg-") && !strings.Contains(class, "d-sm-") {
				return true
			}
		}
	}
	if n.DataAtom == atom.Font && v.whiteOnWhite(n, strings.ToLower(attr(n, "color"))) {
		return true
	}
	st, declared := v.css.of(n)
	if !declared || !st.hides() && !v.sameColor(n, st) {
		return false
	}
	return st.display == "none" || !v.unfolds(n)
}

// unfolds reports whether n is the page's article, kept invisible until a
// script has run, as WeChat's pages do: it is named so, long, and next to
// nothing stands beside it.
func (v *veil) unfolds(n *html.Node) bool {
	if traitsOf(n)&(traitArticle|traitContent) == 0 {
		return false
	}
	size := visibleLen(n)
	return size >= 200 && (v.shown(n)-size)*2 < size
}

// hides reports whether the declared style makes text unseen.
func (s *style) hides() bool {
	zero := func(v string) bool { n, ok := number(v); return ok && n == 0 }
	tiny := func(v string) bool {
		n, ok := number(v)
		return ok && n <= 1 && !strings.HasSuffix(v, "em") && !strings.HasSuffix(v, "%") && v != "1"
	}
	off := func(v string) bool {
		n, ok := number(v)
		return ok && (n <= -900 || n <= -90 && !strings.HasSuffix(v, "px") && v[len(v)-1] >= 'a')
	}
	switch {
	case s.display == "none", s.visibility == "hidden", s.visibility == "collapse":
		return true
	case s.opacity != "":
		if n, ok := number(s.opacity); ok && n <= 0.02 {
			return true
		}
	}
	positioned := s.position == "absolute" || s.position == "fixed"
	clipped := s.overflow == "hidden" || s.overflow == "clip"
	switch {
	case s.fontSize != "" && (zero(s.fontSize) || strings.HasSuffix(s.fontSize, "px") && tiny(s.fontSize)):
		return true
	case off(s.textIndent), positioned && (off(s.left) || off(s.top) || off(s.right)), off(s.left), off(s.top):
		return true
	case positioned && s.clip != "" && clipsAll(s.clip), clipsAll(s.clipPath):
		return true
	case clipped && (zero(s.height) || zero(s.width) || tiny(s.height) && tiny(s.width)):
		return true
	case strings.Contains(s.transform, "scale(0)"), strings.Contains(s.transform, "translatex(-9999"), strings.Contains(s.transform, "translate(-9999"):
		return true
	}
	return s.color == "transparent"
}

// clipsAll reports whether a clip or clip-path leaves nothing to see.
func clipsAll(v string) bool {
	open := strings.IndexByte(v, '(')
	if open < 0 {
		return false
	}
	args := strings.FieldsFunc(v[open+1:], func(r rune) bool { return r == ' ' || r == ',' || r == ')' })
	switch v[:open] {
	case "rect":
		for _, a := range args {
			if n, ok := number(a); !ok || n > 1 {
				return false
			}
		}
		return len(args) == 4
	case "inset":
		n, ok := number(strings.Join(args[:min(1, len(args))], ""))
		return ok && n >= 50 && strings.HasSuffix(args[0], "%")
	case "circle", "ellipse":
		n, ok := number(strings.Join(args[:min(1, len(args))], ""))
		return ok && n == 0
	}
	return false
}
