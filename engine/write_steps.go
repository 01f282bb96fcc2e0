package engine

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
)

// steps answers a how-to: the ordered list that fits, else the page's own
// sentences in its order.
func (w *writer) steps() {
	if l := w.bestListing(true); l != nil {
		if w.elsewhereShown(l) {
			return
		}
		w.listing(l, agent.FormStep)
		return
	}
	if w.shown() {
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

// The shares of a how-to's weight that a numbered list must cover, with what
// announces it, to be shown, and to be sure.
const (
	orderedCover = 0.5
	orderedSure  = 0.6
)

// ordered answers a question for a way of doing something with the numbered
// list that is about it, whole and in its order. It reports whether there is one.
func (w *writer) ordered() bool {
	if w.asked.Kind != KindHowTo && w.asked.Kind != KindHow {
		return false
	}
	l := w.bestListing(true)
	if l == nil || !l.number || l.score < orderedCover || w.asked.Kind == KindHow && l.score < orderedSure {
		return false
	}
	if w.elsewhereShown(l) {
		w.out.Confidence = max(w.out.Confidence, sureEnough)
		return true
	}
	w.listing(l, agent.FormStep)
	if l.score >= orderedSure {
		w.out.Confidence = max(w.out.Confidence, sureEnough)
	}
	return len(w.out.Claims) > 0
}

// wholeCover is the share of the question that a list covers together with
// what announces it; nothing where neither has the question's rarest word.
func (w *writer) wholeCover(l *listing) float64 {
	q := w.reading.q
	hits := append([]readHit{}, l.hits...)
	for _, b := range l.items {
		hits = append(hits, q.match(readTokens(l.page.Text[b.Start:min(b.End, b.Start+400)]))...)
	}
	cover := q.coverage(hits)
	if q.Language == "zh" { // pairs across word borders are no loss
		if cover < 0.3 {
			return 0
		}
		text := l.page.Title + "\n" + l.page.Text[l.items[0].Start:l.items[len(l.items)-1].End]
		return (cover + float64(q.charCover(readTokens(text)))) / 2
	}
	rarest := 0
	for i, u := range q.units {
		if u.weight > q.units[rarest].weight {
			rarest = i
		}
	}
	for _, h := range hits {
		if h.unit == rarest || q.units[h.unit].name {
			return cover
		}
	}
	return 0
}

// announced reports whether what stands before the list says the noun that is
// asked for, where the question has one: signs are not steps.
func (w *writer) announced(l *listing) bool {
	q := w.reading.q
	if q.Language == "zh" {
		return w.announcedZh(l)
	}
	head, ok := q.byID[q.head]
	if !ok || q.head == 0 {
		return true
	}
	for _, h := range l.hits {
		if h.unit == head {
			return true
		}
	}
	return false
}

// announcedZh asks the same of a Chinese head noun: 类型 of 有哪些类型.
func (w *writer) announcedZh(l *listing) bool {
	head := strings.TrimLeft(w.asked.Head, "些几个种")
	if utf8.RuneCountInString(head) < 2 {
		return true
	}
	for _, h := range l.hits {
		if strings.Contains(head, w.reading.q.units[h.unit].text) {
			return true
		}
	}
	return false
}
