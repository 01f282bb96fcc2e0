package engine

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// swapDate asks the last question of another time.
func (d dialogue) swapDate(when string) string {
	q := strings.TrimRight(d.last().Question, closeZh)
	zh := questionLanguage(q) == "zh"
	if y, err := strconv.Atoi(strings.TrimSuffix(d.year(), "年")); err == nil {
		switch f := lang.Fold(when); {
		case hasAny(f, []string{"before", "previous", "earlier", "前一年", "上一年"}):
			when = strconv.Itoa(y - 1)
		case hasAny(f, []string{"after", "following", "next", "later", "后一年", "次年", "第二年"}):
			when = strconv.Itoa(y + 1)
		}
		if _, err := strconv.Atoi(when); err == nil && zh {
			when += "年"
		}
	}
	if dates := lang.Dates(q, time.Time{}); len(dates) > 0 {
		old := dates[0]
		if before := q[:old.Start]; !zh && strings.HasSuffix(before, "on ") && len(when) == 4 {
			return before[:len(before)-3] + "in " + when + q[old.End:] + "?"
		}
		return q[:old.Start] + when + q[old.End:] + closing(zh)
	}
	for _, w := range nowWords {
		if i := wordIndex(lang.Fold(q), w); i >= 0 && len(lang.Fold(q)) == len(q) {
			return strings.TrimRight(q[:i]+when+q[i+len(w):], " ") + closing(zh)
		}
	}
	if zh {
		return when + q + "？"
	}
	if len(when) == 4 {
		when = "in " + when
	}
	return q + " " + when + "?"
}

var nowWords = []string{"today", "now", "currently", "at present", "目前", "现在", "如今", "当前"}

func closing(zh bool) string {
	if zh {
		return "？"
	}
	return "?"
}

// qualifierPairs are words one of which a follow-up puts for the other.
var qualifierPairs = [][]string{
	{"men's", "women's"}, {"men", "women"}, {"male", "female"}, {"boys", "girls"}, {"adults", "children"}, {"adult", "child"}, {"singles", "doubles"}, {"junior", "senior"},
	{"northern", "southern", "eastern", "western"}, {"north", "south", "east", "west"}, {"summer", "winter", "spring", "autumn"}, {"weekdays", "weekends", "sundays", "saturdays"},
	{"imports", "exports"}, {"upper", "lower"}, {"outward", "return"}, {"first half", "second half"}, {"largest", "smallest"}, {"longest", "shortest"}, {"highest", "lowest"}, {"oldest", "newest"}, {"tallest", "shortest"}, {"fastest", "slowest"}, {"first", "last"},
	{"男子", "女子"}, {"男队", "女队"}, {"男性", "女性"}, {"男生", "女生"}, {"男", "女"}, {"成人", "儿童", "老人", "学生"}, {"单打", "双打"}, {"上半年", "下半年"}, {"工作日", "周末"}, {"进口", "出口"},
	{"北岸", "南岸"}, {"东段", "西段"}, {"夏季", "冬季", "春季", "秋季"}, {"最大", "最小"}, {"最长", "最短"}, {"最高", "最低"}, {"单程", "往返"}, {"国内", "国外"}, {"白天", "夜间"}, {"上游", "下游"},
}

// swapPair puts a qualifier in the place of its counterpart in the last
// question, or adds it: "what about women?" after the men's race.
func (d dialogue) swapPair(what string) string {
	q := strings.TrimRight(d.last().Question, closeZh)
	zh := questionLanguage(q) == "zh"
	f := lang.Fold(what)
	if len(lang.Fold(q)) != len(q) {
		return ""
	}
	for _, pair := range qualifierPairs {
		for _, to := range pair {
			if !containsWord(f, to) && !containsWord(f, strings.TrimSuffix(to, "'s")) {
				continue
			}
			for _, from := range pair {
				if i := wordIndex(lang.Fold(q), from); from != to && i >= 0 {
					return q[:i] + to + q[i+len(from):] + closing(zh)
				}
			}
			if plain := strings.TrimPrefix(f, "the "); plain == to || plain == strings.TrimSuffix(to, "'s") || f == to+"组" {
				if zh {
					return d.qualifiedZh(what)
				}
				return q + " for " + what + "?"
			}
		}
	}
	return ""
}

// qualifiedZh puts a qualifier behind the subject of the last question.
func (d dialogue) qualifiedZh(what string) string {
	q := strings.Trim(d.last().Question, closeZh)
	if s := subjectZh(q); s != "" {
		i := strings.Index(q, s) + len(s)
		return q[:i] + what + q[i:] + "？"
	}
	return what + q + "？"
}

