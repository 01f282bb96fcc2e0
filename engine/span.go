package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// A span is a candidate for the shortest answer: tokens [from, to] of a sentence.
type span struct {
	sentence *readSentence
	rank     int // of its sentence
	from, to int
	score    float64
	fit      float32 // how it fits an entity of the sentence
	clause   float32 // the share of the question in its clause
	nearKey  float32 // words to the question's key
	key      string  // its folded text
	share    float64 // 0..1, of all candidates' weight, with those of the same words
}

// text is the span's exact words.
func (c *span) text() string {
	return c.sentence.text[c.start():c.end()]
}

func (c *span) start() int {
	t := &c.sentence.tokens[c.from]
	if t.start > 0 {
		switch {
		case t.kind == lang.KindNumber && strings.HasSuffix(c.sentence.text[:t.start], "US$"):
			return t.start - 3
		case t.kind == lang.KindNumber && strings.ContainsRune("$", rune(c.sentence.text[t.start-1])):
			return t.start - 1
		case strings.HasSuffix(c.sentence.text[:t.start], "£"), strings.HasSuffix(c.sentence.text[:t.start], "¥"):
			return t.start - 2
		case strings.HasSuffix(c.sentence.text[:t.start], "€"), strings.HasSuffix(c.sentence.text[:t.start], "￥"), strings.HasSuffix(c.sentence.text[:t.start], "《"):
			return t.start - 3
		}
	}
	return t.start
}

func (c *span) end() int {
	e := c.sentence.tokens[c.to].end
	rest := c.sentence.text[e:]
	for _, mark := range []string{"%", "％", "℃", "°C", "°F", "°", "》"} {
		if strings.HasPrefix(rest, mark) {
			if mark == "》" && !strings.Contains(c.sentence.text[c.start():e], "《") {
				continue
			}
			return e + len(mark)
		}
	}
	return e
}

const (
	maxSpanWords = 11
	maxSpanHan   = 22
	spanSentence = 3 // sentences that are searched for spans
)

// spanStops may begin an English span though they are function words.
var spanStarts = wordSet(`the a an his her its their about over more up at not one no all both around nearly almost under two three four five six seven eight nine ten to by`)

// spanEdgeHan are characters beside which a Chinese span may begin or end.
const spanEdgeHan = "是为在于的了由以和与及被叫有到至从把将对向并而等或称作名其该共约达近每各分之中时后前内外间来去成当使让给比按因就也都还又已曾即则"

// candidates lists the spans of a sentence that could be an answer.
func candidates(s *readSentence, rank int) []span {
	var out []span
	n := len(s.tokens)
	for i := range n {
		if !spanMayStart(s, i) {
			continue
		}
		commas := 0
		limit := maxSpanWords
		if s.tokens[i].kind == lang.KindHan || s.language == "zh" {
			limit = maxSpanHan
		}
		for j := i; j < min(n, i+limit); j++ {
			if j > i {
				if g := s.tokens[j].gap; g == '.' || g == '(' && j > i+1 {
					break
				} else if g == ',' {
					commas++
				}
				if commas > 2 {
					break
				}
			}
			if spanMayEnd(s, j) {
				out = append(out, span{sentence: s, rank: rank, from: i, to: j})
			}
		}
	}
	return out
}

func spanMayStart(s *readSentence, i int) bool {
	t := &s.tokens[i]
	if t.kind != lang.KindHan {
		return !t.stop || spanStarts[t.text] || t.upper && i > 0
	}
	if strings.Contains("的了和与及等是在之", t.text) {
		return false
	}
	return i == 0 || t.gap != 0 || s.tokens[i-1].kind != lang.KindHan || edgesSpan[s.tokens[i-1].text]
}

func spanMayEnd(s *readSentence, j int) bool {
	t := &s.tokens[j]
	if t.kind != lang.KindHan {
		return !t.stop || t.upper && j > 0
	}
	if strings.Contains("的了和与及是在于为", t.text) {
		return false
	}
	return j == len(s.tokens)-1 || s.tokens[j+1].gap != 0 || s.tokens[j+1].kind != lang.KindHan ||
		edgesSpan[s.tokens[j+1].text] || strings.Contains("年月日人个元次岁家", t.text)
}
