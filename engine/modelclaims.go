package engine

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// notFoundWord is what a model writes, and nothing else, where the pages do not answer.
const notFoundWord = "NOT_FOUND"

// claimReader turns a model's growing Markdown into claims: a sentence is
// given out once the next one has begun, a list item, row or heading once its
// line has ended.
type claimReader struct {
	snapshots []string // by number of a page, from 0
	raw       string   // of the present line, what was not given out
	line      lineKind // of the present line; lineOpen until it is known
	begun     bool     // a part of the present line was given out
	section   string
	columns   []string
	row       []string // the row before this one, while it may be the head
	rowMarks  []int
	inTable   bool
	code      bool
	skip      bool // under a heading that lists sources
	ripe      int  // pieces to come in which a sentence may prove complete
	said      int  // claims given out
	notFound  bool
}

type lineKind uint8

const (
	lineOpen lineKind = iota
	lineText
	lineItem
	lineStep
	lineRow
	lineHeading
	lineFence
	lineRule
)

var (
	itemMark    = regexp.MustCompile(`^\s*(?:[-*+•·●▪–]|(?:[(（]?[a-z][)）]))\s+`)
	stepMark    = regexp.MustCompile(`^\s*(?:\d{1,3}[.)、．）]|[(（]\d{1,3}[)）]|[①②③④⑤⑥⑦⑧⑨⑩])\s*`)
	headingMark = regexp.MustCompile(`^\s{0,3}#{1,6}\s+`)
	boldHeading = regexp.MustCompile(`^\s*\*\*[^*\n]{1,80}\*\*\s*[:：]?\s*$`)
	ruleLine    = regexp.MustCompile(`^\s*(?:[-*_=]\s*){3,}$`)
	tableRule   = regexp.MustCompile(`^\s*\|?(?:\s*:?-{1,}:?\s*\|)+(?:\s*:?-{1,}:?\s*)?$`)
	sourceHead  = regexp.MustCompile(`(?i)^(?:references?|sources?|citations?|bibliography|参考(?:资料|文献|来源)?|来源|引用(?:来源|列表)?|资料来源)\s*[:：]?$`)
	halfMark    = regexp.MustCompile(`[ \t]*[\[【]\s*(?:citation|webpage)[^\]】\n]*$`)
	emphasis    = strings.NewReplacer("**", "", "__", "")
	regexpWord  = regexp.MustCompile(`[\pL\pN]`)
	refusal     = regexp.MustCompile(`(?i)^(?:i(?:'|’)?m sorry|sorry,|i am sorry|i apologi[sz]e|i can(?:'|’|no)t (?:help|assist|answer|provide|comply)|i(?:'|’)m unable|i am unable|as an ai|(?:很|非常)?抱歉|对不起|作为一个?(?:ai|人工智能)|我无法(?:回答|提供|协助)|你好，这个问题我暂时无法回答)`)
)

// add takes the next piece of text and returns the claims that it completes.
func (c *claimReader) add(piece string) []agent.Claim {
	var out []agent.Claim
	c.raw += piece
	for {
		i := strings.IndexByte(c.raw, '\n')
		if i < 0 {
			break
		}
		line := c.raw[:i]
		rest := c.raw[i+1:]
		c.raw = line
		out = append(out, c.endLine()...)
		c.raw, c.line, c.begun = rest, lineOpen, false
	}
	// Looking for sentences costs; they end only near certain characters.
	if strings.ContainsAny(piece, sentenceEnds) {
		c.ripe = 4
	}
	if c.ripe > 0 {
		c.ripe--
		out = append(out, c.early()...)
	}
	return out
}

// sentenceEnds are characters at or near the end of a sentence or of its marks.
const sentenceEnds = ".!?。！？；;…]】)）\"”’"

// settled is text without the beginning of a mark at its end.
func settled(s string) string {
	const longest = 400 // bytes of a mark with an address
	from := max(0, len(s)-longest)
	for from > 0 && !utf8.RuneStart(s[from]) {
		from--
	}
	if loc := markOpen.FindStringIndex(s[from:]); loc != nil {
		return s[:from+loc[0]]
	}
	return s
}