// swapEn asks the last question of another thing: in the place of one that
// shares a word with it ("line 3" for "line 2"), of one of the list it comes
// from, of the name there.
func (d dialogue) swapEn(body, plain string) string {
	q := strings.TrimRight(d.last().Question, "?. ")
	if questionLanguage(q) == "zh" {
		return d.swapZh(plain)
	}
	if from, to := sharing(q, plain); to > from {
		return q[:from] + article.ReplaceAllString(plain, "") + q[to:] + "?"
	}
	for _, item := range d.items() {
		if i := strings.Index(q, item); i >= 0 {
			return q[:i] + strings.TrimPrefix(plain, "the ") + q[i+len(item):] + "?"
		}
	}
	name := likeliest(questionNames(q), plain)
	if name == "" {
		if s := subjectEn(q); s != "" && strings.Contains(q, s) {
			return strings.Replace(q, s, plain, 1) + "?"
		}
		return q + " for " + plain + "?"
	}
	from, to := strings.Index(q, name), 0
	to = from + len(name)
	words := strings.Fields(plain)
	if tail := words[len(words)-1]; plainNoun(tail) || strings.HasPrefix(plain, "the ") {
		from, to = nounPhrase(q, name)
	}
	if strings.HasSuffix(strings.ToLower(q[:from]), "the ") {
		if strings.HasPrefix(plain, "the ") || !plainNoun(words[len(words)-1]) && to == strings.Index(q, name)+len(name) {
			plain = strings.TrimPrefix(plain, "the ")
		}
	}
	return q[:from] + plain + q[to:] + "?"
}

// sharing is the span of a question with as many words as the text, one of
// which, the first or the last, is the same: where one thing stands for its like.
func sharing(q, text string) (from, to int) {
	text = article.ReplaceAllString(text, "")
	own := strings.Fields(lang.Fold(text))
	spans := lang.Words(q)
	n := len(own)
	if n < 2 {
		return 0, 0
	}
	for i := 0; i+n <= len(spans); i++ {
		first, last := spans[i].Text == own[0], spans[i+n-1].Text == own[n-1]
		if first == last {
			continue
		}
		if first && !sameShape(spans[i+n-1].Text, own[n-1]) || last && lang.Stop(spans[i].Text) {
			continue
		}
		return spans[i].Start, spans[i+n-1].End
	}
	return 0, 0
}

// sameShape reports whether both are numbers, or both are short letters.
func sameShape(a, b string) bool {
	number := func(s string) bool { return strings.ContainsAny(s, "0123456789") }
	return number(a) && number(b) || len(a) == 1 && len(b) == 1
}

// likeliest is the name that the text would stand for: of several the one most
// like it in shape, the longer where they are alike.
func likeliest(names []string, text string) string {
	best, most := "", -1
	for _, n := range names {
		v := 0
		if strings.ContainsAny(n, "0123456789") == strings.ContainsAny(text, "0123456789") {
			v += 2
		}
		if len(strings.Fields(n)) == len(strings.Fields(strings.TrimPrefix(text, "the "))) {
			v++
		}
		if unicode.IsUpper(firstRune(n)) == unicode.IsUpper(firstRune(strings.TrimPrefix(text, "the "))) {
			v++
		}
		if lang.Detect(n) == lang.Detect(text) {
			v += 2
		}
		if v > most || v == most && len(n) > len(best) {
			best, most = n, v
		}
	}
	return best
}

// swapZh asks the last question of another thing.
func (d dialogue) swapZh(what string) string {
	q := strings.Trim(d.last().Question, closeZh)
	zh := questionLanguage(q) == "zh"
	if from, to := sharingZh(q, what); to > from {
		return q[:from] + what + q[to:] + closing(zh)
	}
	for _, item := range d.items() {
		if i := strings.Index(q, item); i >= 0 {
			return q[:i] + what + q[i+len(item):] + closing(zh)
		}
	}
	if placesZh()[what] {
		if from, to := placeIn(q); to > from {
			return q[:from] + what + q[to:] + closing(zh)
		}
	}
	old := ""
	if names := questionNames(q); len(names) > 0 && (lang.Detect(what) != "zh" || !zh || len(questionNames(what)) > 0) {
		old = likeliest(names, what)
	}
	if old == "" {
		old = subjectOf(q)
	}
	if old == "" || !strings.Contains(q, old) {
		return what + q + closing(zh)
	}
	old = strings.Trim(old, "《》")
	what = strings.Trim(what, "《》")
	return strings.Replace(q, old, what, 1) + closing(zh)
}

// placeIn is the first place of the list that stands in the text.
func placeIn(q string) (from, to int) {
	for i := range q {
		n := 0
		for k, r := range q[i:] {
			if n++; n > maxPlaceRunes {
				break
			}
			if end := k + utf8.RuneLen(r); n > 1 && placesZh()[q[i:i+end]] {
				return i, i + end
			}
		}
	}
	return 0, 0
}

// sharingZh is the span of a question that ends as the text does and is as
// long: 男子组 for 女子组, 安澜市 for 临川市, 2号线 for 3号线.
func sharingZh(q, what string) (from, to int) {
	own, all := []rune(what), []rune(q)
	n := len(own)
	for i := 0; i+n <= len(all) && n > 1; i++ {
		same := 0
		for same < n && all[i+n-1-same] == own[n-1-same] {
			same++
		}
		if same == n {
			return 0, 0
		}
		starts := i == 0 || strings.ContainsRune("的在年月日，、和与比从是谁", all[i-1])
		if same >= 2 || same == 1 && starts && n > 2 {
			return len(string(all[:i])), len(string(all[:i+n]))
		}
	}
	return 0, 0
}

// yearOf is a date's year as it is written in a question.
func yearOf(d lang.Date) string {
	if strings.Contains(d.Text, "年") {
		return strconv.Itoa(d.Year) + "年"
	}
	return strconv.Itoa(d.Year)
}
