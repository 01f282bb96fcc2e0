package lang

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tenths reports whether s begins with a 成 that means tenths (七成), not
// "become" or a word that begins so.
func tenths(s string) bool {
	rest, ok := strings.CutPrefix(s, "成")
	if !ok {
		return false
	}
	if rest == "" || rest[0] < utf8.RuneSelf {
		return true
	}
	for _, w := range [...]string{"，", "。", "；", "、", "的", "以", "左右", "多", "半", "）", "是", "在", "受"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return false
}

// centuryBefore is the century that s ends with ("20世纪"), or 0.
func centuryBefore(s string) int {
	s, ok := strings.CutSuffix(strings.TrimSuffix(s, "的"), "世纪")
	if !ok || len(s) == 0 {
		return 0
	}
	i := len(s)
	for i > 0 && isDigit(s[i-1]) {
		i--
	}
	n, err := strconv.Atoi(s[i:])
	if err == nil && n < 30 {
		return n
	}
	for k, w := range [...]string{"十八", "十九", "二十", "二十一"} {
		if strings.HasSuffix(s, w) {
			n = 18 + k
		}
	}
	return n
}

// magnitudeAt reads a magnitude at the start of s.
func magnitudeAt(s string, v float64) (float64, int) {
	if s == "" {
		return 0, 0
	}
	skip := 0
	if s[0] == ' ' || s[0] == '-' {
		skip = 1
	}
	rest := s[skip:]
	if w := letters(rest); w != "" {
		if skip == 0 {
			switch w {
			case "k", "K":
				return 1e3, 1
			case "M":
				return 1e6, 1
			case "B":
				return 1e9, 1
			}
		}
		if m := englishMagnitude(strings.ToLower(w)); m > 0 {
			return m, skip + len(w)
		}
		return 0, 0
	}
	if skip == 1 && (s[0] == '-' || !strings.HasPrefix(rest, "万") && !strings.HasPrefix(rest, "亿")) {
		return 0, 0
	}
	r, n := utf8.DecodeRuneInString(rest)
	switch foldRune(r) {
	case '百':
		if strings.HasPrefix(rest, "百分") {
			return 0, 0
		}
		return 100, skip + n
	case '千':
		for _, u := range [...]string{"千米", "千克", "千瓦", "千赫", "千卡"} {
			if strings.HasPrefix(rest, u) {
				return 0, 0
			}
		}
		return 1e3, skip + n
	case '万':
		return 1e4, skip + n
	case '亿':
		return 1e8, skip + n
	case '兆':
		if strings.HasPrefix(rest, "兆瓦") || strings.HasPrefix(rest, "兆赫") {
			return 0, 0
		}
		return 1e12, skip + n
	}
	return 0, 0
}

func englishMagnitude(w string) float64 {
	switch w {
	case "hundred", "hundreds":
		return 100
	case "thousand", "thousands":
		return 1e3
	case "million", "millions", "mn":
		return 1e6
	case "billion", "billions", "bn":
		return 1e9
	case "trillion", "trillions", "tn":
		return 1e12
	case "dozen":
		return 12
	}
	return 0
}

// moreAfter is the length of a 多, 余 or 几 ("and some more") at the start of s.
func moreAfter(s string) int {
	for _, w := range [...]string{"多", "余", "餘", "来", "几"} {
		if strings.HasPrefix(s, w) {
			if w == "来" && !strings.HasPrefix(s, "来个") && !strings.HasPrefix(s, "来人") && !strings.HasPrefix(s, "来年") {
				return 0
			}
			return len(w)
		}
	}
	return 0
}

func approxBefore(s string) bool {
	s = strings.TrimRight(s, " $€£¥~")
	if len(s) > 24 {
		s = s[len(s)-24:]
	}
	for _, w := range [...]string{"about", "around", "approximately", "roughly", "nearly", "almost", "circa", "approx.", "some", "约", "大约", "約", "近", "将近", "接近", "大概", "差不多", "估计"} {
		if n := len(s) - len(w); n >= 0 && s[len(s)-1] == w[len(w)-1] && strings.EqualFold(s[n:], w) && (n == 0 || w[0] >= utf8.RuneSelf || !isASCIILetter(s[n-1])) {
			return true
		}
	}
	return false
}

func approxAfter(s string) bool {
	s = strings.TrimLeft(s, " ")
	for _, w := range [...]string{"左右", "上下", "or so", "许"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// clockAt reads a time of day: 10:30, 3 pm, 下午3点30分, 15时.
func clockAt(s string, i, end int, v float64) (Quantity, int, bool) {
	q := Quantity{Unit: "time", Start: i, End: end}
	if v != math.Trunc(v) && (end-i < 3 || s[end-3] != '.') || v > 24.6 || end-i > 6 {
		return q, 0, false
	}
	minutes := 0.0
	rest := s[end:]
	switch {
	case strings.HasPrefix(rest, ":") && len(rest) >= 3 && isDigit(rest[1]) && isDigit(rest[2]) && (len(rest) == 3 || !isDigit(rest[3])) && rest[1] < '6':
		minutes = float64(rest[1]-'0')*10 + float64(rest[2]-'0')
		q.End = end + 3
	case strings.HasPrefix(rest, "点") && !strings.HasPrefix(rest, "点多"), strings.HasPrefix(rest, "时"):
		q.End = end + 3
		if m, e, ok := readDigits(s, q.End); ok && m < 60 && strings.HasPrefix(s[e:], "分") {
			minutes, q.End = m, e+3
		} else if strings.HasPrefix(s[q.End:], "半") {
			minutes, q.End = 30, q.End+3
		}
	}
	if q.End == end && i+3 <= end && end-i <= 5 && s[end-3] == '.' { // 7.30 am
		if h, m := math.Trunc(v), math.Round(100*(v-math.Trunc(v))); m < 60 && amOrPm(s[end:]) != "" {
			v, minutes = h, m
		}
	}
	half := amOrPm(s[q.End:])
	if q.End == end && half == "" || v != math.Trunc(v) {
		return q, 0, false
	}
	if (half == "p" || strings.HasSuffix(s[:i], "下午") || strings.HasSuffix(s[:i], "晚上")) && v < 12 {
		v += 12
	} else if half == "a" && v == 12 {
		v = 0
	}
	q.Value = v*60 + minutes
	return q, q.End, true
}

// amOrPm reads which half of the day s begins with: "a", "p" or "".
func amOrPm(s string) string {
	s = strings.ToLower(strings.TrimLeft(s[:min(len(s), 20)], " "))
	for _, w := range [...]string{"am", "a.m", "pm", "p.m"} {
		if strings.HasPrefix(s, w) && (len(s) == len(w) || !isASCIILetter(s[len(w)])) {
			return w[:1]
		}
	}
	switch {
	case strings.HasPrefix(s, "in the morning"):
		return "a"
	case strings.HasPrefix(s, "in the afternoon"), strings.HasPrefix(s, "in the evening"), strings.HasPrefix(s, "at night"):
		return "p"
	}
	return ""
}

// fractionAt reads 3分之1 and 1/3.
func fractionAt(s string, i, end int, v float64) (Quantity, int, bool) {
	if rest, ok := strings.CutPrefix(s[end:], "分之"); ok && v > 0 {
		if d, e, ok := readDigits(s, len(s)-len(rest)); ok {
			return Quantity{Value: d / v, Start: i, End: e}, e, true
		}
	}
	if end+1 < len(s) && s[end] == '/' && isDigit(s[end+1]) {
		d, e, ok := readDigits(s, end+1)
		if ok && d > v && d < 100 && v > 0 && v < 20 && (e >= len(s) || s[e] != '/' && !unicode.IsLetter(rune(s[e]))) && (i == 0 || s[i-1] != '/') {
			return Quantity{Value: v / d, Start: i, End: e}, e, true
		}
	}
	return Quantity{}, 0, false
}
