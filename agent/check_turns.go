package agent

import (
	"sort"
	"strings"
	"sync"
)

// A signal is a class of words that turn the meaning of a sentence.
type signal uint32

// The classes. None of them can be added to what a quote says; which may be
// left out, and what stands in for what, is in check_sense.go.
const (
	sigNot     signal = 1 << iota                   // not, never, no, without, fail to; 不, 没有, 未
	sigMay                                          // may, might, possibly; 可能, 或许
	sigRumour                                       // reportedly, claimed, allegedly; 据传, 声称
	sigPlan                                         // will, plans to, is expected to; 将, 计划, 预计
	sigIf                                           // if, unless, provided; 如果, 除非
	sigMust                                         // must, required; 必须
	sigSure                                         // certainly, definitely; 一定, 必然
	sigAll                                          // all, every, always; 全部, 都
	sigMost                                         // most of, mainly; 大多数
	sigMany                                         // many, often; 许多
	sigSome                                         // some, sometimes; 部分, 有些
	sigFew                                          // few, rarely; 少数
	sigOnly                                         // only, sole; 仅, 唯一
	sigMore                                         // more than, at least, over; 超过, 至少
	sigLess                                         // less than, nearly; 不到, 近
	sigUpTo                                         // up to, at most; 最多
	sigExact                                        // exactly; 恰好
	sigOneOf                                        // one of, among; 之一
	sigTop                                          // the most, -est; 最
	sigCause                                        // because, led to; 因为, 导致
	sigTry                                          // tried to; 试图
	sigThan                                         // than; 比
	sigPassive                                      // was … by; 被
	sigWill                                         // will, shall
	sigNotOnly                                      // not only, not until; 不仅
	sigDeny                                         // reject, deny, rule out; 拒绝, 否认
	sigStop                                         // dropped, ended, banned: what is no longer so
	sigWhen                                         // when, once; 时
	sigShould                                       // should; 应该
	sigSuspect                                      // suspected of, accused of; 涉嫌
	sigNumeric signal = sigMore | sigLess | sigUpTo // only beside a number
	sigNone    signal = 0
)

