package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

const (
	headedAbout = 0.6 // how far the heading above must be about what is asked
	headedLeast = 3   // headings below it that make a list
	headedKinds = 2   // headings that name things of the kind asked for
	headedWords = 5   // words of such a heading, at most
	headedPart  = 0.9 // how far it is where only its last part is
)

// headed answers a question for a list with the headings that stand below the
// one that is about it: a page that gives each kind a section of its own. It
// reports whether there is one.
func (w *writer) headed() bool {
	r := w.reading
	titles := r.titleCounts()
	seen := map[string]bool{}
	var best []lang.Block
	var of *agent.Page
	most := headedAbout
	for i := range r.passages {
		p := &r.passages[i]
		if seen[p.page.Snapshot] || len(p.page.Text) > maxListBytes || w.changes(p.Title) {
			continue
		}
		if seen[p.page.Snapshot] = true; len(seen) > 2*listPages {
			break
		}
		var heads []lang.Block
		for _, b := range lang.Blocks(p.page.Text) {
			if b.Kind == lang.BlockHeading {
				heads = append(heads, b)
			}
		}
		for k, h := range heads {
			text := p.page.Text[h.Start:h.End]
			about := r.aboutText(text, titles)
			if i := strings.LastIndex(text, " / "); i >= 0 { // 选项 / 生命周期钩子
				part := text[i+len(" / "):]
				about = max(about, headedPart*r.aboutText(part, titles), r.aboutText(p.Title+" "+part, titles))
			}
			if about <= headedAbout || about < most {
				continue
			}
			if below := w.below(p.page, heads[k:]); len(below) >= headedLeast && (about > most || len(below) > len(best)) {
				best, of, most = below, p.page, about
			}
		}
	}
	if of == nil {
		return false
	}
	for _, b := range best[:min(len(best), maxItems)] {
		if c, ok := w.spanClaim(of, lang.Span{Start: b.Start, End: b.End}); ok {
			c.Form = agent.FormItem
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	return len(w.out.Claims) > 0
}

// headedByKind answers a question for a list of things of one kind with the headings
// of the page or section about the rest of it that name such things: 最小生成树有哪些算法
// with Kruskal 算法, Prim 算法. It reports whether there are any.
func (w *writer) headedByKind() bool {
	kind := strings.TrimLeft(w.asked.Head, "些几个种项类")
	core := lang.Fold(w.asked.Core)
	if kind == "" || !strings.Contains(core, kind) {
		return false
	}
	subject := strings.TrimSpace(strings.TrimRight(strings.Replace(core, kind, "", 1), " 的有"))
	if anyKind.MatchString(kind) { // kinds of joints
		words := lang.Words(subject)
		if len(words) == 0 || w.asked.Language == "zh" {
			return false
		}
		kind = words[len(words)-1].Text
	}
	if subject == "" {
		return false
	}
	of := w.placeOf(subject)
	if of == nil || len(of.page.Text) > maxListBytes {
		return false
	}
	text := of.page.Text[of.at:]
	var found []lang.Block
	top := 0
	for _, b := range lang.Blocks(text) {
		if b.Kind != lang.BlockHeading {
			continue
		}
		if top == 0 {
			top = b.Level
			continue
		}
		if b.Level <= top && of.at > 0 {
			break
		}
		if h := strings.Trim(lang.Fold(text[b.Start:b.End]), " ¶#"); namesKind(h, kind) && (len(found) == 0 || b.Level == found[0].Level) {
			found = append(found, b)
		}
	}
	if len(found) < headedKinds {
		return false
	}
	for _, b := range found[:min(len(found), maxItems)] {
		if c, ok := w.spanClaim(of.page, lang.Span{Start: of.at + b.Start, End: of.at + b.End}); ok {
			c.Form = agent.FormItem
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	return len(w.out.Claims) > 0
}

var anyKind = regexp.MustCompile(`^(?:kinds?|types?|sorts?|forms?|varieties|类型|类别|种类)$`)

// namesKind reports whether a folded heading is the name of a thing of the kind: the
// kind's word with others before it.
func namesKind(heading, kind string) bool {
	if kind[0] >= 0x80 {
		return strings.HasSuffix(heading, kind) && len(heading) > len(kind)
	}
	words := lang.Words(heading)
	return len(words) > 1 && len(words) <= headedWords && lang.Stem(words[len(words)-1].Text) == lang.Stem(kind)
}

// below are the headings one level under the first that name things of one
// kind: those that share its word where most do, else all that are no usual
// parts of a page.
func (w *writer) below(p *agent.Page, heads []lang.Block) []lang.Block {
	var all, sharing []lang.Block
	words := map[uint32]bool{}
	for _, t := range readTokens(p.Text[heads[0].Start:heads[0].End]) {
		if t.pair != 0 || t.kind != lang.KindHan && !t.stop {
			words[titleID(&t)] = true
		}
	}
	level := 0
	for _, h := range heads[1:] {
		if h.Level <= heads[0].Level {
			break
		}
		if level == 0 {
			level = h.Level
		}
		text := lang.Fold(strings.Trim(p.Text[h.Start:h.End], " ¶#"))
		if h.Level != level || usualHeadings[text] || hasAnyPrefix(text, "例", "习题", "example", "see ") {
			continue
		}
		all = append(all, h)
		for _, t := range readTokens(text) {
			if words[titleID(&t)] {
				sharing = append(sharing, h)
				break
			}
		}
	}
	if len(sharing) >= headedLeast && len(sharing)*5 >= len(all)*2 {
		return sharing
	}
	return all
}

// usualHeadings are parts that most pages have, whatever they are about.
var usualHeadings = wordSet(`abstract introduction overview motivation rationale specification references copyright acknowledgements acknowledgments background conclusion summary notes history examples contents definition implementation discussion
引入 简介 介绍 定义 概述 参考资料 参考文献 习题 例题 练习 总结 小结 注意 注释 参考 扩展阅读 外部链接 相关 性质 实现 前言 背景 引言 过程 代码 应用 复杂度 解释 目录 参考资料与注释 拓展阅读 问题`)
