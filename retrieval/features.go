package retrieval

import (
	"math"
)

// Features of a passage for a question. Each is a share of what the question
// weighs, or a small number, so that weights mean the same in every index.
const (
	featBM25          = iota // BM25F over the most it could be
	featCover                // idf-weighted share of the question's terms in the body
	featSentence             // the same, best sentence
	featWindow               // the same, best three sentences in a row
	featSentBM25             // BM25 of the best sentence
	featRun                  // weight of runs of question words in the same order
	featLongest              // weight of the longest such run
	featNear                 // pairs of neighbouring question terms within eight words
	featHead                 // share in title, headings, address
	featHeadWindow           // share in the head and the best window together
	featNames                // share of the question's capitalised words
	featNumbers              // share of the question's numbers
	featRare                 // share of the terms, weighted by the square of idf
	featAnswer               // the window holds what the question asks for
	featLength               // log of the number of tokens
	featPage                 // BM25F of the page's best passage over the best of all
	featPageCover            // share of terms in all candidates of the page and its head
	featTF                   // mean log frequency of the terms that occur
	featHeadOnly             // share of the head's words that the question has
	featSoft                 // share of missing terms that a word with the same beginning stands for
	featCue                  // the window holds a word that answers to such questions have
	featLead                 // share in the first sentence and the best window together
	featMissing              // the weight of the heaviest term that is missing
	featPageSum              // BM25F of the page's passages, each next one counting half, over the best
	featTopBM25              // BM25F over the best of all candidates
	featTopWindow            // featWindow over the best of all
	featTopSentence          // featSentBM25 over the best of all
	featTerms                // log of the number of the question's terms
	featWant                 // what sort of thing it asks for, as a number
	featCluster              // what the nearest of the other candidates score, see neighbours
	featSure                 // share of the terms, weighted by idf and trust
	featSureSentence         // the same, best sentence
	featSureWindow           // the same, best three sentences
	featSureHead             // the same, head and best window together
	featSureLead             // the same, first sentence and best window together
	featSureMissing          // the heaviest that is missing from the head and the body
	featOdds                 // log-odds that the body is right, by which terms it has
	featOddsHead             // the same for body and head
	featOddsWindow           // the same for the best window and the head
	featPairs                // pairs of terms in one sentence
	featOrder                // terms of the best sentence in the question's order
	featTitle                // share of the title's words that the question has
	featTitleSure            // what the title covers of the question, by trust
	featFeedback             // words of the first passages
	featTopFeedback          // the same over the best of all
	featTopSure              // featSureWindow over the best of all
	featTopOdds              // featOddsHead less the best of all
	featTopOddsWindow        // featOddsWindow less the best of all
	featPageSure             // share of terms in all candidates of the page and its head, by trust
	featPageOdds             // log-odds of the same
	featPageBest             // featSureHead of the page's best passage
	featTitleOnly            // no candidate of another page has a title that covers as much
	featPlain                // BM25 of the body alone, k1 2, b .4
	featPageCount            // logarithm of the page's candidates
	featFocus                // the best window names what is asked for
	featCounted              // the same with a number before it
	featFree                 // share of the terms in body and head, terms that come together counting once
	featFreeWindow           // the same, best window and head
	featFreeMissing          // the heaviest of them that is missing
	featTopFree              // featFree less the best of all
	featTopFreeWindow        // featFreeWindow less the best of all
	featCount
)

// vector holds a passage's features.
type vector [featCount]float64

// A match is a question token in a passage.
type match struct {
	at       int32 // token of the passage
	query    int16 // token of the question; for a Han pair, its second
	term     int16 // term of the question, -1 for a function word
	sentence int16
	pair     bool
}

// A probe finds a question's words in passages. It holds scratch space for one
// goroutine.
type probe struct {
	q        *question
	byHash   map[uint64]slot
	prefixes map[uint16]int16 // terms by how they begin
	counts   []float64        // matches of each term in the body
	bits     [64]uint64
	idf      []float64 // by term: weight x idf
	sure     []float64 // by term: idf x chance that the right passage has it
	with     []float64 // log-odds of a passage that has the term
	without  []float64
	total    float64
	surest   float64 // sum of sure
	have     []bool  // terms that the passage has
	some     []bool  // scratch
	best     window  // of the passage, by trust
	focus    int     // token of the question, or -1
	square   float64
	names    float64
	numbers  float64
	matches  []match
	seen     []int32 // by term: stamp of the last sentence or window that counted it
	stamp    int32
}

