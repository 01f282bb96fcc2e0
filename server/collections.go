package server

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/sonde-search/sonde/agent"
)

// maxPassages bounds a search in a collection.
const maxPassages = 100

func (s *Server) collectionRoutes() []route {
	filters := []param{
		{"state", "string", "queued, reading, indexed or failed"}, {"language", "string", "such as zh or en"},
		{"source", "string", "a prefix of the source"}, {"tag", "string", "name or name=value"}, {"since", "string", "published on or after this day, YYYY-MM-DD"},
		{"until", "string", "published on or before this day, YYYY-MM-DD"},
	}
	paging := []param{{"limit", "integer", "at most so many, 1 to 200; default 50"}, {"after", "string", "what the last page's next said"}}
	return []route{
		{method: "GET", path: "/api/collections", name: "listCollections", summary: "List knowledge bases", handle: s.listCollections,
			out: []reply{{status: 200, body: List[Collection]{}}}},
		{method: "POST", path: "/api/collections", name: "createCollection", summary: "Make a knowledge base", handle: s.postCollection,
			in: CollectionChange{}, out: []reply{{status: 201, body: Collection{}}}},
		{method: "GET", path: "/api/collections/{name}", name: "getCollection", summary: "One knowledge base", handle: s.getCollection,
			out: []reply{{status: 200, body: Collection{}}}},
		{method: "PATCH", path: "/api/collections/{name}", name: "updateCollection", summary: "Change its description or schedule", handle: s.patchCollection,
			in: CollectionChange{}, out: []reply{{status: 200, body: Collection{}}}},
		{method: "DELETE", path: "/api/collections/{name}", name: "deleteCollection", summary: "Remove it with its documents", handle: s.deleteCollection,
			out: []reply{{status: 204, about: "removed"}}},
		{method: "POST", path: "/api/collections/{name}/documents", name: "addDocuments", summary: "Add files, text or addresses; a job reads them", handle: s.postDocuments,
			in: Addition{}, upload: true, out: []reply{{status: 202, body: Job{}}}},
		{method: "GET", path: "/api/collections/{name}/documents", name: "listDocuments", summary: "List its documents", handle: s.listDocuments,
			params: append(filters, paging...), out: []reply{{status: 200, body: List[Document]{}}}},
		{method: "DELETE", path: "/api/collections/{name}/documents/{id}", name: "deleteDocument", summary: "Remove a document", handle: s.deleteDocument,
			out: []reply{{status: 204, about: "removed"}}},
		{method: "GET", path: "/api/collections/{name}/search", name: "searchCollection", summary: "Ranked passages with quotes and offsets", handle: s.searchCollection,
			params: append([]param{{"q", "string", "what to look for"}, {"k", "integer", "at most so many, 1 to 100; default 20"}}, filters[1:]...),
			out:    []reply{{status: 200, body: Ranked{}}}},
		{method: "GET", path: "/api/jobs/{id}", name: "getJob", summary: "How far an addition is", handle: s.getJob,
			out: []reply{{status: 200, body: Job{}}}},
		{method: "POST", path: "/api/jobs/{id}/cancel", name: "cancelJob", summary: "Stop an addition; what was added stays", handle: s.cancelJob,
			out: []reply{{status: 202, body: Job{}}}},
	}
}

// knowledge is what serves collections, or why nothing does.
func (s *Server) knowledge() (Knowledge, error) {
	if s.opts.Knowledge == nil {
		return nil, tell(errNotBuilt, "this server was started without knowledge bases")
	}
	return s.opts.Knowledge, nil
}

func (s *Server) listCollections(c echo.Context) error {
	if s.opts.Knowledge == nil { // a page that offers them need not know why there are none
		return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, List[Collection]{Items: []Collection{}})
	}
	list, err := s.opts.Knowledge.Collections(c.Request().Context())
	if err != nil {
		return err
	}
	if list == nil {
		list = []Collection{}
	}
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, List[Collection]{Items: list})
}

func (s *Server) getCollection(c echo.Context) error {
	return s.sendCollection(c, 200, c.Param("name"))
}

func (s *Server) sendCollection(c echo.Context, status int, name string) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	col, err := k.Collection(c.Request().Context(), name)
	if err != nil {
		return err
	}
	return writeJSON(c.Response(), status, echo.MIMEApplicationJSON, col)
}

// change reads a collection's change.
func (s *Server) change(c echo.Context) (Knowledge, CollectionChange, error) {
	var body CollectionChange
	k, err := s.knowledge()
	if err != nil {
		return nil, body, err
	}
	if err := decode(c.Request(), s.opts.Limits.Body, &body); err != nil {
		return nil, body, err
	}
	if r := body.Refresh; r != nil && *r != "" {
		if d, err := time.ParseDuration(*r); err != nil || d < time.Minute {
			return nil, body, tell(errBadRequest, fmt.Sprintf("refresh %q is not a time of at least a minute: write one such as 24h", clip(*r, 40)))
		}
	}
	return k, body, nil
}

func (s *Server) postCollection(c echo.Context) error {
	k, body, err := s.change(c)
	if err != nil {
		return err
	}
	if err := k.CreateCollection(c.Request().Context(), body); err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/collections/"+body.Name)
	return s.sendCollection(c, http.StatusCreated, body.Name)
}

