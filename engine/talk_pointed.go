package engine

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	followPronoun = regexp.MustCompile(`(?i)\b(it|its|they|their|theirs|them|he|him|his|she|her|hers|there|that one|this one|that|this|these|those|such)\b`)
	pointedNoun   = regexp.MustCompile(`(?i)\b(?:this|that|these|those|the|such a|said) ([a-z][a-z-]+)\b('s)?`)
	followPronZh  = regexp.MustCompile(`它们|他们|她们|它|他|她|其|(?:该|此|这一?|那一?)(?:公司|企业|产品|项目|书|片|影片|地|国|校|馆|院|校区|部|家|款|座|种|个|位|本|条|名|所|间|台|届|项|首|部电影|本书|座桥|座塔|座城市|座岛|个城市|个国家|家公司|家企业|款产品|条河|条路|部小说|所学校|所大学|家医院|位作者)|那里|那儿|这里|这儿`)
	// it and there that point to nothing
	emptyIt    = regexp.MustCompile(`(?i)\b(?:is|was|does|did|will|would) it (?:true|possible|safe|worth|legal|take (?:to|long)|cost to|known|said|ok|okay|better|necessary|normal|rain|snow)\b|\bit (?:is|was) (?:true|said|known|that)\b`)
	emptyThere = regexp.MustCompile(`(?i)\b(?:is|are|was|were|be|been|being) there\b|\bthere (?:is|are|was|were|be|been|will)\b`)
	insideZh   = regexp.MustCompile(`其[他它她中余实次]|[尤极吉与莫]其|吉他|其[^，。的是有在由被为价成建创作面长高重总人员所第票门]`)
	joinsEn    = regexp.MustCompile(`(?i)[,;]|\b(?:when|if|because|after|before|while|and|as|since|that|than|with)\b`)
)

// pointed resolves what points back: pronouns, "that year", "this company", 该公司.
func (d dialogue) pointed(r remark) string {
	if r.zh {
		return d.pointedZh(r)
	}
	loc := d.pointer(r.body)
	if loc == nil || d.insideEn(r.body[:loc[0]]) {
		return ""
	}
	word := strings.ToLower(r.body[loc[0]:loc[1]])
	to := d.antecedent(word)
	if to == "" {
		return ""
	}
	if before, _, ok := strings.Cut(r.body, " "); ok && loc[1] == len(r.body) && loc[0] == len(before)+1 && hasAny(lang.Fold(before), []string{"before", "after"}) {
		return strings.TrimRight(d.last().Question, "?. ") + " " + before + " " + to + "?"
	}
	body := emptyThere.ReplaceAllStringFunc(r.body, strings.ToUpper) // so that the next step leaves it
	body = followPronoun.ReplaceAllStringFunc(body, func(p string) string {
		if strings.ToUpper(p) == p {
			return p
		}
		x := d.antecedent(strings.ToLower(p))
		switch strings.ToLower(p) {
		case "its", "their", "theirs", "his", "hers":
			return x + "'s"
		case "her":
			return x + "'s"
		case "there":
			return "in " + x
		case "that", "these", "those", "such", "this":
			return p
		}
		return x
	})
	if strings.HasPrefix(word, "that ") || strings.HasPrefix(word, "this ") || strings.HasPrefix(word, "the ") || strings.HasPrefix(word, "these ") || strings.HasPrefix(word, "those ") {
		body = r.body[:loc[0]] + to + strings.TrimPrefix(r.body[loc[1]:], "’s")
	}
	if firstWordIsNoun(body) && r.linked || !asksSomething(body) {
		return d.asTrait(body)
	}
	return body + "?"
}

// firstWordIsNoun reports whether a text begins with what it asks for, not with a question word.
func firstWordIsNoun(body string) bool { return !asksSomething(body) }

func asksSomething(body string) bool {
	for _, w := range plainWords(lang.Fold(body)) {
		if questionAsksEn[w] || questionAuxEn[w] {
			return true
		}
	}
	return false
}

// asTrait puts "X's price" as a question.
func (d dialogue) asTrait(body string) string {
	if owner, trait, ok := strings.Cut(body, "'s "); ok && trait != "" {
		return d.trait(strings.TrimRight(trait, "?. "), owner)
	}
	return body + "?"
}

// pointer is where a text points back, in English; nil where it does not.
func (d dialogue) pointer(body string) []int {
	for _, m := range pointedNoun.FindAllStringSubmatchIndex(body, -1) {
		noun := body[m[2]:m[3]]
		definite := strings.HasPrefix(strings.ToLower(body[m[0]:m[1]]), "the ")
		if definite && (strings.HasPrefix(body[m[1]:], " of ") || !genericNoun[lang.Fold(noun)] || len(questionNames(body)) > 0) {
			continue
		}
		if bilingual().is(noun, wordNoun) || genericNoun[lang.Fold(noun)] || !definite && (headYearEn[noun] && d.year() != "") && strings.HasPrefix(strings.ToLower(body[m[0]:]), "that") {
			return []int{m[0], m[3]}
		}
	}
	if emptyIt.MatchString(body) {
		return nil
	}
	plain := emptyThere.ReplaceAllStringFunc(body, func(s string) string { return strings.Repeat("_", len(s)) })
	for _, loc := range followPronoun.FindAllStringIndex(plain, -1) {
		switch strings.ToLower(plain[loc[0]:loc[1]]) {
		case "that", "this", "these", "those", "such":
			continue
		}
		return loc
	}
	return nil
}

