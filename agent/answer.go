package agent

import "time"

// A Status is how a run ended.
type Status string

// How a run ended.
const (
	StatusAnswered  Status = "answered"
	StatusPartial   Status = "partial"
	StatusNotFound  Status = "not_found"
	StatusFailed    Status = "failed"
	StatusCancelled Status = "cancelled"
)

// A SourceState says what became of a source.
type SourceState string

// What became of a source.
const (
	StateRead  SourceState = "read"
	StateCited SourceState = "cited"
)

// A Source is a page that an answer rests on or that was read for it.
type Source struct {
	N          int         `json:"n"`
	URL        string      `json:"url"`
	Title      string      `json:"title"`
	Site       string      `json:"site"`
	Published  string      `json:"published,omitempty"` // YYYY-MM-DD
	Fetched    time.Time   `json:"fetched"`
	Snapshot   string      `json:"snapshot"`
	State      SourceState `json:"state"`
	Duplicates []string    `json:"duplicates,omitempty"`
}

// A ProviderReport is what one search provider did with one query.
type ProviderReport struct {
	Name  string  `json:"name"`
	Query string  `json:"query"`
	Hits  int     `json:"hits"`
	Error *string `json:"error"` // null where the provider answered
}

// An Answer is what a run came to.
type Answer struct {
	ID        string           `json:"id"`
	Question  string           `json:"question"`
	Language  string           `json:"language"`
	Status    Status           `json:"status"`
	Stopped   Stop             `json:"stopped"`
	Text      string           `json:"text"` // Markdown, each sentence followed by its marks
	Claims    []Claim          `json:"claims"`
	Sources   []Source         `json:"sources"`
	Skipped   []Skip           `json:"skipped"`
	Plan      []Plan           `json:"plan"`
	Providers []ProviderReport `json:"providers"`
	Usage     Usage            `json:"usage"`
	Model     string           `json:"model"`
	Warnings  []string         `json:"warnings"`
	// Readings are what models saw in the images that came with the question.
	Readings []Reading `json:"readings,omitempty"`
}
