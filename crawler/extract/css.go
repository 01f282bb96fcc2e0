package extract

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// Bounds of the style rules that are read of one page.
const (
	maxCSS   = 512 << 10 // bytes
	maxRules = 4000      // selectors that set something that can hide
)

// A style is what decides whether an element's text is seen: the declared
// values of the properties that can hide it. Empty: not declared.
type style struct {
	display, visibility, opacity, fontSize, color, background string
	position, left, top, right, textIndent, clip, clipPath    string
	width, height, overflow, transform                        string
}

// field is the place of a property, or nil where it does not matter here.
func (s *style) field(property string) *string {
	switch property {
	case "display":
		return &s.display
	case "visibility":
		return &s.visibility
	case "opacity":
		return &s.opacity
	case "font-size":
		return &s.fontSize
	case "color":
		return &s.color
	case "background", "background-color":
		return &s.background
	case "position":
		return &s.position
	case "left", "margin-left", "inset-inline-start":
		return &s.left
	case "top", "margin-top":
		return &s.top
	case "right":
		return &s.right
	case "text-indent":
		return &s.textIndent
	case "clip":
		return &s.clip
	case "clip-path", "-webkit-clip-path":
		return &s.clipPath
	case "width", "max-width":
		return &s.width
	case "height", "max-height":
		return &s.height
	case "overflow", "overflow-y":
		return &s.overflow
	case "transform":
		return &s.transform
	}
	return nil
}

// A declaration sets one property.
type declaration struct {
	property, value string
	important       bool
}

// declarations reads the inside of a style attribute or of a rule, keeping
// what matters here.
func declarations(css string) []declaration {
	var list []declaration
	var probe style
	for d := range strings.SplitSeq(css, ";") {
		p, v, ok := strings.Cut(d, ":")
		if !ok {
			continue
		}
		p, v = strings.ToLower(strings.TrimSpace(p)), strings.ToLower(strings.TrimSpace(v))
		if probe.field(p) == nil {
			continue
		}
		v, important := strings.CutSuffix(v, "important")
		if important {
			v = strings.TrimRight(v, " !")
		}
		list = append(list, declaration{p, v, important})
	}
	return list
}

// A compound is one step of a selector: a tag, an id and classes.
type compound struct {
	tag, id string
	classes []string
	child   bool // its parent must match the step before it, not any ancestor
}

// A cssRule is one selector with its declarations.
type cssRule struct {
	steps  []compound // from the outermost to the element itself
	weight int        // specificity, then order
	decls  []declaration
}

// A sheet is the rules of a page, found by the last step's id, class or tag.
type sheet struct {
	rules map[string][]*cssRule
	n     int
}

// add reads a style element's text. At-rules other than "@media screen" and
// "@media all" are left out, as their conditions are not known here.
func (s *sheet) add(css string) {
	if len(css) > maxCSS {
		css = css[:maxCSS]
	}
	css = stripComments(css)
	for css != "" && s.n < maxRules {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return
		}
		prelude := strings.TrimSpace(css[:open])
		if i := strings.LastIndexByte(prelude, ';'); i >= 0 { // @import …; @charset …;
			prelude = strings.TrimSpace(prelude[i+1:])
		}
		body, rest := cssBlock(css[open+1:])
		css = rest
		if strings.HasPrefix(prelude, "@") {
			if m := strings.ToLower(prelude); m == "@media screen" || m == "@media all" {
				s.add(body)
			}
			continue
		}
		s.addRule(prelude, body)
	}
}

func (s *sheet) addRule(prelude, body string) {
	decls := declarations(body)
	if len(decls) == 0 {
		return
	}
	for sel := range strings.SplitSeq(prelude, ",") {
		steps, specificity, ok := parseSelector(sel)
		if !ok || s.n >= maxRules {
			continue
		}
		s.n++
		last := steps[len(steps)-1]
		key := last.tag
		switch {
		case last.id != "":
			key = "#" + last.id
		case len(last.classes) > 0:
			key = "." + last.classes[0]
		}
		if s.rules == nil {
			s.rules = map[string][]*cssRule{}
		}
		s.rules[key] = append(s.rules[key], &cssRule{steps, specificity<<16 | s.n, decls})
	}
}