// genericNoun name the thing spoken of by its class alone.
var genericNoun = wordSet(`company firm organisation organization institution product device book film movie city town country school place thing project event building species animal`)

// insideEn reports whether what stands before a pronoun names what it points to.
func (d dialogue) insideEn(before string) bool {
	if len(questionNames(before)) > 0 {
		return true
	}
	if !joinsEn.MatchString(before) {
		return false
	}
	for _, w := range strings.Fields(questionCore(before, "en")) {
		if !predicateEn(w) && !joinsEn.MatchString(w) {
			return true
		}
	}
	return false
}

// antecedent is what an English pronoun points to.
func (d dialogue) antecedent(word string) string {
	switch word {
	case "he", "him", "his", "she", "her", "hers":
		if p := d.people(); len(p) > 0 {
			return p[0]
		}
	case "they", "them", "their", "theirs":
		if k, e := asksFor(d.last().Question); k == KindWho || e == ExpectPerson {
			if p := d.people(); len(p) > 1 {
				return strings.Join(p, " and ")
			}
		}
	case "there":
		if p := d.placed(); p != "" {
			return p
		}
	}
	if _, noun, ok := strings.Cut(word, " "); ok && (headYearEn[noun] || noun == "年") {
		return d.year()
	}
	return d.topic()
}

// placed is the place that answers the last question, where it asked for one.
func (d dialogue) placed() string {
	if _, e := asksFor(d.last().Question); e != ExpectPlace {
		return ""
	}
	if h := answerHead(d.last()); h != "" {
		return h
	}
	for _, n := range questionNames(d.last().Answer) {
		if !strings.Contains(lang.Fold(d.last().Question), lang.Fold(n)) {
			return n
		}
	}
	if m := placedZh.FindStringSubmatch(d.last().Answer); m != nil {
		return m[1]
	}
	return ""
}

var placedZh = regexp.MustCompile(`(?:位于|坐落于|坐落在|地处|设在|迁至|迁往|在)([^，。；、的 ]{2,8}?)(?:[，。；、 ]|的|$|举|召|成|创|出|设|建)`)

// year is the year that the last turn speaks of.
func (d dialogue) year() string {
	for _, text := range []string{d.last().Answer, d.last().Question} {
		for _, date := range lang.Dates(text, time.Time{}) {
			if date.Year > 0 && len(date.Text) >= 4 {
				return yearOf(date)
			}
		}
	}
	return ""
}

func (d dialogue) pointedZh(r remark) string {
	body := r.body
	if y := d.year(); y != "" && strings.HasPrefix(body, "那年") || strings.HasPrefix(body, "那一年") || strings.HasPrefix(body, "当年") {
		_, rest, _ := strings.Cut(body, "年")
		if y != "" && rest != "" {
			return d.ellipticZh(remark{text: r.text, body: strings.TrimSuffix(y, "年") + "年" + rest, linked: true, zh: true})
		}
	}
	if insideZh.MatchString(body) {
		return ""
	}
	loc := followPronZh.FindStringIndex(body)
	if loc == nil || plainRestZh(body[:loc[0]]) >= 2 || len(questionNames(body[:loc[0]])) > 0 {
		return ""
	}
	word := body[loc[0]:loc[1]]
	to := d.antecedentZh(word)
	if to == "" {
		return ""
	}
	if noun := bilingual().longestZh(body[loc[1]:], 2); strings.HasPrefix(word, "这") || strings.HasPrefix(word, "那") {
		if bilingual().is(noun, wordNoun) && !strings.Contains(to, noun) { // 这座大桥: the noun goes with the pronoun
			loc[1] += len(noun)
		}
	}
	rest := body[loc[1]:]
	if word == "其" && !strings.HasPrefix(rest, "的") {
		to += "的"
	}
	return body[:loc[0]] + to + rest
}

func (d dialogue) antecedentZh(word string) string {
	switch {
	case strings.HasPrefix(word, "他") || strings.HasPrefix(word, "她"):
		if p := d.people(); len(p) > 0 {
			if strings.HasSuffix(word, "们") {
				return strings.Join(p, "和")
			}
			return p[0]
		}
	case hasAnySuffix(word, "里", "儿"):
		if p := d.placed(); p != "" && utf8.RuneCountInString(p) > 1 {
			return p
		}
	}
	return d.topic()
}
