package server

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"syscall"

	"github.com/labstack/echo/v4"

	"github.com/sonde-search/sonde/agent"
)

// Errors that only the server knows.
var (
	errBusy         = errors.New("as many questions as allowed are being answered: try again in a moment")
	errDraining     = errors.New("the server is shutting down: try again in a moment")
	errUnauthorized = errors.New("an API key is needed: send Authorization: Bearer <key>")
	errHost         = errors.New("this host name is not served: ask by the configured address, or add the name to server.hosts")
	errCrossOrigin  = errors.New("a page of another site may not do this")
	errTooLarge     = errors.New("the request is too large")
	errBadRequest   = errors.New("the request cannot be read")
	errMediaType    = errors.New("send the body as Content-Type: application/json")
	errModel        = errors.New("this model is not offered here")
	errNotBuilt     = errors.New("this server was started without it")
)

// A kind is how an error is told to a client.
type kind struct {
	is     error
	status int
	code   string // stable, for programs
	title  string
}

// kinds is the one table from errors to statuses. The first that matches counts.
var kinds = []kind{
	{errTooLarge, http.StatusRequestEntityTooLarge, "too_large", "Too large"},
	{agent.ErrBadQuestion, http.StatusBadRequest, "bad_question", "Bad question"},
	{errModel, http.StatusNotFound, "model_not_found", "Model not found"},
	{errMediaType, http.StatusUnsupportedMediaType, "media_type", "Unsupported media type"},
	{errBadRequest, http.StatusBadRequest, "bad_request", "Bad request"},
	{fs.ErrInvalid, http.StatusBadRequest, "bad_request", "Bad request"},
	{errUnauthorized, http.StatusUnauthorized, "unauthorized", "A key is needed"},
	{errHost, http.StatusForbidden, "host", "Host not served"},
	{errCrossOrigin, http.StatusForbidden, "cross_origin", "Cross-origin request refused"},
	{fs.ErrNotExist, http.StatusNotFound, "not_found", "Not found"},
	{errConflict, http.StatusConflict, "conflict", "Not now"},
	{errRunFailed, http.StatusInternalServerError, "run_failed", "The run failed"},
	{fs.ErrExist, http.StatusConflict, "conflict", "It is there already"},
	{errBusy, http.StatusServiceUnavailable, "busy", "Busy"},
	{errDraining, http.StatusServiceUnavailable, "shutting_down", "Shutting down"},
	{errNotBuilt, http.StatusNotImplemented, "not_available", "Not available"},
	{syscall.ENOSPC, http.StatusInsufficientStorage, "disk_full", "The disk is full"},
	{syscall.EIO, http.StatusInsufficientStorage, "disk_failed", "The disk failed"},
	{context.DeadlineExceeded, http.StatusGatewayTimeout, "timeout", "It took too long"},
}

// retryAfter is what a client is told to wait on 503 and 429, in seconds.
const retryAfter = "2"

// A problem is an error as a client sees it (RFC 9457).
type problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Code      string   `json:"code"`
	Detail    string   `json:"detail,omitempty"`
	Instance  string   `json:"instance,omitempty"`
	RequestID string   `json:"request_id,omitempty"`
	Run       string   `json:"run,omitempty"`    // the run it is about
	Errors    []string `json:"errors,omitempty"` // each thing that is wrong, where there are several
}

// A runError is an error about a run that exists.
type runError struct {
	run string
	err error
}

func (e *runError) Error() string { return e.err.Error() }
func (e *runError) Unwrap() error { return e.err }

// problemOf finds how an error is told. Our own failures are told without
// their text, which may hold paths; it goes to the log under the request's id.
func problemOf(err error) problem {
	p := problem{Status: http.StatusInternalServerError, Code: "internal", Title: "Internal error"}
	var he *echo.HTTPError
	known := false
	for _, k := range kinds {
		if known = errors.Is(err, k.is); known {
			p.Status, p.Code, p.Title = k.status, k.code, k.title
			break
		}
	}
	switch {
	case known:
	case errors.As(err, &he):
		p.Status, p.Title = he.Code, http.StatusText(he.Code)
		p.Code = strings.ReplaceAll(strings.ToLower(p.Title), " ", "_")
	}
	p.Detail = detail(err, p)
	var re *runError
	if errors.As(err, &re) {
		p.Run = re.run
	}
	p.Type = "/docs#" + p.Code
	return p
}

// detail is what of an error's text a client may read.
func detail(err error, p problem) string {
	var told *toldError
	switch {
	case errors.As(err, &told):
		return told.Error()
	case errors.Is(err, fs.ErrExist):
		return "something with this name is here already: choose another, or change that"
	case p.Code == "not_found":
		return "nothing is here under this name, or it belongs to another key"
	case p.Code == "disk_failed":
		return "the server's disk failed: nothing was kept; its log says more under this request id"
	case p.Status == http.StatusInsufficientStorage:
		return "the server's disk is full: reading goes on, writing starts again when there is room"
	case p.Status >= 500 && p.Code != "busy" && p.Code != "shutting_down" && p.Code != "not_available":
		return "the server failed; its log says more under this request id"
	}
	return err.Error()
}

// A toldError is an error that was written for the client.
type toldError struct {
	text string
	is   error
}

func (e *toldError) Error() string { return e.text }
func (e *toldError) Unwrap() error { return e.is }

// tell makes an error of a known kind whose text the client reads.
func tell(is error, text string) error { return &toldError{text, is} }

// writeError is the one place where errors become responses, and are logged.
func (s *Server) writeError(err error, c echo.Context) {
	p := problemOf(err)
	req, res := c.Request(), c.Response()
	p.RequestID, p.Instance = res.Header().Get(echo.HeaderXRequestID), req.URL.Path
	if p.Status >= 500 && p.Code != "busy" && p.Code != "shutting_down" {
		s.opts.Log.Error("request failed", "request", p.RequestID, "path", p.Instance, "error", err)
	}
	if res.Committed {
		return
	}
	switch p.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		res.Header().Set("Retry-After", retryAfter)
	case http.StatusUnauthorized:
		res.Header().Set("WWW-Authenticate", `Bearer realm="sonde"`)
	}
	body, mime := any(p), "application/problem+json"
	if strings.HasPrefix(req.URL.Path, "/v1/") {
		body, mime = openAIError(p), echo.MIMEApplicationJSON
	}
	if err := writeJSON(res, p.Status, mime, body); err != nil {
		s.opts.Log.Debug("writing an error", "request", p.RequestID, "error", err)
	}
}

// writeJSON writes a body that is small enough to be held in memory.
func writeJSON(w http.ResponseWriter, status int, mime string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)+1))
	w.WriteHeader(status)
	_, err = w.Write(append(b, '\n'))
	return err
}

// openAIError is a problem in the shape that OpenAI's clients read.
func openAIError(p problem) any {
	type body struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    string  `json:"code"`
	}
	class := "invalid_request_error"
	switch {
	case p.Status >= 500:
		class = "server_error"
	case p.Status == http.StatusUnauthorized:
		class = "authentication_error"
	}
	text := p.Title
	if p.Detail != "" {
		text = p.Detail
	}
	return struct {
		Error body `json:"error"`
	}{body{Message: text, Type: class, Code: p.Code}}
}
