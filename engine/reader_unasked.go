package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// keepUnasked is the share of its confidence that an answer keeps where the
// very thing that is asked for has words of its own, and the evidence none of them.
const keepUnasked = 0.15

// askedSentences is the number of best sentences in which those words are looked for.
const askedSentences = 6

// A sought is something that questions ask for and that pages say in one of a
// known set of ways: who died, whose it is, by what telephone.
type sought struct{ asks, says *regexp.Regexp }

func newSought(asks, says string) sought {
	return sought{regexp.MustCompile(asks), regexp.MustCompile(says)}
}

// soughts are matched against the folded question and the folded sentences.
var soughts = []sought{
	newSought(`\b(?:die|dies|died|dead|death|pass(?:ed)? away)\b|去世|逝世|病逝|死于|怎么死|何时死|离世`,
		`\b(?:die[sd]?|dead|dying|deaths?|kill(?:ed|s)?|pass(?:ed|es|ing) away|murder\w*|assassinat\w*|execut\w*|drown\w*|perish\w*|suicide|buried|burial|funeral|fatal\w*|posthumous\w*|behead\w*|hanged|shot|late|obituary|surviv\w*)\b|†|\d{3,4}\s*[-–—~]\s*\d{3,4}|逝|死|卒|病故|身故|亡|离世|辞世|遇难|牺牲|遇害|自杀|殉|薨|驾崩|葬|享年|终年|与世长辞|[-–—~至]\s*\d{4}年`),
	newSought(`\bwhere (?:was|were) .+ born\b|\bwhen (?:was|were) .+ born\b|\bbirth(?:place|day| date)?\b|出生|生于|生日|诞辰`,
		`\bborn\b|\bbirth|\bnative\b|\bgrew up\b|\bnée?\b|\d{3,4}\s*[-–—~]|出生|生于|诞|生人|籍|年生|月生|日生|人[，。（(]|祖籍|故乡|老家|家乡|降生|来自`),
	newSought(`\bowns?\b|\bowners?\b|\bowned\b|老板|业主|店主|所有者|归谁`,
		`\bown(?:s|ed|er|ers|ership|ing)?\b|\bbelong|\bproperty of|\bheld by|\bacqui|\bb(?:ought|uys?)\b|\bpurchas|\bsold to|\bpossess|\bsubsidiar|\bparent\b|\bproprietor|\bstake|\bshareholder|\blandlord|\bhis\b|\btheir\b|\bfamily\b|拥有|属于|所有|老板|掌柜|业主|店主|东家|股东|持有|收购|旗下|经营|创始|创办人|董事长|买下|名下|开了|开的`),
	newSought(`\b(?:tele)?phone (?:number|no)|\bphone\b.*\bnumber\b|\bfax\b|电话(?:号码)?(?:是|多少|$)|手机号|联系电话|热线`,
		`\b(?:tele)?phone|\btel\b|\bcall\b|\bdial|\bhotline|\bfax\b|\+?\d[\d()\s-]{6,}\d|电话|热线|致电|拨打|手机|联系方式`),
	newSought(`\be-?mail\b|邮箱|电子邮件`, `@|\be-?mail|邮箱|邮件|邮址`),
	newSought(`\bweather\b|天气|气温`,
		`(?:^|[^\w])weather|\brain|\bsun(?:ny|shine)?\b|\bcloud|\bwind|\bstorm|\bsnow|°|℃|\bdegrees|\btemperature|\bforecast|天气|晴[，。朗天转]|下雨|降雨|[阵小中大暴雷有]雨|雨[天水]|[小中大暴下降]雪|多云|阴天|气温|摄氏|台风|气象|气候`),
	newSought(`\b(?:wife|husband|spouse|married to|marry)\b|妻子|丈夫|老婆|老公|配偶|嫁给|娶了`,
		`\b(?:wife|husband|spouse|marr(?:y|ied|iage|ies)|wed(?:s|ded|ding)?|widow\w*|bride|groom|divorce\w*|partner|consort|queen|engaged)\b|妻|夫|婚|嫁|娶|配偶|老婆|老公|太太|伴侣|王后|皇后|前任`),
	newSought(`\bopening (?:hours|times)\b|\bwhat time\b.*\b(?:open|close)|营业时间|开放时间|几点(?:开门|关门|营业|开放)`,
		`\d\s*[:：]\s*\d\d|\d\s*(?:a\.?m|p\.?m)\b|o'clock|\bnoon\b|\bmidnight\b|\bdawn\b|\bdusk\b|\d\s*[点时]|[一二三四五六七八九十]点|全天|24小时|24 hours|早上|晚上`),
	newSought(`(?:面积|占地)(?:是|有|为|多|$)|\b(?:the area|acreage) of\b|\bhow (?:large|big) is the area\b`,
		`平方|亩|公顷|㎡|km2|km²|m²|面积|占地|\bsquare\b|\bacres?\b|\bhectares?\b|\bsq\b|\barea\b`),
	newSought(`\bpassword\b|密码`, `\bpass(?:word|code|phrase)|\bpin\b|\bcredential|密码|口令`),
	newSought(`\bpainted\b|\bpaints?\b|\bpainter\b|谁画|画家是`, `\bpaint|\bartist|\bportrait|\bcanvas|\bdrew\b|\bcolou?r|\bfresco|\bmural|\bpicture|画|绘`),
	newSought(`\b(?:salary|earns?|wages?)\b|年薪|月薪|工资|薪水|薪酬`,
		`\bsalar|\bearn|\bwage|\bpa(?:y|id|ys)\b|\bincome|\bcompensation|\bcontract|[$€£¥￥]|薪|工资|报酬|收入|合同|待遇|万元|美元|欧元`),
	newSought(`\b(?:invented|inventor)\b|谁发明|发明者|发明人`, `\binvent|\bcreat|\bdevelop|\bpatent|\bdesign|\bdevis|\bpioneer|\bintroduc|\bconceiv|\bdiscover|\bfirst\b|\bmade\b|\bbuilt\b|\bconstruct|发明|创造|研制|开发|首创|提出|设计|专利|制造|之父|改进|创立|研发`),
	newSought(`\bpopulation\b|人口(?:是|有|多|$)`, `\bpopulation|\binhabitant|\bpeople\b|\bresident|\bcitizens|\bcensus|\bpopul|\blived?\b|\bhome to|人`),
	newSought(`\b(?:mayor)\b|市长`, `\bmayor|市长`),
	newSought(`\b(?:blood type)\b|血型`, `\bblood|血型|型血`),
	newSought(`\b(?:zodiac|star sign)\b|星座`, `\bzodiac|座`),
}

var titlesIn = regexp.MustCompile(`《[^》]*》|“[^”]*”|"[^"]*"|「[^」]*」`)

// unasked reports whether the question asks for something that pages say in
// known ways, and none of its best sentences, nor the one before each, says it so.
func (r *reading) unasked() bool {
	asked := titlesIn.ReplaceAllString(lang.Fold(strings.TrimRight(r.q.Text, "?？。 ")), " ")
	asked = notBorn.ReplaceAllString(asked, " ")
	for _, x := range soughts {
		if x.asks.MatchString(asked) && !r.says(x.says) {
			return true
		}
	}
	return false
}

func (r *reading) says(re *regexp.Regexp) bool {
	for _, i := range r.order[:min(askedSentences, len(r.order))] {
		s := &r.sentences[i]
		if s.own == ownerOther && r.q.Language == "zh" {
			continue
		}
		if re.MatchString(s.fold()) || s.index > 0 && re.MatchString(r.sentences[i-1].fold()) {
			return true
		}
	}
	return false
}
