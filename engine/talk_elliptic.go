package engine

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// elliptic resolves what leaves out all but what changes: a time, a
// qualifier, an attribute, another name; or a question without a subject.
func (d dialogue) elliptic(r remark) string {
	if r.zh {
		return d.ellipticZh(r)
	}
	body := strings.TrimSpace(r.body)
	if asksSomething(body) {
		if !lacking(body, false) {
			return ""
		}
		return d.completedEn(body)
	}
	if !r.linked && (!strings.HasSuffix(strings.TrimSpace(r.text), "?") || len(strings.Fields(body)) > 4) {
		return ""
	}
	plain := leadPreposition.ReplaceAllString(body, "")
	switch {
	case traitPhrase(plain):
		if q := d.swapPair(plain); q != "" {
			return q
		}
		return d.dated(d.trait(lang.Fold(plain), d.topic()))
	case onlyDate(plain):
		return d.swapDate(plain)
	case len(questionNames("x "+plain)) == 0 && lacking(plain, false):
		if q := d.swapPair(plain); q != "" {
			return q
		}
		return d.dated(d.trait(plain, d.topic()))
	case !r.linked && len(questionNames("x "+plain)) == 0:
		return ""
	}
	if q := d.swapPair(plain); q != "" {
		return q
	}
	return d.swapEn(body, plain)
}

var article = regexp.MustCompile(`(?i)^(?:the|a|an) `)

var leadPreposition = regexp.MustCompile(`(?i)^(?:in|for|of|on|at|from|during|by|with|to)\s+`)

// completedEn adds the subject that an English question lacks.
func (d dialogue) completedEn(body string) string {
	topic := d.topic()
	if topic == "" {
		return ""
	}
	loc := emptyThere.FindStringIndex(body)
	words := strings.Fields(lang.Fold(body))
	last := words[len(words)-1]
	switch {
	case loc != nil:
		return body + " in " + topic + "?"
	case len(words) == 2 && (words[0] == "how" || words[0] == "what") && !bilingual().is(last, wordVerb), words[0] == "how" && len(words) == 2:
		return body + " is " + topic + "?"
	case questionAuxEn[last] || bilingual().is(last, wordVerb) && !bilingual().is(last, wordNoun):
		return body + " " + topic + "?"
	}
	return d.dated(body + " of " + topic + "?")
}

// trait asks for an attribute, or for who stands in a role, of a thing.
func (d dialogue) trait(what, of string) string {
	if of == "" {
		return ""
	}
	what = strings.TrimSpace(strings.TrimPrefix(what, "the "))
	if lang.Detect(what) == "zh" {
		return of + "的" + what
	}
	words := strings.Fields(lang.Fold(what))
	last := words[len(words)-1]
	if (bilingual().is(last, wordRole) || headPersonEn[last]) && !bilingual().is(last, wordTrait) {
		return "Who was the " + what + " of " + of + "?"
	}
	if headDateEn[last] || bilingual().is(last, wordTrait) || headNumberEn[last] || headPlaceEn[last] {
		return "What is the " + what + " of " + of + "?"
	}
	return what + " of " + of + "?"
}

// dated adds to a question for a sum or a number the time that the last question named.
func (d dialogue) dated(q string) string {
	last := d.last().Question
	if _, e := asksFor(last); e != ExpectNumber && e != ExpectMoney && e != ExpectPercent || len(lang.Dates(q, time.Time{})) > 0 {
		return q
	}
	y := d.year()
	if y == "" || len(lang.Dates(last, time.Time{})) == 0 {
		return q
	}
	if lang.Detect(q) == "zh" {
		return strings.TrimSuffix(y, "年") + "年" + q
	}
	return strings.TrimRight(q, "?") + " in " + y + "?"
}

// onlyDate reports whether a text is a time and nothing else.
func onlyDate(s string) bool {
	rest := s
	dates := lang.Dates(s, time.Time{})
	for i := len(dates) - 1; i >= 0; i-- {
		rest = rest[:dates[i].Start] + rest[dates[i].End:]
	}
	rest = strings.Trim(aroundTime.ReplaceAllString(rest, ""), "， ,")
	return rest == "" && s != ""
}

var aroundTime = regexp.MustCompile(`(?i)\b(?:the|in|on|during|year|years|before|after|that|previous|following|next|later|earlier|a|last|then|today|now|this|at)\b|前一年|上一年|后一年|次年|第二年|去年|今年|明年|前年|现在|目前|当时|年|在|到|底|初`)

func (d dialogue) ellipticZh(r remark) string {
	body := r.body
	asks := asksZh(body) || hasAny(body, []string{"怎么", "怎样", "如何", "吗", "为何", "是否", "有没有", "能不能", "多"})
	switch {
	case onlyDate(strings.TrimSuffix(body, "的")):
		return d.swapDate(strings.TrimSuffix(body, "的"))
	case asks:
		return d.completedZh(r)
	case !r.linked && !lacking(body, true) || utf8.RuneCountInString(body) > 16:
		return ""
	}
	if q := d.swapPair(body); q != "" {
		return q
	}
	if from, to := sharingZh(strings.Trim(d.last().Question, closeZh), body); to > from && r.linked {
		return d.swapZh(body)
	}
	if lacking(body, true) || isAttributeZh(body) && plainRestZh(body) < 2 {
		if !r.linked && !isAttributeZh(body) && !bilingual().is(body, wordTrait, wordRole) {
			return ""
		}
		if t := d.topic(); t != "" {
			return d.dated(t + "的" + strings.TrimPrefix(body, "的"))
		}
		return ""
	}
	return d.swapZh(body)
}

// completedZh adds the subject that a Chinese question lacks; a time at its
// beginning stands for the one of the question before.
func (d dialogue) completedZh(r remark) string {
	if !lacking(r.body, true) {
		return ""
	}
	topic := d.topic()
	if topic == "" {
		return ""
	}
	body := r.body
	for _, w := range []string{"它", "是谁", "谁", "什么时候", "哪一年", "哪年", "在哪"} {
		if strings.HasPrefix(body, w) && strings.HasSuffix(body, "的") && !strings.HasPrefix(body, "是") {
			return topic + "是" + body
		}
	}
	if w := bilingual().longestZh(body, 2); isAttributeZh(w) && !bilingual().is(w, wordVerb) {
		return d.dated(topic + "的" + body)
	}
	return topic + body
}
