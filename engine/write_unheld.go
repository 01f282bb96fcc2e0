package engine

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// unheld reports whether a draft does not hold what the question asks for in a
// word of its own: it gives another body's office, speaks of another thing by a pronoun, or has no emblem, no kinds or no works where those are asked for.
func (w *writer) unheld() bool {
	said := w.drafted()
	if w.othersOffice(said) {
		return true
	}
	if len(said) == 0 || !w.reading.q.demanding() || len(w.asked.Parts) > 1 || w.joins || w.exact {
		return false
	}
	return w.ofAnother(said[0]) || w.noEmblem(said[0]) || w.noKinds() || w.noWorks()
}

var pronounLed = regexp.MustCompile(`^(?:(?:In|On|At|From) [^,]{1,30}, )?(?:[Ii]ts?|[Tt]heir|[Tt]hey|[Hh]is|[Hh]er|[Ss]?[Hh]e)\b`)

// ofAnother reports whether an English sentence goes on by a pronoun from one
// that begins with another name than the question's one: "The Alt … Its mouth …".
func (w *writer) ofAnother(s *readSentence) bool {
	if w.asked.Language != "en" || len(w.asked.Names) != 1 || !pronounLed.MatchString(s.text) {
		return false
	}
	p := &w.reading.passages[s.passage]
	if w.named(s.fold() + "\n" + lang.Fold(p.Title+"\n"+strings.Join(p.Headings, "\n"))) {
		return false
	}
	for i := p.from + s.index - 1; i >= p.from; i-- {
		before := &w.reading.sentences[i]
		if strings.Contains(s.page.Text[before.start:s.start], "\n") || w.named(before.fold()) {
			return false
		}
		if !pronounLed.MatchString(before.text) {
			rest := strings.TrimPrefix(before.text, "The ")
			first, _, _ := strings.Cut(lang.Fold(rest), " ")
			return unicode.IsUpper(firstRune(rest)) && rest != before.text || len(lang.Names(before.text)) > 0 && !lang.Stop(first)
		}
	}
	return false
}

// named reports whether a folded text has a word of the question's names.
func (w *writer) named(text string) bool {
	for _, n := range w.asked.Names {
		for _, k := range lang.Words(lang.Fold(n)) {
			if !lang.Stop(k.Text) && containsWord(text, k.Text) {
				return true
			}
		}
	}
	return false
}

// othersOffice reports whether all English sentences that have the office asked for give
// it to another body: "the club's president" for the president of the orchestra.
func (w *writer) othersOffice(said []*readSentence) bool {
	asked := askedName(w.asked)
	if asked == nil || !asked.office || w.asked.Language != "en" {
		return false
	}
	of := regexp.MustCompile(`([\w-]+)['’]s (?:\w+ )?(?:` + asked.tie.nouns + `)\b`)
	office := regexp.MustCompile(`\b(?:` + asked.tie.nouns + `)`)
	others := false
	for _, s := range said {
		m := of.FindStringSubmatch(s.fold())
		switch {
		case m == nil && !office.MatchString(s.fold()):
			continue
		case m == nil, strings.Contains(asked.topic, lang.Stem(m[1])), strings.Contains(s.fold(), asked.topic):
			return false
		}
		others = true
	}
	return others
}

var emblemAsked = regexp.MustCompile(`([市省县州区镇乡国校]\p{Han})(?:是|叫|为)什么$|\b(?:national|state|official|city|town|county|provincial|school) (bird|flower|tree|animal|anthem|motto|fish|gem|gemstone|insect|dish|drink|song|sport|colou?r|dance|emblem|flag|seal)\b`)

// noEmblem reports whether a town's bird, a nation's flower or the like is asked
// for, and the page has no word for it.
func (w *writer) noEmblem(s *readSentence) bool {
	m := emblemAsked.FindStringSubmatch(strings.TrimRight(lang.Fold(w.asked.Text), "?？。 "))
	return m != nil && !containsWord(w.reading.textOf(s.page), m[1]+m[2])
}

var (
	kindsAsked = regexp.MustCompile(`^(?:which|what) (?:kinds?|types?|sorts?|species|varieties|breeds) of [a-z]|(?:哪些|哪几)(?:种类|品种|类型|种|类)`)
	dayAlone   = regexp.MustCompile(`(?i)^(?:(?:on|in|every|each) )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|[\d:.,\s]+)$|^(?:每?[周星]期?[一二三四五六日天]|[\d.]+)$`)
)

// noKinds reports whether the kinds of something are asked for, and a day or a number leads.
func (w *writer) noKinds() bool {
	if !kindsAsked.MatchString(lang.Fold(w.asked.Text)) {
		return false
	}
	short := w.out.Short
	return short != "" && (dayAlone.MatchString(short) || len(lang.Dates(short, w.asked.Asked)) > 0 && len(lang.Words(short)) <= 3)
}

var (
	worksAsked = regexp.MustCompile(`(?:哪些|哪几[部本首篇]|什么)(诗集|小说|散文集?|作品|著作|书籍?|专著|歌曲|专辑|电影|电视剧|剧本|戏剧|论文|文集|自传)$|^(?:which|what) (book|novel|poem|play|film|movie|song|album|opera|symphonie|work|essay|painting|paper)s?\b.*\b(?:write|wrote|written|publish(?:ed)?|direct(?:ed)?|compose[d]?|paint(?:ed)?|make|made|record(?:ed)?|release[d]?|author(?:ed)?)\b`)
	workKind   = regexp.MustCompile(`诗|小说|散文|歌|专辑|电影|电视剧|剧本|戏剧|论文|自传|传记`)
	worksNamed = regexp.MustCompile(`[《「『“"‘]|(?:\b(?:wrote|written|published|released|directed|composed|painted|called|titled|novels?|poems?|films?|plays?|songs?|albums?|operas?|and)|,) \p{Lu}[\p{L}'’-]+|\b(?:\p{Lu}[\p{L}'’-]*\s+){1,5}\p{Lu}[\p{L}'’-]*`)
)

// noWorks reports whether works are asked for by name, and no claim names one,
// nor any sentence that could stand in their place.
func (w *writer) noWorks() bool {
	m := worksAsked.FindStringSubmatch(strings.TrimRight(lang.Fold(w.asked.Text), "?？。 "))
	if m == nil {
		return false
	}
	kind := workKind.FindString(m[1])
	for _, c := range w.out.Claims {
		if c.Form != agent.FormSentence {
			return false
		}
		if kind != "" && !strings.Contains(c.Text, kind) && workKind.MatchString(c.Text) || m[1] != "" && !strings.Contains(c.Text, "《") {
			continue // of another kind
		}
		for _, found := range worksNamed.FindAllString(c.Text, -1) {
			if len(found) < 4 || !strings.Contains(w.asked.Text, found) {
				return false
			}
		}
	}
	return !w.work(kind + m[2])
}

// work puts the first sentence of the subject's page in the draft's place that names a work of the kind.
func (w *writer) work(kind string) bool {
	subject := w.reading.subject()
	for i := range w.reading.sentences {
		s := &w.reading.sentences[i]
		f := s.fold()
		if kind == "" || subject == "" || !strings.Contains(f, kind) || !strings.Contains(f+lang.Fold(s.page.Title), subject) {
			continue
		}
		for _, found := range worksNamed.FindAllString(s.text, -1) {
			if strings.Contains(w.asked.Text, found) {
				continue
			}
			if c, ok := w.claim(s, 0, len(s.text)); ok {
				c.Lead = true
				w.out.Short, w.out.Claims = "", []agent.Claim{c}
				return true
			}
		}
	}
	return false
}
