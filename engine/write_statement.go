package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A place is a page, or a section of it, that is about a subject.
type place struct {
	page  *agent.Page
	at    int // where it begins
	about float64
}

const (
	placeAbout  = 0.8 // how far a title or heading must name a subject, and nothing else
	stateTokens = 6   // words or characters of a statement, at least
	stateMost   = 8   // statements of a place that are looked at
	stateBytes  = 5 << 10
)

var (
	glossed    = regexp.MustCompile(`[（(][^（()）]*[)）]`)
	numberedAs = regexp.MustCompile(`^\s*[\p{L}]+ \d+ (?:[–—:-]) `)
	camelHump  = regexp.MustCompile(`(\p{Ll})(\p{Lu})`)
	// lines that no page says in its own voice: links, changes, traces, code
	linkLine   = regexp.MustCompile(`(?i)^https?://\S+$|\(\s*https?://[^)\s]*\)[\s\d.]*$`)
	changeLine = regexp.MustCompile(`(?i)^(?:v?\d+\.\d+[\d.]*|\d{1,2}-\w{3}-\d{4}|\d{4}-\d\d-\d\d|(?:changed|added|removed|deprecated|new) in version|discussion of|see also)\b`)
	traceLine  = regexp.MustCompile(`^\s*(?:\||\+[-+]|>>>|\.\.\.|Traceback\b|File ")|^\w*(?:Error|Exception|Group|Warning):`)
	codeLine   = regexp.MustCompile(`^(?:from \S+ import|import \w+$|def \w+\(|class \w+[(:]|(?:if|for|while|with|except|try|else)\b.*:$)|[{};]\s*$|^[\w.]+\([^)]*\)$`)
	// a page that says of itself what it is for
	selfSaysEn = regexp.MustCompile(`(?i)\bth(?:is|e present) (?:pep|document|proposal|page|article|guide|rule|rfc|specification|standard|section|chapter|paper|report|act|law|package|module|library|tool|note|policy|handbook|notice)\b.{0,60}?\b(?:propos|introduc|describ|defin|adds?\b|specif|provid|explain|is about|suggest|recommend|contain|cover|gives?\b|intend|aims?\b|seeks?\b|outlin|lists?\b|present|says?\b|would\b|makes?\b|sets?\b|is a\b|is an\b|allow|lets?\b|discuss)|^(?:this is a proposal|we propose|it is proposed)`)
	selfSaysZh = regexp.MustCompile(`(?:本|这篇|该|此|这)(?:文|章|节|页|页面|文档|提案|标准|教程|指南|规范|条例|办法|规定|手册|库|工具|模块).{0,12}?(?:介绍|描述|讲|提出|定义|规定|说明|给出|总结|讨论|旨在|建议|增加|引入|收录|整理|用于)`)
)

// prose reports whether a text is a statement rather than a link, a change's
// entry, a line of a trace or of code, or a question.
func prose(text string) bool {
	text = strings.TrimSpace(text)
	return !asking(text) && !(strings.Contains(text, "://") && linkLine.MatchString(text)) && !changeLine.MatchString(text) &&
		!traceLine.MatchString(text) && !(mayBeCode(text) && codeLine.MatchString(text))
}

// mayBeCode reports whether a text begins or ends as codeLine wants it.
func mayBeCode(text string) bool {
	return text != "" && strings.IndexByte("{};:)", text[len(text)-1]) >= 0 || hasAnyPrefix(text, "from ", "import ", "def ", "class ")
}

// selfSays reports whether a page says in the text what it is itself for.
func selfSays(text string) bool {
	return selfSaysEn.MatchString(text) || selfSaysZh.MatchString(text)
}

// placeOf is the page or section that is about the subject and nothing else;
// nil where none was read.
func (w *writer) placeOf(subject string) *place {
	r := w.reading
	a := Analyse(subject, w.asked.Asked, nil)
	a.Core, a.Text = subject, subject
	sub := &reading{passages: r.passages, sentences: r.sentences, q: readAsked(a, r.idf)}
	split := camelHump.ReplaceAllString(subject, "$1 $2")
	titles := r.titleCounts()
	known := map[string]float64{}
	about := func(title string) float64 {
		v, ok := known[title]
		if !ok {
			v = sub.naming(title, titles)
			if split != subject {
				a.Core, a.Text = split, split
				v = max(v, (&reading{q: readAsked(a, localIDF(nil))}).naming(title, titles))
			}
			known[title] = v
		}
		return v
	}
	var best *place
	for i := range r.passages {
		p := &r.passages[i]
		if v := about(p.Title); v >= placeAbout && (best == nil || v > best.about) {
			best = &place{p.page, 0, v}
		}
		if n := len(p.Headings); n > 0 {
			h := p.Headings[n-1]
			if v := 0.97 * about(h); v >= placeAbout && (best == nil || v > best.about) {
				if at := headingAt(p, h); at >= 0 {
					best = &place{p.page, at, v}
				}
			}
		}
		for k := p.from; k < p.to; k++ {
			s := &r.sentences[k]
			if s.block != lang.BlockHeading {
				continue
			}
			if v := 0.97 * about(s.text); v >= placeAbout && (best == nil || v > best.about) {
				best = &place{p.page, s.start, v}
			}
		}
	}
	return best
}

