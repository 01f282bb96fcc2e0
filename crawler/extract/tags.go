package extract

import "strings"

// Bounds of a page's tree.
const (
	// maxTags bounds start tags, and attributes at a quarter. A tag takes about
	// half a kilobyte while the page is read.
	maxTags = 100000
	// maxTagAttrs is the number of attributes from which a tag is an attack. What
	// looks like a tag with a bracket in it may be a script's comparison.
	maxTagAttrs    = 1000
	maxScriptWords = 20000
)

// boundTags says about how large the tree of a page becomes, in tags. A tag with
// attributes without number is replaced by a hidden one of its name; src is
// copied only where there is one.
func boundTags(src string) (bounded string, cost int) {
	var b strings.Builder
	attrs, kept := 0, 0
	for at := 0; ; {
		i := strings.IndexByte(src[at:], '<')
		if i < 0 {
			break
		}
		begin := at + i
		at = begin + 1
		if at == len(src) || src[at]|0x20 < 'a' || src[at]|0x20 > 'z' {
			continue
		}
		cost++
		t := scanTag(src, at)
		at = t.end
		if t.attrs <= maxTagAttrs || t.odd && t.attrs <= maxScriptWords {
			attrs += t.attrs
			continue
		}
		b.WriteString(src[kept:begin] + "<" + src[begin+1:t.name] + " hidden>")
		kept = min(t.end+1, len(src))
	}
	if kept > 0 {
		src = b.String() + src[kept:]
	}
	return src, cost + attrs/4
}

// A tagSpan is a start tag as it stands in the source.
type tagSpan struct {
	name  int // where its name ends
	end   int // of its closing bracket, or of the source
	attrs int
	odd   bool // an opening bracket stands in it
}

// scanTag reads a tag from its name on. A bracket within quotes does not close it.
func scanTag(src string, at int) tagSpan {
	var t tagSpan
	var last byte // that is no space
	for ; at < len(src) && src[at] != '>'; at++ {
		c := src[at]
		space := c <= ' ' || c == '/'
		switch {
		case space:
			if t.name == 0 {
				t.name = at
			}
			continue
		case c == '<':
			t.odd = true
		case (c == '"' || c == '\'') && last == '=':
			n := strings.IndexByte(src[at+1:], c)
			if n < 0 {
				n = len(src) - at - 2
			}
			at += n + 1
		case t.name > 0 && last != '=' && (src[at-1] <= ' ' || src[at-1] == '/'):
			t.attrs++
		}
		last = c
	}
	t.end = min(at, len(src))
	if t.name == 0 {
		t.name = t.end
	}
	return t
}
