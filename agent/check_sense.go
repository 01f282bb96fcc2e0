package agent

// severity says what becomes of a claim that has a turn which its witness
// lacks, or lacks one which its witness has.
type severity struct{ added, dropped Verdict }

func severityOf(s signal) severity {
	switch s {
	case sigNot, sigIf, sigMost, sigFew, sigUpTo, sigTry, sigPlan, sigRumour:
		return severity{Unsupported, Unsupported}
	case sigMay, sigWill:
		return severity{Weak, Unsupported}
	case sigNotOnly:
		return severity{Weak, Supported}
	case sigLess:
		return severity{Unsupported, Weak}
	case sigMust, sigMore:
		return severity{Unsupported, Weak}
	case sigSure, sigAll, sigOnly, sigExact, sigCause:
		return severity{Unsupported, Supported}
	case sigTop:
		return severity{Unsupported, Supported}
	case sigMany:
		return severity{Weak, Supported}
	case sigSome, sigOneOf:
		return severity{Supported, Unsupported}
	}
	return severity{Supported, Supported}
}

// standsFor reports whether evidence with signal e carries a claim with c.
func standsFor(c, e signal) bool {
	if c&e != 0 {
		return true
	}
	weaker := func(s signal, by signal) bool { return c&s != 0 && e&by != 0 }
	return weaker(sigSome, sigMany|sigMost|sigAll|sigFew|sigOneOf) || weaker(sigMany, sigMost|sigAll) || weaker(sigMost, sigAll) ||
		weaker(sigMay, sigRumour|sigPlan|sigTry) || weaker(sigRumour, sigMay) || weaker(sigPlan, sigWill|sigTry) ||
		weaker(sigUpTo, sigLess) || weaker(sigLess, sigUpTo) || weaker(sigSure, sigMust) || weaker(sigMust, sigSure) ||
		weaker(sigOneOf, sigSome)
}

// classes of a turn, one by one.
func classes(s signal) []signal {
	var out []signal
	for b := signal(1); b != 0 && b <= s; b <<= 1 {
		if s&b != 0 {
			out = append(out, b)
		}
	}
	return out
}

// checkTurns compares the words that turn the meaning: what the witness says
// of the matter must be said in the claim, and the claim must add nothing.
func checkTurns(f *findings, p piece, a *alignment) {
	paired := make([]bool, len(a.claim.turns))
	lost := a.unpaired(p, paired)
	for _, t := range lost {
		if t.sig&(sigThan|sigPassive) != 0 || !a.concerns(t, p) {
			continue
		}
		worst := Supported
		for _, s := range classes(t.sig) {
			worst = worse(worst, severityOf(s).dropped)
		}
		if worst != Supported {
			f.add(worst, "its quote says %q, and it leaves that out", t.text)
		}
	}
	for k, t := range a.claim.turns {
		if paired[k] || t.first < p.from || t.first >= p.to || t.sig&(sigThan|sigPassive) != 0 {
			continue
		}
		if a.carriedTurn(t) {
			continue
		}
		worst := Unsupported
		for _, s := range classes(t.sig) {
			worst = better(worst, severityOf(s).added)
		}
		if worst != Supported {
			f.add(worst, "it says %q, which its quote does not", t.text)
		}
	}
}

func rank(v Verdict) int {
	switch v {
	case Unsupported:
		return 2
	case Weak:
		return 1
	}
	return 0
}

func worse(a, b Verdict) Verdict {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

func better(a, b Verdict) Verdict {
	if rank(b) < rank(a) {
		return b
	}
	return a
}

// unpaired pairs the turns of the witness with those of the claim, first those
// that stand at the same place, then those of one class, and returns the
// witness's turns that are left.
func (a *alignment) unpaired(p piece, paired []bool) []turn {
	var left, lost []turn
	for _, t := range a.witness.turns {
		if k := a.partner(t, p, paired, true); k >= 0 {
			paired[k] = true
		} else {
			left = append(left, t)
		}
	}
	for _, t := range left {
		if k := a.partner(t, p, paired, false); k >= 0 {
			paired[k] = true
		} else {
			lost = append(lost, t)
		}
	}
	return lost
}

// partner finds the turn of the claim that corresponds to the witness's t: of
// a class that t carries, and at the same place, or else beside what t stands beside.
func (a *alignment) partner(t turn, p piece, paired []bool, exact bool) int {
	for k, c := range a.claim.turns {
		if paired[k] || c.first < p.from || c.first >= p.to || !standsFor(c.sig, t.sig) {
			continue
		}
		j := a.at[c.first]
		if j >= t.first && j <= t.last || !exact && (a.at[c.first] < 0 || a.beside(c, t)) {
			return k
		}
	}
	return -1
}

// beside reports whether the content next to claim turn c is that next to witness turn t.
func (a *alignment) beside(c, t turn) bool {
	for i := c.last + 1; i < len(a.claim.elems) && i <= c.last+3; i++ {
		if j := a.found[i]; j > t.last && j <= t.last+4 {
			return true
		}
	}
	return false
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
// says: what follows it (or, at a clause's end, precedes it) stands in the claim.
func (a *alignment) concerns(t turn, p piece) bool {
	mine := func(j int) bool {
		for i := p.from; i < p.to; i++ {
			if a.found[i] == j {
				return true
			}
		}
		return false
	}
	if t.sig&(sigRumour|sigIf) != 0 {
		for j := range a.witness.elems {
			if e := &a.witness.elems[j]; !e.stop && mine(j) {
				return true
			}
		}
		return false
	}
	n := 0
	for j := t.last + 1; j < len(a.witness.elems) && a.witness.elems[j].clause == t.clause && n < 2; j++ {
		e := &a.witness.elems[j]
		if e.stop {
			continue
		}
		n++
		if mine(j) {
			return true
		}
	}
	if n > 0 && t.sig != sigOneOf {
		return false
	}
	for j := t.first - 1; j >= 0 && a.witness.elems[j].clause == t.clause; j-- {
		if !a.witness.elems[j].stop {
			return mine(j)
		}
	}
	return false
}
