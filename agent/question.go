package agent

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxQuestionBytes bounds the text of a question (UTF-8 bytes).
const MaxQuestionBytes = 16 << 10

// ErrBadQuestion is wrapped by every error that Question.Validate returns.
var ErrBadQuestion = errors.New("bad question")

// A Question is what a person asks, with what they allow: where to look and
// how much to spend.
type Question struct {
	Text     string `json:"question"`
	Language string `json:"language,omitempty"` // "auto" (or empty), "zh", "en": the answer's language
	Scope    Scope  `json:"scope"`
	Budget   Budget `json:"budget"`
	Model    string `json:"model,omitempty"`   // SPEC of the writing model; empty or "builtin": no model
	Planner  string `json:"planner,omitempty"` // SPEC of the planning model; empty: the same as Model
	// Unsupported says what becomes of a claim that does not hold: "drop" (or empty) or "mark".
	Unsupported string `json:"unsupported,omitempty"`
	Fresh       bool   `json:"fresh,omitempty"` // go past the page cache
	// Earlier turns of the conversation, oldest first; a follow-up is resolved against them.
	Earlier []Turn `json:"earlier,omitempty"`
	// Resolved is the question completed from the earlier turns ("and its
	// price?" becomes the price of what), where it was a follow-up. The loop sets it.
	Resolved string `json:"resolved,omitempty"`
	// Prior holds the steps of a run that goes on after its process was killed;
	// what they found and read is not fetched again.
	Prior []Step `json:"-"`
	// Attachments are the files and images that came with the question.
	Attachments []Attachment `json:"attachments,omitempty"`
	// Attached are those of them that were read, as pages. The loop sets it.
	Attached []*Page `json:"-"`
}

// Scope is where a question may look. With nothing set, the web's search
// providers are asked.
type Scope struct {
	Sites       []string `json:"sites,omitempty"`       // addresses: that page or site, links within the same host followed
	Files       []string `json:"files,omitempty"`       // local files or folders
	Collections []string `json:"collections,omitempty"` // knowledge bases
	Web         bool     `json:"web"`                   // ask the search providers
	Include     []string `json:"include,omitempty"`     // only these domains (web searches)
	Exclude     []string `json:"exclude,omitempty"`     // never these domains
	After       string   `json:"after,omitempty"`       // published on or after this day, YYYY-MM-DD
	SafeSearch  bool     `json:"safe_search,omitempty"`
}

// A Turn is one earlier question of a conversation with its answer's text.
type Turn struct {
	Question string    `json:"question"`
	Answer   string    `json:"answer"`
	Asked    time.Time `json:"asked,omitzero"`
}

// Clean returns the question with surrounding space and control characters
// removed and the budget's zeros defaulted.
func (q Question) Clean() Question {
	q.Text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, q.Text))
	q.Budget = q.Budget.WithDefaults()
	q.Attachments = named(q.Attachments)
	if q.Language == "" {
		q.Language = "auto"
	}
	if q.Unsupported == "" {
		q.Unsupported = "drop"
	}
	return q
}

// standalone is the text that passages are ranked for.
func (q Question) standalone() string {
	if q.Resolved != "" {
		return q.Resolved
	}
	return q.Text
}

// Validate reports the first thing that is wrong with the question, in words
// that say what to do. Every error wraps ErrBadQuestion. It is called once, at
// the boundary, on a cleaned question.
func (q Question) Validate() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrBadQuestion, fmt.Sprintf(format, args...))
	}
	switch {
	case !utf8.ValidString(q.Text):
		return bad("the question is not valid UTF-8")
	case len(q.Text) > MaxQuestionBytes:
		return bad("the question has %d bytes; at most %d are allowed: put long material into a file and ask about that", len(q.Text), MaxQuestionBytes)
	case strings.IndexFunc(q.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0:
		return bad("the question is empty: write what you want to know")
	case q.Language != "auto" && q.Language != "zh" && q.Language != "en":
		return bad("language %q is not known: use auto, zh or en", q.Language)
	case q.Unsupported != "drop" && q.Unsupported != "mark":
		return bad("unsupported %q is not known: use drop or mark", q.Unsupported)
	}
	for _, s := range q.Scope.Sites {
		if err := validSite(s); err != nil {
			return bad("site %q: %v", s, err)
		}
	}
	if err := checkAttachments(q.Attachments); err != nil {
		return bad("%v", err)
	}
	if a := q.Scope.After; a != "" {
		if _, err := time.Parse(time.DateOnly, a); err != nil {
			return bad("after %q is not a day: write YYYY-MM-DD", a)
		}
	}
	if err := q.Budget.Validate(); err != nil {
		return bad("%v", err)
	}
	return nil
}

func validSite(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return errors.New("not an address: write one such as https://example.org/docs/")
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("only http and https are read: write one such as https://example.org/docs/")
	case u.Hostname() == "":
		return errors.New("no host: write one such as https://example.org/docs/")
	case u.User != nil:
		return errors.New("an address with a user name or password is refused")
	}
	return nil
}
