package engine

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A dialogue is what was said before a question: the earlier turns, each
// question completed, each answer without its marks.
type dialogue struct {
	turns []agent.Turn
}

// turnsBack is how many turns back a follow-up may reach.
const turnsBack = 6

var spacedMark = regexp.MustCompile(` ([?？,，])`)

var answerMarks = regexp.MustCompile(`\[\d+\]|\((?:quoted in [^)]*|引文为[^)]*)\)|（引文为[^）]*）`)

// questionResolve completes a follow-up from the conversation: an ordinal by
// the item it counts to, a bare question word by what was said, a pronoun or a
// missing subject by what the talk is of, a new name, time or qualifier in the
// question before. What is complete in itself stays as it is.
func questionResolve(text string, earlier []agent.Turn) (resolved string, follow bool) {
	if len(earlier) == 0 || strings.TrimSpace(text) == "" {
		return text, false
	}
	d := dialogue{}
	for _, t := range earlier[max(0, len(earlier)-turnsBack):] {
		q := t.Question
		if len(d.turns) > 0 {
			q, _ = d.resolve(q)
		}
		d.turns = append(d.turns, agent.Turn{Question: q, Answer: answerMarks.ReplaceAllString(t.Answer, "")})
	}
	return d.resolve(text)
}

// A remark is a follow-up parted into what joins it to the talk and what it says.
type remark struct {
	text   string // as it was put
	body   string // without connectives and closing marks
	linked bool   // it begins or ends as something that goes on
	zh     bool
}

var (
	linkEn  = regexp.MustCompile(`(?i)^(?:(?:and|but|also|then|so|or|ok|okay|well|now|what about|how about|what of|and for)\b[\s,]*)+`)
	linkZh  = regexp.MustCompile(`^(?:那么|那(?:[^里儿个座家部位些时边种年天本名所条年场次款]|$)|还有|以及|然后|另外|此外|换成|至于|再问|请问|好的?[，,])`)
	linksZh = []string{"那么", "那", "还有", "以及", "然后", "另外", "此外", "换成", "至于", "再问", "请问", "好的，", "好，", "，", ","}
	thanks  = regexp.MustCompile(`(?i)^(?:thanks|thank you|great|good|nice|i see|got it|ok|okay|hm+|ah|oh|谢谢你?|多谢|好的|明白了?|知道了|嗯|哦)[!.,！。，]+\s*`)
	closeZh = "？?。.！! "
)

func newRemark(text string) remark {
	r := remark{text: text, zh: questionLanguage(text) == "zh"}
	body := strings.Trim(thanks.ReplaceAllString(text, ""), closeZh+"\t")
	if !r.zh {
		m := linkEn.FindString(body)
		r.body, r.linked = strings.TrimSpace(body[len(m):]), m != ""
		return r
	}
	if trimmed := strings.TrimSuffix(body, "呢"); trimmed != body {
		r.linked, body = true, trimmed
	}
	for linkZh.MatchString(body) {
		r.linked = r.linked || !strings.HasPrefix(body, "请问")
		for _, l := range linksZh {
			body = strings.TrimPrefix(body, l)
		}
	}
	r.body = strings.Trim(strings.TrimRight(body, "啊呀吧"), "，, ")
	return r
}

func (d dialogue) last() agent.Turn { return d.turns[len(d.turns)-1] }

// resolve completes one question from the turns before it.
func (d dialogue) resolve(text string) (string, bool) {
	r := newRemark(text)
	if r.body == "" {
		return text, false
	}
	for _, way := range []func(remark) string{d.severalOf, d.counted, d.bare, d.pointed, d.elliptic} {
		if out := way(r); out != "" {
			out = spacedMark.ReplaceAllString(strings.Join(strings.Fields(out), " "), "$1")
			if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune("?？", last) && !hasAnySuffix(out, "?", "？") {
				out += string(last)
			}
			return out, true
		}
	}
	return text, false
}

// topic is what the talk is about: the thing that the newest question with one asks of.
func (d dialogue) topic() string {
	for i := len(d.turns) - 1; i >= 0; i-- {
		if t := answeredThing(d.turns[i]); t != "" {
			return t
		}
		if t := subjectOf(d.turns[i].Question); t != "" {
			return t
		}
	}
	return ""
}

var superlativeAsked = regexp.MustCompile(`(?i)^(?:what|which)\b.*\b(?:\w{3,}est|most \w+|capital)\b|最[^近后初终]|首都|省会|首府`)

// answeredThing is the name that answers a question for the thing itself ("which
// is the longest bridge"): the talk is of that from then on.
func answeredThing(t agent.Turn) string {
	if !superlativeAsked.MatchString(t.Question) {
		return ""
	}
	return answerHead(t)
}

