package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// questionWordsEn are words of a question that carry no content.
var questionWordsEn = wordSet(`what which who whom whose when where why how is are was were do does did can could
has have had will would should may might must shall please tell me about the a an of in on at to for by with from
and or it its their his her list name give explain describe define compare if that there any i you we now currently nowadays`)

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var (
	questionAsksEn = wordSet(`what which who whom whose when where why how is are was were do does did can could`)
	questionAuxEn  = wordSet(`is are was were do does did can could has have had will would should may might must
shall isn aren wasn weren don doesn didn hasn haven hadn won wouldn couldn`)
	headYearEn   = wordSet(`year years decade century`)
	headDateEn   = wordSet(`date day month time era season period birthday`)
	headPlaceEn  = wordSet(`city cities country countries place places location locations state town village region province county continent island river lake mountain capital birthplace street district area venue stadium nation neighborhood campus`)
	headPersonEn = wordSet(`person people president king queen emperor author writer director actor actress singer player scientist inventor founder chairman ceo leader general minister man woman artist composer architect philosopher coach quarterback physicist mathematician pope explorer politician governor mayor husband wife father mother son daughter`)
	headNumberEn = wordSet(`number percentage percent population amount version size length height width depth distance weight speed rate temperature area price cost age total score ratio proportion value fraction quantity elevation altitude salary budget revenue`)
	headNameEn   = wordSet(`name title company organization university school team band album song book film movie language currency color religion party newspaper magazine group award channel network`)
)

var questionPatternsEn = []struct {
	kind  Kind
	words []string
}{
	{KindComparison, []string{"difference between", "differences between", "differ from", "compare", "compared to", "comparison", "vs", "versus", "pros and cons"}},
	{KindHowTo, []string{"how to", "how do i", "how do you", "how do we", "how can i", "how can you", "how can we", "how should i", "how should you", "steps to", "guide to", "instructions for", "how does one", "step by step", "what should i do", "what should you do", "what should we do", "what steps", "what are the steps", "what to do"}},
	{KindNews, []string{"latest news", "what's new", "what is new", "news about", "news on", "recent developments", "recent news", "what happened", "latest developments"}},
	{KindOverview, []string{"tell me about", "overview of", "give an overview", "introduction to", "introduce", "describe", "summary of", "summarize", "summarise", "everything about", "explain"}},
	{KindDefinition, []string{"define", "definition of", "meaning of", "what is meant by", "stand for", "stands for"}},
	{KindList, []string{"list", "name all", "name the", "name some", "give examples", "examples of", "what are some", "enumerate", "name two", "name three", "name four", "name five", "name one"}},
	{KindWhy, []string{"why", "what caused", "what causes", "what was the reason", "what is the reason", "reason for", "reasons for", "how come", "for what reason"}},
}

// questionKindEn sets Kind, Expect and Head of an English question; f is its folded text.
func questionKindEn(a *Analysis, f string) {
	words := plainWords(f)
	if len(words) == 0 {
		a.Kind = KindOverview
		return
	}
	for _, p := range questionPatternsEn {
		if hasAny(f, p.words) && !(p.kind == KindComparison && hasAnyPrefix(f, "how many ", "how much ", "when ", "where ")) {
			a.Kind = p.kind
			return
		}
	}
	f = strings.TrimRight(f, "?. ")
	if hasAnyPrefix(f, "what ", "which ") && (strings.HasSuffix(f, " are there") || strings.HasSuffix(f, " exist")) {
		a.Kind = KindList
		if len(words) > 2 {
			a.Head = words[1]
		}
		return
	}
	if questionAuxEn[words[0]] {
		a.Kind = KindYesNo
		if i := indexWord(words, "or"); i > 0 && i < len(words)-1 && !hasAny(f, []string{"or not"}) {
			a.Kind = KindWhich
		}
		return
	}
	wh := -1
	for i, w := range words {
		if w == "what" || w == "which" || w == "who" || w == "whom" || w == "whose" || w == "when" || w == "where" || w == "how" || w == "what's" || w == "who's" {
			wh = i
			break
		}
	}
	if wh < 0 {
		questionKeywordsEn(a, words)
		return
	}
	questionWhEn(a, words, wh)
}

func questionWhEn(a *Analysis, words []string, wh int) {
	rest := words[wh+1:]
	next := ""
	if len(rest) > 0 {
		next = rest[0]
	}
	switch strings.TrimSuffix(words[wh], "'s") {
	case "when":
		a.Kind, a.Expect = KindWhen, ExpectDate
	case "where":
		a.Kind, a.Expect = KindWhere, ExpectPlace
	case "who", "whom", "whose":
		a.Kind, a.Expect = KindWho, ExpectPerson
	case "how":
		questionHowEn(a, next, rest)
	default:
		questionWhatEn(a, words, wh)
	}
}

