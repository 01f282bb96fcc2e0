package agent

import (
	"unicode/utf8"
)

// Check holds a claim to the quotes of its cites, all of them together. It is
// pure and a Checker.
//
// Every cite must stand in its snapshot exactly. Then, in this order: a claim
// that is a piece of its quote word for word, cut without losing what turns
// its meaning, is supported. Otherwise every number, date and name of it must
// be carried by the quotes, its negations, hedges, conditions, quantities and
// comparisons must be those of the sentence it rests on, the parts of that
// sentence must not have changed places, and enough of its words must stand
// there. A claim that breaks one of these is unsupported; one that only says
// more than can be recognised is weak.
func Check(c Claim, text func(snapshot string) (string, bool)) Judgement {
	j, _ := assess(c, text)
	return j
}

// assess is Check; it says besides how like the claim the sentence is that is
// most like it, from 0 to 1.
func assess(c Claim, text func(snapshot string) (string, bool)) (Judgement, float64) {
	if why := badCite(c.Cites, text); why != "" {
		return Judgement{Unsupported, why}, 0
	}
	claim := readClaim(c)
	if len(claim.elems) == 0 {
		return Judgement{Weak, "the claim says nothing that could be checked"}, 0
	}
	return judge(claim, readEvidence(c.Cites, text))
}

// badCite says what is wrong with the first cite that does not hold, or "".
func badCite(cites []Cite, text func(string) (string, bool)) string {
	if len(cites) == 0 {
		return "it has no cite"
	}
	for _, x := range cites {
		t, ok := text(x.Snapshot)
		switch {
		case !ok:
			return "it cites a page that was not read"
		case x.Start < 0 || x.End > len(t) || x.Start >= x.End || t[x.Start:x.End] != x.Quote:
			return "its quote does not stand in the page at its place"
		case x.Start16 != units16(t[:x.Start]) || x.End16 != x.Start16+units16(x.Quote):
			return "the UTF-16 offsets of its quote are wrong"
		}
	}
	return ""
}

// units16 counts the UTF-16 code units of valid UTF-8 text, faster than
// utf16Len: one for each character, two for those of four bytes.
func units16(s string) int {
	if !utf8.ValidString(s) {
		return utf16Len(s)
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c&0xc0 != 0x80 {
			n++
			if c >= 0xf0 {
				n++
			}
		}
	}
	return n
}
