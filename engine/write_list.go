package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A listing is a run of list items (or table rows) of one page with what announces it.
type listing struct {
	page   *agent.Page
	intro  lang.Span
	items  []lang.Block
	score  float64
	number bool      // its markers are numbers: an order
	usual  bool      // its heading is the usual one for what is asked
	terms  bool      // it explains terms or tells what holds, which are no steps
	told   string    // its heading and what introduces it, folded
	own    float64   // what its heading and introduction alone cover of the question
	hits   []readHit // in its page's title, its heading and what stands before it
}

const maxItems = 12

// onlyTitled is the share of its score that a list keeps which nothing but its
// page's title announces.
const onlyTitled = 0.5

// onlyChanges is the share that a list keeps which stands on a page of changes:
// what was removed or renamed is no list of what there is.
const onlyChanges = 0.5

var changesOnly = regexp.MustCompile(`(?i)\b(?:migrat\w*|changelog|change log|release notes|what.?s new|history|upgrad\w*|deprecat\w*)\b|迁移|更新日志|变更|升级|版本历史`)

// changes reports whether a title is of a page of changes, and the question asks for none.
func (w *writer) changes(title string) bool {
	return changesOnly.MatchString(title) && !changesOnly.MatchString(w.asked.Text)
}

// listedSure is the score from which on a list is preferred to headings.
const listedSure = 0.8

// list answers with the items of the list that fits best, else with the
// enumeration or the sentences that do.
func (w *writer) list() {
	if w.headedByKind() {
		return
	}
	l := w.bestListing(false)
	if l != nil && !w.announced(l) {
		l = nil
	}
	if (l == nil || l.score < listedSure) && w.headed() {
		return
	}
	if l != nil {
		w.listing(l, agent.FormItem)
		return
	}
	picked := w.people(w.pick(4, 2.5))
	for i, s := range picked {
		if i == 0 && w.enumeration(s) {
			continue
		}
		from, to := w.shorten(s)
		if c, ok := w.claim(s, from, to); ok {
			c.Lead = i == 0
			w.out.Claims = append(w.out.Claims, c)
		}
	}
}

