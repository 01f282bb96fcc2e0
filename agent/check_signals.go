package agent

// severity says what becomes of a claim that has a turn which its witness
// lacks, or lacks one which its witness has.
type severity struct{ added, dropped Verdict }

func severityOf(s signal) severity {
	switch s {
	case sigNot, sigIf, sigMost, sigFew, sigUpTo, sigTry, sigPlan, sigRumour, sigDeny, sigSuspect:
		return severity{Unsupported, Unsupported}
	case sigMay:
		return severity{Weak, Unsupported}
	case sigLess:
		return severity{Unsupported, Weak}
	case sigMust, sigMore:
		return severity{Unsupported, Weak}
	case sigSure, sigAll, sigOnly, sigExact, sigCause, sigTop:
		return severity{Unsupported, Supported}
	case sigWill:
		return severity{Weak, Unsupported}
	case sigMany, sigNotOnly, sigShould:
		return severity{Weak, Supported}
	case sigStop:
		return severity{Supported, Weak}
	case sigSome, sigOneOf:
		return severity{Supported, Unsupported}
	}
	return severity{Supported, Supported}
}

// carries lists, for a class, which others in a quote carry a claim of it.
var carries = [...]struct{ claim, quote signal }{
	{sigSome, sigMany | sigMost | sigAll | sigFew | sigOneOf},
	{sigMany, sigMost | sigAll},
	{sigMost, sigAll},
	{sigMay, sigRumour | sigTry | sigSuspect},
	{sigRumour, sigMay | sigSuspect},
	{sigSuspect, sigRumour},
	{sigPlan, sigWill | sigTry},
	{sigUpTo, sigLess},
	{sigLess, sigUpTo},
	{sigSure, sigMust},
	{sigMust, sigSure},
	{sigShould, sigMust},
	{sigOneOf, sigSome},
	{sigIf, sigWhen},
	{sigWhen, sigIf},
	{sigNot, sigDeny | sigStop},
	{sigDeny, sigNot | sigStop},
	{sigStop, sigNot | sigDeny},
	{sigFew, sigOnly},
	{sigTop, sigUpTo},
}

// standsFor reports whether evidence with signal e carries a claim with c.
func standsFor(c, e signal) bool {
	if c&e != 0 {
		return true
	}
	for _, w := range carries {
		if c&w.claim != 0 && e&w.quote != 0 {
			return true
		}
	}
	return false
}

// verdictOf is the worst verdict of dropping, or the mildest of adding, a turn
// of these classes.
func (t turn) verdict(added bool) Verdict {
	worst, mildest := Supported, Unsupported
	for b := signal(1); b != 0 && b <= t.sig; b <<= 1 {
		if t.sig&b != 0 {
			worst = worse(worst, severityOf(b).dropped)
			mildest = better(mildest, severityOf(b).added)
		}
	}
	if added {
		return mildest
	}
	return worst
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
