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

// maxHanNumeral bounds the characters of a Han numeral, so that a run of them
// is not read again from each of its places.
const maxHanNumeral = 24

// readHan reads a Han numeral at i: its value, where it ends, the number of
// its characters, and whether it names powers of ten.
func readHan(s string, i int) (v float64, end, n int, powers bool) {
	var total, section, digit float64
	seenDigit := false
	positional, places := 0.0, 0
	for i < len(s) && n < maxHanNumeral {
		r, k := utf8.DecodeRuneInString(s[i:])
		r = foldRune(r)
		if d := hanDigit(r); d >= 0 {
			if seenDigit && digit != 0 && powers {
				break
			}
			digit, seenDigit = float64(d), true
			positional = positional*10 + float64(d)
			places++
		} else if p := hanPower(r); p > 0 {
			if n > 0 && !powers && places > 1 {
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
		return positional, i, n, false
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
