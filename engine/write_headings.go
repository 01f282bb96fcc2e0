package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

const (
	headedAbout = 0.6 // how far the heading above must be about what is asked
	headedLeast = 3   // headings below it that make a list
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
			about := r.aboutText(p.page.Text[h.Start:h.End], titles)
			if about <= most {
				continue
			}
			if below := w.below(p.page, heads[k:]); len(below) >= headedLeast {
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
