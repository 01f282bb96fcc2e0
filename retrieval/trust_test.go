package retrieval

import (
	"math"
	"math/rand/v2"
)

// A sighting is a question's term and whether the right passage has it.
type sighting struct {
	x     [trustCount]float64
	word  string
	there bool
	group string
}

// sightings looks for the terms of the questions in their right passages.
func sightings(ls []lesson) []sighting {
	var out []sighting
	for _, l := range ls {
		gold := -1
		for i, ok := range l.gold {
			if ok && (gold < 0 || l.cands[i].bm25 > l.cands[gold].bm25) {
				gold = i
			}
		}
		if gold < 0 {
			continue
		}
		p := newProbe(l.q, &lexicon{})
		p.find(l.cands[gold].toks)
		p.mark(p.have, 0, math.MaxInt)
		p.find(l.cands[gold].head)
		p.mark(p.have, 0, math.MaxInt)
		for i, x := range describe(l.q) {
			out = append(out, sighting{x, l.q.terms[i].text, p.have[i], l.group})
		}
	}
	return out
}

// Settings of the trust's training.
const (
	trustMinimum = 4   // sightings that a word needs
	trustGroups  = 3   // articles that a word must be asked in
	trustPrior   = 0.4 // one over the variance of a word's weight
	trustEpochs  = 12
)

// fitTrust learns by AdaGrad.
func fitTrust(ss []sighting) trust {
	count, groups := map[string]int{}, map[string]map[string]bool{}
	for _, s := range ss {
		count[s.word]++
		if groups[s.word] == nil {
			groups[s.word] = map[string]bool{}
		}
		groups[s.word][s.group] = true
	}
	t := trust{Words: map[string]float32{}}
	w, gw := map[string]float64{}, map[string]float64{}
	var gd [trustCount]float64
	for word, n := range count {
		if n >= trustMinimum && len(groups[word]) >= trustGroups {
			w[word] = 0
		}
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range trustEpochs {
		for _, k := range r.Perm(len(ss)) {
			s := &ss[k]
			z, known := w[s.word]
			for i, v := range s.x {
				z += t.Dense[i] * v
			}
			g := 1 / (1 + math.Exp(-z))
			if s.there {
				g--
			}
			for i, v := range s.x {
				if v != 0 {
					d := g * v
					gd[i] += d * d
					t.Dense[i] -= 0.1 * d / math.Sqrt(gd[i]+1e-8)
				}
			}
			if known {
				d := g + trustPrior*w[s.word]/float64(count[s.word])
				gw[s.word] += d * d
				w[s.word] -= 0.1 * d / math.Sqrt(gw[s.word]+0.1)
			}
		}
	}
	for word, v := range w {
		if math.Abs(v) >= 0.1 {
			t.Words[word] = float32(math.Round(v*100) / 100)
		}
	}
	return t
}
