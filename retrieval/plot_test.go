//go:build linux

package retrieval

import (
	"fmt"
	"math"
	"strings"
)

// growthPlot draws search times, opening time, memory and disk over the number
// of passages, both axes by powers of ten.
func growthPlot(ss []stage) string {
	const w, h, left, bottom, top = 640.0, 400.0, 60.0, 350.0, 20.0
	x := func(n float64) float64 { return left + (math.Log10(n)-4)/2*(w-left-150) }
	y := func(v float64) float64 { return bottom - (math.Log10(math.Max(v, 1)))/4*(bottom-top) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="11">`+"\n", w, h)
	fmt.Fprintf(&b, `<rect width="%g" height="%g" fill="#fff"/>`+"\n", w, h)
	for e := range 5 {
		v := math.Pow10(e)
		fmt.Fprintf(&b, `<path d="M%.0f %.0fH%.0f" stroke="#ddd"/><text x="%.0f" y="%.0f" text-anchor="end">%g</text>`+"\n", left, y(v), w-150, left-6, y(v)+4, v)
	}
	for _, n := range []float64{1e4, 1e5, 1e6} {
		fmt.Fprintf(&b, `<path d="M%.0f %.0fV%.0f" stroke="#ddd"/><text x="%.0f" y="%.0f" text-anchor="middle">%.0f</text>`+"\n", x(n), bottom, top, x(n), bottom+16, n)
	}
	fmt.Fprintf(&b, `<text x="%.0f" y="%.0f" text-anchor="middle">passages</text>`+"\n", (left+w-150)/2, bottom+36)
	for _, line := range []struct {
		name, colour string
		value        func(stage) float64
	}{
		{"search, ms of processor", "#2f9599", func(s stage) float64 { return s.cpu }},
		{"search p50, ms", "#1b6ca8", func(s stage) float64 { return s.p50 }},
		{"search p99, ms", "#d1495b", func(s stage) float64 { return s.p99 }},
		{"p99 during ingest, ms", "#8d5a97", func(s stage) float64 { return s.busy99 }},
		{"opening, ms", "#66a182", func(s stage) float64 { return s.open }},
		{"memory, MB", "#edae49", func(s stage) float64 { return s.anonymous }},
		{"disk, MB", "#555555", func(s stage) float64 { return s.disk }},
	} {
		var path strings.Builder
		for i, s := range ss {
			fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[i == 0], x(float64(s.passages)), y(line.value(s)))
		}
		last := ss[len(ss)-1]
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/><text x="%.0f" y="%.0f" fill="%s">%s</text>`+"\n",
			path.String(), line.colour, x(float64(last.passages))+6, y(line.value(last))+4, line.colour, line.name)
	}
	b.WriteString("</svg>\n")
	return b.String()
}
