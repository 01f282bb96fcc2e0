package server

import (
	"context"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// Knowledge is knowledge bases: collections of documents, and the jobs that
// fill them. Errors are told apart as Storage's are; one that wraps
// agent.ErrBadQuestion or fs.ErrInvalid is the client's.
type Knowledge interface {
	Collections
	DocumentKeeper
	JobKeeper
}

// Collections finds and keeps collections.
type Collections interface {
	CollectionReader
	CollectionKeeper
}

// CollectionReader finds collections and what they hold.
type CollectionReader interface {
	Collection(ctx context.Context, name string) (Collection, error)
	Collections(ctx context.Context) ([]Collection, error)
	// Search ranks passages of one collection.
	Search(ctx context.Context, q CollectionQuery) ([]agent.Passage, error)
}

// CollectionKeeper makes, changes and removes collections.
type CollectionKeeper interface {
	CreateCollection(ctx context.Context, c CollectionChange) error
	UpdateCollection(ctx context.Context, c CollectionChange) error // what is nil stays
	DeleteCollection(ctx context.Context, name string) error
}

// DocumentKeeper fills collections.
type DocumentKeeper interface {
	// AddDocuments starts a job and returns at once.
	AddDocuments(ctx context.Context, a Addition) (Job, error)
	Documents(ctx context.Context, q DocumentQuery) ([]Document, error)
	DeleteDocument(ctx context.Context, collection, id string) error
}

// JobKeeper knows the jobs that AddDocuments started.
type JobKeeper interface {
	Job(ctx context.Context, id string) (Job, error)
	CancelJob(ctx context.Context, id string) error // one that has ended stays as it is
}

// A Collection is a named knowledge base.
type Collection struct {
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Documents   int       `json:"documents"`
	Indexed     int       `json:"indexed"`
	Failed      int       `json:"failed"`
	Refresh     string    `json:"refresh,omitempty" jsonschema:"sites are read again after this time, such as 24h"`
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated"`
}

// A CollectionChange is the body of POST /api/collections and PATCH /api/collections/{name}.
type CollectionChange struct {
	Name        string  `json:"name,omitempty" jsonschema:"1 to 64 letters, digits, - and _"`
	Description *string `json:"description,omitempty"`
	Refresh     *string `json:"refresh,omitempty" jsonschema:"sites are read again after this time, such as 24h; empty: never"`
}

// An Addition is what is to be added to a collection.
type Addition struct {
	Collection string            `json:"-"`
	Owner      string            `json:"-"`
	URLs       []string          `json:"urls,omitempty" jsonschema:"addresses, each read as one page"`
	Sites      []string          `json:"sites,omitempty" jsonschema:"addresses, each read with the links within its host"`
	Pages      int               `json:"pages,omitempty" jsonschema:"at most so many pages of each site; default 50"`
	Text       string            `json:"text,omitempty" jsonschema:"a document's text"`
	Title      string            `json:"title,omitempty" jsonschema:"its title"`
	Source     string            `json:"source,omitempty" jsonschema:"its name or address; the same one again replaces it"`
	Tags       map[string]string `json:"tags,omitempty"`
	Files      []Upload          `json:"-"` // of a multipart request
}

// An Upload is a file of a multipart request.
type Upload struct {
	Name string // as the client says; never used as a path
	MIME string
	Data []byte
}

// A DocumentQuery selects a collection's documents.
type DocumentQuery struct {
	Collection string
	State      string // queued, reading, indexed or failed; empty: all
	Language   string
	Source     string // a prefix of the source
	Tag        string // "name" or "name=value"
	Since      string // published on or after this day, YYYY-MM-DD
	Until      string // published on or before this day
	After      string // id of a document: only those after it
	Limit      int
}

// A Document is one of a collection.
type Document struct {
	ID        string            `json:"id"`
	Source    string            `json:"source"`
	Title     string            `json:"title,omitempty"`
	State     string            `json:"state"`
	Reason    string            `json:"reason,omitempty" jsonschema:"why it failed, one word"`
	Detail    string            `json:"detail,omitempty"`
	Language  string            `json:"language,omitempty"`
	Published string            `json:"published,omitempty"`
	Snapshot  string            `json:"snapshot,omitempty"`
	Bytes     int64             `json:"bytes"`
	Tags      map[string]string `json:"tags,omitempty"`
	Added     time.Time         `json:"added"`
	Updated   time.Time         `json:"updated"`
}

// A CollectionQuery is a search in one collection.
type CollectionQuery struct {
	Text   string
	K      int
	Filter DocumentQuery // its State, After and Limit are not used
	// Warn is told what the search had to do without, such as a model that failed.
	Warn func(message string)
}

// Ranked is what a search in a collection found.
type Ranked struct {
	Items    []agent.Passage `json:"items"`
	Warnings []string        `json:"warnings,omitempty" jsonschema:"what the search had to do without, such as a model that failed"`
}

// A Job is an addition at work.
type Job struct {
	ID         string       `json:"id"`
	Collection string       `json:"collection"`
	State      string       `json:"state" jsonschema:"queued, running, done, cancelled or failed"`
	Done       int          `json:"done"`
	Left       int          `json:"left"`
	Failed     int          `json:"failed"`
	Skipped    int          `json:"skipped" jsonschema:"not changed since they were read"`
	Failures   []JobFailure `json:"failures,omitempty"`
	Error      string       `json:"error,omitempty"`
	Created    time.Time    `json:"created"`
	Finished   time.Time    `json:"finished,omitzero"`
}

// A JobFailure says why one item failed.
type JobFailure struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
	Detail string `json:"detail,omitempty"`
}
