package agent

import (
	"context"
	"iter"
)

// A Planner decides what to search for and open next, or that what was read is enough.
// An error ends the run; a model's failure is not one: the planner falls back and tells a warning.
type Planner interface {
	Plan(ctx context.Context, b Brief, tell Tell) (Plan, error)
}

// A Writer turns evidence into claims. A claim's cites name a snapshot and
// offsets, or, where a model wrote it, only a snapshot or source: the loop
// then looks for the quote. Claims come one by one, as they are complete.
// An error ends the run; a model's failure is not one (see Planner).
type Writer interface {
	Write(ctx context.Context, e Evidence, tell Tell) iter.Seq2[Claim, error]
}

// A Web opens reading sessions. It is the crawler's face.
type Web interface {
	// Open starts reading for one question. Bad files or folders in the
	// question's scope are reported here, before anything is read.
	Open(ctx context.Context, q Question) (Session, error)
}

// A Session finds and reads pages for one question, round by round. It
// remembers what was found and read, so that nothing is read twice.
type Session interface {
	// Read carries out one plan: its searches, its addresses, then the most
	// promising links and hits, at most limit pages attempted (attempted: a
	// request was sent or a file opened; robots, sitemaps and searches do not
	// count). It yields Searched and Paged steps as they happen, pages as they
	// arrive, and ends when the round's pages are read, nothing is left to
	// read, or ctx ends. Breaking off the iteration stops all fetches.
	Read(ctx context.Context, p Plan, limit int) iter.Seq[Step]
	// Unread lists what was found and not read, best first, at most n.
	Unread(n int) []Hit
	Close() error
}

// A Query is what an index is asked.
type Query struct {
	Text  string   // the question, or a search of the plan
	Terms []string // further words that help but need not occur
	K     int      // at most so many passages; 0: 20
	After string   // newer pages preferred from this day on (YYYY-MM-DD), empty: no preference
	// Warn is told what the search had to do without, such as a model that
	// failed; nil: nobody is.
	Warn func(message string)
}

// An Index ranks passages. It is retrieval's face. An index may be asked while
// pages are added, and sees each page whole or not at all.
type Index interface {
	// Add indexes pages. A page whose snapshot is known already, or is a near
	// copy of one that is, adds no passages and is reported as a copy.
	Add(ctx context.Context, pages ...*Page) (Added, error)
	// Search returns passages, best first.
	Search(ctx context.Context, q Query) ([]Passage, error)
	Close() error
}

// A Library answers from knowledge bases, which outlive a run.
type Library interface {
	// Search ranks passages of the named collections, best first. A name that
	// is not known is an error.
	Search(ctx context.Context, collections []string, q Query) ([]Passage, error)
	// Page returns the document whose snapshot a passage names, with its text.
	Page(ctx context.Context, snapshot string) (*Page, error)
}

// Added is what Index.Add did.
type Added struct {
	Passages int
	Copies   map[string]string // by snapshot of a near copy: the snapshot that stands for it
}

// OpenIndex opens an empty index for one run.
type OpenIndex func(ctx context.Context) (Index, error)

// A Checker judges one claim against the snapshots that its cites name. It is
// pure: the same claim and texts give the same verdict. text returns a
// snapshot's whole text, or false where no page with it was read.
type Checker func(c Claim, text func(snapshot string) (string, bool)) Judgement

// A Judgement is a verdict with its reason in words.
type Judgement struct {
	Verdict Verdict
	Why     string // empty where supported
}
