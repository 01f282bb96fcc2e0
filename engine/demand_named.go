package engine

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// The shares of its confidence that an answer keeps whose page does not name whom
// or what the question is about, and where no page at all has what a Chinese question begins with.
const (
	keepElsewhere    = 0.25
	keepNowhereNamed = 0.6
)

// elsewhere is the share of its confidence that an answer keeps in view of
// whether its page names what the question is about; a few passages may have left it out.
func (r *reading) elsewhere(s *readSentence) float64 {
	if r.few() {
		return 1
	}
	if r.q.Language == "zh" {
		return r.elsewhereZh(s)
	}
	missing := 0
	for _, n := range r.q.Names {
		if nameOn(n, r.textOf(s.page)) {
			continue
		}
		if missing++; r.q.subjectOfVerb(n) {
			return keepElsewhere
		}
	}
	switch {
	case missing == 0:
		return 1
	case missing < len(r.q.Names):
		return keepNowhereNamed
	}
	return keepElsewhere
}

// subjectOfVerb reports whether an English question asks what the named one
// did: "when did Ines Farrow become …".
func (q *asked) subjectOfVerb(name string) bool {
	before, _, ok := strings.Cut(lang.Fold(q.Text), lang.Fold(name))
	return ok && subjectBefore.MatchString(before)
}

var subjectBefore = regexp.MustCompile(`\b(?:did|does|do|has|had|was|is)\s+(?:the\s+)?$`)

// elsewhereZh is the same for a Chinese question: its subject is the longest
// beginning that stands in the evidence, and a page names it by either end.
func (r *reading) elsewhereZh(s *readSentence) float64 {
	for _, n := range r.q.Names {
		if n[0] < utf8.RuneSelf && !nameOn(n, pageText(s.page)) {
			return keepElsewhere
		}
	}
	head := r.q.headZh()
	if head == "" {
		return 1
	}
	named := r.subject()
	subject, page := []rune(strings.TrimPrefix(named, headLeadZh.FindString(named))), r.textOf(s.page)
	switch n := len(subject); {
	case n == 0 && !strings.Contains(page, head):
		return keepNowhereNamed
	case n > 2 && !strings.Contains(page, string(subject[:2])) && !strings.Contains(page, string(subject[n-2:])):
		return keepElsewhere
	}
	return 1
}

// kindNouns ask for a place or a day in a question of few words ("Super Bowl
// 2021 location"): no page need have them.
var kindNouns = wordSet("location locat venue venu whereabouts birthplac release releas launch premier start end")

// kindAlone reports whether all that is asked of the subject is a noun for the kind of answer.
func (q *asked) kindAlone() bool {
	if q.Kind != KindWhere && q.Kind != KindWhen {
		return false
	}
	for _, u := range q.turning() {
		if !kindNouns[q.units[u].text] {
			return false
		}
	}
	return true
}

// pageText is a page's title and text, folded.
func pageText(p *agent.Page) string { return lang.Fold(p.Title + "\n" + p.Text) }

// textOf is pageText, worked out once a page.
func (r *reading) textOf(p *agent.Page) string {
	text, ok := r.texts[p]
	if !ok {
		if r.texts == nil {
			r.texts = map[*agent.Page]string{}
		}
		text = pageText(p)
		r.texts[p] = text
	}
	return text
}

// generalHeads are nouns for any kind of thing, which no page need have where it
// says what they are: 哪些类型, 哪些地方.
var generalHeads = regexp.MustCompile(`^(?:不同|主要|重要|常见|具体|其他|其它)?的?(?:类型|类别|种类|形式|方式|方法|办法|措施|手段|途径|实体|对象|因素|要素|条件|要求|原因|理由|结果|影响|作用|用途|功能|好处|优点|缺点|特点|特征|特性|特色|性质|方面|部分|部门|领域|内容|项目|东西|事情|事物|事件|问题|情况|地方|地区|区域|地点|场所|位置|国家|城市|人物|人员|人群|人士|机构|组织|单位|团体|例子|名称|名字|说法|观点|职位|职务|股份|成分|材料|信息|数据)`)

// nameOn reports whether a text has the name, or half of its words: a surname
// alone, an abbreviation's letters; a word in capitals may stand for what the page writes out.
func nameOn(name, text string) bool {
	capitals := strings.ToUpper(name) == name
	name = lang.Fold(name)
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
	return all == 0 || found*2 >= all || len(initials) > 1 && containsWord(text, initials) || all == 1 && capitals
}

var (
	headLeadZh = regexp.MustCompile(`^(?:请问|说出|列举|列出|仅?根据|面对|面临|按照?|为了|对于?|目前|现在|当前|如今|最新|今年|去年|截至|关于|在|去|从|由|《|“|"|「|\d{4}年(?:\d+月)?(?:\d+日)?|第[一二三四五六七八九十\d]+[届任次个]|[\s，,的])+`)
	headWordZh = regexp.MustCompile(`^(?:什么|谁|哪|多少|几|怎|如何|为何|为什么|是否|有没有|遇|当|如果|若|想|要|需|使用|导致|每|一般|通常|所有|任何|世界|全国|全球|我国|中国|国内|[一二三四五六七八九十\d]|[这那该本其有是他她它我你您咱])`)
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
