package agent

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Step is one thing that happened in a run; a run is its steps in order. The
// run log, the event stream, the replay bundle, the JSON answer and the web
// page are all projections of them. The type is sealed: the kinds are those of
// this file.
type Step interface {
	// Kind is the step's name in event streams: run, reasoning, plan, search,
	// page, passages, claim, rejected, answer or error.
	Kind() string
	sealed()
}

// Started is a run's first step. A run that goes on after its process was
// killed has another, with Resumed set; claims before that are void.
type Started struct {
	ID       string    `json:"id"`
	Question Question  `json:"question"`
	At       time.Time `json:"at"`
	Model    string    `json:"model"`
	Resumed  bool      `json:"resumed,omitempty"`
}

// Reasoned is a delta of a model's visible reasoning.
type Reasoned struct {
	Phase string `json:"phase"` // "plan" or "write"
	Delta string `json:"delta"`
}

// Planned is a planner's decision.
type Planned struct {
	Plan
}

// Searched is one provider's reply to one query. A failed search has an Error
// and says nothing about what exists.
type Searched struct {
	Provider string  `json:"provider"`
	Query    string  `json:"query"`
	Hits     []Hit   `json:"hits"`
	Error    string  `json:"error,omitempty"`
	Seconds  float64 `json:"seconds"`
}

// A PageState is where a page stands.
type PageState string

// Where a page stands.
const (
	PageReading PageState = "reading" // asked for
	PageRead    PageState = "read"
	PageSkipped PageState = "skipped"
)

// Paged says where one address stands. Of the pages budget, Done were attempted.
type Paged struct {
	State     PageState  `json:"state"`
	URL       string     `json:"url"`
	Title     string     `json:"title,omitempty"`
	Snapshot  string     `json:"snapshot,omitempty"`
	Reason    SkipReason `json:"reason,omitempty"`
	Detail    string     `json:"detail,omitempty"`
	Attempted bool       `json:"attempted,omitempty"` // it counts against the pages budget
	Cached    bool       `json:"cached,omitempty"`    // served or revalidated from the page cache
	Attached  bool       `json:"attached,omitempty"`  // it came with the question
	Done      int        `json:"done"`                // pages attempted so far
	Of        int        `json:"of"`                  // the pages budget
	Found     int        `json:"found,omitempty"`     // addresses found so far, where known
	// Page is the page that was read; nil unless State is PageRead. It is
	// stored as a snapshot, not in the step.
	Page *Page `json:"-"`
}

// Ranked says what the index holds after a round, and its best passages.
type Ranked struct {
	Round    int       `json:"round"`
	Pages    int       `json:"pages"`
	Passages int       `json:"passages"`
	Best     []Passage `json:"best,omitempty"`
}

// Claimed is one checked sentence of the answer.
type Claimed struct {
	Claim
	Sources []Source `json:"sources,omitempty"` // those that its cites name
	// Draft is the claim as the writer gave it, where settling changed it.
	Draft *Claim `json:"draft,omitempty"`
}

// Rejected is a sentence that did not hold and is not in the answer.
type Rejected struct {
	Text string `json:"text"`
	Why  string `json:"why"`
	// Draft is the claim as the writer gave it.
	Draft *Claim `json:"draft,omitempty"`
}

// Answered is a run's last step, unless Failed is.
type Answered struct {
	Answer
}

// Failed is the last step of a run that Sonde itself could not finish.
type Failed struct {
	Message string `json:"message"`
	// Err is the error itself, for the process that runs the loop.
	Err error `json:"-"`
}

// Kind names the step in event streams.
func (Started) Kind() string  { return "run" }
func (Reasoned) Kind() string { return "reasoning" }
func (Planned) Kind() string  { return "plan" }
func (Searched) Kind() string { return "search" }
func (Paged) Kind() string    { return "page" }
func (Ranked) Kind() string   { return "passages" }
func (Claimed) Kind() string  { return "claim" }
func (Rejected) Kind() string { return "rejected" }
func (Answered) Kind() string { return "answer" }
func (Failed) Kind() string   { return "error" }

func (Started) sealed()  {}
func (Reasoned) sealed() {}
func (Planned) sealed()  {}
func (Searched) sealed() {}
func (Paged) sealed()    {}
func (Ranked) sealed()   {}
func (Claimed) sealed()  {}
func (Rejected) sealed() {}
func (Answered) sealed() {}
func (Failed) sealed()   {}

// A Record is a step with its place in the run. As JSON it is
// {"id":7,"event":"page","at":"…","data":{…}}.
type Record struct {
	ID   int64 // 1 for the first step
	At   time.Time
	Step Step
}

type recordJSON struct {
	ID    int64           `json:"id"`
	Event string          `json:"event"`
	At    time.Time       `json:"at"`
	Data  json.RawMessage `json:"data"`
}

// MarshalJSON writes the record as one JSON object.
func (r Record) MarshalJSON() ([]byte, error) {
	data, err := json.Marshal(r.Step)
	if err != nil {
		return nil, fmt.Errorf("encoding step %d: %w", r.ID, err)
	}
	return json.Marshal(recordJSON{r.ID, r.Step.Kind(), r.At, data})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Record) UnmarshalJSON(b []byte) error {
	var j recordJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("decoding a step: %w", err)
	}
	s, err := DecodeStep(j.Event, j.Data)
	if err != nil {
		return err
	}
	*r = Record{j.ID, j.At, s}
	return nil
}

// DecodeStep reads a step of the given kind from its JSON.
func DecodeStep(kind string, data []byte) (Step, error) {
	switch kind {
	case "run":
		return decode[Started](data)
	case "reasoning":
		return decode[Reasoned](data)
	case "plan":
		return decode[Planned](data)
	case "search":
		return decode[Searched](data)
	case "page":
		return decode[Paged](data)
	case "passages":
		return decode[Ranked](data)
	case "claim":
		return decode[Claimed](data)
	case "rejected":
		return decode[Rejected](data)
	case "answer":
		return decode[Answered](data)
	case "error":
		return decode[Failed](data)
	}
	return nil, fmt.Errorf("decoding a step: kind %q is not known", kind)
}

func decode[S Step](data []byte) (Step, error) {
	var s S
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("decoding a %s step: %w", s.Kind(), err)
	}
	return s, nil
}
