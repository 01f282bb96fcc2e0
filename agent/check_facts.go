package agent

import (
	"strings"
	"unicode/utf8"
)

// checkFacts demands that the witness carries every number, date and name of
// the piece. A name may also stand in the title, a heading or a sentence just
// before the quote, when the quote itself has no other name in its place.
func checkFacts(f *findings, p piece, ev evidence, all []*alignment) {
	a, w := all[p.witness], &ev.sents[p.witness]
	resolved := false
	for i := p.from; i < p.to; i++ {
		e := &a.claim.elems[i]
		if !e.anchor() || a.found[i] >= 0 {
			continue
		}
		switch e.kind {
		case elemNum:
			if looseNumber(e, a) || elliptic(e, a) || cutFrom(a.claim.text, a.witness.text) {
				continue
			}
			f.add(Unsupported, "its quotes do not say %s", e.key)
		case elemDate:
			if dateCarried(e, w) {
				resolved = true
				continue
			}
			f.add(Unsupported, "its quotes do not name the date %s", e.key)
		default:
			if nameNear(e, a, w) || namedBefore(i, p.witness, ev, all) {
				resolved = true
				if a.preceded(i, p.from) {
					f.add(Weak, "its quotes do not name %s there", a.claim.text[e.start:e.end])
				}
				continue
			}
			if elsewhere(i, all) {
				f.add(Unsupported, "its quotes name %s, but not in that connection", a.claim.text[e.start:e.end])
				continue
			}
			f.add(Unsupported, "its quotes do not name %s", a.claim.text[e.start:e.end])
		}
	}
	if name := a.missingPlace(p, w); name != "" {
		f.add(Unsupported, "its quotes do not name %s", name)
	}
	if resolved && a.carried(p.from, p.to) < 0.5 {
		f.add(Weak, "what it is about stands only near the quote, and its words differ")
	}
}

// missingPlace finds a Chinese place name of the piece that neither the witness
// nor what stands around it names.
func (a *alignment) missingPlace(p piece, w *witness) string {
	if !a.claim.zh {
		return ""
	}
	places := groups().places
	for i := p.from; i < p.to; i++ {
		for n := 4; n > 1; n-- {
			if i+n > p.to || a.allFound(i, i+n) {
				continue
			}
			if word, ok := a.claim.hanWord(i, n); ok && places[word] && !strings.Contains(w.text, word) && !strings.Contains(w.context.before().text, word) {
				return word
			}
		}
	}
	return ""
}

func elsewhere(i int, all []*alignment) bool {
	for _, a := range all {
		if a.found[i] >= 0 {
			return true
		}
	}
	return false
}

// cutFrom reports whether the claim stands in the witness character by
// character, not within a longer number.
func cutFrom(claim, witness string) bool {
	claim = strings.TrimRight(claim, ".。")
	at := strings.Index(witness, claim)
	if at < 0 || claim == "" {
		return false
	}
	const digits = "0123456789.,%‰万亿千百十〇零一二三四五六七八九"
	before, _ := utf8.DecodeLastRuneInString(witness[:at])
	after, _ := utf8.DecodeRuneInString(witness[at+len(claim):])
	return (at == 0 || !strings.ContainsRune(digits, before)) && (at+len(claim) == len(witness) || !strings.ContainsRune(digits, after))
}

// looseNumber lets pass the numbers that say nothing a quote must carry: a
// bare 1 in words, and years' parts.
func looseNumber(e *elem, a *alignment) bool {
	t := strings.ToLower(e.key)
	if e.qty.Unit == "ordinal" && e.qty.Value == 1 {
		for i := range a.witness.elems {
			if w := a.witness.elems[i].word; w == "first" || w == "首" || w == "original" {
				return true
			}
		}
	}
	return t == "one" || strings.HasPrefix(t, "one ") || strings.HasPrefix(e.key, "一")
}

// elliptic reports whether the witness has the number with its unit left out,
// after another number that names it: "12,400 hectares of oats, 31,900 of wheat".
func elliptic(e *elem, a *alignment) bool {
	value, unit := false, false
	for i := range a.witness.elems {
		if x := &a.witness.elems[i]; x.kind == elemNum {
			value = value || x.qty.Unit == "" && near(x.qty.Value, e.qty.Value, 1e-6)
			unit = unit || x.qty.Unit == e.qty.Unit
		}
	}
	return value && unit
}

// dateCarried looks for the year that the witness leaves out: it names the
// month and day, or no year at all, and what stands around it tells the year.
func dateCarried(e *elem, w *witness) bool {
	d := e.date
	if d.Year == 0 {
		return false
	}
	bare := d.Month == 0
	for i := range w.elems {
		x := &w.elems[i]
		if x.kind != elemDate {
			continue
		}
		if x.date.Year > 0 && x.date.Year != d.Year {
			return false
		}
		if x.date.Year == 0 && x.date.Month == d.Month && (d.Day == 0 || x.date.Day == d.Day) {
			bare = true
		}
	}
	if !bare {
		return false
	}
	if w.context.day().Year() == d.Year {
		return true
	}
	around := w.context.before()
	for i := range around.elems {
		if x := &around.elems[i]; x.kind == elemDate && x.date.Year == d.Year {
			return true
		}
	}
	return false
}

// nameNear reports whether a name that the witness lacks stands just around it.
func nameNear(e *elem, a *alignment, w *witness) bool {
	for _, x := range synonymsOf(e.word) {
		if strings.Contains(strings.ToLower(a.witness.text), strings.ReplaceAll(x, "_", " ")) {
			return true
		}
	}
	around := w.context.before()
	for i := range around.elems {
		x := &around.elems[i]
		if x.kind == elemWord && (x.key == e.key || x.word == e.word || demonym(x.word, e.word)) {
			return true
		}
	}
	return false
}

// preceded reports whether the claim says much that the witness has before
// element i: then it is not what the claim is about, and no pronoun stands for it.
func (a *alignment) preceded(i, from int) bool {
	n := 0
	for x := from; x < i; x++ {
		if e := &a.claim.elems[x]; !e.stop && e.kind != elemNum && a.found[x] >= 0 {
			n++
		}
	}
	return n >= 2
}

// namedBefore reports whether a sentence of the quotes before the witness, in
// the same snapshot, names what claim element i names.
func namedBefore(i, witness int, ev evidence, all []*alignment) bool {
	for k := witness - 1; k >= 0 && k >= witness-3; k-- {
		if ev.sents[k].context.text == ev.sents[witness].context.text && all[k].found[i] >= 0 {
			return true
		}
	}
	return false
}
