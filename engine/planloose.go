package engine

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// looseValue is a JSON value as models write them.
type looseValue struct {
	kind looseKind
	str  string
	num  float64
	keys []string     // of an object
	list []looseValue // elements of an array, or values of an object
}

type looseKind uint8

const (
	looseNull looseKind = iota
	looseBool
	looseNumber
	looseString
	looseArray
	looseObject
)

// maxLooseDepth bounds nesting; what is deeper is skipped.
const maxLooseDepth = 64

// text is the value as text; lists and objects have none.
func (v looseValue) text() string {
	switch v.kind {
	case looseString, looseNumber:
		return strings.TrimSpace(v.str)
	}
	return ""
}

func (v looseValue) truth() bool {
	switch v.kind {
	case looseBool, looseNumber:
		return v.num != 0
	case looseString:
		switch strings.ToLower(strings.TrimSpace(v.str)) {
		case "true", "yes", "1", "是", "足够":
			return true
		}
	}
	return false
}

// items are the elements of an array; a single value is an array of itself.
func (v looseValue) items() []looseValue {
	switch v.kind {
	case looseArray:
		return v.list
	case looseNull, looseBool:
		return nil
	}
	return []looseValue{v}
}

func wholeNumber(s string) (int, bool) {
	n, err := strconv.Atoi(strings.Trim(s, " #[]."))
	return n, err == nil
}

// parseLoose reads one value from the beginning of s and returns it with the
// number of bytes read. It never fails: what is missing at the end is taken
// for closed. Beyond JSON it reads comments, trailing, missing and full-width
// commas, colons and brackets, single, typographic and missing quotes, line
// breaks, unescaped quotes and LaTeX commands in strings, and Python's words.
func parseLoose(s string) (looseValue, int) {
	p := looseParser{s: s}
	v := p.value(0)
	return v, p.i
}

type looseParser struct {
	s string
	i int
}

// peek is the next character as its ASCII form where punctuation is full-width, and its bytes.
func (p *looseParser) peek() (rune, int) {
	if p.i >= len(p.s) {
		return 0, 0
	}
	r, n := utf8.DecodeRuneInString(p.s[p.i:])
	return plainPunct(r), n
}

func plainPunct(r rune) rune {
	switch r {
	case '｛':
		return '{'
	case '｝':
		return '}'
	case '［', '【':
		return '['
	case '］', '】':
		return ']'
	case '：':
		return ':'
	case '，', '、', '；', ';':
		return ','
	}
	return r
}

// space skips white space and comments.
func (p *looseParser) space() {
	for p.i < len(p.s) {
		rest := p.s[p.i:]
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsSpace(r) || r == '\uFEFF':
			p.i += n
		case strings.HasPrefix(rest, "//"), r == '#':
			p.skipTo("\n")
		case strings.HasPrefix(rest, "/*"):
			p.skipTo("*/")
		default:
			return
		}
	}
}

func (p *looseParser) skipTo(end string) {
	if j := strings.Index(p.s[p.i:], end); j >= 0 {
		p.i += j + len(end)
		return
	}
	p.i = len(p.s)
}

func (p *looseParser) value(depth int) looseValue {
	p.space()
	r, n := p.peek()
	if n == 0 || depth > maxLooseDepth {
		p.i = len(p.s)
		return looseValue{}
	}
	switch {
	case r == '{':
		p.i += n
		return p.object(depth)
	case r == '[':
		p.i += n
		return p.array(depth)
	case closingQuotes(r) != "":
		p.i += n
		return looseValue{kind: looseString, str: p.quoted(closingQuotes(r))}
	}
	return p.word()
}

func (p *looseParser) object(depth int) looseValue {
	v := looseValue{kind: looseObject}
	for {
		p.space()
		r, n := p.peek()
		switch {
		case n == 0:
			return v
		case r == '}':
			p.i += n
			return v
		case r == ',', r == ']', r == ':':
			p.i += n
			continue
		}
		at := p.i
		key := p.key()
		p.space()
		if r, n := p.peek(); r == ':' || r == '=' {
			p.i += n
			if r, n := p.peek(); r == '>' {
				p.i += n
			}
		}
		v.keys = append(v.keys, key)
		v.list = append(v.list, p.value(depth+1))
		if p.i == at { // nothing was read: skip one character
			p.i += n
		}
	}
}

func (p *looseParser) key() string {
	r, n := p.peek()
	if q := closingQuotes(r); q != "" {
		p.i += n
		return p.quoted(q)
	}
	start := p.i
	for p.i < len(p.s) {
		r, n := p.peek()
		if strings.ContainsRune(":=,{}[]\n", r) {
			break
		}
		p.i += n
	}
	return strings.TrimSpace(p.s[start:p.i])
}

func (p *looseParser) array(depth int) looseValue {
	v := looseValue{kind: looseArray}
	for {
		p.space()
		r, n := p.peek()
		switch {
		case n == 0:
			return v
		case r == ']':
			p.i += n
			return v
		case r == '}': // the bracket was forgotten
			return v
		case r == ',', r == ':':
			p.i += n
			continue
		}
		at := p.i
		v.list = append(v.list, p.value(depth+1))
		if p.i == at {
			p.i += n
		}
	}
}

