package agent

import (
	"strings"
	"unicode"
)

// verbatim reports whether the claim is one of the quotes' sentences, word for
// word and whole, or one quote with all its sentences.
func (ev *evidence) verbatim(c *sentence) bool {
	want := plain(c.text)
	for i := range ev.sents {
		w := &ev.sents[i]
		if !w.whole {
			return false
		}
		if plain(w.text) == want || ev.joins(want, i) {
			return true
		}
	}
	return false
}

// joins reports whether text begins with quote sentence k and goes on, after a
// comma or "and", with later ones of its page, each word for word and whole.
func (ev *evidence) joins(text string, k int) bool {
	t := plain(ev.sents[k].text)
	if t == "" || len(text) < len(t) || !strings.EqualFold(text[:len(t)], t) {
		return false
	}
	rest := text[len(t):]
	if rest == "" {
		return true
	}
	after := strings.TrimLeft(rest, ",;.，；。")
	if after == rest {
		return false
	}
	after = strings.TrimPrefix(after, "and")
	for n := k + 1; n < len(ev.sents); n++ {
		w := &ev.sents[n]
		if t := plain(w.text); w.whole && w.context.text == ev.sents[k].context.text && t != "" && len(after) >= len(t) && strings.EqualFold(after[:len(t)], t) {
			return ev.joins(after, n)
		}
	}
	return false
}

// plain is s without space, marks of emphasis, quotation and final marks.
func plain(s string) string {
	s = strings.TrimRight(s, ".。!！?？ \"'”’")
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("*_`\"“”", r) {
			return -1
		}
		return r
	}, narrow(s))
}

// markNames makes first words of sentences names where the claim or the quotes
// use them as names elsewhere.
func (ev *evidence) markNames(c *sentence) {
	known := map[string]bool{}
	note := func(s *sentence) {
		for j := range s.elems {
			if s.elems[j].name && s.elems[j].kind == elemWord {
				known[s.elems[j].word] = true
			}
		}
	}
	note(c)
	for i := range ev.sents {
		note(&ev.sents[i].sentence)
		note(ev.sents[i].context.before())
	}
	for i := range ev.sents {
		s := &ev.sents[i].sentence
		if e := &s.elems[0]; e.kind == elemWord && !e.stop && known[e.word] && s.text[e.start] >= 'A' && s.text[e.start] <= 'Z' {
			e.name = true
		}
	}
}

// nameFirst decides whether the claim's first word, which its capital tells
// nothing about, is a name: it is where the quotes use it as one. It reports
// true where nothing is known of the word and it looks like no common noun.
func nameFirst(c *sentence, ev evidence) bool {
	e := &c.elems[0]
	if e.kind != elemWord || e.stop || e.name || e.sig != 0 || len(e.word) < 4 || c.text[e.start] < 'A' || c.text[e.start] > 'Z' {
		return false
	}
	seen := func(s *sentence) (found, name bool) {
		for j := range s.elems {
			if x := &s.elems[j]; x.kind == elemWord && (x.word == e.word || x.key == e.key) {
				found = true
				name = name || x.name
			}
		}
		return found, name
	}
	for i := range ev.sents {
		w := &ev.sents[i]
		for _, s := range [...]*sentence{&w.sentence, w.context.before()} {
			if found, name := seen(s); found {
				e.name = name
				return false
			}
		}
	}
	for _, end := range [...]string{"s", "ing", "ed", "ly", "ion", "ment", "ness", "ity", "ance", "ence", "er", "or", "ist", "ism", "ure", "age", "ship", "hood", "th", "ic"} {
		if strings.HasSuffix(e.word, end) {
			return false
		}
	}
	return len(groups().same[e.word]) == 0 && len(groups().same[e.key]) == 0
}
