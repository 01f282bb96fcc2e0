package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// kindless reports whether somebody, a place, a time or a number is asked for
// and none of the claims gives one that the question does not have itself.
// It is generous: what may be one counts.
func (w *writer) kindless() bool {
	given := w.givesKind()
	if given == nil || w.reading.few() || w.out.Confidence >= sureAtAll || len(w.asked.Parts) > 1 {
		return false
	}
	for _, c := range w.out.Claims {
		if c.Form == agent.FormRow || given(c.Text) {
			return false
		}
		for _, k := range c.Cites {
			if given(k.Quote) {
				return false
			}
		}
	}
	return true
}

// sureAtAll is the confidence from which on an answer may be of a kind that is not known as what is asked.
const sureAtAll = 0.95

// givesKind tells of a text whether it gives what kind of thing is asked for; nil where none is.
func (w *writer) givesKind() func(text string) bool {
	switch {
	case w.asked.Kind == KindWho && w.asked.Expect == ExpectPerson:
		return w.givesPerson
	case w.asked.Kind == KindWhere && w.asked.Expect == ExpectPlace:
		return w.givesPlace
	case w.asked.Kind == KindWhen:
		return w.givesTime
	case w.asked.Kind == KindCount:
		return w.givesNumber
	}
	return nil
}

var (
	// what wins may be a team that is called after its town, or a film
	winner     = regexp.MustCompile(`冠军|亚军|季军|夺冠|得主|赢|胜`)
	namedTitle = regexp.MustCompile(`《[^》]+》`)

	// who else than a person may have done it
	bodyZh = regexp.MustCompile(`[是为乃][^不否由在一因]\p{Han}{1,3}[。，,；;]|由[^于此来衷，。]\p{Han}|被\p{Han}{2}|[^球全各本该支部军]队|[^同某]党|\p{Han}们|[^作专行]家|[^中外全各我两]国|参谋部|[工商农军]人|公司|集团|大学|学院|[中小]学|民族|政府|委员会|协会|[省市区县团党]委|俱乐部|联盟|联合会|银行|工作室|[乐剧舞]团|大帝|皇帝|国王|[女魏晋楚齐秦燕赵吴越]王|公主|皇后|太子|先生|女士|教授|爵士|博士|将军|总监|经理|主管|主任|[部局处科校院所馆队班组会市县省船]长|主席|书记|董事|秘书|工程师|负责人|[老教]师|学生|工人|居民|[研官演队球船会成职雇店]员|·|\p{Latin}{3}`)
	bodyEn = regexp.MustCompile(`(?i)\b(?:people|persons?|men|women|man|woman|students|children|citizens|residents|members|professionals|scientists|workers|owners|families|parents|teachers|soldiers|settlers|farmers|employees|volunteers|everyone|anyone|nobody|(?:\w+(?:ists|ologists|icians|smiths|makers|keepers|owners)))\b`)
	// the commonest surnames that are not words of every text
	surnameZh = regexp.MustCompile(`诸葛|欧阳|司马|上官|东方|夏侯|慕容|尉迟|公孙|[王李张刘陈杨赵黄周吴徐孙胡朱郭罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余潘杜戴夏钟汪姜范谭廖邹熊陆郝邱秦侯邵孟]\p{Han}`)

	siteZh = regexp.MustCompile(`位于|坐落|地处|[东南西北]部|以[东南西北]|海里|公里|千米|[东西]经|[南北]纬|对面|之间|附近|沿岸|海域|水域|流域|大学|学院|公司|中心|医院|学校|[剧影]院|球场|体育[场馆]|广场|公园|教堂|机场|车站|酒店|基地|工厂|研究所|实验室|图书馆|博物馆|会展|[在于至从自][^，。；]{1,12}[中上下里内外旁边部处间方岸]|森林|草原|沙漠|山区|海岸|[^一某]州|.国|杂志|\p{Latin}{3}`)

	timeZh = regexp.MustCompile(`[\d一二三四五六七八九十两]+(?:多|余|个)?(?:世纪|年代|[点时分月日号年周天岁])|[上中下早晚初末][午旬期年]|年[初末底中]|[早晚初暮仲][春夏秋冬]|[春夏秋冬][季天末初]|夜|凌晨|清晨|傍晚|黄昏|世纪|时代|时期|朝|战[前后]|[昨今明]|节|前夕|期间|百万年|万年前`)
	// when something is done as a rule is told by what else happens
	habitAsked = regexp.MustCompile(`(?i)^when (?:do|does|is|are|should|can|must|may|will)\b`)
	habitSaid  = regexp.MustCompile(`(?i)\b(?:when|whenever|while|if|where)\b`)
	timeEn     = regexp.MustCompile(`(?i)\b(?:january|february|march|april|may|june|july|august|september|october|november|december|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|\b(?:centur(?:y|ies)|decades?|spring|summer|autumn|fall|winter|today|yesterday|tomorrow|now|tonight|nights?|mornings?|evenings?|afternoons?|noon|midnight|dawn|dusk|christmas|easter|birth|death|childhood|immediately|never|always|soon|before|after|during|until|since|once|ago|later|as soon as|upon|as of|reign|war|era|age|period|dynasty|seasons?|weekdays?|weekends?|daily|early|late|end of|beginning of|years?|months?|weeks?|days?|hours?|minutes?)\b|\b[12]\d{3}s?\b|\b\d{1,2}(?::\d\d|\s?[ap]\.?m\b)`)
	countZh    = regexp.MustCompile(`许多|很多|不少|大量|若干|多数|少数|[几数][个十百千万名位次]|一半|[两三四五六七八九十]大|没有一|[一两单双][个只名位次种座条家件倍人]`)
)