type slot struct{ query, term int16 }

func pairKey(a, b uint32) uint64 { return uint64(a)<<32 | uint64(b) }

// newProbe prepares a question whose terms have their idf.
func newProbe(q *question, lex *lexicon) *probe {
	p := &probe{q: q, byHash: make(map[uint64]slot, 3*len(q.toks)), prefixes: map[uint16]int16{}, idf: make([]float64, q.main), counts: make([]float64, q.main), seen: make([]int32, q.main)}
	terms := make(map[uint32]int16, q.main)
	for i, t := range q.terms[:q.main] {
		terms[t.hash] = int16(i)
		p.idf[i] = t.weight * t.idf
		p.total += p.idf[i]
		p.square += p.idf[i] * t.idf
	}
	p.weigh(lex)
	p.focus = q.focusOf()
	for i, t := range q.toks {
		s := slot{int16(i), -1}
		if n, ok := terms[t.hash]; ok {
			s.term = n
			if t.prefix != 0 {
				p.prefixes[t.prefix] = n
			}
			if t.flags&tokUpper != 0 && i > 0 {
				p.names += p.idf[n]
			}
			if t.flags&tokNumber != 0 {
				p.numbers += p.idf[n]
			}
		}
		if _, ok := p.byHash[uint64(t.hash)]; !ok {
			p.byHash[uint64(t.hash)] = s
		}
		p.bits[t.hash>>6&63] |= 1 << (t.hash & 63)
		if t.flags&tokJoined == 0 || i == 0 {
			continue
		}
		if n, ok := terms[hash32(q.words[i-1].text+q.words[i].text)]; ok {
			p.byHash[pairKey(q.toks[i-1].hash, t.hash)] = slot{int16(i), n}
		}
	}
	return p
}

// weigh asks how far each term is to be expected.
func (p *probe) weigh(lex *lexicon) {
	n := p.q.main
	all := make([]float64, 3*n)
	p.have, p.some = make([]bool, n), make([]bool, n)
	p.sure, p.with, p.without = all[:n], all[n:2*n], all[2*n:]
	for i, x := range describe(p.q) {
		t := p.q.terms[i]
		c := math.Min(math.Max(lex.Trust.chance(&x, t.text), 0.02), 0.98)
		p.sure[i] = t.idf * c
		p.surest += p.sure[i]
		other := math.Min(math.Max(math.Exp(-t.idf), 0.001), 0.6)
		p.with[i] = math.Max(math.Log(c/other), 0) / 10
		p.without[i] = math.Min(math.Log((1-c)/(1-other)), 0) / 10
	}
}

// find collects the question's words in a passage.
func (p *probe) find(toks []token) {
	p.matches = p.matches[:0]
	sentence := int16(-1)
	for i, t := range toks {
		if t.flags&tokFirst != 0 || i == 0 {
			sentence++
		}
		if p.bits[t.hash>>6&63]&(1<<(t.hash&63)) == 0 {
			continue
		}
		s, ok := p.byHash[uint64(t.hash)]
		if !ok {
			continue
		}
		p.matches = append(p.matches, match{int32(i), s.query, s.term, sentence, false})
		if t.flags&tokJoined != 0 && i > 0 {
			if s, ok := p.byHash[pairKey(toks[i-1].hash, t.hash)]; ok {
				p.matches = append(p.matches, match{int32(i), s.query, s.term, sentence, true})
			}
		}
	}
}

// share is w over the question's whole weight.
func (p *probe) share(w float64) float64 {
	if p.total == 0 {
		return 0
	}
	return w / p.total
}

// fresh reports whether term has not been counted under the stamp, and counts it.
func (p *probe) fresh(term int16) bool {
	if term < 0 || p.seen[term] == p.stamp {
		return false
	}
	p.seen[term] = p.stamp
	return true
}

