package engine

import (
	"regexp"
	"sort"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// comparison answers with what the pages say of the sides together, then a
// table with a column for each side.
func (w *writer) comparison() {
	sides := w.asked.Sides
	if len(sides) < 2 {
		w.sentencesOf(6, 4, false)
		return
	}
	if len(sides) > 4 {
		sides = sides[:4]
	}
	of := make([][]*readSentence, len(sides))
	var joint []*readSentence
	r := w.reading
	for _, i := range r.order {
		s := &r.sentences[i]
		if s.block == lang.BlockHeading || s.block == lang.BlockCode {
			continue
		}
		which, n := -1, 0
		for k, side := range sides {
			if mentions(s, side) {
				which = k
				n++
			}
		}
		switch {
		case n == 0 || !prose(s.text) || endsOpen(s.text):
		case n >= 2 && len(joint) < jointLooked && !repeats(joint, s):
			joint = append(joint, s)
		case n == 1 && len(of[which]) < 4 && !repeats(of[which], s):
			of[which] = append(of[which], s)
		}
	}
	sort.SliceStable(joint, func(a, b int) bool { return contrasts(joint[a].text) && !contrasts(joint[b].text) })
	for i, s := range joint[:min(len(joint), jointShown)] {
		from, to := w.shorten(s)
		if c, ok := w.claim(s, from, to); ok {
			c.Lead = i == 0
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	for k, side := range sides {
		if s := w.definitionOf(side); s != nil {
			of[k] = append([]*readSentence{s}, leaving(of[k], s)...)
		}
	}
	w.rows(sides, of)
}

// The sentences on both sides that are looked at, and that are shown.
const (
	jointLooked = 12
	jointShown  = 2
)

var (
	contrastEn = regexp.MustCompile(`(?i)\b(?:differ\w*|unlike|whereas|while|rather than|instead of|in contrast|contrary|compared|than|but|however|on the other hand|not)\b`)
	contrastZh = regexp.MustCompile(`区别|不同|差异|差别|相比|相对|然而|而[^且后]|但|却|更|反之|则`)
)

// contrasts reports whether a sentence sets things against each other.
func contrasts(text string) bool { return contrastEn.MatchString(text) || contrastZh.MatchString(text) }

// definitionOf is what the pages say the side is; nil where they do not.
func (w *writer) definitionOf(side string) *readSentence {
	all := w.reading
	a := Analyse(side, w.asked.Asked, nil)
	r := &reading{passages: append([]readPassage{}, all.passages...), sentences: all.sentences, order: all.order, idf: all.idf}
	r.q = readAsked(a, all.idf)
	r.findAbout()
	sub := &writer{evidence: w.evidence, asked: a, weights: w.weights, reading: r}
	return sub.definition(lang.Fold(side), nil)
}

func leaving(list []*readSentence, s *readSentence) []*readSentence {
	var out []*readSentence
	for _, x := range list {
		if x != s {
			out = append(out, x)
		}
	}
	return out
}

func mentions(s *readSentence, side string) bool {
	return containsWord(s.fold(), lang.Fold(side))
}

// rows pairs what is said of each side into table rows: sentences that share
// words stand in one row. A side about which nothing was found is said so in a note.
func (w *writer) rows(sides []string, of [][]*readSentence) {
	for k, side := range sides {
		if len(of[k]) == 0 {
			w.note(say(w.asked.Speak, wordNoSide, side))
			return
		}
	}
	used := map[*readSentence]bool{}
	for n := range 3 {
		row := make([]*readSentence, len(sides))
		if n >= len(of[0]) {
			return
		}
		row[0] = of[0][n]
		for k := 1; k < len(sides); k++ {
			row[k] = closestSentence(row[0], of[k], used)
			if n == 0 {
				row[k] = of[k][0] // what each is
			}
			if row[k] == nil {
				return
			}
			used[row[k]] = true
		}
		w.row(sides, row)
	}
}

func (w *writer) row(sides []string, row []*readSentence) {
	c := agent.Claim{Form: agent.FormRow, Columns: sides}
	var cells []string
	for _, s := range row {
		from, to := w.shorten(s)
		cell, ok := w.claim(s, from, to)
		if !ok {
			return
		}
		cells = append(cells, strings.ReplaceAll(cell.Text, "|", "/"))
		c.Cites = append(c.Cites, cell.Cites...)
	}
	c.Text = strings.Join(cells, " | ")
	w.out.Claims = append(w.out.Claims, c)
}

// closestSentence is the sentence, not used yet, that shares the most with s.
func closestSentence(s *readSentence, among []*readSentence, used map[*readSentence]bool) *readSentence {
	own := s.content()
	var best *readSentence
	most := -1
	for _, o := range among {
		if used[o] {
			continue
		}
		if n := inBoth(own, o.content()); n > most {
			best, most = o, n
		}
	}
	return best
}