func questionHowEn(a *Analysis, next string, rest []string) {
	a.Kind, a.Expect = KindCount, ExpectNumber
	switch next {
	case "many":
		if len(rest) > 1 {
			a.Head = rest[1]
		}
	case "much":
		if len(rest) > 1 && (rest[1] == "money" || rest[1] == "did" || rest[1] == "does" || rest[1] == "is" || rest[1] == "was") {
			a.Expect = ExpectMoney
		}
		if len(rest) > 1 && !questionAuxEn[rest[1]] {
			a.Head = rest[1]
		}
	case "long", "old":
		a.Expect = ExpectDuration
	case "far", "tall", "high", "big", "large", "deep", "fast", "often", "wide", "heavy", "hot", "cold", "frequently", "small", "thick", "close", "soon", "quickly":
	default:
		a.Kind, a.Expect = KindHow, ExpectAny
	}
}

// questionWhatEn handles what and which: the noun that follows says what is wanted.
func questionWhatEn(a *Analysis, words []string, wh int) {
	rest := words[wh+1:]
	a.Kind = KindFact
	if words[wh] == "which" {
		a.Kind = KindWhich
	}
	head := headNounEn(rest)
	a.Head = head
	switch {
	case headYearEn[head]:
		a.Kind, a.Expect = KindWhen, ExpectYear
	case headDateEn[head]:
		a.Kind, a.Expect = KindWhen, ExpectDate
	case headPlaceEn[head]:
		a.Kind, a.Expect = KindWhere, ExpectPlace
	case head == "percentage" || head == "percent" || head == "proportion":
		a.Kind, a.Expect = KindCount, ExpectPercent
	case headNumberEn[head]:
		a.Kind, a.Expect = KindCount, ExpectNumber
	case headPersonEn[head]:
		a.Kind, a.Expect = KindWho, ExpectPerson
	case headNameEn[head]:
		a.Expect = ExpectName
	}
	if a.Expect != ExpectAny || len(rest) == 0 {
		return
	}
	short := len(rest) <= 6 && indexWord(rest, "of") < 0 && indexWord(rest, "for") < 0 && indexWord(rest, "in") < 0
	switch {
	case rest[0] == "are" && len(rest) > 2 && rest[1] == "the" && strings.HasSuffix(head, "s"):
		a.Kind = KindList
	case (rest[0] == "is" || rest[0] == "are" || words[wh] == "what's") && short:
		a.Kind = KindDefinition
	case rest[0] == "does" && rest[len(rest)-1] == "mean":
		a.Kind = KindDefinition
	}
}

// headNounEn is the noun that "what" or "which" asks for: the last word of
// the first noun phrase, or, after a form of "be", of the phrase that follows it.
func headNounEn(rest []string) string {
	i := 0
	if i < len(rest) && (questionAuxEn[rest[i]] && (rest[i] == "is" || rest[i] == "are" || rest[i] == "was" || rest[i] == "were")) {
		i++
	} else if i < len(rest) && questionAuxEn[rest[i]] {
		return ""
	}
	head := ""
	for ; i < len(rest); i++ {
		w := rest[i]
		if w == "the" || w == "a" || w == "an" || w == "type" || w == "kind" || w == "sort" {
			continue
		}
		if w == "of" && head == "" {
			continue
		}
		if lang.Stop(w) || questionAuxEn[w] {
			break
		}
		if head != "" && (strings.HasSuffix(w, "ed") || strings.HasSuffix(w, "ing")) {
			break
		}
		if head != "" && isHeadNoun(head) {
			break
		}
		head = w
	}
	return head
}

func isHeadNoun(w string) bool {
	return headYearEn[w] || headDateEn[w] || headPlaceEn[w] || headPersonEn[w] || headNumberEn[w] || headNameEn[w]
}

// questionKeywordsEn reads a query that has no question word: an attribute
// noun says what is wanted, a lone name asks for an overview.
func questionKeywordsEn(a *Analysis, words []string) {
	a.Kind = KindFact
	content := 0
	for _, w := range words {
		if !lang.Stop(w) {
			content++
		}
		switch {
		case headYearEn[w]:
			a.Kind, a.Expect, a.Head = KindWhen, ExpectYear, w
		case headDateEn[w]:
			a.Kind, a.Expect, a.Head = KindWhen, ExpectDate, w
		case headPlaceEn[w]:
			a.Kind, a.Expect, a.Head = KindWhere, ExpectPlace, w
		case headNumberEn[w]:
			a.Kind, a.Expect, a.Head = KindCount, ExpectNumber, w
		case headPersonEn[w]:
			a.Kind, a.Expect, a.Head = KindWho, ExpectPerson, w
		case w == "news":
			a.Kind = KindNews
			return
		}
	}
	if a.Kind == KindFact && content <= 3 {
		a.Kind = KindOverview
	}
}

// plainWords splits folded text into words; an apostrophe stays inside one.
func plainWords(f string) []string {
	return strings.FieldsFunc(f, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '\'' || r == '-' || r > 0x7f)
	})
}

func indexWord(words []string, w string) int {
	for i, x := range words {
		if x == w {
			return i
		}
	}
	return -1
}
