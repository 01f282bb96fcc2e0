package server

import (
	"fmt"
	"slices"

	"github.com/labstack/echo/v4"
)

// A route is one call of the API: what serves it, and what /openapi.json says of it.
type route struct {
	method, path string // path in OpenAPI's form, with {name}
	name         string // operationId
	summary      string
	handle       echo.HandlerFunc
	open         bool // no key is needed
	params       []param
	in           any  // zero value of the JSON body; nil: none
	upload       bool // multipart is taken too
	rest         bool // the last parameter takes the rest of the path
	out          []reply
}

// A param is a query parameter.
type param struct{ name, kind, about string }

// A reply is what a call answers when all is well.
type reply struct {
	status int
	mime   string // empty: application/json
	body   any    // zero value of the JSON; nil: none, or not JSON
	about  string
}

var pageParams = []param{
	{"limit", "integer", "at most so many, 1 to 200; default 50"},
	{"before", "string", "what the last page's next said"},
}

// routes is the table of all calls.
func (s *Server) routes() []route {
	return slices.Concat(s.runRoutes(), s.conversationRoutes(), s.chatRoutes(), s.collectionRoutes(), s.systemRoutes())
}

func (s *Server) runRoutes() []route {
	return []route{
		{method: "POST", path: "/api/runs", name: "createRun", summary: "Ask a question", handle: s.postRun, upload: true,
			params: []param{{"wait", "boolean", "answer with the finished answer"}}, in: RunRequest{},
			out: []reply{{status: 202, body: RunJSON{}, about: "the run, at work"}, {status: 200, body: RunAnswer{}, about: "the finished answer, with ?wait=true"}}},
		{method: "GET", path: "/api/runs", name: "listRuns", summary: "List runs, newest first", handle: s.listRuns,
			params: append([]param{{"conversation", "string", "only those of this conversation"}}, pageParams...),
			out:    []reply{{status: 200, body: List[RunJSON]{}}}},
		{method: "GET", path: "/api/runs/{id}", name: "getRun", summary: "One run, with its answer once there", handle: s.getRun,
			out: []reply{{status: 200, body: RunJSON{}}}},
		{method: "DELETE", path: "/api/runs/{id}", name: "deleteRun", summary: "Remove a run and its steps", handle: s.deleteRun,
			out: []reply{{status: 204, about: "removed"}}},
		{method: "GET", path: "/api/runs/{id}/events", name: "streamEvents", summary: "The run's steps as server-sent events", handle: s.getEvents,
			params: []param{{"after", "integer", "only events after this id, as the header Last-Event-ID says it"}},
			out:    []reply{{status: 200, mime: "text/event-stream", about: "events: run, reasoning, plan, search, page, passages, claim, rejected; last answer or error"}, {status: 204, about: "the run has ended, and the client has all of it"}}},
		{method: "POST", path: "/api/runs/{id}/cancel", name: "cancelRun", summary: "Stop a run; its answer is what the evidence supports", handle: s.cancelRun,
			out: []reply{{status: 202, body: RunJSON{}, about: "it is being stopped, or had ended"}}},
		{method: "GET", path: "/api/runs/{id}/bundle", name: "getBundle", summary: "The run as one replayable file", handle: s.getBundle,
			out: []reply{{status: 200, mime: "application/octet-stream", about: "the bundle"}}},
		{method: "GET", path: "/api/runs/{id}/warc", name: "getWARC", summary: "The pages that a run read, as a web archive (WARC 1.1, gzipped)", handle: s.getWARC,
			out: []reply{{status: 200, mime: "application/warc", about: "the archive: the text of each page, what is known of it, question and answer"}}},
		{method: "GET", path: "/api/snapshots/{sha256}", name: "getSnapshot", summary: "A page as it was read", handle: s.getSnapshot,
			params: []param{{"highlight", "string", "start-end in UTF-8 bytes: an HTML page with that span marked"}},
			out:    []reply{{status: 200, mime: "text/plain", about: "the text"}, {status: 200, mime: "text/html", about: "with ?highlight="}}},
	}
}

