package retrieval

import "math/bits"

// A termSet says which of a question's terms a text has.
type termSet [maxQueryTerms/64 + 1]uint64

func (s *termSet) has(t int) bool { return s[t>>6]>>(t&63)&1 == 1 }

func setOf(have []bool) termSet {
	var s termSet
	for t, ok := range have {
		if ok {
			s[t>>6] |= 1 << (t & 63)
		}
	}
	return s
}

// A candSet says which candidates have a term.
type candSet [4]uint64

// shareWeights parts the weight of terms that come together: the characters and
// pairs of one name stand in the same passages and say one thing. Each term's
// weight is over the sum of its likenesses (Jaccard) to all terms.
func (p *probe) shareWeights(sets []termSet) []float64 {
	n := len(p.sure)
	in := make([]candSet, n)
	for c := range sets[:min(len(sets), 256)] {
		for t := range n {
			if sets[c].has(t) {
				in[t][c>>6] |= 1 << (c & 63)
			}
		}
	}
	like := make([]float64, n)
	for i := range n {
		like[i]++
		for j := range i {
			both, any := 0, 0
			for k := range in[i] {
				both += bits.OnesCount64(in[i][k] & in[j][k])
				any += bits.OnesCount64(in[i][k] | in[j][k])
			}
			if both > 0 {
				x := float64(both) / float64(any)
				like[i] += x
				like[j] += x
			}
		}
	}
	for t := range like {
		like[t] = p.sure[t] / like[t]
	}
	return like
}

// free fills what the candidates cover when terms that come together count once.
func (p *probe) free(out []vector, whole, near []termSet) {
	w := p.shareWeights(whole)
	total := 0.0
	for _, x := range w {
		total += x
	}
	if total == 0 {
		return
	}
	top, topNear := 0.0, 0.0
	for i := range out {
		var a, b, most float64
		for t, x := range w {
			if whole[i].has(t) {
				a += x
			} else {
				most = max(most, x)
			}
			if near[i].has(t) {
				b += x
			}
		}
		out[i][featFree], out[i][featFreeWindow] = a/total, b/total
		out[i][featFreeMissing] = most / total
		top, topNear = max(top, a), max(topNear, b)
	}
	for i := range out {
		out[i][featTopFree] = out[i][featFree] - top/total
		out[i][featTopFreeWindow] = out[i][featFreeWindow] - topNear/total
	}
}
