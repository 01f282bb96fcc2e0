package engine

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

// A bareFocus is a question word that stands alone, and what it asks by.
type bareFocus struct {
	alone *regexp.Regexp
	focus string // that takes its place before a whole question
}

func newBare(alone, focus string) bareFocus {
	return bareFocus{regexp.MustCompile(`(?i)^(?:` + alone + `)$`), focus}
}

var baresEn = []bareFocus{
	newBare(`why|how come|why so|why not|for what reason|what for|why (?:is|was) (?:that|this|it)(?: so| the case)?|what (?:was|is) the reason(?: for (?:that|this))?|what caused (?:that|this|it)`, "Why"),
	newBare(`since when|as of when`, "Since when"),
	newBare(`until when|till when`, "Until when"),
	newBare(`when|(?:in |and )?(?:what|which) year|when exactly|when (?:was|is) (?:that|this|it)|when did (?:that|this|it) happen|on what date`, "When"),
	newBare(`where|where exactly|where (?:was|is) (?:that|this)|where did (?:that|this|it) happen|in which (?:city|town|country|place)`, "Where"),
	newBare(`who|by whom|who (?:was|is) (?:that|it|this)|who did (?:that|this|it)|who exactly|and by whom`, "By whom"),
	newBare(`how long|for how long`, "How long"),
	newBare(`how much|for how much`, "How much"),
	newBare(`how many`, "How many"),
	newBare(`how|how so|how exactly|in what way`, "How"),
}

var baresZh = []bareFocus{
	newBare(`(?:这|那|这又|那又)?(?:是|又是)?(?:为什么|为何|为啥|什么原因|因为什么|怎么回事|怎么会)(?:会)?(?:这样|如此)?|原因(?:是什么|何在)?|怎么会这样|凭什么|何以如此`, "为什么"),
	newBare(`(?:这|那)?是?(?:什么时候|何时|哪一?年|哪天|哪一天|哪个月|什么时间|啥时候)(?:的事情?|发生)?的?|从什么时候(?:开始|起)的?|什么时候(?:开始|起)的?`, "什么时候"),
	newBare(`(?:这|那)?是?在?(?:哪里|哪儿|什么地方|何处|哪个城市|哪个国家|哪)(?:发生)?的?`, "哪里"),
	newBare(`(?:这|那)?(?:是|由)?(?:谁|哪位|什么人)(?:啊|呀|干|做|负责)?的?`, "谁"),
	newBare(`(?:持续)?(?:了)?(?:多久|多长时间|几年|多少年|几天)`, "多久"),
	newBare(`怎么(?:做|办)到的|如何做到的?`, "如何"),
}

// bare resolves a question word that stands alone ("Why?", 为什么呢, "Since
// when?"): a reason is asked of what the last answer says, anything else of
// what the last question asks.
func (d dialogue) bare(r remark) string {
	list := baresEn
	if r.zh {
		list = baresZh
	}
	for _, b := range list {
		if !b.alone.MatchString(r.body) {
			continue
		}
		if b.focus == "Why" || b.focus == "为什么" {
			return d.why(r.zh)
		}
		if questionLanguage(d.last().Question) == "zh" {
			return refocusZh(d.last().Question, focusIn(b.focus, "zh"))
		}
		return refocusEn(d.last().Question, focusIn(b.focus, "en"))
	}
	if k, _ := asksFor(r.body); k == KindWhy && d.repeatsClaim(r) {
		return d.why(r.zh)
	}
	return ""
}

// focuses pair the question words of both languages.
var focuses = [][2]string{{"When", "什么时候"}, {"Since when", "从什么时候"}, {"Until when", "到什么时候"}, {"Where", "哪里"}, {"By whom", "谁"}, {"How long", "多久"}, {"How much", "多少钱"}, {"How many", "多少"}, {"How", "如何"}}

// focusIn is a question word in the language of the question it goes into.
func focusIn(focus, language string) string {
	for _, f := range focuses {
		if f[0] == focus || f[1] == focus {
			if language == "zh" {
				return f[1]
			}
			return f[0]
		}
	}
	return focus
}

// repeatsClaim reports whether a question for a reason says no more than the
// last answer does: 为什么下降 after …下降到2.9亿元.
func (d dialogue) repeatsClaim(r remark) bool {
	claim := lang.Fold(d.claim())
	if claim == "" || len(questionNames(r.body)) > 0 {
		return false
	}
	if r.zh {
		w := strings.Join(strings.Fields(questionCore(r.body, "zh")), "")
		w = strings.Trim(followPronZh.ReplaceAllString(w, ""), "会要能了的而是 ")
		return w != "" && strings.Contains(claim, w)
	}
	stems := " " + stemmed(strings.Join(plainWords(claim), " ")) + " "
	n := 0
	for _, w := range plainWords(lang.Fold(questionCore(r.body, "en"))) {
		if followPronoun.MatchString(w) {
			continue
		}
		n++
		if !strings.Contains(stems, " "+lang.Stem(w)+" ") && !sameGroup(w, claim) {
			return false
		}
	}
	return n > 0
}

// sameGroup reports whether the text has a word that says nearly the same.
func sameGroup(word, text string) bool {
	g := synonyms()[lang.Stem(word)]
	if g == 0 {
		return false
	}
	for _, w := range plainWords(text) {
		if synonyms()[lang.Stem(w)] == g {
			return true
		}
	}
	return false
}

