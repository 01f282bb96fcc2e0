package server

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/sonde-search/sonde/agent"
)

// ConversationJSON is a conversation as the API shows it.
type ConversationJSON struct {
	ID      string    `json:"id"`
	Title   string    `json:"title"`
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	Turns   int       `json:"turns" jsonschema:"number of questions"`
	Runs    []RunJSON `json:"runs,omitempty" jsonschema:"its questions, oldest first, with their answers"`
}

// A ConversationChange is what may be changed of a conversation.
type ConversationChange struct {
	Title string `json:"title" jsonschema:"at most 200 characters; empty in a new one: its first question"`
}

const maxTitle = 200

// maxTurns bounds how many of a conversation's runs are shown, the latest.
const maxTurns = 200

func conversationJSON(c Conversation) ConversationJSON {
	return ConversationJSON{ID: c.ID, Title: c.Title, Created: c.Created, Updated: c.Updated, Turns: c.Turns}
}

func (s *Server) listConversations(c echo.Context) error {
	limit, err := pageSize(c)
	if err != nil {
		return err
	}
	q := ConversationQuery{Owner: ownerOf(c), Limit: limit + 1}
	if before := c.QueryParam("before"); before != "" {
		if q.Before, err = time.Parse(time.RFC3339Nano, before); err != nil {
			return tell(errBadRequest, "before must be what the last page's next said")
		}
	}
	list, err := s.opts.Store.Conversations(c.Request().Context(), q)
	if err != nil {
		return err
	}
	page := listOf(list, limit, conversationJSON, func(c Conversation) string { return c.Updated.Format(time.RFC3339Nano) })
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, page)
}

func (s *Server) postConversation(c echo.Context) error {
	title, err := s.title(c)
	if err != nil {
		return err
	}
	now := s.opts.Now().UTC()
	conv := Conversation{ID: s.newID("conv"), Owner: ownerOf(c), Title: title, Created: now, Updated: now}
	if err := s.opts.Store.CreateConversation(c.Request().Context(), conv); err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/conversations/"+conv.ID)
	return writeJSON(c.Response(), http.StatusCreated, echo.MIMEApplicationJSON, conversationJSON(conv))
}

func (s *Server) title(c echo.Context) (string, error) {
	var body ConversationChange
	if err := decode(c.Request(), s.opts.Limits.Body, &body); err != nil {
		return "", err
	}
	title := strings.Join(strings.Fields(body.Title), " ")
	if utf8.RuneCountInString(title) > maxTitle {
		return "", tell(errBadRequest, fmt.Sprintf("a title has at most %d characters", maxTitle))
	}
	return title, nil
}

// conversationWithRuns reads a conversation and its runs, oldest first.
func (s *Server) conversationWithRuns(c echo.Context) (Conversation, []Run, error) {
	ctx, owner := c.Request().Context(), ownerOf(c)
	conv, err := s.opts.Store.Conversation(ctx, owner, c.Param("id"))
	if err != nil {
		return conv, nil, err
	}
	list, err := s.opts.Store.Runs(ctx, RunQuery{Owner: owner, Conversation: conv.ID, Limit: maxTurns})
	if err != nil {
		return conv, nil, err
	}
	runs := make([]Run, len(list))
	for i, r := range list {
		if runs[len(list)-1-i], err = s.opts.Store.Run(ctx, owner, r.ID); err != nil {
			return conv, nil, err
		}
	}
	return conv, runs, nil
}

func (s *Server) getConversation(c echo.Context) error {
	conv, runs, err := s.conversationWithRuns(c)
	if err != nil {
		return err
	}
	body := conversationJSON(conv)
	for _, r := range runs {
		body.Runs = append(body.Runs, runJSON(r))
	}
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, body)
}

func (s *Server) patchConversation(c echo.Context) error {
	title, err := s.title(c)
	if err != nil {
		return err
	}
	if title == "" {
		return tell(errBadRequest, "the title is empty: write one")
	}
	ctx, owner, id := c.Request().Context(), ownerOf(c), c.Param("id")
	if err := s.opts.Store.RenameConversation(ctx, owner, id, title); err != nil {
		return err
	}
	conv, err := s.opts.Store.Conversation(ctx, owner, id)
	if err != nil {
		return err
	}
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, conversationJSON(conv))
}

// deleteConversation removes a conversation; runs of it at work are stopped.
func (s *Server) deleteConversation(c echo.Context) error {
	ctx, owner, id := c.Request().Context(), ownerOf(c), c.Param("id")
	runs, err := s.opts.Store.Runs(ctx, RunQuery{Owner: owner, Conversation: id, Limit: maxTurns})
	if err != nil {
		return err
	}
	for _, r := range runs {
		if live := s.manager.get(owner, r.ID); live != nil {
			live.cancel(errCancelled)
			if err := live.wait(ctx); err != nil {
				return err
			}
		}
	}
	if err := s.opts.Store.DeleteConversation(ctx, owner, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// exportConversation writes questions, answers and sources as Markdown.
func (s *Server) exportConversation(c echo.Context) error {
	conv, runs, err := s.conversationWithRuns(c)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", oneLine(conv.Title))
	for _, r := range runs {
		fmt.Fprintf(&b, "\n## %s\n\n*%s*\n\n", oneLine(r.Question.Text), r.Created.Format(time.RFC3339))
		switch {
		case r.Answer != nil:
			exportAnswer(&b, *r.Answer)
		case r.Error != "":
			fmt.Fprintf(&b, "(failed: %s)\n", oneLine(r.Error))
		default:
			b.WriteString("(still at work)\n")
		}
	}
	h := c.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="`+conv.ID+`.md"`)
	return c.Blob(http.StatusOK, "text/markdown; charset=utf-8", []byte(b.String()))
}

func exportAnswer(b *strings.Builder, a agent.Answer) {
	b.WriteString(a.Text + "\n")
	first := true
	for _, src := range a.Sources {
		if src.State != agent.StateCited {
			continue
		}
		if first {
			b.WriteString("\n")
			first = false
		}
		title := src.Title
		if title == "" {
			title = src.URL
		}
		fmt.Fprintf(b, "%d. %s <%s>\n", src.N, oneLine(title), src.URL)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
