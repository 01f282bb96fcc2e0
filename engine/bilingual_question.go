package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// wordsSeen tells whether pages have a word or phrase, to choose among translations.
type wordsSeen func(word string) sight

// A sight is how pages have a word.
type sight int

// Pages have it not, a word that says nearly the same, or it itself.
const (
	seenNot sight = iota
	seenLike
	seenItself
)

// otherLanguage is the language beside the question's that pages may be in.
func (a Analysis) otherLanguage() string {
	if a.Language == "zh" {
		return "en"
	}
	return "zh"
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
// could be put: none where the pages have none of them.
func (a Analysis) translated(seen wordsSeen) (Analysis, float64) {
	var names, terms []string
	known, met, all := 0, 0, 0
	head := ""
	for _, g := range a.glosses() {
		switch {
		case g.name:
			names = append(names, g.own)
			continue
		case len(g.choices) > 0:
			word, found := g.choose(seen)
			known++
			if found {
				met++
			}
			terms = appendNew(terms, word)
			if a.Head != "" && (strings.HasPrefix(g.own, a.Head) || stemmed(g.own) == stemmed(a.Head)) {
				head = terms[len(terms)-1]
			}
		}
		all++
	}
	if met == 0 || len(names) == 0 && known < 2 {
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
