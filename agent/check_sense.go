package agent

import (
	"strings"
)

// checkTurns compares the words that turn the meaning: what the witness says
// of the matter must be said in the claim, and the claim must add nothing.
func checkTurns(f *findings, p piece, a *alignment) {
	paired := droppedTurns(f, p, a)
	for k, t := range a.claim.turns {
		if paired[k] || t.first < p.from || t.first >= p.to || a.carriedTurn(t) || a.deniedByForm(a.claim, t, a.witness) {
			continue
		}
		if t.sig == sigShould && a.witness.imperative() {
			continue
		}
		if v := t.verdict(true); v != Supported {
			f.add(v, "it says %q, which its quote does not", t.text)
		}
	}
	a.rankDropped(f, p)
}

// droppedTurns finds what the witness says of the matter and the claim leaves
// out. It returns which turns of the claim the witness accounts for.
func droppedTurns(f *findings, p piece, a *alignment) []bool {
	paired := make([]bool, len(a.claim.turns))
	for _, t := range a.unpaired(p, paired) {
		if t.sig == sigStop && a.used[t.first] {
			continue
		}
		if !a.concerns(t, p) || a.milder(t, p) || a.deniedByForm(a.witness, t, a.claim) {
			continue
		}
		if v := t.verdict(false); v != Supported {
			f.add(v, "its quote says %q, and it leaves that out", t.text)
		}
	}
	return paired
}

// imperative reports whether a sentence tells its reader to do something.
func (s *sentence) imperative() bool {
	if len(s.elems) < 2 {
		return false
	}
	switch s.elems[0].word {
	case "do", "don't", "let", "never", "always", "please", "avoid", "请", "不要":
		return true
	}
	switch s.elems[1].word {
	case "the", "a", "an", "your", "it", "them", "this", "all", "each":
		return s.elems[0].kind == elemWord && !s.elems[0].stop && !s.elems[0].name && s.elems[0].clause == s.elems[1].clause
	}
	return false
}

// milder reports whether leaving t out changes nothing, because the claim
// keeps another word to the same effect.
func (a *alignment) milder(t turn, p piece) bool {
	for _, c := range a.claim.turns {
		if c.first < p.from || c.first >= p.to {
			continue
		}
		switch {
		case t.sig&sigWill != 0 && c.sig&(sigPlan|sigRumour|sigMay|sigIf|sigTry|sigWill) != 0,
			t.sig&sigIf != 0 && c.sig&(sigIf|sigWhen) != 0,
			t.sig&(sigMay|sigRumour|sigSuspect) != 0 && c.sig&(sigMay|sigRumour|sigSuspect) != 0:
			return true
		}
	}
	if t.sig&sigWill != 0 && a.witness.zh {
		// Chinese verbs have no tense: only a word for "done" makes it past.
		return !strings.Contains(a.claim.text, "了") && !strings.Contains(a.claim.text, "已")
	}
	return false
}

// deniedByForm reports whether turn t of s denies a word that other denies by
// its form: "not known" and "unknown", "not harmed" and "harmless".
func (a *alignment) deniedByForm(s *sentence, t turn, other *sentence) bool {
	if t.sig&(sigNot|sigDeny) == 0 {
		return false
	}
	for i := t.last + 1; i < len(s.elems) && i <= t.last+4; i++ {
		e := &s.elems[i]
		if e.kind != elemWord {
			continue
		}
		for j := range other.elems {
			w := &other.elems[j]
			if w.kind == elemWord && len(w.word) > 4 && (negativeForm(w.word, e.word) || negativeForm(w.key, e.key) || w.word == e.key+"less" || w.word == e.word+"less") {
				return true
			}
		}
	}
	return false
}

// rankDropped finds a superlative whose rank ("second", 第二) the claim left out.
func (a *alignment) rankDropped(f *findings, p piece) {
	for _, t := range a.witness.turns {
		if t.sig&sigTop == 0 || t.first == 0 {
			continue
		}
		n := t.first - 1
		if e := &a.witness.elems[n]; e.kind != elemNum || e.qty.Unit != "ordinal" || a.used[n] {
			continue
		}
		for i := p.from; i < p.to; i++ {
			if j := a.found[i]; j >= t.first && j <= t.last {
				f.add(Unsupported, "its quote says %q, and it leaves the rank out", a.witness.elems[n].key+" "+t.text)
				return
			}
		}
	}
}

// unpaired pairs the turns of the witness with those of the claim: first those
// that stand at the same place, then those beside the same words, then those
// of clauses that correspond. It returns the witness's turns that are left.
func (a *alignment) unpaired(p piece, paired []bool) []turn {
	left := a.witness.turns
	for _, near := range [...]func(c, t turn) bool{a.atPlace, a.beside, a.sameClause} {
		var still []turn
		for _, t := range left {
			if k := a.partner(t, p, paired, near); k >= 0 {
				paired[k] = true
			} else {
				still = append(still, t)
			}
		}
		left = still
	}
	return left
}

