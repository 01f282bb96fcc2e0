package lang

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Quantity is a number of a text with its unit: "1.19亿", "119 million",
// "三百二十", "15%", "two dozen" and "第三" are all quantities.
type Quantity struct {
	Value float64
	// Unit is a canonical name: "%", "pp" (percentage points), "year", "day",
	// "km", "kg", "USD", "person", "times", "ordinal", "decade", "century",
	// "time" (Value: minutes after midnight)…; empty where none is named.
	Unit       string
	Text       string // s[Start:End], unit included
	Start, End int
	Approx     bool // about, nearly, 约, 左右, 多
}

// Quantities returns the numbers of s in order, dates' parts among them.
// Numbers within codes (R1, COVID-19, 3.10.4) are none.
func Quantities(s string) []Quantity {
	var out []Quantity
	for i := 0; i < len(s); {
		q, next := quantityAt(s, i)
		if next <= i { // nothing here
			i = skipOver(s, i)
			continue
		}
		if q.End > 0 {
			q.Text = s[q.Start:q.End]
			q.Approx = q.Approx || approxBefore(s[:q.Start]) || approxAfter(s[q.End:])
			if n := len(out); n > 0 {
				shareRange(s, &out[n-1], q)
			}
			out = append(out, q)
		}
		i = next
	}
	return out
}

