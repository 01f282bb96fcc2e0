package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	extentAsked = regexp.MustCompile(`^(.+?)的?(?:总|全)?(?:(长|宽|高|深|厚)度?(?:是|有|为)?多少米?|有?多(长|宽|高|深|厚))$`)
	// bodyLead is the whole of a thing by its kind: 桥身, 塔体, 主体.
	bodyLead = regexp.MustCompile(`^\p{Han}{1,2}[身体]$|^主体`)
)

// extent answers how long, wide, high, deep or thick a thing is in Chinese by
// the sentence of its own that puts the dimension in one character before its
// number. It reports whether there is one.
func (w *writer) extent() bool {
	m := extentAsked.FindStringSubmatch(strings.TrimRight(lang.Fold(w.asked.Text), "?？。 "))
	if m == nil || w.asked.Language != "zh" {
		return false
	}
	r := w.reading
	subject, own := m[1], r.owners(m[1])
	says := regexp.MustCompile(`(?:^|[，,；、]|` + regexp.QuoteMeta(subject) + `|[身体总全])` + m[2] + m[3] + `(?:度|达|约|为|近|有|是)*\s*(\d[\d.,]*余?(?:米|公里|千米|厘米|毫米|里|丈|尺))`)
	for i := range r.sentences {
		s := &r.sentences[i]
		part := strings.Contains(lang.Fold(s.page.Title), subject) && bodyLead.MatchString(leadName(s))
		if own[i] != ownerSame && !part || s.block == lang.BlockHeading {
			continue
		}
		at := says.FindStringSubmatchIndex(s.text)
		if at == nil {
			continue
		}
		if w.bySentence(s, s.text[at[2]:at[3]], "") {
			return true
		}
	}
	return false
}

// measuredThere answers with the one sentence that gives the measure that is
// asked for, on the page that is titled as the question's subject, where the best
// sentence gives none: 注入85℃的热水. It reports whether there is one.
func (w *writer) measuredThere() bool {
	r := w.reading
	gives, words := r.q.measure()
	if best := r.best(); gives == nil || words || best == nil || gives.MatchString(best.text) {
		return false
	}
	var found *readSentence
	subject := r.subject()
	for i := range r.sentences {
		s := &r.sentences[i]
		p := &r.passages[s.passage]
		about := p.titled >= fieldTitled || subject != "" && strings.Contains(lang.Fold(p.Title), subject)
		if !about || s.block == lang.BlockHeading || !w.sharesRest(s, p) || !givesNumbered(gives, s.text) {
			continue
		}
		if found != nil {
			return false
		}
		found = s
	}
	if found == nil {
		return false
	}
	return w.bySentence(found, w.out.Short, shortQuote(cleanText(found.page.Title), 80))
}

// sharesRest reports whether a sentence has a word of the question that its title has not.
func (w *writer) sharesRest(s *readSentence, p *readPassage) bool {
	title := lang.Fold(p.Title)
	for _, k := range readTokens(w.asked.Core) {
		if !k.stop && !strings.Contains(title, k.text) && !strings.Contains(functionHan, k.text) && containsWord(s.fold(), k.text) {
			return true
		}
	}
	return false
}

// givesNumbered reports whether a text has a number right before what gives the measure.
func givesNumbered(gives *regexp.Regexp, text string) bool {
	for _, q := range lang.Quantities(text) {
		if gives.MatchString(text[q.Start:min(len(text), q.End+len("摄氏度"))]) {
			return true
		}
	}
	return false
}
