package engine

import (
	"regexp"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A Kind is what sort of answer a question wants.
type Kind string

// The kinds of question.
const (
	KindFact       Kind = "fact" // a thing or phrase: "what did the act establish"
	KindYesNo      Kind = "yes_no"
	KindWho        Kind = "who"
	KindWhen       Kind = "when"
	KindWhere      Kind = "where"
	KindCount      Kind = "how_many"
	KindWhich      Kind = "which"
	KindDefinition Kind = "definition"
	KindList       Kind = "list"
	KindHowTo      Kind = "how_to"
	KindHow        Kind = "how" // the manner of something, not instructions
	KindWhy        Kind = "why"
	KindComparison Kind = "comparison"
	KindOverview   Kind = "overview"
	KindNews       Kind = "news"
)

// An Expect is what the shortest answer to a question must look like.
type Expect string

// What the shortest answer must look like.
const (
	ExpectAny      Expect = ""
	ExpectPerson   Expect = "person"
	ExpectPlace    Expect = "place"
	ExpectDate     Expect = "date"
	ExpectYear     Expect = "year"
	ExpectNumber   Expect = "number"
	ExpectMoney    Expect = "money"
	ExpectPercent  Expect = "percent"
	ExpectDuration Expect = "duration"
	ExpectName     Expect = "name"
)

// An Analysis is what the built-in engine understood of a question.
type Analysis struct {
	Text     string // the question, completed from the conversation where it was a follow-up
	Original string // as it was asked
	Language string // of the question: "zh", "en", …
	From     string // the language that it was asked in, where Text is in another: that of the pages
	Speak    string // the language of the engine's own words: the question's, unless another was asked for
	Kind     Kind
	Expect   Expect
	Head     string   // the noun asked for: "city" of "which city", 城市 of 哪个城市; folded
	Core     string   // the question without its scaffolding ("what is the", 请问, 是多少)
	Terms    []string // content terms of Core for matching, as lang.Terms gives them
	Names    []string // entities, titles, codes and quoted words
	Numbers  []lang.Quantity
	Dates    []lang.Date // relative ones resolved against now
	After    string      // YYYY-MM-DD: only newer material is wanted
	Fresh    bool        // the newest counts: "latest", 最新, 目前
	Sites    []string    // site: constraints, hosts
	Sides    []string    // what is compared
	Parts    []string    // a question for each of two things that are asked at once
	Count    int         // how many items a list question asks for; 0: not said
	FollowUp bool        // it was completed from an earlier turn
	Asked    time.Time
}

// Short reports whether the question has a short direct answer: a span, a number, a date, yes or no.
func (a Analysis) Short() bool {
	switch a.Kind {
	case KindFact, KindYesNo, KindWho, KindWhen, KindWhere, KindCount, KindWhich:
		return true
	}
	return false
}

// Analyse says what a question asks for. Relative dates count from now; a
// follow-up ("and its price?", 那第二个呢) is completed from the earlier turns,
// oldest first.
func Analyse(text string, now time.Time, earlier []agent.Turn) Analysis {
	a := Analysis{Original: text, Asked: now}
	text, a.Sites = questionSites(strings.Join(strings.Fields(text), " "))
	text, a.FollowUp = questionResolve(text, earlier)
	a.Text = text
	a.Language = questionLanguage(text)
	a.Speak = a.Language
	if a.FollowUp {
		a.Speak = questionLanguage(a.Original)
	}
	f := lang.Fold(text)
	if a.Language == "zh" {
		questionKindZh(&a, f)
	} else {
		questionKindEn(&a, f)
	}
	a.Core = questionCore(text, a.Language)
	a.Terms = lang.Terms(a.Core)
	if len(a.Terms) == 0 {
		a.Terms = lang.Terms(text)
	}
	a.Names = questionNames(text)
	a.Dates = lang.Dates(text, now)
	a.Numbers = questionNumbers(text, a.Dates)
	a.Fresh = a.Kind == KindNews || hasAny(f, questionFreshWords)
	a.After = questionAfter(a, f, now)
	if a.Kind == KindComparison {
		a.Sides = questionSides(text, a.Language)
	}
	if a.Short() && a.Kind != KindYesNo {
		a.Parts = questionParts(text, a.Language, nil)
	}
	if a.Kind == KindList {
		a.Count = questionCount(a.Numbers)
	}
	return a
}

// questionLanguage is the language a question is answered in: Chinese as soon
// as it has Han characters that are not merely a quoted name.
func questionLanguage(text string) string {
	if l := lang.Asked(text); l != "" {
		return l
	}
	return "en"
}

var questionFreshWords = []string{
	"latest", "newest", "current", "currently", "most recent", "now", "at present", "these days", "nowadays", "this year", "today",
	"最新", "目前", "现在", "当前", "如今", "最近", "近日", "今年", "今天", "截至",
}

func hasAny(s string, words []string) bool {
	for _, w := range words {
		if containsWord(s, w) {
			return true
		}
	}
	return false
}

// containsWord finds w in s; a Latin w only at word borders.
func containsWord(s, w string) bool {
	return wordIndex(s, w) >= 0
}

func wordIndex(s, w string) int {
	latin := w != "" && w[0] < 0x80
	for at := 0; ; {
		i := strings.Index(s[at:], w)
		if i < 0 {
			return -1
		}
		i += at
		if !latin || !wordByte(s, i-1) && !wordByte(s, i+len(w)) {
			return i
		}
		at = i + len(w)
	}
}

func wordByte(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	c := s[i]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// questionSites takes site: constraints out of a question.
func questionSites(text string) (rest string, sites []string) {
	if !strings.Contains(text, "site:") {
		return text, nil
	}
	var keep []string
	for _, w := range strings.Fields(text) {
		if s, ok := strings.CutPrefix(w, "site:"); ok && s != "" {
			s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
			sites = append(sites, strings.TrimRight(s, "/"))
			continue
		}
		keep = append(keep, w)
	}
	if len(keep) == 0 {
		return text, sites
	}
	return strings.Join(keep, " "), sites
}

// leadNameZh is the word in Latin letters that a Chinese question begins with.
var leadNameZh = regexp.MustCompile(`^([A-Z][\p{Latin}\d.+#-]+) ?\p{Han}`)

// questionNames are the entities of a question, without the question's own
// capitalised first word.
func questionNames(text string) []string {
	var out []string
	seen := map[string]bool{}
	if m := leadNameZh.FindStringSubmatch(text); m != nil { // in Chinese no first word is but for its place in capitals
		out, seen[lang.Fold(m[1])] = append(out, m[1]), true
	}
	for _, sp := range lang.Names(text) {
		n := strings.Trim(text[sp.Start:sp.End], " \t\"'“”‘’「」《》?？,，.。")
		f := lang.Fold(n)
		if first, rest, ok := strings.Cut(f, " "); ok && questionWordsEn[first] {
			n, f = n[len(first)+1:], rest
		}
		if f == "" || questionWordsEn[f] || lang.Stop(f) || seen[f] {
			continue
		}
		seen[f] = true
		out = append(out, n)
	}
	return out
}

// questionNumbers are the quantities of a question that are not parts of its dates.
func questionNumbers(text string, dates []lang.Date) []lang.Quantity {
	var out []lang.Quantity
next:
	for _, q := range lang.Quantities(text) {
		for _, d := range dates {
			if q.Start < d.End && d.Start < q.End {
				continue next
			}
		}
		out = append(out, q)
	}
	return out
}

func questionCount(numbers []lang.Quantity) int {
	for _, q := range numbers {
		if q.Unit != "ordinal" && q.Value >= 1 && q.Value <= 50 && q.Value == float64(int(q.Value)) {
			return int(q.Value)
		}
	}
	return 0
}

// questionAfter is the day from which on material is wanted, where the question says so.
func questionAfter(a Analysis, f string, now time.Time) string {
	since := hasAny(f, []string{"since", "after", "以来", "之后", "以后"})
	if since && len(a.Dates) > 0 {
		d := a.Dates[0]
		if d.Year > 0 {
			return time.Date(d.Year, time.Month(max(1, d.Month)), max(1, d.Day), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		}
	}
	if a.Kind == KindNews && len(a.Dates) == 0 {
		return now.AddDate(0, -3, 0).Format(time.DateOnly)
	}
	return ""
}
