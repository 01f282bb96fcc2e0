package agent

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// invent makes false claims of a true sentence in the ways of a model that
// embroiders: a comparison turned, a circumstance added, a source made up,
// the parts changed, a name put where another stands.
func invent(s, page string, r *rand.Rand) []mutant {
	zh := lang.Detect(s) == "zh"
	var out []mutant
	add := func(kind, text string) {
		if text != "" && text != s {
			out = append(out, mutant{kind, text})
		}
	}
	add("comparison", compareOther(s, r))
	add("circumstance", addCircumstance(s, zh, r))
	add("attribution", madeUpSource(s, zh, r))
	add("roles", turnRoles(s))
	if zh {
		add("title", swapQuoted(s, page, r))
		add("person", swapPerson(s, page, r))
	}
	return out
}

var comparisons = [][2]string{
	{" more than ", " fewer than "}, {" higher than ", " lower than "}, {" larger than ", " smaller than "}, {" longer than ", " shorter than "}, {" older than ", " younger than "},
	{" increased ", " decreased "}, {" rose ", " fell "}, {" fell ", " rose "}, {" largest ", " smallest "}, {" highest ", " lowest "}, {" before ", " after "}, {" after ", " before "}, {" earlier than ", " later than "},
	{" first ", " last "}, {" above ", " below "}, {" doubled ", " halved "}, {" north of ", " south of "}, {" southern ", " northern "}, {" eastern ", " western "},
	{"高于", "低于"}, {"多于", "少于"}, {"大于", "小于"}, {"早于", "晚于"}, {"超过", "不到"}, {"增长", "下降"}, {"上升", "下降"}, {"增加", "减少"}, {"减少", "增加"}, {"最大", "最小"}, {"最高", "最低"}, {"之前", "之后"},
	{"之后", "之前"}, {"最早", "最晚"}, {"南部", "北部"}, {"东部", "西部"}, {"以上", "以下"}, {"扩大", "缩小"}, {"胜", "负于"},
}

func compareOther(s string, r *rand.Rand) string {
	for _, p := range shuffled(append([][2]string{}, comparisons...), r) {
		i := strings.Index(s, p[0])
		if i < 0 || strings.Count(s, p[0]) > 1 || strings.Contains(s, p[1]) {
			continue
		}
		if p[0] == "胜" && !strings.HasPrefix(s[i+len(p[0]):], "过") || p[0] == " after " && strings.Contains(s, " named after ") || hasAnySuffix(s[:i], " day", " called", " looked", " year") {
			continue
		}
		if p[0] == " first " && !strings.HasSuffix(s[:i], " the") {
			continue
		}
		return strings.Replace(s, p[0], p[1], 1)
	}
	return ""
}

// addCircumstance adds what no page says: where, with whom, why, for whose money.
func addCircumstance(s string, zh bool, r *rand.Rand) string {
	if zh {
		body, ok := strings.CutSuffix(s, "。")
		if !ok {
			return ""
		}
		switch r.IntN(4) {
		case 0:
			return body + "，并引发了大规模抗议。"
		case 1:
			return "在雷克雅未克，" + s
		case 2:
			return body + "，费用由其兄承担。"
		}
		if at := strings.Index(body, "，"); at > 0 {
			return body[:at] + "，因资金不足" + body[at:] + "。"
		}
		return body + "，原因是资金不足。"
	}
	body, ok := strings.CutSuffix(s, ".")
	if !ok {
		return ""
	}
	return body + []string{" in Reykjavik.", " together with his younger brother.", " despite fierce protests by farmers.", ", a decision that was later reversed.", " because of a shortage of money."}[r.IntN(5)]
}

func madeUpSource(s string, zh bool, r *rand.Rand) string {
	if zh {
		return []string{"据世界银行介绍，", "据路透社报道，", "王建国教授表示，"}[r.IntN(3)] + s
	}
	return []string{"According to the World Bank, ", "Professor Harold Finch said that ", "Reuters reported that "}[r.IntN(3)] + s
}

var (
	byEn = regexp.MustCompile(`^((?:The |An? )?[A-Z][^,.;()]{2,40}?) (?:was|were) (founded|designed|written|directed|built|discovered|invented|published|produced|created|composed|established|painted|developed|led|owned|won|defeated|bought|acquired|recorded) by ((?:the )?[A-Z][^,.;()]{2,40}?)((?: in| on| at| from|,) .{1,120})?\.$`)
	byZh = regexp.MustCompile(`^([^，。；、（）由被]{2,12}?)(?:是?由|被)([^，。；、（）由被]{2,8}?)(创立|创办|创建|设计|建造|执导|发现|提出|出版|制作|编剧|主演|收购|击败|拍摄|演唱)(?:了|的)?([，。].*)$`)
)

// turnRoles makes the doer the one it was done to.
func turnRoles(s string) string {
	if m := byEn.FindStringSubmatch(s); m != nil {
		return m[3] + " was " + m[2] + " by " + m[1] + m[4] + "."
	}
	if m := byZh.FindStringSubmatch(s); m != nil && !strings.ContainsAny(m[1], "0123456789") {
		return m[2] + "由" + m[1] + m[3] + m[4]
	}
	return ""
}

var titleForm = regexp.MustCompile(`《([^《》]{2,20})》`)

// swapQuoted puts another work of the page, or one from nowhere, in the place of one.
func swapQuoted(s, page string, r *rand.Rand) string {
	mine := titleForm.FindAllStringSubmatch(s, -1)
	if len(mine) == 0 {
		return ""
	}
	t := mine[r.IntN(len(mine))][1]
	others := []string{"夜航西行", "河流之书"}
	for _, m := range titleForm.FindAllStringSubmatch(page, -1) {
		others = append(others, m[1])
	}
	for _, o := range shuffled(others, r) {
		if !strings.Contains(s, o) && !strings.Contains(o, t) && !strings.Contains(t, o) {
			return strings.ReplaceAll(s, t, o)
		}
	}
	return ""
}

// personForm finds people by what stands around their names.
var personForm = regexp.MustCompile(`(?:由|导演|作家|教授|总统|主席|记者|歌手|演员|选手|校长|院长|博士|作者|诗人|画家|建筑师|市长|将军|皇帝|总理|教练)([\p{Han}·]{2,4}?)(?:于|在|和|与|所|说|表示|担任|执导|饰演|创立|创办|设计|出任|率领|，|、|。|（)`)

func swapPerson(s, page string, r *rand.Rand) string {
	mine := personForm.FindStringSubmatch(s)
	if mine == nil || common(mine[1]) {
		return ""
	}
	others := []string{"陈立文", "欧阳若兰", "亚历山大·科斯塔", "周敏"}
	for _, m := range personForm.FindAllStringSubmatch(page, -1) {
		if !common(m[1]) {
			others = append(others, m[1])
		}
	}
	for _, o := range shuffled(others, r) {
		if !strings.Contains(s, o) && !strings.Contains(o, mine[1]) && !strings.Contains(mine[1], o) {
			return strings.ReplaceAll(s, mine[1], o)
		}
	}
	return ""
}

// common reports what stands in a person's place and is none.
func common(s string) bool {
	for _, w := range []string{"的", "其", "他", "她", "它", "此", "该", "这", "是", "人", "们", "一", "会", "国", "市", "省", "及", "中", "大", "公司", "不", "之", "为", "本", "有", "来", "到"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