// finish returns the claims of what is left. cut says that the reply broke
// off: an unfinished sentence is then left out.
func (c *claimReader) finish(cut bool) []agent.Claim {
	if cut {
		kind := c.kind(true)
		if kind == lineText || kind == lineItem || kind == lineStep {
			c.raw = whole(c.raw)
		} else {
			c.raw = ""
		}
	}
	c.raw = halfMark.ReplaceAllString(c.raw, "")
	out := c.endLine()
	c.raw, c.line = "", lineOpen
	return append(out, c.flushRow()...)
}

// whole is s up to the end of its last finished sentence, marks included.
func whole(s string) string {
	clean := settled(s)
	end := strings.LastIndexAny(clean, ".!?。！？；;]】")
	if end < 0 {
		return ""
	}
	_, n := utf8.DecodeRuneInString(clean[end:])
	return clean[:end+n]
}

// kind tells what the present line is; without its end, only once enough of
// it is there.
func (c *claimReader) kind(ended bool) lineKind {
	t := strings.TrimLeft(c.raw, " \t")
	switch {
	case strings.HasPrefix(t, "```"):
		return lineFence
	case !ended && len(t) < 6:
		return lineOpen
	case strings.HasPrefix(t, "|"):
		return lineRow
	case headingMark.MatchString(c.raw), ended && boldHeading.MatchString(c.raw):
		return lineHeading
	case ended && ruleLine.MatchString(c.raw) && !c.inTable:
		return lineRule
	case itemMark.MatchString(c.raw):
		return lineItem
	case stepMark.MatchString(c.raw):
		return lineStep
	case !ended && strings.HasPrefix(t, "**"):
		return lineOpen // it may be a heading
	}
	return lineText
}

// early returns sentences of the present paragraph that are complete though
// their line goes on.
func (c *claimReader) early() []agent.Claim {
	if c.code || c.raw == "" {
		return nil
	}
	if c.line == lineOpen {
		c.line = c.kind(false)
	}
	if c.line != lineText || strings.HasPrefix(strings.TrimSpace(c.raw), notFoundWord) {
		return nil
	}
	clean, marks := takeMarks(settled(c.raw), len(c.snapshots))
	spans := lang.Sentences(clean)
	if len(spans) < 2 {
		return nil
	}
	last := spans[len(spans)-1].Start
	out := c.flushRow()
	before := slices.DeleteFunc(slices.Clone(marks), func(m mark) bool { return m.At > last })
	out = append(out, c.sentences(clean, before, spans[:len(spans)-1], agent.FormSentence)...)
	c.raw = c.raw[rawOffset(last, marks):]
	c.begun = true
	return out
}

// rawOffset is where an offset of the text without marks stands in the text with them.
func rawOffset(at int, marks []mark) int {
	for i := len(marks) - 1; i >= 0; i-- {
		if marks[i].At <= at {
			return marks[i].End + at - marks[i].At
		}
	}
	return at
}

// endLine returns the claims of the present line, which has ended.
func (c *claimReader) endLine() []agent.Claim {
	line := strings.TrimRight(c.raw, " \t\r")
	kind := c.line
	if kind == lineOpen || !c.begun {
		kind = c.kind(true)
	}
	if kind == lineFence {
		c.code = !c.code && !strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "```m")
		return c.flushRow()
	}
	if strings.TrimSpace(line) == "" {
		c.inTable = false
		return c.flushRow()
	}
	if kind == lineRow && !c.code {
		return c.tableRow(line)
	}
	out := c.flushRow()
	c.inTable = false
	switch kind {
	case lineRule:
	case lineHeading:
		c.heading(line)
	case lineItem:
		out = append(out, c.block(itemMark.ReplaceAllString(line, ""), agent.FormItem)...)
	case lineStep:
		out = append(out, c.block(stepMark.ReplaceAllString(line, ""), agent.FormStep)...)
	default:
		out = append(out, c.block(line, agent.FormSentence)...)
	}
	return out
}

func (c *claimReader) heading(line string) {
	text, _ := takeMarks(headingMark.ReplaceAllString(line, ""), len(c.snapshots))
	text = strings.Trim(emphasis.Replace(noLinks(text)), " \t#:：")
	c.skip = sourceHead.MatchString(text)
	c.section = text
}

