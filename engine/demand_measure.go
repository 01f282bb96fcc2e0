package engine

import (
	"regexp"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	timeMeasure  = regexp.MustCompile(`(?i)\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|centur(?:y|ies)|decades?|nights?|h|min|ms)\b|[年月天周日时秒岁]|分钟|世纪|星期`)
	moneyMeasure = regexp.MustCompile(`(?i)` + moneyGiven)
	moneyEn      = regexp.MustCompile(`(?i)\b(?:costs?|prices?|pay|paid|fees?|fares?|salary|worth|money|earns?|earned|charged?|tickets?|sold|bought|spen[dt])\b`)
	durationEn   = regexp.MustCompile(`(?i)\bhow long (?:do|does|will|can|should|may|must)\b`)
)

// A unitRule says by what unit, or word for one, a measure that questions ask for is given.
type unitRule struct{ asks, gives *regexp.Regexp }

func newUnitRule(asks, gives string) unitRule {
	return unitRule{regexp.MustCompile(asks), regexp.MustCompile(`(?i)` + gives)}
}

const (
	moneyGiven  = `[$€£¥￥₹]|\b(?:dollars?|euros?|pounds?|pence|cents?|yen|won|yuan|francs?|rupees?|crowns?|kron(?:a|e|or|er)|pesos?|roubles?|rubles?|marks?|free|usd|eur|gbp|rmb|cny|million|billion|trillion)\b|元|币|免费|[万亿镑]|法郎|卢布|卢比|日圆|韩圜|\d角|\d分`
	lengthGiven = `\b(?:(?:kilo|nano|micro)?met(?:re|er)s?|centimet(?:re|er)s?|millimet(?:re|er)s?|miles?|feet|foot|ft|yards?|inch(?:es)?|km|cm|mm|m|nm|fathoms?|leagues?|stor(?:ey|y|ies|eys)|light-years?)\b|\d(?:m|km|cm|mm|ft)\b|[米尺寸]|公里|里|千米|毫米|英寸|光年|层|公分|[码丈里]`
	timeGiven   = `\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|centur(?:y|ies)|decades?|h|min)\b|[年月天日时秒周]|分钟`
)

// unitRules are matched against the folded question, in order; the first is of how often.
var unitRules = []unitRule{
	newUnitRule(`\bhow often\b|\bhow frequently\b|\bwhat intervals?\b|多久.{0,6}[一1][次班趟回]|隔多久|多长时间.{0,4}[一1][次班趟回]|间隔是?多`,
		`\b(?:every|each|per|once|twice|times|daily|weekly|monthly|yearly|annual(?:ly)?|hourly|nightly|interval\w*|often|frequent\w*|rarely|seldom|regularly|always|never|usually|sometimes|occasional\w*)\b|-minute|每|次|一[班趟]|间隔|经?常|很少|偶尔|总是|从不|有时|频繁|定期|不定`),
	newUnitRule(`\bhow high (?:is|are|was|were) (?:the )?(?:[\w-]+ ){0,3}?(?:budgets?|offers?|prices?|costs?|rents?|fees?|fines?|tax(?:es)?|salar(?:y|ies)|wages?|debts?|loans?|deposits?|sums?|bills?|fares?)\b`, moneyGiven),
	newUnitRule(`\bhow (?:tall|high|deep|wide|thick) (?:is|are|was|were|do|does|did|can|could|will|would)\b|\bwhat is the (?:height|width|depth|length|diameter|altitude|elevation)\b|多[高深宽厚]|(?:高度|深度|宽度|厚度|长度|直径|海拔)(?:是|有|为)?多`, lengthGiven),
	newUnitRule(`\bhow far\b|多远|距离`, lengthGiven+`|`+timeGiven),
	newUnitRule(`\bhow long (?:is|are|was|were)\b|全长|总长|多长(?:$|[？?])`, lengthGiven+`|`+timeGiven+`|\b(?:from|until|since|till|between)\b|\d{4}\s*[-–—~至到]`),
	newUnitRule(`\bhow heavy\b|\bhow much (?:does|do|did) .+ weigh\b|\bwhat is the (?:weight|mass)\b|多重|(?:体重|重量|质量)(?:是|有|为)?多`,
		`\b(?:kilograms?|kg|grams?|g|mg|tonn?es?|tons?|pounds?|lbs?|ounces?|oz|stone)\b|\d(?:kg|g|t)\b|[克吨斤]|公斤`),
	newUnitRule(`\bhow fast\b|\b(?:top|maximum|average) speed\b|多快|(?:速度|时速)(?:是|有|为)?多`,
		`\bper (?:hour|second|minute)\b|km/h|mph|\bkph\b|\bknots?\b|m/s|\bmach\b|mbit|[kmg]bps|\btimes\b|时速|每[小秒分]|节|马赫|公里/|米/|倍`),
	newUnitRule(`\bhow (?:hot|cold|warm)\b|\bwhat temperature\b|\bhow many degrees\b|(?:温度|气温|水温)(?:是|有|为)?多|多少(?:摄氏)?度`, `°|℃|\bdegrees?\b|\bcelsius\b|\bfahrenheit\b|\bkelvin\b|度`),
}

// measure is what a value must come with to answer: a unit of time, of money; nil
// where any number does. A frequency may be given in words alone.
func (q *asked) measure() (gives *regexp.Regexp, words bool) {
	asked, often := lang.Fold(q.Text), unitRules[0]
	switch {
	case q.Kind == KindCount && often.asks.MatchString(asked):
		return often.gives, true
	case q.Expect == ExpectMoney && (q.Language == "zh" || moneyEn.MatchString(q.Text)):
		return moneyMeasure, false
	case q.Expect == ExpectDuration && (q.Language == "zh" || durationEn.MatchString(q.Text)):
		return timeMeasure, false
	case q.Kind != KindCount:
		return nil, false
	}
	for _, u := range unitRules[1:] {
		if u.asks.MatchString(asked) {
			return u.gives, false
		}
	}
	return nil, false
}