// body fills the features that rest on the passage's own words and returns
// the best window of sentences.
func (p *probe) body(v *vector, toks []token) window {
	p.find(toks)
	p.cover(v)
	v[featLength] = math.Log(float64(len(toks) + 1))
	w := p.sentences(v, toks)
	clear(p.have)
	p.mark(p.have, 0, len(toks))
	v[featSure] = p.certain(p.weightIn(p.have))
	v[featOdds] = p.odds(p.have)
	p.best = p.sureWindows(v, toks)
	p.leads(v)
	p.focused(v, toks)
	p.runs(v, toks)
	p.near(v)
	p.lead(v, w)
	p.soft(v, toks, w)
	return w
}

// cover fills the features that ignore places.
func (p *probe) cover(v *vector) {
	p.stamp++
	var all, square, names, numbers, logs, kinds float64
	counts := p.counts
	clear(counts)
	for _, m := range p.matches {
		if m.term < 0 {
			continue
		}
		counts[m.term]++
		if !p.fresh(m.term) {
			continue
		}
		w := p.idf[m.term]
		all += w
		square += w * p.q.terms[m.term].idf
		if f := p.q.toks[m.query].flags; f&tokUpper != 0 && m.query > 0 {
			names += w
		} else if f&tokNumber != 0 {
			numbers += w
		}
	}
	for _, n := range counts {
		if n > 0 {
			logs += math.Log(n)
			kinds++
		}
	}
	v[featCover] = p.share(all)
	if p.square > 0 {
		v[featRare] = square / p.square
	}
	if p.names > 0 {
		v[featNames] = names / p.names
	}
	if p.numbers > 0 {
		v[featNumbers] = numbers / p.numbers
	}
	if kinds > 0 {
		v[featTF] = logs / kinds
	}
	missing := 0.0
	for t, n := range counts {
		if n == 0 {
			missing = max(missing, p.idf[t])
		}
	}
	v[featMissing] = p.share(missing)
}

// A window is a run of sentences by their tokens.
type window struct{ start, end int }

// sentences fills the features of single sentences and windows of three.
func (p *probe) sentences(v *vector, toks []token) window {
	var starts []int
	for i, t := range toks {
		if i == 0 || t.flags&tokFirst != 0 {
			starts = append(starts, i)
		}
	}
	starts = append(starts, len(toks))
	best := window{0, len(toks)}
	from := 0
	for from < len(p.matches) {
		s := p.matches[from].sentence
		to := from
		p.stamp++
		sum, soft := 0.0, 0.0
		norm := bm25K1 * (0.4 + 0.6*float64(starts[s+1]-starts[s])/25)
		for to < len(p.matches) && p.matches[to].sentence == s {
			if m := p.matches[to]; p.fresh(m.term) {
				sum += p.idf[m.term]
				soft += p.idf[m.term] * (1 + bm25K1) / (1 + norm)
			}
			to++
		}
		v[featSentence] = max(v[featSentence], p.share(sum))
		v[featSentBM25] = max(v[featSentBM25], p.share(soft))
		wide := sum
		first, last := s, s
		for _, side := range p.around(from, to, s) {
			if m := side; p.fresh(m.term) {
				wide += p.idf[m.term]
				first, last = min(first, m.sentence), max(last, m.sentence)
			}
		}
		if x := p.share(wide); x > v[featWindow] {
			v[featWindow] = x
			best = window{starts[first], starts[last+1]}
		}
		from = to
	}
	return best
}

// around returns the matches in the sentences beside s.
func (p *probe) around(from, to int, s int16) []match {
	lo, hi := from, to
	for lo > 0 && p.matches[lo-1].sentence >= s-1 {
		lo--
	}
	for hi < len(p.matches) && p.matches[hi].sentence <= s+1 {
		hi++
	}
	return p.matches[lo:hi]
}

// plainLength is about how many tokens a passage has.
const plainLength = 170

// plain is BM25 of the body alone over the most it could be. It reads what
// body found.
func (p *probe) plain(length int) float64 {
	norm := 2 * (0.6 + 0.4*float64(length)/plainLength)
	sum := 0.0
	for t, n := range p.counts {
		sum += p.idf[t] * n / (n + norm)
	}
	return p.share(sum)
}
