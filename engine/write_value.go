package engine

import (
	"strconv"

	"github.com/sonde-search/sonde/agent/lang"
)

// dateValue is a date in a form that can be compared; a year alone where that was asked for.
func dateValue(d lang.Date, e Expect) string {
	v := strconv.Itoa(d.Year)
	if e == ExpectYear || d.Month == 0 {
		return v
	}
	v += "-" + strconv.Itoa(d.Month)
	if d.Day > 0 {
		v += "-" + strconv.Itoa(d.Day)
	}
	return v
}

// numberValue is a quantity in a form that can be compared: three significant
// digits and the unit, so that 1.19亿 and 119 million are the same.
func numberValue(q lang.Quantity) string {
	return strconv.FormatFloat(q.Value, 'g', 3, 64) + q.Unit
}
