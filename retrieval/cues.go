package retrieval

import "strings"

// A cue ties words of a question to words that sentences answer it with.
type cue struct{ asks, says string }

// cues, English and Chinese: question words, parted by |, and words of
// answers, parted by spaces. A question takes every row whose words it has.
var cues = []cue{
	{"how old|what age", "age aged born years old"},
	{"how tall|how high|height", "tall height high metres feet ft elevation altitude"},
	{"how long|length", "long length kilometres miles metres years months days hours minutes lasted last"},
	{"how far|distance", "distance kilometres miles away km light-years"},
	{"how big|how large|size|what area|area of", "area size square kilometres acres hectares large largest"},
	{"how deep|depth", "deep depth metres feet"},
	{"how heavy|weigh|weight|mass", "weighs weight mass kilograms tonnes pounds"},
	{"how fast|speed", "speed per hour second km/h mph"},
	{"how hot|how cold|temperature", "temperature degrees celsius fahrenheit"},
	{"how often", "every annually daily weekly monthly times year"},
	{"how many people|population|inhabitants", "population inhabitants people residents census"},
	{"cost|price|how much money|expensive|worth|pay|paid", "cost price dollars million billion paid worth euros pounds"},
	{"percent|percentage|proportion|what fraction|what share", "percent per cent proportion share half third quarter"},
	{"born|birth|birthplace", "born birth native"},
	{"die|died|death|dead", "died death killed buried passed"},
	{"kill|killed|casualties", "killed died dead deaths casualties"},
	{"wife|husband|married|marry|spouse", "wife husband married marriage wed spouse"},
	{"father|mother|parents|son|daughter|child|children", "father mother parents son daughter children born family"},
	{"founded|found|established|started|begin|began|start|created|formed|origin", "founded established created began started formed opened first introduced originated"},
	{"end|ended|finish|stop|stopped", "ended until last finished ceased closed"},
	{"build|built|constructed", "built constructed construction completed opened"},
	{"invent|invented|discover|discovered", "invented discovered developed first"},
	{"write|wrote|written|author", "wrote written author published book"},
	{"located|location|where", "located in situated north south east west near"},
	{"study|studied|school|college|university|education|educated", "studied attended graduated university college school degree educated"},
	{"language|speak|spoken", "language spoken speak official"},
	{"religion|religious", "religion church christian muslim catholic protestant"},
	{"capital", "capital city"},
	{"named after|name come from|name mean|meaning|mean|called|nickname|known as|term for", "named called known name means meaning meant term refers derived"},
	{"made of|material|composed|consist|contain", "made composed consists contains material comprising"},
	{"why|reason|cause|caused", "because due reason caused cause result led therefore"},
	{"won|win|winner|victory|champion", "won defeated victory winner champion beat"},
	{"lost|lose", "lost defeated beat"},
	{"job|occupation|profession|career|work as|living", "worked profession career became served"},
	{"win the award|prize|awarded|award", "awarded prize award received won"},
	{"biggest|largest|most|highest|greatest", "largest biggest most highest greatest"},
	{"oldest|earliest|first", "first oldest earliest"},
	{"example|examples|such as|kinds|types|type of|kind of", "such include including example like"},
	{"move|moved|go|went|travel", "moved went travelled left arrived settled"},
	{"opinion|believe|think|view|say", "believed argued said claimed thought according stated"},
	{"eat|food|diet|feed", "eat feed diet food prey"},
	{"年龄|多大年纪|几岁|多少岁", "岁 出生 年龄"}, {"多高|海拔|高度", "海拔 高 米 公里"}, {"多长|长度", "长 公里 米 千米"},
	{"面积|多大", "面积 平方公里 平方米 公顷 亩"}, {"人口|多少人", "人口 万人 居民 人"}, {"距离|多远", "距 公里 千米 光年"},
	{"出生|生于", "出生 生于 诞生"}, {"去世|逝世|死亡|死于|什么时候死", "去世 逝世 病逝 死于 遇难 身亡 卒"},
	{"成立|创立|创办|建立|创建|建校", "成立 创立 创办 建立 创建 始建 设立 组建"}, {"建成|修建|建造|竣工|通车", "建成 修建 建造 竣工 兴建 落成 通车"},
	{"位于|哪里|地点|何处|在哪", "位于 地处 坐落 在 举行"}, {"毕业|学校|大学", "毕业 就读 考入 学院 大学"}, {"作者|谁写|谁创作", "作者 著 创作 撰写 所著"},
	{"价格|多少钱|费用|售价|金额|资金|投资", "元 万元 亿元 价格 售价 美元 投资 费用"}, {"比例|占比|百分|率是", "百分 占 比例 同比 率"},
	{"原因|为什么|为何", "因为 由于 原因 因此 因 导致"}, {"目的|目标", "旨在 为了 目的 目标 以便 推动 促进"}, {"作用|功能|意义", "作用 用于 有助 功能 意义 能够"},
	{"别名|又称|又名|叫什么|名字|名称", "又称 又名 别名 称为 俗称 简称 名为"}, {"妻子|丈夫|结婚|配偶|父亲|母亲|儿子", "妻子 丈夫 结婚 娶 嫁 婚 之子 父亲 母亲"},
	{"职务|职位|担任", "担任 任 出任 就任 主席 总统 部长"}, {"冠军|获胜|夺冠|奖", "冠军 获得 夺冠 击败 荣获 奖"}, {"上映|发行|播出|出版|发布", "上映 首映 发行 播出 出版 推出 首播 发布"},
	{"导演|主演", "导演 执导 主演 饰演"}, {"受伤|伤亡|遇难", "受伤 死亡 伤亡 遇难"}, {"温度|气温", "气温 温度 摄氏 度 ℃"}, {"多久|多长时间", "小时 分钟 天 年 月 持续 为期"},
	{"分布|产于|生长", "分布 产于 生长 栖息 主要"}, {"组成|包括|包含|构成", "组成 包括 包含 分为 由"}, {"属于|什么类", "属于 属 一种 类 科"},
}

// cueTerms are the answer words of the cues that a question has, by hash. For
// Han words of two characters the key is their pair.
func (a *analyzer) cueTerms(question string) map[uint64]bool {
	s := " " + strings.ToLower(question)
	out := map[uint64]bool{}
	for _, c := range cues {
		if !c.asked(s) {
			continue
		}
		toks, _ := a.tokenize(c.says)
		for i, t := range toks {
			switch {
			case t.flags&tokHan == 0:
				out[uint64(t.hash)] = true
			case t.flags&tokJoined != 0:
				out[pairKey(toks[i-1].hash, t.hash)] = true
			case i+1 == len(toks) || toks[i+1].flags&tokJoined == 0:
				out[uint64(t.hash)] = true
			}
		}
	}
	return out
}

// asked reports whether the question, lower case and with a space before it,
// has one of the cue's words, English ones whole.
func (c cue) asked(s string) bool {
	for _, w := range strings.Split(c.asks, "|") {
		if w[0] >= 0x80 {
			if strings.Contains(s, w) {
				return true
			}
			continue
		}
		for rest := s; ; {
			i := strings.Index(rest, " "+w)
			if i < 0 {
				break
			}
			rest = rest[i+1+len(w):]
			if rest == "" || rest[0] < 'a' || rest[0] > 'z' {
				return true
			}
		}
	}
	return false
}