// block returns the claims of a whole paragraph or list item.
func (c *claimReader) block(text string, form agent.Form) []agent.Claim {
	if !c.begun && sourceHead.MatchString(strings.Trim(emphasis.Replace(text), " \t")) {
		c.skip = true
		return nil
	}
	clean, marks := takeMarks(text, len(c.snapshots))
	spans := lang.Sentences(clean)
	if form != agent.FormSentence && len(spans) > 0 {
		// An item is one claim: it would lose its shape in pieces.
		spans = []lang.Span{{Start: spans[0].Start, End: spans[len(spans)-1].End}}
	}
	return c.sentences(clean, marks, spans, form)
}

// sentences returns the claims of the spans of a text without marks. A mark
// belongs to the sentence that it stands in or after; a sentence without one
// shares that of the next sentence here.
func (c *claimReader) sentences(clean string, marks []mark, spans []lang.Span, form agent.Form) []agent.Claim {
	pages := make([][]int, len(spans))
	marked := make([]bool, len(spans)) // also by a mark that names no page
	for _, m := range marks {
		for i := range spans {
			if i == len(spans)-1 || m.At <= spans[i+1].Start {
				pages[i], marked[i] = append(pages[i], m.Pages...), true
				break
			}
		}
	}
	for i := len(spans) - 2; i >= 0; i-- {
		if !marked[i] {
			pages[i] = pages[i+1]
		}
	}
	var out []agent.Claim
	for i, s := range spans {
		if cl, ok := c.claim(clean[s.Start:s.End], pages[i], form); ok {
			out = append(out, cl)
		}
	}
	return out
}

// claim makes one claim of a sentence, unless it claims nothing.
func (c *claimReader) claim(text string, pages []int, form agent.Form) (agent.Claim, bool) {
	text = strings.TrimSpace(emphasis.Replace(noLinks(text)))
	if strings.HasPrefix(strings.Trim(text, "*_`[]【】 "), notFoundWord) {
		c.notFound = true
		return agent.Claim{}, false
	}
	switch {
	case c.skip || !hasWord(text):
		return agent.Claim{}, false
	case len(pages) == 0 && refusal.MatchString(text):
		return agent.Claim{}, false
	case len(pages) == 0 && (strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")):
		return agent.Claim{}, false // a lead-in claims nothing
	}
	c.said++
	cl := agent.Claim{Text: text, Form: form, Section: c.section, Cites: c.cites(pages)}
	if form == agent.FormRow {
		cl.Columns = c.columns
	}
	cl.Lead = c.said == 1 && form == agent.FormSentence && c.section == ""
	return cl, true
}

func (c *claimReader) cites(pages []int) []agent.Cite {
	var cites []agent.Cite
	seen := map[int]bool{}
	for _, n := range pages {
		if n >= 1 && n <= len(c.snapshots) && !seen[n] {
			seen[n] = true
			cites = append(cites, agent.Cite{Snapshot: c.snapshots[n-1]})
		}
	}
	return cites
}

func hasWord(s string) bool { return regexpWord.MatchString(s) }

// tableRow takes one line of a table. The first row waits for the next line,
// which says whether it is the head.
func (c *claimReader) tableRow(line string) []agent.Claim {
	if tableRule.MatchString(line) {
		if c.row != nil {
			c.columns = c.row
			c.row, c.rowMarks = nil, nil
		}
		c.inTable = true
		return nil
	}
	out := c.flushRow()
	if !c.inTable {
		c.columns = nil
	}
	clean, marks := takeMarks(line, len(c.snapshots))
	var cells []string
	for _, cell := range strings.Split(strings.Trim(strings.TrimSpace(clean), "|"), "|") {
		cells = append(cells, strings.TrimSpace(emphasis.Replace(noLinks(cell))))
	}
	c.row, c.rowMarks = cells, nil
	for _, m := range marks {
		c.rowMarks = append(c.rowMarks, m.Pages...)
	}
	if c.inTable {
		return append(out, c.flushRow()...)
	}
	return out
}

// flushRow gives out the waiting row of a table.
func (c *claimReader) flushRow() []agent.Claim {
	if c.row == nil {
		return nil
	}
	text, marks := strings.Join(c.row, " | "), c.rowMarks
	c.row, c.rowMarks = nil, nil
	c.inTable = true
	if cl, ok := c.claim(text, marks, agent.FormRow); ok {
		return []agent.Claim{cl}
	}
	return nil
}
