package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// Kinds of entities that a sentence's shapes show.
const (
	entityNone = iota
	entityName
	entityDate
	entityNumber
	entityQuoted
	entityLatin
)

// An entity is a longest run of tokens that looks like one thing.
type entity struct {
	kind     int
	from, to int
}

// entities lists the names, dates, numbers with their units and quoted titles of a sentence.
func (c *spanContext) entities() []entity {
	var out []entity
	for i := 0; i < len(c.s.tokens); {
		e := c.entityAt(i)
		if e.kind == entityNone {
			i++
			continue
		}
		out = append(out, e)
		i = e.to + 1
	}
	return out
}

func (c *spanContext) entityAt(i int) entity {
	t := &c.s.tokens[i]
	if q := c.quotedAt(i); q > i-1 && q >= 0 {
		return entity{entityQuoted, i, q}
	}
	switch {
	case c.dateWord(i):
		return entity{entityDate, i, c.run(i, c.dateGoesOn)}
	case t.kind == lang.KindNumber || t.kind != lang.KindHan && numberEn[t.text] || c.hanNumberAt(i):
		return entity{entityNumber, i, c.run(i, c.numberGoesOn)}
	case t.kind == lang.KindWord && t.upper && (!t.stop || i > 0 && isAllCaps(c.s.text[t.start:t.end]) && len(t.text) > 1):
		if c.s.language == "zh" {
			return entity{entityLatin, i, c.run(i, c.latinGoesOn)}
		}
		if i == 0 && (t.stop || len(c.s.tokens) > 1 && !c.s.tokens[1].upper && backgroundIDF().value(t.id) < 5) {
			return entity{}
		}
		return entity{entityName, i, c.nameEnd(i)}
	case t.kind == lang.KindWord && c.s.language == "zh":
		return entity{entityLatin, i, c.run(i, c.latinGoesOn)}
	}
	return entity{}
}

// run extends from i while the next token goes on.
func (c *spanContext) run(i int, goesOn func(int) bool) int {
	for i+1 < len(c.s.tokens) && goesOn(i+1) {
		i++
	}
	return i
}

func (c *spanContext) hanNumberAt(i int) bool {
	t := &c.s.tokens[i]
	return t.kind == lang.KindHan && strings.Contains("二三四五六七八九十百两", t.text) && i+1 < len(c.s.tokens) &&
		(c.class(i+1) == classUnit || c.class(i+1) == classHanDigit)
}

func (c *spanContext) dateWord(i int) bool {
	t := &c.s.tokens[i]
	if isYear(t) || monthWords[t.text] && t.upper {
		return true
	}
	return t.kind == lang.KindNumber && i+1 < len(c.s.tokens) && (strings.Contains("年月日号", c.word(i+1)) || monthWords[c.word(i+1)])
}

func (c *spanContext) dateGoesOn(i int) bool {
	t := &c.s.tokens[i]
	if t.gap == '.' || t.gap == '(' {
		return false
	}
	if monthWords[t.text] || isYear(t) {
		return true
	}
	if t.kind == lang.KindNumber {
		return t.gap == 0 && (monthWords[c.word(i-1)] || strings.Contains("年月", c.word(i-1)))
	}
	return t.kind == lang.KindHan && t.gap == 0 && strings.Contains("年月日号", t.text)
}

func (c *spanContext) numberGoesOn(i int) bool {
	t := &c.s.tokens[i]
	if t.gap != 0 {
		return false
	}
	if t.kind == lang.KindHan {
		cl := c.class(i)
		return cl == classHanDigit || cl == classUnit || strings.Contains("多余万亿千百名美港欧元公里平方吨人次小分钟秒天岁倍层集票", t.text)
	}
	return t.kind == lang.KindNumber || numberEn[t.text] || unitWords[t.text]
}

func (c *spanContext) latinGoesOn(i int) bool {
	t := &c.s.tokens[i]
	return t.kind != lang.KindHan && t.gap == 0
}

