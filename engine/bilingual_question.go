package engine

import (
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A gloss is a stretch of a question and what it is in the other language.
type gloss struct {
	own     string   // as the question has it
	choices []string // in the other language, the usual one first; none: it stays as it is
	name    bool     // it stays as it is because it is a name, a number or a code
}

// wordsSeen counts how often pages have a word or phrase, to choose among translations.
type wordsSeen func(word string) int

// otherLanguage is the language beside the question's that pages may be in.
func (a Analysis) otherLanguage() string {
	if a.Language == "zh" {
		return "en"
	}
	return "zh"
}

// glosses part the question's core into names and words with their translations.
func (a Analysis) glosses() []gloss {
	if a.Language == "zh" {
		return glossesZh(a.Core)
	}
	return a.glossesEn()
}

// maxPhrase is the number of words of the longest English phrase of the table.
const maxPhrase = 4

// measureWords are what "how" measures by in English, and no content otherwise.
var measureWords = wordSet(`many much often kind type sort`)

func (a Analysis) glossesEn() []gloss {
	names := map[string]bool{}
	for _, n := range a.Names {
		for _, w := range lang.Words(n) {
			names[w.Text] = true
		}
	}
	words := strings.Fields(a.Core)
	for i, w := range words {
		words[i] = strings.TrimSuffix(strings.TrimSuffix(strings.Trim(w, ",;:()\"'“”"), "'s"), "’s")
	}
	var out []gloss
	for i := 0; i < len(words); {
		n, choices := phraseZh(words[i:])
		f := lang.Fold(words[i])
		switch {
		case n > 0 && !(n == 1 && properNoun(words[i]) && !bilingual().is(words[i], wordPlace, 't')):
			out = append(out, gloss{own: strings.Join(words[i:i+n], " "), choices: choices})
			i += n
			continue
		case f == "" || lang.Stop(f) || measureWords[f]:
		case names[f] || !isPlainLatin(f) || properNoun(words[i]):
			out = joinName(out, words[i])
		default:
			out = append(out, gloss{own: words[i]})
		}
		i++
	}
	return out
}

// properNoun reports whether a word of a question's core is written as a name.
func properNoun(w string) bool { return unicode.IsUpper(firstRune(w)) }

func isPlainLatin(w string) bool {
	for _, r := range w {
		if r > unicode.MaxLatin1 || unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// joinName adds a word to the name before it, or as a name of its own.
func joinName(out []gloss, w string) []gloss {
	if n := len(out) - 1; n >= 0 && out[n].name && isPlainLatin(lang.Fold(out[n].own)) == isPlainLatin(lang.Fold(w)) {
		out[n].own += " " + w
		return out
	}
	return append(out, gloss{own: w, name: true})
}

// phraseZh is the longest phrase of the table that the words begin with.
func phraseZh(words []string) (n int, choices []string) {
	for n := min(len(words), maxPhrase); n >= 1; n-- {
		if c := bilingual().zh[stemmed(strings.Join(words[:n], " "))]; len(c) > 0 {
			return n, c
		}
	}
	return 0, nil
}

// glossesZh parts a Chinese core by the longest words of the table; what is in
// other letters stays, what is in none of its words is a gloss without choices.
func glossesZh(core string) []gloss {
	var out []gloss
	unknown := ""
	flush := func() {
		if len([]rune(unknown)) > 1 {
			out = append(out, gloss{own: unknown})
		}
		unknown = ""
	}
	for i := 0; i < len(core); {
		if w := bilingual().longestZh(core[i:], 1); w != "" && (len([]rune(w)) > 1 || unknown == "") {
			flush()
			out = append(out, gloss{own: w, choices: bilingual().en[w]})
			i += len(w)
			continue
		}
		r := firstRune(core[i:])
		if n := latinRun(core[i:]); n > 0 {
			flush()
			run := strings.TrimSpace(core[i : i+n])
			if at := strings.LastIndex(run, " "); at > 0 && hasAnyPrefix(core[i+n:], "年", "月", "日") { // a name, and then a time
				out = append(out, gloss{own: strings.TrimSpace(run[:at]), name: true})
				run = run[at+1:]
			}
			out = append(out, gloss{own: run, name: true})
			i += n
			continue
		}
		if unicode.Is(unicode.Han, r) && !strings.ContainsRune(fillersZh, r) && !strings.ContainsRune("年月日号", r) {
			unknown += string(r)
		} else {
			flush()
		}
		i += len(string(r))
	}
	flush()
	return out
}

// latinRun is the length of the run of Latin words and numbers that s begins with.
func latinRun(s string) int {
	end := 0
	for i, r := range s {
		switch {
		case r < 0x3000 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			end = i + len(string(r))
		case strings.ContainsRune(" -'.&·’", r) && end > 0:
		default:
			return end
		}
	}
	return end
}

// choose is the translation that the pages have, the usual one where they have none.
func (g gloss) choose(seen wordsSeen) string {
	if seen != nil {
		for _, c := range g.choices {
			if seen(c) > 0 {
				return c
			}
		}
	}
	return g.choices[0]
}

// translatedShare is the least share of a question's words, names aside, that
// must be in the table before pages in the other language are read with it.
const translatedShare = 0.5

// unspokenLoss is the share of its confidence that an answer would lose were
// none of the question's words in the table.
const unspokenLoss = 0.7

// translated is the question put in the other language, word for word: names
// and numbers stay as they are, and what is not in the table is left out. What
// kind of answer it wants stays too. It reports the share of its words that
// could be put.
func (a Analysis) translated(seen wordsSeen) (Analysis, float64) {
	var names, terms []string
	known, all := 0, 0
	head := ""
	for _, g := range a.glosses() {
		switch {
		case g.name:
			names = append(names, g.own)
			continue
		case len(g.choices) > 0:
			known++
			terms = appendNew(terms, g.choose(seen))
			if a.Head != "" && (strings.HasPrefix(g.own, a.Head) || stemmed(g.own) == stemmed(a.Head)) {
				head = terms[len(terms)-1]
			}
		}
		all++
	}
	if known == 0 || len(names) == 0 && known < 2 {
		return Analysis{}, 0
	}
	to := a.otherLanguage()
	t := a
	t.From, t.Language = a.Language, to
	if a.From != "" {
		t.From = a.From
	}
	t.Names, t.Head, t.Parts, t.Sides = names, lang.Fold(head), nil, nil
	if to == "zh" {
		t.Core = joinZh(names, terms)
		t.Text = t.Core + askFor(a, to) + "？"
	} else {
		t.Core = strings.Join(append(terms, names...), " ")
		t.Text = askFor(a, to) + " " + t.Core + "?"
	}
	t.Terms = lang.Terms(t.Core)
	return t, float64(known) / float64(all)
}

// joinZh puts what is asked behind what it is asked of.
func joinZh(names, terms []string) string {
	if len(names) == 0 {
		return strings.Join(terms, "、")
	}
	return strings.Join(names, "、") + "的" + strings.Join(terms, "、")
}

// askWords are what asks for an answer of a kind, in both languages.
var askWords = map[Kind]wording{
	KindWho: {"Who", "是谁"}, KindWhen: {"When", "是什么时候"}, KindWhere: {"Where", "在哪里"}, KindCount: {"How many", "有多少"},
	KindWhy: {"Why", "是为什么"}, KindHow: {"How", "是怎样的"}, KindHowTo: {"How to", "怎么做"}, KindList: {"What are the", "有哪些"},
	KindYesNo: {"Is", "吗"}, KindDefinition: {"What is", "是什么"}, KindWhich: {"Which", "是哪个"}, KindOverview: {"Tell me about", "介绍"},
}

func askFor(a Analysis, language string) string {
	w, ok := askWords[a.Kind]
	switch {
	case a.Expect == ExpectYear:
		w = wording{"What year", "是哪一年"}
	case a.Expect == ExpectMoney:
		w = wording{"How much", "是多少钱"}
	case a.Expect == ExpectPercent:
		w = wording{"What percentage", "百分之多少"}
	case a.Expect == ExpectDuration:
		w = wording{"How long", "有多久"}
	case !ok:
		w = wording{"What", "是什么"}
	}
	return say(language, w)
}

// pageBytes is as much of a page as is looked at to tell its language.
const pageBytes = 3000

func pageLanguage(p *agent.Page) string {
	return lang.Detect(p.Text[:min(len(p.Text), pageBytes)])
}

// inLanguage is the evidence that pages in one language give.
func inLanguage(e agent.Evidence, language string) agent.Evidence {
	out := e
	out.Passages = nil
	known := map[string]string{}
	for i := range e.Passages {
		page := e.Pages[e.Passages[i].Snapshot]
		if page == nil {
			continue
		}
		if _, ok := known[page.Snapshot]; !ok {
			known[page.Snapshot] = pageLanguage(page)
		}
		if known[page.Snapshot] == language {
			out.Passages = append(out.Passages, e.Passages[i])
		}
	}
	return out
}

// seenIn counts the passages that have a word: those that have one of the
// names too, where there are any such.
func seenIn(e agent.Evidence, names []string) (seen wordsSeen, named bool) {
	var texts []string
	for i := range e.Passages {
		p := &e.Passages[i]
		text := " " + stemmed(p.Title+" "+strings.Join(p.Headings, " ")+" "+e.Pages[p.Snapshot].Text[p.Start:p.End]) + " "
		if hasAny(text, foldAll(names)) {
			if !named {
				texts, named = nil, true
			}
			texts = append(texts, text)
		} else if !named {
			texts = append(texts, text)
		}
	}
	return func(word string) int {
		n := 0
		w := word
		if word[0] < 0x80 {
			w = stemmed(word)
		}
		for _, t := range texts {
			if containsWord(t, w) {
				n++
			}
		}
		return n
	}, named
}

func foldAll(names []string) []string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		out = append(out, stemmed(n))
	}
	return out
}

// understand reads the evidence in the question's language, and where that does
// not answer from pages in it that name what the question names, those in the
// other with the question put in theirs. It returns the reading with the
// question and evidence it is of.
func understand(e agent.Evidence, a Analysis, w *readerWeights) (*reading, Analysis, agent.Evidence) {
	r := readEvidence(e, a, w)
	other := inLanguage(e, a.otherLanguage())
	if len(other.Passages) == 0 || r.best() == nil {
		return r, a, e
	}
	own := pageLanguage(r.best().page) != a.otherLanguage()
	names := a.kept()
	seen, named := seenIn(other, names)
	if len(names) > 0 && !named {
		return r, a, e
	}
	if own && len(names) > 0 {
		here := other
		here.Passages = []agent.Passage{*r.passages[r.best().passage].Passage}
		_, own = seenIn(here, names)
	}
	sure := 0.0
	if own {
		if len(names) == 0 {
			return r, a, e // pages in the question's language know its words best
		}
		if sure = r.confidence(w); sure >= sureRefused {
			return r, a, e
		}
	}
	t, share := a.translated(seen)
	if share < translatedShare {
		if !own && a.Short() {
			r.unspoken = 1
		}
		return r, a, e
	}
	rt := readEvidence(other, t, w)
	rt.unspoken = unspokenLoss * (1 - share)
	if rt.best() == nil || own && rt.confidence(w) < max(sure, sureRefused) {
		return r, a, e
	}
	return rt, t, other
}

// kept are the names of a question that are the same in both languages.
func (a Analysis) kept() []string {
	var names []string
	for _, g := range a.glosses() {
		if g.name && strings.IndexFunc(g.own, unicode.IsLetter) >= 0 {
			names = append(names, g.own)
		}
	}
	return names
}
