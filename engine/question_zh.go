package engine

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

// questionRuleZh reads a Chinese question: the first rule with a word in the
// question decides. Rules stand from the specific to the general.
type questionRuleZh struct {
	kind   Kind
	expect Expect
	words  []string
}

var questionRulesZh = []questionRuleZh{
	{KindComparison, "", []string{"区别", "差异", "不同之处", "有什么不同", "有何不同", "对比", "比较", "相比", "优缺点", "哪个更", "哪种更", "谁更"}},
	{KindWhy, "", []string{"为什么", "为何", "为啥", "何以", "什么原因", "原因是", "的原因", "原因有", "怎么会", "因为什么", "缘何"}},
	{KindDefinition, "", []string{"什么是", "何为", "什么叫", "何谓", "的定义", "的含义", "是什么意思", "什么意思", "指的是什么", "指什么", "是指什么"}},
	{KindCount, ExpectPercent, []string{"百分之几", "百分之多少", "占比", "比例是多少", "百分比"}},
	{KindCount, ExpectMoney, []string{"多少钱", "多少元", "多少万元", "多少亿元", "多少美元", "多少人民币", "票价", "价格", "售价", "金额", "年薪", "月薪", "薪资", "奖金多少"}},
	{KindWhen, ExpectYear, []string{"哪一年", "哪年", "何年", "几几年", "什么年份", "哪一个年份"}},
	{KindWhen, ExpectDate, []string{"什么时候", "何时", "哪天", "哪一天", "几月", "几号", "几日", "哪个月", "哪月", "什么日期", "什么时间", "哪个时期", "哪个时间", "啥时候", "几点", "哪个年代", "什么年代", "日期是", "时间是", "何年何月", "多少年开始", "多少号"}},
	{KindCount, ExpectDuration, []string{"多久", "多长时间", "多少年", "多少天", "几年", "几天", "多少小时", "几个月", "多少岁", "几岁", "年龄"}},
	{KindCount, ExpectNumber, []string{"多少", "几个", "几人", "几名", "几位", "几次", "几所", "几家", "几种", "几座", "几部", "几枚", "几张", "几条", "几只", "几岁", "几分", "几届", "多高", "多大", "多长", "多远", "多重", "多深", "多宽", "多快", "第几", "几倍", "几场", "几集", "几篇"}},
	{KindWho, ExpectPerson, []string{"谁", "哪位", "何人", "什么人", "哪个人", "哪些人", "是哪位"}},
	{KindWhere, ExpectPlace, []string{"哪里", "哪儿", "何处", "何地", "什么地方", "哪个城市", "哪座城市", "哪个国家", "哪国", "哪个省", "哪个地区", "哪个地方", "哪个市", "哪个县", "哪个区", "在哪", "什么城市", "什么国家", "哪个州", "哪一个国家", "哪一个城市", "哪个洲", "位于哪"}},
	{KindHowTo, "", []string{"怎么办", "怎么做", "如何做", "怎样做", "的步骤", "的方法", "教程", "怎么安装", "怎么使用", "怎么用", "怎么写", "怎么配置", "怎么设置", "怎么申请", "怎么办理", "怎么处理", "如何处理", "怎样处理", "如何办理", "怎样办理", "如何申请", "怎样申请", "如何安装", "怎样安装", "如何使用", "怎样使用", "如何设置", "怎样设置", "如何制作", "怎么制作", "怎样制作", "步骤是", "哪些步骤", "什么步骤", "几个步骤", "分步", "一步一步"}},
	{KindList, "", []string{"哪些", "有哪几", "哪几", "列举", "列出", "有什么", "包括什么", "包含什么", "分别是", "名单"}},
	{KindNews, "", []string{"最新消息", "最新进展", "最新动态", "新闻", "近况", "最新情况", "有什么进展", "发生了什么"}},
	{KindOverview, "", []string{"介绍一下", "介绍", "概述", "综述", "概况", "总结", "说说", "讲讲", "谈谈", "详细说明", "详解", "简介"}},
	{KindYesNo, "", []string{"是否", "是不是", "有没有", "能不能", "可不可以", "会不会", "能否", "可否", "对不对", "对吗", "是真的", "有无", "要不要", "需不需要", "该不该", "有否"}},
	{KindHow, "", []string{"如何", "怎么样", "怎样", "怎么", "何种方式", "什么方式"}},
}

