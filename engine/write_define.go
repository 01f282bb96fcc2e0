package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

const (
	maxTermRunes  = 40  // of what a definition is asked for
	aboutTerm     = 0.8 // how far a section must be about the term to define it by its first words
	defineGoesOn  = 2   // sentences that follow the defining one
	saysSomething = 3   // words of what a thing is said to be, from which on it says something
	thinCopula    = 0.5 // the score of less
	laterClause   = 0.4 // what a definition loses that is not the sentence's first clause
	definePlace   = 1.5 // what a defining sentence gains on the page about the very term
)

// define answers "what is X" with the sentence that says what X is and those
// right after it, else with the first words of the page or section about X.
// It reports whether the question was dealt with: where no sentence is about
// the very thing there is no answer, rather than one about another.
func (w *writer) define() bool {
	term := w.term()
	if term == "" {
		return false
	}
	place := w.placeOf(term)
	best := w.definition(term, place)
	if best == nil {
		if other := w.otherName(term); other != "" { // 字典树 (Trie)
			best = w.definition(other, w.placeOf(other))
		}
	}
	if best == nil {
		return place != nil && w.opened(place, term) || w.asked.Kind == KindDefinition && !w.plainly() && w.mentioning(term)
	}
	w.goOn(best)
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return true
}

// definition is the sentence that says what the term is, or that a page or
// section about it begins with; nil where there is neither.
func (w *writer) definition(term string, of *place) *readSentence {
	r := w.reading
	var best *readSentence
	most := 0.0
	for i := range r.sentences {
		s := &r.sentences[i]
		v := w.defining(s, term)
		if v > 0 && of != nil && of.page == s.page {
			v += definePlace
		}
		if v > most {
			best, most = s, v
		}
	}
	if best == nil && of == nil {
		best = w.opening(term)
	}
	return best
}

// otherName is the name that a page's title has beside the term, one of the
// two in brackets; empty where there is none.
func (w *writer) otherName(term string) string {
	for i := range w.reading.passages {
		for _, part := range titleParts.Split(lang.Fold(w.reading.passages[i].Title), -1) {
			m := twoNames.FindStringSubmatch(part)
			switch {
			case m == nil:
			case sameName(m[2], term):
				return strings.TrimSpace(m[1])
			case sameName(m[1], term):
				return strings.TrimSpace(m[2])
			}
		}
	}
	return ""
}

// sameName compares folded names but for spaces and a plural's end.
func sameName(a, b string) bool {
	return strings.TrimSuffix(strings.ReplaceAll(a, " ", ""), "s") == strings.TrimSuffix(strings.ReplaceAll(b, " ", ""), "s")
}

// term is the thing whose definition is asked for, folded; empty where the
// question asks for a thing's attribute or is no plain question for what it is.
func (w *writer) term() string {
	core := strings.TrimSpace(lang.Fold(w.asked.Core))
	if w.asked.Kind != KindDefinition && !w.definesWithin() || core == "" || utf8.RuneCountInString(core) > maxTermRunes {
		return ""
	}
	if w.asked.Language == "zh" {
		for _, tail := range []string{"的定义", "的含义", "的意思", "的概念"} {
			core = strings.TrimSuffix(core, tail)
		}
		if strings.Contains(core, "的") {
			return ""
		}
		return strings.Trim(core, "「」“”\"'")
	}
	f := lang.Fold(w.asked.Text)
	if m := defineWithin.FindStringSubmatch(f); m != nil { // "a wheel in Python packaging"
		core = m[1]
	}
	if strings.Contains(f, "'s ") || strings.Contains(f, "’s ") || len(strings.Fields(core)) > 5 {
		return ""
	}
	return strings.Trim(core, "“”\"'`")
}

// definesWithin reports whether the question asks what something is in a field
// ("what are data classes in Python"), which other kinds of question look like.
func (w *writer) definesWithin() bool {
	if w.asked.Kind != KindFact && w.asked.Kind != KindList {
		return false
	}
	m := defineWithin.FindStringSubmatch(lang.Fold(w.asked.Text))
	return m != nil && !hasAnyPrefix(m[1], "the ", "new", "different", "some ", "wrong", "special", "possible")
}

