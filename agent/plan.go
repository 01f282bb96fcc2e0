package agent

// A Search is one query of a plan and why it is asked.
type Search struct {
	Query    string `json:"query"`
	Why      string `json:"why,omitempty"`
	Language string `json:"language,omitempty"` // "zh", "en" or empty
	After    string `json:"after,omitempty"`    // YYYY-MM-DD, where time matters
}

// A Plan is what a planner wants next: searches, addresses to open, or "enough".
type Plan struct {
	Round    int      `json:"round"`
	Thought  string   `json:"thought,omitempty"`
	Searches []Search `json:"searches,omitempty"`
	Open     []string `json:"open,omitempty"`  // only addresses that were found before; others are refused
	Pages    int      `json:"pages,omitempty"` // read at most so many in this round; 0: what the budget leaves
	Enough   bool     `json:"enough,omitempty"`
	// Terms are words that make a link or a passage promising, in addition to
	// those of the question: what was learned from the pages read so far.
	Terms []string `json:"terms,omitempty"`
}

// A Brief is all that a planner is told: the question, what is left to spend,
// and what was done and seen so far.
type Brief struct {
	Question Question
	Round    int    // 1 for the first plan
	Left     Budget // what remains
	Plans    []Plan // earlier plans, oldest first
	Searches []Searched
	Read     []*Page   // pages read so far, in the order they came
	Skipped  []Skip    // what failed, and why
	Unread   []Hit     // found, not read, best first
	Passages []Passage // the best passages so far for the question, best first
	// Gained is the number of pages that the last round added.
	Gained int
}

// Evidence is all that a writer is told.
type Evidence struct {
	Question Question
	Plans    []Plan
	Passages []Passage        // ranked, best first
	Pages    map[string]*Page // by snapshot; every passage's page is here
	Searches []Searched
	Skipped  []Skip
	Left     Budget
}

// A Note is what a planner or writer says besides its result: a delta of its
// visible reasoning, what it spent, or a warning for the reader.
type Note struct {
	Reasoning string
	Spent     Usage // only the token and cost fields are read; they are added up
	Warning   string
	Model     string // the model that really served, once known
	// Status is how complete the writer holds its answer to be; the loop
	// believes "partial" and "not_found", and derives the rest from the claims.
	Status Status
}

// Tell takes notes while a planner or writer works. It must be called from
// the goroutine that called Plan or Write.
type Tell func(Note)