// nameEnd is the last token of a capitalised name; "of", "the", "de" and their like stay inside one.
func (c *spanContext) nameEnd(i int) int {
	end := i
	for k := i + 1; k < len(c.s.tokens); k++ {
		t := &c.s.tokens[k]
		if t.gap != 0 {
			break
		}
		switch {
		case t.upper && !t.stop, t.kind == lang.KindNumber && !isYear(t) && k == end+1:
			end = k
		case nameInside[t.text] && k-end <= 2:
		default:
			return end
		}
	}
	return end
}

var nameInside = wordSet(`of the de la van von der du di da del al bin ibn for`)

// quotedAt is the last token of a quotation that opens right before token i, or -1.
func (c *spanContext) quotedAt(i int) int {
	if c.gap(i) != '"' {
		return -1
	}
	t := &c.s.tokens[i]
	before := strings.TrimRight(c.s.text[:t.start], " ")
	if !hasAnySuffix(before, "“", "「", "《", "\"", "『", "‘") {
		return -1
	}
	for k := i + 1; k < min(len(c.s.tokens)+1, i+14); k++ {
		if k == len(c.s.tokens) || c.gap(k) == '"' || c.gap(k) == '(' {
			rest := c.s.text[c.s.tokens[k-1].end:]
			if hasAnyPrefix(strings.TrimLeft(rest, ".,!?！？。， "), "”", "」", "》", "\"", "』", "’") {
				return k - 1
			}
			return -1
		}
	}
	return -1
}

func hasAnySuffix(s string, ends ...string) bool {
	for _, e := range ends {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

func hasAnyPrefix(s string, starts ...string) bool {
	for _, e := range starts {
		if strings.HasPrefix(s, e) {
			return true
		}
	}
	return false
}

// entityFit tells what entity the span is, and how it fits: 1 it is exactly
// one, 2 a part of one, 3 more than one, 0 none.
func (c *spanContext) entityFit(i, j int) (kind, fit float32) {
	for _, e := range c.found {
		if e.to < i || e.from > j {
			continue
		}
		from := e.from
		if from > 0 && from-1 == i && c.word(i) == "the" {
			from = i
		}
		switch {
		case from == i && e.to == j:
			return float32(e.kind), 1
		case e.from <= i && e.to >= j:
			return float32(e.kind), 2
		case from >= i && e.to <= j:
			kind, fit = float32(e.kind), 3
		default:
			return float32(e.kind), 4
		}
	}
	return kind, fit
}

// classCode is a coarse number for a word's class, for the trees.
func (c *spanContext) classCode(i int) float32 {
	if i < 0 || i >= len(c.s.tokens) {
		return 0
	}
	t := &c.s.tokens[i]
	if code, ok := functionCodes[t.text]; ok {
		return code
	}
	switch c.classes[i] {
	case classUpper, classAllCaps:
		return 10
	case classYear, classMonth, classNumber, classNumWord, classHanDigit, "T":
		return 11
	case classUnit:
		return 12
	case classPast:
		return 13
	case classIng:
		return 14
	case classAdverb:
		return 15
	case classPlural:
		return 16
	case classWord:
		return 17
	case classHan:
		return 18
	case classHanEdge:
		return 19
	}
	return 9
}

// functionCodes number the function words by what they do.
var functionCodes = func() map[string]float32 {
	m := map[string]float32{}
	for code, words := range []string{
		1: "the a an this that these those its his her their our my 的 之 该 此 这",
		2: "in at on near within 在 于",
		3: "of 中",
		4: "by from to with for into through during against under over between among as than 由 从 被 对 向 以 与 和 及 为",
		5: "and or but 并 或 而 等",
		6: "is are was were be been being am 是 叫 称 名",
		7: "has have had do does did will would can could may might should must 有 曾 已",
		8: "he she it they who which that him them we you 他 她 它 其",
	} {
		for w := range wordSet(words) {
			if _, ok := m[w]; !ok {
				m[w] = float32(code)
			}
		}
	}
	return m
}()
