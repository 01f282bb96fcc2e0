package extract

import (
	"encoding/xml"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// readPPTX reads a presentation: each slide under a heading "## Slide 3", its
// title first, then its text, tables and notes.
func (j *job) readPPTX() error {
	a, err := openArchive(j.in.Body)
	if err != nil {
		return fault(kindPPTX, err)
	}
	w := writer{cap: MaxText + 4096}
	for i, name := range slideOrder(a) {
		b, err := a.part(name)
		if err != nil {
			return fault(kindPPTX, err)
		}
		s := slideReader{w: &w, heading: fmt.Sprintf("## Slide %d", i+1)}
		if err := walkXML(b, s.token); err != nil {
			j.page.Truncated = true
			continue
		}
		notes, err := a.part("ppt/notesSlides/notesSlide" + slideNumber(name) + ".xml")
		if err != nil {
			return fault(kindPPTX, err)
		}
		if notes != nil {
			if err := walkXML(notes, s.token); err != nil {
				j.page.Truncated = true
			}
		}
	}
	j.page.Text, j.page.Truncated = w.String(), j.page.Truncated || w.full
	j.coreProps(a)
	j.named("")
	return nil
}

func slideNumber(name string) string {
	return strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "slide"), ".xml")
}

// slideOrder lists the slides as they are shown; by number where the order
// cannot be read.
func slideOrder(a *archive) []string {
	var byNumber []string
	for name := range a.files {
		if strings.HasPrefix(name, "ppt/slides/slide") && strings.HasSuffix(name, ".xml") {
			byNumber = append(byNumber, name)
		}
	}
	slices.SortFunc(byNumber, func(x, y string) int {
		n, errX := strconv.Atoi(slideNumber(x))
		m, errY := strconv.Atoi(slideNumber(y))
		if errX != nil || errY != nil {
			return strings.Compare(x, y)
		}
		return n - m
	})
	rels, err := a.part("ppt/_rels/presentation.xml.rels")
	if err != nil {
		return byNumber
	}
	main, err := a.part("ppt/presentation.xml")
	if err != nil {
		return byNumber
	}
	target := map[string]string{}
	var shown []string
	read := func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok {
			switch e.Name.Local {
			case "Relationship":
				target[xmlAttr(e, "Id")] = path.Join("ppt", xmlAttr(e, "Target"))
			case "sldId":
				for _, at := range e.Attr { // r:id, beside the plain id
					if n := target[at.Value]; n != "" && a.files[n] != nil {
						shown = append(shown, n)
					}
				}
			}
		}
		return nil
	}
	if walkXML(rels, read) != nil || walkXML(main, read) != nil || len(shown) != len(byNumber) {
		return byNumber
	}
	return shown
}

// slideReader reads the drawing markup of one slide.
type slideReader struct {
	w       *writer
	heading string // written before the first text
	inText  bool
	number  bool // within a placeholder for the slide's number, date or footer
	table   docTable
}

func (s *slideReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "t":
			s.inText = true
		case "br":
			s.w.newline()
		case "sp":
			s.number = false
		case "ph":
			switch xmlAttr(t, "type") {
			case "sldNum", "dt", "ftr", "hdr":
				s.number = true
			}
		case "tbl":
			s.table = docTable{depth: 1, rows: rowsTo{w: s.w}}
		}
	case xml.EndElement:
		s.end(t.Name.Local)
	case xml.CharData:
		if s.inText && !s.number {
			s.w.text(string(t))
		}
	}
	return nil
}

func (s *slideReader) end(name string) {
	switch name {
	case "t":
		s.inText = false
	case "p":
		text := strings.TrimSpace(string(s.w.line))
		s.w.line, s.w.space, s.w.last = s.w.line[:0], false, 0
		switch {
		case text == "":
		case s.table.depth > 0:
			s.table.cell = append(s.table.cell, text)
		default:
			s.head()
			s.w.raw(text, paragraph)
		}
	case "tc":
		s.table.cells = append(s.table.cells, strings.Join(s.table.cell, " "))
		s.table.cell = nil
	case "tr":
		s.head()
		s.table.rows.add(s.table.cells)
		s.table.cells = nil
	case "tbl":
		s.table.depth = 0
	}
}

func (s *slideReader) head() {
	if s.heading != "" {
		s.w.raw(s.heading, paragraph)
		s.heading = ""
	}
}
