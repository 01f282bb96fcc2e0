package engine

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// A hearing tells in how many ways what was read goes on before and behind a
// run of characters: where a word ends many do, within one only one.
type hearing func(s string) (before, behind int)

const (
	heardBytes  = 400 << 10 // of what was read, that is listened to
	heardWord   = 8         // characters of a conjunct, at most
	heardBorder = 2         // ways that make a border
)

// heard is what is listened to, folded.
func (r *reading) heard() string {
	var b strings.Builder
	for i := range r.sentences {
		if b.Len() > heardBytes {
			break
		}
		b.WriteString(r.sentences[i].fold())
		b.WriteByte('\n')
	}
	return b.String()
}

// hearing listens to what was read, once it is asked.
func (r *reading) hearing() hearing {
	text := ""
	return func(s string) (int, int) {
		if text == "" {
			text = r.heard()
		}
		s = lang.Fold(s)
		before, behind := map[rune]bool{}, map[rune]bool{}
		for at := 0; ; {
			i := strings.Index(text[at:], s)
			if i < 0 || s == "" {
				return len(before), len(behind)
			}
			i += at
			c, _ := utf8.DecodeLastRuneInString(text[:i])
			before[c] = true
			c, _ = utf8.DecodeRuneInString(text[i+len(s):])
			behind[c] = true
			at = i + len(s)
		}
	}
}

var (
	partWordsZh  = []string{"共和", "和平", "和谐", "和约", "和解", "总和", "饱和", "和睦", "和尚", "暖和", "温和", "平和", "缓和", "柔和", "和服", "和田", "呼和", "参与", "与会", "普及", "埃及", "涉及", "及时", "及格", "提及", "危及", "波及", "以及"}
	partEndsZh   = regexp.MustCompile(`分别|各自|各是|各有|是|有|为|在|什么|谁|多少|哪|几|如何|怎|的`)
	partAttrZh   = regexp.MustCompile(`^(.*?)(时间|日期|地点|地址|位置|导演|编剧|主演|作者|价格|票价|票房|面积|高度|长度|人口|人数|数量|产量|年份|首都|总部|校长|院长|主角|监制|制片人|出版社|译者|身高|体重|年龄|生日|国籍|职业|原料|用途|规模|收入|利润|成绩|比分|排名)$`)
	splitAskZh   = regexp.MustCompile(`(?:在|是|于|从|到)?(?:什么时候|什么时间|何时|哪一年|哪年|哪一天|哪天|几月几日)|(?:在|是|于|从|到)?(?:什么地方|哪里|哪儿|何处|何地|哪个城市|哪个国家)|(?:由|是|被)?谁|(?:有|是)?多少[^和与，]{0,2}|为什么`)
	sexesZh      = regexp.MustCompile(`男女(\p{Han}{2})`)
	splitBothEn  = regexp.MustCompile(`(?i)^(when|where|who|why|how (?:many|much|long|high|tall|deep|wide|far|old|big|large))(?: \w+)?,? and (when|where|who|why|how (?:many|much|long|high|tall|deep|wide|far|old|big|large))\b (.+)$`)
	splitAlsoEn  = regexp.MustCompile(`(?i)^((?:when|where|who|what|which|why|how|in which|in what)\b.+?),? and ((?:when|where|who|what|which|why|how|in which|in what)\b.+)$`)
	splitYearsEn = regexp.MustCompile(`^(.*?\b)(\d{4}) and (?:in )?(\d{4})\b(.*)$`)
	splitOfEn    = regexp.MustCompile(`(?i)^(.*?\bthe )([a-z]+(?: [a-z]+)?) and (?:the )?([a-z]+(?: [a-z]+)?)( (?:of|in|for|at) .+)$`)
	splitVerbsEn = regexp.MustCompile(`(?i)^(who )(\w+ed|wrote|built|made|drew|led|sang|won) and (\w+ed|wrote|built|made|drew|led|sang|won) (.+)$`)
)

// withinWordZh reports whether the conjunction at i is a part of a word (共和国).
func withinWordZh(text string, i int, m string) bool {
	for _, w := range partWordsZh {
		for at := 0; ; {
			k := strings.Index(text[at:], w)
			if k < 0 {
				break
			}
			if k += at; k <= i && i+len(m) <= k+len(w) && len(w) > len(m) {
				return true
			}
			at = k + len(w)
		}
	}
	return false
}

// attributesZh are two attributes of one thing: 发售日期 and 价格 of 甲的发售日期和价格.
func attributesZh(left, right string) (a, b string) {
	at := strings.LastIndex(left, "的")
	end := len(right)
	if m := partEndsZh.FindStringIndex(right); m != nil {
		end = m[0]
	}
	a, b = left, right[:end]
	if at >= 0 {
		a = left[at+len("的"):]
	}
	mine, other := partAttrZh.FindStringSubmatch(a), partAttrZh.FindStringSubmatch(b)
	switch {
	case b == "" || strings.HasPrefix(right[end:], "的"):
		return "", ""
	case mine != nil && other != nil && other[1] == "":
		return mine[2], b // 国葬时间和地点
	case at >= 0 && mine != nil && utf8.RuneCountInString(a) <= heardWord && utf8.RuneCountInString(b) <= heardWord:
		return a, b
	}
	return "", ""
}

