// Package fakemodel is a scripted model endpoint. It speaks the wire formats
// that DeepSeek, vLLM, Ollama, OpenRouter and Anthropic really send, fails on
// demand in the ways that endpoints fail, and remembers what it was asked.
//
// It serves over an in-memory network, so that tests inside a
// testing/synctest bubble run on a virtual clock, or over loopback.
package fakemodel

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"
)

// A Wire is whose format is spoken.
type Wire string

// The wire formats.
const (
	DeepSeek   Wire = "deepseek"   // reasoning_content; usage in the chunk that finishes
	VLLM       Wire = "vllm"       // reasoning_content; usage in a chunk without choices
	Ollama     Wire = "ollama"     // reasoning; role and content in every delta
	OpenRouter Wire = "openrouter" // reasoning; comments; usage beside a choice, after the end
	Anthropic  Wire = "anthropic"  // messages API: blocks of thinking and text
)

// A Turn is what the endpoint does with one request. The zero Turn sends an
// empty reply, properly ended.
type Turn struct {
	Reasoning []string // deltas, each in an event of its own
	Text      []string
	Finish    string // "stop" where empty
	Model     string // the model that claims to have served; the request's where empty

	// Status other than 0 and 200 sends Body with that status instead of a reply.
	Status int
	Header map[string]string
	Body   string
	// Raw sends these bytes as the stream, as they are.
	Raw string
	// Whole sends the reply in one piece, not as a stream.
	Whole bool

	// Faults, after so many events of the reply (0: no fault; -1: before the first).
	Abort int    // the connection breaks
	End   int    // the stream ends cleanly, without an end of the reply
	Stall int    // nothing more comes, and the connection stays open
	Error int    // an error object comes in the stream
	Break int    // an event comes that is not JSON
	Loop  string // is sent again and again after the text, without end

	// Manners.
	Wait      time.Duration // before the first byte
	Every     time.Duration // before each event
	KeepAlive int           // comments before the first event
	CRLF      bool          // lines end in CRLF
	NoUsage   bool          // no figures are given
	NoDone    bool          // no [DONE] after the end
	In, Out   int           // the figures; 100 and 50 where 0
	Tools     []string      // raw tool_calls arrays, one delta each
}

// A Request is what the endpoint was asked.
type Request struct {
	Path   string
	Header http.Header
	Body   []byte
	Fields map[string]json.RawMessage
	At     time.Time
}

// Has reports whether the request had a field.
func (r Request) Has(field string) bool { _, ok := r.Fields[field]; return ok }

// Field is a field of the request as JSON, or "".
func (r Request) Field(name string) string { return string(r.Fields[name]) }

// A Message is one message of a request.
type Message struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
	Prefix  bool            `json:"prefix"`
	Partial bool            `json:"partial"`
}

// Text is the message's content where it is text.
func (m Message) Text() string {
	var s string
	if json.Unmarshal(m.Content, &s) == nil {
		return s
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(m.Content, &parts) != nil {
		return ""
	}
	for _, p := range parts {
		s += p.Text
	}
	return s
}

// Messages are the messages of the request.
func (r Request) Messages() []Message {
	var ms []Message
	if json.Unmarshal(r.Fields["messages"], &ms) != nil {
		return nil
	}
	return ms
}

// A Server answers requests with its turns, in order; after the last it goes
// on with that one. Reply, where set, chooses the turn instead.
type Server struct {
	Wire  Wire
	Turns []Turn
	Reply func(n int, r Request) Turn // n counts requests from 0

	mu       sync.Mutex
	requests []Request
}

// Requests are the requests so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r := Request{Path: req.URL.Path, Header: req.Header.Clone(), Body: body, At: time.Now()}
	if err := json.Unmarshal(body, &r.Fields); err != nil {
		http.Error(w, `{"error":{"message":"the request is not JSON"}}`, http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	n := len(s.requests)
	s.requests = append(s.requests, r)
	s.mu.Unlock()
	s.turn(n, r).serve(w, req, s.Wire, r)
}

func (s *Server) turn(n int, r Request) Turn {
	switch {
	case s.Reply != nil:
		return s.Reply(n, r)
	case len(s.Turns) == 0:
		return Turn{}
	}
	return s.Turns[min(n, len(s.Turns)-1)]
}

// Words parts text into deltas of a few characters each, as models stream it.
func Words(text string) []string {
	var out []string
	var cur []rune
	for _, r := range text {
		cur = append(cur, r)
		if len(cur) >= 4 {
			out = append(out, string(cur))
			cur = nil
		}
	}
	if len(cur) > 0 {
		out = append(out, string(cur))
	}
	return out
}
