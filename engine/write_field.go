package engine

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A field is a fact that a page lists of its subject: "Author: …", or a row of two cells.
type field struct {
	lang.Span
	key, value string
}

const (
	fieldBytes   = 6 << 10 // of a page's beginning, where fields are looked for
	fieldKey     = 30      // characters of a key, at most
	fieldValue   = 300     // characters of a value, at most
	fieldTitled  = 0.5     // how far the page must be about the subject
	fieldCovered = 0.72    // the share of the question that title and key must say
)

// fields are the facts that stand at the beginning of the page.
func fields(p *agent.Page) []field {
	text := p.Text[:min(len(p.Text), fieldBytes)]
	var out []field
	for _, b := range lang.Blocks(text) {
		if b.End == len(text) && len(text) < len(p.Text) {
			break // cut at the bound
		}
		f := field{Span: lang.Span{Start: b.Start, End: b.End}}
		line := text[b.Start:b.End]
		switch b.Kind {
		case lang.BlockRow:
			cells := rowCells(line)
			if len(cells) != 2 {
				continue
			}
			f.key, f.value = cells[0], cells[1]
		case lang.BlockItem, lang.BlockParagraph:
			if !strings.Contains(line, "\n") {
				out = append(out, lineFields(line, b.Start)...)
			}
			continue
		default:
			continue
		}
		if f.fits() {
			out = append(out, f)
		}
	}
	return out
}

// lineFields are the facts of one line, a sentence each: "Valid from 1 March. Owner: …".
func lineFields(line string, start int) []field {
	var out []field
	for _, s := range lang.Sentences(line) {
		said := line[s.Start:s.End]
		mark := strings.IndexAny(said, ":：")
		if mark < 0 {
			continue
		}
		_, n := utf8.DecodeRuneInString(said[mark:])
		f := field{lang.Span{Start: start + s.Start, End: start + s.End}, cleanText(said[:mark]), cleanText(said[mark+n:])}
		if f.fits() {
			out = append(out, f)
		}
	}
	return out
}

func (f field) fits() bool {
	return f.value != "" && f.key != "" && utf8.RuneCountInString(f.key) <= fieldKey && utf8.RuneCountInString(f.value) <= fieldValue
}

// fielded answers with a fact that the page about the very subject lists. It
// reports whether there is one.
func (w *writer) fielded() bool {
	if !w.asked.Short() || w.asked.Kind == KindYesNo {
		return false
	}
	var best *readPassage
	var found field
	headed := w.begun()
	for i := range w.reading.passages {
		p := &w.reading.passages[i]
		if p.titled < fieldTitled && p.page != headed || best != nil && p.titled <= best.titled+0.01 {
			continue
		}
		for _, f := range fields(p.page) {
			if w.asksField(p, f) {
				best, found = p, f
				break
			}
		}
	}
	if best == nil {
		return false
	}
	return w.field(best.page, found)
}

// titleOf is what a title says of whose its thing is: "Travel policy of Halvor Shipping".
var titleOf = regexp.MustCompile(`\s+(?:of|for|at|by|[-–—|])\s.*$|\s*[(（:：|｜—].*$`)

// begun is the one page whose title begins with a thing of several words that the question
// names, whoever's it is; nil where there is none, or several.
func (w *writer) begun() *agent.Page {
	asked := lang.Fold(w.asked.Text)
	var found *agent.Page
	for i := range w.reading.passages {
		p := w.reading.passages[i].page
		head := titleOf.ReplaceAllString(lang.Fold(p.Title), "")
		if p == found || len(strings.Fields(head)) < 2 && utf8.RuneCountInString(head) < 2*fewNameBytes || !containsWord(asked, head) {
			continue
		}
		if found != nil {
			return nil
		}
		found = p
	}
	return found
}