// skipOver returns the next place where a number could begin.
func skipOver(s string, i int) int {
	if c := s[i]; isASCIILetter(c) {
		for i < len(s) && isASCIILetter(s[i]) {
			i++
		}
		return i
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return i + n
}

// quantityAt reads a quantity at i. next is where to go on, i where nothing
// was read; q.End is 0 where what was read is no quantity.
func quantityAt(s string, i int) (q Quantity, next int) {
	c := s[i]
	if c < utf8.RuneSelf {
		switch {
		case isDigit(c):
			return digitsAt(s, i)
		case isASCIILetter(c):
			return wordNumberAt(s, i)
		}
		return q, i
	}
	if c == 0xef && i+2 < len(s) && s[i+1] == 0xbc && s[i+2] >= 0x90 && s[i+2] <= 0x99 {
		return digitsAt(s, i)
	}
	if c >= 0xe3 && c <= 0xe9 {
		return hanNumberAt(s, i)
	}
	switch {
	case strings.HasPrefix(s[i:], "½"):
		return Quantity{Value: 0.5, Start: i, End: i + 2}, i + 2
	case strings.HasPrefix(s[i:], "¼"):
		return Quantity{Value: 0.25, Start: i, End: i + 2}, i + 2
	case strings.HasPrefix(s[i:], "¾"):
		return Quantity{Value: 0.75, Start: i, End: i + 2}, i + 2
	}
	return q, i
}

// shareRange gives the first number of a range ("5 to 10 million", 10至15万)
// the magnitude and unit of the second where it has none of its own.
func shareRange(s string, a *Quantity, b Quantity) {
	if a.Unit != "" && a.Unit != b.Unit || b.Start-a.End > 6 || b.Start < a.End {
		return
	}
	switch strings.TrimSpace(s[a.End:b.Start]) {
	case "-", "–", "—", "~", "～", "to", "至", "到", "or", "－":
	default:
		return
	}
	if a.Unit == "" && a.Value < b.Value {
		n, _, ok := plainNumber(b.Text)
		if ok && n > 0 && a.Value == numberOf(a.Text) && b.Value/n >= 1000 && a.Value < n {
			a.Value *= b.Value / n
		}
	}
	if a.Unit == "" && b.Unit != "ordinal" && b.Unit != "time" {
		a.Unit = b.Unit
	}
}

func numberOf(s string) float64 {
	n, _, _ := plainNumber(s)
	return n
}

// plainNumber reads the digits at the start of s, after a currency sign:
// half or full width, with commas before groups of three and a decimal point.
func plainNumber(s string) (value float64, n int, ok bool) {
	i := 0
	for k := range currencySigns {
		if strings.HasPrefix(s, currencySigns[k].sign) {
			i = len(currencySigns[k].sign)
			break
		}
	}
	v, end, ok := readDigits(s, i)
	return v, end, ok
}

// readDigits reads a number of digits at i and returns where it ends.
func readDigits(s string, i int) (float64, int, bool) {
	var buf [24]byte
	b := buf[:0]
	dot := false
	for i < len(s) {
		if d, n := digitAt(s, i); n > 0 {
			b = append(b, d)
			i += n
			continue
		}
		sep, n := separatorAt(s, i)
		if n == 0 || len(b) == 0 {
			break
		}
		if _, k := digitAt(s, i+n); k == 0 {
			break
		}
		if sep == ',' {
			if dot || !threeDigits(s, i+n) || len(b) > 3 && !strings.Contains(s[max(0, i-4):i], ",") && !strings.Contains(s[max(0, i-12):i], "，") {
				break
			}
		} else {
			if dot {
				break
			}
			dot = true
			b = append(b, '.')
		}
		i += n
	}
	if len(b) == 0 || len(b) > 30 {
		return 0, i, false
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, i, err == nil
}

// digitAt reads one digit, half or full width.
func digitAt(s string, i int) (byte, int) {
	if i < len(s) && isDigit(s[i]) {
		return s[i], 1
	}
	if i+2 < len(s) && s[i] == 0xef && s[i+1] == 0xbc && s[i+2] >= 0x90 && s[i+2] <= 0x99 {
		return s[i+2] - 0x90 + '0', 3
	}
	return 0, 0
}

func separatorAt(s string, i int) (byte, int) {
	switch {
	case s[i] == ',' || s[i] == '.':
		return s[i], 1
	case strings.HasPrefix(s[i:], "．"):
		return '.', 3
	case strings.HasPrefix(s[i:], "，") && i >= 3 && s[i-3] == 0xef:
		return ',', 3
	}
	return 0, 0
}

// threeDigits reports exactly three digits at i.
func threeDigits(s string, i int) bool {
	for range 3 {
		_, n := digitAt(s, i)
		if n == 0 {
			return false
		}
		i += n
	}
	_, n := digitAt(s, i)
	return n == 0
}

// digitsAt reads a quantity that begins with a digit.
func digitsAt(s string, i int) (Quantity, int) {
	v, end, ok := readDigits(s, i)
	if !ok {
		return Quantity{}, max(end, i+1)
	}
	if inCode(s, i, end) {
		for end < len(s) && (isDigit(s[end]) || isASCIILetter(s[end]) || s[end] == '.' && end+1 < len(s) && isDigit(s[end+1])) {
			end++
		}
		return Quantity{}, end
	}
	q := Quantity{Value: v, Start: i, End: end}
	for sign, part := range map[string]float64{"½": 0.5, "¼": 0.25, "¾": 0.75} {
		if strings.HasPrefix(s[end:], sign) && v == math.Trunc(v) {
			q.Value += part
			q.End += len(sign)
			finish(s, &q)
			return q, q.End
		}
	}
	if t, n, ok := clockAt(s, i, end, v); ok {
		return t, n
	}
	if d, n, ok := fractionAt(s, i, end, v); ok {
		return d, n
	}
	switch suffix := strings.ToLower(letters(s[end:])); suffix {
	case "st", "nd", "rd", "th":
		q.Unit, q.End = "ordinal", end+2
		return ordinalOf(s, q), q.End
	case "s":
		if v >= 10 && math.Mod(v, 10) == 0 && v < 3000 {
			q.Unit, q.End = "decade", end+1
			return q, q.End
		}
	}
	finish(s, &q)
	return q, q.End
}

// finish reads the magnitude, the unit, the currency and the sign around the
// number s[q.Start:q.End].
func finish(s string, q *Quantity) {
	for {
		m, n := magnitudeAt(s[q.End:], q.Value)
		if n == 0 {
			break
		}
		q.Value *= m
		q.End += n
	}
	if n := moreAfter(s[q.End:]); n > 0 {
		q.Approx = true
		if u, k := unitAt(s[q.End+n:]); k > 0 && s[q.End+n] >= utf8.RuneSelf {
			q.Unit = u
			q.End += n + k
		}
	} else if u, k := unitAt(s[q.End:]); k > 0 {
		q.Unit = u
		q.End += k
	}
	if q.Unit == "" && q.Value > 0 && q.Value < 10 && tenths(s[q.End:]) {
		q.Value, q.Unit = q.Value*10, "%"
		q.End += len("成")
	}
	if u, n := currencyBefore(s[:q.Start]); n > 0 {
		q.Start -= n
		q.Unit = u
	}
	switch before := s[:q.Start]; {
	case strings.HasSuffix(before, "百分之"):
		q.Unit = "%"
		q.Start -= len("百分之")
	case strings.HasSuffix(before, "第"):
		q.Unit = "ordinal"
		q.Start -= len("第")
	case strings.HasSuffix(before, "零下"):
		q.Value = -q.Value
		q.Start -= len("零下")
	case strings.HasSuffix(before, "−") || strings.HasSuffix(before, "-") && (len(before) == 1 || strings.IndexByte(" (（|", before[len(before)-2]) >= 0):
		q.Value = -q.Value
	}
	if q.Unit == "decade" || q.Unit == "ordinal" {
		return
	}
	if q.Unit == "year" && strings.HasPrefix(s[q.End:], "代") {
		q.Unit = "decade"
		q.End += len("代")
		if c := centuryBefore(s[:q.Start]); c > 0 && q.Value < 100 {
			q.Value += float64(c-1) * 100
		}
	}
}

// ordinalOf makes an ordinal before "century" a century.
func ordinalOf(s string, q Quantity) Quantity {
	rest := s[q.End:]
	if len(rest) > 1 && (rest[0] == ' ' || rest[0] == '-') && strings.HasPrefix(strings.ToLower(rest[1:min(len(rest), 8)]), "centur") {
		q.Unit = "century"
	}
	return q
}

// inCode reports whether the digits s[i:end] are part of a code: glued to a
// letter, after a letter in capitals and a hyphen, or with further dots.
func inCode(s string, i, end int) bool {
	if i > 0 {
		c := s[i-1]
		if isASCIILetter(c) || c == '_' {
			return !strings.HasSuffix(s[:i], "RMB")
		}
		if c == '-' && i > 1 && isASCIILetter(s[i-2]) {
			w := i - 1
			for w > 0 && isASCIILetter(s[w-1]) {
				w--
			}
			return isUpper(s[w]) && monthOf(s[w:i-1]) == 0
		}
		if c == '.' && i > 1 && isDigit(s[i-2]) {
			return true
		}
	}
	if end+1 < len(s) && s[end] == '.' && isDigit(s[end+1]) {
		return true
	}
	if l := letters(s[end:]); l != "" && end+len(l) < len(s) && isDigit(s[end+len(l)]) {
		return l != "km" && l != "m" && l != "cm"
	}
	return false
}

// letters is the run of ASCII letters that s begins with.
func letters(s string) string {
	n := 0
	for n < len(s) && isASCIILetter(s[n]) {
		n++
	}
	return s[:n]
}
