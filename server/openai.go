package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/sonde-search/sonde/agent"
)

// The shapes follow OpenAI's chat completions
// (https://platform.openai.com/docs/api-reference/chat), with the
// reasoning_content that DeepSeek added and that chat pages know
// (https://api-docs.deepseek.com/guides/reasoning_model).

// A ChatRequest is the body of POST /v1/chat/completions. Fields of OpenAI's
// that are not listed (temperature and the like) are taken and not used.
type ChatRequest struct {
	Model         string             `json:"model,omitempty" jsonschema:"one of GET /v1/models; default: the server's"`
	Messages      []ChatMessage      `json:"messages" jsonschema:"the last one is the question; earlier turns come with it"`
	Stream        bool               `json:"stream,omitempty"`
	StreamOptions *ChatStreamOptions `json:"stream_options,omitempty"`
	// What follows is Sonde's own, for extra_body.
	Sites       []string     `json:"sites,omitempty" jsonschema:"as in POST /api/runs"`
	Collections []string     `json:"collections,omitempty" jsonschema:"as in POST /api/runs"`
	Web         *bool        `json:"web,omitempty" jsonschema:"as in POST /api/runs"`
	Budget      agent.Budget `json:"budget,omitzero" jsonschema:"as in POST /api/runs"`
	Language    string       `json:"language,omitempty" jsonschema:"as in POST /api/runs"`
}

// ChatStreamOptions are a stream's options.
type ChatStreamOptions struct {
	IncludeUsage bool `json:"include_usage,omitempty" jsonschema:"a last chunk says what was spent"`
}

// A ChatMessage is one message of a conversation.
type ChatMessage struct {
	Role    string      `json:"role"`
	Content ChatContent `json:"content"`
}

// ChatContent is a message's text and what is attached to it, given as a
// string or as parts.
type ChatContent struct {
	Text     string
	attached []AttachmentJSON
}

// UnmarshalJSON reads a string, null, or a list of parts.
func (c *ChatContent) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err == nil {
		if text != nil {
			c.Text = *text
		}
		return nil
	}
	var parts []chatPart
	if err := json.Unmarshal(b, &parts); err != nil {
		return fmt.Errorf("a message's content must be a string or a list of parts")
	}
	for _, p := range parts {
		if err := c.take(p); err != nil {
			return err
		}
	}
	return nil
}

// A ChatCompletion is an answer in OpenAI's shape.
type ChatCompletion struct {
	ID      string       `json:"id"`
	Object  string       `json:"object"`
	Created int64        `json:"created"`
	Model   string       `json:"model"`
	Choices []ChatChoice `json:"choices"`
	Usage   *ChatUsage   `json:"usage,omitempty"`
	Sonde   *ChatRun     `json:"sonde,omitempty" jsonschema:"the run, for the native API"`
}

// A ChatChoice is the one choice there is.
type ChatChoice struct {
	Index        int        `json:"index"`
	Message      *ChatReply `json:"message,omitempty"`
	Delta        *ChatReply `json:"delta,omitempty"`
	FinishReason *string    `json:"finish_reason"`
}

// A ChatReply is a message, or in a stream what is added to it.
type ChatReply struct {
	Role        string           `json:"role,omitempty"`
	Content     *string          `json:"content,omitempty"`
	Reasoning   string           `json:"reasoning_content,omitempty"`
	Annotations []ChatAnnotation `json:"annotations,omitempty"`
}

// A ChatAnnotation ties a mark in the text to its source.
type ChatAnnotation struct {
	Type     string       `json:"type"`
	Citation ChatCitation `json:"url_citation"`
}

// A ChatCitation is a source; the indexes count Unicode characters of the content.
type ChatCitation struct {
	Start int    `json:"start_index"`
	End   int    `json:"end_index"`
	URL   string `json:"url"`
	Title string `json:"title"`
}

// ChatUsage is what models spent; 0 without a model.
type ChatUsage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Total      int `json:"total_tokens"`
}

// A ChatRun says which run answered.
type ChatRun struct {
	Run    string       `json:"run"`
	Status agent.Status `json:"status"`
}

// postChat answers in OpenAI's shape. A client that leaves stops its run, for
// it has no other way to.
func (s *Server) postChat(c echo.Context) error {
	var body ChatRequest
	if err := s.decodeAttached(c.Request(), &body, false); err != nil {
		return err
	}
	question, earlier, err := lastQuestion(body.Messages)
	if err != nil {
		return err
	}
	attached, err := chatAttachments(body.Messages)
	if err != nil {
		return err
	}
	ask := RunRequest{
		Question: question, Model: body.Model, Sites: body.Sites, Collections: body.Collections, Web: body.Web,
		Budget: body.Budget, Language: body.Language, earlier: earlier, attached: attached,
	}
	run, live, err := s.begin(c.Request().Context(), ownerOf(c), ask)
	if err != nil {
		return err
	}
	chat := newChat(run, body)
	if body.Stream {
		return s.stream(c, func(st *stream) error { return chat.stream(st, live) })
	}
	answer, err := s.await(c.Request().Context(), live)
	if err != nil {
		live.cancel(errCancelled)
		return &runError{run.ID, err}
	}
	events, _, _ := live.since(0)
	for _, e := range events {
		if _, err := chat.add(e); err != nil {
			return err
		}
	}
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, chat.completion(answer))
}

