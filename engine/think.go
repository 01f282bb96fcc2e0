package engine

import "strings"

// thought is what a thinkSplitter makes of a piece of a reply.
type thought struct {
	Reasoning string
	Text      string
	// Reset: all text so far was reasoning; its opening tag was missing.
	Reset bool
}

// thinkSplitter parts a reply into reasoning and answer where the endpoint
// leaves them in one text, between tags. Tags may be in pieces across chunks,
// nested, and lack their opening (chat templates of R1 put it into the prompt)
// or their closing.
type thinkSplitter struct {
	// tentative: nothing decided yet, and the model is one that thinks. What
	// comes is shown as reasoning and kept, in case it was the answer.
	tentative bool
	depth     int
	answered  bool   // visible text was given out
	separated bool   // reasoning came apart from the text, or a tag was seen
	closed    bool   // a closing tag was seen at the present depth
	given     bool   // the opening tag was given, and nothing came yet
	held      string // the beginning of what may be a tag
	last      byte   // of what was read before held; 0 at the start
	candidate strings.Builder
}

// maxCandidate bounds what is kept in case it was the answer (bytes).
const maxCandidate = 256 << 10

// newThinkSplitter returns a splitter. thinks says that the model is of a
// class that reasons between tags; opened says that the opening tag was given
// to it as the beginning of its reply.
func newThinkSplitter(thinks, opened bool) *thinkSplitter {
	s := &thinkSplitter{tentative: thinks && !opened}
	if opened {
		s.depth, s.separated, s.given = 1, true, true
	}
	return s
}

// apart tells the splitter that reasoning came in a field of its own, so that
// text is the answer.
func (s *thinkSplitter) apart() {
	s.separated = true
	if s.tentative || s.given {
		s.begin()
		s.given, s.depth = false, 0
	}
}

type thinkTag struct {
	text string
	open bool
}

// The tags of reasoning, and of the answer (R1-Zero's template has both).
var thinkTags = []thinkTag{
	{"<think>", true}, {"</think>", false}, {"<thinking>", true}, {"</thinking>", false},
	{"<thought>", true}, {"</thought>", false}, {"<reasoning>", true}, {"</reasoning>", false},
	{"<answer>", false}, {"</answer>", false},
	{"<|begin_of_thought|>", true}, {"<|end_of_thought|>", false},
	{"[think]", true}, {"[/think]", false},
}

// add takes the next piece of the reply.
func (s *thinkSplitter) add(piece string) []thought {
	var out []thought
	text := s.held + piece
	s.held = ""
	for text != "" {
		i := strings.IndexAny(text, "<[")
		if i < 0 {
			out = s.emit(out, text)
			break
		}
		if i > 0 {
			out = s.emit(out, text[:i])
			text = text[i:]
		}
		tag, whole, partial := matchTag(text)
		if partial {
			s.held = text
			break
		}
		if !whole || !s.means(tag) {
			out = s.emit(out, text[:1])
			text = text[1:]
			continue
		}
		out = s.turn(out, tag)
		s.last = '>'
		text = text[len(tag.text):]
	}
	return out
}

// matchTag reports the tag that text begins with, or whether it may become one.
func matchTag(text string) (tag thinkTag, whole, partial bool) {
	for _, t := range thinkTags {
		switch {
		case len(text) >= len(t.text) && strings.EqualFold(text[:len(t.text)], t.text):
			return t, true, false
		case len(text) < len(t.text) && strings.EqualFold(text, t.text[:len(text)]):
			partial = true
		}
	}
	return thinkTag{}, false, partial
}

// means reports whether a tag is meant as one here: not where it is quoted,
// and an opening one inside an answer only at the start of a line.
func (s *thinkSplitter) means(t thinkTag) bool {
	if s.last == '`' || s.last == '"' || s.last == '\'' {
		return false
	}
	if t.open && s.depth == 0 && s.answered {
		return s.last == '\n'
	}
	return true
}

// turn carries out one tag.
func (s *thinkSplitter) turn(out []thought, t thinkTag) []thought {
	answerTag := strings.Contains(t.text, "answer")
	switch {
	case t.text == "</answer>":
		return out
	case t.open && s.given: // it says again what it was given
		s.given = false
	case t.open:
		s.begin()
		s.depth++
	case answerTag && s.depth == 0 && !s.tentative:
		return out
	case answerTag:
		s.depth = 0
		s.begin()
	case s.depth > 1:
		s.depth--
		s.closed = true
		s.candidate.Reset()
	case s.depth == 1:
		s.depth = 0
		s.begin()
	case s.tentative: // the opening tag was missing
		s.begin()
	case !s.separated: // the opening tag was missing, and the text was taken for the answer
		s.separated, s.answered = true, false
		return append(out, thought{Reset: true})
	}
	s.separated = true
	return out
}

func (s *thinkSplitter) begin() {
	s.tentative, s.closed = false, false
	s.candidate.Reset()
}

// emit gives out text as what it is at present.
func (s *thinkSplitter) emit(out []thought, text string) []thought {
	s.last = text[len(text)-1]
	s.given = s.given && strings.TrimSpace(text) == ""
	if s.depth > 0 || s.tentative {
		if s.tentative || s.closed {
			if s.candidate.Len()+len(text) <= maxCandidate {
				s.candidate.WriteString(text)
			}
		}
		return joinThought(out, thought{Reasoning: text})
	}
	if !s.answered {
		if text = strings.TrimLeft(text, " \t\r\n"); text == "" {
			return out // the blank lines between reasoning and answer
		}
		s.answered = true
	}
	return joinThought(out, thought{Text: text})
}

// joinThought appends t, joined to the last where both are of one kind.
func joinThought(out []thought, t thought) []thought {
	if n := len(out); n > 0 && !out[n-1].Reset && (out[n-1].Text == "") == (t.Text == "") {
		out[n-1].Text += t.Text
		out[n-1].Reasoning += t.Reasoning
		return out
	}
	return append(out, t)
}

// finish returns what is left at the end of the reply: a held beginning of no
// tag, and the answer where it was taken for reasoning because no tag, or too
// few closing ones, came.
func (s *thinkSplitter) finish() []thought {
	var out []thought
	if s.held != "" {
		text := s.held
		s.held = ""
		out = s.emit(out, text)
	}
	if !s.answered && (s.tentative || s.closed) {
		if text := strings.TrimSpace(s.candidate.String()); text != "" {
			out = append(out, thought{Text: text})
		}
	}
	s.candidate.Reset()
	return out
}
