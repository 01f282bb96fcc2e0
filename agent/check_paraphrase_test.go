package agent

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// rephrase says a true sentence in other ways that are as true: parts moved or
// left out, doer and done turned about with the voice, numbers and units written otherwise.
func rephrase(s, page string) []mutant {
	var out []mutant
	add := func(kind, text string) {
		if text != "" && text != s {
			out = append(out, mutant{kind, text})
		}
	}
	zh := lang.Detect(s) == "zh"
	add("voice", turnVoice(s))
	add("order", moveTime(s))
	add("unit", otherUnit(s))
	add("numeral", otherNumeral(s, zh))
	add("cut", dropAside(s))
	add("opening", dropOpening(s))
	add("short name", shortName(s, page))
	if zh {
		add("particle", dropParticle(s))
	}
	return out
}

func turnVoice(s string) string {
	if m := byEn.FindStringSubmatch(s); m != nil {
		past := map[string]string{"written": "wrote", "built": "built", "led": "led", "won": "won"}[m[2]]
		if past == "" {
			past = m[2]
		}
		return upperFirst(m[3]) + " " + past + " " + lowerThe(m[1]) + m[4] + "."
	}
	if m := byZh.FindStringSubmatch(s); m != nil && !strings.ContainsAny(m[1], "0123456789") {
		return m[2] + m[3] + "了" + m[1] + m[4]
	}
	return ""
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func lowerThe(s string) string {
	for _, a := range []string{"The ", "A ", "An "} {
		if rest, ok := strings.CutPrefix(s, a); ok {
			return strings.ToLower(a) + rest
		}
	}
	return s
}

var (
	timeEn = regexp.MustCompile(`^((?:In|On|By|Since|During) (?:(?:January|February|March|April|June|July|August|September|October|November|December) )?(?:\d{1,2}, )?\d{4}), ((?:the |a |an )?)([^,;:()"“]{20,120})\.$`)
	timeZh = regexp.MustCompile(`^((?:\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?))，([^，。；：、（）“《]{2,6}?)(在|与|被|由|获|成为|当选|发布|宣布|进入|开始|加入)([^。；]{4,80})。$`)
)

// moveTime puts the time that a sentence begins with elsewhere.
func moveTime(s string) string {
	if m := timeEn.FindStringSubmatch(s); m != nil {
		return upperFirst(m[2]+m[3]) + " " + strings.ToLower(m[1][:1]) + m[1][1:] + "."
	}
	if m := timeZh.FindStringSubmatch(s); m != nil {
		return m[2] + m[1] + m[3] + m[4] + "。"
	}
	return ""
}

var units = []struct {
	form   *regexp.Regexp
	factor float64
	unit   string
}{
	{regexp.MustCompile(`(\d+(?:\.\d+)?) (?:km|kilometres|kilometers)\b`), 1000, " metres"},
	{regexp.MustCompile(`(\d+(?:\.\d+)?) (?:kg|kilograms)\b`), 1000, " grams"},
	{regexp.MustCompile(`(\d+(?:\.\d+)?) million\b`), 1e6, ""},
	{regexp.MustCompile(`(\d+(?:\.\d+)?)公里`), 1000, "米"},
	{regexp.MustCompile(`(\d+(?:\.\d+)?)公斤`), 1000, "克"},
	{regexp.MustCompile(`(\d+(?:\.\d+)?)万`), 1e4, ""},
	{regexp.MustCompile(`(\d+(?:\.\d+)?)亿`), 1e4, "万"},
}

// otherUnit says one quantity in a smaller unit.
func otherUnit(s string) string {
	for _, u := range units {
		m := u.form.FindStringSubmatchIndex(s)
		if m == nil || m[0] > 0 && strings.ContainsAny(s[m[0]-1:m[0]], ",.-–~") || hasAnyPrefix(s[m[1]:], "多", "余", "亿", "万", "平方", "/", "每", "-", " square", " per", "里") {
			continue
		}
		v, err := strconv.ParseFloat(s[m[2]:m[3]], 64)
		if err != nil {
			continue
		}
		return s[:m[0]] + strconv.FormatFloat(v*u.factor, 'f', -1, 64) + u.unit + s[m[1]:]
	}
	return ""
}

var percentForm = regexp.MustCompile(`(\d+(?:\.\d+)?) ?(?:percent|per cent|%)`)

// otherNumeral writes one number in other signs: full-width, in Chinese, as %.
func otherNumeral(s string, zh bool) string {
	if m := percentForm.FindStringSubmatchIndex(s); m != nil {
		n := s[m[2]:m[3]]
		if zh {
			return s[:m[0]] + "百分之" + n + s[m[1]:]
		}
		if strings.HasSuffix(s[m[0]:m[1]], "%") {
			return s[:m[0]] + n + " percent" + s[m[1]:]
		}
		return s[:m[0]] + n + "%" + s[m[1]:]
	}
	if !zh {
		return ""
	}
	var b strings.Builder
	for _, r := range s {
		if r >= '0' && r <= '9' {
			r += '０' - '0'
		}
		b.WriteRune(r)
	}
	return b.String()
}

var asideForm = regexp.MustCompile(` \([^()]{3,60}\)|（[^（）]{3,60}）`)

// dropAside leaves out what stands in brackets.
func dropAside(s string) string {
	if strings.ContainsAny(s, "[]") {
		return ""
	}
	return asideForm.ReplaceAllString(s, "")
}

// dropOpening leaves out a word that only joins the sentence to the one before.
func dropOpening(s string) string {
	for _, p := range []string{"However, ", "In addition, ", "Moreover, ", "Furthermore, ", "Also, ", "Additionally, ", "此外，", "另外，", "同时，", "而且，", "随后，", "不过，", "但是，", "然而，"} {
		if rest, ok := strings.CutPrefix(s, p); ok && rest != "" {
			return upperFirst(rest)
		}
	}
	return ""
}

var introduced = regexp.MustCompile(`((?:[A-Z][a-z]+ (?:of |and |the |for )*){1,5}[A-Z][a-z]+) \(([A-Z]{2,6})\)`)

// shortName uses the short form that the page gives of a name.
func shortName(s, page string) string {
	for _, m := range introduced.FindAllStringSubmatch(page, -1) {
		if strings.Contains(s, m[1]) && strings.Contains(s, m[1]+" ("+m[2]+")") {
			return strings.ReplaceAll(s, m[1]+" ("+m[2]+")", m[2])
		}
	}
	return ""
}

// dropParticle leaves out one 的 between two words.
func dropParticle(s string) string {
	rs := []rune(s)
	for i := 3; i+3 < len(rs); i++ {
		if rs[i] == '的' && !strings.ContainsRune("，。；、（）《》“”了过着", rs[i-1]) && !strings.ContainsRune("，。；、（）《》“”话", rs[i+1]) {
			return string(rs[:i]) + string(rs[i+1:])
		}
	}
	return ""
}

// merged joins two sentences to one claim.
func merged(a, b string) string {
	if lang.Detect(a) == "zh" {
		body, ok := strings.CutSuffix(a, "。")
		if !ok || hasAnyPrefix(b, "<") {
			return ""
		}
		return body + "，" + b
	}
	body, ok := strings.CutSuffix(a, ".")
	if !ok || strings.HasPrefix(b, "\"") || strings.HasSuffix(body, ".") || dropOpening(b) != "" || hasAnyPrefix(b, "If ", "Therefore", "However", "It's", "Thus", "<") {
		return ""
	}
	for _, w := range []string{"The ", "It ", "He ", "She ", "They ", "In ", "A "} {
		if strings.HasPrefix(b, w) {
			return fmt.Sprintf("%s, and %s", body, strings.ToLower(b[:1])+b[1:])
		}
	}
	return fmt.Sprintf("%s, and %s", body, b)
}