var (
	defineWithin = regexp.MustCompile(`^what(?:'s| is| are) (?:an? )?([\w\- ]{2,40}?) (?:in|for|within) `)
	defineIsZh   = regexp.MustCompile(`^(?:\s*[（(][^（）()]*[）)])?[\s,，」”"]*(?:[（(][^（）()]*[）)])?\s*(?:通常|一般|本质上|其实|就|也|主要|可以|则|指的)?(是一[种类个项组套门款]|是指|指的?是|定义为|是|指|即|又[称叫名]|也[称叫]|简称|全称|被?称[为作]|提供了?|用[于来]|允许)`)
	defineIsEn   = regexp.MustCompile(`^(?:s|es)?["”’']?(?:\s*\([^()]*\))?,?\s+(?:(?:usually|generally|often|basically|simply|also)\s+)?(is an?|are|is the|is|was an?|was|were|refers? to|means?|stands? for|denotes?|describes?|allows?|provides?|lets?|can be (?:thought of|seen|regarded) as)\b`)
	defineOfZh   = regexp.MustCompile(`(?:称之?为|叫做?|被?称作|称其为|定义)\s*[「“"]?\s*$`)
	defineOfEn   = regexp.MustCompile(`(?:called|known as|named|termed|defined as)\s+(?:an?\s+|the\s+)?["“'‘]?$`)
	defineWhich  = regexp.MustCompile(`^[”"` + "`" + `]?, (?:which|that) (?:represents?|is an?|are|allows?|lets?|holds?|contains?|provides?|means)\b`)
	leadIn       = regexp.MustCompile(`^(?:所谓的?|an?\s+|the\s+|in\s+[\w ]{2,30},\s+|这里的?|其中,?)?[「“"'‘《\s]*`)
	titleParts   = regexp.MustCompile(`\s+[|–—-]\s+`)
	twoNames     = regexp.MustCompile(`^\s*([^（）()]{2,40}?)\s*[（(]\s*([^（）()]{2,40}?)\s*[）)]\s*$`)
	clauseStart  = regexp.MustCompile(`[,;，；]\s*(?:而|并且|且|但|(?:and|but|while|whereas) )?`)
	aliasHead    = regexp.MustCompile(`^[^,.;:，。；：（(]{1,40}[（(]\s*["“]?([^（）()"”]{2,40})["”]?\s*[）)]`)
	defineNot    = regexp.MustCompile(`^(?:是否|是不是|是怎|是如何|即可|即使|指出|指向|is not\b|are not\b|isn't|aren't|was not\b)`)
)

// defining scores a sentence as a definition of the term; 0: it is none.
func (w *writer) defining(s *readSentence, term string) float64 {
	if s.block == lang.BlockHeading || s.block == lang.BlockCode || !strings.Contains(strings.ToLower(s.text), termStart(term)) || !prose(s.text) {
		return 0
	}
	text := lang.Fold(cleanText(s.text))
	p := &w.reading.passages[s.passage]
	v := said(text, term)
	if from, to := indexTerm(text, term); v == 0 && from > 0 && (defineOfZh.MatchString(text[:from]) || defineOfEn.MatchString(text[:from]) || defineWhich.MatchString(text[to:])) {
		v = 1
	}
	if v == 0 {
		return 0
	}
	v += 2*p.about + 0.5*p.titled + 0.05*s.score
	if s.index == 0 {
		v += 0.3
	}
	return v
}

// termStart is what a text must have that has the term, however it is spaced.
func termStart(term string) string {
	runes := 4
	if term[0] >= 0x80 {
		runes = 2
	}
	for i, r := range term {
		if r == ' ' || runes == 0 {
			return term[:i]
		}
		runes--
	}
	return term
}

// said scores the sentence's clauses as definitions: the first one best.
func said(text, term string) float64 {
	v := statedOf(text, term)
	for _, at := range clauseStart.FindAllStringIndex(text, -1) {
		if c := statedOf(text[at[1]:], term); c > 0 {
			v = max(v, c-laterClause)
		}
	}
	return v
}

// statedOf scores a clause that begins with the term, or with another name that
// the term follows in brackets.
func statedOf(clause, term string) float64 {
	head := strings.TrimPrefix(clause, leadIn.FindString(clause))
	rest, ok := cutTerm(head, term)
	if !ok {
		if rest, ok = cutTerm(head, strings.TrimSuffix(term, ".js")); ok && strings.HasPrefix(rest, ".") {
			ok = false // another of the name
		}
	}
	if m := aliasHead.FindStringSubmatchIndex(head); !ok && m != nil {
		rest, ok = head[m[1]:], sameName(head[m[2]:m[3]], term)
	}
	if !ok {
		return 0
	}
	return copula(rest)
}

// copula scores what follows the term: "is a kind of" best.
func copula(rest string) float64 {
	for _, re := range []*regexp.Regexp{defineIsZh, defineIsEn} {
		m := re.FindStringSubmatchIndex(rest)
		if m == nil {
			continue
		}
		if defineNot.MatchString(rest[m[2]:]) {
			return 0
		}
		if len(lang.Words(rest[m[3]:])) < saysSomething {
			return thinCopula
		}
		switch found := rest[m[2]:m[3]]; {
		case strings.HasPrefix(found, "是一") || found == "是指" || found == "指的是" || found == "is a" || found == "is an" || found == "refers to" || found == "stands for" || found == "means":
			return 2.5
		case found == "is the" || found == "are" || found == "was a" || found == "was an" || found == "定义为" || found == "指":
			return 2
		}
		return 1.2
	}
	return 0
}