// closingQuotes are the quotes that may end a string that r begins.
func closingQuotes(r rune) string {
	switch r {
	case '"', '“', '”', '„', '＂':
		return "\"”“＂"
	case '\'', '‘', '’':
		return "'’‘"
	case '`':
		return "`"
	case '「':
		return "」"
	}
	return ""
}

// quoted reads a string after its opening quote. A quote ends it only where
// the next character goes on with the structure, so that quotes inside a
// string need no escape.
func (p *looseParser) quoted(ends string) string {
	var b strings.Builder
	for p.i < len(p.s) {
		r, n := utf8.DecodeRuneInString(p.s[p.i:])
		switch {
		case r == '\\':
			p.escape(&b)
			continue
		case strings.ContainsRune(ends, r) && p.endsString(p.i+n):
			p.i += n
			return b.String()
		}
		b.WriteString(p.s[p.i : p.i+n])
		p.i += n
	}
	return b.String()
}

// endsString reports whether what stands at offset i can follow a string.
func (p *looseParser) endsString(i int) bool {
	q := looseParser{s: p.s, i: i}
	q.space()
	r, n := q.peek()
	if n == 0 || strings.ContainsRune("}]:=", r) || strings.HasPrefix(p.s[q.i:], "```") {
		return true
	}
	if r == ',' {
		// A comma inside a sentence is followed by words, one of the structure
		// by a value or the end.
		q.i += n
		q.space()
		r, n := q.peek()
		return n == 0 || closingQuotes(r) != "" || strings.ContainsRune("{}[]-", r) ||
			unicode.IsDigit(r) || q.isWordOrKey()
	}
	// A comma was forgotten: only a line break makes that likely.
	return strings.Contains(p.s[i:q.i], "\n") && closingQuotes(r) != ""
}

// isWordOrKey reports whether a literal or an unquoted key stands here.
func (p *looseParser) isWordOrKey() bool {
	rest := p.s[p.i:]
	for _, w := range []string{"true", "false", "null", "True", "False", "None"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	j := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && r != '_' })
	return j > 0 && (strings.HasPrefix(strings.TrimLeft(rest[j:], " "), ":") || strings.HasPrefix(rest[j:], "："))
}

// escape reads an escape sequence. One that JSON does not know, and one that
// begins a LaTeX command, stays as it is written.
func (p *looseParser) escape(b *strings.Builder) {
	rest := p.s[p.i+1:]
	if rest == "" {
		p.i++
		return
	}
	if latexCommand(rest) {
		b.WriteByte('\\')
		p.i++
		return
	}
	simple := map[byte]string{'"': `"`, '\\': `\`, '/': "/", 'n': "\n", 't': "\t", 'r': "\r", 'b': "", 'f': "", '\'': "'", '\n': "\n"}
	if s, ok := simple[rest[0]]; ok {
		b.WriteString(s)
		p.i += 2
		return
	}
	if rest[0] == 'u' && len(rest) >= 5 {
		if u, err := strconv.ParseUint(rest[1:5], 16, 32); err == nil {
			p.i += 6
			b.WriteRune(p.surrogate(rune(u)))
			return
		}
	}
	b.WriteByte('\\')
	p.i++
}

// surrogate joins a high surrogate with the escape of a low one after it.
func (p *looseParser) surrogate(r rune) rune {
	if r < 0xD800 || r > 0xDFFF {
		return r
	}
	rest := p.s[p.i:]
	if r < 0xDC00 && len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
		if u, err := strconv.ParseUint(rest[2:6], 16, 32); err == nil && u >= 0xDC00 && u <= 0xDFFF {
			p.i += 6
			return 0x10000 + (r-0xD800)<<10 + (rune(u) - 0xDC00)
		}
	}
	return utf8.RuneError
}

// LaTeX commands whose first letter JSON takes for an escape.
var latexCommands = []string{"frac", "forall", "footnote", "beta", "begin", "bar", "bf", "binom", "big", "boldsymbol", "text", "times", "theta", "tan", "tau", "to ", "tilde", "neq", "nu ", "nabla", "neg", "not", "rho", "right", "rightarrow", "rm", "ref", "underline", "uparrow", "cup"}

func latexCommand(rest string) bool {
	for _, c := range latexCommands {
		if strings.HasPrefix(rest, c) {
			return true
		}
	}
	return false
}

// word reads a number, a literal, or a string without quotes.
func (p *looseParser) word() looseValue {
	start := p.i
	for p.i < len(p.s) {
		r, n := p.peek()
		if strings.ContainsRune(",:{}[]\n", r) {
			break
		}
		p.i += n
	}
	w := strings.TrimSpace(p.s[start:p.i])
	switch strings.ToLower(w) {
	case "true", "yes":
		return looseValue{kind: looseBool, num: 1}
	case "false", "no":
		return looseValue{kind: looseBool}
	case "null", "none", "", "...", "undefined":
		return looseValue{}
	}
	if f, err := strconv.ParseFloat(w, 64); err == nil {
		return looseValue{kind: looseNumber, num: f, str: w}
	}
	return looseValue{kind: looseString, str: w}
}