// field adds the fact, with the page's heading as the word on of what.
func (w *writer) field(p *agent.Page, f field) bool {
	fact, ok := w.spanClaim(p, f.Span)
	if !ok {
		return false
	}
	value := strings.TrimSpace(fieldAddress.ReplaceAllString(f.value, ""))
	fact.Text, fact.Lead = f.key+": "+value, true
	if title, ok := headingOf(p); ok {
		fact.Note = shortQuote(cleanText(p.Text[title.Start:title.End]), 80)
	}
	w.out.Short = value
	w.out.Claims = append(w.out.Claims, fact)
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	w.out.Status = agent.StatusAnswered
	return true
}

// fieldAddress is a mail address behind a name, which no answer repeats.
var fieldAddress = regexp.MustCompile(`\s*<[^<>]*(?:@|\bat\b)[^<>]*>`)

// headingOf is the page's first heading, where it stands near its beginning.
func headingOf(p *agent.Page) (lang.Span, bool) {
	for _, b := range lang.Blocks(p.Text[:min(len(p.Text), fieldBytes)]) {
		if b.Kind == lang.BlockHeading {
			return lang.Span{Start: b.Start, End: b.End}, true
		}
	}
	return lang.Span{}, false
}

// asksField reports whether the question asks for the field: its key's words
// are the question's, or mean what its words ask for; the value is of the kind
// asked for; and with the page's title little of the question is left unsaid.
func (w *writer) asksField(p *readPassage, f field) bool {
	q := w.reading.q
	key := readTokens(f.key)
	hits := q.match(key)
	content := 0
	for i := range key {
		if !key[i].stop {
			content++
		}
	}
	said := make([]bool, len(q.units))
	for _, h := range q.match(p.context) {
		said[h.unit] = true
	}
	asked := content > 0 && len(hits) >= content
	if succession.MatchString(f.key) {
		asked = false // who follows whom is a matter of the question's form
	}
	for _, h := range hits {
		if said[h.unit] { // "Type" of Type Hints is no key
			asked = false
		}
	}
	for _, h := range hits {
		said[h.unit] = true
	}
	asked = asked && q.wants(hits)
	if (q.Kind == KindWhich || q.Kind == KindFact) && follows(q.Text, p.Title, f.key) {
		return w.fitsField(f)
	}
	for _, m := range fieldAsks {
		if !m.keys[lang.Fold(f.key)] || m.kind != q.Kind {
			continue
		}
		for i, u := range q.units {
			if m.words[u.text] {
				said[i], asked = true, true
			}
		}
	}
	if !asked || !w.fitsField(f) {
		return false
	}
	sum := 0.0
	for i, ok := range said {
		if ok {
			sum += q.units[i].weight
		} else if q.units[i].number {
			return false
		}
	}
	return sum >= fieldCovered*q.total
}

// follows reports whether the question asks what came after, or before, the
// thing that the page is about, and the key says just that: Superseded-By is
// asked for by "which PEP replaces PEP 102", Replaces by "which PEP did PEP 3102 replace".
func follows(question, title, key string) bool {
	m := succession.FindStringSubmatch(key)
	name := numberedTitle.FindString(title)
	if m == nil || name == "" || !numberedIn(question, name) {
		return false
	}
	after := m[1] != "" || m[3] != ""
	q := lang.Fold(question)
	v := succeedWord.FindStringIndex(q)
	if v == nil {
		return false
	}
	named := strings.Index(q, lang.Fold(name))
	if by := strings.Index(q, "被"); by >= 0 {
		return after == (named < by) // 被 stands before the one that replaces
	}
	return after == (named > v[1] != succeedPassive.MatchString(q))
}

var (
	// succession has the keys that say what a document was replaced by (PEP, RFC, 标准), and what it replaces.
	succession     = regexp.MustCompile(`(?i)^(?:((?:superseded|replaced|obsoleted|updated|succeeded)[ -]by)|(supersedes|replaces|obsoletes|updates|代替|取代|替代)|(被(?:代替|取代|替代)|(?:代替|取代|替代)者))$`)
	succeedWord    = regexp.MustCompile(`\b(?:supersed|replac|obsolet|updat|succeed)\w*|取代|代替|替代`)
	succeedPassive = regexp.MustCompile(`\b(?:superseded|replaced|obsoleted|updated|succeeded) by\b`)
	numberedTitle  = regexp.MustCompile(`\p{L}+[ -]?\d+`)
)

