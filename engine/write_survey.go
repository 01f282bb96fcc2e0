package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

const (
	overviewClaims = 12  // sentences of an overview, at most
	surveyOthers   = 3   // of them from pages that are not about the subject alone
	surveyFew      = 5   // sections that get two sentences each; of more, each gets one
	surveyCover    = 0.6 // of the subject, what another page's sentence must name
	surveyTokens   = 5   // words or characters of a statement, at least
	surveyBytes    = 200 << 10
)

// A chapter is a section of the page about the subject: its heading, what it says.
type chapter struct {
	name  string
	level int
	says  []lang.Span
}

// survey gives an overview from the page about the very subject: what it first
// says, then the beginning of each of its sections, then what other pages say
// of it. It reports whether there is such a page.
func (w *writer) survey() bool {
	p := w.subjectPage()
	if p == nil {
		return false
	}
	subject := lang.Fold(strings.TrimSpace(w.asked.Core))
	chapters := chaptersOf(p)
	w.surveyLead(p, chapters, subject)
	each := 2
	switch n := len(chapters) - 1; {
	case n > surveyFew:
		each = 1
	case n <= 2:
		each = 4
	}
	for _, c := range chapters[1:] {
		for k, sp := range c.says {
			if k == each || len(w.out.Claims) >= overviewClaims-surveyOthers {
				break
			}
			w.surveyed(p, sp, c.name)
		}
	}
	w.surveyOthers(p)
	if len(w.out.Claims) == 0 {
		return false
	}
	w.fewSections()
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return true
}

// subjectPage is the page that is about the subject and nothing else; nil where none was read.
func (w *writer) subjectPage() *agent.Page {
	r := w.reading
	subject := bareTitle(w.asked.Core)
	for i := range r.passages {
		if p := &r.passages[i]; bareTitle(p.Title) == subject && len(p.page.Text) <= surveyBytes {
			return p.page
		}
	}
	if p := w.placeOf(w.asked.Core); p != nil && p.at == 0 && len(p.page.Text) <= surveyBytes {
		return p.page
	}
	return nil
}

// titleTail is what a site adds to its titles; titleArticle what stands before a name.
var (
	titleTail    = regexp.MustCompile(`\s+(?:[|–—·-]|::)\s.*$|_.*$`)
	titleArticle = regexp.MustCompile(`^(?:the|an?)\s+|[《》“”"「」]`)
)

// bareTitle is a title without the site's name, its article and its quotation marks.
func bareTitle(title string) string {
	t := titleTail.ReplaceAllString(strings.TrimSpace(lang.Fold(title)), "")
	return strings.TrimSpace(titleArticle.ReplaceAllString(t, ""))
}

// leftOut are headings of sections that no overview needs.
var leftOut = regexp.MustCompile(`(?i)^(?:references?|see also|external links|further reading|notes|copyright|bibliography|contents|footnotes|acknowledge?ments?|changelog|exercises?|参考.*|参见|外部链接|延伸阅读|扩展阅读|拓展阅读|注释|脚注|目录|版权.*|习题.*|例题.*|练习.*|相关(?:条目|链接|文章)|致谢)$`)

// chaptersOf are the page's sections with their statements, the first what
// stands before any section.
func chaptersOf(p *agent.Page) []chapter {
	out := []chapter{{}}
	first := true
	skip := 0
	for _, b := range lang.Blocks(p.Text) {
		text := p.Text[b.Start:b.End]
		if b.Kind == lang.BlockHeading {
			name := strings.Trim(cleanText(text), " ¶#")
			if first {
				first = false
				continue // the page's own title
			}
			if skip > 0 && b.Level > skip {
				continue
			}
			if skip = 0; leftOut.MatchString(name) {
				skip = max(b.Level, 1)
				continue
			}
			out = append(out, chapter{name: shortQuote(name, 60), level: b.Level})
			continue
		}
		if skip > 0 || b.Kind != lang.BlockParagraph {
			continue
		}
		c := &out[len(out)-1]
		for _, s := range lang.Sentences(text) {
			t := text[s.Start:s.End]
			if len(c.says) < 6 && prose(t) && !endsOpen(t) && !baited(t) && len(lang.Words(t)) >= surveyTokens {
				c.says = append(c.says, lang.Span{Start: b.Start + s.Start, End: b.Start + s.End})
			}
		}
	}
	keep := out[:1]
	for _, c := range out[1:] {
		if len(c.says) > 0 {
			keep = append(keep, c)
		}
	}
	return keep
}

