package server

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// Health is the body of /healthz and /readyz.
type Health struct {
	Status  string `json:"status"`
	Version string `json:"version,omitempty"`
}

func (s *Server) healthz(c echo.Context) error {
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, Health{"ok", s.opts.Version})
}

// readyTimeout bounds how long the store may take to show that it works.
const readyTimeout = 2 * time.Second

func (s *Server) readyz(c echo.Context) error {
	select {
	case <-s.draining:
		return errDraining
	default:
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyTimeout)
	defer cancel()
	if err := s.opts.Store.Ready(ctx); err != nil {
		return err
	}
	return writeJSON(c.Response(), http.StatusOK, echo.MIMEApplicationJSON, Health{"ready", s.opts.Version})
}

// A SessionRequest is the body of POST /api/session.
type SessionRequest struct {
	Key string `json:"key" jsonschema:"an API key"`
}

// postSession keeps a key in a cookie that scripts cannot read and other sites
// cannot send.
func (s *Server) postSession(c echo.Context) error {
	var body SessionRequest
	if err := decode(c.Request(), s.opts.Limits.Body, &body); err != nil {
		return err
	}
	if _, err := s.opts.Store.KeyOwner(c.Request().Context(), body.Key); err != nil {
		return tell(errUnauthorized, "this API key is not known, or was revoked")
	}
	c.SetCookie(s.session(c, body.Key, 0))
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) deleteSession(c echo.Context) error {
	c.SetCookie(s.session(c, "", -1))
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) session(c echo.Context, value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: c.Request().TLS != nil,
	}
}

func (s *Server) getOpenAPI(c echo.Context) error {
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, s.openapi)
}