// answerHead is the name that an answer begins with, where it begins with nothing else.
func answerHead(t agent.Turn) string {
	first, _, _ := strings.Cut(strings.TrimSpace(t.Answer), "\n")
	first = strings.Trim(first, "。.*-• ")
	if first == "" || strings.Contains(first, "|") || strings.ContainsAny(first, "0123456789") && lang.Detect(first) != "en" {
		return ""
	}
	if utf8.RuneCountInString(first) <= leadRunes && len(strings.Fields(first)) <= leadWords {
		return first
	}
	for _, n := range questionNames(first) {
		if strings.HasPrefix(first, n) && !strings.Contains(lang.Fold(t.Question), lang.Fold(n)) {
			return n
		}
	}
	return ""
}

// The length of an answer's first line that is taken for a name.
const (
	leadRunes = 24
	leadWords = 5
)

// subjectOf is the thing that a question asks of, as it names it.
func subjectOf(question string) string {
	if questionLanguage(question) == "zh" {
		return subjectZh(question)
	}
	return subjectEn(question)
}

// asksFor is what the question is asked for: its kind and what is expected.
func asksFor(question string) (Kind, Expect) {
	a := Analysis{}
	f := lang.Fold(question)
	if questionLanguage(question) == "zh" {
		questionKindZh(&a, f)
	} else {
		questionKindEn(&a, f)
	}
	return a.Kind, a.Expect
}

// people are the persons that the newest answer to a question for one names,
// else those that a question names.
func (d dialogue) people() []string {
	for i := len(d.turns) - 1; i >= 0; i-- {
		t := d.turns[i]
		if k, e := asksFor(t.Question); k == KindWho || e == ExpectPerson {
			if p := personsOf(t.Answer, t.Question); len(p) > 0 {
				return p
			}
			if h := answerHead(t); h != "" {
				return []string{h}
			}
		}
		if p := personsOf(t.Question, ""); len(p) > 0 {
			return p
		}
	}
	return nil
}

// personsOf are the persons named in a text that the other text does not name.
func personsOf(text, other string) []string {
	var out []string
	if lang.Detect(text) == "zh" {
		out = personsZh(text)
	}
	for _, n := range questionNames(text) {
		words := strings.Fields(n)
		if len(words) >= 2 && len(words) <= 4 && !strings.ContainsAny(n, "0123456789") && !thingName(words) {
			out = append(out, n)
		}
	}
	var keep []string
	for _, p := range dedupe(out) {
		if !strings.Contains(lang.Fold(other), lang.Fold(p)) {
			keep = append(keep, p)
		}
	}
	return keep
}

// thingName reports whether a capitalised name ends as the name of a thing does: Town Hall, Port Ansel.
func thingName(words []string) bool {
	b := bilingual()
	return b.is(words[len(words)-1], wordNoun, wordTrait) || b.is(words[0], wordNoun, wordPlace) || !unicode.IsUpper(firstRune(words[len(words)-1]))
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// What may stand before and after a name, besides what the reader knows.
const (
	personAfter  = nameAfter + "设创建写发制作画译撰编修组提绘谱毕就从曾已所共个。"
	personBefore = nameBefore + "师任者工监事导"
)

var dottedName = regexp.MustCompile(`\p{Han}{1,6}(?:·\p{Han}{1,8})+`)

// personsZh are the persons of a Chinese text: a surname with its given name,
// or a name with a dot in it.
func personsZh(text string) []string {
	out := dottedName.FindAllString(text, -1)
	for _, line := range strings.Split(text, "\n") {
		s := readSentence{text: line, tokens: readTokens(line), language: "zh"}
		for i := 0; i < len(s.tokens); i++ {
			if end := personEnd(&s, i); end > i {
				out = append(out, line[s.tokens[i].start:s.tokens[end].end])
				i = end
			}
		}
	}
	return out
}

// personEnd is the last token of the person's name that begins at i, or i where none does.
func personEnd(s *readSentence, i int) int {
	t := &s.tokens[i]
	starts := i == 0 || t.gap != 0 || s.tokens[i-1].kind != lang.KindHan || strings.Contains(personBefore, s.tokens[i-1].text)
	if !starts || t.kind != lang.KindHan || !strings.Contains(surnamesZh, t.text) {
		return i
	}
	for _, n := range []int{2, 1} {
		end := i + n
		if end >= len(s.tokens) || !givenName(s.tokens[i+1:end+1]) || bilingual().classes[s.text[t.start:s.tokens[end].end]] != "" {
			continue
		}
		if end+1 == len(s.tokens) || s.tokens[end+1].gap != 0 || s.tokens[end+1].kind != lang.KindHan || strings.Contains(personAfter, s.tokens[end+1].text) {
			return end
		}
	}
	return i
}
