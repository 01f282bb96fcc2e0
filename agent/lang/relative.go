package lang

import (
	"strings"
	"time"
)

type grain uint8

const (
	grainDay grain = iota
	grainMonth
	grainYear
)

func at(t time.Time, g grain) Date {
	d := Date{Year: t.Year()}
	if g <= grainMonth {
		d.Month = int(t.Month())
	}
	if g == grainDay {
		d.Day = t.Day()
	}
	return d
}

// relativeEnglish reads "yesterday", "last year", "two weeks ago" and the like.
// A week is its first day, Monday.
func relativeEnglish(s string, i int, ref time.Time) (Date, int) {
	w := strings.ToLower(letters(s[i:]))
	e := i + len(w)
	switch w {
	case "today", "tonight":
		return at(ref, grainDay), e
	case "yesterday":
		return at(ref.AddDate(0, 0, -1), grainDay), e
	case "tomorrow":
		return at(ref.AddDate(0, 0, 1), grainDay), e
	case "last", "this", "next", "past", "previous", "coming":
		if e < len(s) && s[e] == ' ' {
			n := strings.ToLower(letters(s[e+1:]))
			step := map[string]int{"last": -1, "previous": -1, "past": -1, "this": 0, "next": 1, "coming": 1}[w]
			if d, ok := shifted(ref, n, step); ok {
				return d, e + 1 + len(n)
			}
		}
		return Date{}, 0
	}
	q, end := wordNumberAt(s, i)
	if end <= i || q.End == 0 {
		return Date{}, 0
	}
	return ago(s, q, ref)
}

// ago reads "ago" or "later" after a quantity of time.
func ago(s string, q Quantity, ref time.Time) (Date, int) {
	if !strings.HasPrefix(s[q.End:], " ago") || q.Value < 1 || q.Value > 3000 {
		return Date{}, 0
	}
	if d, ok := shifted(ref, q.Unit, -int(q.Value)); ok {
		return d, q.End + 4
	}
	return Date{}, 0
}

// shifted is ref moved by n units.
func shifted(ref time.Time, unit string, n int) (Date, bool) {
	switch unit {
	case "day", "days":
		return at(ref.AddDate(0, 0, n), grainDay), true
	case "week", "weeks":
		monday := ref.AddDate(0, 0, -(int(ref.Weekday())+6)%7)
		return at(monday.AddDate(0, 0, 7*n), grainDay), true
	case "month", "months":
		first := time.Date(ref.Year(), ref.Month(), 1, 0, 0, 0, 0, time.UTC)
		return at(first.AddDate(0, n, 0), grainMonth), true
	case "year", "years":
		return Date{Year: ref.Year() + n}, true
	case "decade":
		return Date{Year: ref.Year()/10*10 + 10*n}, true
	case "quarter":
		first := time.Date(ref.Year(), (ref.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
		return at(first.AddDate(0, 3*n, 0), grainMonth), true
	}
	return Date{}, false
}

var chineseRelative = [...]struct {
	word, unit string
	n          int
}{
	{"大前年", "year", -3}, {"前年", "year", -2}, {"去年", "year", -1}, {"今年", "year", 0}, {"本年", "year", 0}, {"明年", "year", 1}, {"后年", "year", 2},
	{"上上个月", "month", -2}, {"上个月", "month", -1}, {"上月", "month", -1}, {"本月", "month", 0}, {"这个月", "month", 0}, {"下个月", "month", 1}, {"下月", "month", 1},
	{"上周", "week", -1}, {"上星期", "week", -1}, {"上个星期", "week", -1}, {"本周", "week", 0}, {"这周", "week", 0}, {"下周", "week", 1},
	{"大前天", "day", -3}, {"前天", "day", -2}, {"昨天", "day", -1}, {"昨日", "day", -1}, {"今天", "day", 0}, {"今日", "day", 0}, {"明天", "day", 1}, {"后天", "day", 2},
	{"上季度", "quarter", -1}, {"上个季度", "quarter", -1}, {"本季度", "quarter", 0},
}

// relativeChinese reads 昨天, 上周, 去年, 去年3月, 三年前 and the like.
func relativeChinese(s string, i int, ref time.Time) (Date, int) {
	for k := range chineseRelative {
		r := &chineseRelative[k]
		if !strings.HasPrefix(s[i:], r.word) {
			continue
		}
		d, ok := shifted(ref, r.unit, r.n)
		end := i + len(r.word)
		if ok && r.unit == "year" {
			return yearPart(s, d, end)
		}
		if ok && r.unit == "month" {
			if day, e := hanOrDigits(s, end); day >= 1 && day <= 31 && (strings.HasPrefix(s[e:], "日") || strings.HasPrefix(s[e:], "号")) {
				d.Day, end = day, e+3
			}
		}
		return d, end
	}
	q, end := hanNumberAt(s, i)
	if end <= i || q.End == 0 || !strings.HasPrefix(s[q.End:], "前") || q.Value < 1 || q.Value > 3000 {
		return Date{}, 0
	}
	if d, ok := shifted(ref, q.Unit, -int(q.Value)); ok {
		return d, q.End + 3
	}
	return Date{}, 0
}

// yearPart reads a month and day, or a festival, after a relative year.
func yearPart(s string, d Date, end int) (Date, int) {
	m, e := hanOrDigits(s, end)
	if m < 1 || m > 12 || !strings.HasPrefix(s[e:], "月") {
		return festival(s, d, end)
	}
	part, pe := chineseDate(s, m, e)
	part.Year = d.Year
	return part, pe
}
