package engine

var (
	thoughtFirst   = wording{"Looking for: %s.", "查找：%s。"}
	thoughtEnough  = wording{"%d pages read; the passages answer the question.", "已读 %d 页，所得段落足以回答。"}
	thoughtDry     = wording{"%d pages read and the last round brought nothing new: stopping.", "已读 %d 页，上一轮没有新内容，停止查找。"}
	thoughtSpent   = wording{"%d pages read; the page budget is used up.", "已读 %d 页，页数预算已用完。"}
	thoughtMissing = wording{"%d pages read; still missing: %s.", "已读 %d 页，仍缺：%s。"}
	thoughtMore    = wording{"%d pages read; looking for more that confirms or adds.", "已读 %d 页，继续查找佐证与补充。"}
	whyKeywords    = wording{"the question's own words", "问题中的关键词"}
	whyQuestion    = wording{"the question as it was asked", "按原问题查找"}
	whySpelled     = wording{"the question with a name as pages may spell it", "换一种常见写法"}
	whyMeasure     = wording{"the measure to compare by", "用来比较的数值"}
	whySide        = wording{"one side of the comparison: %s", "对比的一方：%s"}
	whyOther       = wording{"the names in English pages", "英文网页中的名称"}
	whyTranslated  = wording{"the question in the other language", "以另一种语言查找"}
	thoughtOther   = wording{"%d pages read, nearly all of them in another language: searching in that.", "已读 %d 页，几乎都是另一种语言，改用该语言查找。"}
	whyLearned     = wording{"words that the first pages use for it", "已读网页中的相关用词"}
	whyMissing     = wording{"what no page covers yet", "尚无页面涉及的部分"}
	whyHop         = wording{"%s was found on the way to the answer", "由已读内容得到：%s"}
)
