package extract

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/xuri/excelize/v2"
)

// Limits of one table.
const (
	maxColumns = 200
	maxUnzip   = 64 << 20 // bytes of a workbook, unpacked
)

// rowText writes cells as a table row.
func rowText(cells []string) string {
	var b strings.Builder
	b.WriteByte('|')
	for _, c := range cells {
		b.WriteByte(' ')
		b.WriteString(strings.ReplaceAll(oneLine(c), "|", "\\|"))
		b.WriteString(" |")
	}
	return b.String()
}

// rowsTo writes rows as a table whose first row is its head.
type rowsTo struct {
	w    *writer
	n    int
	wide int
}

func (t *rowsTo) add(cells []string) {
	if len(cells) > maxColumns {
		cells = cells[:maxColumns]
	}
	if strings.TrimSpace(strings.Join(cells, "")) == "" {
		return
	}
	if t.n == 0 {
		t.w.prev = paragraph
		t.wide = len(cells)
	}
	t.w.raw(rowText(cells), row)
	if t.n == 0 && len(cells) > 1 {
		t.w.raw("|"+strings.Repeat(" --- |", len(cells)), row)
	}
	t.n++
}

// readCSV reads comma-separated values, or those of the separator that the
// first lines have most of.
func (j *job) readCSV(tab bool) {
	src, hidden := clean(decode(j.in))
	r := csv.NewReader(strings.NewReader(src))
	r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = true, -1, true
	r.Comma = separator(src)
	if tab {
		r.Comma = '\t'
	}
	w := writer{cap: MaxText + 4096}
	t := rowsTo{w: &w}
	for !w.full {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil { // one bad line; the reader goes on behind it
			continue
		}
		t.add(cells)
	}
	j.page.Text, j.page.Hidden, j.page.Truncated = w.String(), hidden, w.full
	j.named("")
}

func separator(src string) rune {
	head := src[:min(len(src), 4096)]
	best, most := ',', strings.Count(head, ",")
	for _, c := range ";\t|" {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// readXLSX reads a workbook: each visible sheet under its name, as a table
// whose first row with any text is the head.
func (j *job) readXLSX() error {
	f, err := excelize.OpenReader(bytes.NewReader(j.in.Body), excelize.Options{UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip})
	if err != nil {
		return &Error{agent.SkipBadFile, "the workbook could not be read: " + err.Error()}
	}
	w := writer{cap: MaxText + 4096}
	for _, sheet := range f.GetSheetList() {
		if seen, err := f.GetSheetVisible(sheet); err == nil && !seen {
			continue
		}
		if err := j.sheet(f, sheet, &w); err != nil {
			j.page.Truncated = true
		}
	}
	if p, err := f.GetDocProps(); err == nil {
		j.page.Title, j.page.Author = oneLine(p.Title), cleanAuthor(oneLine(p.Creator))
		j.page.Published, j.page.Modified = j.believed(isoDay(p.Created)), j.believed(isoDay(p.Modified))
	}
	j.page.Text, j.page.Truncated = w.String(), j.page.Truncated || w.full
	j.named("")
	if err := f.Close(); err != nil {
		return &Error{agent.SkipBadFile, "the workbook could not be closed: " + err.Error()}
	}
	return nil
}

func (j *job) sheet(f *excelize.File, name string, w *writer) error {
	rows, err := f.Rows(name)
	if err != nil {
		return err
	}
	head := false
	t := rowsTo{w: w}
	for rows.Next() && !w.full {
		if o := rows.GetRowOpts(); o.Hidden {
			continue
		}
		cells, err := rows.Columns()
		if err != nil {
			break
		}
		if !head && strings.TrimSpace(strings.Join(cells, "")) != "" {
			w.raw("## "+oneLine(name), paragraph)
			head = true
		}
		t.add(cells)
	}
	return rows.Close()
}