// headingAt is where the heading that a passage stands under begins on its page; -1 where it is not found.
func headingAt(p *readPassage, heading string) int {
	at := -1
	for _, b := range lang.Blocks(p.page.Text[:p.End]) {
		if b.Kind == lang.BlockHeading && strings.Contains(p.page.Text[b.Start:b.End], heading) {
			at = b.Start
		}
	}
	return at
}

// naming is how far a title or heading names the question's words and nothing
// else, 0 to 1; its number and what stands in brackets do not count.
func (r *reading) naming(title string, titles titleTable) float64 {
	toks := readTokens(title)
	if same, other := r.q.numbered(toks); same || other {
		if same {
			return 1
		}
		return 0
	}
	if _, n, ok := strings.Cut(title, " – "); ok && numberedAs.MatchString(title) {
		title = n
	}
	if t := strings.TrimSpace(glossed.ReplaceAllString(title, " ")); t != "" {
		title = t
	}
	toks = readTokens(title)
	has, got := make([]float64, len(toks)), make([]float64, len(r.q.units))
	for _, h := range r.q.match(toks) {
		if has[h.token] = max(has[h.token], h.weight); toks[h.token].pair != 0 {
			has[h.token+1] = max(has[h.token+1], h.weight)
		}
		got[h.unit] = max(got[h.unit], h.weight)
	}
	all, own, covered := 0.0, 0.0, 0.0
	for _, titles := range []titleTable{titles, {}} { // all of its words may be in most titles, those of one subject
		for i := range toks {
			v := titles.weight(&toks[i])
			all, own = all+v, own+v*has[i]
		}
		if all > 0 {
			break
		}
	}
	for i, g := range got {
		covered += g * r.q.units[i].weight
	}
	if all == 0 || r.q.total == 0 {
		return 0
	}
	return own / all * covered / r.q.total
}

// openings are headings under which a page first says what it is about.
var openings = wordSet(`abstract summary introduction overview purpose scope 摘要 简介 介绍 概述 引言 引入 定义 目的 概要`)

// statements are the first statements of a place: of its abstract or
// introduction where it has one, else as they come; not what is a banner.
func (p *place) statements(banner func(string) bool) []lang.Span {
	text := p.page.Text[p.at:min(len(p.page.Text), p.at+stateBytes)]
	blocks := lang.Blocks(text)
	from := 0
	for i, b := range blocks {
		if b.Kind != lang.BlockHeading || i == 0 {
			continue
		}
		if p.at > 0 {
			break
		}
		if openings[lang.Fold(strings.Trim(text[b.Start:b.End], " ¶#"))] {
			from = i
			break
		}
	}
	var out []lang.Span
	for i, b := range blocks[from:] {
		if b.Kind == lang.BlockHeading && i > 0 && len(out) > 0 {
			break
		}
		if b.Kind != lang.BlockParagraph || b.End == len(text) && p.at+len(text) < len(p.page.Text) {
			continue
		}
		for _, s := range lang.Sentences(text[b.Start:b.End]) {
			t := text[b.Start+s.Start : b.Start+s.End]
			if len(out) < stateMost && prose(t) && !strings.HasPrefix(strings.Trim(text[:min(len(text), len(t)+8)], " ¶#"), t) && len(lang.Words(t)) >= stateTokens && !banner(t) {
				out = append(out, lang.Span{Start: p.at + b.Start + s.Start, End: p.at + b.Start + s.End})
			}
		}
	}
	return out
}

// opened answers with what the place first says: the statement with which it
// says what it is for itself, else the first that has the term, else the
// first; and the one after it. It reports whether there is one.
func (w *writer) opened(p *place, term string) bool {
	list := p.statements(w.everywhere)
	first := -1
	for i, s := range list {
		t := p.page.Text[s.Start:s.End]
		if p.at == 0 && selfSays(t) {
			first = i
			break
		}
		if first < 0 && term != "" && strings.Contains(lang.Fold(t), term) {
			first = i
		}
	}
	if len(list) == 0 {
		return false
	}
	first = max(first, 0)
	for i, s := range list[first:min(len(list), first+2)] {
		c, ok := w.spanClaim(p.page, s)
		if !ok || i > 0 && endsOpen(c.Text) {
			break
		}
		c.Lead = i == 0
		w.out.Claims = append(w.out.Claims, c)
	}
	if len(w.out.Claims) == 0 {
		return false
	}
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return true
}
