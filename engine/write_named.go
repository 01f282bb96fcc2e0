package engine

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// namedConflict shows statements side by side where pages name different
// people, firms or places as the one that is asked for. It is one only where
// each sentence says in so many words who did it, holds the office, or where it
// is, and where the names cannot well be one's. It reports whether it did.
func (w *writer) namedConflict() bool {
	if w.reading.pages < 2 {
		return false
	}
	asked := askedName(w.asked)
	if asked == nil {
		return false
	}
	said, denied := w.settled(w.namings(asked), asked)
	if len(said) < 2 {
		return false
	}
	switch {
	case denied:
		w.sideBySide(said, "")
	case asked.office && !asked.past && len(w.asked.Dates) == 0 && ofDays(said):
		sort.SliceStable(said, func(a, b int) bool { return said[a].day() > said[b].day() })
		w.sideBySide(said, "")
	default:
		w.sideBySide(said, say(w.asked.Speak, wordDiffer))
		w.note(say(w.asked.Speak, wordDifferNote))
		return true
	}
	if len(w.out.Claims) > 0 {
		w.out.Claims[0].Lead = true
	}
	return true
}

// ofDays reports whether each statement is of a day or a year of its own.
func ofDays(said []statement) bool {
	days := map[string]bool{}
	for _, x := range said {
		days[x.day()] = true
	}
	return len(days) == len(said) && !days[""]
}

// namings are the names that pages give, one statement of each page, the best sentences first.
func (w *writer) namings(asked *nameAsked) []statement {
	r := w.reading
	frames := map[bool]func(string) (naming, bool){}
	last := asked.topic[strings.LastIndex(asked.topic, " ")+1:]
	var out []statement
	pages := map[string]bool{}
	for _, i := range r.order[:min(conflictLooked, len(r.order))] {
		s := &r.sentences[i]
		if pages[s.page.Snapshot] || s.block == lang.BlockHeading || asking(s.text) || r.yearVerdict(s) == verdictRival {
			continue
		}
		titled := w.underTitle(s, asked.topic)
		if !titled && !strings.Contains(lang.Fold(s.text), last) {
			continue
		}
		if frames[titled] == nil {
			frames[titled] = w.namingFrame(asked, titled)
		}
		n, ok := frames[titled](s.text)
		if !ok || manyNamed(s.text) || w.namesake(s, asked.topic) || asked.office && !asked.past && w.gone(n, s) {
			continue
		}
		pages[s.page.Snapshot] = true
		out = append(out, statement{named: &n, sentence: s, year: w.ownYear(s)})
	}
	return out
}

// namesake reports whether a sentence is of another thing of the name, as the
// page's title or its own words in brackets say: The Salt Road (film).
func (w *writer) namesake(s *readSentence, topic string) bool {
	gloss := func(text string) string {
		_, rest, _ := strings.Cut(lang.Fold(text), topic)
		if m := glossedAt.FindStringSubmatch(rest); m != nil && !strings.Contains(lang.Fold(w.asked.Text), m[1]) {
			return m[1]
		}
		return ""
	}
	return gloss(w.reading.passages[s.passage].Title) != "" || workKinds.MatchString(gloss(s.text))
}

var (
	glossedAt = regexp.MustCompile(`^[》"]?\s*\(([^()]+)\)`)
	workKinds = regexp.MustCompile(`\b(?:film|movie|novel|book|play|series|album|song|opera|musical|game|band|ship)\b|电影|电视剧|小说|歌曲|专辑|游戏|漫画|话剧|歌剧|动画`)
)

// gone reports whether who a sentence names may hold the office no longer: it
// says so, or it is told by the way, on a page of no day or of another year.
func (w *writer) gone(n naming, s *readSentence) bool {
	if n.past || len(w.asked.Dates) > 0 || !n.loose {
		return n.past
	}
	year := w.ownYear(s)
	return s.page.Published == "" || year > 0 && strconv.Itoa(year) != s.page.Published[:min(4, len(s.page.Published))]
}

// manyNamed reports whether a sentence says of its names that they are some of several.
func manyNamed(text string) bool {
	return manyEn.MatchString(text) || hasAny(text, []string{"之一", "联合创始", "联合创办", "共同创始", "参与"})
}

