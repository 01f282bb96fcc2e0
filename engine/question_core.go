package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	coreScaffoldZh = []string{
		"请问一下", "请问", "请告诉我", "告诉我", "我想知道", "你知道", "麻烦", "帮我", "请介绍一下", "请介绍", "介绍一下", "请列出", "请列举", "列出", "列举", "请",
		"是做什么工作的", "是做什么的", "是干什么的", "是干嘛的", "做什么工作", "从事什么工作", "从事什么职业", "是从几点到几点", "从几点到几点", "是几点到几点", "几点到几点", "是几点", "几点钟", "几点",
		"是多少钱", "是多少", "有多少", "多少钱", "多少", "是什么时候", "什么时候", "是什么意思", "什么意思", "是什么", "什么是", "叫什么名字", "叫什么", "为什么", "什么样的", "什么", "为何",
		"在哪里", "是哪里", "哪里", "在哪儿", "哪儿", "是哪一年", "哪一年", "是哪年", "哪年", "是哪个", "哪一个", "哪个", "有哪些", "是哪些", "哪些", "哪几个", "哪几", "哪一", "哪家", "哪种", "哪位", "在哪", "是哪",
		"是谁", "有谁", "谁", "何时", "何处", "如何", "怎么样", "怎么", "怎样", "是否", "是不是", "有没有", "能不能", "会不会", "可不可以", "吗", "呢", "分别是", "分别", "有何", "多久", "几个", "几月几日", "几号", "何年何月", "区别", "有什么不同",
	}
	// 多高 asks for a height: the pages say 高48米, or 高度.
	coreMeasureZh = strings.NewReplacer("有多高", " 高 ", "有多大", " 大 ", "有多长", " 长 ", "有多远", " 远 ", "有多重", " 重 ", "有多深", " 深 ", "有多宽", " 宽 ",
		"多高", " 高 ", "多大", " 大 ", "多长时间", " ", "多长", " 长 ", "多远", " 远 ", "多重", " 重 ", "多深", " 深 ", "多宽", " 宽 ", "多快", " 快 ")
	endsInitials = regexp.MustCompile(`\b[A-Za-z]\.[A-Za-z]\.$`) // the U.S.
	coreLeadEn   = regexp.MustCompile(`(?i)^(please |can you |could you |tell me about |tell me |i want to know |give me |do you know )+`)
)

// questionCore takes the scaffolding off a question: what remains is what the pages should say.
func questionCore(text, language string) string {
	text = strings.TrimRight(strings.TrimSpace(text), "?？!！ ")
	if !endsInitials.MatchString(text) {
		text = strings.TrimRight(text, "?？。.!！ ")
	}
	if language == "zh" {
		text = coreMeasureZh.Replace(text)
		for _, s := range coreScaffoldZh {
			text = strings.ReplaceAll(text, s, " ")
		}
		return strings.Join(strings.Fields(text), " ")
	}
	text = coreLeadEn.ReplaceAllString(text, "")
	var keep []string
	for _, w := range strings.Fields(text) {
		f := strings.Trim(lang.Fold(w), ",;:\"'?!.")
		f = strings.TrimSuffix(f, "'s")
		if questionWordsEn[f] || f == "" {
			continue
		}
		keep = append(keep, strings.Trim(w, ",;\"?!"))
	}
	return strings.Join(keep, " ")
}

var (
	sidesVersus  = regexp.MustCompile(`(?i)^(.*?)\s+(?:vs\.?|versus)\s+(.+)$`)
	sidesBetween = regexp.MustCompile(`(?i)\b(?:between|compare|comparing|comparison of)\s+(.+?)\s+(?:and|with|to|or)\s+(.+)$`)
	sidesDiffer  = regexp.MustCompile(`(?i)^how (?:do|does|did|is|are)\s+(.+?)\s+(?:differ|different|compare[sd]?)(?:\s+(?:from|to|with))?\s+(.+)$`)
	sidesOr      = regexp.MustCompile(`(?i)(?:,|:|than|better)\s*([^,]+?)\s+or\s+(.+)$`)
	sidesZh      = regexp.MustCompile(`^(.+?)(?:和|与|跟|同|及|、|相比于|相比|还是|对比|vs\.?|VS\.?)(.+?)(?:之间|相比|的?(?:区别|差异|不同|对比|比较|优缺点)|有什么|有何|有哪些|哪个|哪种|谁|比)`)
	sidesTrail   = regexp.MustCompile(`(?i)\s+(?:in terms of|regarding|with respect to|for|in|when|on)\s.*$`)
)

// questionSides are the things that a comparison compares; nil where they are not plain.
func questionSides(text, language string) []string {
	text = strings.TrimRight(strings.TrimSpace(text), "?？。.!！ ")
	var res []*regexp.Regexp
	if language == "zh" {
		res = []*regexp.Regexp{sidesZh, sidesVersus}
	} else {
		res = []*regexp.Regexp{sidesBetween, sidesVersus, sidesDiffer, sidesOr}
	}
	for _, re := range res {
		m := re.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		left, right := cleanSide(m[1], language), cleanSide(sidesTrail.ReplaceAllString(m[2], ""), language)
		if left != "" && right != "" {
			return append(strings.Split(left, "、"), right)
		}
	}
	return nil
}

func cleanSide(s, language string) string {
	s = strings.Trim(strings.TrimSpace(s), "，,：: \"“”")
	if language == "zh" {
		for _, p := range []string{"请问", "请", "比较一下", "对比一下", "比较", "对比", "一下"} {
			s = strings.TrimPrefix(s, p)
		}
		return strings.TrimSpace(s)
	}
	for {
		first, rest, ok := strings.Cut(s, " ")
		if !ok || !questionWordsEn[lang.Fold(first)] && lang.Fold(first) != "differences" && lang.Fold(first) != "difference" {
			return s
		}
		s = rest
	}
}