func stripComments(css string) string {
	if !strings.Contains(css, "/*") {
		return css
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(css, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if _, css, found = strings.Cut(after, "*/"); !found {
			return b.String()
		}
	}
}

// cssBlock splits s behind the brace that closes the block it begins in.
func cssBlock(s string) (body, rest string) {
	depth := 1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}

// parseSelector reads selectors of tags, ids and classes joined by descendant
// and child combinators; others are not understood and hide nothing.
func parseSelector(sel string) (steps []compound, specificity int, ok bool) {
	sel = strings.TrimSpace(sel)
	if sel == "" || strings.ContainsAny(sel, ":[]+~*()\\\"'@&") {
		return nil, 0, false
	}
	child := false
	for _, part := range strings.Fields(strings.ReplaceAll(sel, ">", " > ")) {
		if part == ">" {
			child = true
			continue
		}
		c := compound{child: child}
		child = false
		for len(part) > 0 {
			end := strings.IndexAny(part[1:], ".#") + 1
			if end == 0 {
				end = len(part)
			}
			switch name := part[:end]; name[0] {
			case '.':
				c.classes = append(c.classes, name[1:])
				specificity += 1 << 4
			case '#':
				c.id = name[1:]
				specificity += 1 << 8
			default:
				c.tag = strings.ToLower(name)
				specificity++
			}
			part = part[end:]
		}
		steps = append(steps, c)
	}
	return steps, min(specificity, 1<<14), len(steps) > 0 && !child
}

func (c *compound) matches(n *html.Node) bool {
	if c.tag != "" && c.tag != n.Data || c.id != "" && c.id != attr(n, "id") {
		return false
	}
	class := ""
	if len(c.classes) > 0 {
		class = attr(n, "class")
	}
	for _, want := range c.classes {
		if !hasWord(class, want) {
			return false
		}
	}
	return true
}

// matches reports whether the rule's selector matches n.
func (r *cssRule) matches(n *html.Node) bool {
	i := len(r.steps) - 1
	if !r.steps[i].matches(n) {
		return false
	}
	for i > 0 {
		child := r.steps[i].child
		i--
		for n = n.Parent; n != nil && !r.steps[i].matches(n); n = n.Parent {
			if child {
				return false
			}
		}
		if n == nil {
			return false
		}
	}
	return true
}

// of is the declared style of n: the page's rules in their order of weight,
// then the style attribute.
func (s *sheet) of(n *html.Node) (style, bool) {
	var matched []*cssRule
	collect := func(key string) {
		for _, r := range s.rules[key] {
			if r.matches(n) {
				matched = append(matched, r)
			}
		}
	}
	own := attr(n, "style")
	if len(s.rules) > 0 {
		collect(n.Data)
		if id := attr(n, "id"); id != "" {
			collect("#" + id)
		}
		for c := range strings.FieldsSeq(attr(n, "class")) {
			collect("." + c)
		}
	}
	if len(matched) == 0 && own == "" {
		return style{}, false
	}
	slices.SortFunc(matched, func(a, b *cssRule) int { return a.weight - b.weight })
	var st style
	for _, important := range []bool{false, true} {
		for _, r := range matched {
			st.apply(r.decls, important)
		}
		st.apply(declarations(own), important)
	}
	return st, true
}

func (s *style) apply(list []declaration, important bool) {
	for _, d := range list {
		if d.important == important {
			*s.field(d.property) = d.value
		}
	}
}

// number is the value of a CSS length or number; ok is false for words.
func number(v string) (n float64, ok bool) {
	end := 0
	for end < len(v) && (v[end] >= '0' && v[end] <= '9' || v[end] == '.' || v[end] == '-' || v[end] == '+') {
		end++
	}
	n, err := strconv.ParseFloat(v[:end], 64)
	return n, err == nil
}
