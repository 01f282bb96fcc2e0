package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/sonde-search/sonde/agent"
)

// RunJSON is a run as the API shows it.
type RunJSON struct {
	ID           string         `json:"id"`
	Status       agent.Status   `json:"status" jsonschema:"running, answered, partial, not_found, failed or cancelled"`
	Question     agent.Question `json:"question"`
	Conversation string         `json:"conversation,omitempty"`
	Created      time.Time      `json:"created"`
	Finished     time.Time      `json:"finished,omitzero"`
	Answer       *agent.Answer  `json:"answer,omitempty"`
	Error        string         `json:"error,omitempty" jsonschema:"why it failed"`
	Events       string         `json:"events" jsonschema:"where its events are"`
}

func runJSON(r Run) RunJSON {
	return RunJSON{
		ID: r.ID, Status: r.Status, Question: r.Question, Conversation: r.Conversation, Created: r.Created,
		Finished: r.Finished, Answer: r.Answer, Error: r.Error, Events: runPath(r.ID) + "/events",
	}
}

// A RunAnswer is a finished run to who waited for it.
type RunAnswer struct {
	agent.Answer
	Conversation string `json:"conversation,omitempty"`
}

func runPath(id string) string { return "/api/runs/" + id }

// A List is one page of a list.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" jsonschema:"send it as before to get the next page; missing on the last"`
}

func listOf[F, T any](from []F, limit int, to func(F) T, cursor func(F) string) List[T] {
	l := List[T]{Items: make([]T, 0, len(from))}
	for i, f := range from {
		if i == limit { // one more was asked for, to know whether there is one
			l.Next = cursor(from[i-1])
			break
		}
		l.Items = append(l.Items, to(f))
	}
	return l
}

// pageSize reads ?limit=.
func pageSize(c echo.Context) (int, error) {
	text := c.QueryParam("limit")
	if text == "" {
		return 50, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 200 {
		return 0, tell(errBadRequest, "limit must be a number from 1 to 200")
	}
	return n, nil
}

// postRun starts a run; with ?wait=true it answers when the run has ended.
func (s *Server) postRun(c echo.Context) error {
	body, err := s.readRun(c.Request())
	if err != nil {
		return err
	}
	wait, err := boolParam(c, "wait")
	if err != nil {
		return err
	}
	run, live, err := s.begin(c.Request().Context(), ownerOf(c), body)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", runPath(run.ID))
	if !wait {
		return writeJSON(c.Response(), http.StatusAccepted, echo.MIMEApplicationJSON, runJSON(run))
	}
	answer, err := s.await(c.Request().Context(), live)
	if err != nil {
		return &runError{run.ID, err}
	}
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, RunAnswer{answer, run.Conversation})
}

func boolParam(c echo.Context, name string) (bool, error) {
	text := c.QueryParam(name)
	if text == "" {
		return false, nil
	}
	v, err := strconv.ParseBool(text)
	if err != nil {
		return false, tell(errBadRequest, name+" must be true or false")
	}
	return v, nil
}

// begin validates a request and sets its run to work.
func (s *Server) begin(ctx context.Context, owner string, body RunRequest) (Run, *liveRun, error) {
	q, err := s.question(ctx, body)
	if err != nil {
		return Run{}, nil, err
	}
	run := Run{ID: s.newID("run"), Owner: owner, Question: q, Status: StatusRunning, Created: s.opts.Now().UTC()}
	if run.Conversation, err = s.converse(ctx, owner, body.Conversation, &run.Question); err != nil {
		return Run{}, nil, err
	}
	if err := s.attach(ctx, owner, run.Conversation, body, &run.Question); err != nil {
		return Run{}, nil, err
	}
	live, err := s.manager.start(ctx, run)
	return run, live, err
}

// await returns a run's answer when it has one.
func (s *Server) await(ctx context.Context, live *liveRun) (agent.Answer, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop := context.AfterFunc(s.manager.ctx, func() { cancel(errDraining) })
	defer stop()
	if err := live.wait(ctx); err != nil {
		return agent.Answer{}, context.Cause(ctx)
	}
	run, err := s.opts.Store.Run(context.WithoutCancel(ctx), live.owner, live.id)
	switch {
	case err != nil:
		return agent.Answer{}, err
	case run.Answer != nil:
		return *run.Answer, nil
	case run.Error != "":
		return agent.Answer{}, tell(errRunFailed, run.Error)
	}
	return agent.Answer{}, errors.Join(errDraining, live.err)
}

// errRunFailed is a run that Sonde itself could not finish.
var errRunFailed = errors.New("the run failed")

func (s *Server) listRuns(c echo.Context) error {
	limit, err := pageSize(c)
	if err != nil {
		return err
	}
	runs, err := s.opts.Store.Runs(c.Request().Context(), RunQuery{
		Owner: ownerOf(c), Conversation: c.QueryParam("conversation"), Before: c.QueryParam("before"), Limit: limit + 1,
	})
	if err != nil {
		return err
	}
	page := listOf(runs, limit, runJSON, func(r Run) string { return r.ID })
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, page)
}

func (s *Server) getRun(c echo.Context) error {
	run, err := s.opts.Store.Run(c.Request().Context(), ownerOf(c), c.Param("id"))
	if err != nil {
		return err
	}
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, runJSON(run))
}

// cancelRun stops a run. Stopping one that has ended changes nothing.
func (s *Server) cancelRun(c echo.Context) error {
	run, err := s.opts.Store.Run(c.Request().Context(), ownerOf(c), c.Param("id"))
	if err != nil {
		return err
	}
	if live := s.manager.get(run.Owner, run.ID); live != nil {
		live.cancel(errCancelled)
	}
	return writeJSON(c.Response(), http.StatusAccepted, echo.MIMEApplicationJSON, runJSON(run))
}

func (s *Server) deleteRun(c echo.Context) error {
	owner, id := ownerOf(c), c.Param("id")
	if s.manager.get(owner, id) != nil {
		return tell(errConflict, "the run is at work: cancel it first")
	}
	if err := s.opts.Store.DeleteRun(c.Request().Context(), owner, id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

var errConflict = errors.New("it cannot be done now")
