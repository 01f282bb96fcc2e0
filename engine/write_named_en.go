package engine

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// A naming is the names that a sentence gives as the answer: several where
// several did it together.
type naming struct {
	names  []string
	also   string    // what stands in brackets behind them: the name in another script
	at     lang.Span // of the first
	past   bool      // who it was
	denies bool      // it says of another that it was not
	loose  bool      // it says so by the way, of whom it says something else: the director Ann Dole said
}

// framesEn are the ways in which an English sentence says who did what is asked.
type framesEn struct {
	asked                                         *nameAsked
	passive, ahead, head, active, is, whose, bare *regexp.Regexp
}

// topicRe matches the topic in a sentence: its words, the name that they end
// in, and where the page's title has it what stands for it.
func topicRe(topic string, names []string, titled bool) string {
	t := regexp.QuoteMeta(topic)
	for _, n := range names {
		if f := lang.Fold(n); strings.HasSuffix(topic, " "+f) {
			t += "|" + regexp.QuoteMeta(f)
		}
	}
	if titled {
		words := strings.Fields(topic)
		t += "|^it|^he|^she|^(?:the|this) " + regexp.QuoteMeta(words[len(words)-1])
	}
	return `["“]?(?:` + t + `)["”]?`
}

const (
	asideEn  = `(?:\s*\([^)]*\)|,[^,.;]{1,60},)?`
	wereEn   = `(?:(?:is|was|were|are|had been|has been)\s+)`
	beforeEn = `(?:not |also |first |later |himself |herself |\w+ly ){0,2}`
	thingEn  = `[^,.;]{1,70}? ` // what it is: a stone bridge in Skelby, built by
	kindEn   = `(?:the |this |a )?(?:(?:film|novel|play|book|song|original|old|famous|present) )?`
)

func newFramesEn(n *nameAsked, names []string, titled bool) *framesEn {
	topic := topicRe(n.topic, names, titled)
	f := &framesEn{asked: n}
	if n.tie.verbs != "" && n.order == "" && !(n.office && n.past) {
		v := `(?:` + n.tie.verbs + `)`
		f.passive = regexp.MustCompile(`(?i)` + topic + asideEn + `,?\s+(?:(?:which|that)\s+|(?:is|was) an? ` + thingEn + `)?` + wereEn + `?` + beforeEn + v + `\b`)
		f.ahead = regexp.MustCompile(`(?i)^(?:\w+ and )?` + beforeEn + v + `\b`)
		f.head = regexp.MustCompile(`(?i)^[^,.;]{0,40},\s*(?:the )?(?:` + strings.ReplaceAll(topic, "^", "") + `)`)
		f.active = regexp.MustCompile(`(?i)\b` + beforeEn + v + ` ` + kindEn + topic)
	}
	if n.tie.nouns != "" {
		noun := `(?:` + n.tie.nouns + `)`
		f.is = regexp.MustCompile(`(?i)\b(` + noun + `) (?:of|at|for|behind) ` + kindEn + topic)
		f.whose = regexp.MustCompile(`(?i)` + topic + `(?:['’]s)? ((?:[a-z][\w-]* ){0,2})` + noun + `\b(,| is| was|)`)
	}
	if f.is != nil && titled {
		f.bare = regexp.MustCompile(`(?i)^(?:the|its) ((?:[a-z][\w-]* ){0,2})(?:` + n.tie.nouns + `)(,| is| was)\s+`)
	}
	return f
}

// said are the names that the sentence gives; false where it gives none, or
// does not say plainly whose they are.
func (f *framesEn) said(text string) (naming, bool) {
	for _, say := range []func(string) (naming, bool){f.saidPassive, f.saidAhead, f.saidActive, f.saidNoun, f.saidWhose} {
		if n, ok := say(text); ok {
			return n, true
		}
	}
	return naming{}, false
}

// byEn is how far behind a verb its doer is looked for.
const byEn = 70

