package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// A hop is a question that names what it asks of by a description: who that is
// must be found first. In "where did the founder of X study" the inner question
// is who the founder of X is; before and after stand around the answer to it.
type hop struct{ inner, before, after string }

// outer is the question with the description's name in its place.
func (h hop) outer(name string) string {
	return strings.Join(strings.Fields(h.before+name+h.after), " ")
}

var (
	rolesEn = wordSet(`founder founders cofounder co-founder author writer inventor designer architect builder discoverer composer director creator developer maker manufacturer publisher engineer owner editor
painter sculptor producer singer captain commander mayor president king queen chairman chairwoman ceo head headmaster principal governor minister prime coach manager conductor translator sponsor
capital hometown birthplace headquarters seat wife husband father mother son daughter brother sister teacher pupil student successor predecessor winner leader birth`)
	hopOfEn     = regexp.MustCompile(`(?i)\bthe ((?:[a-z-]+ )?[a-z-]+) of ((?:the )?)`)
	hopOwnEn    = regexp.MustCompile(`(?:[’']s|s[’']) ([a-z-]+)\b`)
	hopClauseEn = regexp.MustCompile(`(?i)\bthe (town|city|village|country|place|region|island|person|man|woman|people|company|firm|school|university|architect|engineer|artist|scientist|writer|author|organi[sz]ation|team|club) (where|in which|who|that|which) (.+)$`)
	hopPassive  = regexp.MustCompile(`^(.+?) (is|was|were|are) (.+)$`)

	rolesZh   = `创办人|创始人|创建者|创立者|作者|导演|编剧|主演|发明者|发明人|设计师|设计者|建筑师|工程师|发现者|提出者|主编|老板|所有者|所在地|所在城市|首都|首府|省会|总部所在地|产地|出生地|故乡|家乡|母公司|开发商|开发者|制造商|生产商|出版社|校长|市长|县长|院长|馆长|董事长|总经理|负责人|教练|主教练|队长|妻子|丈夫|父亲|母亲|儿子|女儿|老师|学生|得主|冠军|主人|画家|作曲者|作曲家|译者|捐赠者|赞助商|赞助者`
	hopRoleZh = regexp.MustCompile(`^(.{2,24}?)的((?:第[一二三四五六七八九十\d]+任|首任|现任|前任)?(?:` + rolesZh + `))(.+)$`)
	hopDoerZh = regexp.MustCompile(`^((?:设计|创办|创立|创建|发明|发现|建造|修建|撰写|编写|执导|生产|制造|开发|出版|赞助|创作|提出|翻译|主持|写)(?:了|过)?)(.{2,20}?)的(那?(?:个|位|家)?(?:人|建筑师|设计师|工程师|科学家|作家|作者|导演|学者|商人|公司|企业|机构|画家|艺术家|医生|老师))(.+)$`)
	hopSeatZh = regexp.MustCompile(`^(.{2,20}?)(?:所在|位于|所处|坐落)的?(那?[个座]?(?:城市|县|市|国家|省份?|镇|村|区|州|岛))(.+)$`)
)

// hopOf finds the description in a question; false where it has none, or where
// the description itself is what is asked for.
func hopOf(text, language string) (hop, bool) {
	text = strings.TrimRight(strings.TrimSpace(text), "?？。.!！ ")
	if language == "zh" {
		return hopZh(text)
	}
	return hopEn(text)
}

func hopZh(text string) (hop, bool) {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "请问"), "，")
	if m := hopSeatZh.FindStringSubmatch(text); m != nil && asksMoreZh(m[3]) {
		return hop{inner: m[1] + "位于哪里", after: m[3]}, true
	}
	if m := hopDoerZh.FindStringSubmatch(text); m != nil && asksMoreZh(m[4]) {
		return hop{inner: m[2] + "是谁" + strings.TrimRight(m[1], "了过") + "的", after: m[4]}, true
	}
	m := hopRoleZh.FindStringSubmatch(text)
	if m == nil || !asksMoreZh(m[3]) || asksZh(m[1]) {
		return hop{}, false
	}
	return hop{inner: m[1] + "的" + m[2] + "是谁", after: m[3]}, true
}

