package agent

import (
	"fmt"
	"strings"
	"unicode"
)

// enoughWords is the share of a claim's content, by weight, that must stand in
// its quotes for it to be supported; littleWords that below which nothing
// speaks for it.
const (
	enoughWords = 0.55
	littleWords = 0.25
)

// A finding is what one part of the check has to say against a claim.
type finding struct {
	verdict Verdict
	why     string
}

// findings collects them; the first of the worst verdict is told.
type findings []finding

func (f *findings) add(v Verdict, format string, args ...any) {
	*f = append(*f, finding{v, fmt.Sprintf(format, args...)})
}

func (f findings) judgement() Judgement {
	j := Judgement{Verdict: Supported}
	for _, x := range f {
		if x.verdict == Unsupported {
			return Judgement{Unsupported, x.why}
		}
		if j.Verdict == Supported {
			j = Judgement{x.verdict, x.why}
		}
	}
	return j
}

// judge holds a claim to its evidence.
func judge(claim sentence, ev evidence) Judgement {
	if len(ev.sents) == 0 {
		return Judgement{Unsupported, "its quotes hold no words"}
	}
	if ev.verbatim(&claim) {
		return Judgement{Verdict: Supported}
	}
	ev.markNames(&claim)
	first := nameFirst(&claim, ev)
	all := make([]*alignment, len(ev.sents))
	for i := range ev.sents {
		all[i] = align(&claim, &ev.sents[i].sentence)
	}
	var f findings
	pieces := partClaim(&claim, all)
	for _, p := range pieces {
		checkPiece(&f, p, &claim, ev, all)
	}
	checkCoverage(&f, &claim, all)
	if first && !elsewhere(0, all) {
		f.add(Weak, "its quotes do not say %q", claim.elems[0].word)
	}
	return f.judgement()
}

// verbatim reports whether the claim is one of the quotes' sentences, word for
// word and whole, or one quote with all its sentences.
func (ev *evidence) verbatim(c *sentence) bool {
	want := plain(c.text)
	for i := range ev.sents {
		w := &ev.sents[i]
		if !w.whole {
			return false
		}
		t := plain(w.text)
		if t == want {
			return true
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
	}, s)
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

// A piece is a stretch of a claim's elements that rests on one witness.
type piece struct {
	from, to int
	witness  int
	first    bool
}

// partClaim decides which witness carries which part of the claim: one for
// all of it where one carries about as much as all together, otherwise the best for each clause.
func partClaim(c *sentence, all []*alignment) []piece {
	n := len(c.elems)
	best, bestShare := 0, -100.0
	for k, a := range all {
		s := a.support(0, n) + 0.05*a.ordered()
		for i := range c.elems {
			if e := &c.elems[i]; (e.kind == elemNum || e.kind == elemDate) && a.found[i] < 0 {
				s -= 0.5
			}
		}
		if s > bestShare {
			best, bestShare = k, s
		}
	}
	whole := []piece{{0, n, best, true}}
	if len(all) == 1 || bestShare >= 1 {
		return whole
	}
	var out []piece
	gain := 0.0
	for from := 0; from < n; {
		to := from + 1
		for to < n && (c.elems[to].clause == c.elems[to-1].clause || !c.hasWords(from, to) || !c.hasWords(to, n)) {
			to++
		}
		w, s := best, all[best].support(from, to)
		base := s
		if lacking(c, all[best], from, to) {
			for k, a := range all {
				if t := a.support(from, to); t > s+0.15 && !loses(c, all[best], a, from, to) {
					w, s = k, t
				}
			}
		}
		gain += (s - base) * float64(to-from) / float64(n)
		if k := len(out); k > 0 && out[k-1].witness == w {
			out[k-1].to = to
		} else {
			out = append(out, piece{from, to, w, len(out) == 0})
		}
		from = to
	}
	if gain < 0.08 {
		return whole
	}
	return out
}

// hasWords reports whether there is content besides names and numbers from one element to another.
func (s *sentence) hasWords(from, to int) bool {
	for i := from; i < to; i++ {
		if e := &s.elems[i]; !e.stop && !e.anchor() {
			return true
		}
	}
	return false
}

// loses reports whether other lacks an anchor that best has between from and to.
func loses(c *sentence, best, other *alignment, from, to int) bool {
	for i := from; i < to; i++ {
		if c.elems[i].anchor() && best.found[i] >= 0 && other.found[i] < 0 {
			return true
		}
	}
	return false
}

// lacking reports whether the alignment lacks an anchor of the claim, or most of its words, between from and to.
func lacking(c *sentence, a *alignment, from, to int) bool {
	for i := from; i < to; i++ {
		if c.elems[i].anchor() && a.found[i] < 0 {
			return true
		}
	}
	return a.carried(from, to) < 0.5
}

// checkPiece checks one piece of the claim against its witness.
func checkPiece(f *findings, p piece, c *sentence, ev evidence, all []*alignment) {
	a := all[p.witness]
	w := &ev.sents[p.witness]
	checkFacts(f, p, ev, all)
	checkTurns(f, p, a)
	checkOpposites(f, p, a)
	checkOrder(f, p, a)
	checkHanOrder(f, p, a)
	checkRoles(f, p, a)
	checkPlaces(f, p, a)
	checkNumbers(f, p, ev, all)
	checkLifespan(f, p, a)
	checkPairs(f, p, a)
	checkNearest(f, p, a)
	checkSlots(f, p, a, w)
	if !p.first {
		checkSubject(f, p, c, w, a)
	}
}

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
			if looseNumber(e, a) || elliptic(e, a) {
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

// checkCoverage demands that enough of the claim's words stand in its quotes, all of them together.
func checkCoverage(f *findings, c *sentence, all []*alignment) {
	var have, weight float64
	for i := range c.elems {
		e := &c.elems[i]
		if e.stop || e.sig != 0 {
			continue
		}
		w := e.weight()
		weight += w
		if elsewhere(i, all) {
			have += w
		}
	}
	if weight == 0 {
		return
	}
	switch share := have / weight; {
	case share < littleWords:
		f.add(Unsupported, "its quotes say hardly any of its words")
	case share < enoughWords:
		f.add(Weak, "its quotes say only some of its words")
	}
}

// checkSubject demands, of a later piece that rests on another witness, that
// this one is about the same thing as the claim.
func checkSubject(f *findings, p piece, c *sentence, w *witness, a *alignment) {
	first := -1
	for i := range c.elems {
		if c.elems[i].name || c.elems[i].kind == elemHan && !c.elems[i].stop {
			first = i
			break
		}
	}
	if first < 0 || first >= p.from || a.found[first] >= 0 {
		return
	}
	e := &c.elems[first]
	if e.kind == elemHan {
		end := first
		for end < len(c.elems) && end < first+4 && c.elems[end].kind == elemHan && !c.elems[end].stop {
			end++
		}
		head := c.text[e.start:c.elems[end-1].end]
		if strings.Contains(w.context.text, head) {
			return
		}
	} else if nameNear(e, a, w) {
		return
	}
	for i := p.from; i < p.to; i++ {
		if c.elems[i].name && a.found[i] >= 0 {
			return // it has a subject of its own
		}
	}
	f.add(Unsupported, "it joins what different quotes say of different things")
}
