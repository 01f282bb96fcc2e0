package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// colonItems bounds the items that are taken after a sentence that announces them.
const colonItems = 8

// unfold follows a sentence that ends with a colon by the list that stands
// below it on its page: the list is what the sentence promised.
func (w *writer) unfold() {
	var out []agent.Claim
	for i, c := range w.out.Claims {
		out = append(out, c)
		if i+1 < len(w.out.Claims) && w.out.Claims[i+1].Form != agent.FormSentence {
			continue // its list follows already
		}
		out = append(out, w.announcedBy(c)...)
	}
	w.out.Claims = out
}

// announcedBy are the items of the list right after the claim's quote, where
// that ends with a colon.
func (w *writer) announcedBy(c agent.Claim) []agent.Claim {
	if c.Form != agent.FormSentence || len(c.Cites) != 1 || !strings.HasSuffix(c.Text, ":") && !strings.HasSuffix(c.Text, "：") {
		return nil
	}
	page := w.evidence.Pages[c.Cites[0].Snapshot]
	if page == nil || page.Snapshot != c.Cites[0].Snapshot || c.Cites[0].End > len(page.Text) {
		return nil
	}
	end := c.Cites[0].End
	rest := page.Text[end:min(len(page.Text), end+maxListBytes/50)]
	var items []agent.Claim
	for _, b := range lang.Blocks(rest) {
		if b.Kind != lang.BlockItem || len(items) == colonItems {
			break
		}
		if b.End == len(rest) && end+len(rest) < len(page.Text) {
			break // cut at the bound
		}
		if item, ok := w.spanClaim(page, lang.Span{Start: end + b.Start, End: end + b.End}); ok {
			item.Form, item.Section = agent.FormItem, c.Section
			items = append(items, item)
		}
	}
	return items
}