// surveyLead adds what the page first says of the subject: a definition where
// one stands anywhere, else its first statements.
func (w *writer) surveyLead(p *agent.Page, chapters []chapter, subject string) {
	if s := w.definition(subject, nil); s != nil && s.page == p {
		from, to := w.shorten(s)
		if c, ok := w.claim(s, from, to); ok {
			c.Lead = true
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	most := 2
	if len(chapters) <= 2 {
		most = 6
	}
	for k, sp := range chapters[0].says {
		if k == most {
			break
		}
		w.surveyed(p, sp, "")
	}
	if len(w.out.Claims) > 0 {
		w.out.Claims[0].Lead = true
	}
}

// surveyed adds a statement of the page, unless it stands there already.
func (w *writer) surveyed(p *agent.Page, sp lang.Span, section string) {
	c, ok := w.spanClaim(p, sp)
	if !ok || utf8.RuneCountInString(c.Text) > 2*longEn || w.everywhere(p.Text[sp.Start:sp.End]) {
		return
	}
	for _, x := range w.out.Claims {
		if x.Cites[0].Snapshot == p.Snapshot && x.Cites[0].Start < c.Cites[0].End && c.Cites[0].Start < x.Cites[0].End || strings.EqualFold(x.Text, c.Text) {
			return
		}
	}
	c.Section = section
	w.out.Claims = append(w.out.Claims, c)
}

// bannerPages is the number of pages on which a banner of the site stands.
const bannerPages = 4

// everywhere reports whether the text stands on many pages: it is the site's, not the page's.
func (w *writer) everywhere(text string) bool {
	n := 0
	for _, p := range w.evidence.Pages {
		if strings.Contains(p.Text, text) {
			if n++; n == bannerPages {
				return true
			}
		}
	}
	return false
}

// surveyOthers adds what other pages say of the subject by its name.
func (w *writer) surveyOthers(p *agent.Page) {
	r := w.reading
	var said []*readSentence
	for i := range r.sentences {
		for _, c := range w.out.Claims {
			if s := &r.sentences[i]; s.page == p && c.Cites[0].Start >= s.start && c.Cites[0].End <= s.end {
				said = append(said, s)
			}
		}
	}
	n, most := 0, max(surveyOthers, overviewClaims-surveyOthers-len(w.out.Claims))
	for _, i := range r.order[:min(len(r.order), maxCompared)] {
		s := &r.sentences[i]
		if n == most || len(w.out.Claims) == overviewClaims {
			return
		}
		if s.page == p || s.block != lang.BlockParagraph || s.own == ownerOther || s.cover < surveyCover || len(s.tokens) < stateTokens ||
			!prose(s.text) || endsOpen(s.text) || repeats(said, s) {
			continue
		}
		from, to := w.shorten(s)
		if c, ok := w.claim(s, from, to); ok {
			c.Section = shortQuote(cleanText(s.page.Title), 60)
			w.out.Claims = append(w.out.Claims, c)
			said = append(said, s)
			n++
		}
	}
}

// broadEn and broadZh ask for what there is to know of a subject.
var (
	broadEn = regexp.MustCompile(`(?i)^(?:what (?:should|do|must|can) (?:i|you|we|one|visitors|people) (?:need to )?(?:know|tell me|say|learn) (?:about|of) |what is there to know about |what can you tell (?:me|us) (?:about|of) |(?:please )?give (?:me |us )?(?:a |an )?(?:short |brief |quick )?(?:overview|summary|introduction|outline|profile) (?:of|about|on|to) |(?:an? )?(?:overview|summary|introduction) (?:of|to) |i(?: woul|')d like to know (?:more )?about |i want to know (?:more )?about )(.+)$`)
	broadZh = regexp.MustCompile(`^(?:请问)?(?:关于|对于|对)?(.{2,24}?)[，,]?(?:我|我们|大家|游客)?(?:应该|应当|需要|该|要)?(?:了解|知道|注意)?(?:些|点)?(?:什么|哪些)(?:基本)?(?:信息|情况|知识)?(?:值得(?:了解|知道)的?|要了解的|可以了解的)$|^(?:关于|对于)(.{2,24}?)[，,]?(?:我|我们|大家|游客)?(?:应该|应当|需要|该|要)(?:了解|知道)(?:些|点)?什么$|^(?:请)?(?:简要|简单|大致)?(?:概述|概括|综述|介绍|谈谈|说说|讲讲)(?:一下)?(.{2,24}?)(?:的?(?:基本|大致|总体)?(?:情况|概况|信息))?$|^(.{2,24}?)的?(?:概述|概况|简介|综述|基本情况)$`)
)

// broadly puts a question for what there is to know of a subject in one form.
func broadly(text string) string {
	t := strings.TrimRight(strings.TrimSpace(text), "?？。.!！ ")
	if m := broadEn.FindStringSubmatch(t); m != nil {
		return "Tell me about " + m[1] + "."
	}
	if m := broadZh.FindStringSubmatch(t); m != nil {
		if s := m[1] + m[2] + m[3] + m[4]; !asksZh(s) && !strings.HasSuffix(s, "有") && !strings.HasSuffix(s, "是") {
			return "介绍一下" + s
		}
	}
	return text
}
