package engine

import (
	"sort"

	"github.com/sonde-search/sonde/agent"
)

// steps answers a how-to: the ordered list that fits, else the page's own
// sentences in its order.
func (w *writer) steps() {
	if l := w.bestListing(true); l != nil {
		w.listing(l, agent.FormStep)
		return
	}
	picked := w.pick(6, 3)
	if len(picked) == 0 {
		return
	}
	page := picked[0].page
	var same, other []*readSentence
	for _, s := range picked {
		if s.page == page {
			same = append(same, s)
		} else {
			other = append(other, s)
		}
	}
	sort.Slice(same, func(a, b int) bool { return same[a].start < same[b].start })
	for _, s := range append(same, other[:min(1, len(other))]...) {
		from, to := w.shorten(s)
		c, ok := w.claim(s, from, to)
		if !ok {
			continue
		}
		if s.page == page && len(same) > 2 {
			c.Form = agent.FormStep
		}
		w.out.Claims = append(w.out.Claims, c)
	}
}
