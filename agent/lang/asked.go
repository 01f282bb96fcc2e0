package lang

import "strings"

var (
	// askLead begin a question or a request in English.
	askLead = wordTable(`what which who whom whose when where why how is are was were do does did can could has have had will would should may
tell list name describe compare explain give show find summarize summarise define introduce and or but so then also in on at for since by from of to`)
	// askLatin ask in English.
	askLatin = wordTable(`what which who whom whose when where why how is are was were do does did can could`)
	// askHan ask in Chinese.
	askHan = []string{"什么", "谁", "哪", "多少", "几", "怎", "如何", "吗", "呢", "是否", "为何", "介绍", "区别", "能不能", "有没有", "是不是"}
)

func wordTable(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// Asked names the language that a question is put in, as Detect does, but by
// what asks where that tells: names in another script do not turn it. "Who
// founded 鸣泉制药?" is English, "v-if 和 v-show 有什么区别" Chinese.
func Asked(s string) string {
	l := Detect(s)
	if l != "zh" && l != "en" {
		return l
	}
	words := Words(s)
	han, latin := false, false
	for _, h := range askHan {
		han = han || strings.Contains(s, h)
	}
	for _, w := range words {
		latin = latin || askLatin[w.Text]
	}
	switch {
	case l == "en" && han && !latin:
		return "zh"
	case l == "zh" && !han && len(words) > 2 && askLead[words[0].Text] && words[1].Kind == KindWord:
		return "en"
	}
	return l
}
