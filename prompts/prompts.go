// Package prompts holds every word that is said to a model: one template per
// call and language, and one typed function for each. Nothing else in the
// program builds a prompt.
//
// Text that comes from pages, files, searches or earlier answers is data: it
// passes through quarantine (see quarantine.go) before it stands in a prompt,
// so that it can neither close its own block, open another one, nor look like
// a turn of the conversation.
package prompts

import (
	"embed"
	"fmt"
	"strings"
	"sync"
	"text/template"
)

//go:embed *.tmpl
var files embed.FS

//go:embed plan.schema.json
var planSchema []byte

// PlanSchema is the JSON Schema of a plan, as Plan asks for it.
func PlanSchema() []byte { return append([]byte(nil), planSchema...) }

// A Language is the language a prompt is written in.
type Language string

// The languages prompts are written in.
const (
	English Language = "en"
	Chinese Language = "zh"
)

// For returns the prompt language that suits text in the given language:
// Chinese for "zh" and its variants, English for all others.
func For(language string) Language {
	if language == "zh" || strings.HasPrefix(language, "zh-") {
		return Chinese
	}
	return English
}

// A Message is one rendered prompt. Models of the R1 class take no system
// prompt: say Whole to them.
type Message struct {
	System string
	User   string
}

// Whole is the prompt as one user message.
func (m Message) Whole() string {
	if m.System == "" {
		return m.User
	}
	return m.System + "\n\n" + m.User
}

// A Turn is an earlier question of the conversation and its answer.
type Turn struct {
	Question, Answer string
}

// A Webpage is one numbered block of page text.
type Webpage struct {
	N         int    // 1 for the first; what citations name
	Title     string // may be empty
	Site      string // host or name of the site
	Published string // YYYY-MM-DD or empty
	Text      string
}

// A File is a file that came with the question.
type File struct {
	Name, Text string
	N          int // number of the page that it is cited as; 0: it is not cited
	// Described: the text is a model's description of an image, and no source.
	Described bool
}

// A Searched line says what became of one query.
type Searched struct {
	Query  string
	Hits   int
	Failed bool
}

// A Read line is a page that was read.
type Read struct {
	Title, Site, Published string
}

// An Unread line is an address that was found and may be opened by its number.
type Unread struct {
	N                              int
	Title, URL, Snippet, Published string
}

// PlanData is what the planning prompt says.
type PlanData struct {
	Question  string
	Today     string // YYYY-MM-DD
	Earlier   []Turn
	Files     []File
	Round     int      // 1 for the first
	Rounds    int      // rounds left, this one included
	Pages     int      // pages that may still be read
	Sites     []string // the only places where is looked, if any
	Web       bool     // search engines are asked
	Searched  []Searched
	Read      []Read
	Failed    []string // address and reason
	Unread    []Unread
	Webpages  []Webpage // the best passages so far
	Searches  int       // at most so many searches in the plan
	OpenLimit int       // at most so many addresses in the plan
}

// WriteData is what the writing prompt says.
type WriteData struct {
	Question string
	Today    string // YYYY-MM-DD
	Answer   string // "zh", "en", or empty: the language of the question
	Earlier  []Turn
	Files    []File
	Webpages []Webpage
	NotFound string // what to write, and nothing else, where the pages do not answer
}

// RepairData is what the prompt says that asks for a plan once more.
type RepairData struct {
	Reply   string // what the model said
	Problem string // what is wrong with it
}

// CondenseData is what the prompt says that makes a follow-up stand alone.
type CondenseData struct {
	Question string
	Today    string // YYYY-MM-DD
	Earlier  []Turn
}

// ImageData is what the prompt says that goes with an image.
type ImageData struct {
	Question string
	Name     string
}

// Plan asks for the next plan.
func Plan(l Language, d PlanData) (Message, error) { return render("plan", l, d) }

// Write asks for the answer.
func Write(l Language, d WriteData) (Message, error) { return render("write", l, d) }

// Repair asks once more for a plan that could not be read.
func Repair(l Language, d RepairData) (Message, error) { return render("repair", l, d) }

// Condense asks for a follow-up question as one that stands alone.
func Condense(l Language, d CondenseData) (Message, error) { return render("condense", l, d) }

// Image asks for a description of an image.
func Image(l Language, d ImageData) (Message, error) { return render("image", l, d) }

var parsed = sync.OnceValues(func() (*template.Template, error) {
	t := template.New("prompts").Option("missingkey=error").Funcs(template.FuncMap{
		"text": Block, "line": Line,
	})
	names, err := files.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("listing the prompts: %w", err)
	}
	for _, n := range names {
		text, err := files.ReadFile(n.Name())
		if err != nil {
			return nil, fmt.Errorf("reading prompt %q: %w", n.Name(), err)
		}
		if _, err := t.New(strings.TrimSuffix(n.Name(), ".tmpl")).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("parsing prompt %q: %w", n.Name(), err)
		}
	}
	return t, nil
})

// split parts a template's system prompt from its user prompt.
const split = "\n=====\n"

func render[D any](name string, l Language, data D) (Message, error) {
	t, err := parsed()
	if err != nil {
		return Message{}, err
	}
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, name+"."+string(l), data); err != nil {
		return Message{}, fmt.Errorf("rendering prompt %s.%s: %w", name, l, err)
	}
	system, user, ok := strings.Cut(b.String(), split)
	if !ok {
		return Message{User: strings.TrimSpace(b.String())}, nil
	}
	return Message{System: strings.TrimSpace(system), User: strings.TrimSpace(user)}, nil
}