func (s *Server) patchCollection(c echo.Context) error {
	k, body, err := s.change(c)
	if err != nil {
		return err
	}
	if name := c.Param("name"); body.Name != "" && body.Name != name {
		return tell(errBadRequest, "a collection's name cannot be changed")
	}
	body.Name = c.Param("name")
	if err := k.UpdateCollection(c.Request().Context(), body); err != nil {
		return err
	}
	return s.sendCollection(c, http.StatusOK, body.Name)
}

func (s *Server) deleteCollection(c echo.Context) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	if err := k.DeleteCollection(c.Request().Context(), c.Param("name")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// postDocuments takes JSON, or files as multipart/form-data.
func (s *Server) postDocuments(c echo.Context) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	var body Addition
	if media, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); err == nil && media == "multipart/form-data" {
		if err := s.readFiles(c.Request(), &body); err != nil {
			return err
		}
	} else if err := decode(c.Request(), s.opts.Limits.Upload, &body); err != nil {
		return err
	}
	if len(body.URLs)+len(body.Sites)+len(body.Files) == 0 && body.Text == "" {
		return tell(errBadRequest, "nothing to add: give urls, sites, text or a file")
	}
	for _, u := range append(body.URLs, body.Sites...) {
		if err := (agent.Question{Text: "x", Scope: agent.Scope{Sites: []string{u}}}).Clean().Validate(); err != nil {
			return err
		}
	}
	body.Collection, body.Owner = c.Param("name"), ownerOf(c)
	job, err := k.AddDocuments(c.Request().Context(), body)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", "/api/jobs/"+job.ID)
	return writeJSON(c.Response(), http.StatusAccepted, echo.MIMEApplicationJSON, job)
}

// readFiles reads a multipart body up to the limit of uploads.
func (s *Server) readFiles(r *http.Request, into *Addition) error {
	return eachPart(r, s.opts.Limits.Upload, func(p *multipart.Part) error { return readPart(p, into) })
}

func readPart(part *multipart.Part, into *Addition) error {
	data, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	switch {
	case part.FileName() != "":
		into.Files = append(into.Files, Upload{Name: part.FileName(), MIME: part.Header.Get("Content-Type"), Data: data})
	case part.FormName() == "tags":
		if err := json.Unmarshal(data, &into.Tags); err != nil {
			return tell(errBadRequest, "tags must be a JSON object of strings")
		}
	default:
		return tell(errBadRequest, fmt.Sprintf("form field %q is not known: send file and tags", clip(part.FormName(), 40)))
	}
	return nil
}

func documentQuery(c echo.Context) (DocumentQuery, error) {
	q := DocumentQuery{
		Collection: c.Param("name"), State: c.QueryParam("state"), Language: c.QueryParam("language"), Source: c.QueryParam("source"),
		Tag: c.QueryParam("tag"), Since: c.QueryParam("since"), Until: c.QueryParam("until"), After: c.QueryParam("after"),
	}
	for name, day := range map[string]string{"since": q.Since, "until": q.Until} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return q, tell(errBadRequest, name+" must be a day: write YYYY-MM-DD")
		}
	}
	return q, nil
}

func (s *Server) listDocuments(c echo.Context) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	limit, err := pageSize(c)
	if err != nil {
		return err
	}
	q, err := documentQuery(c)
	if err != nil {
		return err
	}
	if _, err := k.Collection(c.Request().Context(), q.Collection); err != nil {
		return err
	}
	q.Limit = limit + 1
	docs, err := k.Documents(c.Request().Context(), q)
	if err != nil {
		return err
	}
	page := listOf(docs, limit, func(d Document) Document { return d }, func(d Document) string { return d.ID })
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, page)
}

func (s *Server) deleteDocument(c echo.Context) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	if err := k.DeleteDocument(c.Request().Context(), c.Param("name"), c.Param("id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) searchCollection(c echo.Context) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	q := CollectionQuery{Text: c.QueryParam("q"), K: 20}
	if q.Text == "" || len(q.Text) > agent.MaxQuestionBytes {
		return tell(errBadRequest, fmt.Sprintf("q must hold what to look for, at most %d bytes", agent.MaxQuestionBytes))
	}
	if text := c.QueryParam("k"); text != "" {
		if q.K, err = strconv.Atoi(text); err != nil || q.K < 1 || q.K > maxPassages {
			return tell(errBadRequest, fmt.Sprintf("k must be a number from 1 to %d", maxPassages))
		}
	}
	if q.Filter, err = documentQuery(c); err != nil {
		return err
	}
	found := Ranked{Items: []agent.Passage{}}
	q.Warn = func(message string) { found.Warnings = append(found.Warnings, message) }
	passages, err := k.Search(c.Request().Context(), q)
	if err != nil {
		return err
	}
	found.Items = append(found.Items, passages...)
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, found)
}

func (s *Server) getJob(c echo.Context) error { return s.sendJob(c, http.StatusOK) }

func (s *Server) sendJob(c echo.Context, status int) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	job, err := k.Job(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return writeJSON(c.Response(), status, echo.MIMEApplicationJSON, job)
}

func (s *Server) cancelJob(c echo.Context) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	if err := k.CancelJob(c.Request().Context(), c.Param("id")); err != nil {
		return err
	}
	return s.sendJob(c, http.StatusAccepted)
}
