package retrieval

// certain is w over what the question's terms weigh by trust.
func (p *probe) certain(w float64) float64 {
	if p.surest == 0 {
		return 0
	}
	return w / p.surest
}

// odds sums what each term says, by whether it is there.
func (p *probe) odds(have []bool) float64 {
	sum := 0.0
	for t, ok := range have {
		if ok {
			sum += p.with[t]
		} else {
			sum += p.without[t]
		}
	}
	return sum
}

// mark notes the terms of the matches from one token to another.
func (p *probe) mark(have []bool, from, to int) {
	for _, m := range p.matches {
		if m.term >= 0 && int(m.at) >= from && int(m.at) < to {
			have[m.term] = true
		}
	}
}

// weightIn sums the trusted weight of the terms that are there.
func (p *probe) weightIn(have []bool) float64 {
	sum := 0.0
	for t, ok := range have {
		if ok {
			sum += p.sure[t]
		}
	}
	return sum
}

// sureWindows fills the trusted share of the best sentence and of the best three, and
// what follows the question's order in the best; it returns that window.
func (p *probe) sureWindows(v *vector, toks []token) window {
	best := window{0, len(toks)}
	lo, hi := 0, 0
	from := 0
	var pairs [maxPaired]uint32
	for from < len(p.matches) {
		s := p.matches[from].sentence
		to := from
		p.stamp++
		sum := 0.0
		var in uint32
		for to < len(p.matches) && p.matches[to].sentence == s {
			if m := p.matches[to]; p.fresh(m.term) {
				sum += p.sure[m.term]
				if m.term < maxPaired {
					in |= 1 << m.term
				}
			}
			to++
		}
		for t := range pairs {
			if in>>t&1 == 1 {
				pairs[t] |= in
			}
		}
		if x := p.certain(sum); x > v[featSureSentence] {
			v[featSureSentence] = x
			lo, hi = from, to
		}
		wide := sum
		first, last := p.matches[from].at, p.matches[to-1].at
		for _, m := range p.around(from, to, s) {
			if p.fresh(m.term) {
				wide += p.sure[m.term]
				first, last = min(first, m.at), max(last, m.at)
			}
		}
		if x := p.certain(wide); x > v[featSureWindow] {
			v[featSureWindow] = x
			best = window{int(first), int(last) + 1}
		}
		from = to
	}
	v[featOrder] = p.certain(p.ordered(p.matches[lo:hi]))
	v[featPairs] = p.paired(&pairs)
	for best.start > 0 && toks[best.start].flags&tokFirst == 0 {
		best.start--
	}
	for best.end < len(toks) && toks[best.end].flags&tokFirst == 0 {
		best.end++
	}
	return best
}

// maxPaired bounds the terms whose pairs are looked at.
const maxPaired = 32

// paired is the share of pairs of terms that stand in one sentence.
func (p *probe) paired(pairs *[maxPaired]uint32) float64 {
	var have, all float64
	n := min(len(p.sure), maxPaired)
	for i := range n {
		for j := range i {
			w := p.sure[i] * p.sure[j]
			all += w
			if pairs[i]>>j&1 == 1 {
				have += w
			}
		}
	}
	if all == 0 {
		return 0
	}
	return have / all
}

// ordered is the heaviest run of matches, gaps allowed, that keeps the question's order.
func (p *probe) ordered(ms []match) float64 {
	ms = ms[:min(len(ms), 64)]
	var best [64]float64
	top := 0.0
	for i, m := range ms {
		if m.term < 0 {
			continue
		}
		b := 0.0
		for j := range i {
			if ms[j].query < m.query || ms[j].query == m.query && m.pair && !ms[j].pair {
				b = max(b, best[j])
			}
		}
		best[i] = b + p.sure[m.term]
		top = max(top, best[i])
	}
	return top
}

// leads fills the trusted share of the first sentence and the best window together.
func (p *probe) leads(v *vector) {
	clear(p.some)
	p.mark(p.some, p.best.start, p.best.end)
	for _, m := range p.matches {
		if m.sentence > 0 {
			break
		}
		if m.term >= 0 {
			p.some[m.term] = true
		}
	}
	v[featSureLead] = p.certain(p.weightIn(p.some))
}

// sureHead fills what head and body give together. p.have holds the body's terms.
func (p *probe) sureHead(v *vector, title, head, body []token) {
	p.title(v, title)
	clear(p.some)
	p.find(body[p.best.start:p.best.end])
	p.mark(p.some, 0, len(body))
	p.find(head)
	p.mark(p.have, 0, len(head))
	p.mark(p.some, 0, len(head))
	v[featOddsHead] = p.odds(p.have)
	v[featOddsWindow] = p.odds(p.some)
	v[featSureHead] = p.certain(p.weightIn(p.some))
	missing := 0.0
	for t, ok := range p.have {
		if !ok {
			missing = max(missing, p.sure[t])
		}
	}
	v[featSureMissing] = p.certain(missing)
}

// title fills what the page's title and the question share.
func (p *probe) title(v *vector, title []token) {
	clear(p.some)
	p.find(title)
	p.mark(p.some, 0, len(title))
	v[featTitleSure] = p.certain(p.weightIn(p.some))
	var shared, content float64
	for _, t := range title {
		if t.flags&tokStop == 0 {
			content++
			if _, ok := p.byHash[uint64(t.hash)]; ok {
				shared++
			}
		}
	}
	if content > 0 {
		v[featTitle] = shared / content
	}
}
