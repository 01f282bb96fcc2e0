package engine

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

var (
	followStartEn = regexp.MustCompile(`(?i)^(and|what about|how about|or|but|also|then|so)\b[\s,]*`)
	followPronoun = regexp.MustCompile(`(?i)\b(it|its|they|their|theirs|them|he|him|his|she|her|hers|this|these|those|that one|there)\b`)
	followZh      = regexp.MustCompile(`^(那么|那|还有|以及|然后|另外|此外|再|而|和)?(.+?)(呢)?[？?。]*$`)
	followPronZh  = regexp.MustCompile(`(它们|他们|她们|它|他|她|其(?:他)?|该(?:公司|产品|项目|书|片|地|国|校)|这个|那个|这部|这家|这种)`)
	followOrder   = regexp.MustCompile(`(?i)\b(first|second|third|fourth|fifth|last)( one)?\b|第[一二三四五六七八九十]+[个种条项款部家]?|最后一[个种条项款]?`)
)

// questionResolve completes a follow-up from the conversation: a pronoun or a
// missing subject is replaced by what the earlier question was about, "the
// second" by the second item of the last answer.
func questionResolve(text string, earlier []agent.Turn) (resolved string, follow bool) {
	if len(earlier) == 0 || strings.TrimSpace(text) == "" {
		return text, false
	}
	last := earlier[len(earlier)-1]
	if item, ok := followItem(text, last.Answer); ok {
		return item, true
	}
	topic := followTopic(earlier)
	if topic == "" {
		return text, false
	}
	if lang.Detect(text) == "zh" {
		return followChinese(text, topic, last.Question)
	}
	return followEnglish(text, topic, last.Question)
}

// followTopic is what the conversation is about: the longest name of the
// newest question that has one, else its content words.
func followTopic(earlier []agent.Turn) string {
	for i := len(earlier) - 1; i >= 0; i-- {
		best := ""
		for _, n := range questionNames(earlier[i].Question) {
			if len(n) > len(best) {
				best = n
			}
		}
		if best != "" {
			return best
		}
		if i == len(earlier)-1 && len(earlier) > 1 && followPronoun.MatchString(earlier[i].Question) {
			continue
		}
		if c := questionCore(earlier[i].Question, lang.Detect(earlier[i].Question)); c != "" {
			return topicZh(c)
		}
	}
	return ""
}

// topicZh is the part of a Chinese noun phrase before its attribute: 故宫 of 故宫的门票价格.
func topicZh(core string) string {
	if i := strings.Index(core, "的"); i > 0 {
		return core[:i]
	}
	return core
}

func followEnglish(text, topic, previous string) (string, bool) {
	if strings.Contains(lang.Fold(text), lang.Fold(topic)) {
		return text, false
	}
	if followPronoun.MatchString(text) {
		out := followPronoun.ReplaceAllStringFunc(text, func(p string) string {
			switch strings.ToLower(p) {
			case "its", "their", "theirs", "his", "her", "hers":
				return topic + "'s"
			case "there":
				return "in " + topic
			}
			return topic
		})
		return followStartEn.ReplaceAllString(out, ""), true
	}
	if m := followStartEn.FindString(text); m != "" {
		rest := strings.TrimRight(text[len(m):], "?？. ")
		if r, _ := utf8.DecodeRuneInString(rest); unicode.IsUpper(r) || len(questionNames(rest)) > 0 {
			return followSwap(previous, topic, rest), true
		}
		return rest + " of " + topic + "?", true
	}
	if len(strings.Fields(text)) <= 3 && len(questionNames(text)) == 0 {
		return strings.TrimRight(text, "?. ") + " of " + topic + "?", true
	}
	return text, false
}

func followChinese(text, topic, previous string) (string, bool) {
	if strings.Contains(lang.Fold(text), lang.Fold(topic)) {
		return text, false
	}
	if loc := followPronZh.FindStringIndex(text); loc != nil {
		out := text[:loc[0]] + topic + text[loc[1]:]
		for _, p := range []string{"那么", "那", "还有"} {
			out = strings.TrimPrefix(out, p)
		}
		return out, true
	}
	m := followZh.FindStringSubmatch(text)
	if m == nil {
		return text, false
	}
	body := strings.Trim(m[2], "，, ")
	switch {
	case m[3] != "" && utf8.RuneCountInString(body) <= 12 && !hasAny(body, []string{"什么", "谁", "哪", "多少", "几", "怎么", "如何"}):
		if previous != "" && strings.Contains(previous, topic) && !isAttributeZh(body) {
			return followSwap(previous, topic, body), true
		}
		return topic + "的" + body, true
	case m[1] != "" && utf8.RuneCountInString(body) <= 16, utf8.RuneCountInString(body) <= 8:
		return topic + body, true
	}
	return text, false
}

func isAttributeZh(s string) bool {
	for _, r := range questionAttributesZh {
		for _, w := range r.words {
			if strings.HasSuffix(s, w) {
				return true
			}
		}
	}
	return false
}

// followSwap asks the previous question of another subject: "and Berlin?" after "the population of Paris".
func followSwap(previous, topic, subject string) string {
	subject = strings.TrimSpace(strings.TrimPrefix(subject, "for "))
	if i := strings.Index(previous, topic); i >= 0 {
		return previous[:i] + subject + previous[i+len(topic):]
	}
	return subject + " " + previous
}

var followListItem = regexp.MustCompile(`(?m)^\s*(?:[-*•]|\d+[.)、])\s*(.+)$`)

// followItem resolves "the second one" to the item of the last answer's list.
func followItem(text, answer string) (string, bool) {
	loc := followOrder.FindStringIndex(text)
	if loc == nil || utf8.RuneCountInString(text) > 40 {
		return "", false
	}
	items := followListItem.FindAllStringSubmatch(answer, -1)
	n := ordinalIndex(text[loc[0]:loc[1]], len(items))
	if n < 0 || n >= len(items) {
		return "", false
	}
	item := strings.TrimSpace(citeMark.ReplaceAllString(items[n][1], ""))
	item = strings.TrimRight(item, "。.;；, ")
	rest := strings.TrimSpace(text[loc[1]:])
	rest = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(rest, "？?"), "呢"), " ")
	before := followStartEn.ReplaceAllString(strings.TrimSpace(text[:loc[0]]), "")
	before = strings.TrimSuffix(strings.TrimSpace(before), "the")
	if lang.Detect(text) == "zh" {
		before = strings.TrimPrefix(strings.TrimPrefix(before, "那么"), "那")
		return strings.TrimSpace(before + item + rest), true
	}
	return strings.Join(strings.Fields(before+" "+item+" "+rest), " "), true
}

var citeMark = regexp.MustCompile(`\[\d+\]`)

func ordinalIndex(word string, n int) int {
	w := strings.ToLower(word)
	if strings.HasPrefix(w, "last") || strings.HasPrefix(w, "最后") {
		return n - 1
	}
	for i, s := range []string{"first", "second", "third", "fourth", "fifth"} {
		if strings.HasPrefix(w, s) {
			return i
		}
	}
	for i, r := range []rune("一二三四五六七八九") {
		if strings.HasPrefix(w, "第"+string(r)) {
			return i
		}
	}
	return -1
}