// turnTable lists the phrases of each class; "-" are phrases that hold such a
// word and turn nothing.
var turnTable = [...]struct {
	sig   signal
	words string
}{
	{sigNotOnly, `not only|not just|not merely|not least|not until|cannot only|can not only|isn't just|isn't only|wasn't until|不仅|不但|不只|不光|不仅仅`},
	{sigNone, `above sea level|below sea level|above ground|no longer than|no doubt|nothing but|no less|cannot but|may 1|no matter|more or less|after all|above all|first of all|most recently|at most times|if any|if not|will of|free will|all over|such as|as many as|as much as|over time|over the years|over the course|all time|no one else|every bit|better than ever|ever since|by far|so far|as far as|other than|less so|so that|such that|might and|must see|over there|all-time|no 1|some of the|so-called|overall|in order|likely to be found|what if|as if`},
	{sigNot, `not|no|never|none|none of|nobody|nothing|nowhere|neither|nor|without|cannot|can't|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|won't|wouldn't|couldn't|shouldn't|hasn't|haven't|hadn't|mustn't|needn't|ain't|fail to|fails to|failed to|failing to|failure to|unable to|inability to|no longer|lack|lacks|lacked|lacking|hardly|scarcely|barely|far from|instead of|rather than|absence of|impossible|untrue|false|incorrect|contrary to|all but`},
	{sigDeny, `may not|must not|mustn't|deny|denied|denies|denying|refute|refuted|refutes|rejected|reject|rejects|rejecting|rejection|refused|refuse|refuses|refusing|declined to|decline to|dismissed|turned down|turn down|turns down|voted down|vote down|threw out|vetoed|veto|rule out|ruled out|rules out|rule it out|rule that out|ruled it out|rule this out|exclude|excluded|excludes|except|except for|with the exception of|opposed|opposes|banned from|prevented from|prevent|prevents`},
	{sigStop, `dropped|drops|drop|removed|ended|stopped|ceased|discontinued|abolished|withdrew|cancelled|canceled|banned|bans|ban|prohibits|prohibited|prohibit|forbids|forbidden|exempt|exempted|exempts|avoids|avoided|closed|lost|refrain|missing|unaffected|spared`},
	{sigMay, `may|might|possibly|perhaps|maybe|probably|likely|potentially|could be|could have|could become|could lead|could cause|could reach|could help|could also|could|possible that|potential|presumably|apparently|seem|seems|seemed|appears to|appeared to|suggests that|suggest that|unclear whether|unclear if|not certain|uncertain|tentatively|estimated|thought to|theoretically|may be`},
	{sigRumour, `reportedly|allegedly|supposedly|purportedly|rumour|rumours|rumoured|rumor|rumors|rumored|according to rumours|according to rumors|claimed|claims|claim that|claiming|believed to|is believed|are believed|was believed|it is believed|believed that|some say|some believe|legend has it|according to legend|hoax|conspiracy|myth that|unconfirmed|gossip|hearsay|speculated|speculation|mistakenly|falsely|wrongly|pretended|joked|fictional|in the novel|in the film|hypothetical|theory that`},
	{sigWill, `will|shall|agreed to|agrees to|going to|set to|scheduled to|scheduled for|due to open|is to be|are to be|about to|promised to|pledged to|vowed to|would`},
	{sigSuspect, `suspected of|suspected|accused of|accuses|accused|alleged|charged with|suspicion`},
	{sigPlan, `plans to|planned to|plan to|planning to|intends to|intended to|intend to|aims to|aimed to|hopes to|hoped to|expected to|is expected|are expected|was expected|expected|planned|intended|proposed|proposes|propose|slated|upcoming|forthcoming|projected|forecast|considering|wants to|wanted to|was to be|were to be|yet to`},
	{sigWhen, `when|whenever|once|upon|while|by the time|时|时候|当|一旦|情况下|期间|以后|之后|后`},
	{sigIf, `even if|as if|if|unless|provided that|provided|as long as|only when|in case|assuming|on condition that|were it not|subject to|depending on|except when|otherwise|whether|on the condition|under the condition|what if`},
	{sigMust, `must|have to|has to|had to|required to|is required|are required|mandatory|compulsory|obliged to`},
	{sigShould, `should|ought to|need to|needs to|supposed to|recommended to|应该|应当`},
	{sigSure, `certainly|definitely|undoubtedly|surely|guaranteed|inevitably|without doubt|proven|proved|proves|conclusively|indisputably|absolutely|guarantees|guarantee|always will`},
	{sigAll, `all|every one|every|everyone|everybody|everything|always|entire|entirely|whole|completely|fully|totally|anyone|everywhere|unanimously|universally|invariably|wholly`},
	{sigMost, `most of|most|most people|the majority of|majority|majority of|mostly|mainly|largely|primarily|predominantly|usually|generally|typically|normally|nearly all|almost all|almost every|almost always|nearly every|for the most part|vast majority|tends to|tend to|tended to`},
	{sigMany, `many|numerous|several|often|frequently|commonly|various|a lot of|lots of|a large number of|countless|dozens of|hundreds of|thousands of|millions of|widely`},
	{sigSome, `some|some of|sometimes|partly|partially|part of|in part|certain|a number of|occasionally|at times|in some cases|to some extent|a portion of|one of several|a few|slightly|somewhat|a bit|a little`},
	{sigFew, `few|few of|rare|rarely|seldom|a minority of|minority|only a few|a handful of|handful|only some|little`},
	{sigOnly, `only|sole|solely|exclusively|the only|just|merely|nothing but|alone|unique|uniquely`},
	{sigMore, `more than|at least|over|above|older than|longer than|larger than|bigger than|heavier than|later than|taller than|exceeding|exceeds|exceeded|exceed|greater than|no fewer than|no less than|not less than|minimum of|a minimum of|upwards of|or more|and above|in excess of|higher than|surpassed|beyond|starting at|starts at|from at least`},
	{sigLess, `less than|fewer than|under|below|younger than|shorter than|smaller than|lighter than|earlier than|nearly|almost|close to|just under|short of|lower than|approaching|not quite`},
	{sigUpTo, `up to|at most|no more than|not more than|maximum of|a maximum of|as many as|as much as|as high as|or less|or fewer|not exceeding|limited to|capped at`},
	{sigExact, `exactly|precisely|an exact`},
	{sigOneOf, `one of|among|amongst|some of the|part of the`},
	{sigTop, `the most|the least|best|worst|foremost|unrivalled|unmatched|world-class|leading|top|number one|unprecedented|the first ever|most famous|most popular|most important|most common`},
	{sigCause, `because|because of|due to|owing to|thanks to|led to|leads to|lead to|leading to|caused|causes|cause|causing|caused by|results in|resulted in|result of|as a result|therefore|thus|hence|consequently|so that|in order to|attributed to|triggered|brought about|owing|prompted`},
	{sigTry, `tried to|try to|tries to|trying to|attempted to|attempts to|attempt to|attempting to|attempted|seeks to|sought to|seeking to|wanted to|almost won|asked for|called for|calls for|urged|offered to|threatened to|demanded|encouraged|invited to|applied for|nominated|nominated for|candidate|bid to`},
	{sigThan, `than|compared with|compared to|relative to`},

	{sigNone, `需要|需|不同|不断|不少|不久|不管|不论|无论|非常|除非常|差不多|不得不|不过|未来|未必然|没准|无数|无限|无线|无意中|并非不|不可避免|莫非|不错|不妨|不惜|不朽|不禁|不由|非洲|非凡|无锡|未成年|不锈钢|不动产|无机|无产|无人机|非遗|非物质|南非|北非|东非|西非|中非|是非|无疑|大都|首都|成都|都市|丰都|大都会|都会|古都|帝都|都柏林|将军|将领|将近|上将|中将|少将|大将|名将|即将到来|主将|麻将|部分子|可能性|所有权|所有者|所有制|最近|最后|最终|最初|最新|每天|每年|每日|每月|每周|每小时|每秒|每人|每个人|全国|全球|全世界|全部门|全面|全长|全称|全名|安全|完全|全体|健全|若干|若是|倘若|比如|比赛|比例|比较|比分|比利时|比亚迪|对比|比重|比喻|比特|相比之下|百分比|高达|多达|异常|正常|日常|平常|常数|常规|常务|常委|常常年|常住|常用|近年|近代|近日|附近|近期|最近|接近|近东|邻近|亲近|近平|一致|一直|超级|超市|超人|低于零|以上各|以上是|多年|多次|多种|多个|多数|大多|部分|部门|将会晤|一定程度|一定的|有一定|每一个|未知|未遂|禁止|计划生育|计划经济|定时|不等|不等式|不丹|不列颠|无法|没收|出没|淹没|埋没|吞没|沉没|或者|会议|会员|会长|社会|协会|委员会|大会|奥运会|学会|理事会|工会|议会|应该|应用|预计|一些|一般|有的|有些|有时|于是|不|因素|原因|起因|基因|肯定|仅仅|就是|唯一|几乎|人才|天才|才能|才华|秀才|司令|命令|法令|指令|口令|夏令营|令人|一只|两只|这只|那只|每只|皇冠|王冠|桂冠|冠名|冠状`},
	{sigDeny, `拒绝|否认|否定|否决|驳回|排除|除外|除了|反对|不包括|回绝|禁止|严禁|推翻`},
	{sigStop, `停止|取消|终止|移除|删除|失去|避免|免于|停航|停运|停用|闭馆|关闭`},
	{sigNot, `不|没|没有|未|未曾|尚未|从未|并未|并非|并不|不是|不会|不能|无法|不可|不再|不曾|不得|毫无|无|非|绝不|决不|从不|未能|缺乏|缺少|失败|未遂|不足以|没能|不肯|不愿|不予|不实|虚假|假的|难以|不支持|不需要|不属于|未必`},
	{sigMay, `可能|或许|也许|大概|恐怕|似乎|好像|疑似|或将|或会|未必|有望|不排除|潜在|估计|大约可能|看来|推测|可能会|说不定|据推测|没准|理论上|尚不确定|怀疑`},
	{sigRumour, `据说|据传|传闻|谣传|传言|声称|宣称|自称|相传|据称|据悉可能|传说|谣言|坊间|爆料|误传|误以为|误认为|网传|号称|流言|一般认为|有人认为|被认为|人们认为|普遍认为|有人说`},
	{sigWill, `将于|将会|将在|即将|将要|将成为|将达|将达到|将举行|将从|将由|将继续|将推出|将开|将建|将是|将有|将与|将对|将为|将首`},
	{sigPlan, `尚须|尚需|尚待|仍需|仍须|还需|还须|还需要|有待|预计|计划|拟|打算|准备|有望|希望|承诺|提议|建议|筹备|力争|争取|目标是|定于|会在未来|规划|旨在`},
	{sigIf, `如果|假如|假使|倘若|若|若是|要是|只要|除非|的话|前提是|条件是|前提下|否则|视…而定|是否`},
	{sigSuspect, `涉嫌|被控|被指|疑为|指控`},
	{sigMust, `必须|必需|务必|不得不|强制|必须要`},
	{sigSure, `一定|必然|肯定|必定|无疑|毫无疑问|确定|绝对|势必|必将|保证|证实|证明|铁定|注定`},
	{sigAll, `全部|所有|一切|每个|每一个|每位|每名|每一幅|每幅|每一|全都|总是|始终|完全|全体|任何|一律|无一例外|整个|凡是|各个|各地|全年`},
	{sigMost, `大多数|大多|多数|大部分|绝大多数|绝大部分|主要|通常|一般|往往|大都|几乎所有|几乎全部|过半`},
	{sigMany, `许多|很多|众多|大量|不少|经常|常常|常|多个|多次|多种|数十|数百|数千|广泛|多位|多名|多家|若干`},
	{sigSome, `一些|部分|有些|有的|有时|某些|一部分|偶尔|少许|若干|其中一|在一定程度上|一定程度|略|稍`},
	{sigFew, `少数|很少|极少|鲜有|罕见|个别|少量|极少数|不多`},
	{sigOnly, `只|仅|仅仅|唯一|只有|才|独家|单单|独自|惟一|只是|仅有|只能`},
	{sigMore, `超过|超|逾|至少|不少于|不低于|以上|高于|多于|大于|起码|多万|多亿|多人|多名|多个|多年|不下|超出|最少`},
	{sigLess, `不到|不足|低于|少于|小于|近|将近|接近|几乎|差点|险些|以内|未满|不满`},
	{sigUpTo, `最多|至多|不超过|以下|不多于|上限|不高于|最高可|最高会|最大可|最高达|最长可|最长可达|最长达|最快可|最高|最长|最大`},
	{sigExact, `恰好|正好|恰恰|刚好|整整|精确|准确地|确切`},
	{sigOneOf, `之一|其中之一|之列|其一`},
	{sigTop, `最|首屈一指|冠|榜首|第一大|头号|顶尖|史上`},
	{sigCause, `因为|由于|因|导致|造成|引起|引发|因此|因而|所以|使得|致使|从而|归因于|起因于|得益于|促使|为此|于是|令`},
	{sigTry, `试图|企图|尝试|力图|呼吁|要求|申请|提名|候选|差点|未遂|谋求|竞选|争夺|意图`},
	{sigThan, `比|相比|较之|于…相比|较`},
	{sigPassive, `被|由|受到|遭|遭到|为…所`},
}

