package engine

import (
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// pageBytes is as much of a page as is looked at to tell its language.
const pageBytes = 3000

// pageLanguage is the language that a page is written in, whatever it says of itself.
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

// seenIn tells which words the passages have: those that have one of the names
// too, where there are any such.
func seenIn(e agent.Evidence, names []string) (seen wordsSeen, named bool) {
	var texts []string
	for i := range e.Passages {
		p := &e.Passages[i]
		text := stems(p.Title + "\n" + strings.Join(p.Headings, "\n") + "\n" + e.Pages[p.Snapshot].Text[p.Start:p.End])
		has := hasAny(text, foldAll(names))
		if has && !named {
			texts, named = nil, true
		}
		if has || !named {
			texts = append(texts, text)
		}
	}
	all := strings.Join(texts, "\n")
	groups := map[uint16]bool{}
	for _, t := range readTokens(all) {
		groups[t.group] = true
	}
	return func(word string) sight {
		if word[0] < 0x80 {
			word = stemmed(word)
		}
		g := synonyms()[word]
		switch {
		case containsWord(all, word):
			return seenItself
		case g != 0 && groups[g]:
			return seenLike
		}
		return seenNot
	}, named
}

// stems is a text with its Latin words stemmed, and nothing between them but a space.
func stems(text string) string {
	var b strings.Builder
	for _, w := range lang.Words(text) {
		if w.Kind == lang.KindHan {
			b.WriteString(w.Text)
			continue
		}
		b.WriteString(" " + lang.Stem(w.Text) + " ")
	}
	return strings.ReplaceAll(b.String(), "  ", " ")
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
	r, a := respell(e, readEvidence(e, a, w), a, w)
	other := inLanguage(e, a.otherLanguage())
	if len(other.Passages) == 0 || r.best() == nil || a.Kind == KindYesNo && standingAsked.MatchString(lang.Fold(a.Text)) {
		return r, a, e // whether a thing was accepted is told by words of both languages
	}
	own := pageLanguage(r.best().page) != a.otherLanguage() || lang.Detect(r.best().text) == a.Language
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
