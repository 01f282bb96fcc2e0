package engine

import (
	"math"
	"regexp"
	"strconv"

	"github.com/sonde-search/sonde/agent/lang"
)

// A statement is a value that a sentence gives as the answer.
type statement struct {
	quantity *lang.Quantity
	date     *lang.Date
	named    *naming
	sentence *readSentence
	year     int // the year that the sentence is of, 0 where it names none of its own
}

// How near two numbers lie, as a share of the greater, that say the same:
// plain ones, one that is about so much, one that is only a bound.
const (
	roundedNear = 0.005
	approxNear  = 0.1
	boundNear   = 0.3
)

// at is where the value stands in its sentence.
func (x statement) at() lang.Span {
	if x.date != nil {
		return lang.Span{Start: x.date.Start, End: x.date.End}
	}
	if x.named != nil {
		return x.named.at
	}
	return lang.Span{Start: x.quantity.Start, End: x.quantity.End}
}

func (x statement) text() string { return x.sentence.text[x.at().Start:x.at().End] }

// day is what the statement is of: the year that it names, else its page's day.
func (x statement) day() string {
	if x.year > 0 {
		return strconv.Itoa(x.year)
	}
	return x.sentence.page.Published
}

// agrees reports whether two statements give one value: the same day as far as
// both name it, or numbers that differ by rounding alone.
func (x statement) agrees(y statement, e Expect) bool {
	if x.date != nil {
		a, b := x.date, y.date
		same := a.Year == b.Year
		if e == ExpectYear {
			return same
		}
		return same && (a.Month == 0 || b.Month == 0 || a.Month == b.Month && (a.Day == 0 || b.Day == 0 || a.Day == b.Day))
	}
	a, b := x.quantity, y.quantity
	if a.Unit != b.Unit && a.Unit != "" && b.Unit != "" {
		return true // another measure is no contradiction
	}
	if a.Unit != b.Unit && max(a.Value, b.Value) > conflictTimes*min(a.Value, b.Value) {
		return true
	}
	near := roundedNear
	if a.Approx || b.Approx {
		near = approxNear
	}
	if bounded(x) || bounded(y) {
		near = boundNear
	}
	most := max(math.Abs(a.Value), math.Abs(b.Value))
	return math.Abs(a.Value-b.Value) <= near*most || rounds(a.Value, b.Value) || rounds(b.Value, a.Value)
}

var boundBefore = regexp.MustCompile(`(?i)(?:more than|over|at least|up to|less than|fewer than|nearly|almost|超过|超|逾|至少|多达|不到|近|将近|最多)\s*$`)

// bounded reports whether the statement gives only a bound of its number.
func bounded(x statement) bool {
	return boundBefore.MatchString(x.sentence.text[:x.quantity.Start]) || boundBefore.MatchString(x.quantity.Text)
}

// rounds reports whether coarse is fine, rounded to two digits or more.
func rounds(coarse, fine float64) bool {
	if coarse == 0 || fine == 0 {
		return coarse == fine
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(coarse)))-1)
	for digits := 2; digits <= 6; digits++ {
		if math.Abs(math.Round(coarse/unit)*unit-coarse) < unit/1e6 {
			return math.Abs(math.Round(fine/unit)*unit-coarse) < unit/1e6
		}
		unit /= 10
	}
	return false
}
