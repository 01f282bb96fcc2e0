package agent

import (
	"cmp"
	"math"
	"math/bits"
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
// nothing better is there and its own cites do not hold. A sentence that is
// much like the claim and does not carry it speaks against it: sentences less
// like it then carry it no more. text returns a snapshot's whole text. Source
// numbers are left zero.
func Repair(c Claim, passages []Passage, text func(snapshot string) (string, bool)) (Claim, bool) {
	found := rankSentences(c, passages, text)
	if len(found) == 0 {
		return c, false
	}
	m := mending{claim: c, text: text, best: c}
	m.best.Verdict = Unsupported
	for _, s := range found {
		if m.try(s.cite) {
			return m.best, true
		}
	}
	if m.contrary >= settledLike {
		return m.best, m.best.Verdict == Weak
	}
	for i := range found {
		for k := i + 1; k < min(len(found), 5); k++ {
			if m.try(found[i].cite, found[k].cite) {
				return m.best, true
			}
		}
	}
	if len(found) >= repairCites && m.try(found[0].cite, found[1].cite, found[2].cite) {
		return m.best, true
	}
	return m.best, m.best.Verdict == Weak
}

// contraryMargin is by how much less like the claim than a sentence that does
// not carry it those may be that do; settledLike is how like the claim that
// sentence is where no others together can make good what it lacks.
const (
	contraryMargin = 0.1
	settledLike    = 0.9
)

// A mending is a repair in progress.
type mending struct {
	claim    Claim
	text     func(snapshot string) (string, bool)
	contrary float64 // how like the claim the likest sentence is that does not carry it
	best     Claim
	like     float64 // of best
}

// try checks the claim with the cites, and reports whether they carry it.
func (m *mending) try(cites ...Cite) bool {
	r := m.claim
	r.Cites = inOrder(cites)
	j, like := assess(r, m.text)
	r.Verdict = j.Verdict
	switch {
	case j.Verdict == Unsupported && len(cites) == 1 && like >= nearCopy:
		if m.contrary = max(m.contrary, like); m.best.Verdict == Weak && m.like < m.contrary {
			m.best = m.claim
		}
	case j.Verdict == Supported && like >= m.contrary-contraryMargin:
		m.best = r
		return true
	case j.Verdict == Weak && m.best.Verdict != Weak && like >= m.contrary:
		m.best, m.like = r, like
	}
	return false
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
	m := newMatcher(clean)
	if len(m.terms) == 0 {
		return nil
	}
	type place struct {
		snapshot   string
		start, end int
	}
	seen := map[place]bool{}
	var top []candidate
	for _, p := range m.likely(passages) {
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
			score := m.score(m.scan(full[at.start:at.end]))
			if score <= 0 || len(top) == repairCandidates && score <= top[len(top)-1].score {
				continue
			}
			if cite, ok := NewCite(p.Snapshot, full, at.start, at.end); ok {
				top = append(top, candidate{cite, score})
				slices.SortStableFunc(top, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
				top = top[:min(len(top), repairCandidates)]
			}
		}
	}
	return top
}

// maxTerms bounds the terms of a claim that are looked for, so that a text's
// terms fit one word of bits.
const maxTerms = 64

// A matcher finds the terms of one claim, and words that say the same, in texts.
type matcher struct {
	terms  []string
	weight [maxTerms]float64
	bit    map[string]uint64
	heads  [256]bool // first bytes of what is looked for
}

func newMatcher(claim string) *matcher {
	m := &matcher{bit: map[string]uint64{}}
	for _, t := range lang.Terms(claim) {
		if m.bit[t] != 0 || len(m.terms) == maxTerms {
			continue
		}
		b := uint64(1) << len(m.terms)
		m.weight[len(m.terms)] = 1
		if t[0] >= '0' && t[0] <= '9' {
			m.weight[len(m.terms)] = 2
		}
		m.terms = append(m.terms, t)
		m.look(t, b)
		for _, s := range synonymsOf(t) {
			for _, x := range lang.Terms(s) {
				m.look(x, b)
			}
		}
	}
	return m
}

func (m *matcher) look(t string, b uint64) {
	m.bit[t] |= b
	m.heads[t[0]] = true
}

// scan returns the terms that a text has.
func (m *matcher) scan(s string) uint64 {
	var found uint64
	words := lang.Words(s)
	for i := range words {
		w := &words[i]
		if !m.heads[w.Text[0]] {
			continue
		}
		if w.Kind != lang.KindHan {
			if b, ok := m.bit[w.Text]; ok {
				found |= b
			} else {
				found |= m.bit[stemOf(w.Text)]
			}
			continue
		}
		found |= m.bit[w.Text]
		if i+1 < len(words) && words[i+1].Kind == lang.KindHan && words[i+1].Start == w.End {
			var pair [12]byte
			found |= m.bit[string(append(append(pair[:0], w.Text...), words[i+1].Text...))]
		}
	}
	return found
}

// score adds up the weights of the terms found.
func (m *matcher) score(found uint64) float64 {
	s := 0.0
	for found != 0 {
		s += m.weight[bits.TrailingZeros64(found)]
		found &= found - 1
	}
	return s
}

// maxLikely bounds the passages whose sentences are looked at.
const maxLikely = 40

// likely returns the passages that share most terms with the claim, best
// first, and makes the terms count the less the more passages have them.
func (m *matcher) likely(passages []Passage) []Passage {
	found := make([]uint64, len(passages))
	var spread [maxTerms]int
	for i := range passages {
		found[i] = m.scan(passages[i].Text)
		for b := found[i]; b != 0; b &= b - 1 {
			spread[bits.TrailingZeros64(b)]++
		}
	}
	for k := range m.terms {
		m.weight[k] /= math.Sqrt(float64(max(1, spread[k])))
	}
	order := make([]int, 0, len(passages))
	for i := range passages {
		if found[i] != 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.score(found[b]), m.score(found[a])) })
	out := make([]Passage, 0, maxLikely)
	for _, i := range order[:min(len(order), maxLikely)] {
		out = append(out, passages[i])
	}
	return out
}
