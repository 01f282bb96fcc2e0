package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// readDOCX reads a Word document: headings, paragraphs, lists and tables in
// order, then its notes. Deleted text of tracked changes is left out, hidden
// text is counted.
func (j *job) readDOCX() error {
	a, err := openArchive(j.in.Body)
	if err != nil {
		return fault(kindDOCX, err)
	}
	body, err := a.part("word/document.xml")
	if err == nil && body == nil {
		err = errNoPart("word/document.xml")
	}
	if err != nil {
		return fault(kindDOCX, err)
	}
	styles, err := a.part("word/styles.xml")
	if err != nil {
		return fault(kindDOCX, err)
	}
	d := docxReader{headings: headingStyles(styles)}
	d.w.cap = MaxText + 4096
	if err := walkXML(body, d.token); err != nil {
		return fault(kindDOCX, err)
	}
	for _, notes := range []string{"word/footnotes.xml", "word/endnotes.xml"} {
		b, err := a.part(notes)
		if err != nil {
			return fault(kindDOCX, err)
		}
		if b != nil {
			if err := walkXML(b, d.token); err != nil {
				break // the text itself was read
			}
		}
	}
	j.page.Text, j.page.Hidden, j.page.Truncated = d.w.String(), d.hidden, d.w.full
	j.coreProps(a)
	j.named(firstLine(j.page.Text))
	return nil
}

type errNoPart string

func (e errNoPart) Error() string { return "it has no " + string(e) }

// coreProps reads the properties that all Office documents keep in one place.
func (j *job) coreProps(a *archive) {
	b, err := a.part("docProps/core.xml")
	if err != nil || b == nil {
		return
	}
	values := map[string]string{}
	at := ""
	err = walkXML(b, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			at = t.Name.Local
		case xml.EndElement:
			at = ""
		case xml.CharData:
			if at != "" {
				values[at] += string(t)
			}
		}
		return nil
	})
	if err != nil {
		return
	}
	j.page.Title, j.page.Author = oneLine(values["title"]), cleanAuthor(oneLine(values["creator"]))
	j.page.Published, j.page.Modified = j.believed(isoDay(values["created"])), j.believed(isoDay(values["modified"]))
}

// headingStyles maps the ids of styles to their heading level: 1 to 6.
func headingStyles(styles []byte) map[string]int {
	levels := map[string]int{}
	id := ""
	err := walkXML(styles, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "style":
			id = xmlAttr(e, "styleId")
		case "name":
			name := strings.ToLower(xmlAttr(e, "val"))
			if n, err := strconv.Atoi(strings.TrimPrefix(name, "heading ")); err == nil && strings.HasPrefix(name, "heading ") {
				levels[id] = max(1, min(6, n))
			} else if name == "title" {
				levels[id] = 1
			}
		case "outlineLvl":
			if n, err := strconv.Atoi(xmlAttr(e, "val")); err == nil && n < 6 && levels[id] == 0 {
				levels[id] = n + 1
			}
		}
		return nil
	})
	if err != nil {
		return map[string]int{}
	}
	return levels
}

type docxReader struct {
	w        writer
	headings map[string]int
	hidden   int

	level  int // heading level of the paragraph; 0: none
	list   int // list level + 1; 0: none
	unseen bool
	inText bool
	skip   int // depth within elements that are left out
	table  docTable
}

// docTable collects the rows of tables. Inner tables are read as text of the
// outer one's cell.
type docTable struct {
	depth int
	cells []string
	cell  []string // paragraphs of the cell
	rows  rowsTo
}

// skipDOCX are elements whose content no reader sees: deleted text, field
// codes, alternatives.
var skipDOCX = map[string]bool{"del": true, "moveFrom": true, "instrText": true, "delText": true, "Fallback": true, "txbxContent": false, "docPr": true}

func (d *docxReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		if skipDOCX[t.Name.Local] || d.skip > 0 {
			d.skip++
			return nil
		}
		d.start(t)
	case xml.EndElement:
		if d.skip > 0 {
			d.skip--
			return nil
		}
		d.end(t.Name.Local)
	case xml.CharData:
		switch {
		case d.skip > 0 || !d.inText:
		case d.unseen:
			d.hidden += len([]rune(string(t)))
		default:
			d.w.text(string(t))
		}
	}
	return nil
}

func (d *docxReader) start(e xml.StartElement) {
	on := xmlAttr(e, "val") != "0" && xmlAttr(e, "val") != "false"
	switch e.Name.Local {
	case "p":
		d.level, d.list = 0, 0
	case "pStyle":
		d.level = d.headings[xmlAttr(e, "val")]
	case "ilvl":
		if n, err := strconv.Atoi(xmlAttr(e, "val")); err == nil {
			d.list = min(n, 8) + 1
		}
	case "numId":
		if d.list == 0 && xmlAttr(e, "val") != "0" {
			d.list = 1
		}
	case "r":
		d.unseen = false
	case "vanish", "webHidden":
		d.unseen = on
	case "t":
		d.inText = true
	case "tab":
		d.w.space = true
	case "br", "cr":
		d.w.newline()
	case "tbl":
		d.paragraph()
		if d.table.depth++; d.table.depth == 1 {
			d.table.rows = rowsTo{w: &d.w}
		}
	case "footnote", "endnote":
		if t := xmlAttr(e, "type"); t == "separator" || t == "continuationSeparator" {
			d.skip = 1
		}
	}
}

func (d *docxReader) end(name string) {
	switch name {
	case "t":
		d.inText = false
	case "p":
		d.paragraph()
	case "tc":
		if d.table.depth == 1 {
			d.table.cells = append(d.table.cells, strings.Join(d.table.cell, " "))
			d.table.cell = nil
		}
	case "tr":
		if d.table.depth == 1 {
			d.table.rows.add(d.table.cells)
			d.table.cells = nil
		}
	case "tbl":
		d.table.depth = max(0, d.table.depth-1)
	}
}

// paragraph ends a paragraph: into the cell it stands in, or as a block.
func (d *docxReader) paragraph() {
	switch {
	case d.table.depth > 0:
		if s := strings.TrimSpace(string(d.w.line)); s != "" {
			d.table.cell = append(d.table.cell, s)
		}
		d.w.line, d.w.space, d.w.last = d.w.line[:0], false, 0
		return
	case d.level > 0:
		if s := oneLine(string(d.w.line)); s != "" {
			d.w.line = d.w.line[:0]
			d.w.raw(strings.Repeat("#", d.level)+" "+s, paragraph)
		}
	case d.list > 0:
		d.w.mark = strings.Repeat("  ", d.list-1) + "- "
	}
	d.w.flush()
	d.w.mark = ""
}
