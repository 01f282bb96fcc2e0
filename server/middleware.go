package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const ownerKey = "owner"

// ownerOf is the id of the key that a request showed; "" where none is needed.
func ownerOf(c echo.Context) string {
	owner, ok := c.Get(ownerKey).(string)
	if !ok {
		return ""
	}
	return owner
}

// sessionCookie holds a key for the web chat, whose links cannot send headers.
const sessionCookie = "sonde_key"

// guard wraps every request: its id, the headers that protect a browser, the
// host and origin it comes from, panics, and the log.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		began := time.Now()
		req, res := c.Request(), c.Response()
		id := req.Header.Get(echo.HeaderXRequestID)
		if !validRequestID(id) {
			id = s.newID("req")
		}
		secure(res.Header(), id)
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.opts.Log.Error("panic in a request", "request", id, "panic", p, "stack", string(debug.Stack()))
				err = fmt.Errorf("panic: %v", p)
			}
			if err != nil {
				s.writeError(err, c)
				err = nil
			}
			s.metrics.request(c, time.Since(began))
		}()
		if err := s.checkHost(req.Host); err != nil {
			return err
		}
		if err := s.crossOrigin.Check(req); err != nil {
			return errCrossOrigin
		}
		return next(c)
	}
}

// validRequestID reports whether a client's id may be repeated in headers and logs.
func validRequestID(id string) bool {
	return len(id) > 0 && len(id) <= 64 && strings.IndexFunc(id, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	}) < 0
}

// policy is the content security policy of everything the server sends: own
// scripts, styles and images, nothing inline, never in a frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func secure(h http.Header, id string) {
	h.Set(echo.HeaderXRequestID, id)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// checkHost refuses names that lead here but are not this server's: a page
// could point a name of its own at this address (DNS rebinding). Addresses in
// digits cannot be pointed anywhere, and pass where the server listens beyond
// loopback.
func (s *Server) checkHost(hostport string) error {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(strings.TrimSuffix(host, "."), "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || slices.Contains(s.hosts, host) {
		return nil
	}
	addr, err := netip.ParseAddr(host)
	if err == nil && (addr.IsLoopback() || s.public) {
		return nil
	}
	return errHost
}

// allowedHosts are the names of the configuration, and whether the server
// listens beyond loopback.
func allowedHosts(o Options) (names []string, public bool) {
	names = slices.Clone(o.Hosts)
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil || host == "localhost" {
		return names, false
	}
	addr, err := netip.ParseAddr(host)
	switch {
	case host == "":
		public = true
	case err != nil:
		names, public = append(names, strings.ToLower(host)), true
	default:
		public = !addr.IsLoopback()
	}
	return names, public
}

// authorize asks for a key where one is needed, and notes whose it is.
func (s *Server) authorize(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		secret, shown := bearer(c.Request())
		if !shown {
			needed := s.opts.Auth == AuthRequired
			if !needed {
				var err error
				if needed, err = s.opts.Store.AnyKey(ctx); err != nil {
					return err
				}
			}
			if needed {
				return errUnauthorized
			}
			return next(c)
		}
		owner, err := s.opts.Store.KeyOwner(ctx, secret)
		if errors.Is(err, fs.ErrNotExist) {
			if any, err := s.opts.Store.AnyKey(ctx); err == nil && !any && s.opts.Auth != AuthRequired {
				return next(c) // clients that must send some key may send any while none is needed
			}
			return tell(errUnauthorized, "this API key is not known, or was revoked")
		}
		if err != nil {
			return err
		}
		s.noteUse(owner)
		c.Set(ownerKey, owner)
		return next(c)
	}
}

// bearer is the key that a request shows.
func bearer(r *http.Request) (string, bool) {
	scheme, secret, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(secret), true
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil && cookie.Value != "" {
		return cookie.Value, true
	}
	return "", false
}
