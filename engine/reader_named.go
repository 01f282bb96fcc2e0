package engine

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// keepElsewhere is the share of its confidence that an answer keeps whose page
// does not name whom or what the question is about, while others of many do, or none.
const keepElsewhere = 0.25

// elsewhere reports whether the sentence's page lacks a name of the question.
func (r *reading) elsewhere(s *readSentence) bool {
	if len(r.passages) <= fewPassages {
		return false
	}
	if r.q.Language == "zh" {
		head := r.q.headZh()
		return head != "" && !strings.Contains(pageText(s.page), head)
	}
	for _, n := range r.q.Names {
		if !nameOn(lang.Fold(n), pageText(s.page)) {
			return true
		}
	}
	return false
}

func pageText(p *agent.Page) string { return lang.Fold(p.Title + "\n" + p.Text) }

// nameOn reports whether a text has the name, or half of its words: a surname alone, an abbreviation's letters.
func nameOn(name, text string) bool {
	if strings.Contains(text, name) {
		return true
	}
	all, found, initials := 0, 0, ""
	for _, w := range lang.Words(name) {
		if lang.Stop(w.Text) {
			continue
		}
		all++
		initials += w.Text[:1]
		stem := lang.Stem(w.Text)
		if containsWord(text, w.Text) || len(stem) > 3 && strings.Contains(text, stem) {
			found++
		}
	}
	return all == 0 || found*2 >= all || len(initials) > 1 && containsWord(text, initials) || all == 1 && len(name) <= maxInitials
}

var (
	headLeadZh = regexp.MustCompile(`^(?:请问|目前|现在|当前|如今|最新|今年|去年|截至|关于|在|去|从|由|《|“|"|「|\d{4}年(?:\d+月)?(?:\d+日)?|第[一二三四五六七八九十\d]+[届任次个]|[\s，,的])+`)
	headWordZh = regexp.MustCompile(`^(?:什么|谁|哪|多少|几|怎|如何|为何|为什么|是否|有没有|世界|全国|全球|我国|中国|国内|[一二三四五六七八九十\d]|[这那该本其有是])`)
)

// headZh are the first two characters of what a Chinese question is about;
// empty where it begins with a question word, a deed, or what is no name.
func (q *asked) headZh() string {
	text := lang.Fold(q.Text)
	text = strings.TrimPrefix(text, headLeadZh.FindString(text))
	if headWordZh.MatchString(text) {
		return ""
	}
	runes := []rune(text)
	if len(runes) < 3 || !unicode.Is(unicode.Han, runes[0]) || !unicode.Is(unicode.Han, runes[1]) {
		return ""
	}
	head := string(runes[:2])
	for _, n := range []int{2, 3, 4} {
		if n <= len(runes) && rivals().han[string(runes[:n])] != nil {
			return ""
		}
	}
	return head
}
