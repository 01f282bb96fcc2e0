package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// Word classes of the span features. Function words are their own class.
const (
	classNone     = "^"
	classYear     = "Y"
	classMonth    = "M"
	classNumber   = "9"
	classNumWord  = "N"
	classUnit     = "U"
	classUpper    = "C"
	classAllCaps  = "A"
	classPast     = "ed"
	classIng      = "ing"
	classAdverb   = "ly"
	classPlural   = "s"
	classWord     = "w"
	classHan      = "h"
	classHanDigit = "H9"
	classHanEdge  = "e"
)

// wordClass is what sort of word a token is, from its shape alone.
func wordClass(s *readSentence, i int) string {
	if i < 0 || i >= len(s.tokens) {
		return classNone
	}
	t := &s.tokens[i]
	switch {
	case isYear(t):
		return classYear
	case t.kind == lang.KindNumber:
		return classNumber
	case t.kind == lang.KindHan:
		switch {
		case isHanNumber[t.text]:
			return classHanDigit
		case strings.Contains("年月日号时分秒", t.text):
			return "T"
		case strings.Contains("个元人次岁米吨级届位名所家部座枚条种张", t.text):
			return classUnit
		case edgesSpan[t.text]:
			return classHanEdge
		}
		return classHan
	case monthWords[t.text]:
		return classMonth
	case t.stop:
		return t.text
	case numberEn[t.text]:
		return classNumWord
	case t.upper && len(t.text) > 1 && isAllCaps(s.text[t.start:t.end]):
		return classAllCaps
	case t.upper && i > 0:
		return classUpper
	case unitWords[t.text]:
		return classUnit
	case strings.HasSuffix(t.text, "ed"):
		return classPast
	case strings.HasSuffix(t.text, "ing"):
		return classIng
	case strings.HasSuffix(t.text, "ly"):
		return classAdverb
	case t.upper:
		return classUpper
	case strings.HasSuffix(t.text, "s"):
		return classPlural
	}
	return classWord
}

func isAllCaps(s string) bool {
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'z' {
			return false
		}
	}
	return true
}

// spanShape is the classes of a span's words with runs collapsed, at most five.
func spanShape(classes []string) string {
	var b strings.Builder
	last, n := "", 0
	for _, c := range classes {
		if c == last {
			continue
		}
		if n++; n > 5 {
			b.WriteByte('+')
			break
		}
		b.WriteString(c)
		b.WriteByte('.')
		last = c
	}
	return b.String()
}

// spanWant is the coarse class of what the question asks for.
func (q *asked) spanWant() string {
	w := string(q.Kind) + "/" + string(q.Expect)
	if q.Language == "zh" {
		w += "/zh"
	}
	return w
}
