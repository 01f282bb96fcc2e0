package retrieval

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// An analysed page.
type analysed struct {
	page   *agent.Page
	number int // given by the copy book
	parts  []part
	toks   []token
	sketch sketch
}

// A part is an analysed passage.
type part struct {
	passage   agent.Passage
	header    string
	body      *field
	headField *field
	toks      []token
	head      []token
}

// readPage cuts and analyses a page.
func (a *analyzer) readPage(p *agent.Page) *analysed {
	toks, terms := a.tokenize(p.Text)
	w := &analysed{page: p, toks: toks}
	i := 0
	for _, c := range chunks(p.Text) {
		for i < len(toks) && int(toks[i].start) < c.start {
			i++
		}
		j := i
		for j < len(toks) && int(toks[j].start) < c.end {
			j++
		}
		if i == j {
			continue
		}
		markSentences(toks[i:j], c.sentences)
		passage := agent.Passage{
			Snapshot: p.Snapshot, URL: p.URL, Title: p.Title, Published: p.Published,
			Headings: c.headings, Start: c.start, End: c.end, Text: p.Text[c.start:c.end],
		}
		headToks, headTerms := a.tokenize(headText(passage, c.header))
		w.parts = append(w.parts, part{
			passage: passage, header: c.header,
			body: a.termField(fieldBody, toks[i:j], terms[i:j], false), toks: toks[i:j:j],
			headField: a.termField(fieldHead, headToks, headTerms, true), head: headToks,
		})
		i = j
	}
	w.sketch = newSketch(toks)
	return w
}

// headText is what stands above a passage: title, address, the header of its
// table, headings.
func headText(p agent.Passage, header string) string {
	return strings.Join(append([]string{p.Title, addressWords(p.URL), header}, p.Headings...), "\n")
}

// markSentences flags the first token of each sentence.
func markSentences(toks []token, sentences []lang.Span) {
	i := 0
	for _, s := range sentences {
		for i < len(toks) && int(toks[i].start) < s.Start {
			i++
		}
		if i < len(toks) {
			toks[i].flags |= tokFirst
		}
	}
}

// addressWords are the words of an address's path.
func addressWords(url string) string {
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
	}
	i := strings.IndexAny(url, "/")
	if i < 0 {
		return ""
	}
	path := url[i:]
	if j := strings.IndexAny(path, "?#"); j >= 0 {
		path = path[:j]
	}
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '_' || r == '-' || r == '.' {
			return ' '
		}
		return r
	}, path)
}
