package engine

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A grid is a table of a page: its first row names the columns.
type grid struct {
	page    *agent.Page
	heading string // the nearest above it
	head    []string
	rows    []gridRow
}

type gridRow struct {
	lang.Block
	cells []string
}

// grids are the tables of a page that have a row of names and at least one more.
func grids(p *agent.Page) []grid {
	var out []grid
	blocks := lang.Blocks(p.Text)
	heading := ""
	for i := 0; i < len(blocks); {
		if blocks[i].Kind != lang.BlockRow {
			if blocks[i].Kind == lang.BlockHeading {
				heading = cleanText(p.Text[blocks[i].Start:blocks[i].End])
			}
			i++
			continue
		}
		g := grid{page: p, heading: heading, head: rowCells(p.Text[blocks[i].Start:blocks[i].End])}
		for i++; i < len(blocks) && blocks[i].Kind == lang.BlockRow; i++ {
			row := gridRow{blocks[i], rowCells(p.Text[blocks[i].Start:blocks[i].End])}
			// The same names again begin the next of several joined tables.
			if len(row.cells) == len(g.head) && !slices.Equal(row.cells, g.head) && strings.Trim(strings.Join(row.cells, ""), "-: ") != "" {
				g.rows = append(g.rows, row)
			}
		}
		if len(g.head) > 1 && len(g.rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

func rowCells(line string) []string {
	cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i := range cells {
		cells[i] = cleanText(cells[i])
	}
	return cells
}

// tabled answers from a table: the cells of the rows that the question names,
// in the column that it names. It reports whether there is such a table.
func (w *writer) tabled() bool {
	switch w.asked.Kind {
	case KindYesNo, KindHowTo, KindWhy, KindHow, KindDefinition, KindOverview, KindNews:
		return false
	}
	seen := map[string]bool{}
	for i := range w.reading.passages {
		p := w.reading.passages[i].page
		if seen[p.Snapshot] || len(p.Text) > maxListBytes {
			continue
		}
		if seen[p.Snapshot] = true; len(seen) > listPages {
			return false
		}
		for _, g := range grids(p) {
			if w.cells(g) || w.rowNames(g) {
				return true
			}
		}
	}
	return false
}

// cells adds the rows that the question names, with the column that it names.
func (w *writer) cells(g grid) bool {
	column := w.column(g.head)
	if column < 0 {
		column = w.headedColumn(g)
	}
	if column <= 0 {
		return false
	}
	var rows []gridRow
	for _, r := range g.rows {
		if mentioned(w.asked.Text, r.cells[0]) && r.cells[column] != "" {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 || w.asked.Kind == KindComparison && len(rows) < 2 || len(rows) > maxItems || !w.explained(g, rows, column) {
		return false
	}
	columns := []string{g.head[0], g.head[column]}
	for _, r := range rows {
		c, ok := w.spanClaim(g.page, lang.Span{Start: r.Start, End: r.End})
		if !ok {
			return false
		}
		c.Form, c.Columns = agent.FormRow, columns
		c.Text = strings.Join([]string{r.cells[0], r.cells[column]}, " | ")
		w.out.Claims = append(w.out.Claims, c)
	}
	w.out.Short = rows[0].cells[column]
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	w.out.Status = agent.StatusAnswered
	return true
}

// headedColumn is the first column with a value for what the heading above the
// table names, where the question names that; -1 where it does not.
func (w *writer) headedColumn(g grid) int {
	if !mentioned(w.asked.Text, g.heading) {
		return -1
	}
	for i := 1; i < len(g.head); i++ {
		if w.asked.Kind != KindCount || strings.ContainsAny(g.rows[0].cells[i], "0123456789") {
			return i
		}
	}
	return -1
}

// rowNames answers "which regions have an allowance" with the names of all rows,
// where the question names the first column and the heading or title says the rest.
func (w *writer) rowNames(g grid) bool {
	if w.asked.Kind != KindList && w.asked.Kind != KindWhich || len(g.rows) < 2 || len(g.rows) > maxItems {
		return false
	}
	q := w.reading.q
	named := false
	for _, h := range q.match(readTokens(g.head[0])) {
		named = named || !q.units[h.unit].name
	}
	if !named {
		return false
	}
	sum := 0.0
	said := make([]bool, len(q.units))
	for _, h := range q.match(readTokens(g.page.Title + "\n" + g.heading + "\n" + g.head[0])) {
		if !said[h.unit] {
			sum += q.units[h.unit].weight
		}
		said[h.unit] = true
	}
	if sum < rowsCovered*q.total {
		return false
	}
	for _, r := range g.rows {
		c, ok := w.spanClaim(g.page, lang.Span{Start: r.Start, End: r.End})
		if !ok || r.cells[0] == "" {
			return false
		}
		c.Form, c.Text = agent.FormItem, r.cells[0]
		w.out.Claims = append(w.out.Claims, c)
	}
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	w.out.Status = agent.StatusAnswered
	return true
}

// rowsCovered is the share of a question that what stands above a table must
// say for the names of its rows to answer.
const rowsCovered = 0.8

// explained reports whether the table leaves no rare word of the question
// unsaid: not in its page's title, its column's name or the rows' names.
func (w *writer) explained(g grid, rows []gridRow, column int) bool {
	said := g.page.Title + "\n" + g.heading + "\n" + g.head[column]
	for _, r := range rows {
		said += "\n" + strings.Join(r.cells, "\n")
	}
	q := w.reading.q
	missed := make([]bool, len(q.units))
	for i := range missed {
		missed[i] = true
	}
	for _, h := range q.match(readTokens(said)) {
		missed[h.unit] = false
	}
	for i, m := range missed {
		if m && (q.units[i].name || q.units[i].number) {
			return false
		}
	}
	return true
}

// mentioned reports whether the question names the cell: all of its words, in order.
func mentioned(question, cell string) bool {
	cell = lang.Fold(cell)
	return len([]rune(cell)) >= 2 && containsWord(lang.Fold(question), cell)
}

// column is the column whose name stands in the question, or is what its
// measure asks for; -1 where there is none.
func (w *writer) column(head []string) int {
	question := lang.Fold(w.asked.Text)
	stems := map[string]bool{}
	for _, t := range lang.Words(question) {
		stems[lang.Stem(t.Text)] = true
	}
	if w.asked.Expect == ExpectMoney && stems["much"] {
		stems["cost"] = true // how much is it
	}
	for i := 1; i < len(head); i++ {
		if mentioned(question, head[i]) {
			return i
		}
	}
	for i := 1; i < len(head); i++ {
		name := lang.Fold(head[i])
		for stem, names := range columnMeasures {
			if (slices.Contains(names, name) || slices.Contains(names, columnUnit.ReplaceAllString(name, ""))) && (stems[stem] || stem[0] >= 0x80 && strings.Contains(question, stem)) {
				return i
			}
		}
	}
	return -1
}

// columnUnit is what a column's name says of the unit: "price per kilo", "height (m)", 每斤价格.
var columnUnit = regexp.MustCompile(`\s*(?: per |[(（/]| in ).*$|^每\p{Han}`)

// columnMeasures are the columns that the words of a question ask for where
// their name is another than the word.
var columnMeasures = map[string][]string{
	"weigh": {"weight"}, "heavi": {"weight"}, "cost": {"price", "fare", "cost"}, "expens": {"price"}, "tall": {"height"}, "high": {"height"}, "long": {"length"},
	"wide": {"width"}, "deep": {"depth"}, "fast": {"speed"}, "old": {"age"}, "inhabit": {"population", "inhabitants"},
	"多少钱": {"价格", "售价", "单价", "票价"}, "多重": {"重量", "体重"}, "多高": {"高度", "身高", "海拔"}, "多长": {"长度", "全长"}, "多大": {"面积", "大小"}, "多久": {"时间", "时长", "期限"}, "多少人": {"人数", "人口"},
}