type phrase struct {
	words []string
	sig   signal
	text  string
}

type turnIndex struct {
	first map[string][]phrase // by first word; longest first
}

var turnWords = sync.OnceValue(func() turnIndex {
	ix := turnIndex{map[string][]phrase{}}
	merged := map[string]signal{}
	neutral := map[string]bool{}
	for _, t := range turnTable {
		for _, w := range strings.Split(t.words, "|") {
			if t.sig == sigNone {
				neutral[w] = true
			}
			merged[w] |= t.sig
		}
	}
	for w, sig := range merged {
		p := phrase{sig: sig, text: w}
		if w[0] < 0x80 {
			p.words = strings.FieldsFunc(w, func(r rune) bool { return r == ' ' || r == '-' })
		} else {
			for _, r := range w {
				p.words = append(p.words, string(r))
			}
		}
		ix.first[p.words[0]] = append(ix.first[p.words[0]], p)
	}
	for _, list := range ix.first {
		sort.Slice(list, func(i, j int) bool {
			if len(list[i].words) != len(list[j].words) {
				return len(list[i].words) > len(list[j].words)
			}
			return list[i].text < list[j].text
		})
	}
	return ix
})

// findTurns finds the turning words of a sentence, the longest phrase first.
func findTurns(s *sentence) []turn {
	var out []turn
	ix := turnWords()
	for i := 0; i < len(s.elems); {
		e := &s.elems[i]
		sig, n := turnAt(s, i, ix)
		if n == 0 {
			switch {
			case topWord(e):
				sig = sigTop
			case e.kind == elemNum && moreThan(e.qty.Text):
				sig = sigMore
			}
			n = 1
		}
		if sig = s.inContext(sig, i, n); sig != sigNone {
			out = append(out, turn{sig, s.text[e.start:s.elems[i+n-1].end], i, i + n - 1, e.clause})
			if e.kind != elemNum {
				for k := i; k < i+n; k++ {
					s.elems[k].sig |= sig
				}
			}
		}
		i += n
	}
	return out
}