// attributes at the end of a query without a question word, and what they ask for.
var questionAttributesZh = []questionRuleZh{
	{KindWhen, ExpectDate, []string{"时间", "日期", "生日", "开始时间", "发布时间", "上映", "时候", "日子"}},
	{KindWhere, ExpectPlace, []string{"地点", "位置", "地址", "起点", "终点", "举办地", "所在地", "出生地", "城市", "国家", "籍贯", "首都", "总部", "地方", "产地"}},
	{KindCount, ExpectMoney, []string{"价格", "售价", "票房", "营收", "净利润", "金额", "市值", "收入", "工资", "年薪", "月薪", "薪资", "薪酬", "奖金", "成本", "费用", "GDP", "gdp", "利润"}},
	{KindCount, ExpectPercent, []string{"比例", "占比", "率", "增速", "增长率", "百分比"}},
	{KindCount, ExpectNumber, []string{"人数", "数量", "吞吐量", "销量", "面积", "高度", "长度", "人口", "次数", "数", "总数", "产量", "身高", "体重", "距离", "速度", "比分", "排名", "年龄", "里程", "海拔", "容量", "规模", "量", "评分", "分数"}},
	{KindWho, ExpectPerson, []string{"主演", "导演", "作者", "创始人", "总统", "校长", "董事长", "得主", "获奖者", "主持人", "总理", "首相", "冠军", "教练", "主教练", "编剧", "歌手", "演唱者", "ceo", "CEO", "负责人", "发明者", "扮演者", "设计师", "院长", "部长", "书记", "市长", "代言人", "主席", "国王", "妻子", "丈夫", "父亲", "母亲", "儿子", "女儿"}},
}

// questionKindZh sets Kind, Expect and Head of a Chinese question; f is its folded text.
func questionKindZh(a *Analysis, f string) {
	f = strings.TrimRight(f, "?？。.!！ 呢啊呀")
	for _, m := range falseMarksZh {
		f = m.is.ReplaceAllString(f, m.cut)
	}
	if strings.HasSuffix(f, "吗") || strings.HasSuffix(f, "么") && !strings.HasSuffix(f, "什么") && !strings.HasSuffix(f, "怎么") {
		a.Kind = KindYesNo
		return
	}
	if hasAny(f, whetherZh) && !hasAny(f, askingZh) {
		a.Kind = KindYesNo
		return
	}
	a.Head = questionHeadZh(f)
	way := hasAnyPrefix(f, "如何", "怎么", "怎样", "请问如何", "请问怎么")
	for _, r := range questionRulesZh {
		if way && r.kind == KindYesNo { // 如何判断是不是
			continue
		}
		if hasAny(f, r.words) {
			a.Kind, a.Expect = r.kind, r.expect
			if r.kind == KindComparison && hasAny(f, []string{"多少", "几"}) {
				a.Kind, a.Expect = KindCount, ExpectNumber
			}
			return
		}
	}
	if k, ok := questionHeadRuleZh(a.Head); ok {
		a.Kind, a.Expect = k.kind, k.expect
		return
	}
	switch {
	case hasAny(f, []string{"哪个", "哪一", "哪家", "哪种", "哪部", "哪支", "哪所", "哪座", "哪款", "哪本", "哪场", "哪项", "哪届", "哪"}):
		a.Kind = KindWhich
	case strings.HasSuffix(f, "是什么") && termRunes(f) <= 10 && !strings.Contains(f, "的"):
		a.Kind = KindDefinition
	case hasAny(f, []string{"什么", "啥", "何", "几"}):
		a.Kind = KindFact
	default:
		questionKeywordsZh(a, f)
	}
}

