package extract

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// rgb is a colour; ok is false where it is not known.
type rgb struct {
	r, g, b int
	ok      bool
}

// namedColors are the names that matter for telling text from its ground.
var namedColors = map[string]rgb{
	"white": {255, 255, 255, true}, "black": {0, 0, 0, true}, "red": {255, 0, 0, true}, "green": {0, 128, 0, true}, "blue": {0, 0, 255, true},
	"yellow": {255, 255, 0, true}, "gray": {128, 128, 128, true}, "grey": {128, 128, 128, true}, "silver": {192, 192, 192, true},
	"snow": {255, 250, 250, true}, "ivory": {255, 255, 240, true}, "whitesmoke": {245, 245, 245, true}, "ghostwhite": {248, 248, 255, true},
	"navy": {0, 0, 128, true}, "orange": {255, 165, 0, true}, "purple": {128, 0, 128, true},
}

// parseColor reads a CSS colour: a name, #rgb, #rrggbb, rgb() or rgba(). Of a
// background shorthand the first part that is a colour counts.
func parseColor(v string) rgb {
	v = strings.TrimSpace(strings.ToLower(v))
	if i := strings.Index(v, "rgb"); i >= 0 {
		return rgbFunction(v[i:])
	}
	for f := range strings.FieldsSeq(v) {
		if c, ok := namedColors[f]; ok {
			return c
		}
		if hex, ok := strings.CutPrefix(f, "#"); ok {
			return hexColor(hex)
		}
		if len(f) == 6 {
			if c := hexColor(f); c.ok {
				return c
			}
		}
	}
	return rgb{}
}

func hexColor(h string) rgb {
	if len(h) == 3 || len(h) == 4 {
		h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
	}
	if len(h) == 8 {
		h = h[:6]
	}
	n, err := strconv.ParseUint(h, 16, 32)
	if err != nil || len(h) != 6 {
		return rgb{}
	}
	return rgb{int(n >> 16), int(n >> 8 & 255), int(n & 255), true}
}

func rgbFunction(v string) rgb {
	_, args, ok := strings.Cut(v, "(")
	if !ok {
		return rgb{}
	}
	args, _, _ = strings.Cut(args, ")")
	parts := strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if len(parts) < 3 {
		return rgb{}
	}
	if len(parts) > 3 {
		if a, ok := number(parts[3]); ok && a < 1 {
			return rgb{}
		}
	}
	var c [3]int
	for i := range c {
		n, ok := number(parts[i])
		if !ok {
			return rgb{}
		}
		if strings.HasSuffix(parts[i], "%") {
			n *= 2.55
		}
		c[i] = int(n + .5)
	}
	return rgb{c[0], c[1], c[2], true}
}

// close reports whether nobody can tell a from b.
func (a rgb) close(b rgb) bool {
	abs := func(n int) int { return max(n, -n) }
	return a.ok && b.ok && abs(a.r-b.r)+abs(a.g-b.g)+abs(a.b-b.b) <= 12
}

// sameColor reports whether n's text has the colour of its ground, as far as
// both are stated inline or in the page's own rules.
func (v *veil) sameColor(n *html.Node, st style) bool {
	if st.color == "" {
		return false
	}
	if strings.HasPrefix(st.color, "rgba") && strings.HasSuffix(strings.ReplaceAll(strings.TrimRight(st.color, ") "), " ", ""), ",0") {
		return true
	}
	if st.background != "" {
		return parseColor(st.color).close(parseColor(st.background))
	}
	return v.whiteOnWhite(n, st.color)
}

// whiteOnWhite reports whether text of that colour cannot be seen on the
// ground that n stands on: the nearest stated background, or white where no
// style sheet of elsewhere can have set another.
func (v *veil) whiteOnWhite(n *html.Node, color string) bool {
	c := parseColor(color)
	if !c.ok {
		return false
	}
	for p := n; p != nil; p = p.Parent {
		if bg := attr(p, "bgcolor"); bg != "" {
			return c.close(parseColor(bg))
		}
		if hasAttr(p, "background") {
			return false
		}
		if st, ok := v.css.of(p); ok && st.background != "" && st.background != "none" && st.background != "transparent" && st.background != "inherit" {
			return c.close(parseColor(st.background))
		}
	}
	return !v.external && c.close(rgb{255, 255, 255, true})
}
