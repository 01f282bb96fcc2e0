package lang

import (
	"strings"
	"time"
	"unicode/utf8"
)

// A Date is a day, month or year that a text names. Parts that it does not
// name are zero, unless ref told them.
type Date struct {
	Year, Month, Day int
	Start, End       int
	Text             string // s[Start:End]
}

// Dates returns the dates of s in order: absolute ones (14 February 2025,
// Feb. 14, 2025-02-14, 2025年2月14日, 1998), and, where ref is not zero, relative ones ("yesterday",
// "last week", 去年, 昨天) reckoned from ref. A festival such as 春节 or
// Christmas is a date only beside a year, and of its year alone.
func Dates(s string, ref time.Time) []Date {
	var out []Date
	for i := 0; i < len(s); {
		d, end := dateAt(s, i, ref)
		if end > i {
			d.Start, d.End, d.Text = i, end, s[i:end]
			out = append(out, d)
			i = end
			continue
		}
		i = nextWord(s, i)
	}
	return out
}

// nextWord moves past the word, number or character at i.
func nextWord(s string, i int) int {
	c := s[i]
	if isASCIILetter(c) || isDigit(c) {
		for i < len(s) && (isASCIILetter(s[i]) || isDigit(s[i])) {
			i++
		}
		return i
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return i + n
}

func dateAt(s string, i int, ref time.Time) (Date, int) {
	c := s[i]
	switch {
	case isDigit(c):
		return digitDate(s, i)
	case isASCIILetter(c):
		if d, end := monthDate(s, i); end > 0 {
			return d, end
		}
		if !ref.IsZero() {
			return relativeEnglish(s, i, ref)
		}
	case c >= utf8.RuneSelf:
		if _, n := digitAt(s, i); n > 0 {
			return digitDate(s, i)
		}
		if d, end := hanDate(s, i); end > 0 {
			return d, end
		}
		if !ref.IsZero() {
			return relativeChinese(s, i, ref)
		}
	}
	return Date{}, 0
}

// digitDate reads 2025-02-14, 2025/2/14, 2025年2月14日, 2月14日, 14 February 2025, 14th of February, 2025.
func digitDate(s string, i int) (Date, int) {
	v, end := smallNumber(s, i)
	if v < 0 {
		return Date{}, 0
	}
	if d, e := chineseDate(s, v, end); e > 0 {
		if d.Month == 0 && d.Year < 1000 && !eraBefore(s[:i]) {
			return Date{}, 0 // 600年 is a span
		}
		return d, e
	}
	if v >= 1000 && v < 2200 && end-i == 4 {
		if d, e := numericDate(s, v, end); e > 0 {
			return d, e
		}
		if plainYear(s, i, end) {
			return Date{Year: v}, end
		}
		return Date{}, 0
	}
	if v < 1 || v > 31 {
		return Date{}, 0
	}
	e := end
	switch strings.ToLower(letters(s[e:])) {
	case "st", "nd", "rd", "th":
		e += 2
	case "":
	default:
		return Date{}, 0
	}
	if e >= len(s) || s[e] != ' ' && s[e] != '-' {
		return Date{}, 0
	}
	e++
	if strings.HasPrefix(s[e:], "of ") {
		e += 3
	}
	w := letters(s[e:])
	m := monthOf(w)
	if m == 0 {
		return Date{}, 0
	}
	e += len(w)
	d := Date{Month: m, Day: v}
	if strings.HasPrefix(s[e:], ".") && len(w) <= 4 && len(s) > e+1 && s[e+1] == ' ' {
		e++
	}
	if y, ye := yearAfter(s, e); y > 0 {
		d.Year, e = y, ye
	}
	return d, e
}

// eraBefore reports whether s ends with a word that makes the years after it a date.
func eraBefore(s string) bool {
	for _, w := range [...]string{"公元", "于", "在", "至", "自", "从", "到", "（", "公元前"} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// numericDate reads the rest of 2025-02-14, 2025/02/14, 2025.2.14 or 2025-02.
func numericDate(s string, year, end int) (Date, int) {
	if end >= len(s) || s[end] != '-' && s[end] != '/' && s[end] != '.' {
		return Date{}, 0
	}
	sep := s[end]
	m, e := smallNumber(s, end+1)
	if m < 1 || m > 12 || e-end-1 > 2 {
		return Date{}, 0
	}
	if e < len(s) && s[e] == sep {
		if d, de := smallNumber(s, e+1); d >= 1 && d <= 31 && de-e-1 <= 2 {
			return Date{Year: year, Month: m, Day: d}, de
		}
	}
	if sep == '-' && e-end-1 == 2 && (e >= len(s) || s[e] != '-' && !isASCIILetter(s[e])) {
		return Date{Year: year, Month: m}, e
	}
	return Date{}, 0
}

// chineseDate reads what follows a number v that ends at end as 年, 月 or 日.
func chineseDate(s string, v, end int) (Date, int) {
	var d Date
	if strings.HasPrefix(s[end:], "年") && v >= 100 && v < 2200 {
		d.Year = v
		end += 3
		if strings.HasPrefix(s[end:], "代") || strings.HasPrefix(s[end:], "前") {
			return Date{}, 0
		}
		at := end
		if v, end = hanOrDigits(s, at); v < 1 || v > 12 || !strings.HasPrefix(s[end:], "月") {
			return festival(s, d, at)
		}
	}
	if v < 1 || v > 12 || !strings.HasPrefix(s[end:], "月") {
		return Date{}, 0
	}
	d.Month = v
	end += 3
	if day, e := hanOrDigits(s, end); day >= 1 && day <= 31 && (strings.HasPrefix(s[e:], "日") || strings.HasPrefix(s[e:], "号")) {
		d.Day = day
		return d, e + 3
	}
	return d, end
}

// festival reads a festival's name after a year: no part of the date, whose
// day the moon decides, but of its text.
func festival(s string, d Date, end int) (Date, int) {
	for _, f := range [...]string{"春节", "元宵节", "清明节", "端午节", "七夕", "中秋节", "重阳节", "除夕", "国庆节", "元旦", "劳动节"} {
		if strings.HasPrefix(s[end:], f) {
			return d, end + len(f)
		}
	}
	return d, end
}

// hanDate reads a date in Han numerals: 二〇二五年二月十四日, 三月五日.
func hanDate(s string, i int) (Date, int) {
	r, _ := utf8.DecodeRuneInString(s[i:])
	if r = foldRune(r); hanDigit(r) < 0 && r != '十' {
		return Date{}, 0
	}
	v, end := hanOrDigits(s, i)
	if v < 0 {
		return Date{}, 0
	}
	d, e := chineseDate(s, v, end)
	if d.Year == 0 && d.Month > 0 && d.Day == 0 && e == end+3 && v < 3 && strings.HasPrefix(s[e:], "份") {
		return d, e
	}
	return d, e
}

// hanOrDigits reads a whole number in digits or Han numerals at i; -1 where there is none.
func hanOrDigits(s string, i int) (int, int) {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	if v, end := smallNumber(s, i); v >= 0 {
		return v, end
	}
	v, end, n, _ := readHan(s, i)
	if n == 0 || v > 9999 {
		return -1, i
	}
	return int(v), end
}

// smallNumber reads up to four digits at i, then optional space before a Han
// character; -1 where there are none or more.
func smallNumber(s string, i int) (int, int) {
	v, n := 0, 0
	for {
		d, k := digitAt(s, i)
		if k == 0 {
			break
		}
		v = v*10 + int(d-'0')
		i += k
		if n++; n > 4 {
			return -1, i
		}
	}
	if n == 0 {
		return -1, i
	}
	if i+1 < len(s) && s[i] == ' ' && s[i+1] >= 0xe3 {
		for _, w := range [...]string{"年", "月", "日", "号"} {
			if strings.HasPrefix(s[i+1:], w) {
				return v, i + 1
			}
		}
	}
	return v, i
}

// plainYear reports whether the four digits s[i:end] stand as a year would:
// no separator, sign or unit beside them.
func plainYear(s string, i, end int) bool {
	if i > 0 {
		c := s[i-1]
		if isASCIILetter(c) || c == '.' || c == ',' || c == '$' || c == '_' || c == '#' || c == '/' {
			return false
		}
		if c >= utf8.RuneSelf {
			if _, n := currencyBefore(s[:i]); n > 0 {
				return false
			}
		}
	}
	rest := s[end:]
	if rest == "" {
		return true
	}
	if isASCIILetter(rest[0]) || rest[0] == '%' || rest[0] == '.' && len(rest) > 1 && isDigit(rest[1]) ||
		rest[0] == ',' && len(rest) > 3 && isDigit(rest[1]) && isDigit(rest[2]) && isDigit(rest[3]) || rest[0] == '/' {
		return false
	}
	if u, n := unitAt(rest); n > 0 && u != "" && rest[0] != '-' {
		return u == "year" && rest[0] >= utf8.RuneSelf
	}
	if _, n := magnitudeAt(rest, 1); n > 0 && rest[0] != '-' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return !isHan(r) || strings.HasPrefix(rest, "至") || strings.HasPrefix(rest, "到")
}

// yearAfter reads a year after a month or day: " 2025", ", 2025", "-2025".
func yearAfter(s string, e int) (int, int) {
	rest := s[e:]
	at := e
	switch {
	case strings.HasPrefix(rest, ", "):
		at += 2
	case strings.HasPrefix(rest, " of "):
		at += 4
	case strings.HasPrefix(rest, " "), strings.HasPrefix(rest, "-"), strings.HasPrefix(rest, ","):
		at++
	default:
		return 0, e
	}
	y, end := smallNumber(s, at)
	if y < 1000 || y > 2199 || end-at != 4 || end < len(s) && (isDigit(s[end]) || isASCIILetter(s[end])) {
		return 0, e
	}
	return y, end
}

// monthDate reads February 14, 2025; Feb. 2025; February 14th; February.
func monthDate(s string, i int) (Date, int) {
	w := letters(s[i:])
	m := monthOf(w)
	if m == 0 || !isUpper(w[0]) || i > 0 && (isASCIILetter(s[i-1]) || s[i-1] == '.') {
		return Date{}, 0
	}
	d := Date{Month: m}
	e := i + len(w)
	if strings.HasPrefix(s[e:], ". ") && len(w) <= 4 {
		e++
	}
	if y, ye := yearAfter(s, e); y > 0 {
		d.Year = y
		return d, ye
	}
	if e < len(s) && s[e] == ' ' {
		at := e + 1
		if strings.HasPrefix(s[at:], "the ") {
			at += 4
		}
		if day, de := smallNumber(s, at); day >= 1 && day <= 31 && de-at <= 2 {
			switch suffix := strings.ToLower(letters(s[de:])); suffix {
			case "st", "nd", "rd", "th":
				de += 2
			case "":
			default:
				return monthAlone(d, w, i, s)
			}
			d.Day, e = day, de
			if y, ye := yearAfter(s, e); y > 0 {
				d.Year, e = y, ye
			}
			return d, e
		}
	}
	return monthAlone(d, w, i, s)
}

// monthAlone accepts a month's name by itself, but not words that mean other
// things as well.
func monthAlone(d Date, w string, i int, s string) (Date, int) {
	if w == "May" || w == "March" || len(w) < 4 {
		before := strings.ToLower(strings.TrimRight(s[max(0, i-12):i], " "))
		for _, p := range [...]string{" in", " of", " since", " until", " by", " last", " next", " early", " late", " mid"} {
			if strings.HasSuffix(" "+before, p) {
				return d, i + len(w)
			}
		}
		return Date{}, 0
	}
	return d, i + len(w)
}

func monthOf(w string) int {
	if len(w) < 3 || len(w) > 9 {
		return 0
	}
	w = strings.ToLower(w)
	for i, m := range [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		if w == m || w == m[:3] || w == "sept" && i == 8 {
			return i + 1
		}
	}
	return 0
}
