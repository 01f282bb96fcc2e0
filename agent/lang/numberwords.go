package lang

import (
	"strings"
)

var cardinals = strings.Fields(`zero one two three four five six seven eight nine ten eleven twelve thirteen
fourteen fifteen sixteen seventeen eighteen nineteen`)

var tens = strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")

// englishNumber is the value of a number word, and whether it is an ordinal.
func englishNumber(w string) (v float64, ordinal, ok bool) {
	if len(w) < 3 || len(w) > 12 {
		return 0, false, false
	}
	for i, c := range cardinals {
		if w == c {
			return float64(i), false, true
		}
	}
	for i, c := range tens {
		if w == c {
			return float64(20 + 10*i), false, true
		}
	}
	v, ok = englishOrdinal(w)
	return v, true, ok
}

func englishOrdinal(w string) (float64, bool) {
	switch w {
	case "first":
		return 1, true
	case "second":
		return 2, true
	case "third":
		return 3, true
	case "fifth":
		return 5, true
	case "eighth":
		return 8, true
	case "ninth":
		return 9, true
	case "twelfth":
		return 12, true
	case "twentieth":
		return 20, true
	case "thirtieth":
		return 30, true
	case "fortieth":
		return 40, true
	case "fiftieth":
		return 50, true
	case "hundredth":
		return 100, true
	}
	if base, ok := strings.CutSuffix(w, "th"); ok && len(base) > 2 {
		if v, ordinal, ok := englishNumber(base); ok && !ordinal && v != 5 && v != 8 && v != 9 && v != 12 {
			return v, true
		}
	}
	return 0, false
}

// wordNumberAt reads a quantity in English words at i, the start of a word.
func wordNumberAt(s string, i int) (Quantity, int) {
	w := strings.ToLower(letters(s[i:]))
	end := i + len(w)
	if i > 0 && (s[i-1] == '\'' || s[i-1] == '.' || s[i-1] == '-' && i > 1 && isUpper(s[i-2])) {
		return Quantity{}, i
	}
	q := Quantity{Start: i, End: end}
	switch w {
	case "half":
		q.Value = 0.5
		for _, art := range [...]string{" an ", " a "} {
			if strings.HasPrefix(s[end:], art) {
				if u, n := unitAt(s[end+len(art)-1:]); n > 0 {
					q.Unit, q.End = u, end+len(art)-1+n
				}
			}
		}
		return q, q.End
	case "a", "an":
		return indefinite(s, i, end)
	case "twice":
		q.Value, q.Unit = 2, "times"
		return q, end
	case "thrice":
		q.Value, q.Unit = 3, "times"
		return q, end
	case "dozens", "hundreds", "thousands", "millions", "billions":
		return Quantity{}, end
	}
	v, ordinal, ok := englishNumber(w)
	if !ok {
		return Quantity{}, i
	}
	v, ordinal, end = numberWords(s, v, ordinal, end)
	q.Value, q.End = v, end
	if !ordinal {
		if f, e, ok := wordFraction(s, q); ok {
			return f, e
		}
	}
	return finishWord(s, q, ordinal, w == "one" && end == i+3)
}

// numberWords reads the further words of a number that begins with v.
func numberWords(s string, v float64, ordinal bool, end int) (float64, bool, int) {
	total, group := 0.0, v
	for !ordinal {
		nv, nord, mag, e, ok := nextNumberWord(s, end)
		if !ok {
			break
		}
		if mag > 0 {
			group *= mag
			if mag >= 1000 && mag != 12 {
				total, group = total+group, 0
			}
		} else {
			fits := group >= 20 && group < 100 && nv < 10 && int(group)%10 == 0 || int(group)%100 == 0 && (nv < 100 || group == 0)
			if !fits || nord && nv > 2 && group < 20 {
				break
			}
			group += nv
			ordinal = nord
		}
		end = e
	}
	return total + group, ordinal, end
}

// finishWord reads the unit of a number in words. A lone "one" without a unit
// is a pronoun, a lone "second" a unit.
func finishWord(s string, q Quantity, ordinal, one bool) (Quantity, int) {
	if ordinal {
		q.Unit = "ordinal"
		return ordinalOf(s, q), q.End
	}
	end := q.End
	finish(s, &q)
	if one && q.End == end {
		return Quantity{}, end
	}
	return q, q.End
}

// nextNumberWord reads a further word of a number after end: past a space, a
// hyphen or "and".
func nextNumberWord(s string, end int) (v float64, ordinal bool, mag float64, e int, ok bool) {
	if end >= len(s) || s[end] != ' ' && s[end] != '-' {
		return 0, false, 0, 0, false
	}
	at := end + 1
	w := strings.ToLower(letters(s[at:]))
	if w == "and" && strings.HasPrefix(s[at+3:], " ") {
		at += 4
		w = strings.ToLower(letters(s[at:]))
		if n := strings.ToLower(s[max(0, end-10):end]); !strings.HasSuffix(n, "hundred") && !strings.HasSuffix(n, "thousand") {
			return 0, false, 0, 0, false
		}
	}
	if w == "" {
		return 0, false, 0, 0, false
	}
	if m := englishMagnitude(w); m > 0 && !strings.HasSuffix(w, "s") {
		return 0, false, m, at + len(w), true
	}
	v, ordinal, ok = englishNumber(w)
	return v, ordinal, 0, at + len(w), ok
}

// wordFraction reads "two thirds", "one-quarter" and the like.
func wordFraction(s string, q Quantity) (Quantity, int, bool) {
	if q.Value > 20 || q.End >= len(s) || s[q.End] != ' ' && s[q.End] != '-' {
		return q, 0, false
	}
	w := strings.ToLower(letters(s[q.End+1:]))
	d := denominator(w)
	if d == 0 || q.Value >= d {
		return q, 0, false
	}
	q.Value /= d
	q.End += 1 + len(w)
	return q, q.End, true
}

func denominator(w string) float64 {
	switch strings.TrimSuffix(w, "s") {
	case "half", "halve":
		return 2
	case "third":
		return 3
	case "quarter", "fourth":
		return 4
	case "fifth":
		return 5
	case "sixth":
		return 6
	case "eighth":
		return 8
	case "tenth":
		return 10
	}
	return 0
}

// indefinite reads "a dozen", "a million", "a third of", "a quarter of".
func indefinite(s string, i, end int) (Quantity, int) {
	if end >= len(s) || s[end] != ' ' {
		return Quantity{}, i
	}
	w := strings.ToLower(letters(s[end+1:]))
	e := end + 1 + len(w)
	q := Quantity{Start: i, End: e}
	if m := englishMagnitude(w); m > 0 && !strings.HasSuffix(w, "s") {
		q.Value = m
		finish(s, &q)
		return q, q.End
	}
	if d := denominator(w); d > 0 && !strings.HasSuffix(w, "s") && strings.HasPrefix(s[e:], " of") {
		q.Value = 1 / d
		return q, e
	}
	return Quantity{}, i
}