// heardConjuncts are the words on both sides of a conjunction that what was
// read shows to be words; empty where it does not.
func heardConjuncts(left, right string, heard hearing) (a, b string) {
	if heard == nil {
		return "", ""
	}
	l, r := []rune(left), []rune(right)
	if len(l) < 2 || len(r) < 2 || !unicode.Is(unicode.Han, l[len(l)-1]) || !unicode.Is(unicode.Han, r[0]) || unicode.IsDigit(l[max(0, len(l)-2)]) {
		return "", ""
	}
	for n := len(l) - 2; n >= max(0, len(l)-12); n-- { // 最佳电视剧和最佳电视动画
		if string(l[n:n+2]) == string(r[:2]) && !strings.ContainsAny(string(l[n:]), "的，》”") {
			end := len(right)
			if m := partEndsZh.FindStringIndex(right); m != nil {
				end = m[0]
			}
			return string(l[n:]), right[:end]
		}
	}
	b = bordered(r, heard)
	if b == "" {
		return "", ""
	}
	if n := utf8.RuneCountInString(b); n < len(l) && l[len(l)-1] == r[n-1] {
		if same := string(l[len(l)-n:]); !strings.ContainsAny(same, "的，》”") {
			if before, _ := heard(same); before >= heardBorder {
				return same, b
			}
		}
	}
	most := heardBorder - 1
	for n := 2; n <= min(heardWord, len(l)); n++ {
		c := l[len(l)-n]
		if !unicode.Is(unicode.Han, c) || c == '的' || c == '年' || c == '月' {
			break
		}
		if before, _ := heard(string(l[len(l)-n:])); before > most {
			most, a = before, string(l[len(l)-n:])
		}
	}
	if a == "" {
		return "", ""
	}
	return a, b
}

// bordered is the beginning of r behind which what was read goes on in most ways.
func bordered(r []rune, heard hearing) string {
	most, out := heardBorder-1, ""
	for n := 2; n <= min(heardWord, len(r)); n++ {
		if c := r[n-1]; !unicode.Is(unicode.Han, c) || c == '的' {
			break
		}
		if _, behind := heard(string(r[:n])); behind > most {
			most, out = behind, string(r[:n])
		}
	}
	return out
}

// twoAskedZh splits a clause with two question words: 什么时候在哪里, 何时何地.
func twoAskedZh(text string) []string {
	found := splitAskZh.FindAllStringIndex(text, -1)
	if len(found) != 2 || strings.ContainsAny(text[found[0][1]:found[1][0]], "，、") {
		return nil
	}
	a, b := found[0], found[1]
	return []string{text[:b[0]] + text[b[1]:], text[:a[0]] + text[a[1]:]}
}

// bothSexesZh splits 男女单打 into 男子单打 and 女子单打, as what was read spells it.
func bothSexesZh(text string, heard hearing) []string {
	m := sexesZh.FindStringSubmatchIndex(text)
	if m == nil || heard == nil {
		return nil
	}
	what := text[m[2]:m[3]]
	var out []string
	for _, sex := range []string{"男", "女"} {
		best, most := "", 0
		for _, form := range []string{sex + "子" + what, sex + what, sex + string([]rune(what)[:1])} {
			if n, _ := heard(form); n > most {
				best, most = form, n
			}
		}
		if best == "" {
			return nil
		}
		out = append(out, text[:m[0]]+best+text[m[1]:])
	}
	return out
}

// trailingDigits are the digits that s ends with.
func trailingDigits(s string) string {
	return s[len(strings.TrimRight(s, "0123456789")):]
}

// splitEn splits an English question that asks for two things in other ways
// than by two names.
func splitEn(text string) []string {
	text = strings.TrimRight(text, "? ")
	if m := splitBothEn.FindStringSubmatch(text); m != nil {
		return []string{m[1] + " " + m[3] + "?", m[2] + " " + m[3] + "?"}
	}
	if m := splitAlsoEn.FindStringSubmatch(text); m != nil {
		return twoQuestions(m[1] + "? " + m[2] + "?")
	}
	if m := splitVerbsEn.FindStringSubmatch(text); m != nil {
		return []string{m[1] + m[2] + " " + m[4] + "?", m[1] + m[3] + " " + m[4] + "?"}
	}
	if m := splitYearsEn.FindStringSubmatch(text); m != nil && !hasAny(lang.Fold(m[1]), []string{"between", "from"}) {
		return []string{m[1] + m[2] + m[4] + "?", m[1] + m[3] + m[4] + "?"}
	}
	if m := splitOfEn.FindStringSubmatch(text); m != nil {
		return []string{m[1] + m[2] + m[4] + "?", m[1] + m[3] + m[4] + "?"}
	}
	return nil
}
