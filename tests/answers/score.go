package answers

import (
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

// Title turns a page name such as Abraham_Lincoln into words.
func Title(s string) string { return strings.ReplaceAll(s, "_", " ") }

// Normal is SQuAD's normalisation: lower case, no punctuation, no articles, single spaces.
func Normal(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) && r < 0x80 {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	var keep []string
	for _, w := range strings.Fields(s) {
		if w != "a" && w != "an" && w != "the" {
			keep = append(keep, w)
		}
	}
	return strings.Join(keep, " ")
}

// Squeeze is the Chinese sets' normalisation: folded, without spaces and punctuation.
func Squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, lang.Fold(s))
}

// Exact reports whether got is one of the answers.
func Exact(got string, answers []string) bool {
	for _, a := range answers {
		if Normal(a) == Normal(got) {
			return true
		}
	}
	return false
}

// F1 is the best token overlap of got with an answer.
func F1(got string, answers []string) float64 {
	best := 0.0
	for _, a := range answers {
		best = max(best, f1(strings.Fields(Normal(got)), strings.Fields(Normal(a))))
	}
	return best
}

func f1(a, b []string) float64 {
	count := map[string]int{}
	for _, w := range b {
		count[w]++
	}
	n := 0
	for _, w := range a {
		if count[w] > 0 {
			count[w]--
			n++
		}
	}
	if n == 0 {
		return 0
	}
	p, r := float64(n)/float64(len(a)), float64(n)/float64(len(b))
	return 2 * p * r / (p + r)
}

// RunF1 is CMRC's measure: F1 over the longest common run of characters.
func RunF1(got string, answers []string) float64 {
	best := 0.0
	g := []rune(Squeeze(got))
	for _, a := range answers {
		w := []rune(Squeeze(a))
		n := longestRun(g, w)
		if n == 0 {
			continue
		}
		p, r := float64(n)/float64(len(g)), float64(n)/float64(len(w))
		best = max(best, 2*p*r/(p+r))
	}
	return best
}

func longestRun(a, b []rune) int {
	row := make([]int, len(b)+1)
	best := 0
	for i := range a {
		prev := 0
		for j := range b {
			cur := row[j+1]
			row[j+1] = 0
			if a[i] == b[j] {
				row[j+1] = prev + 1
				best = max(best, prev+1)
			}
			prev = cur
		}
	}
	return best
}

// Contains reports whether the text has one of the answers in it, in the normal form of its language.
func Contains(text string, answers []string) bool {
	n, z := " "+Normal(text)+" ", ""
	for _, a := range answers {
		if lang.Detect(a) == "zh" || lang.Detect(text) == "zh" {
			if z == "" {
				z = Squeeze(text)
			}
			if w := Squeeze(a); w != "" && strings.Contains(z, w) {
				return true
			}
			continue
		}
		if w := Normal(a); w != "" && strings.Contains(n, " "+w+" ") {
			return true
		}
	}
	return false
}

// ContainsAll reports whether every part is in the text, spaces left out, as the
// RGB benchmark counts.
func ContainsAll(text string, parts [][]string) bool {
	t := strings.ReplaceAll(strings.ToLower(text), " ", "")
	for _, alternatives := range parts {
		ok := false
		for _, a := range alternatives {
			ok = ok || strings.Contains(t, strings.ReplaceAll(strings.ToLower(a), " ", ""))
		}
		if !ok {
			return false
		}
	}
	return true
}