func (w *writer) givesPerson(text string) bool {
	if w.gives(ExpectPerson, text) || winner.MatchString(w.asked.Text) && (namedTitle.MatchString(text) || w.givesPlace(text)) {
		return true
	}
	if w.asked.Language != "zh" {
		return w.freshly(bodyEn, text)
	}
	return w.freshly(bodyZh, text) || w.freshly(surnameZh, text)
}

func (w *writer) givesPlace(text string) bool {
	if w.gives(ExpectPlace, text) {
		return true
	}
	if w.asked.Language == "zh" {
		return w.freshly(siteZh, text)
	}
	return whereWords.MatchString(text)
}

func (w *writer) givesTime(text string) bool {
	for _, d := range lang.Dates(text, w.asked.Asked) {
		if !strings.Contains(w.asked.Text, d.Text) {
			return true
		}
	}
	if w.asked.Language == "zh" {
		return w.freshly(timeZh, text)
	}
	return w.freshly(timeEn, text) || habitAsked.MatchString(w.asked.Text) && habitSaid.MatchString(text)
}

func (w *writer) givesNumber(text string) bool {
	order := strings.ContainsAny(w.asked.Text, "第排名")
	for _, q := range questionNumbers(text, lang.Dates(text, w.asked.Asked)) {
		if (q.Unit != "ordinal" || order) && !strings.Contains(w.asked.Text, q.Text) {
			return true
		}
	}
	return w.asked.Language != "zh" || w.freshly(countZh, text)
}

// wordSurnames are surnames that are mostly other words.
const wordSurnames = "都于和时成解任应保"

// gives reports whether a text has a person or a place that the question has not.
func (w *writer) gives(e Expect, text string) bool {
	s := &readSentence{text: text, tokens: readTokens(text)}
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.kind != lang.KindHan && t.upper && !t.stop && !w.reading.q.says(t) { // the first word too
			return true
		}
		if expected(e, s, i) && !strings.Contains(wordSurnames, t.text) && !w.reading.q.says(t) {
			return true
		}
	}
	return false
}

// freshly reports whether a text has something that is not in the question.
func (w *writer) freshly(re *regexp.Regexp, text string) bool {
	for _, found := range re.FindAllString(text, -1) {
		if !strings.Contains(w.asked.Text, found) {
			return true
		}
	}
	return false
}
