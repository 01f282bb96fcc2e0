package agent

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestIrrelevantCite: a further cite that carries none of the claim's words
// never turns what does not hold into what does.
func TestIrrelevantCite(t *testing.T) {
	cases := append(readCases(t, "claims_en.txt"), readCases(t, "claims_zh.txt")...)
	r := rand.New(rand.NewPCG(7, 8))
	n := 0
	for _, c := range cases {
		for _, claim := range append(slices.Clone(c.fail), c.hold...) {
			before := c.check(claim)
			other := cases[r.IntN(len(cases))]
			if before.Verdict == Supported || other.name == c.name || shares(claim, other.page) {
				continue
			}
			n++
			text := func(id string) (string, bool) {
				if s, ok := c.text(id); ok {
					return s, ok
				}
				return other.text(id)
			}
			for _, cites := range [][]Cite{append(slices.Clone(c.cites), other.cites...), append(slices.Clone(other.cites), c.cites...)} {
				if j := Check(Claim{Text: claim, Cites: cites}, text); rank(j.Verdict) < rank(before.Verdict) {
					t.Errorf("%q is %s (%s), and with a cite of %s %s", claim, before.Verdict, before.Why, other.name, j.Verdict)
				}
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d cases", n)
	}
}

// shares reports whether a page has a word, or two Han characters in a row, of the claim.
func shares(claim, page string) bool {
	c, p := readClaim(Claim{Text: claim}), readSentence(page, dayZero)
	a := align(&c, &p)
	for i := range c.elems {
		if a.found[i] >= 0 && !c.elems[i].stop {
			return true
		}
	}
	return false
}

// TestRepairedCitesHold: whatever Repair returns stands at its offsets.
func TestRepairedCitesHold(t *testing.T) {
	passages, texts := manyPassages(t, 132)
	text := func(id string) (string, bool) { s, ok := texts[id]; return s, ok }
	found := 0
	for _, file := range []string{"claims_en.txt", "claims_zh.txt"} {
		for _, c := range readCases(t, file) {
			for _, claim := range append(slices.Clone(c.hold), c.fail...) {
				r, ok := Repair(Claim{Text: claim}, passages, text)
				if !ok {
					continue
				}
				found++
				if why := badCite(r.Cites, text); why != "" {
					t.Errorf("%q: %s", claim, why)
				}
				if j := Check(r, text); j.Verdict != r.Verdict {
					t.Errorf("%q: repaired as %s, checked as %s", claim, r.Verdict, j.Verdict)
				}
			}
		}
	}
	if found < 200 {
		t.Errorf("only %d repaired", found)
	}
}

// FuzzStripMarks: what is left holds no mark, and marks are numbers of pages.
func FuzzStripMarks(f *testing.F) {
	for _, s := range []string{"a [1][2, 3].", "【3†x】［４］〖5〗", "[[1]] [^[0]1] [citation:2](x)", "x²¹ a[1] `b[2]`", "[\u200b1\u0661\U0001d7cf]", "\xff[1\xfe]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, marks := StripMarks(s)
		if len(clean) > len(s)+2*strings.Count(s, "\xff") && utf8.ValidString(s) {
			t.Fatalf("%q became longer: %q", s, clean)
		}
		if again, more := StripMarks(clean); len(more) > 0 || utf8.ValidString(s) && again != clean {
			t.Fatalf("%q left %q, which holds %v (%q)", s, clean, more, again)
		}
		for i, m := range marks {
			if m < 1 || m > maxMark || slices.Contains(marks[:i], m) {
				t.Fatalf("%q: marks %v", s, marks)
			}
		}
	})
}