// moreThan reports a quantity such as 300多人 that says "and some more".
func moreThan(text string) bool {
	return strings.Contains(text, "多") || strings.Contains(text, "余")
}

// inContext takes back the classes that the words have only in other company:
// a number beside them, or none.
func (s *sentence) inContext(sig signal, i, n int) signal {
	next := i + n
	word := s.elems[i].word
	if s.elems[i].kind == elemNum {
		return sig
	}
	number := s.numberAfter(next) >= 0 || next+1 < len(s.elems) && (s.elems[next].word == "an" || s.elems[next].word == "a") && timeWord(s.elems[next+1].word)
	if sig&sigNumeric != 0 {
		if behind := followsNumber(s.text[s.elems[i].start:s.elems[next-1].end]); !behind && !number || behind && (i == 0 || s.elems[i-1].kind != elemNum) {
			sig &^= sigNumeric
			if strings.HasPrefix(word, "最") {
				sig |= sigTop
			}
		}
	}
	if sig&(sigShould) != 0 && number || sig&sigSome != 0 && number {
		sig = sigNone
	}
	if (word == "provided" || word == "若") && n == 1 && i > 0 && s.elems[i-1].clause == s.elems[i].clause && !s.elems[i-1].stop && !strings.Contains("说称告示定道议明", s.elems[i-1].word) {
		sig = sigNone // gave; a part of a name
	}
	if sig&sigWhen != 0 && word == "while" {
		sig = sigNone
	}
	if word == "without" && (i == 0 || s.elems[i-1].clause != s.elems[i].clause) && s.elems[i].clause == 0 {
		sig = sigIf | sigNot
	}
	if word == "most" && n == 1 {
		sig = s.most(i)
	}
	if word == "every" && next < len(s.elems) && (number || timeWord(s.elems[next].word)) {
		sig = sigNone
	}
	return sig
}

