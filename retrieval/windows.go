package retrieval

import "math"

// lead fills the share of the first sentence and the best window together: a
// passage often names its subject once.
func (p *probe) lead(v *vector, win window) {
	p.stamp++
	sum := 0.0
	for _, m := range p.matches {
		if (m.sentence == 0 || int(m.at) >= win.start && int(m.at) < win.end) && p.fresh(m.term) {
			sum += p.idf[m.term]
		}
	}
	v[featLead] = p.share(sum)
}

// soft fills what words with the same beginning and cues of the question give
// in the best window.
func (p *probe) soft(v *vector, toks []token, win window) {
	if win.end == len(toks) && win.start == 0 && len(toks) > 100 {
		win.end = 100
	}
	p.stamp++
	for _, m := range p.matches {
		p.fresh(m.term)
	}
	sum, prev := 0.0, uint32(0)
	for _, t := range toks[win.start:win.end] {
		if t.prefix != 0 {
			if n, ok := p.prefixes[t.prefix]; ok && p.fresh(n) {
				sum += p.idf[n]
			}
		}
		if len(p.q.cues) > 0 && v[featCue] == 0 {
			if p.q.cues[uint64(t.hash)] || t.flags&tokJoined != 0 && p.q.cues[pairKey(prev, t.hash)] {
				if _, own := p.byHash[uint64(t.hash)]; !own {
					v[featCue] = 1
				}
			}
			prev = t.hash
		}
	}
	v[featSoft] = p.share(sum)
}

// runs fills the features of question words that follow each other.
func (p *probe) runs(v *vector, toks []token) {
	covered := make([]bool, len(p.q.toks))
	var sum, longest float64
	end := int32(-1)
	for _, m := range p.matches {
		if m.pair || m.at <= end {
			continue
		}
		n, w, content := 0, 0.0, 0
		for int(m.at)+n < len(toks) && int(m.query)+n < len(p.q.toks) && toks[int(m.at)+n].hash == p.q.toks[int(m.query)+n].hash {
			if x := p.weightOf(int(m.query) + n); x > 0 {
				w += x
				content++
			}
			n++
		}
		if content < 2 {
			continue
		}
		end = m.at + int32(n) - 1
		longest = max(longest, w)
		fresh := false
		for i := range n {
			if !covered[int(m.query)+i] {
				covered[int(m.query)+i] = true
				fresh = true
			}
		}
		if fresh {
			sum += w
		}
	}
	v[featRun], v[featLongest] = p.share(sum), p.share(longest)
}

// weightOf is what a token of the question weighs, with the Han pair that it ends.
func (p *probe) weightOf(i int) float64 {
	t := p.q.toks[i]
	w := 0.0
	if s := p.byHash[uint64(t.hash)]; s.term >= 0 {
		w = p.idf[s.term]
	}
	if t.flags&tokJoined != 0 && i > 0 {
		if s, ok := p.byHash[pairKey(p.q.toks[i-1].hash, t.hash)]; ok {
			w += p.idf[s.term]
		}
	}
	return w
}

// near fills the share of neighbouring question terms that stand within eight
// words of each other.
func (p *probe) near(v *vector) {
	var have, all float64
	prev := int16(-1)
	for i := range p.q.toks {
		s := p.byHash[uint64(p.q.toks[i].hash)]
		if s.term < 0 {
			continue
		}
		if prev >= 0 && prev != s.term {
			w := math.Min(p.idf[prev], p.idf[s.term])
			all += w
			if p.within(prev, s.term, 8) {
				have += w
			}
		}
		prev = s.term
	}
	if all > 0 {
		v[featNear] = have / all
	}
}

func (p *probe) within(a, b int16, distance int32) bool {
	lastA, lastB := int32(-1<<20), int32(-1<<20)
	for _, m := range p.matches {
		switch m.term {
		case a:
			lastA = m.at
		case b:
			lastB = m.at
		default:
			continue
		}
		if d := lastA - lastB; d <= distance && d >= -distance {
			return true
		}
	}
	return false
}

// head fills the features of title, headings and address. win is what the
// best window of the body covers.
func (p *probe) head(v *vector, head, body []token, win window) {
	p.find(head)
	p.stamp++
	sum, words := 0.0, 0.0
	for _, m := range p.matches {
		if p.fresh(m.term) {
			sum += p.idf[m.term]
			words++
		}
	}
	v[featHead] = p.share(sum)
	content := 0.0
	for _, t := range head {
		if t.flags&tokStop == 0 {
			content++
		}
	}
	if content > 0 {
		v[featHeadOnly] = math.Min(words/content, 1)
	}
	p.find(body[win.start:win.end])
	for _, m := range p.matches {
		if p.fresh(m.term) {
			sum += p.idf[m.term]
		}
	}
	v[featHeadWindow] = p.share(sum)
}
