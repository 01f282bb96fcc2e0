package agent

import (
	"unicode/utf16"
	"unicode/utf8"
)

// A Verdict is what the check says of a claim.
type Verdict string

// What the check says of a claim.
const (
	Supported   Verdict = "supported"
	Weak        Verdict = "weak"
	Unsupported Verdict = "unsupported"
)

// A Form is how a claim is laid out.
type Form string

// How a claim is laid out. The zero value is a sentence in a paragraph.
const (
	FormSentence Form = ""
	FormItem     Form = "item" // an item of a list
	FormStep     Form = "step" // an item of a numbered list
	FormRow      Form = "row"  // a row of a table; the cells of Text are parted by " | "
)

// A Claim is one sentence (or list item, or table row) of an answer.
type Claim struct {
	Text    string   `json:"text"` // without marks
	Form    Form     `json:"form,omitempty"`
	Section string   `json:"section,omitempty"` // the heading it stands under
	Columns []string `json:"columns,omitempty"` // heads of the table, with FormRow
	Lead    bool     `json:"lead,omitempty"`    // the short direct answer
	Note    string   `json:"note,omitempty"`    // a word on the quote, such as its language
	Verdict Verdict  `json:"verdict"`
	Cites   []Cite   `json:"cites"`
}

// A Cite is a claim's proof: for every cite, snapshot[Start:End] == Quote.
type Cite struct {
	Source   int    `json:"source"`
	Snapshot string `json:"snapshot"`
	Quote    string `json:"quote"`
	Start    int    `json:"start"` // UTF-8 bytes of the snapshot
	End      int    `json:"end"`
	Start16  int    `json:"start16"` // UTF-16 code units of the snapshot
	End16    int    `json:"end16"`
}

// NewCite returns the cite of text[start:end], where text is the snapshot's
// whole text. It reports false where the span is empty, out of bounds, or cuts a character.
func NewCite(snapshot, text string, start, end int) (Cite, bool) {
	if start < 0 || end > len(text) || start >= end {
		return Cite{}, false
	}
	if !utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]) {
		return Cite{}, false
	}
	s16 := units16(text[:start])
	return Cite{
		Snapshot: snapshot, Quote: text[start:end], Start: start, End: end,
		Start16: s16, End16: s16 + units16(text[start:end]),
	}, true
}

// utf16Len is the number of UTF-16 code units of s.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
