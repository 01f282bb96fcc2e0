package retrieval

import (
	"math"
	"sort"
)

// Feedback from the first passages (RM3: Abdul-Jaleel et al., "UMass at TREC
// 2004"): the words that they use stand for the topic.
const (
	feedbackPassages = 10
	feedbackTerms    = 25
	feedbackAdded    = 12   // words that are looked up in the second pass
	feedbackShare    = 0.25 // weight of the words together, beside the question's 1
	feedbackLong     = 250  // tokens of a passage that count
)

// An echo is a word of the first passages, by what each of them gives it.
type echo struct {
	key    uint64
	idf    float64
	weight float64
	docs   int
	of     [feedbackPassages]float32
	in, at int // one place where it stands: passage and token
	text   string
}

// feedback finds the words that the first passages share and the question does
// not have, heaviest first.
func (r *listReader) feedback(a *analyzer, q *question, cands []candidate) ([]echo, error) {
	n := min(len(cands), feedbackPassages)
	if n < 2 || cands[0].bm25 <= 0 {
		return nil, nil
	}
	all := echoes(q, cands[:n])
	out := make([]echo, 0, len(all))
	for _, e := range all {
		c := &cands[e.in]
		if e.text = a.textAt(c, e.at); e.text == "" {
			continue
		}
		df, err := r.frequency(e.text)
		if err != nil {
			return nil, err
		}
		e.idf = math.Log(1 + (math.Max(r.count-df, 0)+0.5)/(df+0.5))
		e.weight *= e.idf
		out = append(out, *e)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].weight > out[j].weight })
	return out[:min(len(out), feedbackTerms)], nil
}

// echoes counts the words of the first passages and returns those of more than
// one, most first.
func echoes(q *question, cands []candidate) []*echo {
	own := make(map[uint64]bool, 2*len(q.toks))
	for i, t := range q.toks {
		own[uint64(t.hash)] = true
		if t.flags&tokJoined != 0 && i > 0 {
			own[pairKey(q.toks[i-1].hash, t.hash)] = true
		}
	}
	by := map[uint64]*echo{}
	for d := range cands {
		toks := cands[d].toks[:min(len(cands[d].toks), feedbackLong)]
		gives := float32(cands[d].bm25 / cands[0].bm25 / float64(len(toks)+1))
		for i, t := range toks {
			key := uint64(t.hash)
			switch {
			case t.flags&tokJoined != 0 && i > 0:
				key = pairKey(toks[i-1].hash, t.hash)
			case t.flags&(tokHan|tokStop) != 0:
				continue
			}
			if own[key] {
				continue
			}
			e := by[key]
			if e == nil {
				e = &echo{key: key, in: d, at: i}
				by[key] = e
			}
			if e.of[d] == 0 {
				e.docs++
			}
			e.of[d] += gives
			e.weight += float64(gives)
		}
	}
	all := make([]*echo, 0, len(by))
	for _, e := range by {
		if e.docs > 1 {
			all = append(all, e)
		}
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].weight != all[j].weight {
			return all[i].weight > all[j].weight
		}
		return all[i].key < all[j].key
	})
	return all[:min(len(all), 2*feedbackTerms)]
}

// textAt is the term of a passage's token, with the one before where it is a
// Han pair; empty for function words.
func (a *analyzer) textAt(c *candidate, i int) string {
	from := i
	if c.toks[i].flags&tokJoined != 0 {
		from--
	}
	start, end := int(c.toks[from].start)-c.base, len(c.passage.Text)
	if i+1 < len(c.toks) {
		end = min(int(c.toks[i+1].start)-c.base, end)
	}
	if start < 0 || start >= end {
		return ""
	}
	_, words := a.tokenize(c.passage.Text[start:end])
	switch {
	case len(words) == 0 || words[0].stop:
		return ""
	case len(words) > 1 && from < i:
		if p := a.pair(words[0], words[1]); !p.stop {
			return p.text
		}
		return ""
	}
	return words[0].text
}

// termCounts are how many passages have a term, by its hash: a memory index has
// a segment for each page, and asking them all would cost more than counting.
type termCounts map[uint32]uint32

func (c termCounts) add(f *field) {
	for term := range f.freqs {
		c[hash32(term)]++
	}
}

// frequency is how many passages have the term in their body, deleted ones too.
func (r *listReader) frequency(term string) (float64, error) {
	if r.counts != nil {
		return float64(r.counts[hash32(term)]), nil
	}
	n := uint64(0)
	for _, s := range r.segments {
		dict, err := s.Segment().Dictionary(fieldBody)
		if err != nil {
			return 0, err
		}
		if dict == nil {
			continue
		}
		pl, err := dict.PostingsList([]byte(term), nil, nil)
		if err != nil {
			return 0, err
		}
		n += pl.Count()
	}
	return float64(n), nil
}

// expanded are the question's terms with the feedback's words, for a second
// look at the lists.
func (q *question) expanded() []weighted {
	out := append([]weighted(nil), q.terms...)
	own, echoed := 0.0, 0.0
	for _, t := range q.terms[:q.main] {
		own += t.weight
	}
	added := q.echoes[:min(len(q.echoes), feedbackAdded)]
	for _, e := range added {
		echoed += e.weight
	}
	for _, e := range added {
		out = append(out, weighted{text: e.text, weight: feedbackShare * own * e.weight / echoed})
	}
	return out
}

// hear fills what the feedback's words give each candidate; a passage does not
// count what it gave itself.
func hear(echoes []echo, cands []candidate, out []vector) {
	if len(echoes) == 0 {
		return
	}
	at := make(map[uint64]int, len(echoes))
	for i, e := range echoes {
		at[e.key] = i
	}
	count := make([]float64, len(echoes))
	top := 0.0
	for i := range cands {
		clear(count)
		toks := cands[i].toks
		for k, t := range toks {
			if t.flags&tokJoined != 0 && k > 0 {
				if n, ok := at[pairKey(toks[k-1].hash, t.hash)]; ok {
					count[n]++
				}
			} else if n, ok := at[uint64(t.hash)]; ok {
				count[n]++
			}
		}
		sum, all := 0.0, 0.0
		norm := bm25K1 * (0.5 + 0.5*float64(len(toks))/150)
		for n, c := range count {
			w := echoes[n].weight
			if i < feedbackPassages {
				w -= float64(echoes[n].of[i]) * echoes[n].idf
			}
			all += w
			sum += w * c * (bm25K1 + 1) / (c + norm)
		}
		if all > 0 {
			out[i][featFeedback] = sum / all
		}
		top = max(top, out[i][featFeedback])
	}
	for i := range cands {
		if top > 0 {
			out[i][featTopFeedback] = out[i][featFeedback] / top
		}
	}
}
