package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

const (
	broughtEn = `proposed|introduced|added|created|needed|made|developed|adopted|written|invented|started|launched|devised`
	endedEn   = `removed|rejected|withdrawn|dropped|deprecated|abandoned`
	broughtZh = `提出|引入|加入|添加|增加|新增|创建|制定|开发|采用|推出|需要|设立|编写`
	endedZh   = `移除|删除|拒绝|否决|废弃|撤回|撤销|弃用`
)

var (
	reasonOf = []*regexp.Regexp{
		regexp.MustCompile(`^why (?:was|were|is|are|has|have) (?:the )?(?P<of>.+?) (?:been )?(?:(?:` + broughtEn + `)|(?P<end>` + endedEn + `))$`),
		regexp.MustCompile(`^what (?:is|was|are|were) the (?:rationale|motivation|reasons?|background) (?:for|of|behind) (?:the )?(?P<of>.+)$`),
		regexp.MustCompile(`^为(?:什么|何|啥)(?:要|会|想要)?(?:(?:` + broughtZh + `)|(?P<end>` + endedZh + `))了?(?P<of>.+)$`),
		regexp.MustCompile(`^(?P<of>.+?)为(?:什么|何|啥)(?:要|会)?被?(?:(?:` + broughtZh + `)|(?P<end>` + endedZh + `))了?$`),
		regexp.MustCompile(`^(?P<of>.+?)的(?:提出|引入|设计)?(?:动机|理由|背景|原因)是什么$`),
	}
	// The headings under which a page gives reasons, those that say it best first.
	broughtUnder = []*regexp.Regexp{
		regexp.MustCompile(`^(?:the )?(?:motivations?|rationale|reasons?|why\b.*|motivation and .*|rationale and .*|(?:提出|引入|设计)?的?(?:动机|理由|原因|缘由)|为什么.*|缘起)$`),
		regexp.MustCompile(`^(?:the )?(?:background|background and .*|(?:提出|项目|设计)?的?背景|问题|the problem|problem)$`),
	}
	endedUnder = []*regexp.Regexp{regexp.MustCompile(`^(?:reasons? for (?:the )?(?:removal|rejection|withdrawal)|rejection(?: notice)?|removal|withdrawal|(?:移除|删除|拒绝|否决|废弃|撤回|弃用)的?(?:原因|理由|说明))$`)}
)

// reasonShown is how many statements of a section of reasons are shown.
const reasonShown = 3

// reasoned answers why something was proposed, introduced or removed from the
// section of its own page whose heading says that it gives the reasons. It
// reports whether there is one.
func (w *writer) reasoned() bool {
	f := strings.TrimRight(lang.Fold(w.asked.Text), "?？。 ")
	for _, re := range reasonOf {
		m := re.FindStringSubmatch(f)
		if m == nil {
			continue
		}
		under := broughtUnder
		if i := re.SubexpIndex("end"); i >= 0 && m[i] != "" {
			under = endedUnder
		}
		subject := strings.Trim(m[re.SubexpIndex("of")], " 的《》\"'“”")
		if p := w.pageOf(subject); p != nil {
			return w.reasons(p, under)
		}
	}
	return false
}

// pageOf is the page about the subject and nothing else; nil where none was read.
func (w *writer) pageOf(subject string) *agent.Page {
	for i := range w.reading.passages {
		if p := w.reading.passages[i].page; bareTitle(p.Title) == subject {
			return p
		}
	}
	if p := w.placeOf(subject); p != nil && p.at == 0 {
		return p.page
	}
	return nil
}

func (w *writer) reasons(p *agent.Page, under []*regexp.Regexp) bool {
	chapters := chaptersOf(p)
	for _, heading := range under {
		for _, c := range chapters {
			if len(c.says) == 0 || !heading.MatchString(headingEdge.ReplaceAllString(lang.Fold(c.name), "")) {
				continue
			}
			for _, s := range c.says[:min(len(c.says), reasonShown)] {
				if claim, ok := w.spanClaim(p, s); ok {
					claim.Lead = len(w.out.Claims) == 0
					w.out.Claims = append(w.out.Claims, claim)
				}
			}
			if len(w.out.Claims) > 0 {
				w.out.Confidence = max(w.out.Confidence, sureEnough)
				return true
			}
		}
	}
	return false
}
