package engine

import (
	"math"
	"strings"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
)

// aboutWeight is what a sentence gains where its page or section is about the
// very thing that is asked: its title or heading names that, and nothing else.
const aboutWeight = 2.0

// fewTitles is the number of titled pages under which titles tell nothing apart.
const fewTitles = 3

// findAbout works out how far every passage's page and section are about what
// the question asks of.
func (r *reading) findAbout() {
	titles := r.titleCounts()
	if len(titles.pages) < fewTitles {
		return
	}
	known := map[string]float64{}
	for i := range r.passages {
		p := &r.passages[i]
		title, ok := known[p.Title]
		if !ok {
			title = r.aboutText(p.Title, titles)
			known[p.Title] = title
		}
		p.about, p.titled = title, title
		if n := len(p.Headings); n > 0 {
			p.about = max(p.about, r.aboutText(p.Headings[n-1], titles))
		}
	}
}

// A titleTable counts how many pages have a word in their title.
type titleTable struct {
	pages map[string]bool
	count map[uint32]int
}

func (r *reading) titleCounts() titleTable {
	t := titleTable{map[string]bool{}, map[uint32]int{}}
	for i := range r.passages {
		title := r.passages[i].Title
		if title == "" || t.pages[title] {
			continue
		}
		t.pages[title] = true
		seen := map[uint32]bool{}
		for _, k := range readTokens(title) {
			id := titleID(&k)
			if !seen[id] {
				seen[id] = true
				t.count[id]++
			}
		}
	}
	return t
}

func titleID(t *readToken) uint32 {
	if t.pair != 0 {
		return t.pair
	}
	return t.id
}

// weight is how much a title's word says of its page: nothing where half of
// the titles have it (the site's name), little where it is a number.
func (t titleTable) weight(k *readToken) float64 {
	if k.stop {
		return 0
	}
	if n := t.count[titleID(k)]; n*2 > len(t.pages) {
		return 0
	}
	if k.kind == lang.KindNumber {
		return 1
	}
	if k.kind == lang.KindHan && k.pair == 0 {
		return 0.5
	}
	return math.Min(backgroundIDF().value(titleID(k)), 6)
}

// aboutText is how far a title or heading names what is asked of, 0 to 1: the
// share of its words that the question has, and of the question that it has.
func (r *reading) aboutText(title string, titles titleTable) float64 {
	q := r.q
	toks := readTokens(title)
	if len(toks) == 0 || q.total == 0 {
		return 0
	}
	named, other := q.numbered(toks)
	if named {
		return 1
	}
	has := make([]float64, len(toks))
	got := make([]float64, len(q.units))
	for _, h := range q.match(toks) {
		has[h.token] = max(has[h.token], h.weight)
		got[h.unit] = max(got[h.unit], h.weight)
	}
	for i := range q.units {
		if from, n := spelled(q.units[i].text, q.Text, toks); n > 0 {
			got[i] = 1
			for k := from; k < from+n; k++ {
				has[k] = 1
			}
		}
	}
	all, own, covered := 0.0, 0.0, 0.0
	for i := range toks {
		w := titles.weight(&toks[i])
		all += w
		own += w * has[i]
	}
	for i, g := range got {
		covered += g * q.units[i].weight
	}
	if all == 0 || own == 0 {
		return 0
	}
	about := own / all * math.Sqrt(covered/q.total)
	if other {
		about *= 0.3
	}
	return about
}

// numbered reports whether the tokens have a word with its number that the
// question names ("PEP 8"), or the word with another number.
func (q *asked) numbered(toks []readToken) (same, other bool) {
	for _, own := range q.numbers {
		for k := 1; k < len(toks); k++ {
			if toks[k].kind == lang.KindNumber && toks[k-1].id == own.word {
				if toks[k].id == own.number {
					return true, false
				}
				other = true
			}
		}
	}
	return false, other
}

// A wordNumber is a word with its number.
type wordNumber struct{ word, number uint32 }

// wordNumbers are the words with their numbers of a text.
func wordNumbers(text string) []wordNumber {
	var out []wordNumber
	toks := readTokens(text)
	for i := 1; i < len(toks); i++ {
		if toks[i].kind == lang.KindNumber && toks[i].gap == 0 && toks[i-1].kind == lang.KindWord && !toks[i-1].stop {
			out = append(out, wordNumber{toks[i-1].id, toks[i].id})
		}
	}
	return out
}

// maxInitials bounds an abbreviation that is read as initials.
const maxInitials = 6

// spelled finds the words whose initials are the abbreviation: GIL in Global
// Interpreter Lock. The question must have it in capitals.
func spelled(short, question string, toks []readToken) (from, n int) {
	if len(short) < 2 || len(short) > maxInitials || !strings.Contains(question, strings.ToUpper(short)) {
		return 0, 0
	}
	for i := 0; i+len(short) <= len(toks); i++ {
		ok := true
		for k := range len(short) {
			t := toks[i+k].text
			if t[0] != short[k] || !unicode.IsLetter(rune(t[0])) || len(t) < 2 {
				ok = false
				break
			}
		}
		if ok {
			return i, len(short)
		}
	}
	return 0, 0
}