// numberAfter is the number that a "more than" before element i is about: next,
// or, in Chinese, a little further on in the clause. It is -1 where there is none.
func (s *sentence) numberAfter(i int) int {
	reach := 2
	if s.zh {
		reach = 7
	}
	for k := i; k < len(s.elems) && k < i+reach && s.elems[k].clause == s.elems[i].clause; k++ {
		if s.elems[k].kind == elemNum {
			return k
		}
		if s.elems[k].kind == elemWord && !s.elems[k].stop {
			break
		}
	}
	return -1
}

// followsNumber reports the bounds that stand after their number.
func followsNumber(text string) bool {
	switch strings.ToLower(text) {
	case "以上", "以下", "以内", "or more", "and above", "or less", "or fewer":
		return true
	}
	return false
}

// most tells "most farms" from "the most famous" and "most famous".
func (s *sentence) most(i int) signal {
	if i+1 >= len(s.elems) {
		return sigNone
	}
	if i > 0 && s.elems[i-1].clause == s.elems[i].clause {
		switch s.elems[i-1].word {
		case "the", "its", "his", "her", "their", "s", "second", "third":
			return sigTop
		}
	}
	next := s.elems[i+1].word
	for _, end := range [...]string{"ous", "ful", "al", "ive", "ic", "ant", "ent", "able", "ible", "ed", "ing", "ly", "ant"} {
		if strings.HasSuffix(next, end) {
			return sigTop
		}
	}
	if s.elems[i+1].kind == elemWord {
		return sigMost
	}
	return sigNone
}

func timeWord(w string) bool {
	switch w {
	case "year", "years", "month", "day", "days", "week", "hour", "hours", "minute", "minutes", "season", "spring", "summer", "autumn", "winter",
		"night", "morning", "evening", "time", "few", "other", "decade", "second", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return true
	}
	return false
}

// turnAt matches the longest phrase at element i.
func turnAt(s *sentence, i int, ix turnIndex) (signal, int) {
	e := &s.elems[i]
	if e.kind != elemWord && e.kind != elemHan || e.name && e.kind == elemWord {
		return 0, 0
	}
	for _, p := range ix.first[e.word] {
		if i+len(p.words) > len(s.elems) {
			continue
		}
		ok := true
		for k := 1; k < len(p.words) && ok; k++ {
			f := &s.elems[i+k]
			ok = f.word == p.words[k] && (f.kind != elemHan || f.start == s.elems[i+k-1].end)
		}
		if ok {
			return p.sig, len(p.words)
		}
	}
	return 0, 0
}

// topWord reports an English superlative in -est.
func topWord(e *elem) bool {
	w := e.word
	if e.kind != elemWord || len(w) < 6 || !strings.HasSuffix(w, "est") {
		return false
	}
	switch w {
	case "forest", "interest", "harvest", "request", "protest", "honest", "modest", "conquest", "invest", "arrest", "suggest", "contest",
		"budapest", "midwest", "northwest", "southwest", "everest", "manifest", "digest", "infest", "priest", "inquest", "tempest", "earnest",
		"bequest", "molest", "detest", "attest", "ingest", "rainforest":
		return false
	}
	return !e.name
}