// partner finds the turn of the claim that the witness's t carries and that is near it.
func (a *alignment) partner(t turn, p piece, paired []bool, near func(c, t turn) bool) int {
	for k, c := range a.claim.turns {
		if !paired[k] && c.first >= p.from && c.first < p.to && standsFor(c.sig, t.sig) && near(c, t) {
			return k
		}
	}
	return -1
}

// atPlace reports whether the alignment pairs the two turns' words.
func (a *alignment) atPlace(c, t turn) bool {
	j := a.at[c.first]
	if c.sig&sigNot != 0 && !a.beside(c, t) && !a.sameClause(c, t) {
		return false
	}
	return j >= t.first && j <= t.last
}

// beside reports whether the content next to claim turn c is that next to witness turn t.
func (a *alignment) beside(c, t turn) bool {
	for i := c.last + 1; i < len(a.claim.elems) && i <= c.last+3; i++ {
		if j := a.found[i]; j > t.last && j <= t.last+4 && !a.claim.elems[i].stop {
			return true
		}
	}
	if c.sig&(sigNot|sigDeny) != 0 {
		return false
	}
	for i := c.first - 1; i >= 0 && i >= c.first-3; i-- {
		if j := a.found[i]; j >= 0 && j < t.first && j >= t.first-4 && !a.claim.elems[i].stop {
			return true
		}
	}
	return false
}

// sameClause reports whether content of claim turn c's clause stands in the
// clause of witness turn t; for a negation, most of it.
func (a *alignment) sameClause(c, t turn) bool {
	in, out := 0, 0
	for i := range a.claim.elems {
		e := &a.claim.elems[i]
		if j := a.found[i]; e.clause != c.clause || e.stop || j < 0 {
			continue
		} else if a.witness.elems[j].clause == t.clause {
			in++
		} else {
			out++
		}
	}
	return in > 0 && (in >= out || c.sig&(sigNot|sigDeny) == 0)
}

// carriedTurn reports whether the words of a claim's turn stand in the witness
// at that place, whatever class they are there.
func (a *alignment) carriedTurn(t turn) bool {
	if t.sig&sigNot != 0 {
		return false
	}
	for i := t.first; i <= t.last; i++ {
		if a.at[i] < 0 {
			return false
		}
	}
	return true
}

// concerns reports whether the witness's turn t turns something that the piece
// says. A rumour or condition reaches over its whole part of the sentence,
// other turns over the words next to them.
func (a *alignment) concerns(t turn, p piece) bool {
	mine := make([]bool, len(a.witness.elems))
	for i := p.from; i < p.to; i++ {
		if a.found[i] >= 0 {
			mine[a.found[i]] = true
		}
	}
	w := a.witness
	if t.sig&(sigRumour|sigIf) != 0 {
		return w.overall(t, mine)
	}
	if t.sig&sigNumeric != 0 {
		j := t.first
		if w.elems[j].kind != elemNum {
			if j = w.numberAfter(t.last + 1); followsNumber(t.text) {
				j = t.first - 1
			}
		}
		return j >= 0 && mine[j]
	}
	n, reach := 0, 2
	if w.zh {
		reach = 3
	}
	for j := t.last + 1; j < len(w.elems) && w.elems[j].clause == t.clause && n < reach; j++ {
		if w.elems[j].stop {
			continue
		}
		n++
		if mine[j] {
			return true
		}
	}
	if n > 0 && t.sig&sigOneOf == 0 {
		return false
	}
	for j := t.first - 1; j >= 0 && j >= t.first-4 && w.elems[j].clause == t.clause; j-- {
		if !w.elems[j].stop {
			return mine[j]
		}
	}
	return false
}

// overall reports whether a rumour or condition t reaches over one of the
// elements that are marked as said in the claim.
func (s *sentence) overall(t turn, mine []bool) bool {
	if low := strings.ToLower(t.text); t.sig&sigIf != 0 && strings.HasPrefix(low, "even") {
		before, after := 0, 0
		for j := range mine {
			if mine[j] && !s.elems[j].stop {
				if j < t.first {
					before++
				} else {
					after++
				}
			}
		}
		return after > before // "even if" leaves what it is joined to as it is
	}
	for j := range s.elems {
		e := &s.elems[j]
		if e.stop || !mine[j] || s.segment(j) != s.segment(t.first) {
			continue
		}
		if j > t.last || e.clause == t.clause || t.sig&sigIf != 0 {
			return true
		}
	}
	return false
}

// segment numbers the parts of a sentence that stand against one another:
// they are parted by semicolons, "but" and the like.
func (s *sentence) segment(i int) int {
	n := 0
	for k := 1; k <= i; k++ {
		e := &s.elems[k]
		switch e.word {
		case "but", "however", "although", "whereas":
			n++
		case "但", "而", "然":
			if e.clause != s.elems[k-1].clause {
				n++
			}
		}
		if gap := s.text[s.elems[k-1].end:e.start]; strings.ContainsAny(gap, ";；") {
			n++
		}
	}
	return n
}
