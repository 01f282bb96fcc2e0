package websearch

import (
	"context"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Bounds of one search.
const (
	DefaultWant = 20      // hits asked for where Query.Want is 0
	MaxWant     = 100     // hits asked for at most
	maxBody     = 4 << 20 // bytes of one provider's reply, decompressed, at most
	maxText     = 2000    // bytes kept of a hit's title or snippet, at most
)

// A Query is what a provider is asked.
type Query struct {
	Text       string
	Language   string   // BCP 47, such as "zh", "en" or "pt-BR"; empty: any
	After      string   // published on or after this day, YYYY-MM-DD; empty: any time
	Include    []string // only these domains and their subdomains
	Exclude    []string // never these domains or their subdomains
	SafeSearch bool
	Want       int // so many hits; 0: DefaultWant
}

// A Reply is what one provider said to one query. With Err set, Hits may still
// hold what came before the failure (the first page of two).
type Reply struct {
	Provider string
	Query    string
	Hits     []agent.Hit
	Err      error // an *Error, or nil
	Took     time.Duration
}

// A Provider asks one search service. An error is an *Error; hits beside an
// error are those that came before it. No hits and no error is an honest zero.
type Provider interface {
	Name() string
	Search(ctx context.Context, q Query) ([]agent.Hit, error)
}

// want is the number of hits asked for, within bounds.
func (q Query) want() int {
	if q.Want <= 0 {
		return DefaultWant
	}
	return min(q.Want, MaxWant)
}

// after is the day of q.After, and false where there is none.
func (q Query) after() (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, q.After)
	return t, err == nil
}