var (
	byWord   = regexp.MustCompile(`\bby\s+`)
	notBy    = regexp.MustCompile(`(?i)\bnot(?: \w+)? $`)
	brokenEn = regexp.MustCompile(`[;:.]\s|\band\b|\bbut (?:\w+ )*(?:was|were)\b`)
)

// doer are the names behind the verb's "by".
func doer(text string, from int) (naming, bool) {
	rest := text[from:min(len(text), from+byEn)]
	denies := false
	for _, m := range byWord.FindAllStringIndex(rest, -1) {
		if notBy.MatchString(rest[:m[0]]) {
			denies = true
			continue
		}
		if !denies && brokenEn.MatchString(rest[:m[0]]) {
			break
		}
		if n, ok := namesFrom(text, from+m[1]); ok {
			n.denies = denies
			return n, true
		}
	}
	return naming{}, false
}

// ofAnother is how a thing is told of by another: a sequel to a film directed by.
var ofAnother = regexp.MustCompile(`(?i)\b(?:is|was) an? [^,]*\b(?:to|of|from|by|based|like|beside|near)\b`)

func (f *framesEn) saidPassive(text string) (naming, bool) {
	if f.passive == nil {
		return naming{}, false
	}
	m := f.passive.FindStringIndex(text)
	if m == nil || !begins(text[:m[0]]) || ofAnother.MatchString(text[m[0]:m[1]]) {
		return naming{}, false
	}
	if notDone.MatchString(text[m[0]:m[1]]) {
		return instead(text, m[1])
	}
	return doer(text, m[1])
}

var (
	notDone = regexp.MustCompile(`(?i)\bnot\b`)
	butByEn = regexp.MustCompile(`^[^;]{0,90}?\bbut (?:rather |in fact )?by\s+`)
)

// instead are the names of those who did it where one is said not to have.
func instead(text string, from int) (naming, bool) {
	m := butByEn.FindStringIndex(text[from:])
	if m == nil {
		return naming{}, false
	}
	n, ok := namesFrom(text, from+m[1])
	n.denies = true
	return n, ok
}

func (f *framesEn) saidAhead(text string) (naming, bool) {
	if f.ahead == nil {
		return naming{}, false
	}
	m := f.ahead.FindStringIndex(text)
	if m == nil {
		return naming{}, false
	}
	n, ok := doer(text, m[1])
	if ok {
		loc := f.head.FindStringIndex(text[n.at.End:])
		if loc == nil {
			return naming{}, false
		}
	}
	return n, ok
}

func (f *framesEn) saidActive(text string) (naming, bool) {
	if f.active == nil {
		return naming{}, false
	}
	m := f.active.FindStringIndex(text)
	if m == nil || goesOn(text[m[1]:]) {
		return naming{}, false
	}
	return namesBefore(text, m[0])
}

// saidNoun reads "the architect of X was N" and "N was the architect of X".
func (f *framesEn) saidNoun(text string) (naming, bool) {
	if f.is == nil {
		return naming{}, false
	}
	m := f.is.FindStringSubmatchIndex(text)
	if m == nil || goesOn(text[m[1]:]) {
		return naming{}, false
	}
	lead, ok := f.lead(text[:m[2]])
	if !ok {
		return naming{}, false
	}
	if at := isBehind.FindStringSubmatchIndex(text[m[1]:]); at != nil && !lead.copula {
		n, ok := namesFrom(text, m[1]+at[1])
		n.past, n.loose = past(text[m[1]+at[2]:m[1]+at[3]]), text[m[1]+at[2]] == ','
		return n, ok && begins(text[:lead.at])
	}
	n, ok := namesBefore(text, lead.at)
	n.past, n.loose = lead.past, !lead.copula
	return n, ok
}

var isBehind = regexp.MustCompile(`^` + asideEn + `\s*(,| is| was| are| were)\s+`)

func past(word string) bool { return strings.HasPrefix(strings.TrimSpace(word), "w") }

// formerEn stands before one who holds the office no longer, or not alone.
var formerEn = regexp.MustCompile(`(?i)\b(?:former|ex|then|past|late|retired|one-time|deputy|vice|acting|interim|assistant|co|fellow|future|next|incoming|outgoing)[ -]$|[\w,] (?-i:[A-Z])[\w-]*[ -]$`)

