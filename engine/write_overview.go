package engine

import (
	"sort"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// overview answers a broad question: short sections of sentences from several
// pages; for news the newest first, each with its day.
func (w *writer) overview() {
	picked := w.gather()
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

const (
	overviewClaims  = 12 // sentences of an overview, at most
	overviewOthers  = 3  // of them from other pages, where one page is about the subject
	overviewTitled  = 0.75
	overviewSection = 2 // sentences of one section of that page
)

// gather chooses an overview's sentences. Where one page is about the very
// subject it begins with what that says the subject is, and takes the best of
// its sections; else the best of all pages.
func (w *writer) gather() []*readSentence {
	if w.asked.Kind == KindNews {
		return w.pick(overviewClaims, 6)
	}
	r := w.reading
	var of *readPassage
	for i := range r.passages {
		if p := &r.passages[i]; p.titled >= overviewTitled && (of == nil || p.titled > of.titled) {
			of = p
		}
	}
	if of == nil {
		return w.pick(overviewClaims, 6)
	}
	var out []*readSentence
	if s := w.definition(lang.Fold(w.asked.Core), nil); s != nil {
		out = append(out, s)
	}
	sections := map[string]int{}
	for _, i := range r.order {
		s := &r.sentences[i]
		name := w.sectionName(s)
		if s.page != of.page || s.block == lang.BlockHeading || s.block == lang.BlockCode || len(s.tokens) < 6 || asking(s.text) ||
			endsOpen(s.text) || sections[name] == overviewSection || len(out) >= overviewClaims-overviewOthers || repeats(out, s) {
			continue
		}
		sections[name]++
		out = append(out, s)
	}
	for _, s := range w.pick(overviewClaims, 3) {
		if len(out) < overviewClaims && s.page != of.page && !repeats(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// endsOpen reports whether a sentence only announces what follows it.
func endsOpen(text string) bool {
	return strings.HasSuffix(text, ":") || strings.HasSuffix(text, "：")
}
