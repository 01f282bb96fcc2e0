package answers

import (
	"math"
	"math/rand/v2"
)

// RGBDocuments draws five documents for a question: ceil(5 x noise) negative
// ones, the others positive (in turn from each part's list), shuffled.
func RGBDocuments(r RGB, noise float64, rng *rand.Rand) []string {
	const of = 5
	bad := min(int(math.Ceil(of*noise)), len(r.Negative))
	good := of - bad
	if noise >= 1 {
		good = 0
	}
	var out []string
	lists := make([][]string, len(r.Positive))
	for i, l := range r.Positive {
		lists[i] = append([]string{}, l...)
		rng.Shuffle(len(lists[i]), func(a, b int) { lists[i][a], lists[i][b] = lists[i][b], lists[i][a] })
	}
	for k := 0; len(out) < good; k++ {
		took := false
		for _, l := range lists {
			if k < len(l) && len(out) < good {
				out = append(out, l[k])
				took = true
			}
		}
		if !took {
			break
		}
	}
	neg := append([]string{}, r.Negative...)
	rng.Shuffle(len(neg), func(a, b int) { neg[a], neg[b] = neg[b], neg[a] })
	out = append(out, neg[:min(bad, len(neg))]...)
	rng.Shuffle(len(out), func(a, b int) { out[a], out[b] = out[b], out[a] })
	return out
}
