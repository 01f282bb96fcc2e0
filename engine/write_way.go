package engine

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

// How far a heading must be the way that is asked for, and how many of its section's statements are told.
const (
	wayAbout = 0.75
	wayShown = 4
	wayWhole = 0.05 // what a whole page is preferred by
	wayVerb  = 0.15 // what is lost that does not say the verb
)

// shown answers a question for a way of doing something with what the section or
// page says first whose heading names that very deed (生产环境部署 for
// 如何部署到生产环境). It reports whether there is one.
func (w *writer) shown() bool {
	best := w.wayPlace()
	return best != nil && w.showing(best)
}

// showing answers with the first statements of a place.
func (w *writer) showing(best *place) bool {
	for _, s := range best.statements(w.everywhere) {
		if len(w.out.Claims) == wayShown {
			break
		}
		if c, ok := w.spanClaim(best.page, s); ok && !readFirst.MatchString(c.Text) {
			c.Lead = len(w.out.Claims) == 0
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	return len(w.out.Claims) > 0
}

// elsewhereShown reports whether a list stands on another page than the one that is
// about the very way asked for, and answers with what that says.
func (w *writer) elsewhereShown(l *listing) bool {
	p := w.wayPlace()
	return p != nil && l.page != p.page && w.showing(p)
}

// wayPlace is the page or section whose title or heading names what is to be
// done, the deed and its object; nil where none was read.
func (w *writer) wayPlace() *place {
	r := w.reading
	asked, verb := deedOf(r.q.Text), lang.Stem(r.q.way())
	var best *place
	see := func(p *readPassage, heading string, more float64, at func() int) {
		said := deedOf(heading)
		v := sameDeed(asked, said) + more
		if asked[verb] && !said[verb] && !waysAny[verb] {
			v -= wayVerb
		}
		if v >= wayAbout && (best == nil || v > best.about) {
			if at := at(); at >= 0 {
				best = &place{p.page, at, v}
			}
		}
	}
	for i := range r.passages {
		p := &r.passages[i]
		see(p, titleParts.Split(p.Title, 2)[0], wayWhole, func() int { return 0 })
		if n := len(p.Headings); n > 1 {
			h := p.Headings[n-1]
			see(p, h, 0, func() int { return headingAt(p, h) })
		}
		for k := p.from; k < p.to; k++ {
			if s := &r.sentences[k]; s.block == lang.BlockHeading {
				see(p, s.text, 0, func() int { return s.start })
			}
		}
	}
	return best
}

// readFirst sends the reader elsewhere.
var readFirst = regexp.MustCompile(`(?i)^(?:(?:在)?(?:继续)?阅读|相关阅读|参见|参考|另见|see also\b|before (?:you )?(?:read|continu)|if you (?:are new|haven't read))`)

var (
	wayForm  = regexp.MustCompile(`\b(?:how (?:do|can|could|should|would|does|must) (?:i|you|we|one|people)|how (?:do|does|are|is|to)|steps to|guide to|the|an?|to|of|in|with|for|and|my|your|use|using)\b|如何|使用|实现|进行|处理|求|怎样|怎么|才能|可以|能够|应该|需要|一个|一种|的|到|中|里|给|把|在|来|用`)
	wayMarks = regexp.MustCompile(`[\s?？。.!！,，:：¶#"“”'‘’()（）]+`)
)

// deedOf is what a question or a heading says is done, and to what: its words,
// of Chinese its characters, without those that only ask or bind.
func deedOf(text string) map[string]bool {
	text = wayForm.ReplaceAllString(lang.Fold(text), " ")
	out := map[string]bool{}
	for _, t := range lang.Words(wayMarks.ReplaceAllString(text, " ")) {
		word := t.Text
		if t.Kind != lang.KindHan {
			word = lang.Stem(word)
		}
		if strings.IndexFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0 {
			out[word] = true
		}
	}
	return out
}

// sameDeed is how far two deeds are one: the share that they have in common.
func sameDeed(a, b map[string]bool) float64 {
	if len(a) == 0 || len(b) < 2 {
		return 0
	}
	same := 0
	for x := range b {
		if a[x] {
			same++
		}
	}
	return 2 * float64(same) / float64(len(a)+len(b))
}
