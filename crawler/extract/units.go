package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A unit is a run of text that no block element interrupts: a paragraph, a
// heading, a list item's line, a table cell. What of a page is main text is
// decided unit by unit.
type unit struct {
	nodes []*html.Node // siblings, below frame.node
	frame *frame
	text  string
	size  textSize
	links int // tokens within links
	index int
	keep  float64 // probability that it is main text
}

// textSize is what is counted of a text. A token is a word, a number, or one
// Han or kana character.
type textSize struct {
	tokens, runes, upper, digits, marks, stops, ends, words int
}

// A frame is a block element with the figures of the text below it.
type frame struct {
	node   *html.Node
	parent *frame
	depth  int
	traits traits // of this element alone
	child  int    // frames directly below

	units, tokens, links, marks, long int // of all units below
	first, last                       int // indexes of units below; last is exclusive
	score                             float64
	mean                              float64  // of the units' probabilities, weighted by tokens
	alike                             int      // siblings of the same tag and class, itself included
	words                             []uint32 // hashes of the words of its class and id
	trunk                             [2]bool  // it is on the way to a top: see mark
}

// pageUnits is a page cut into units.
type pageUnits struct {
	units  []*unit
	frames []*frame
	tokens int
	blocky map[*html.Node]bool // inline elements around blocks
}

// cut cuts what is below root into units.
func cut(root *html.Node) *pageUnits {
	p := &pageUnits{blocky: map[*html.Node]bool{}}
	for d := range root.Descendants() {
		if d.Type != html.ElementNode || !blocks[d.DataAtom] {
			continue
		}
		for a := d.Parent; a != nil && a.Type == html.ElementNode && !blocks[a.DataAtom] && !p.blocky[a]; a = a.Parent {
			p.blocky[a] = true
		}
	}
	p.walk(p.open(root, nil))
	for i, u := range p.units {
		u.index = i
		p.tokens += u.size.tokens
	}
	for _, f := range p.frames {
		p.countAlike(f)
	}
	return p
}

func (p *pageUnits) open(n *html.Node, parent *frame) *frame {
	f := &frame{node: n, parent: parent, first: len(p.units)}
	if parent != nil {
		f.depth = parent.depth + 1
		parent.child++
	}
	f.traits, f.words = traitsOf(n), nameHashes(n)
	p.frames = append(p.frames, f)
	return f
}

// walk cuts what is below f, in document order.
func (p *pageUnits) walk(f *frame) {
	var run []*html.Node
	end := func() {
		p.close(run, f)
		run = nil
	}
	breaks := 0
	for c := f.node.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			if strings.TrimFunc(c.Data, isSpace) != "" {
				breaks = 0
			}
			run = append(run, c)
		case c.Type != html.ElementNode || unread(c):
		case c.DataAtom == atom.Br:
			if breaks++; breaks == 2 {
				end()
			} else {
				run = append(run, c)
			}
		case blocks[c.DataAtom] || p.blocky[c]:
			end()
			p.walk(p.open(c, f))
		default:
			breaks = 0
			run = append(run, c)
		}
	}
	end()
	f.last = len(p.units)
}

// close makes a unit of run, where it holds any text.
func (p *pageUnits) close(run []*html.Node, f *frame) {
	if len(run) == 0 {
		return
	}
	var r renderer
	links := 0
	for _, n := range run {
		switch {
		case n.Type == html.TextNode:
			r.w.text(n.Data)
		case n.DataAtom == atom.Br:
			r.w.space = true
		default:
			r.inlineInto(wrap(n))
			links += linkTokens(n)
		}
	}
	text := strings.TrimSpace(string(r.w.line))
	if text == "" {
		return
	}
	u := &unit{nodes: run, frame: f, text: text, size: sizeOf(text), links: links}
	u.links = min(u.links, u.size.tokens)
	p.units = append(p.units, u)
	for a := f; a != nil; a = a.parent {
		a.units++
		a.tokens += u.size.tokens
		a.links += u.links
		a.marks += u.size.marks
		if u.size.tokens >= 15 && u.links*3 < u.size.tokens {
			a.long++
		}
	}
}

// wrap is a node that has n as its only child for reading: inlineInto reads children.
func wrap(n *html.Node) *html.Node {
	c := *n
	c.Parent, c.PrevSibling, c.NextSibling = nil, nil, nil
	w := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span, FirstChild: &c, LastChild: &c}
	return w
}

// linkTokens counts the tokens of links at and below n.
func linkTokens(n *html.Node) int {
	if n.DataAtom == atom.A && hasAttr(n, "href") {
		return sizeOf(textOf(n)).tokens
	}
	sum := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			sum += linkTokens(c)
		}
	}
	return sum
}

// stopWords are frequent function words: running text has many, labels few.
var stopWords = map[string]bool{
	"the": true, "of": true, "and": true, "to": true, "in": true, "a": true, "is": true, "that": true, "it": true, "for": true, "was": true,
	"on": true, "with": true, "as": true, "be": true, "are": true, "this": true, "have": true, "from": true, "but": true, "not": true, "i": true,
	"you": true, "he": true, "she": true, "they": true, "we": true, "at": true, "by": true, "or": true, "an": true, "his": true, "which": true,
	"der": true, "die": true, "und": true, "de": true, "la": true, "que": true, "el": true, "en": true, "et": true, "les": true, "le": true,
}

func sizeOf(s string) textSize {
	var z textSize
	start := -1
	for i, r := range s {
		z.runes++
		word := unicode.IsLetter(r) || unicode.IsDigit(r)
		w := word && wide(r)
		if start >= 0 && (!word || w) {
			z.word(s[start:i])
			start = -1
		}
		switch {
		case w:
			z.tokens++
			if strings.ContainsRune("的了是在和有不我这他也就都而与为", r) {
				z.stops++
			}
		case word && start < 0:
			start = i
		}
		switch {
		case unicode.IsUpper(r):
			z.upper++
		case unicode.IsDigit(r):
			z.digits++
		}
		switch r {
		case '.', '!', '?', '。', '！', '？', '…':
			z.marks++
			z.ends++
		case ',', ';', '，', '、', '；', '：', '“', '"', '”':
			z.marks++
		}
	}
	if start >= 0 {
		z.word(s[start:])
	}
	return z
}

func (z *textSize) word(w string) {
	z.tokens++
	z.words++
	if len(w) <= 5 && (stopWords[w] || stopWords[strings.ToLower(w)]) {
		z.stops++
	}
}

// countAlike counts f's siblings that look as it does: posts of a thread,
// teasers of a list.
func (p *pageUnits) countAlike(f *frame) {
	n := f.node
	if n.Parent == nil || f.alike > 0 {
		return
	}
	f.alike = 1
	class := attr(n, "class")
	for s := n.NextSibling; s != nil && f.alike < 50; s = s.NextSibling {
		if s.DataAtom == n.DataAtom && attr(s, "class") == class {
			f.alike++
		}
	}
	for s := n.PrevSibling; s != nil && f.alike < 50; s = s.PrevSibling {
		if s.DataAtom == n.DataAtom && attr(s, "class") == class {
			f.alike++
		}
	}
}
