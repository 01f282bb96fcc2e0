package agent

import (
	"math"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// same reports whether claim element a is carried by witness element b.
func same(a, b *elem) bool {
	if b.outside {
		return false
	}
	if a.kind != b.kind {
		return a.kind == elemNum && b.kind == elemDate && yearIs(a, b) || a.kind == elemDate && b.kind == elemNum && yearIs(b, a)
	}
	switch a.kind {
	case elemNum:
		return sameQuantity(a.qty, b.qty)
	case elemDate:
		return sameDate(a.date, b.date)
	}
	return a.key == b.key || a.kind == elemWord && !a.stop && !b.stop && kindred(a, b)
}

// yearIs reports whether the number n and the date d are the same bare year.
func yearIs(n, d *elem) bool {
	return d.date.Month == 0 && n.qty.Value == float64(d.date.Year) && (n.qty.Unit == "" || n.qty.Unit == "year")
}

// kindred reports whether two words are forms or synonyms of each other.
func kindred(a, b *elem) bool {
	if synonyms(a.word, b.word) || synonyms(a.key, b.key) {
		return true
	}
	if a.name != b.name && (a.name || b.name) {
		return demonym(a.word, b.word)
	}
	if a.name {
		return demonym(a.word, b.word)
	}
	n := 0
	for n < len(a.key) && n < len(b.key) && a.key[n] == b.key[n] {
		n++
	}
	short := min(len(a.key), len(b.key))
	return n >= 5 && n >= short-1 && max(len(a.key), len(b.key))-n <= 4 && !opposed(a.word, b.word)
}

// sameQuantity reports whether the claim's quantity is carried by the
// evidence's: equal values in compatible units, or, where the claim says
// about, a value that rounds to the claim's.
func sameQuantity(c, e lang.Quantity) bool {
	cv, ev := c.Value, e.Value
	if c.Unit != e.Unit {
		cf, cb := unitScale(c.Unit)
		ef, eb := unitScale(e.Unit)
		if cb != "" && cb == eb {
			cv *= cf
			ev *= ef
		} else if !unitsAgree(c.Unit, e.Unit) {
			return false
		}
	}
	if near(cv, ev, 1e-6) {
		return true
	}
	return c.Approx && roundsTo(ev, cv)
}

func near(a, b, tolerance float64) bool {
	return math.Abs(a-b) <= tolerance*math.Max(math.Abs(a), math.Abs(b))
}

// roundsTo reports whether v, rounded to the digits that r is given with, is r.
func roundsTo(v, r float64) bool {
	if r == 0 || v == 0 || (v < 0) != (r < 0) || !near(v, r, 0.1) {
		return false
	}
	step := math.Pow(10, math.Floor(math.Log10(math.Abs(r))))
	for i := 0; i < 12; i++ {
		if near(math.Round(r/step)*step, r, 1e-9) {
			return near(math.Round(v/step)*step, r, 1e-9)
		}
		step /= 10
	}
	return false
}

// unitsAgree reports whether two units can stand for each other: a bare number
// takes the count words, and pounds are money or weight.
func unitsAgree(c, e string) bool {
	loose := func(u string) bool { return u == "" || u == "person" || u == "times" || u == "floor" || u == "word" }
	if loose(c) && loose(e) {
		return true
	}
	pair := func(a, b string) bool { return c == a && e == b || c == b && e == a }
	return pair("pound", "GBP") || pair("pound", "lb") || pair("degree", "°C") || pair("degree", "°F") ||
		pair("CNY", "JPY")
}

// unitScale gives the factor of a unit to the base of its dimension; "" where
// it is not converted.
func unitScale(u string) (float64, string) {
	switch u {
	case "km":
		return 1000, "m"
	case "m":
		return 1, "m"
	case "cm":
		return 0.01, "m"
	case "mm":
		return 0.001, "m"
	case "kg":
		return 1000, "g"
	case "g":
		return 1, "g"
	case "mg":
		return 0.001, "g"
	case "tonne":
		return 1e6, "g"
	case "litre":
		return 1000, "ml"
	case "ml":
		return 1, "ml"
	case "hectare":
		return 1e4, "m2"
	case "m2":
		return 1, "m2"
	case "km2":
		return 1e6, "m2"
	case "kW":
		return 1e3, "W"
	case "MW":
		return 1e6, "W"
	case "GW":
		return 1e9, "W"
	case "W":
		return 1, "W"
	case "hour":
		return 60, "minute"
	case "minute":
		return 1, "minute"
	case "day":
		return 1, "day"
	case "week":
		return 7, "day"
	case "year":
		return 12, "month"
	case "month":
		return 1, "month"
	case "decade":
		return 1, "decade"
	}
	return 0, ""
}

// sameDate reports whether the claim's date is carried by the evidence's:
// every part that the claim names is that of the evidence, or lacking there.
func sameDate(c, e lang.Date) bool {
	part := func(a, b int) bool { return a == 0 || b == 0 || a == b }
	if !part(c.Year, e.Year) || !part(c.Month, e.Month) || !part(c.Day, e.Day) {
		return false
	}
	if c.Day > 0 && e.Day == 0 || c.Month > 0 && e.Month == 0 {
		return false
	}
	return c.Year > 0 && e.Year > 0 || c.Month > 0 && e.Month > 0
}

// demonym reports whether one word is the people or adjective of the other.
func demonym(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 4 {
		return aliases(a, b)
	}
	n := 0
	for n < len(a) && a[n] == b[n] {
		n++
	}
	if n >= 4 && n >= len(a)-2 {
		for _, s := range [...]string{"n", "an", "ian", "ese", "ish", "ic", "i", "ans", "ians", "ns", "s", "er", "ers", "ean", "eans"} {
			if strings.HasSuffix(b[n:], s) && len(b)-n <= len(s)+1 {
				return true
			}
		}
	}
	return aliases(a, b)
}
