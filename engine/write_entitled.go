package engine

import (
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
	spans := r.fitting(r.shortest(w.weights))
	return len(spans) > 0 && spans[0].sentence == s && r.spanType(&spans[0]) == 1 &&
		(r.q.Kind != KindCount || !dated(&spans[0]) && !ordinal(&spans[0]))
}

// saysHead reports whether the hits have the question's last content word, the
// attribute or deed that is asked for.
func (q *asked) saysHead(hits []readHit) bool {
	last := len(q.units) - 1
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
	text := lang.Fold(q.Core)
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
		if !u.han && !found[i] {
			return false
		}
	}
	for i, r := range text {
		if unicode.Is(unicode.Han, r) && !said[i] && !strings.ContainsRune("的了是在和与之有被把将为于及其该这那个", r) {
			return false
		}
	}
	return len(q.units) > 0
}
