package agent

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// A mutant is a false claim made from a true one.
type mutant struct{ kind, text string }

// mutate makes false claims of a true sentence. page is what its names may be
// swapped with.
func mutate(claim, page string, r *rand.Rand) []mutant {
	var out []mutant
	add := func(kind, text string) {
		if text != "" && text != claim {
			out = append(out, mutant{kind, text})
		}
	}
	zh := lang.Detect(claim) == "zh"
	add("number", changeNumber(claim, r))
	add("number-of-page", numberOfPage(claim, page, r))
	add("magnitude", replaceOne(claim, r, [][2]string{
		{" million", " billion"}, {" billion", " million"}, {" thousand", " million"}, {"亿", "万"}, {"万", "亿"}, {"%", " percentage points"}, {" per cent", " per mille"}, {" percent", " times"},
	}))
	add("unit", replaceOne(claim, r, [][2]string{
		{" km", " miles"}, {" kilometres", " miles"}, {" miles", " kilometers"}, {" metres", " feet"}, {" meters", " feet"}, {" feet", " metres"}, {"$", "€"}, {"£", "$"}, {" years", " months"}, {" days", " weeks"}, {" hours", " minutes"},
		{"公里", "英里"}, {"公斤", "吨"}, {"美元", "欧元"}, {"元", "美元"}, {"平方公里", "平方米"}, {"小时", "分钟"}, {"个月", "年"}, {"公顷", "亩"}, {"吨", "公斤"}, {"米", "英尺"},
	}))
	add("date", changeDate(claim, r))
	add("name", swapName(claim, page, zh, r))
	add("exchange", exchangeNames(claim, zh, r))
	add("negate", negate(claim, zh))
	add("unnegate", unnegate(claim, zh))
	add("exaggerate", exaggerate(claim, zh, r))
	return out
}

func changeNumber(s string, r *rand.Rand) string {
	qs := lang.Quantities(s)
	if len(qs) == 0 {
		return ""
	}
	q := qs[r.IntN(len(qs))]
	i := strings.IndexAny(q.Text, "0123456789")
	if i < 0 {
		return ""
	}
	j := i
	for j < len(q.Text) && q.Text[j] >= '0' && q.Text[j] <= '9' {
		j++
	}
	n, err := strconv.Atoi(q.Text[i:j])
	if err != nil {
		return ""
	}
	m := n + 1 + r.IntN(9)
	if r.IntN(2) == 0 && n > 10 {
		m = n - 1 - r.IntN(9)
	}
	return s[:q.Start] + q.Text[:i] + strconv.Itoa(m) + q.Text[j:] + s[q.End:]
}

// numberOfPage swaps a number for another of the page, of the same unit.
func numberOfPage(s, page string, r *rand.Rand) string {
	qs := lang.Quantities(s)
	if len(qs) == 0 {
		return ""
	}
	q := qs[r.IntN(len(qs))]
	for _, p := range shuffled(lang.Quantities(page), r) {
		if p.Unit == q.Unit && p.Value != q.Value && !strings.Contains(s, p.Text) {
			return s[:q.Start] + p.Text + s[q.End:]
		}
	}
	return ""
}

func shuffled[T any](s []T, r *rand.Rand) []T {
	r.Shuffle(len(s), func(i, j int) { s[i], s[j] = s[j], s[i] })
	return s
}

func replaceOne(s string, r *rand.Rand, pairs [][2]string) string {
	for _, p := range shuffled(pairs, r) {
		i := strings.Index(s, p[0])
		if i < 0 {
			continue
		}
		before := s[:i]
		if !strings.ContainsAny(before[max(0, len(before)-6):], "0123456789") && !strings.ContainsAny(s[i+len(p[0]):min(len(s), i+len(p[0])+2)], "0123456789") {
			continue
		}
		if e := i + len(p[0]); e < len(s) && p[0][0] == ' ' && s[e] >= 'a' && s[e] <= 'z' {
			continue
		}
		return s[:i] + p[1] + s[i+len(p[0]):]
	}
	return ""
}

var monthsEn = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

var yearPattern = regexp.MustCompile(`\b(1[0-9]|20)[0-9]{2}\b`)

func changeDate(s string, r *rand.Rand) string {
	for _, m := range shuffled(append([]string{}, monthsEn...), r) {
		if i := strings.Index(s, m+" "); i >= 0 && m != "May" {
			return s[:i] + monthsEn[(r.IntN(11)+1+indexIn(monthsEn, m))%12] + s[i+len(m):]
		}
	}
	if loc := yearPattern.FindStringIndex(s); loc != nil {
		y, err := strconv.Atoi(s[loc[0]:loc[1]])
		if err != nil {
			return ""
		}
		return s[:loc[0]] + strconv.Itoa(y+1+r.IntN(12)) + s[loc[1]:]
	}
	if i := strings.Index(s, "月"); i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		return s[:i-1] + string('0'+(s[i-1]-'0'+1+byte(r.IntN(2)))%10) + s[i:]
	}
	return ""
}

