package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var purposePatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^what (?:does|do|did|will|would) (.+?) (?:introduce|propose|do|add|define|describe|provide|specify|cover|change|suggest|recommend|say|offer|explain|discuss|contain|bring|regulate|standardi[sz]e)$`),
	regexp.MustCompile(`(?i)^what (?:is|are|was|were) (.+?) (?:used |meant |good |intended )?(?:for|about)$`),
	regexp.MustCompile(`(?i)^what(?:'s| is| are| was| were) the (?:purpose|aim|goal|point|use|function|subject|idea|role|topic)s? of (.+)$`),
	regexp.MustCompile(`^(.+?)(?:中|里|里面)?(?:主要|具体|都|到底|究竟)?(?:提出|介绍|引入|规定|描述|定义|讲|说|讲述|讨论|增加|添加|新增|建议|提议|解决|提供|说明)(?:了|的是|的)?(?:什么|啥)(?:内容|东西|问题|功能|新功能|新特性|特性)?$`),
	regexp.MustCompile(`^(.+?)(?:主要|到底|究竟)?(?:是)?(?:被)?(?:用来|用于|拿来)?(?:做|干)(?:什么|啥)(?:用)?的?$`),
	regexp.MustCompile(`^(.+?)(?:主要|到底|究竟)?(?:有什么|有啥|有何)(?:用|用途|用处|作用|功能)$`),
	regexp.MustCompile(`^(.+?)的(?:主要)?(?:作用|用途|目的|用处|主旨|主要内容)(?:是什么|是啥|有哪些|是)$`),
}

// purposeOf is the thing of which the question asks what it does, proposes or
// is for, and nothing more; empty where it asks something else.
func purposeOf(question string) string {
	text := strings.TrimRight(strings.TrimSpace(question), "?？。.!！呢啊 ")
	for _, re := range purposePatterns {
		if m := re.FindStringSubmatch(text); m != nil {
			s := strings.Trim(m[1], " 「」“”\"'`《》是")
			for _, lead := range []string{"the ", "The ", "请问", "a ", "an "} {
				s = strings.TrimPrefix(s, lead)
			}
			return s
		}
	}
	return ""
}

// purposed answers what a thing proposes, does or is for with what the page or
// section about it says of itself. It reports whether there is one.
func (w *writer) purposed() bool {
	subject := purposeOf(w.asked.Text)
	if subject == "" || len(lang.Words(subject)) > maxTermRunes/2 {
		return false
	}
	p := w.placeOf(subject)
	return p != nil && w.opened(p, lang.Fold(subject))
}