// isBefore is the verb of "Ann Dole is Orlo's director".
var isBefore = regexp.MustCompile(` (is|was|became) (?:the )?$`)

func (f *framesEn) saidWhose(text string) (naming, bool) {
	if f.is == nil {
		return naming{}, false
	}
	m := f.whose.FindStringSubmatchIndex(text)
	if m == nil && f.bare != nil {
		m = f.bare.FindStringSubmatchIndex(text)
	}
	if m == nil || !f.ordered(strings.Fields(lang.Fold(text[m[2]:m[3]]))) {
		return naming{}, false
	}
	if is := isBefore.FindStringSubmatchIndex(text[:m[0]]); is != nil {
		n, ok := namesBefore(text, is[0])
		n.past = past(text[is[2]:is[3]])
		return n, ok
	}
	if headline(text) || !begins(text[:m[0]]) && (m[4] < m[5] || formerEn.MatchString(text[:m[0]])) {
		return naming{}, false
	}
	n, ok := namesFrom(text, m[1]+len(text[m[1]:])-len(strings.TrimLeft(text[m[1]:], " ")))
	n.past, n.loose = past(text[m[4]:m[5]]), !strings.HasPrefix(text[m[4]:m[5]], " ")
	return n, ok
}

// headline reports whether a text capitalises its words, so that none tells a name.
func headline(text string) bool {
	words, upper := strings.Fields(text), 0
	for _, w := range words {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsUpper(r) {
			upper++
		}
	}
	return len(words) > 4 && upper*3 > len(words)*2
}

// A roleLead is what stands before an office: its adjectives are taken off.
type roleLead struct {
	at     int
	copula bool
	past   bool
}

// freeEn say nothing of who holds an office beside others.
var freeEn = wordSet("chief lead main sole principal current present executive managing actual")

// lead walks back over the words before a role: false where they make it
// another role, or one of several.
func (f *framesEn) lead(before string) (roleLead, bool) {
	l := roleLead{at: len(before)}
	var adjectives []string
	for range 5 {
		word := lastWordEn.FindStringIndex(before[:l.at])
		if word == nil {
			break
		}
		switch w := lang.Fold(strings.TrimSpace(before[word[0]:l.at])); {
		case w == "the" || w == "its":
		case w == "a" || w == "an":
			return l, false
		case w == "is" || w == "was" || w == "became" || w == "as":
			l.at, l.copula, l.past = word[0], true, w != "is"
			return l, f.ordered(adjectives)
		case !unicode.IsLower(rune(before[word[0]])) && word[0] > 0:
			return l, false // Lord Mayor
		default:
			adjectives = append(adjectives, w)
		}
		l.at = word[0]
	}
	return l, f.ordered(adjectives)
}

var lastWordEn = regexp.MustCompile(`[\w-]+\s*$`)

// ordered reports whether the adjectives are of the order asked for, and make no other role.
func (f *framesEn) ordered(adjectives []string) bool {
	order := ""
	for _, a := range adjectives {
		switch {
		case freeEn[a] || a == "the":
		case strings.Contains("|"+ordersEn+"|", "|"+a+"|"):
			order = orderOf(a)
		default:
			return false
		}
	}
	return order == f.asked.order
}

var (
	beginsEn = regexp.MustCompile(`(?i)(?:^|[.;:(]\s*|,\s*|\b(?:that|while|but|where|says|said)\s+)(?:the |an? |this )?(?:(?:old|new|famous|novel|film|play|book|song|company|town of|village of|bridge at) ?)?["“]?$`)
	goesOnEn = regexp.MustCompile(`^["”]?(?:['’]s\b| (?:of (?:the )?)?[A-Z][\w]|-\w)`)
)

// begins reports whether a clause begins behind the text.
func begins(before string) bool { return beginsEn.MatchString(before) }

// goesOn reports whether a longer name goes on in the text: Harrow Bridge Road.
func goesOn(rest string) bool { return goesOnEn.MatchString(rest) }