func indexIn(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return 0
}

var chinesePlaces = strings.Fields("北京 上海 广州 深圳 香港 台湾 南京 天津 重庆 成都 武汉 西安 杭州 苏州 中国 美国 英国 法国 德国 日本 韩国 俄罗斯 印度 加拿大 澳大利亚 意大利 西班牙 浙江 江苏 广东 四川 湖南 湖北 山东 河南 河北 福建 安徽 江西 云南 贵州 广西 新加坡 马来西亚 泰国 越南 巴西 埃及 伦敦 巴黎 东京 纽约 清华大学 北京大学 复旦大学")

// namesOf are the names of a text, as strings.
func namesOf(s string, zh bool) []string {
	var out []string
	if zh {
		for _, p := range chinesePlaces {
			if strings.Contains(s, p) {
				out = append(out, p)
			}
		}
	}
	for _, n := range lang.Names(s) {
		t := s[n.Start:n.End]
		if len(lang.Dates(t, dayZero)) > 0 || len(lang.Quantities(t)) > 0 || len(t) < 3 {
			continue
		}
		out = append(out, t)
	}
	return out
}

func swapName(s, page string, zh bool, r *rand.Rand) string {
	mine := namesOf(s, zh)
	if len(mine) == 0 {
		return ""
	}
	n := mine[r.IntN(len(mine))]
	others := namesOf(page, zh)
	if zh {
		others = append(others, chinesePlaces[r.IntN(len(chinesePlaces))])
	} else {
		others = append(others, []string{"Helsinki", "Margaret Okafor", "Lumina Corporation", "Portugal"}[r.IntN(4)])
	}
	for _, o := range shuffled(others, r) {
		if !strings.Contains(s, o) && !strings.Contains(o, n) && !strings.Contains(n, o) && lang.Detect(o) == lang.Detect(n) && !related(o, n) {
			return strings.Replace(s, n, o, 1)
		}
	}
	return ""
}

// related reports whether two names share a word or a beginning, as "American" and "America" do.
func related(a, b string) bool {
	for _, x := range lang.Words(a) {
		for _, y := range lang.Words(b) {
			if x.Text == y.Text || len(x.Text) > 4 && len(y.Text) > 4 && x.Text[:4] == y.Text[:4] {
				return true
			}
		}
	}
	return false
}

// exchangeNames swaps two names of the sentence in place, unless they are only listed.
func exchangeNames(s string, zh bool, r *rand.Rand) string {
	names := shuffled(namesOf(s, zh), r)
	for i, a := range names {
		for _, b := range names[i+1:] {
			ia, ib := strings.Index(s, a), strings.Index(s, b)
			if ia > ib {
				a, b, ia, ib = b, a, ib, ia
			}
			if ia < 0 || ia+len(a) >= ib || related(a, b) {
				continue
			}
			between := s[ia+len(a) : ib]
			if len(lang.Terms(between)) == 0 || strings.ContainsAny(between, ",;:()、，；（）\"") || strings.Contains(between, " and ") || strings.Contains(between, "和") ||
				strings.Contains(between, " or ") || strings.Contains(between, "与") {
				continue
			}
			return s[:ia] + b + between + a + s[ib+len(b):]
		}
	}
	return ""
}

func negate(s string, zh bool) string {
	if zh {
		for _, p := range [][2]string{{"是", "不是"}, {"位于", "不位于"}, {"成为", "没有成为"}, {"可以", "不可以"}, {"能够", "不能够"}, {"获得", "没有获得"}, {"属于", "不属于"}, {"会", "不会"}, {"有", "没有"}} {
			if i := strings.Index(s, p[0]); i > 0 && !hasAnySuffix(s[:i], "不", "没", "就", "但", "还", "只", "也", "可", "于", "若", "要", "社", "大", "协", "机", "总", "所", "具", "拥", "国", "私", "委员", "员", "学", "议", "晚", "公", "工") &&
				!hasAnyPrefix(s[i+len(p[0]):], "否", "议", "员", "长", "关", "效", "限", "些", "的", "时", "机", "人", "名", "利", "见", "谈", "晤", "场", "址", "计", "社") {
				return s[:i] + p[1] + s[i+len(p[0]):]
			}
		}
		return ""
	}
	for _, aux := range []string{" is ", " was ", " are ", " were ", " has ", " can ", " will ", " had ", " have "} {
		if i := strings.Index(s, aux); i >= 0 && !strings.HasPrefix(s[i+len(aux):], "not ") {
			if aux == " has " || aux == " had " || aux == " have " {
				if !regexp.MustCompile(`^\w+(ed|en|n)\b`).MatchString(s[i+len(aux):]) {
					continue
				}
			}
			return s[:i] + aux + "not " + s[i+len(aux):]
		}
	}
	return ""
}

