// Package htmldate stands in for github.com/markusmobius/go-htmldate, which
// go-trafilatura imports. The original builds date tables for two hundred
// locales when the process starts (46 MB of memory and 190 ms, measured), and
// Sonde reads a page's dates itself, from its metadata. So this package has the
// types that trafilatura names and finds no date.
package htmldate

import (
	"time"

	"golang.org/x/net/html"
)

// Options are the settings that trafilatura passes on. None has an effect.
type Options struct {
	UseOriginalDate     bool
	URL                 string
	SkipExtensiveSearch bool
}

// Result is a date found in a page. It is always the zero value.
type Result struct {
	DateTime time.Time
	HasTime  bool
}

// IsZero reports whether no date was found.
func (r Result) IsZero() bool { return r.DateTime.IsZero() }

// FromDocument finds nothing: extract reads dates from metadata instead.
func FromDocument(*html.Node, Options) (Result, error) { return Result{}, nil }
