package engine

import (
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// notFound says what was searched and what came closest.
func (w *writer) notFound() Draft {
	w.out.Claims, w.out.Short = nil, ""
	w.out.Status = agent.StatusNotFound
	l := w.asked.Speak
	pages := len(w.evidence.Pages)
	if pages == 0 {
		w.note(say(l, wordNothingRead))
		return w.out
	}
	w.note(say(l, wordNotFound, pages, w.searched()))
	if s := w.reading.best(); s != nil && s.cover >= 0.25 {
		w.out.Closest = shortQuote(cleanText(s.text), 160)
		title := s.page.Title
		if title == "" {
			title = s.page.URL
		}
		w.note(say(l, wordClosest, w.out.Closest, title))
	}
	return w.out
}

// searched names what was looked for, at most four queries.
func (w *writer) searched() string {
	var qs []string
	seen := map[string]bool{}
	add := func(q string) {
		if f := lang.Fold(q); f != "" && !seen[f] && len(qs) < 4 {
			seen[f] = true
			qs = append(qs, "“"+shortQuote(q, 60)+"”")
		}
	}
	for _, p := range w.evidence.Plans {
		for _, s := range p.Searches {
			add(s.Query)
		}
	}
	if len(qs) == 0 {
		add(w.asked.Core)
	}
	if len(qs) == 0 {
		add(w.asked.Text)
	}
	return strings.Join(qs, say(w.asked.Speak, wordListMark))
}

// shortQuote cuts s to n characters, between words, with an ellipsis.
func shortQuote(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n])
	if i := strings.LastIndexAny(cut, " ，、。"); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ，、,;；") + "…"
}

// languageNotes puts a word on quotes in another language than the question's.
func (w *writer) languageNotes() {
	asked := w.asked.Language
	if w.asked.From != "" {
		asked = w.asked.From
	}
	for i := range w.out.Claims {
		c := &w.out.Claims[i]
		if c.Note != "" || len(c.Cites) == 0 || c.Form == agent.FormItem && !strings.Contains(c.Text, " ") {
			continue
		}
		l := lang.Detect(c.Cites[0].Quote)
		if l == "" || l == asked || asked == "zh" && w.asked.Speak == "zh" && manyHan(c.Cites[0].Quote) || len([]rune(c.Text)) < 12 && !hasAnySuffix(c.Text, "。", ".", "！", "!") {
			continue
		}
		switch l {
		case "zh":
			c.Note = say(w.asked.Speak, wordQuoteChinese)
		case "en":
			c.Note = say(w.asked.Speak, wordQuoteEnglish)
		default:
			c.Note = say(w.asked.Speak, wordQuoteOther, l)
		}
	}
}

// manyHan reports whether a quote full of Latin names reads as Chinese all the same.
func manyHan(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n >= 6
}
