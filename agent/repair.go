package agent

import (
	"math"
	"slices"

	"github.com/sonde-search/sonde/agent/lang"
)

// Bounds of a repair: sentences that are looked at closely, cites of one claim,
// and sentences that stand apart in the ranking.
const (
	repairCandidates = 8
	repairCites      = 3
)

// Repair looks for better quotes for a claim in all that was read: the
// sentences of passages that share its terms, numbers and names, one alone or
// up to three together. It returns the claim with the fewest cites that carry
// it, and true, where Check finds it supported with them; or weak, where
// nothing better is there and its own cites do not hold. text returns a
// snapshot's whole text. Source numbers are left zero.
func Repair(c Claim, passages []Passage, text func(snapshot string) (string, bool)) (Claim, bool) {
	found := rankSentences(c, passages, text)
	if len(found) == 0 {
		return c, false
	}
	weak, haveWeak := c, false
	try := func(cites ...Cite) (Claim, bool) {
		r := c
		r.Cites = inOrder(cites)
		j := Check(r, text)
		r.Verdict = j.Verdict
		if j.Verdict == Weak && !haveWeak {
			weak, haveWeak = r, true
		}
		return r, j.Verdict == Supported
	}
	for _, s := range found {
		if r, ok := try(s.cite); ok {
			return r, true
		}
	}
	for i := range found {
		for k := i + 1; k < min(len(found), 5); k++ {
			if r, ok := try(found[i].cite, found[k].cite); ok {
				return r, true
			}
		}
	}
	if len(found) >= repairCites {
		if r, ok := try(found[0].cite, found[1].cite, found[2].cite); ok {
			return r, true
		}
	}
	return weak, haveWeak
}

// inOrder returns the cites in the order of their places, those of one
// snapshot together.
func inOrder(cites []Cite) []Cite {
	out := slices.Clone(cites)
	slices.SortStableFunc(out, func(a, b Cite) int {
		if a.Snapshot != b.Snapshot {
			return 0
		}
		return a.Start - b.Start
	})
	return out
}

// A candidate is a sentence that may carry a claim.
type candidate struct {
	cite  Cite
	score float64
}

// rankSentences returns the sentences that share most with the claim, best first.
func rankSentences(c Claim, passages []Passage, text func(string) (string, bool)) []candidate {
	clean, _ := StripMarks(c.Text)
	want := map[string]float64{}
	for _, t := range lang.Terms(clean) {
		want[t] = termWeight(t)
	}
	if len(want) == 0 {
		return nil
	}
	spread := spreadOf(want, passages)
	type place struct {
		snapshot   string
		start, end int
	}
	seen := map[place]bool{}
	var top []candidate
	for _, p := range likely(want, spread, passages) {
		full, ok := text(p.Snapshot)
		if !ok || p.Start < 0 || p.End > len(full) || p.Start >= p.End {
			continue
		}
		for _, sp := range lang.Sentences(full[p.Start:p.End]) {
			at := place{p.Snapshot, p.Start + sp.Start, p.Start + sp.End}
			if seen[at] {
				continue
			}
			seen[at] = true
			score := overlap(full[at.start:at.end], want, spread)
			if score <= 0 || len(top) == repairCandidates && score <= top[len(top)-1].score {
				continue
			}
			cite, ok := NewCite(p.Snapshot, full, at.start, at.end)
			if !ok {
				continue
			}
			top = append(top, candidate{cite, score})
			slices.SortStableFunc(top, func(a, b candidate) int { return cmpFloat(b.score, a.score) })
			top = top[:min(len(top), repairCandidates)]
		}
	}
	return top
}

func cmpFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// termWeight is what a term counts for by its form: numbers most.
func termWeight(t string) float64 {
	if t[0] >= '0' && t[0] <= '9' {
		return 2
	}
	return 1
}

// spreadOf counts in how many passages each wanted term stands.
func spreadOf(want map[string]float64, passages []Passage) map[string]int {
	n := map[string]int{}
	for i := range passages {
		here := map[string]bool{}
		for _, t := range lang.Terms(passages[i].Text) {
			if want[t] > 0 && !here[t] {
				here[t] = true
				n[t]++
			}
		}
	}
	return n
}

// maxLikely bounds the passages whose sentences are looked at.
const maxLikely = 40

// likely returns the passages that share most terms with the claim, best first.
func likely(want map[string]float64, spread map[string]int, passages []Passage) []Passage {
	type scored struct {
		p Passage
		s float64
	}
	list := make([]scored, 0, len(passages))
	for _, p := range passages {
		if s := overlap(p.Text, want, spread); s > 0 {
			list = append(list, scored{p, s})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmpFloat(b.s, a.s) })
	out := make([]Passage, 0, maxLikely)
	for _, x := range list[:min(len(list), maxLikely)] {
		out = append(out, x.p)
	}
	return out
}

// overlap scores a text by the wanted terms that it has, rare ones first.
func overlap(s string, want map[string]float64, spread map[string]int) float64 {
	here := map[string]bool{}
	score := 0.0
	for _, t := range lang.Terms(s) {
		if w := want[t]; w > 0 && !here[t] {
			here[t] = true
			score += w / math.Sqrt(float64(max(1, spread[t])))
		}
	}
	return score
}
