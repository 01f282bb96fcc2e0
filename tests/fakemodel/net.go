package fakemodel

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// URL is the base address of a server that Client reaches.
const URL = "http://model.test/v1"

// Client starts the server on an in-memory network and returns a client that
// reaches it under any address. It ends with the test. Inside a
// testing/synctest bubble its clock is the bubble's; call the returned stop
// before the bubble ends.
func (s *Server) Client() (client *http.Client, stop func()) {
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			panic(err)
		}
	}()
	tr := &http.Transport{DialContext: l.dial, DisableCompression: true}
	return &http.Client{Transport: tr}, func() {
		tr.CloseIdleConnections()
		if err := srv.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			panic(err)
		}
		<-done
	}
}

// Listen starts the server on loopback for the length of a test and returns
// its base address.
func (s *Server) Listen(tb testing.TB) string {
	tb.Helper()
	srv := httptest.NewServer(s)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	tb.Cleanup(srv.Close)
	return srv.URL + "/v1"
}

// pipeListener accepts in-memory connections.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

type memAddr struct{}

func (memAddr) Network() string { return "memory" }
func (memAddr) String() string  { return "model.test" }

func (l *pipeListener) Addr() net.Addr { return memAddr{} }