func (s *Server) conversationRoutes() []route {
	return []route{
		{method: "GET", path: "/api/conversations", name: "listConversations", summary: "List conversations, the latest first", handle: s.listConversations,
			params: pageParams, out: []reply{{status: 200, body: List[ConversationJSON]{}}}},
		{method: "POST", path: "/api/conversations", name: "createConversation", summary: "Begin a conversation", handle: s.postConversation,
			in: ConversationChange{}, out: []reply{{status: 201, body: ConversationJSON{}}}},
		{method: "GET", path: "/api/conversations/{id}", name: "getConversation", summary: "One conversation with its runs, oldest first", handle: s.getConversation,
			out: []reply{{status: 200, body: ConversationJSON{}}}},
		{method: "PATCH", path: "/api/conversations/{id}", name: "renameConversation", summary: "Change its title", handle: s.patchConversation,
			in: ConversationChange{}, out: []reply{{status: 200, body: ConversationJSON{}}}},
		{method: "DELETE", path: "/api/conversations/{id}", name: "deleteConversation", summary: "Remove it with its runs", handle: s.deleteConversation,
			out: []reply{{status: 204, about: "removed"}}},
		{method: "GET", path: "/api/conversations/{id}/export", name: "exportConversation", summary: "The conversation as Markdown", handle: s.exportConversation,
			out: []reply{{status: 200, mime: "text/markdown", about: "questions, answers and sources"}}},
	}
}

func (s *Server) chatRoutes() []route {
	return []route{
		{method: "POST", path: "/v1/chat/completions", name: "createChatCompletion", summary: "Ask a question, in OpenAI's shape", handle: s.postChat,
			in: ChatRequest{}, out: []reply{{status: 200, body: ChatCompletion{}, about: "the answer, with [n] marks and url_citation annotations"},
				{status: 200, mime: "text/event-stream", about: "with stream: chat.completion.chunk objects, then [DONE]"}}},
		{method: "GET", path: "/v1/models", name: "listModels", summary: "The models that a question may name", handle: s.listModels,
			out: []reply{{status: 200, body: ModelList{}}}},
		{method: "GET", path: "/v1/models/{model}", name: "getModel", summary: "One model", handle: s.getModel, rest: true,
			out: []reply{{status: 200, body: ModelJSON{}}}},
	}
}

func (s *Server) systemRoutes() []route {
	return []route{
		{method: "GET", path: "/healthz", name: "healthz", summary: "Is the process alive?", handle: s.healthz, open: true,
			out: []reply{{status: 200, body: Health{}}}},
		{method: "GET", path: "/readyz", name: "readyz", summary: "Can it serve? 503 while shutting down or where the store fails", handle: s.readyz, open: true,
			out: []reply{{status: 200, body: Health{}}}},
		{method: "GET", path: "/metrics", name: "metrics", summary: "Prometheus metrics", handle: echo.WrapHandler(s.metrics.handler()),
			out: []reply{{status: 200, mime: "text/plain", about: "text exposition format"}}},
		{method: "GET", path: "/openapi.json", name: "openapi", summary: "This description", handle: s.getOpenAPI, open: true,
			out: []reply{{status: 200, body: struct{}{}}}},
		{method: "POST", path: "/api/session", name: "createSession", summary: "Keep a key in a cookie, for the web chat", handle: s.postSession, open: true,
			in: SessionRequest{}, out: []reply{{status: 204, about: "the cookie is set"}}},
		{method: "DELETE", path: "/api/session", name: "deleteSession", summary: "Forget the cookie's key", handle: s.deleteSession, open: true,
			out: []reply{{status: 204, about: "the cookie is gone"}}},
	}
}

// route builds the router from the table.
func (s *Server) route() error {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect() // headers are never believed
	e.HTTPErrorHandler = s.writeError
	e.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Request().URL.RawPath = "" // routes and parameters are decoded
			return next(c)
		}
	})
	e.Use(s.guard)
	s.echo = e
	table := s.routes()
	for _, r := range table {
		handle := r.handle
		if !r.open {
			handle = s.authorize(handle)
		}
		e.Add(r.method, r.echoPath(), handle)
	}
	e.Any("/mcp", s.authorize(s.mcpHandler()))
	e.GET("/*", s.getAsset)
	e.HEAD("/*", s.getAsset)
	e.HEAD("/healthz", s.healthz)
	e.HEAD("/readyz", s.readyz)
	var err error
	if s.assets, err = assets(s.opts.Web); err != nil {
		return err
	}
	if s.openapi, err = describe(table, s.opts.Version); err != nil {
		return fmt.Errorf("describing the API: %w", err)
	}
	return nil
}
