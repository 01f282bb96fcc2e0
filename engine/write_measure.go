package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// A scale is what a comparative compares by: what a sentence must have to
// measure it, and whether the greater value has the more of it.
type scale struct {
	words   map[string]bool
	says    *regexp.Regexp
	unit    map[string]bool // of the quantity; nil: a year
	greater bool
}

var (
	lengthUnits = wordSet("m km cm mm ft mi in foot feet mile metre inch li")
	scales      = []scale{
		{words: wordSet("higher taller 高"), says: regexp.MustCompile(`(?i)\b(?:high|tall|height|stands?|rises?|elevation)\b|高|海拔`), unit: lengthUnits, greater: true},
		{words: wordSet("lower shorter 矮 低"), says: regexp.MustCompile(`(?i)\b(?:high|tall|height|stands?|rises?|elevation|long|length)\b|高|海拔|长`), unit: lengthUnits},
		{words: wordSet("longer 长"), says: regexp.MustCompile(`(?i)\b(?:long|length|of [\d,.]+)\b|长`), unit: lengthUnits, greater: true},
		{words: wordSet("deeper 深"), says: regexp.MustCompile(`(?i)\b(?:deep|depth)\b|深`), unit: lengthUnits, greater: true},
		{words: wordSet("wider broader 宽"), says: regexp.MustCompile(`(?i)\b(?:wide|width|broad)\b|宽`), unit: lengthUnits, greater: true},
		{words: wordSet("heavier 重"), says: regexp.MustCompile(`(?i)\b(?:weigh|weighs|weight|heavy)\b|重`), unit: wordSet("kg g t lb oz jin"), greater: true},
		{words: wordSet("lighter 轻"), says: regexp.MustCompile(`(?i)\b(?:weigh|weighs|weight|light)\b|重`), unit: wordSet("kg g t lb oz jin")},
		{words: wordSet("dearer expensive costlier 贵"), says: regexp.MustCompile(`(?i)\b(?:costs?|price|priced|fee|fare)\b|价|元`), unit: wordSet("USD EUR GBP CNY JPY"), greater: true},
		{words: wordSet("cheaper 便宜"), says: regexp.MustCompile(`(?i)\b(?:costs?|price|priced|fee|fare)\b|价|元`), unit: wordSet("USD EUR GBP CNY JPY")},
		{words: wordSet("older earlier 早 老 古老 久"), says: regexp.MustCompile(`(?i)\b(?:built|founded|established|opened|born|created|dates|erected|completed|laid|launched)\b|建|创|成立|开业|出生|诞生|开放`)},
		{words: wordSet("younger newer later 晚 新 年轻"), says: regexp.MustCompile(`(?i)\b(?:built|founded|established|opened|born|created|dates|erected|completed|laid|launched)\b|建|创|成立|开业|出生|诞生|开放`), greater: true},
	}
	comparesEn = regexp.MustCompile(`(?i)^(?:is|are|was|were|does|do|did) (?:the )?(.+?) (?:much |far |any |have |cost )*(?:(?:more|less) )?([a-z]+) than (?:the )?(.+)$`)
	comparesZh = regexp.MustCompile(`^(.+?)比(.+?)(?:更|还|要|还要)?(高|矮|低|长|深|宽|重|轻|贵|便宜|早|老|古老|久|晚|新|年轻)(?:一些|些|一点)?(?:吗|么|嘛)$`)
)

// A measured side is a value that a sentence gives of one of two things compared.
type measured struct {
	*readSentence
	value float64
	unit  string
}

// compared answers whether one thing is higher, older, … than another from
// the measures of both. It reports whether the question compares two things;
// where a measure is missing there is no yes and no no.
func (w *writer) compared() (handled, answered bool) {
	sides, by := comparative(w.asked)
	if sides == nil {
		return false, false
	}
	if by == nil {
		return true, false
	}
	first, ok := w.measure(sides[0], sides[1], by)
	second, both := w.measure(sides[1], sides[0], by)
	if !ok || !both || first.unit != second.unit || first.value == second.value {
		return true, false
	}
	word := wordNo
	if (first.value > second.value) == by.greater {
		word = wordYes
	}
	w.out.Short = say(w.asked.Speak, word)
	for i, m := range []measured{first, second} {
		c, ok := w.claim(m.readSentence, 0, len(m.text))
		if !ok || i == 1 && m.readSentence == first.readSentence {
			continue
		}
		if i == 0 {
			c.Text = say(w.asked.Speak, wordBecause, w.out.Short, c.Text)
			c.Lead = true
		}
		w.out.Claims = append(w.out.Claims, c)
	}
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return true, true
}

// comparative are the two things that a yes/no question compares, folded, and
// by what; by is nil where that is no scale that is known.
func comparative(a Analysis) (sides []string, by *scale) {
	text := strings.TrimRight(lang.Fold(a.Text), "?？。 ")
	m := comparesZh.FindStringSubmatch(text)
	if m != nil {
		m = []string{"", m[1], m[3], m[2]}
	} else if m = comparesEn.FindStringSubmatch(text); m == nil {
		return nil, nil
	}
	sides = []string{strings.TrimSpace(m[1]), strings.TrimSpace(m[3])}
	for i := range scales {
		if scales[i].words[m[2]] {
			return sides, &scales[i]
		}
	}
	return sides, nil
}

// measure is the value by the scale that the evidence gives of the side, which is not the other's.
func (w *writer) measure(side, other string, by *scale) (measured, bool) {
	r := w.reading
	side, other = beforeOf(side), beforeOf(other)
	own := r.owners(side)
	for i := range r.sentences {
		s := &r.sentences[i]
		if own[i] != ownerSame || s.block == lang.BlockHeading || !by.says.MatchString(s.text) {
			continue
		}
		if value, unit, ok := by.value(ofSide(s.fold(), side, other), w.asked); ok {
			return measured{s, value, unit}, true
		}
	}
	return measured{}, false
}

// beforeOf is the thing of whose attribute a Chinese side speaks: 东塔的高度.
func beforeOf(side string) string {
	if i := strings.LastIndex(side, "的"); i > 0 {
		return side[:i]
	}
	return side
}

// ofSide is what a folded sentence says behind the side's name, up to the other's.
func ofSide(text, side, other string) string {
	at, stop := strings.Index(text, side), strings.Index(text, other)
	switch {
	case at < 0 && stop >= 0:
		return ""
	case at < 0 || stop < 0:
		return text[max(at, 0):]
	case stop < at:
		return text[at:]
	}
	return text[at:stop]
}

// value is the first measure of the scale in a text.
func (by *scale) value(text string, a Analysis) (value float64, unit string, ok bool) {
	if by.unit == nil {
		if dates := lang.Dates(text, a.Asked); len(dates) > 0 && dates[0].Year > 0 {
			return float64(dates[0].Year), "", true
		}
		return 0, "", false
	}
	nearest := len(text) + 1
	for _, q := range lang.Quantities(text) {
		if !by.unit[q.Unit] {
			continue
		}
		if d := by.away(text, q); d < nearest {
			nearest, value, unit = d, q.Value, q.Unit
		}
	}
	return value, unit, nearest <= len(text)
}

// away is how far from a quantity the nearest word stands that measures by the scale.
func (by *scale) away(text string, q lang.Quantity) int {
	least := len(text)
	for _, m := range by.says.FindAllStringIndex(text, -1) {
		switch {
		case m[1] <= q.Start:
			least = min(least, q.Start-m[1])
		case m[0] >= q.End:
			least = min(least, m[0]-q.End)
		default:
			least = 0
		}
	}
	return least
}