func hasAnySuffix(s string, list ...string) bool {
	for _, x := range list {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}

func hasAnyPrefix(s string, list ...string) bool {
	for _, x := range list {
		if strings.HasPrefix(s, x) {
			return true
		}
	}
	return false
}

func unnegate(s string, zh bool) string {
	pairs := [][2]string{{" not only ", ""}, {" did not ", " did "}, {" not ", " "}, {" never ", " "}, {" no longer ", " still "}, {"n't ", " "}}
	if zh {
		pairs = [][2]string{{"不仅", ""}, {"没有", "有"}, {"不是", "是"}, {"不能", "能"}, {"不会", "会"}, {"未能", "能"}, {"并未", "已"}, {"从未", "曾"}, {"无法", "能够"}}
	}
	for _, p := range pairs {
		if strings.Contains(s, p[0]) {
			if p[1] == "" {
				return ""
			}
			return strings.Replace(s, p[0], p[1], 1)
		}
	}
	return ""
}

func exaggerate(s string, zh bool, r *rand.Rand) string {
	pairs := [][2]string{{" some ", " all "}, {"Some ", "All "}, {" many ", " all "}, {"Many ", "All "}, {" most ", " all "}, {" may ", " will "}, {" might ", " will "}, {" could ", " will "}, {" often ", " always "},
		{" usually ", " always "}, {" one of the ", " the "}, {" up to ", " exactly "}, {" about ", " exactly "}, {" at least ", " exactly "}, {" more than ", " exactly "}, {" several ", " all "}, {" sometimes ", " always "},
		{" generally ", " always "}, {" probably ", " certainly "}, {" likely ", " certainly "}, {" few ", " no "}, {" nearly ", " more than "}, {" almost ", " more than "}, {" was a ", " was the only "}, {" is a ", " is the only "}}
	if zh {
		pairs = [][2]string{{"一些", "所有"}, {"部分", "全部"}, {"许多", "所有"}, {"很多", "所有"}, {"大多数", "所有"}, {"可能", "一定"}, {"通常", "总是"}, {"经常", "总是"}, {"之一", ""}, {"最多", "恰好"}, {"超过", "不到"}, {"至少", "恰好"},
			{"约", "恰好"}, {"主要", "唯一"}, {"有时", "总是"}, {"往往", "必然"}, {"或许", "必定"}, {"一般", "总是"}, {"是一", "是唯一一"}, {"近", "超过"}}
	}
	for _, p := range shuffled(pairs, r) {
		i := strings.Index(s, p[0])
		if i < 0 {
			continue
		}
		after := s[i+len(p[0]):]
		switch {
		case p[0] == "近" && (len(after) == 0 || after[0] < '0' || after[0] > '9'), p[0] == "约" && (len(after) == 0 || after[0] < '0' || after[0] > '9'):
			continue
		case p[0] == " most " && !hasAnyPrefix(after, "of "), p[0] == "部分" && (strings.HasSuffix(s[:i], "大") || strings.HasSuffix(s[:i], "一")), p[0] == "可能" && strings.HasPrefix(after, "性"):
			continue
		case (p[0] == " about " || p[0] == " at least " || p[0] == " more than " || p[0] == " up to " || p[0] == " nearly " || p[0] == " almost ") && (len(after) == 0 || after[0] < '0' || after[0] > '9'):
			continue
		case p[0] == "之一" && strings.HasSuffix(s[:i], "分"):
			continue
		case p[0] == "一般" && !strings.HasPrefix(after, "来") && i > 0, p[0] == "主要" && !strings.HasPrefix(after, "的"):
			continue
		}
		return strings.Replace(s, p[0], p[1], 1)
	}
	return ""
}

// tally counts by kind.
type tally map[string][2]int

func (t tally) add(kind string, ok bool) {
	x := t[kind]
	x[1]++
	if ok {
		x[0]++
	}
	t[kind] = x
}

func (t tally) String() string {
	var b strings.Builder
	var ok, n int
	for _, k := range sortedKeys(t) {
		x := t[k]
		ok += x[0]
		n += x[1]
		fmt.Fprintf(&b, "%-16s %5d / %5d  %.1f %%\n", k, x[0], x[1], 100*float64(x[0])/float64(x[1]))
	}
	fmt.Fprintf(&b, "%-16s %5d / %5d  %.2f %%\n", "all", ok, n, 100*float64(ok)/float64(max(1, n)))
	return b.String()
}
