package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/sonde-search/sonde/agent"
)

// The tools follow the Model Context Protocol
// (https://modelcontextprotocol.io/specification/2025-06-18/server/tools).

// ToolAsk is what the tool ask takes.
type ToolAsk struct {
	Question    string   `json:"question" jsonschema:"what you want to know, in English or Chinese"`
	Sites       []string `json:"sites,omitempty" jsonschema:"addresses to read, with the links within their hosts; default: the web"`
	Collections []string `json:"collections,omitempty" jsonschema:"knowledge bases to look in"`
	Language    string   `json:"language,omitempty" jsonschema:"the answer's language: auto, zh or en"`
	Pages       int      `json:"pages,omitempty" jsonschema:"at most so many pages are read; default 50"`
	Seconds     float64  `json:"seconds,omitempty" jsonschema:"at most so many seconds; default 120"`
}

// ToolAnswer is what the tool ask returns.
type ToolAnswer struct {
	Run     string       `json:"run"`
	Status  agent.Status `json:"status"`
	Text    string       `json:"text" jsonschema:"Markdown; marks such as [1] name the sources"`
	Sources []ToolSource `json:"sources"`
}

// A ToolSource is a page that an answer cites.
type ToolSource struct {
	N        int      `json:"n"`
	URL      string   `json:"url"`
	Title    string   `json:"title"`
	Snapshot string   `json:"snapshot" jsonschema:"give it to read_page"`
	Quotes   []string `json:"quotes" jsonschema:"exact words of the page"`
}

// ToolSearch is what the tool search takes.
type ToolSearch struct {
	Query      string `json:"query" jsonschema:"what to look for"`
	Collection string `json:"collection,omitempty" jsonschema:"a knowledge base to look in; default: the web"`
	Limit      int    `json:"limit,omitempty" jsonschema:"at most so many results, 1 to 50; default 10"`
}

// ToolHits is what the tool search returns.
type ToolHits struct {
	Hits []ToolHit `json:"hits"`
}

// A ToolHit is one result of a search.
type ToolHit struct {
	URL       string `json:"url"`
	Title     string `json:"title,omitempty"`
	Text      string `json:"text,omitempty" jsonschema:"a passage of a knowledge base, or a search provider's snippet, which proves nothing"`
	Snapshot  string `json:"snapshot,omitempty"`
	Published string `json:"published,omitempty"`
}

// ToolRead is what the tool read_page takes.
type ToolRead struct {
	URL      string `json:"url,omitempty" jsonschema:"the address to read"`
	Snapshot string `json:"snapshot,omitempty" jsonschema:"or a snapshot: the page as it was read for an answer"`
	Start    int    `json:"start,omitempty" jsonschema:"the byte to begin at, where a page is long"`
}

// ToolPage is what the tool read_page returns.
type ToolPage struct {
	URL       string `json:"url"`
	Title     string `json:"title,omitempty"`
	Published string `json:"published,omitempty"`
	Snapshot  string `json:"snapshot"`
	Text      string `json:"text"`
	Next      int    `json:"next,omitempty" jsonschema:"give it as start to read on; missing at the end"`
}

// toolPageBytes bounds the text that one call of read_page returns.
const toolPageBytes = 24 << 10

