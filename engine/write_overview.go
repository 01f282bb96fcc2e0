package engine

import (
	"sort"
	"strings"
)

// overview answers a broad question: short sections of sentences from several
// pages; for news the newest first, each with its day.
func (w *writer) overview() {
	if w.asked.Kind == KindOverview && w.survey() {
		return
	}
	picked := w.pick(overviewClaims, 6)
	if w.asked.Kind == KindNews {
		sort.SliceStable(picked, func(a, b int) bool { return picked[a].page.Published > picked[b].page.Published })
	}
	type section struct {
		name  string
		items []*readSentence
	}
	var sections []section
	at := map[string]int{}
	perPage := map[string]int{}
	for i, s := range picked {
		if w.asked.Kind != KindNews && (s.own == ownerOther || s.cover < picked[0].cover/2 || !prose(s.text)) {
			continue // of another subject
		}
		if perPage[s.page.Snapshot]++; perPage[s.page.Snapshot] > 4 && len(w.evidence.Pages) > 2 {
			continue
		}
		name := w.sectionName(s)
		if i == 0 && w.asked.Kind != KindNews {
			name = ""
		}
		k, ok := at[name]
		if !ok {
			k = len(sections)
			at[name] = k
			sections = append(sections, section{name: name})
		}
		sections[k].items = append(sections[k].items, s)
	}
	for _, sec := range sections {
		sort.SliceStable(sec.items, func(a, b int) bool {
			return sec.items[a].page == sec.items[b].page && sec.items[a].start < sec.items[b].start
		})
		for _, s := range sec.items {
			from, to := w.shorten(s)
			c, ok := w.claim(s, from, to)
			if !ok {
				continue
			}
			c.Section = sec.name
			if w.asked.Kind == KindNews {
				c.Note = s.page.Published
			}
			c.Lead = sec.name == "" && len(w.out.Claims) == 0
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	w.fewSections()
}

// sectionName is the nearest heading above the sentence, else its page's title.
func (w *writer) sectionName(s *readSentence) string {
	p := &w.reading.passages[s.passage]
	if n := len(p.Headings); n > 0 {
		return shortQuote(cleanText(p.Headings[n-1]), 60)
	}
	return shortQuote(cleanText(s.page.Title), 60)
}

// fewSections drops the headings where nearly every sentence would have its own.
func (w *writer) fewSections() {
	names := map[string]bool{}
	for _, c := range w.out.Claims {
		names[c.Section] = true
	}
	if len(names)*2 <= len(w.out.Claims)+1 && len(names) > 1 {
		return
	}
	for i := range w.out.Claims {
		w.out.Claims[i].Section = ""
	}
}

// endsOpen reports whether a sentence only announces what follows it.
func endsOpen(text string) bool {
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")
}