// wants reports whether the words are what the question asks for, not merely
// some of its words: its head noun, or the word that it turns on. A question
// that has a question word of its own (when, who) asks for its kind.
func (q *asked) wants(hits []readHit) bool {
	if q.Kind != KindFact && q.Kind != KindWhich || q.Head == "" {
		return true
	}
	for _, h := range hits {
		u := q.units[h.unit]
		if h.unit == q.key || u.id == q.head || strings.Contains(q.Head, u.text) {
			return true
		}
	}
	return false
}

// fitsField reports whether the value is of the kind that is asked for: a
// number or a day is no person, and a day answers nothing but when.
func (w *writer) fitsField(f field) bool {
	dates := lang.Dates(f.value, w.asked.Asked)
	day := len(dates) > 0 && dates[0].Start == 0 && (dates[0].Day > 0 || dates[0].Month > 0)
	switch w.asked.Kind {
	case KindWhen:
		return len(dates) > 0
	case KindCount:
		return strings.ContainsAny(f.value, "0123456789") && (!day || w.asked.Expect == ExpectDuration)
	case KindWho:
		first, _ := utf8.DecodeRuneInString(f.value)
		return !day && !unicode.IsDigit(first) && !strings.HasPrefix(f.value, "http")
	}
	return !day || w.asked.Expect == ExpectDate || w.asked.Expect == ExpectYear
}

// fieldAsks are the keys that words of a question of a kind ask for.
var fieldAsks = []struct {
	kind        Kind
	words, keys map[string]bool
}{
	{KindWho, wordSet("wrote written writer writers author authors authored created creator drafted proposed 作者 谁写 写的 撰写 编写 编著 提出"), wordSet("author authors writer by 作者 编者 撰稿 撰文")},
	{KindWho, wordSet("own owns owned owner responsible charge 负责 负责人 主管 归口"), wordSet("owner owners responsible 负责人 责任人 主管 主管部门 归口部门 责任部门 负责部门")},
	{KindWho, wordSet("approve approved approves approver authorised authorized 批准 审批 签发"), wordSet("approver 批准人 审批人 批准 审批 签发人 签发")},
	{KindWho, wordSet("chair chaired chairs presided presides 主持"), wordSet("chair chairman chairwoman chairperson 主持人 主持")},
	{KindWhen, wordSet("created written proposed drafted 创建 提出 撰写 写于"), wordSet("created date 创建时间 创建日期 日期 时间")},
	{KindWhen, wordSet("published released release issued 发布 发表 出版 刊登"), wordSet("published released date 发布日期 发布时间 出版日期 出版时间 日期 时间")},
}

// keepOtherField is what an answer keeps that is a fact listed of another page than
// the one that is named as the question's subject, or another fact than is asked for:
// the owner of a document for who approved it.
const keepOtherField = 0.3

// fieldKept is the share of its confidence that an answer keeps in view of that.
func (r *reading) fieldKept(s *readSentence) float64 {
	f := lineFields(s.text, 0)
	if len(f) != 1 {
		return 1
	}
	most := 0.0
	for i := range r.passages {
		most = max(most, r.passages[i].titled)
	}
	if most >= fieldTitled && r.passages[s.passage].titled < most/2 || r.q.otherField(f[0].key) {
		return keepOtherField
	}
	return 1
}

// otherField reports whether the key is one that questions have words for, and the question has words for others.
func (q *asked) otherField(key string) bool {
	asks, gives := false, false
	for _, m := range fieldAsks {
		own := false
		for _, u := range q.units {
			own = own || m.kind == q.Kind && m.words[u.text]
		}
		if own && m.keys[lang.Fold(key)] {
			return false
		}
		asks = asks || own
		gives = gives || m.keys[lang.Fold(key)]
	}
	return asks && gives
}
