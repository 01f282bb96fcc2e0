package extract

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of a table's spans, since pages state any number.
const (
	maxColspan = 50
	maxRowspan = 200
)

// table writes a data table as rows "| a | b |". A first row of header cells
// is followed by "| --- | --- |". A table that only lays out the page is
// written as the blocks in its cells.
func (r *renderer) table(n *html.Node) {
	r.w.flush()
	rows := tableRows(n, r.skip)
	if code := codeTable(rows); code != nil {
		r.code(code)
		return
	}
	if layoutTable(n, rows) {
		r.children(n)
		r.w.flush()
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Caption {
			if s := inline(c, r.skip); s != "" {
				r.w.raw(s, paragraph)
			}
		}
	}
	r.w.prev = paragraph // a table before this one ends here
	var carry carried
	for i, tr := range rows {
		cells := carry.row(tr, r.skip)
		if strings.Join(cells, "") == "" {
			continue
		}
		r.w.raw("| "+strings.Join(cells, " | ")+" |", row)
		if i == 0 && len(rows) > 1 && headerRow(tr) {
			r.w.raw("|"+strings.Repeat(" --- |", len(cells)), row)
		}
	}
}

// tableRows lists the cells of n's own rows, without those of nested tables.
func tableRows(n *html.Node, skip func(*html.Node) bool) [][]*html.Node {
	var rows [][]*html.Node
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || skip != nil && skip(c) {
				continue
			}
			switch c.DataAtom {
			case atom.Tr:
				var cells []*html.Node
				for d := c.FirstChild; d != nil; d = d.NextSibling {
					if (d.DataAtom == atom.Td || d.DataAtom == atom.Th) && (skip == nil || !skip(d)) {
						cells = append(cells, d)
					}
				}
				if len(cells) > 0 {
					rows = append(rows, cells)
				}
			case atom.Tbody, atom.Thead, atom.Tfoot:
				walk(c)
			}
		}
	}
	walk(n)
	return rows
}

func headerRow(cells []*html.Node) bool {
	if len(cells) < 2 {
		return false
	}
	if p := cells[0].Parent; p.Parent != nil && p.Parent.DataAtom == atom.Thead {
		return true
	}
	for _, c := range cells {
		if c.DataAtom != atom.Th {
			return false
		}
	}
	return true
}

// codeTable returns the cell with the code of a listing whose line numbers
// stand in a column of their own, or nil.
func codeTable(rows [][]*html.Node) *html.Node {
	if len(rows) != 1 || len(rows[0]) != 2 || !(lineNumbers(rows[0][0]) || digitsOnly(textOf(rows[0][0]))) {
		return nil
	}
	for d := range rows[0][1].Descendants() {
		if d.DataAtom == atom.Pre {
			return rows[0][1]
		}
	}
	return nil
}

func digitsOnly(s string) bool {
	return strings.Trim(s, "0123456789 \t\r\n\u00a0") == "" && strings.TrimSpace(s) != ""
}

// layoutTable reports whether a table only arranges blocks: it says so, holds
// one column or one row of long cells, headings, or further tables.
func layoutTable(n *html.Node, rows [][]*html.Node) bool {
	if role := attr(n, "role"); role == "presentation" || role == "none" {
		return true
	}
	widest, long, heavy := 0, 0, 0
	for _, row := range rows {
		widest = max(widest, len(row))
		for _, c := range row {
			size, blocky := cellSize(c)
			if size > 500 {
				long++
			}
			if blocky {
				heavy++
			}
		}
	}
	cells := 0
	for _, row := range rows {
		cells += len(row)
	}
	switch {
	case widest < 2:
		return true
	case long > 0 && (len(rows) <= 2 || long*4 >= len(rows)):
		return true
	}
	return heavy*4 >= cells && heavy > 0 && len(rows) < 30
}

// cellSize is the length of a cell's text and whether it holds what a table
// row cannot: headings, tables, code, several paragraphs.
func cellSize(c *html.Node) (size int, blocky bool) {
	paragraphs := 0
	for d := range c.Descendants() {
		switch {
		case d.Type == html.TextNode:
			size += len(strings.TrimSpace(d.Data))
		case d.Type != html.ElementNode:
		case d.DataAtom == atom.P:
			paragraphs++
		case d.DataAtom == atom.H1 || d.DataAtom == atom.H2 || d.DataAtom == atom.H3 || d.DataAtom == atom.Pre || d.DataAtom == atom.Table || d.DataAtom == atom.Form:
			blocky = true
		}
	}
	return size, blocky || paragraphs > 2
}

// carried holds the cells that reach down from rows above.
type carried struct {
	text []string
	left []int
}

// row is the row's cells as text, with the cells that span into it repeated,
// so that each row can be read by itself.
func (c *carried) row(cells []*html.Node, skip func(*html.Node) bool) []string {
	var out []string
	place := func(s string, down int) {
		col := len(out)
		for len(c.left) <= col {
			c.left, c.text = append(c.left, 0), append(c.text, "")
		}
		c.left[col], c.text[col] = down, s
		out = append(out, s)
	}
	above := func() {
		for len(out) < len(c.left) && c.left[len(out)] > 0 {
			place(c.text[len(out)], c.left[len(out)]-1)
		}
	}
	for _, cell := range cells {
		above()
		s := strings.ReplaceAll(inline(cell, skip), "|", "\\|")
		down := span(cell, "rowspan", maxRowspan) - 1
		place(s, down)
		for range span(cell, "colspan", maxColspan) - 1 {
			place("", down)
		}
	}
	above()
	for len(out) > 1 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

func span(n *html.Node, name string, most int) int {
	v, err := strconv.Atoi(strings.TrimSpace(attr(n, name)))
	if err != nil || v < 1 {
		return 1
	}
	return min(v, most)
}
