package agent

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// evidence is what a claim may rest on.
type evidence struct {
	sents []witness
	zh    bool
}

// A witness is one sentence of a quote, with what stands around it in its snapshot.
type witness struct {
	sentence
	cite  int
	whole bool // the quote holds all of it
	// context is what the snapshot says before the quote: the title or first heading, the
	// headings above, the two sentences before. It resolves pronouns, and is no evidence itself.
	context *surroundings
}

// surroundings are read once a cite, and only where they are needed.
type surroundings struct {
	text  string // the whole snapshot
	start int    // where the quote begins
	read  bool
	sent  sentence
}

// maxAround bounds, in bytes, how far around a quote its sentence is looked for.
const maxAround = 1200

// readEvidence reads the sentences of the quotes. A quote that begins or ends
// within a sentence is read with the whole of it, so that a cut cannot hide
// what turns its meaning; what stands outside the quote carries nothing.
func readEvidence(cites []Cite, text func(string) (string, bool)) evidence {
	var ev evidence
	for i, c := range cites {
		full, ok := text(c.Snapshot)
		if !ok {
			continue
		}
		around := &surroundings{text: full, start: c.Start}
		ref := around.day()
		from, to := paragraph(full, c.Start, c.End)
		for _, sp := range lang.Sentences(full[from:to]) {
			if from+sp.End <= c.Start || from+sp.Start >= c.End {
				continue
			}
			w := witness{sentence: readSentence(full[from+sp.Start:from+sp.End], ref), cite: i, context: around}
			inside := 0
			for k := range w.elems {
				e := &w.elems[k]
				if at := from + sp.Start + e.start; at < c.Start || from+sp.Start+e.end > c.End {
					e.outside = true
					continue
				}
				inside++
			}
			w.whole = inside == len(w.elems)
			if inside > 0 {
				ev.sents = append(ev.sents, w)
				ev.zh = ev.zh || w.zh
			}
		}
	}
	return ev
}

// paragraph returns the bounds of the paragraphs that the span lies in.
func paragraph(s string, start, end int) (int, int) {
	from := max(0, start-maxAround)
	if i := strings.LastIndex(s[from:start], "\n\n"); i >= 0 {
		from += i + 2
	}
	for from < start && !utf8.RuneStart(s[from]) {
		from++
	}
	to := min(len(s), end+maxAround)
	if i := strings.Index(s[end:to], "\n\n"); i >= 0 {
		to = end + i
	}
	for to < len(s) && !utf8.RuneStart(s[to]) {
		to--
	}
	return from, max(to, end)
}

// maxHead bounds, in bytes, how far into a snapshot its own date is looked for.
const maxHead = 800

// day is the day that the snapshot says it was published on: the first full
// date near its beginning; zero where there is none.
func (a *surroundings) day() time.Time {
	head := a.text[:min(len(a.text), maxHead)]
	for _, d := range lang.Dates(head, time.Time{}) {
		if d.Year > 0 && d.Month > 0 && d.Day > 0 {
			return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
		}
	}
	return time.Time{}
}

// before reads the surroundings: title, headings above, and the sentences before the quote.
func (a *surroundings) before() *sentence {
	if a.read {
		return &a.sent
	}
	a.read = true
	var b strings.Builder
	if nl := strings.IndexByte(a.text, '\n'); nl > 0 && nl < 300 {
		b.WriteString(strings.TrimLeft(a.text[:nl], "# "))
		b.WriteString(".\n")
	}
	at := a.start
	for range 3 {
		h := strings.LastIndex(a.text[:at], "\n#")
		if h < 0 {
			break
		}
		line := a.text[h+1:]
		if e := strings.IndexByte(line, '\n'); e >= 0 && e < 300 {
			b.WriteString(strings.TrimLeft(line[:e], "# "))
			b.WriteString(".\n")
		}
		at = h
	}
	from := max(0, a.start-500)
	for from < a.start && !utf8.RuneStart(a.text[from]) {
		from++
	}
	lead := a.text[from:a.start]
	spans := lang.Sentences(lead)
	for _, sp := range spans[max(0, len(spans)-3):] {
		b.WriteString(lead[sp.Start:sp.End])
		b.WriteString("\n")
	}
	a.sent = readSentence(b.String(), time.Time{})
	return &a.sent
}