// cutTerm takes the term off the beginning of text, whatever spaces stand between its characters.
func cutTerm(text, term string) (rest string, ok bool) {
	i := 0
	for _, r := range term {
		if r == ' ' {
			continue
		}
		for i < len(text) && text[i] == ' ' {
			i++
		}
		c, n := utf8.DecodeRuneInString(text[i:])
		if c != r {
			return "", false
		}
		i += n
	}
	return text[i:], true
}

// indexTerm finds the term in text as cutTerm does; -1 where it is not there.
func indexTerm(text, term string) (from, to int) {
	first, _ := utf8.DecodeRuneInString(term)
	for i, r := range text {
		if r != first {
			continue
		}
		if rest, ok := cutTerm(text[i:], term); ok {
			return i, len(text) - len(rest)
		}
	}
	return -1, -1
}

// opening is the first statement of the page or section that is about what is
// asked, better one that names it; nil where there is none.
func (w *writer) opening(term string) *readSentence {
	r := w.reading
	var of *readPassage
	for i := range r.passages {
		p := &r.passages[i]
		if p.about < aboutTerm {
			continue
		}
		if of == nil || p.about > of.about || p.about == of.about && p.page == of.page && p.Start < of.Start {
			of = p
		}
	}
	if of == nil {
		return nil
	}
	var first *readSentence
	for i := of.from; i < of.to; i++ {
		s := &r.sentences[i]
		if s.block != lang.BlockParagraph || len(s.tokens) < stateTokens || !prose(s.text) {
			continue
		}
		if strings.Contains(s.fold(), term) {
			return s
		}
		if first == nil {
			first = s
		}
	}
	return first
}

func asking(text string) bool {
	return strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？")
}

// goOn adds the sentence as the lead, and those that follow it in its section.
func (w *writer) goOn(s *readSentence) {
	r := w.reading
	p := &r.passages[s.passage]
	at := p.from + s.index
	for i := at; i < p.to && i <= at+defineGoesOn; i++ {
		x := &r.sentences[i]
		if x.block != s.block || asking(x.text) || i > at && len(x.tokens) < stateTokens/2 {
			break // the label of a box is no statement
		}
		from, to := 0, len(x.text)
		if i > at {
			from, to = w.shorten(x)
		}
		c, ok := w.claim(x, from, to)
		if !ok {
			break
		}
		if c.Lead = i == at; c.Lead {
			w.agreeing(&c, x)
		}
		w.out.Claims = append(w.out.Claims, c)
	}
}

// mentioning answers with the best sentences that at least name the term, in
// part; where none does there is no answer. A single page, and a term that may
// be put in other words ("the largest city"), are left to others.
func (w *writer) mentioning(term string) bool {
	if len(w.reading.passages) <= fewPassages || describedThing.MatchString(lang.Fold(w.asked.Text)) && w.reading.best().cover >= coveredTerm {
		return false
	}
	for _, s := range w.pick(8, 4) {
		if len(w.out.Claims) == maxFactoid || w.asked.Language == "zh" || !strings.Contains(s.fold(), term) || !prose(s.text) {
			continue
		}
		from, to := w.shorten(s)
		if c, ok := w.claim(s, from, to); ok {
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	w.out.Confidence = min(w.out.Confidence, sureEnough-0.01)
	return true
}

// describedThing is a thing that is asked for by what it is like rather than by its
// name: the largest city, the capital of Brekke; not the walrus operator.
var describedThing = regexp.MustCompile(`\bthe (?:.*\b(?:of|in|for|from|that|which|to)\b|(?:\w+est|most|first|last|main|only|best|highest|next|current|new)\b)`)

// plainly reports whether a question for what something is, which may ask for its
// name, its matter or its like as well (原名是什么, "what is it called"), is answered as any other.
func (w *writer) plainly() bool {
	return w.out.Confidence >= sureEnough && (w.asked.Language == "zh" || moreThanIs.MatchString(lang.Fold(w.asked.Text)))
}

var moreThanIs = regexp.MustCompile(`\b(?:called|named|abbreviated|similar to|different about|special about|unusual about|(?:problem|trouble|matter|wrong) with|made (?:of|from)|known (?:for|as)|used (?:for|as)|like)\b`)

// coveredTerm is the share of the question that the best sentence must have
// where the term itself stands nowhere.
const coveredTerm = 0.6