// namingFrame reads the names out of a sentence in the ways of its language.
func (w *writer) namingFrame(asked *nameAsked, titled bool) func(string) (naming, bool) {
	switch {
	case w.asked.Language == "zh" && asked.place:
		re := framePlaceZh(asked, titled)
		return func(text string) (naming, bool) { return saidPlaceZh(re, text) }
	case w.asked.Language == "zh":
		return newFramesZh(asked, titled).said
	case asked.place:
		re := framePlaceEn(asked, w.asked.Names, titled)
		return func(text string) (naming, bool) {
			m := re.FindStringIndex(text)
			if m == nil || !begins(text[:m[0]]) {
				return naming{}, false
			}
			return placesFrom(text, m[1])
		}
	}
	return newFramesEn(asked, w.asked.Names, titled).said
}

// underTitle reports whether the page's title and nearest heading name what is
// asked of, so that "it" and "the bridge" stand for that.
func (w *writer) underTitle(s *readSentence, topic string) bool {
	p := &w.reading.passages[s.passage]
	if at := p.from + s.index; s.index > 0 && w.asked.Language == "zh" {
		before := strings.TrimLeft(lang.Fold(w.reading.sentences[at-1].text), "《“\"")
		if strings.HasPrefix(before, topic) {
			return true
		}
	}
	if !strings.Contains(lang.Fold(p.Title), topic) {
		return false
	}
	if n := len(p.Headings); n > 0 {
		h := lang.Fold(p.Headings[n-1])
		return strings.Contains(h, topic) || len(lang.Names(p.Headings[n-1])) == 0 && w.asked.Language != "zh"
	}
	return true
}

// ownYear is the one year that a sentence names and the question does not.
func (w *writer) ownYear(s *readSentence) int {
	for _, y := range yearsIn(s.text) {
		if !slices.Contains(yearsIn(w.asked.Text), y) {
			return y
		}
	}
	return 0
}

// settled are the statements that contradict the first; none where any sentence
// that was read tells of both names together, which settles how they belong
// together. Where that sentence says that one of them was not, it goes first.
func (w *writer) settled(said []statement, asked *nameAsked) (out []statement, denied bool) {
	for _, x := range said {
		if slices.ContainsFunc(out, func(y statement) bool { return w.oneName(x, y, asked) }) {
			continue
		}
		if len(out) > 0 && !asked.office && x.year > 0 && out[0].year > 0 && x.year != out[0].year {
			return nil, false // of other times
		}
		out = append(out, x)
	}
	for i, x := range out {
		for _, y := range out[:i] {
			if w.together(x, y, asked) {
				if d := slices.IndexFunc(out, func(z statement) bool { return z.named.denies }); d >= 0 && len(out) == 2 {
					return []statement{out[d], out[1-d]}, true
				}
				return nil, false
			}
		}
	}
	return out, false
}

func (w *writer) oneName(x, y statement, asked *nameAsked) bool {
	switch {
	case !asked.place:
		return x.named.agrees(*y.named)
	case w.asked.Language == "zh":
		return samePlaceZh(*x.named, *y.named, asked.head)
	}
	return samePlaceEn(*x.named, *y.named, asked.head)
}

// together reports whether a sentence that was read has a name of each.
func (w *writer) together(x, y statement, asked *nameAsked) bool {
	a, b := x.named.names, y.named.names
	if asked.place { // the greater ones may well be one
		a, b = w.finest(a), w.finest(b)
	}
	for i := range w.reading.sentences {
		if f := lang.Fold(w.reading.sentences[i].text); anyOf(f, a, asked.topic) && anyOf(f, b, asked.topic) {
			return true
		}
	}
	return false
}

// finest is the smallest of places that lie in each other: the first in English, the last in Chinese.
func (w *writer) finest(names []string) []string {
	if w.asked.Language == "zh" {
		return names[len(names)-1:]
	}
	return names[:1]
}

// anyOf reports whether a folded text has one of the names, or the surname of
// one that is no word of what is asked of.
func anyOf(folded string, names []string, topic string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		n = bareName(n)
		last := n[strings.LastIndex(n, " ")+1:]
		return strings.Contains(folded, n) || last != n && !firmEn.MatchString(n) && !containsWord(topic, last) && containsWord(folded, last)
	})
}
