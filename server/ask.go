package server

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// builtinModel is the SPEC of the engine that needs no model.
const builtinModel = "builtin"

// How much of a conversation a follow-up carries.
const (
	earlierTurns = 10
	earlierBytes = 2000 // of each answer
)

// newConversation in a request's conversation field begins one.
const newConversation = "new"

// A RunRequest is the body of POST /api/runs.
type RunRequest struct {
	Question     string       `json:"question" jsonschema:"what you want to know, at most 16384 bytes of UTF-8"`
	Sites        []string     `json:"sites,omitempty" jsonschema:"addresses to read: that page or site, links within the same host followed"`
	Collections  []string     `json:"collections,omitempty" jsonschema:"knowledge bases to look in"`
	Web          *bool        `json:"web,omitempty" jsonschema:"ask the web's search providers; default: true where neither sites nor collections are given"`
	Budget       agent.Budget `json:"budget,omitzero" jsonschema:"limits, enforced together; a limit that is missing or 0 takes its default"`
	Model        string       `json:"model,omitempty" jsonschema:"the model that writes, one of GET /v1/models; default: the server's"`
	Planner      string       `json:"planner,omitempty" jsonschema:"the model that plans; default: the one that writes"`
	Language     string       `json:"language,omitempty" jsonschema:"the answer's language: auto, zh or en"`
	Conversation string       `json:"conversation,omitempty" jsonschema:"id of the conversation that this question continues, or new to begin one"`
	Include      []string     `json:"include,omitempty" jsonschema:"only these domains, in web searches"`
	Exclude      []string     `json:"exclude,omitempty" jsonschema:"never these domains"`
	After        string       `json:"after,omitempty" jsonschema:"published on or after this day, YYYY-MM-DD"`
	SafeSearch   bool         `json:"safe_search,omitempty" jsonschema:"ask the search providers to leave out what is not for everybody"`
	Unsupported  string       `json:"unsupported,omitempty" jsonschema:"what becomes of a sentence that does not hold: drop (default) or mark"`
	Fresh        bool         `json:"fresh,omitempty" jsonschema:"go past the page cache"`

	Attachments []AttachmentJSON `json:"attachments,omitempty" jsonschema:"files and images that the question is about; also as files of a multipart request"`

	earlier  []agent.Turn       // turns that came with the request
	attached []agent.Attachment // what came with it
}

// maxScope bounds each list of a request's scope.
const maxScope = 100

// question turns a request into a question, cleaned and validated.
func (s *Server) question(ctx context.Context, r RunRequest) (agent.Question, error) {
	if len(r.Question) > agent.MaxQuestionBytes {
		return agent.Question{}, tell(errTooLarge, fmt.Sprintf(
			"the question has %d bytes; at most %d are allowed: put long material into a collection and ask about that", len(r.Question), agent.MaxQuestionBytes))
	}
	web := len(r.Sites) == 0 && len(r.Collections) == 0
	if r.Web != nil {
		web = *r.Web
	}
	q := agent.Question{
		Text: r.Question, Language: r.Language, Budget: r.Budget, Unsupported: r.Unsupported, Fresh: r.Fresh, Earlier: r.earlier,
		Scope: agent.Scope{
			Sites: r.Sites, Collections: r.Collections, Web: web,
			Include: r.Include, Exclude: r.Exclude, After: r.After, SafeSearch: r.SafeSearch,
		},
	}
	for name, list := range map[string][]string{"sites": r.Sites, "collections": r.Collections, "include": r.Include, "exclude": r.Exclude} {
		if len(list) > maxScope {
			return q, fmt.Errorf("%w: %s has %d entries; at most %d are allowed", agent.ErrBadQuestion, name, len(list), maxScope)
		}
	}
	if !web && len(r.Sites)+len(r.Collections)+len(r.attached) == 0 && (r.Conversation == "" || r.Conversation == newConversation) {
		return q, fmt.Errorf("%w: nowhere to look: give sites, collections or attachments, or do not set web to false", agent.ErrBadQuestion)
	}
	var err error
	if q.Model, err = s.model(ctx, r.Model); err != nil {
		return q, err
	}
	if r.Planner != "" {
		if q.Planner, err = s.model(ctx, r.Planner); err != nil {
			return q, err
		}
	}
	q = q.Clean()
	return q, q.Validate()
}

// model finds the SPEC that a request may use. Only listed ones may: a SPEC can
// hold an address, and a key would be sent there.
func (s *Server) model(ctx context.Context, asked string) (string, error) {
	switch asked {
	case "", "sonde":
		return s.opts.DefaultModel, nil
	case builtinModel, s.opts.DefaultModel:
		return asked, nil
	}
	models := s.opts.Models(ctx)
	if slices.ContainsFunc(models, func(m Model) bool { return m.ID == asked }) {
		return asked, nil
	}
	names := []string{builtinModel}
	for _, m := range models {
		names = append(names, m.ID)
	}
	return "", tell(errModel, fmt.Sprintf("model %q is not offered here: use one of %s", clip(asked, 60), strings.Join(names, ", ")))
}

// converse puts a question into its conversation: the earlier turns come with it.
func (s *Server) converse(ctx context.Context, owner, id string, q *agent.Question) (string, error) {
	switch id {
	case "":
		return "", nil
	case newConversation:
		c := Conversation{ID: s.newID("conv"), Owner: owner, Created: s.opts.Now()}
		return c.ID, s.opts.Store.CreateConversation(ctx, c)
	}
	if _, err := s.opts.Store.Conversation(ctx, owner, id); err != nil {
		return "", err
	}
	turns, err := s.opts.Store.Turns(ctx, owner, id, earlierTurns)
	if err != nil {
		return "", err
	}
	for i := range turns {
		turns[i].Answer = clip(turns[i].Answer, earlierBytes)
	}
	q.Earlier = turns
	return id, nil
}
