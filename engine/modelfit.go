package engine

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/prompts"
)

// maxEvidence bounds the passages of a prompt, whatever the model's context
// holds (tokens): more costs more and is read less well.
const maxEvidence = 32 << 10

// leastPassage is the smallest rest of a context into which a trimmed passage is put (tokens).
const leastPassage = 60

// fitted is evidence cut to a model's context: pages numbered from 1, in the
// order of their best passage.
type fitted struct {
	Pages     []prompts.Webpage
	Snapshots []string // by number of the page, from 0
	Left      int      // passages that did not fit
}

// number is the number of a snapshot's page, 0 where it is not among them.
func (f fitted) number(snapshot string) int { return slices.Index(f.Snapshots, snapshot) + 1 }

// fit takes passages, best first, until room (tokens) is full; the last is
// trimmed at the border of a sentence. Passages of one page stand together, in
// the order of the page.
func fit(passages []agent.Passage, pages map[string]*agent.Page, room int) fitted {
	room = min(room, maxEvidence)
	var f fitted
	by := map[string][]agent.Passage{}
	for i, p := range passages {
		cost := tokens(p.Text) + 4
		if by[p.Snapshot] == nil {
			cost += 24 + tokens(p.Title)
		}
		if cost > room {
			f.Left = len(passages) - i
			if room < leastPassage {
				break
			}
			p = trimmed(p, room-28-tokens(p.Title))
			if p.Text == "" {
				break
			}
			cost = room
		}
		if by[p.Snapshot] == nil {
			f.Snapshots = append(f.Snapshots, p.Snapshot)
		}
		by[p.Snapshot] = append(by[p.Snapshot], p)
		room -= cost
		if room <= 0 {
			break
		}
	}
	for i, s := range f.Snapshots {
		f.Pages = append(f.Pages, webpage(i+1, by[s], pages[s]))
	}
	return f
}

// trimmed is p cut to at most n tokens, after a whole sentence.
func trimmed(p agent.Passage, n int) agent.Passage {
	end := 0
	for _, s := range lang.Sentences(p.Text) {
		if tokens(p.Text[:s.End]) > n {
			break
		}
		end = s.End
	}
	p.Text = p.Text[:end]
	p.End = p.Start + end
	return p
}

// webpage is one page's passages as a block of a prompt.
func webpage(n int, ps []agent.Passage, page *agent.Page) prompts.Webpage {
	slices.SortStableFunc(ps, func(a, b agent.Passage) int { return cmp.Compare(a.Start, b.Start) })
	w := prompts.Webpage{N: n, Title: ps[0].Title, Published: ps[0].Published}
	if page != nil {
		w.Site, w.Published = page.Site, cmp.Or(page.Published, w.Published)
		w.Title = cmp.Or(page.Title, w.Title)
	}
	var b strings.Builder
	end, heads := -1, ""
	for _, p := range ps {
		text := p.Text
		if p.Start < end { // overlaps the one before
			if p.End <= end {
				continue
			}
			text = text[end-p.Start:]
		} else if end >= 0 && p.Start > end {
			b.WriteString("\n…\n")
		}
		if h := strings.Join(p.Headings, " > "); h != "" && h != heads {
			heads = h
			b.WriteString("(" + h + ")\n")
		}
		b.WriteString(text)
		end = p.End
	}
	w.Text = b.String()
	return w
}

// promptFiles are the question's attachments as they stand in a prompt,
// together at most room tokens. number gives the number to cite one by, 0: none.
func promptFiles(attached []*agent.Page, room int, number func(snapshot string) int) []prompts.File {
	var fs []prompts.File
	for i, p := range attached {
		share := room / (len(attached) - i)
		text := p.Text
		if tokens(text) > share {
			text = trimmed(agent.Passage{Text: text}, share).Text
		}
		room -= tokens(text)
		f := prompts.File{Name: cmp.Or(p.Title, p.URL), Text: text, Described: p.Reading != ""}
		if !f.Described {
			f.N = number(p.Snapshot)
		}
		fs = append(fs, f)
	}
	return fs
}

// maxTurns and maxTurn bound the conversation in a prompt: the last turns, the
// answers' beginnings (characters).
const (
	maxTurns = 4
	maxTurn  = 280
)

// promptTurns is the conversation, compressed.
func promptTurns(earlier []agent.Turn) []prompts.Turn {
	if n := len(earlier) - maxTurns; n > 0 {
		earlier = earlier[n:]
	}
	var ts []prompts.Turn
	for _, t := range earlier {
		answer, _ := takeMarks(t.Answer, 999)
		ts = append(ts, prompts.Turn{Question: firstRunes(t.Question, maxTurn), Answer: firstRunes(answer, maxTurn)})
	}
	return ts
}

// firstRunes is the beginning of s, at most n characters.
func firstRunes(s string, n int) string {
	i := 0
	for at := range s {
		if i == n {
			return s[:at] + "…"
		}
		i++
	}
	return s
}

// room is how many tokens of evidence fit beside a prompt of given size.
func (e *endpoint) room(prompt int) int {
	c := e.context()
	reply := min(e.opt.Limits.Output, c/3)
	return max(0, c-reply-prompt-64)
}

// reply is the limit of a reply beside a prompt of given size (tokens).
func (e *endpoint) reply(prompt int) int {
	return max(256, min(e.opt.Limits.Output, e.context()-prompt-64))
}

// promptLanguage is the language of prompts and warnings for a question.
func promptLanguage(q agent.Question) prompts.Language {
	if q.Language == "zh" || q.Language == "en" {
		return prompts.Language(q.Language)
	}
	return prompts.For(lang.Asked(q.Text))
}
