package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	monthWords = wordSet(`january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec`)
	unitWords  = wordSet(`million billion trillion thousand hundred percent km kilometers kilometres miles mile meters metres feet foot inches acres tons tonnes kg pounds dollars euros years months days hours minutes seconds people degrees cm mm mph kmh students members times`)
	numberEn   = wordSet(`zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half twice once first second third fourth fifth sixth seventh eighth ninth tenth`)
)

const hanNumbers = "零〇一二三四五六七八九十百千万亿两几半"

func isYear(t *readToken) bool {
	return t.kind == lang.KindNumber && len(t.text) == 4 && (t.text[0] == '1' || t.text[0] == '2') && t.text[1] >= '0' && t.text[1] <= '9'
}

// typeFeatures fills in whether the sentence has something of the kind that
// the question expects, and whether any of it is not in the question itself.
func (r *reading) typeFeatures(s *readSentence, f []float32) {
	q := r.q
	if q.Expect == ExpectAny || q.Expect == ExpectName {
		f[fTyped], f[fTypedFresh] = 0.5, 0.5
		return
	}
	n, fresh := 0, 0
	for i := range s.tokens {
		if !expected(q.Expect, s, i) {
			continue
		}
		n++
		if !q.says(&s.tokens[i]) {
			fresh++
		}
	}
	f[fTyped], f[fTypedFresh] = float32(min(n, 3)), float32(min(fresh, 3))
}

// expected reports whether the token at i is, or begins, something of kind e.
func expected(e Expect, s *readSentence, i int) bool {
	t := &s.tokens[i]
	switch e {
	case ExpectDate, ExpectYear:
		if isYear(t) || t.kind == lang.KindNumber && strings.HasSuffix(t.text, "s") {
			return true
		}
		if e == ExpectDate && monthWords[t.text] {
			return true
		}
		if t.kind == lang.KindNumber || isHanNumber[t.text] {
			return strings.ContainsAny(nextRune(s.text, t.end), "年月日号世")
		}
		return false
	case ExpectNumber, ExpectMoney, ExpectPercent, ExpectDuration:
		if t.kind == lang.KindNumber || numberEn[t.text] {
			return true
		}
		return t.kind == lang.KindHan && isHanNumber[t.text]
	case ExpectPerson, ExpectPlace:
		switch {
		case t.kind == lang.KindHan && e == ExpectPlace:
			return placeAt(s, i)
		case t.kind == lang.KindHan:
			return personAt(s, i)
		}
		return t.upper && !t.stop && (i > 0 || len(s.tokens) < 2 || s.tokens[1].upper)
	}
	return false
}

func nextRune(s string, at int) string {
	for at < len(s) && s[at] == ' ' {
		at++
	}
	for _, r := range s[min(at, len(s)):] {
		return string(r)
	}
	return ""
}

// says reports whether the token, or the pair of characters that begins with
// it, is the question's own.
func (q *asked) says(t *readToken) bool {
	if t.pair != 0 {
		_, ok := q.byID[t.pair]
		return ok
	}
	_, ok := q.byID[t.id]
	return ok
}
