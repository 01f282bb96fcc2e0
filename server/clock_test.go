package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

// inside starts a server within a bubble of its own clock, and asks it without a network.
func inside(t *testing.T, o server.Options) (s *server.Server, call func(method, path, body string) string) {
	t.Helper()
	s, err := server.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s, func(method, path, body string) string {
		req := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		res := httptest.NewRecorder()
		s.Handler().ServeHTTP(res, req)
		return res.Body.String()
	}
}

func runOf(t *testing.T, text string) (r server.RunJSON) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return r
}

// A runner that does not stop when it is told to is given up, and so is one
// that goes on long after its budget.
func TestARunnerThatDoesNotStopIsGivenUp(t *testing.T) {
	for name, cancel := range map[string]bool{"cancelled": true, "over its budget": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				end := make(chan struct{})
				stuck := func(_ context.Context, id string, q agent.Question) iter.Seq[agent.Step] {
					return func(yield func(agent.Step) bool) {
						yield(agent.Started{ID: id, Question: q})
						<-end
						yield(answered(id, "too late"))
					}
				}
				s, call := inside(t, server.Options{Runner: server.RunnerFunc(stuck), Store: newMemory()})
				run := runOf(t, call("POST", "/api/runs", `{"question":"limpets","budget":{"seconds":5}}`))
				synctest.Wait()
				if cancel {
					call("POST", "/api/runs/"+run.ID+"/cancel", "")
				} else {
					time.Sleep(35 * time.Second)
				}
				time.Sleep(11 * time.Second)
				synctest.Wait()
				got := runOf(t, call("GET", "/api/runs/"+run.ID, ""))
				if got.Status != agent.StatusFailed || !strings.Contains(got.Error, "given up") {
					t.Errorf("run: %+v", got)
				}
				close(end)
				synctest.Wait()
				if got := runOf(t, call("GET", "/api/runs/"+run.ID, "")); got.Answer != nil {
					t.Errorf("a run that was given up has an answer: %+v", got)
				}
				shut(t, s)
			})
		})
	}
}

func shut(t *testing.T, s *server.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

// A run whose steps cannot be stored for long is interrupted, and goes on when
// the store works again.
func TestAFullDiskInterruptsARunThatThenGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, sc := newMemory(), newScript()
		s, call := inside(t, server.Options{Runner: sc, Store: m})
		run := runOf(t, call("POST", "/api/runs", `{"question":"limpets"}`))
		<-sc.started
		sc.channel(run.ID) <- agent.Planned{}
		synctest.Wait()
		m.failing(errors.New("no room"))
		sc.channel(run.ID) <- agent.Searched{Provider: "fake"}
		time.Sleep(30 * time.Second)
		m.failing(nil)
		time.Sleep(30 * time.Second)
		begun := <-sc.started
		if begun.id != run.ID || len(begun.q.Prior) != 2 {
			t.Fatalf("goes on with %+v", begun)
		}
		sc.channel(run.ID) <- answered(run.ID, "x")
		synctest.Wait()
		if got := runOf(t, call("GET", "/api/runs/"+run.ID, "")); got.Status != agent.StatusAnswered {
			t.Errorf("run: %+v", got)
		}
		shut(t, s)
	})
}

// When the server is told to stop, streams end without an error and Serve returns.
func TestServeStops(t *testing.T) {
	sc := newScript()
	s, err := server.New(server.Options{Runner: sc, Store: newMemory()})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	st := &site{t: t, server: s, script: sc, Server: &httptest.Server{URL: "http://" + l.Addr().String()}}
	id := st.ask()
	r := st.follow(id, 0)
	r.expect("run")
	stop()
	r.end()
	select {
	case err := <-served:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("Serve does not return")
	}
	if _, err := http.Get(st.URL + "/healthz"); err == nil {
		t.Error("it still answers")
	}
}
