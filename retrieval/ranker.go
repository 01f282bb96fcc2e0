package retrieval

import (
	"math"
	"sort"
)

// A pageSum gathers what the candidates of one page have.
type pageSum struct {
	best, sum, share float64
	sure, title      float64
	terms            []bool
	count            float64
}

// vectors computes the features of all candidates; their terms have idf.
func vectors(q *question, cands []candidate, lex *lexicon) []vector {
	p := newProbe(q, lex)
	out := make([]vector, len(cands))
	pages := map[int]*pageSum{}
	whole, near := make([]termSet, len(cands)), make([]termSet, len(cands))
	var best vector
	best[featOddsHead], best[featOddsWindow] = math.Inf(-1), math.Inf(-1)
	for i := range cands {
		c, v := &cands[i], &out[i]
		v[featBM25] = p.share(c.bm25) / (bm25K1 + 1)
		win := p.body(v, c.toks)
		v[featPlain] = p.plain(len(c.toks))
		p.head(v, c.head, c.toks, win)
		p.sureHead(v, c.title(), c.head, c.toks)
		whole[i], near[i] = setOf(p.have), setOf(p.some)
		v[featAnswer] = p.answers(q, c.toks, win)
		pg := pages[c.page]
		if pg == nil {
			pg = &pageSum{terms: make([]bool, q.main), share: 1, title: v[featTitleSure]}
			pages[c.page] = pg
		}
		pg.add(c, v, p.have)
		for f := range best {
			best[f] = max(best[f], v[f])
		}
		best[featTopBM25] = max(best[featTopBM25], c.bm25)
	}
	for i := range cands {
		p.beside(&cands[i], &out[i], pages[cands[i].page], &best)
	}
	p.free(out, whole, near)
	ownTitles(cands, out, pages)
	neighbours(cands, out)
	hear(q.echoes, cands, out)
	return out
}

// add counts one candidate of the page; they come best first.
func (pg *pageSum) add(c *candidate, v *vector, have []bool) {
	for t, ok := range have {
		if ok {
			pg.terms[t] = true
		}
	}
	pg.best = max(pg.best, c.bm25)
	pg.sure = max(pg.sure, v[featSureHead])
	pg.sum += pg.share * c.bm25
	pg.share /= 2
	pg.count++
}

// beside fills the features that hang on the page and on the other candidates.
func (p *probe) beside(c *candidate, v *vector, pg *pageSum, best *vector) {
	if top := best[featTopBM25]; top > 0 {
		v[featPage] = pg.best / top
		v[featPageSum] = pg.sum / top
		v[featTopBM25] = c.bm25 / top
		v[featTopWindow] = v[featWindow] / max(best[featWindow], 1e-9)
		v[featTopSentence] = v[featSentBM25] / max(best[featSentBM25], 1e-9)
		v[featTopSure] = v[featSureWindow] / max(best[featSureWindow], 1e-9)
	}
	v[featTopOdds] = v[featOddsHead] - best[featOddsHead]
	v[featTopOddsWindow] = v[featOddsWindow] - best[featOddsWindow]
	v[featTerms] = math.Log(float64(p.q.main + 1))
	v[featWant] = float64(p.q.want)
	sum := 0.0
	for t, ok := range pg.terms {
		if ok {
			sum += p.idf[t]
		}
	}
	v[featPageCover] = p.share(sum)
	v[featPageSure] = p.certain(p.weightIn(pg.terms))
	v[featPageOdds] = p.odds(pg.terms)
	v[featPageBest] = pg.sure
	v[featPageCount] = math.Log(1 + pg.count)
}

// ownTitles marks the candidates of pages whose title covers more of the question
// than any other page's.
func ownTitles(cands []candidate, out []vector, pages map[int]*pageSum) {
	first, second := 0.0, 0.0
	for _, pg := range pages {
		if pg.title > first {
			first, second = pg.title, first
		} else if pg.title > second {
			second = pg.title
		}
	}
	for i := range cands {
		if pg := pages[cands[i].page]; pg.title > 0 && pg.title == first {
			out[i][featTitleOnly] = first - second
		}
	}
}

// order gives the candidates their scores and sorts them, best first.
func order(q *question, cands []candidate) {
	m := &models().En
	if q.han {
		m = &models().Zh
	}
	vs := vectors(q, cands, &m.Lexicon)
	for i := range cands {
		cands[i].score = m.score(&vs[i])
	}
	sortCandidates(cands)
}

// title is the part of the head that is the page's title.
func (c *candidate) title() []token {
	n := 0
	for n < len(c.head) && int(c.head[n].start) < len(c.passage.Title) {
		n++
	}
	return c.head[:n]
}

func sortCandidates(cands []candidate) {
	sort.SliceStable(cands, func(i, j int) bool {
		if cands[i].score != cands[j].score {
			return cands[i].score > cands[j].score
		}
		return cands[i].number < cands[j].number
	})
}
