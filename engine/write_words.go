package engine

import "fmt"

// A wording is a phrase that the engine itself says, in both languages.
type wording struct{ en, zh string }

// say fills a wording in the language of the question: Chinese, else English.
func say(language string, w wording, args ...any) string {
	if language == "zh" {
		return fmt.Sprintf(w.zh, args...)
	}
	return fmt.Sprintf(w.en, args...)
}

var (
	wordUnsure       = wording{"The pages answer this only in part, or not for certain.", "所读网页只部分回答了这个问题，或并不确定。"}
	wordNothingRead  = wording{"Nothing could be read, so there is nothing to answer from.", "没有读到任何内容，因此无法回答。"}
	wordNotFound     = wording{"Not found: %d pages were searched for %s and none of them answers the question.", "未找到：已在 %d 个页面中查找%s，没有页面回答这个问题。"}
	wordClosest      = wording{"What came closest: “%s” (%s)", "最接近的内容：“%s”（%s）"}
	wordQuoteChinese = wording{"quoted in Chinese", "引文为中文"}
	wordQuoteEnglish = wording{"quoted in English", "引文为英文"}
	wordQuoteOther   = wording{"quoted in the page's language (%s)", "引文为原文语言（%s）"}
	wordYes          = wording{"Yes", "是"}
	wordNo           = wording{"No", "否"}
	wordDiffer       = wording{"The pages do not agree", "各页面说法不一"}
	wordDifferNote   = wording{"The pages do not agree; each statement is given with its source.", "各页面说法不一，以下分别列出。"}
	wordBecause      = wording{"%s: %s", "%s：%s"}
	wordNoSide       = wording{"The pages that were read do not say enough about %s.", "所读网页没有足够的内容说明%s。"}
	wordListMark     = wording{", ", "、"}
)