// maxClaim bounds what is taken of an answer, in bytes.
const maxClaim = 180

// claim is the first whole statement of the last answer; empty where it is a
// value, a list or a table alone.
func (d dialogue) claim() string {
	for _, line := range strings.Split(d.last().Answer, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "|") || listLine.MatchString(line) {
			continue
		}
		for _, s := range lang.Sentences(line) {
			t := strings.TrimSpace(line[s.Start:s.End])
			if zh := lang.Detect(t) == "zh"; zh && len([]rune(t)) < 7 || !zh && len(strings.Fields(t)) < 4 {
				continue
			}
			if len(t) > maxClaim {
				t = firstClauses(t)
			}
			return strings.TrimRight(t, ".。!！;； ")
		}
	}
	return ""
}

// firstClauses are the clauses that a long sentence begins with.
func firstClauses(t string) string {
	end := 0
	for _, c := range clauses(t) {
		if c.to > maxClaim && end > 0 {
			break
		}
		end = c.to
	}
	return strings.TrimRight(t[:end], ",，;； ")
}

var claimPronoun = regexp.MustCompile(`^(?:(?:It|They|He|She|This|The company) |它们?|[他她]们?|该公司|该产品)`)

// why asks for the reason of what the last answer says, of the subject that
// the last question names.
func (d dialogue) why(zh bool) string {
	q, claim := d.last().Question, d.claim()
	if claim == "" {
		if questionLanguage(q) == "zh" {
			return refocusZh(q, "为什么")
		}
		return refocusEn(q, "Why")
	}
	topic := subjectOf(q)
	if rest := claim[len(claimPronoun.FindString(claim)):]; rest != claim && topic != "" {
		if lang.Detect(claim) == "zh" {
			claim = topic + rest
		} else {
			claim = topic + " " + rest
		}
	}
	missing := topic != "" && !strings.Contains(lang.Fold(claim), lang.Fold(topic))
	if lang.Detect(claim) == "zh" {
		if missing && lang.Detect(topic) == "zh" {
			claim = topic + claim
		}
		return "为什么" + claim + "？"
	}
	if first, _, _ := strings.Cut(claim, " "); !missing || len(questionNames("x "+first)) == 0 {
		claim = lowerFirst(claim)
	}
	if missing {
		claim += " for " + topic
	}
	if zh {
		return "为什么 " + claim + "？"
	}
	return "Why is it that " + claim + "?"
}

// lowerFirst writes a sentence's first word small where it is a plain word.
func lowerFirst(s string) string {
	if first, _, _ := strings.Cut(s, " "); lang.Stop(lang.Fold(first)) || bilingual().classes[stemmed(first)] != "" && len(questionNames("x "+first)) == 0 {
		return string(unicode.ToLower(firstRune(s))) + s[len(string(firstRune(s))):]
	}
	return s
}

var (
	whLeadEn    = regexp.MustCompile(`(?i)^(?:(?:in|at|on|for|since|by|from|to|with|of|under) )?(?:who|whom|whose|what|which|when|where|why|how(?: (?:much|many|tall|high|long|old|far|big|large|deep|wide|fast|heavy|often))?)\b\s*`)
	passiveFrom = map[string]string{"wrote": "written", "began": "begun", "sang": "sung", "drew": "drawn", "gave": "given", "took": "taken", "chose": "chosen", "broke": "broken", "spoke": "spoken", "flew": "flown", "threw": "thrown", "stole": "stolen", "ate": "eaten", "wore": "worn"}
)

// refocusEn asks another thing of what an English question asks about: "When
// was X opened?" by whom is "By whom was X opened?".
func refocusEn(q, focus string) string {
	q = strings.TrimRight(q, "?. ")
	rest := q[len(whLeadEn.FindString(q)):]
	words := strings.Fields(rest)
	for i, w := range words {
		if questionAuxEn[lang.Fold(w)] {
			return focus + " " + strings.Join(words[i:], " ") + "?"
		}
		if i > 0 && bilingual().is(w, wordVerb) && !bilingual().is(w, wordNoun) {
			words = words[i:] // which city hosted …: the noun asked for goes
			break
		}
	}
	if len(words) < 2 {
		return focus + " " + rest + "?"
	}
	verb := words[0]
	if p := passiveFrom[lang.Fold(verb)]; p != "" {
		verb = p
	}
	return focus + " was " + strings.Join(words[1:], " ") + " " + verb + "?"
}

var focusZh = regexp.MustCompile(`在?(?:什么时候|何时|哪一年|哪年|哪一天|哪天|哪个月|哪里|哪儿|什么地方|哪个城市|哪个国家|哪座城市)|谁|哪位|多久|多长时间|多少钱|为什么|如何|怎么`)

// refocusZh asks another thing of what a Chinese question asks about: 由谁设计
// when is 什么时候设计.
func refocusZh(q, focus string) string {
	q = strings.Trim(q, closeZh)
	if loc := focusZh.FindStringIndex(q); loc != nil {
		old := q[loc[0]:loc[1]]
		if strings.HasPrefix(old, "在") && focus == "哪里" {
			focus = "在哪里"
		}
		before := q[:loc[0]]
		if focus != "谁" {
			before = strings.TrimSuffix(before, "由")
		}
		return before + focus + q[loc[1]:] + "？"
	}
	core := strings.Join(strings.Fields(questionCore(q, "zh")), "")
	return core + "是" + focus + "？"
}
