package lang

import (
	"strings"
	"unicode/utf8"
)

// hanDigit is the value of a Han numeral from 0 to 9, folded; -1 for others.
func hanDigit(r rune) int {
	switch r {
	case '零', '〇':
		return 0
	case '一', '壹':
		return 1
	case '二', '两', '贰', '兩':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

func hanPower(r rune) float64 {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1e3
	case '万':
		return 1e4
	case '亿':
		return 1e8
	}
	return 0
}

// readHan reads a Han numeral at i: its value, where it ends, the number of
// its characters, and whether it names powers of ten.
func readHan(s string, i int) (v float64, end, n int, powers bool) {
	var total, section, digit float64
	seenDigit := false
	positional := ""
	for i < len(s) {
		r, k := utf8.DecodeRuneInString(s[i:])
		r = foldRune(r)
		if d := hanDigit(r); d >= 0 {
			if seenDigit && digit != 0 && powers {
				break
			}
			digit, seenDigit = float64(d), true
			positional += string(rune('0' + d))
		} else if p := hanPower(r); p > 0 {
			if n > 0 && !powers && len(positional) > 1 {
				break // 一九四九 is read by position; 两三百 is no number
			}
			powers = true
			if p < 1e4 {
				if !seenDigit || digit == 0 {
					digit = 1
				}
				section += digit * p
			} else {
				section += digit
				if section == 0 {
					section = 1
				}
				if p == 1e8 {
					total = (total + section) * p
				} else {
					total += section * p
				}
				section = 0
			}
			digit, seenDigit = 0, false
		} else {
			break
		}
		i += k
		n++
	}
	if !powers {
		for _, c := range positional {
			v = v*10 + float64(c-'0')
		}
		return v, i, n, false
	}
	return total + section + digit, i, n, true
}

// hanNumberAt reads a quantity in Han numerals at i.
func hanNumberAt(s string, i int) (Quantity, int) {
	r, k := utf8.DecodeRuneInString(s[i:])
	if r == '半' {
		u, n := unitAt(s[i+k:])
		if n > 0 && s[i+k] >= utf8.RuneSelf && (u == "year" || u == "day" || u == "month" || u == "hour" || u == "century" || strings.HasPrefix(s[i+k:], "个")) && !hanDigitBefore(s[:i]) {
			return Quantity{Value: 0.5, Unit: u, Start: i, End: i + k + n}, i + k + n
		}
		return Quantity{}, i
	}
	f := foldRune(r)
	if hanDigit(f) < 0 && hanPower(f) == 0 {
		return Quantity{}, i
	}
	v, end, n, powers := readHan(s, i)
	if rest, ok := strings.CutPrefix(s[end:], "分之"); ok && v > 0 {
		at := len(s) - len(rest)
		num, e, m, _ := readHan(s, at)
		if m == 0 {
			if d, de, ok := readDigits(s, at); ok {
				num, e, m = d, de, 1
			}
		}
		if m > 0 {
			num, e = hanDecimal(s, num, e)
			q := Quantity{Value: num / v, Start: i, End: e}
			if v == 100 {
				q.Value, q.Unit = num, "%"
			}
			return q, e
		}
	}
	if n == 1 && strings.HasPrefix(s[end:], "半") && v == 1 {
		return Quantity{Value: 0.5, Start: i, End: end + 3}, end + 3
	}
	ordinal := strings.HasSuffix(s[:i], "第")
	v, end = hanDecimal(s, v, end)
	q := Quantity{Value: v, Start: i, End: end}
	before := q
	finish(s, &q)
	measured := q.End > before.End || q.Unit != ""
	switch {
	case ordinal:
		return q, q.End
	case n == 1 && powers && f != '十': // 万一, 千万, 百姓
		return Quantity{}, end
	case n == 2 && !powers && q.Unit != "year" && q.Unit != "%": // 两三天, 三四个
		return Quantity{}, end
	case !powers && n == 1 && !measured:
		return Quantity{}, end
	case (f == '千' || f == '万') && n == 2 && powers && !measured:
		return Quantity{}, end
	case n == 1 && v == 1 && q.Unit == "" || v == 1 && n == 1 && notOne(s[i:]):
		return Quantity{}, end
	}
	return q, q.End
}

// notOne reports the words that begin with 一 and mean no number.
func notOne(s string) bool {
	for _, w := range [...]string{"一些", "一样", "一起", "一直", "一般", "一定", "一切", "一旦", "一边", "一面", "一方", "一度", "一位", "一名", "一人", "一次", "一代", "一部分", "一日", "一时", "一层"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

func hanDigitBefore(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return hanDigit(foldRune(r)) >= 0 || r == '个'
}

// hanDecimal reads 点五 after the number v that ends at end.
func hanDecimal(s string, v float64, end int) (float64, int) {
	rest, ok := strings.CutPrefix(s[end:], "点")
	if !ok {
		return v, end
	}
	scale := 0.1
	any := false
	for {
		r, k := utf8.DecodeRuneInString(rest)
		d := hanDigit(foldRune(r))
		if d < 0 {
			break
		}
		v += float64(d) * scale
		scale /= 10
		rest = rest[k:]
		any = true
	}
	if !any {
		return v, end
	}
	return v, len(s) - len(rest)
}

// englishNumber is the value of a number word, and whether it is an ordinal.
func englishNumber(w string) (v float64, ordinal, ok bool) {
	switch w {
	case "zero":
		return 0, false, true
	case "one":
		return 1, false, true
	case "two":
		return 2, false, true
	case "three":
		return 3, false, true
	case "four":
		return 4, false, true
	case "five":
		return 5, false, true
	case "six":
		return 6, false, true
	case "seven":
		return 7, false, true
	case "eight":
		return 8, false, true
	case "nine":
		return 9, false, true
	case "ten":
		return 10, false, true
	case "eleven":
		return 11, false, true
	case "twelve":
		return 12, false, true
	case "thirteen":
		return 13, false, true
	case "fourteen":
		return 14, false, true
	case "fifteen":
		return 15, false, true
	case "sixteen":
		return 16, false, true
	case "seventeen":
		return 17, false, true
	case "eighteen":
		return 18, false, true
	case "nineteen":
		return 19, false, true
	case "twenty":
		return 20, false, true
	case "thirty":
		return 30, false, true
	case "forty", "fourty":
		return 40, false, true
	case "fifty":
		return 50, false, true
	case "sixty":
		return 60, false, true
	case "seventy":
		return 70, false, true
	case "eighty":
		return 80, false, true
	case "ninety":
		return 90, false, true
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
	q.Value, q.End = total+group, end
	if !ordinal {
		if f, e, ok := wordFraction(s, q); ok {
			return f, e
		}
	}
	return finishWord(s, q, ordinal, w == "one" && end == i+3)
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
		if n := strings.ToLower(s[:end]); !strings.HasSuffix(n, "hundred") && !strings.HasSuffix(n, "thousand") {
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