// mcpServer is the protocol's server for one key's owner.
func (s *Server) mcpServer(owner string) *mcp.Server {
	m := mcp.NewServer(&mcp.Implementation{Name: "sonde", Title: "Sonde", Version: s.opts.Version}, &mcp.ServerOptions{
		SchemaCache: s.toolSchemas, Logger: s.opts.Log,
		Instructions: "Sonde answers questions by reading pages; every sentence of an answer carries the exact words that prove it.",
	})
	reads := &mcp.ToolAnnotations{ReadOnlyHint: true}
	mcp.AddTool(m, &mcp.Tool{
		Name: "ask", Annotations: reads,
		Description: "Answer a question from pages that are read for it, with cited sources. Takes seconds to minutes.",
	}, func(ctx context.Context, req *mcp.CallToolRequest, in ToolAsk) (*mcp.CallToolResult, ToolAnswer, error) {
		answer, err := s.toolAsk(ctx, owner, in, reporter(ctx, req))
		return nil, answer, said(err)
	})
	if s.opts.Search != nil || s.opts.Knowledge != nil {
		mcp.AddTool(m, &mcp.Tool{
			Name: "search", Annotations: reads, Description: "Search the web or a knowledge base: addresses and passages, unread.",
		}, func(ctx context.Context, _ *mcp.CallToolRequest, in ToolSearch) (*mcp.CallToolResult, ToolHits, error) {
			hits, err := s.toolSearch(ctx, in)
			return nil, hits, said(err)
		})
	}
	mcp.AddTool(m, &mcp.Tool{
		Name: "read_page", Annotations: reads, Description: "Read a page's text: an address, or a snapshot that an answer cites.",
	}, func(ctx context.Context, _ *mcp.CallToolRequest, in ToolRead) (*mcp.CallToolResult, ToolPage, error) {
		page, err := s.toolRead(ctx, owner, in)
		return nil, page, said(err)
	})
	return m
}

// said is an error as a tool's caller reads it.
func said(err error) error {
	if err == nil {
		return nil
	}
	p := problemOf(err)
	return errors.New(p.Title + ": " + p.Detail)
}

// reporter tells a client that wants it how far a question is.
func reporter(ctx context.Context, req *mcp.CallToolRequest) func(agent.Paged) error {
	token := req.Params.GetProgressToken()
	if token == nil {
		return func(agent.Paged) error { return nil }
	}
	return func(p agent.Paged) error {
		return req.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{
			ProgressToken: token, Progress: float64(p.Done), Total: float64(p.Of), Message: p.URL,
		})
	}
}

// toolAsk runs a question to its answer. A client that cancels stops the run.
func (s *Server) toolAsk(ctx context.Context, owner string, in ToolAsk, report func(agent.Paged) error) (ToolAnswer, error) {
	_, live, err := s.begin(ctx, owner, RunRequest{
		Question: in.Question, Sites: in.Sites, Collections: in.Collections, Language: in.Language,
		Budget: agent.Budget{Pages: in.Pages, Seconds: in.Seconds},
	})
	if err != nil {
		return ToolAnswer{}, err
	}
	stop := context.AfterFunc(ctx, func() { live.cancel(errCancelled) })
	defer stop()
	reported := make(chan struct{})
	go func() { s.reportPages(ctx, live, report); close(reported) }()
	answer, err := s.await(ctx, live)
	<-reported // what is told after the answer is lost
	if err != nil {
		return ToolAnswer{}, err
	}
	return toolAnswer(answer), nil
}

// reportPages tells of pages until the run has ended.
func (s *Server) reportPages(ctx context.Context, live *liveRun, report func(agent.Paged) error) {
	for after := int64(0); ; {
		events, more, done := live.since(after)
		for _, e := range events {
			after = e.id
			if e.kind != (agent.Paged{}).Kind() {
				continue
			}
			step, err := agent.DecodeStep(e.kind, e.data)
			if page, ok := step.(agent.Paged); ok && page.State == agent.PageRead {
				err = report(page)
			}
			if err != nil {
				s.ignore("reporting progress", err)
				return
			}
		}
		if done {
			return
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		case <-s.draining:
			return
		}
	}
}

func toolAnswer(a agent.Answer) ToolAnswer {
	out := ToolAnswer{Run: a.ID, Status: a.Status, Text: a.Text, Sources: []ToolSource{}}
	quotes := map[int][]string{}
	for _, c := range a.Claims {
		for _, cite := range c.Cites {
			quotes[cite.Source] = append(quotes[cite.Source], cite.Quote)
		}
	}
	for _, src := range a.Sources {
		if q := quotes[src.N]; q != nil {
			out.Sources = append(out.Sources, ToolSource{src.N, src.URL, src.Title, src.Snapshot, q})
		}
	}
	return out
}

