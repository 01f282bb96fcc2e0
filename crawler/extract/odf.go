package extract

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
)

// readODF reads an OpenDocument text, presentation or spreadsheet. Deleted
// text of tracked changes is left out.
func (j *job) readODF() error {
	a, err := openArchive(j.in.Body)
	if err != nil {
		return fault(kindODF, err)
	}
	body, err := a.part("content.xml")
	if err == nil && body == nil {
		err = errNoPart("content.xml")
	}
	if err != nil {
		return fault(kindODF, err)
	}
	o := odfReader{sheets: bytes.Contains(j.in.Body[:min(len(j.in.Body), 200)], []byte("opendocument.spreadsheet"))}
	o.w.cap = MaxText + 4096
	if err := walkXML(body, o.token); err != nil {
		return fault(kindODF, err)
	}
	j.page.Text, j.page.Truncated = o.w.String(), o.w.full
	if meta, err := a.part("meta.xml"); err == nil && meta != nil {
		j.odfMeta(meta)
	}
	j.named(firstLine(j.page.Text))
	return nil
}

func (j *job) odfMeta(b []byte) {
	values := map[string]string{}
	at := ""
	err := walkXML(b, func(t xml.Token) error {
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
	j.page.Published, j.page.Modified = j.believed(isoDay(values["creation-date"])), j.believed(isoDay(values["date"]))
}

type odfReader struct {
	w      writer
	body   bool
	level  int // of the heading under way; 0: none
	list   int // depth of lists
	skip   int
	text   int // depth of paragraphs
	slide  int
	sheets bool // a spreadsheet: its tables have names that mean something
	table  docTable
	repeat int // of the cell under way
}

// skipODF are elements that are not read as text.
var skipODF = map[string]bool{"tracked-changes": true, "annotation": true, "sequence-decls": true, "desc": true, "title": true, "forms": true, "notes": true}

func (o *odfReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		if o.skip > 0 || o.body && skipODF[t.Name.Local] {
			o.skip++
			return nil
		}
		o.start(t)
	case xml.EndElement:
		if o.skip > 0 {
			o.skip--
			return nil
		}
		o.end(t.Name.Local)
	case xml.CharData:
		if o.skip == 0 && o.text > 0 {
			o.w.text(string(t))
		}
	}
	return nil
}

func (o *odfReader) start(e xml.StartElement) {
	switch e.Name.Local {
	case "body":
		o.body = true
	case "h":
		o.text++
		o.level = 1
		if n, err := strconv.Atoi(xmlAttr(e, "outline-level")); err == nil {
			o.level = max(1, min(6, n))
		}
	case "p":
		o.text++
	case "list":
		o.list++
	case "s", "tab":
		o.w.space = true
	case "line-break":
		o.w.newline()
	case "page":
		if o.body {
			o.slide++
			o.w.raw("## Slide "+strconv.Itoa(o.slide), paragraph)
		}
	case "table":
		if o.table.depth++; o.table.depth == 1 {
			o.table.rows = rowsTo{w: &o.w}
			if name := xmlAttr(e, "name"); o.body && name != "" && o.sheets {
				o.w.raw("## "+oneLine(name), paragraph)
			}
		}
	case "table-cell", "covered-table-cell":
		o.repeat = 1
		if n, err := strconv.Atoi(xmlAttr(e, "number-columns-repeated")); err == nil {
			o.repeat = max(1, min(n, maxColumns))
		}
	}
}

func (o *odfReader) end(name string) {
	switch name {
	case "h", "p":
		o.text--
		o.paragraph()
	case "list":
		o.list--
	case "table-cell", "covered-table-cell":
		if o.table.depth == 1 {
			s := strings.Join(o.table.cell, " ")
			for range o.repeat {
				if len(o.table.cells) < maxColumns {
					o.table.cells = append(o.table.cells, s)
				}
			}
			o.table.cell = nil
		}
	case "table-row":
		if o.table.depth == 1 {
			for len(o.table.cells) > 0 && o.table.cells[len(o.table.cells)-1] == "" {
				o.table.cells = o.table.cells[:len(o.table.cells)-1]
			}
			o.table.rows.add(o.table.cells)
			o.table.cells = nil
		}
	case "table":
		o.table.depth--
	}
}

func (o *odfReader) paragraph() {
	s := strings.TrimSpace(string(o.w.line))
	level := o.level
	o.level = 0
	o.w.line, o.w.space, o.w.last = o.w.line[:0], false, 0
	switch {
	case s == "":
	case o.table.depth > 0:
		o.table.cell = append(o.table.cell, s)
	case level > 0:
		o.w.raw(strings.Repeat("#", level)+" "+oneLine(s), paragraph)
	case o.list > 0:
		o.w.raw(strings.Repeat("  ", min(o.list-1, 8))+"- "+s, item)
	default:
		o.w.raw(s, paragraph)
	}
}
