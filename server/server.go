package server

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A Server answers HTTP requests and keeps runs at work.
type Server struct {
	opts        Options
	echo        *echo.Echo
	manager     *manager
	metrics     *metrics
	crossOrigin *http.CrossOriginProtection
	hosts       []string
	public      bool
	openapi     []byte
	assets      map[string]asset
	toolSchemas *mcp.SchemaCache
	streams     atomic.Int64
	draining    chan struct{}
	drain       sync.Once
	used        sync.Map // key id → time of its last noted use
}

// New returns a server, and takes up the runs that an earlier process left unfinished.
func New(o Options) (*Server, error) {
	o, err := o.checked()
	if err != nil {
		return nil, err
	}
	s := &Server{opts: o, crossOrigin: http.NewCrossOriginProtection(), draining: make(chan struct{}), toolSchemas: mcp.NewSchemaCache()}
	s.hosts, s.public = allowedHosts(o)
	s.metrics = newMetrics(&s.streams)
	s.manager = newManager(o, s.metrics)
	if err := s.route(); err != nil {
		return nil, err
	}
	if err := s.manager.resumeAll(context.Background()); err != nil {
		return nil, err
	}
	return s, nil
}

// Handler serves all of the server's addresses.
func (s *Server) Handler() http.Handler { return s.echo }

// Shutdown ends event streams and interrupts runs so that the next process
// goes on with them. It waits for them until ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	s.drain.Do(func() { close(s.draining) })
	return s.manager.shutdown(ctx)
}

// Timeouts of a connection. Responses have none, for streams are open long;
// each write to a stream has its own.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 5 * time.Minute
	idleTimeout   = 2 * time.Minute
	drainTimeout  = 25 * time.Second
)

// Serve serves a listener until ctx ends, then shuts down: streams end, runs
// are left to be resumed, requests at work are finished.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	hs := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- hs.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	return errors.Join(s.Shutdown(end), hs.Shutdown(end))
}

// newID makes a name that sorts by time: 48 bits of milliseconds and 80 random
// ones, as a ULID has them, in lower case (https://github.com/ulid/spec).
func (s *Server) newID(kind string) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(s.opts.Now().UnixMilli())<<16)
	if _, err := rand.Read(b[6:]); err != nil {
		panic(err) // crypto/rand.Read never fails
	}
	return kind + "_" + strings.ToLower(idEncoding.EncodeToString(b[:]))
}

var idEncoding = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// noteUse keeps when a key was used, at most once in ten minutes.
func (s *Server) noteUse(key string) {
	now := s.opts.Now()
	if last, ok := s.used.Load(key); ok && now.Sub(last.(time.Time)) < 10*time.Minute {
		return
	}
	s.used.Store(key, now)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.ignore("noting the use of a key", s.opts.Store.KeyUsed(ctx, key))
	}()
}