func (s *Server) toolSearch(ctx context.Context, in ToolSearch) (ToolHits, error) {
	if in.Limit == 0 {
		in.Limit = 10
	}
	out := ToolHits{Hits: []ToolHit{}}
	switch {
	case strings.TrimSpace(in.Query) == "" || len(in.Query) > agent.MaxQuestionBytes:
		return out, tell(errBadRequest, "query must hold what to look for")
	case in.Limit < 1 || in.Limit > 50:
		return out, tell(errBadRequest, "limit must be a number from 1 to 50")
	case in.Collection != "" && s.opts.Knowledge == nil, in.Collection == "" && s.opts.Search == nil:
		return out, tell(errNotBuilt, "this server was started without it")
	case in.Collection == "":
		hits, err := s.opts.Search(ctx, in.Query, in.Limit)
		for _, h := range hits[:min(len(hits), in.Limit)] {
			out.Hits = append(out.Hits, ToolHit{URL: h.URL, Title: h.Title, Text: h.Snippet, Published: h.Published})
		}
		return out, err
	}
	q := CollectionQuery{Text: in.Query, K: in.Limit, Filter: DocumentQuery{Collection: in.Collection}}
	passages, err := s.opts.Knowledge.Search(ctx, q)
	for _, p := range passages {
		out.Hits = append(out.Hits, ToolHit{p.URL, p.Title, p.Text, p.Snapshot, p.Published})
	}
	return out, err
}

func (s *Server) toolRead(ctx context.Context, owner string, in ToolRead) (ToolPage, error) {
	page, err := s.toolPage(ctx, owner, in)
	if err != nil {
		return ToolPage{}, err
	}
	if in.Start < 0 || in.Start > len(page.Text) || in.Start < len(page.Text) && !utf8.RuneStart(page.Text[in.Start]) {
		return ToolPage{}, tell(errBadRequest, fmt.Sprintf("start must lie within the page's %d bytes: give what next said", len(page.Text)))
	}
	out := ToolPage{URL: page.URL, Title: page.Title, Published: page.Published, Snapshot: page.Snapshot, Text: page.Text[in.Start:]}
	if len(out.Text) > toolPageBytes {
		end := toolPageBytes
		for !utf8.RuneStart(out.Text[end]) {
			end--
		}
		out.Text, out.Next = out.Text[:end], in.Start+end
	}
	return out, nil
}

func (s *Server) toolPage(ctx context.Context, owner string, in ToolRead) (*agent.Page, error) {
	switch {
	case (in.URL == "") == (in.Snapshot == ""):
		return nil, tell(errBadRequest, "give either url or snapshot")
	case in.Snapshot != "":
		return s.opts.Store.Snapshot(ctx, owner, in.Snapshot)
	case s.opts.Read == nil:
		return nil, tell(errNotBuilt, "this server reads no single pages: give a snapshot, or ask with sites")
	}
	if err := (agent.Question{Text: "x", Scope: agent.Scope{Sites: []string{in.URL}}}).Clean().Validate(); err != nil {
		return nil, err
	}
	return s.opts.Read(ctx, in.URL)
}

// ownerContext carries the key's owner through the protocol's library.
type ownerContext struct{}

// mcpHandler serves the protocol over streamable HTTP, each request by itself.
func (s *Server) mcpHandler() echo.HandlerFunc {
	h := mcp.NewStreamableHTTPHandler(func(r *http.Request) *mcp.Server {
		owner, ok := r.Context().Value(ownerContext{}).(string)
		if !ok {
			return nil
		}
		return s.mcpServer(owner)
	}, &mcp.StreamableHTTPOptions{
		Stateless: true, Logger: s.opts.Log, MaxRequestBodyBytes: s.opts.Limits.Body,
		DisableLocalhostProtection: true, // guard has checked the host already, by the configuration
	})
	return func(c echo.Context) error {
		req := c.Request()
		h.ServeHTTP(c.Response(), req.WithContext(context.WithValue(req.Context(), ownerContext{}, ownerOf(c))))
		return nil
	}
}

// ServeMCP speaks the protocol on a transport, such as standard input and
// output, until the client leaves or ctx ends.
func (s *Server) ServeMCP(ctx context.Context, t mcp.Transport) error {
	return s.mcpServer("").Run(ctx, t)
}

// ServeStdio is ServeMCP on standard input and output.
func (s *Server) ServeStdio(ctx context.Context) error { return s.ServeMCP(ctx, &mcp.StdioTransport{}) }
