package crawler

import (
	"bytes"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// Bounds of a scan for links.
const (
	maxScanLinks = 5000
	maxScan      = 2 << 20 // bytes of a page
	maxLine      = 4000    // bytes of a line that are kept
	linkWindow   = 150     // bytes before and after a link that are about it, in a long line
	crowded      = 6       // links on one line, from which on the line says nothing about each
)

// A pageLink is a link with what is said about it where it stands.
type pageLink struct {
	url    string // absolute
	text   string
	title  string // of its title attribute
	around string // the line that holds it, where that says more than the text
	at     int    // where its text begins in the line
	nav    bool   // in a part of the page that only leads around
}

// scanLinks lists the links of an HTML page in document order, an address as
// often as it occurs: the same page is called by its number here and by its
// title there, and both matter for choosing. The extractor's links, one an
// address, are for readers.
func scanLinks(body []byte, contentType string, base *url.URL) []pageLink {
	body = body[:min(len(body), maxScan)]
	s := &linkScan{base: base, z: html.NewTokenizer(decoded(body, contentType))}
	s.z.SetMaxBuf(256 << 10)
	for len(s.links) < maxScanLinks {
		switch s.z.Next() {
		case html.ErrorToken:
			s.endLine()
			return s.links
		case html.TextToken:
			if s.mute == 0 {
				s.write(s.z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			s.start()
		case html.EndTagToken:
			s.end()
		}
	}
	s.endLine()
	return s.links
}

// decoded is the page in UTF-8, by the header, a byte order mark or a meta.
func decoded(body []byte, contentType string) io.Reader {
	if enc, name, _ := charset.DetermineEncoding(body[:min(len(body), 1024)], contentType); name != "utf-8" && name != "windows-1252" {
		return enc.NewDecoder().Reader(bytes.NewReader(body))
	}
	return bytes.NewReader(body)
}

// A linkScan is one pass over a page's tokens.
type linkScan struct {
	base  *url.URL
	z     *html.Tokenizer
	links []pageLink

	line  []byte // of the block under way, white space collapsed
	first int    // link of the line
	open  bool   // within a link
	from  int    // where its text begins
	nav   int    // depth of elements that lead around
	mute  int    // depth of elements whose text is not shown
}

// write adds text to the line.
func (s *linkScan) write(text []byte) {
	for w := range bytes.FieldsSeq(text) {
		if len(s.line) > maxLine {
			return
		}
		if len(s.line) > 0 {
			s.line = append(s.line, ' ')
		}
		s.line = append(s.line, w...)
	}
}

func (s *linkScan) start() {
	name, more := s.z.TagName()
	switch a := atom.Lookup(name); a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg:
		s.mute++
	case atom.Nav, atom.Header, atom.Footer, atom.Aside:
		s.endLine()
		s.nav++
	case atom.Base:
		if href := s.attrs(more)["href"]; href != "" {
			if u, err := s.base.Parse(href); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
				s.base = u
			}
		}
	case atom.A, atom.Area:
		s.link(s.attrs(more), "href")
	case atom.Iframe, atom.Frame:
		s.link(s.attrs(more), "src")
		s.closeLink()
	case atom.Img:
		if alt := s.attrs(more)["alt"]; s.open && alt != "" {
			s.write([]byte(alt))
		}
	default:
		if blockElement[a] {
			s.endLine()
		}
	}
}

func (s *linkScan) end() {
	name, _ := s.z.TagName()
	switch a := atom.Lookup(name); a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg:
		s.mute = max(0, s.mute-1)
	case atom.Nav, atom.Header, atom.Footer, atom.Aside:
		s.endLine()
		s.nav = max(0, s.nav-1)
	case atom.A:
		s.closeLink()
	default:
		if blockElement[a] {
			s.endLine()
		}
	}
}

// blockElement are those that begin a new line. Cells of a table do not: a row
// is one line.
var blockElement = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Tr: true, atom.Table: true, atom.Dl: true,
	atom.Dt: true, atom.Dd: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Section: true, atom.Article: true, atom.Main: true, atom.Blockquote: true, atom.Pre: true, atom.Br: true, atom.Hr: true,
	atom.Body: true, atom.Title: true, atom.Form: true, atom.Option: true, atom.Figure: true, atom.Figcaption: true, atom.Details: true, atom.Summary: true,
}

func (s *linkScan) attrs(more bool) map[string]string {
	m := map[string]string{}
	for n := 0; more && n < 32; n++ {
		var k, v []byte
		k, v, more = s.z.TagAttr()
		m[string(k)] = string(v)
	}
	return m
}

// link begins a link; a link within a link ends the outer one, as in browsers.
func (s *linkScan) link(attrs map[string]string, key string) {
	s.closeLink()
	ref := strings.TrimSpace(attrs[key])
	if ref == "" || ref[0] == '#' || s.mute > 0 {
		return
	}
	u, err := s.base.Parse(ref)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return
	}
	u.Fragment, u.RawFragment = "", ""
	s.links = append(s.links, pageLink{url: u.String(), title: clip(attrs["title"]), nav: s.nav > 0})
	s.open, s.from = true, len(s.line)
	s.links[len(s.links)-1].at = s.from
}

func (s *linkScan) closeLink() {
	if !s.open {
		return
	}
	s.open = false
	l := &s.links[len(s.links)-1]
	l.text = clip(string(s.line[min(s.from, len(s.line)):]))
}

// window is what stands next to a link in a long line, at characters' edges.
func window(line string, from, to int) string {
	from, to = max(0, min(from, len(line))-linkWindow), min(len(line), to+linkWindow)
	for from > 0 && line[from]&0xc0 == 0x80 {
		from--
	}
	return cut(line[from:], to-from)
}

// endLine gives the links of a line its text.
func (s *linkScan) endLine() {
	again := s.open // a block within a link
	s.closeLink()
	if n := len(s.links) - s.first; n > 0 && len(s.line) > 0 {
		line := string(s.line)
		for i := s.first; i < len(s.links); i++ {
			l := &s.links[i]
			around := line
			if len(line) > shortLine || n >= crowded {
				around = window(line, l.at, l.at+len(l.text))
			}
			l.at = 0
			if len(around) > len(l.text)+3 && (n < crowded || !l.nav) {
				l.around = around
			}
		}
	}
	s.line, s.first = s.line[:0], len(s.links)
	if again {
		s.first = len(s.links) - 1
		s.open, s.from = s.links[s.first].text == "", 0
	}
}