// listing adds the list's introduction and its items as claims.
func (w *writer) listing(l *listing, form agent.Form) {
	if l.intro.End > l.intro.Start {
		if c, ok := w.spanClaim(l.page, l.intro); ok {
			c.Lead = form == agent.FormItem
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	limit := maxItems
	if w.asked.Count > 0 {
		limit = w.asked.Count
	}
	for _, b := range l.items[:min(limit, len(l.items))] {
		if c, ok := w.spanClaim(l.page, lang.Span{Start: b.Start, End: b.End}); ok {
			c.Form = form
			w.out.Claims = append(w.out.Claims, c)
		}
	}
}

// spanClaim makes a claim of a span of a page.
func (w *writer) spanClaim(p *agent.Page, sp lang.Span) (agent.Claim, bool) {
	cite, ok := agent.NewCite(p.Snapshot, p.Text, sp.Start, sp.End)
	text := cleanText(p.Text[sp.Start:sp.End])
	if !ok || text == "" || baited(text) {
		return agent.Claim{}, false
	}
	return agent.Claim{Text: text, Cites: []agent.Cite{cite}}, true
}

// The pages that are looked through for lists, and how many bytes of each.
const (
	listPages    = 8
	maxListBytes = 200 << 10
)

// bestListing is the list whose heading or introduction covers the question,
// nil where none does well enough.
func (w *writer) bestListing(ordered bool) *listing {
	var best *listing
	seen := map[string]bool{}
	for rank := range w.reading.passages {
		p := w.reading.passages[rank].page
		if seen[p.Snapshot] || len(p.Text) > maxListBytes {
			continue
		}
		if seen[p.Snapshot] = true; len(seen) > listPages {
			break
		}
		for _, l := range w.listings(p, float64(len(seen)-1)) {
			if ordered && (l.terms || !l.number && l.own < stepsOwn && !stepsTold.MatchString(l.told)) {
				continue
			}
			if ordered && !l.number {
				l.score -= 0.1
			}
			if best == nil || l.score > best.score {
				best = &l
			}
		}
	}
	if best == nil || best.score < 0.5 {
		return nil
	}
	return best
}

// listings finds the lists of a page and scores what announces them.
func (w *writer) listings(p *agent.Page, rank float64) []listing {
	blocks := lang.Blocks(p.Text)
	var out []listing
	heading := -1
	for i := 0; i < len(blocks); i++ {
		switch blocks[i].Kind {
		case lang.BlockHeading:
			heading = i
			continue
		case lang.BlockItem:
		default:
			continue
		}
		j := i
		for j < len(blocks) && (blocks[j].Kind == lang.BlockItem || blocks[j].Kind == lang.BlockCode && j > i) {
			j++
		}
		if l, ok := w.listingAt(p, blocks, clause{i, j}, heading); ok {
			l.score -= 0.03 * rank
			out = append(out, l)
		}
		i = j - 1
	}
	return out
}

// listingAt is the list of the blocks in run, scored by what announces it.
func (w *writer) listingAt(p *agent.Page, blocks []lang.Block, run clause, heading int) (listing, bool) {
	l := listing{page: p}
	from := run.from
	level := blocks[from].Level
	for _, b := range blocks[from:run.to] {
		if b.Kind == lang.BlockItem && b.Level == level {
			l.items = append(l.items, b)
		}
	}
	if len(l.items) < 2 || listsFields(p, l.items) {
		return l, false
	}
	first := l.items[0].Start
	l.number = first >= 2 && strings.ContainsAny(p.Text[max(0, first-3):first], ".)") && strings.ContainsAny(p.Text[max(0, first-4):first], "0123456789")
	l.terms = explains(p, l.items)
	q := w.reading.q
	hits := q.match(readTokens(p.Title))
	titled := len(hits)
	if heading >= 0 {
		text := p.Text[blocks[heading].Start:blocks[heading].End]
		l.told = lang.Fold(text)
		l.terms = l.terms || noSteps.MatchString(headingEdge.ReplaceAllString(lang.Fold(text), ""))
		usual := w.sectionHits(text)
		hits = append(append(hits, q.match(readTokens(text))...), usual...)
		l.usual = len(usual) > 0
	}
	if from > 0 && blocks[from-1].Kind == lang.BlockParagraph {
		text := p.Text[blocks[from-1].Start:blocks[from-1].End]
		if s := lang.Sentences(text); len(s) > 0 {
			last := s[len(s)-1]
			l.intro = lang.Span{Start: blocks[from-1].Start + last.Start, End: blocks[from-1].Start + last.End}
			l.told += "\n" + lang.Fold(text[last.Start:last.End])
			hits = append(hits, q.match(readTokens(text))...)
		}
	}
	l.score, l.hits, l.own = q.coverage(hits), hits, q.coverage(hits[titled:])
	if w.changes(p.Title) {
		l.score *= onlyChanges
	}
	if len(hits) == titled {
		l.score *= onlyTitled
	}
	inside := 0.0
	for _, b := range l.items {
		inside = max(inside, q.coverage(q.match(readTokens(p.Text[b.Start:min(b.End, b.Start+400)]))))
	}
	l.score += 0.15 * inside
	if w.asked.Kind == KindHowTo || w.asked.Kind == KindHow {
		l.score = max(l.score, w.wholeCover(&l))
	}
	return l, true
}

// enumeration adds a sentence that lists things ("A, B and C", A、B和C): the
// sentence leads, its things follow as items.
func (w *writer) enumeration(s *readSentence) bool {
	from, to := w.shorten(s)
	c, ok := w.claim(s, from, to)
	if !ok {
		return false
	}
	c.Lead = true
	w.out.Claims = append(w.out.Claims, c)
	parts := enumerated(s.text)
	if len(parts) < 3 {
		return true
	}
	for _, p := range parts[:min(len(parts), maxItems)] {
		if c, ok := w.claim(s, p.from, p.to); ok {
			c.Form = agent.FormItem
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	return true
}

// enumerated are the members of a Chinese enumeration parted by 、 in s.
func enumerated(s string) []clause {
	first := strings.Index(s, "、")
	last := strings.LastIndex(s, "、")
	if first < 0 || strings.Count(s, "、") < 2 {
		return nil
	}
	start := 0
	for _, m := range []string{"包括", "分别是", "分别为", "有", "是", "为", "：", ":", "，", "了"} {
		if i := strings.LastIndex(s[:first], m); i >= 0 {
			start = max(start, i+len(m))
		}
	}
	end := len(s)
	for _, m := range []string{"等", "。", "，", "；", "（"} {
		if i := strings.Index(s[last:], m); i >= 0 {
			end = min(end, last+i)
		}
	}
	var out []clause
	at := start
	for _, sep := range []string{"、", "和", "以及", "与", "及"} {
		if sep != "、" && !strings.Contains(s[last:end], sep) {
			continue
		}
		for {
			i := strings.Index(s[at:end], sep)
			if i < 0 || sep != "、" && at+i < last {
				break
			}
			if i > 0 {
				out = append(out, clause{at, at + i})
			}
			at += i + len(sep)
		}
		if sep != "、" {
			break
		}
	}
	if at < end {
		out = append(out, clause{at, end})
	}
	return out
}

// stepsOwn is what the heading and introduction of a list without numbers must
// cover of the question that its items are taken for steps, unless they announce such.
const stepsOwn = 0.5

var (
	stepsTold = regexp.MustCompile(`步骤|做法|方法|流程|如下|依次|\bsteps?\b|\bas follows\b|\bfollowing\b|\bhow to\b|\bprocedure\b|\binstructions?\b`)
	noSteps   = regexp.MustCompile(`^(?:基本)?(?:性质|定义|术语|概念|特点|特性|优缺点|例题|习题|参考资料|相关链接|properties|definitions?|terms|terminology|glossary|features|limitations|exercises|references|see also)$`)
	termItem  = regexp.MustCompile(`^[^：:。，,.!！?？]{1,24}[：:]\s?\S`)
)

// explains reports whether most items explain a term: 编译器：用来……的代码.
func explains(p *agent.Page, items []lang.Block) bool {
	n := 0
	for _, b := range items {
		if t := p.Text[b.Start:b.End]; termItem.MatchString(t) && !stepItem.MatchString(t) {
			n++
		}
	}
	return n*3 > len(items)*2
}

// stepItem is a step that is numbered in words.
var stepItem = regexp.MustCompile(`(?i)^(?:步骤|第[一二三四五六七八九十\d]+步|step\s*\d+)`)

// listsFields reports whether most items are facts about the page ("Status: Final"), which no question for a list means.
func listsFields(p *agent.Page, items []lang.Block) bool {
	n := 0
	for _, b := range items {
		if fieldItem.MatchString(p.Text[b.Start:b.End]) {
			n++
		}
	}
	return n*2 > len(items) && items[0].Start < fieldBytes
}

var fieldItem = regexp.MustCompile(`^(?:Author|Status|Type|Created|Date|Version|Topic|Title|Published|Updated|Post-History|Python-Version|Discussions-To|Requires|Replaces|Resolution|Sponsor|作者|日期|时间|来源|编辑|状态|版本)s?\s*[:：]`)
