package engine

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

// entitled reports whether the best sentence and the title and headings that
// it stands under together say all of a short question, the sentence itself
// what is asked for, and something of the kind asked for is in it: "deposit"
// in a sentence of the lease whose title names the machine.
func (w *writer) entitled() bool {
	r := w.reading
	s := r.best()
	if s == nil || !w.asked.Short() || w.asked.Kind == KindYesNo {
		return false
	}
	own := s.hits
	all := append(append([]readHit{}, own...), r.q.match(r.passages[s.passage].context)...)
	if !r.q.saysAll(all) || !r.q.saysHead(own) {
		return false
	}
	if r.q.Expect == ExpectDuration && !timeMeasure.MatchString(s.text) || r.q.Expect == ExpectMoney && !moneyMeasure.MatchString(s.text) {
		return false
	}
	spans := r.fitting(r.shortest(w.weights))
	return len(spans) > 0 && spans[0].sentence == s && r.spanType(&spans[0]) == 1 &&
		(r.q.Kind != KindCount || !dated(&spans[0]) && !ordinal(&spans[0]))
}

// What is asked with and not asked for: it need not stand in an answer.
var (
	askedForm   = regexp.MustCompile(`是?从?几点到几点|几[个天年月次名位点本所种]|哪[年天些个种]|多[少久长大高远重]|什么|怎么?样?`)
	askedFormEn = wordSet("long take last many much far high tall wide deep big large heavy old often cost year years day days time")
)

// saysHead reports whether the hits have the question's last content word, the
// attribute or deed that is asked for.
func (q *asked) saysHead(hits []readHit) bool {
	last := len(q.units) - 1
	for last > 0 && (askedFormEn[q.units[last].text] || q.units[last].han && askedForm.MatchString(q.units[last].text)) {
		last--
	}
	for _, h := range hits {
		if h.unit == last && h.weight >= 1 {
			return true
		}
	}
	return false
}

// saysAll reports whether the hits have every content word of the question as
// it stands; of Chinese, every character of content, since pairs lie across words.
func (q *asked) saysAll(hits []readHit) bool {
	text := askedForm.ReplaceAllStringFunc(lang.Fold(q.Core), func(m string) string { return strings.Repeat(" ", len(m)) })
	said := make([]bool, len(text))
	found := make([]bool, len(q.units))
	for _, h := range hits {
		if u := &q.units[h.unit]; h.weight >= 1 {
			found[h.unit] = true
			for at := 0; u.han; {
				i := strings.Index(text[at:], u.text)
				if i < 0 {
					break
				}
				for k := range u.text {
					said[at+i+k] = true
				}
				at += i + len(u.text)
			}
		}
	}
	for i, u := range q.units {
		if !u.han && !found[i] && !(askedFormEn[u.text] && (q.Kind == KindCount || q.Kind == KindWhen)) {
			return false
		}
	}
	for i, r := range text {
		if unicode.Is(unicode.Han, r) && !said[i] && !strings.ContainsRune(functionHan+"将为于及其该这那个由", r) {
			return false
		}
	}
	return len(q.units) > 0
}
