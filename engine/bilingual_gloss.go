package engine

import (
	"slices"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

// A gloss is a stretch of a question and what it is in the other language.
type gloss struct {
	own     string   // as the question has it
	choices []string // in the other language, the usual one first; none: it stays as it is
	name    bool     // it stays as it is because it is a name, a number or a code
}

// glosses part the question's core into names and words with their
// translations. Where a thing is asks for where it is located.
func (a Analysis) glosses() []gloss {
	out := glossesZh(a.Core)
	if a.Language != "zh" {
		out = a.glossesEn()
	}
	if a.Kind == KindWhere && !slices.ContainsFunc(out, func(g gloss) bool { return !g.name }) {
		out = append(out, gloss{own: "located", choices: locatedWords[a.otherLanguage()]})
	}
	return out
}

// locatedWords say where a thing is, in either language.
var locatedWords = map[string][]string{"zh": {"位于", "坐落", "地处"}, "en": {"located", "situated", "stands", "lies"}}

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

// choose is the translation that the pages have, the usual one where they have
// none; it reports whether they do.
func (g gloss) choose(seen wordsSeen) (word string, found bool) {
	if seen == nil {
		return g.choices[0], true
	}
	like := ""
	for _, c := range g.choices {
		switch seen(c) {
		case seenItself:
			return c, true
		case seenLike:
			if like == "" {
				like = c
			}
		}
	}
	if like != "" {
		return like, true
	}
	return g.choices[0], false
}
