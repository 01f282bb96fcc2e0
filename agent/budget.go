package agent

import (
	"fmt"
	"math"
	"time"
)

// A Budget bounds one question. The limits are enforced together; the first
// that ends stops the run, and what was read by then counts.
type Budget struct {
	Pages   int     `json:"pages"`   // pages fetched, at most
	Seconds float64 `json:"seconds"` // wall time from start to answer
	Tokens  int     `json:"tokens"`  // model tokens in and out together; 0: no limit
	Cost    float64 `json:"cost"`    // money, in the currency of the model's price; 0: no limit
	Rounds  int     `json:"rounds"`  // rounds of planning and reading, at most
}

// Defaults and bounds of a budget.
const (
	DefaultPages   = 50
	DefaultSeconds = 120
	DefaultRounds  = 4
	MaxPages       = 1000
	MaxSeconds     = 3600
	MaxRounds      = 20
)

// WithDefaults returns the budget with its zero limits set to the defaults.
func (b Budget) WithDefaults() Budget {
	if b.Pages == 0 {
		b.Pages = DefaultPages
	}
	if b.Seconds == 0 {
		b.Seconds = DefaultSeconds
	}
	if b.Rounds == 0 {
		b.Rounds = DefaultRounds
	}
	return b
}

// Validate reports the first limit that is out of bounds.
func (b Budget) Validate() error {
	switch {
	case b.Pages < 1 || b.Pages > MaxPages:
		return fmt.Errorf("pages must be between 1 and %d, not %d", MaxPages, b.Pages)
	case !(b.Seconds > 0 && b.Seconds <= MaxSeconds):
		return fmt.Errorf("seconds must be more than 0 and at most %d, not %g", MaxSeconds, b.Seconds)
	case b.Tokens < 0:
		return fmt.Errorf("tokens must not be negative, not %d", b.Tokens)
	case b.Cost < 0 || math.IsNaN(b.Cost) || math.IsInf(b.Cost, 0):
		return fmt.Errorf("cost must not be negative, not %g", b.Cost)
	case b.Rounds < 1 || b.Rounds > MaxRounds:
		return fmt.Errorf("rounds must be between 1 and %d, not %d", MaxRounds, b.Rounds)
	}
	return nil
}

// Time is the wall time of the budget.
func (b Budget) Time() time.Duration { return time.Duration(b.Seconds * float64(time.Second)) }

// A Stop says why a run went no further. The first reason sticks.
type Stop string

// Why a run stopped.
const (
	StopEnough    Stop = "enough"
	StopPages     Stop = "pages"
	StopSeconds   Stop = "seconds"
	StopTokens    Stop = "tokens"
	StopCost      Stop = "cost"
	StopRounds    Stop = "rounds"
	StopCancelled Stop = "cancelled"
	StopError     Stop = "error"
)

// Usage is what a run has spent and found.
type Usage struct {
	Found             int     `json:"found"`     // addresses seen in searches, sitemaps and links
	Attempted         int     `json:"attempted"` // pages asked for
	Read              int     `json:"read"`      // pages turned into text
	Cited             int     `json:"cited"`     // sources that carry a claim
	Searches          int     `json:"searches"`
	TokensIn          int     `json:"tokens_in"`
	TokensOut         int     `json:"tokens_out"`
	TokensEstimated   bool    `json:"tokens_estimated,omitempty"` // the endpoint gave no figures
	Cost              float64 `json:"cost"`
	Currency          string  `json:"currency"`
	Seconds           float64 `json:"seconds"`
	FirstClaimSeconds float64 `json:"first_claim_seconds,omitempty"`
}

// over reports which limit of b the usage u has reached, or "".
func (b Budget) over(u Usage) Stop {
	switch {
	case u.Attempted >= b.Pages:
		return StopPages
	case b.Tokens > 0 && u.TokensIn+u.TokensOut >= b.Tokens:
		return StopTokens
	case b.Cost > 0 && u.Cost >= b.Cost:
		return StopCost
	}
	return ""
}

// left is what remains of b after u; elapsed is the time since the start.
func (b Budget) left(u Usage, elapsed time.Duration, rounds int) Budget {
	l := b
	l.Pages = max(0, b.Pages-u.Attempted)
	l.Seconds = max(0, b.Seconds-elapsed.Seconds())
	l.Rounds = max(0, b.Rounds-rounds)
	if b.Tokens > 0 {
		l.Tokens = max(1, b.Tokens-u.TokensIn-u.TokensOut)
	}
	if b.Cost > 0 {
		l.Cost = max(1e-9, b.Cost-u.Cost)
	}
	return l
}