// whetherZh ask for yes or no where none of askingZh asks for something else.
var (
	whetherZh = []string{"是否", "是不是", "有没有", "能不能", "可不可以", "会不会", "能否", "可否", "有无", "该不该", "要不要", "需不需要"}
	askingZh  = []string{"什么", "啥", "谁", "哪", "几", "多少", "多久", "多长", "多大", "多高", "何", "怎", "吗", "区别", "比较"}
)

// falseMarksZh are where characters of two words side by side look like a word
// that asks (被称为|什么, 科罗拉多|大学), and 比较 that only means rather.
var falseMarksZh = []struct {
	is  *regexp.Regexp
	cut string
}{
	{regexp.MustCompile(`([称成作做当分认名译改变视誉定列评封化转命]为)([什何])`), "$1 $2"},
	{regexp.MustCompile(`([许很诸更最较众繁]多)([大长高重])`), "$1 $2"},
	{regexp.MustCompile(`(多)(大[学陆利型量])`), "$1 $2"},
	{regexp.MustCompile(`(在)(哪[一个些部种本次场届])`), "$1 $2"},
	{regexp.MustCompile(`(.)比较([密适好大小高低多少快慢强弱近远难早晚长短新老便贵安常普容困重著有流特喜])`), "$1 $2"},
}

// questionHeadZh is what stands after 哪个, 什么 and the like, or before 是什么: 城市 of 哪个城市.
func questionHeadZh(f string) string {
	for _, m := range []string{"哪一个", "哪个", "哪家", "哪种", "哪部", "哪支", "哪所", "哪座", "哪款", "哪项", "哪位", "哪", "什么", "多少", "何种", "几"} {
		i := strings.Index(f, m)
		if i < 0 {
			continue
		}
		if h := leadHan(f[i+len(m):], 4); h != "" && !strings.HasPrefix(h, "时候") {
			return h
		}
		before := strings.TrimRight(f[:i], "是为叫有,， ")
		if j := strings.LastIndex(before, "的"); j >= 0 {
			before = before[j+len("的"):]
		}
		if r := []rune(before); len(r) > 0 && len(r) <= 8 {
			return before
		}
		return ""
	}
	return ""
}

// leadHan is the run of at most n Han characters that s begins with, up to a function character.
func leadHan(s string, n int) string {
	var b strings.Builder
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) || n == 0 || strings.ContainsRune("的是在了和与被为有对于", r) {
			break
		}
		b.WriteRune(r)
		n--
	}
	return b.String()
}

func questionHeadRuleZh(head string) (questionRuleZh, bool) {
	if head == "" {
		return questionRuleZh{}, false
	}
	for _, r := range questionAttributesZh {
		for _, w := range r.words {
			if len(w) >= len("时间") && (strings.HasSuffix(head, w) || strings.HasPrefix(head, w)) {
				return r, true
			}
		}
	}
	return questionRuleZh{}, false
}

// questionKeywordsZh reads a query without a question word by the attribute it ends in.
func questionKeywordsZh(a *Analysis, f string) {
	a.Kind = KindFact
	best, at := questionRuleZh{}, -1
	for _, r := range questionAttributesZh {
		for _, w := range r.words {
			if i := strings.LastIndex(f, w); i >= 0 && i+len(w) > at && (len(w) > len("率") || i+len(w) == len(f)) {
				best, at = r, i+len(w)
			}
		}
	}
	if at >= 0 && len(f)-at <= len("是哪里呢") {
		a.Kind, a.Expect = best.kind, best.expect
		return
	}
	if len([]rune(f)) <= 6 {
		a.Kind = KindOverview
	}
}

// termRunes counts characters, a word in Latin letters as two.
func termRunes(s string) int {
	n := 0
	for _, t := range lang.Words(s) {
		if n++; t.Kind != lang.KindHan {
			n++
		}
	}
	return n
}
