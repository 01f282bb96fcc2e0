package server

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/labstack/echo/v4"

	"github.com/sonde-search/sonde/agent"
)

// getBundle sends an ended run as one file.
func (s *Server) getBundle(c echo.Context) error {
	run, steps, err := s.ended(c)
	if err != nil {
		return err
	}
	write, mime, ext := s.opts.Bundle, "application/octet-stream", "sonde"
	if write == nil {
		write, mime, ext = plainBundle, echo.MIMEApplicationJSON, "json"
	}
	attach(c, mime, run.ID+"."+ext)
	return write(c.Request().Context(), c.Response(), run, steps)
}

// getWARC sends the pages of an ended run as a web archive.
func (s *Server) getWARC(c echo.Context) error {
	run, steps, err := s.ended(c)
	if err != nil {
		return err
	}
	if s.opts.WARC == nil {
		return tell(errNotBuilt, "this server was started without web archives")
	}
	attach(c, "application/warc", run.ID+".warc.gz")
	return s.opts.WARC(c.Request().Context(), c.Response(), steps)
}

// ended is the run that the call names, where it is the caller's and has
// ended, with its steps and pages.
func (s *Server) ended(c echo.Context) (Run, []agent.Record, error) {
	ctx := c.Request().Context()
	run, err := s.opts.Store.Run(ctx, ownerOf(c), c.Param("id"))
	if err != nil {
		return run, nil, err
	}
	if run.Finished.IsZero() {
		return run, nil, tell(errConflict, "the run is still at work: ask again when it has ended")
	}
	steps, err := s.opts.Store.StepsWithPages(ctx, run.ID)
	return run, steps, err
}

// attach makes the reply a file to be saved.
func attach(c echo.Context, mime, name string) {
	h := c.Response().Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
}

// plainBundle writes the steps and the pages as one JSON document.
func plainBundle(_ context.Context, w io.Writer, run Run, steps []agent.Record) error {
	type snapshot struct {
		*agent.Page
		Text string `json:"text"`
	}
	doc := struct {
		Run   RunJSON        `json:"run"`
		Steps []agent.Record `json:"steps"`
		Pages []snapshot     `json:"pages"`
	}{Run: runJSON(run), Steps: steps, Pages: []snapshot{}}
	for _, r := range steps {
		if p, ok := r.Step.(agent.Paged); ok && p.Page != nil {
			doc.Pages = append(doc.Pages, snapshot{p.Page, p.Page.Text})
		}
	}
	return json.NewEncoder(w).Encode(doc)
}