// lastQuestion finds the question and the turns before it. What a system
// message says is not used: Sonde answers from pages, in its own way.
func lastQuestion(messages []ChatMessage) (string, []agent.Turn, error) {
	if len(messages) == 0 || messages[len(messages)-1].Role != "user" {
		return "", nil, fmt.Errorf("%w: the last message must be the user's question", agent.ErrBadQuestion)
	}
	var turns []agent.Turn
	asked := ""
	for _, m := range messages[:len(messages)-1] {
		text := strings.TrimSpace(m.Content.Text)
		switch {
		case m.Role == "user":
			asked = text
		case m.Role == "assistant" && asked != "" && text != "":
			turns = append(turns, agent.Turn{Question: clip(asked, earlierBytes), Answer: clip(text, earlierBytes)})
			asked = ""
		}
	}
	return messages[len(messages)-1].Content.Text, turns[max(0, len(turns)-earlierTurns):], nil
}

// A chat puts one run's events into OpenAI's shape.
type chat struct {
	ChatCompletion
	usage     bool
	claims    []agent.Claim
	text      string // content so far
	reasoning strings.Builder
}

func newChat(run Run, body ChatRequest) *chat {
	model := body.Model
	if model == "" {
		model = "sonde"
	}
	return &chat{
		ChatCompletion: ChatCompletion{ID: "chatcmpl-" + run.ID, Object: "chat.completion", Created: run.Created.Unix(), Model: model},
		usage:          body.StreamOptions != nil && body.StreamOptions.IncludeUsage,
	}
}

// completion is the whole answer.
func (c *chat) completion(a agent.Answer) ChatCompletion {
	out := c.ChatCompletion
	reason, text := finish(a), a.Text
	out.Choices = []ChatChoice{{
		Message:      &ChatReply{Role: "assistant", Content: &text, Reasoning: c.reasoning.String(), Annotations: annotations(text, a.Sources)},
		FinishReason: &reason,
	}}
	out.Usage, out.Sonde = usageOf(a), &ChatRun{a.ID, a.Status}
	return out
}

func usageOf(a agent.Answer) *ChatUsage {
	return &ChatUsage{a.Usage.TokensIn, a.Usage.TokensOut, a.Usage.TokensIn + a.Usage.TokensOut}
}

func finish(a agent.Answer) string {
	if a.Stopped == agent.StopTokens {
		return "length"
	}
	return "stop"
}

// mark is a source's number in an answer's text. Brackets of pages are escaped
// there, so that what matches is ours.
var mark = regexp.MustCompile(`\[(\d{1,4})\]`)

// annotations tie each mark of a text to its source.
func annotations(text string, sources []agent.Source) []ChatAnnotation {
	bySource := map[int]agent.Source{}
	for _, s := range sources {
		bySource[s.N] = s
	}
	var list []ChatAnnotation
	at, chars := 0, 0
	for _, m := range mark.FindAllStringSubmatchIndex(text, -1) {
		n, err := strconv.Atoi(text[m[2]:m[3]])
		src, ok := bySource[n]
		if err != nil || !ok {
			continue
		}
		chars += utf8.RuneCountInString(text[at:m[0]])
		at = m[0]
		list = append(list, ChatAnnotation{"url_citation", ChatCitation{chars, chars + m[1] - m[0], src.URL, src.Title}})
	}
	return list
}

// ModelList is the body of GET /v1/models.
type ModelList struct {
	Object string      `json:"object"`
	Data   []ModelJSON `json:"data"`
}

// ModelJSON is a model in OpenAI's shape.
type ModelJSON struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

// models lists what a request's model may say: "sonde" is the server's default.
func (s *Server) models(c echo.Context) []ModelJSON {
	began := time.Unix(0, 0).Unix()
	list := []ModelJSON{{"sonde", "model", began, "sonde"}, {builtinModel, "model", began, "sonde"}}
	for _, m := range s.opts.Models(c.Request().Context()) {
		list = append(list, ModelJSON{m.ID, "model", began, m.Owner})
	}
	return list
}

func (s *Server) listModels(c echo.Context) error {
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, ModelList{"list", s.models(c)})
}

func (s *Server) getModel(c echo.Context) error {
	for _, m := range s.models(c) {
		if m.ID == c.Param("*") {
			return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, m)
		}
	}
	return tell(errModel, fmt.Sprintf("model %q is not offered here: see GET /v1/models", clip(c.Param("*"), 60)))
}