// asksMoreZh reports whether what follows a description asks for something of it.
func asksMoreZh(tail string) bool {
	if hasAnyPrefix(tail, "和", "与", "及", "、", "以及", "，", "分别") || !asksZh(tail) && !strings.Contains(tail, "怎") {
		return false
	}
	left := strings.Trim(questionCore(tail, "zh"), " 的是在于了为叫有共都")
	return utf8.RuneCountInString(left) >= 2
}

func hopEn(text string) (hop, bool) {
	if m := hopClauseEn.FindStringSubmatchIndex(text); m != nil {
		if h, ok := hopClause(text, m); ok {
			return h, true
		}
	}
	for _, m := range hopOfEn.FindAllStringSubmatchIndex(text, -1) {
		words := strings.Fields(lang.Fold(text[m[2]:m[3]]))
		if !rolesEn[words[len(words)-1]] {
			continue
		}
		end := describedEnd(text, m[5])
		before, after := text[:m[0]], text[end:]
		if asksMoreEn(before, after) {
			return hop{"Who is " + text[m[0]:end] + "?", before, after}, true
		}
	}
	for _, m := range hopOwnEn.FindAllStringSubmatchIndex(text, -1) {
		for _, n := range lang.Names(text) {
			if (n.End == m[0] || n.End == m[2]-1 || n.End == m[0]+1) && rolesEn[text[m[2]:m[3]]] && asksMoreEn(text[:n.Start], text[m[3]:]) {
				name := strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(text[n.Start:n.End], "'s"), "’s"), "'’")
				return hop{"Who is the " + text[m[2]:m[3]] + " of " + name + "?", text[:n.Start], text[m[3]:]}, true
			}
		}
	}
	return hop{}, false
}

// hopClause reads "the town where Y was built", "the engineer who designed Y".
func hopClause(text string, m []int) (hop, bool) {
	noun, link, clause := lang.Fold(text[m[2]:m[3]]), lang.Fold(text[m[4]:m[5]]), text[m[6]:m[7]]
	before, after := text[:m[0]], ""
	if link == "who" || link == "that" || link == "which" {
		if end := describedEnd(text, m[6]); end < len(text) {
			clause, after = text[m[6]:end], text[end:]
		}
		who := "Who "
		if headPlaceEn[noun] || headNameEn[noun] || noun == "firm" {
			who = "Which " + noun + " "
		}
		return hop{who + clause + "?", before, after}, asksMoreEn(before, after)
	}
	p := hopPassive.FindStringSubmatch(clause)
	if p == nil {
		return hop{}, false
	}
	return hop{"Where " + p[2] + " " + p[1] + " " + p[3] + "?", before, ""}, asksMoreEn(before, "")
}

// describedEnd is where a description that goes on at from ends: with the name
// that follows, and further names bound to it by "of"; else after one word.
func describedEnd(text string, from int) int {
	end := 0
	for _, n := range lang.Names(text) {
		if n.Start >= from && (end == 0 || strings.TrimSpace(text[end:n.Start]) == "of" || strings.TrimSpace(text[end:n.Start]) == "of the") {
			end = n.End
		}
	}
	if end > 0 {
		return end + commonNoun(text[:from], text[end:])
	}
	if i := strings.IndexByte(text[from:], ' '); i > 0 {
		return from + i
	}
	return len(text)
}

var hopIs = regexp.MustCompile(`(?i)\b(?:is|was|are|were)\b`)

// commonNoun is the length of a noun in small letters that belongs to the name
// before it ("the Vane bridge born"): after a form of "be" the verb is the last word.
func commonNoun(before, rest string) int {
	words := strings.Fields(rest)
	if len(words) < 2 || !hopIs.MatchString(before) || lang.Stop(words[0]) || strings.HasSuffix(words[0], "ed") || words[0] == "born" {
		return 0
	}
	return strings.Index(rest, words[0]) + len(words[0])
}

// asksMoreEn reports whether the words around a description ask for something
// of it, rather than who or what it is.
func asksMoreEn(before, after string) bool {
	words := plainWords(lang.Fold(before + " " + after))
	content, asks := 0, false
	for _, w := range words {
		if asks = asks || questionAsksEn[w]; !questionWordsEn[w] && !lang.Stop(w) {
			content++
		}
	}
	return content > 0 && asks && !strings.HasPrefix(strings.TrimSpace(after), "and ")
}
