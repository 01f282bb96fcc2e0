package server_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

// A reader follows a run's events.
type reader struct {
	t    testing.TB
	res  *http.Response
	scan *bufio.Scanner
	last int64
}

func (st *site) follow(id string, after int64, headers ...string) *reader {
	st.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	st.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", st.URL+"/api/runs/"+id+"/events", nil)
	if err != nil {
		st.t.Fatal(err)
	}
	if after > 0 {
		req.Header.Set("Last-Event-ID", strconv.FormatInt(after, 10))
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := st.Client().Do(req)
	if err != nil {
		st.t.Fatal(err)
	}
	st.t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		st.t.Fatalf("events: %d, %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	return &reader{t: st.t, res: res, scan: bufio.NewScanner(res.Body), last: after}
}

// next reads one event; ok is false at the end of the stream. Ids must follow
// each other without gap or repeat.
func (r *reader) next() (kind, data string, ok bool) {
	r.t.Helper()
	for r.scan.Scan() {
		line := r.scan.Text()
		name, value, _ := strings.Cut(line, ": ")
		switch name {
		case "id":
			id, err := strconv.ParseInt(value, 10, 64)
			if err != nil || id != r.last+1 {
				r.t.Fatalf("event %q after %d", value, r.last)
			}
			r.last = id
		case "event":
			kind = value
		case "data":
			data = value
		case "":
			if kind != "" {
				return kind, data, true
			}
		}
	}
	if err := r.scan.Err(); err != nil {
		r.t.Fatalf("the stream broke: %v", err)
	}
	return "", "", false
}

func (r *reader) expect(kinds ...string) {
	r.t.Helper()
	for _, want := range kinds {
		if kind, data, ok := r.next(); !ok || kind != want {
			r.t.Fatalf("event %q (%s), not %q", kind, data, want)
		}
	}
}

func (r *reader) end() {
	r.t.Helper()
	if kind, data, ok := r.next(); ok {
		r.t.Fatalf("event %q (%s) after the last", kind, data)
	}
}

func TestEventsAreFollowedAndTakenUpAgain(t *testing.T) {
	st := serve(t, nil)
	id := st.ask()
	steps := st.script.channel(id)
	first := st.follow(id, 0)
	first.expect("run")
	steps <- agent.Planned{Plan: agent.Plan{Round: 1, Thought: "limpets\nand tides"}}
	first.expect("plan")
	first.res.Body.Close() // the reader leaves; the run goes on
	steps <- agent.Searched{Provider: "fake", Query: "limpets"}
	second := st.follow(id, 2)
	second.expect("search")
	steps <- answered(id, "At night. [1]")
	second.expect("answer")
	second.end()

	st.follow(id, 0).expect("run", "plan", "search", "answer") // from the store
	late := st.follow(id, 3)
	late.expect("answer")
	late.end()
	if res, _ := st.call("GET", "/api/runs/"+id+"/events?after=4", ""); res.StatusCode != http.StatusNoContent {
		t.Errorf("a reader that has all is told %d, not 204", res.StatusCode)
	}
	for _, bad := range []string{"-1", "x", "9999999999999999999999"} {
		if res, _ := st.call("GET", "/api/runs/"+id+"/events", "", "Last-Event-ID", bad); res.StatusCode != 400 {
			t.Errorf("Last-Event-ID %q: %d", bad, res.StatusCode)
		}
	}
}

// A step must be durable before anyone is told of it.
func TestStepsAreStoredBeforeTheyAreTold(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Limits.Store = time.Minute })
	id := st.ask()
	r := st.follow(id, 0)
	r.expect("run")
	st.store.failing(fmt.Errorf("no room"))
	st.script.channel(id) <- agent.Planned{}
	st.script.channel(id) <- answered(id, "")
	told := make(chan string)
	go func() {
		kind, _, _ := r.next()
		told <- kind
	}()
	select {
	case kind := <-told:
		t.Fatalf("%q was told and not stored", kind)
	case <-time.After(150 * time.Millisecond): // the store is tried several times meanwhile
	}
	st.store.failing(nil)
	if kind := <-told; kind != "plan" {
		t.Errorf("told %q", kind)
	}
	r.expect("answer")
}

func TestRestartGoesOnWithARun(t *testing.T) {
	st := serve(t, nil)
	id := st.ask()
	r := st.follow(id, 0)
	r.expect("run")
	st.script.channel(id) <- agent.Planned{}
	r.expect("plan")
	st.stop()
	r.end() // no error, no answer

	again := serve(t, func(o *server.Options) { o.Store = st.store })
	begun := <-again.script.started
	if begun.id != id || len(begun.q.Prior) != 2 || begun.q.Text != "When do limpets graze?" {
		t.Fatalf("resumed with %+v", begun)
	}
	r = again.follow(id, 2)
	r.expect("run")
	again.script.channel(id) <- answered(id, "At night. [1]")
	r.expect("answer")
	r.end()
	again.follow(id, 0).expect("run", "plan", "run", "answer")
}

func TestARunThatCannotGoOnFailsWithAReason(t *testing.T) {
	m := newMemory()
	old := server.Run{ID: "run_old", Status: server.StatusRunning, Created: time.Now().Add(-48 * time.Hour), Question: agent.Question{Text: "x"}.Clean()}
	loop := server.Run{ID: "run_loop", Status: server.StatusRunning, Created: time.Now(), Question: agent.Question{Text: "x"}.Clean()}
	hurt := server.Run{ID: "run_hurt", Status: server.StatusRunning, Created: time.Now(), Question: agent.Question{Text: "x"}.Clean()}
	m.runs, m.damaged = []server.Run{old, loop, hurt}, "run_hurt"
	m.steps["run_hurt"] = []agent.Record{{ID: 1, Step: agent.Started{ID: "run_hurt"}}}
	for i := range 4 {
		m.steps["run_loop"] = append(m.steps["run_loop"], agent.Record{ID: int64(i + 1), Step: agent.Started{ID: "run_loop"}})
	}
	st := serve(t, func(o *server.Options) { o.Store = m })
	for _, c := range []struct {
		id    string
		after int64
		want  string
	}{{"run_old", 0, "48h"}, {"run_loop", 4, "begun 4 times"}, {"run_hurt", 1, "cannot be read"}} {
		kind, data, ok := st.follow(c.id, c.after).next()
		for deadline := time.Now().Add(5 * time.Second); !ok && time.Now().Before(deadline); {
			kind, data, ok = st.follow(c.id, c.after).next() // as EventSource comes back
		}
		if kind != "error" || !strings.Contains(data, c.want) {
			t.Errorf("%s: %s %s", c.id, kind, data)
		}
	}
}

func TestCancelIsQuick(t *testing.T) {
	st := serve(t, nil)
	id := st.ask()
	r := st.follow(id, 0)
	r.expect("run")
	began := time.Now()
	st.call("POST", "/api/runs/"+id+"/cancel", "")
	kind, data, _ := r.next()
	if kind != "answer" || !strings.Contains(data, `"status":"cancelled"`) || time.Since(began) > time.Second {
		t.Errorf("%s %s after %s", kind, data, time.Since(began))
	}
	if res, _ := st.call("POST", "/api/runs/"+id+"/cancel", ""); res.StatusCode != 202 {
		t.Errorf("cancelling again: %d", res.StatusCode)
	}
}

func TestManyReaders(t *testing.T) {
	st := serve(t, nil)
	id := st.ask()
	var wg sync.WaitGroup
	for range 200 {
		r := st.follow(id, 0)
		wg.Go(func() {
			for range 52 {
				if _, _, ok := r.next(); !ok {
					t.Error("a reader was cut")
					return
				}
			}
			r.end()
		})
	}
	for range 50 {
		st.script.channel(id) <- agent.Reasoned{Phase: "plan", Delta: "limpets"}
	}
	st.script.channel(id) <- answered(id, "")
	wg.Wait()
}

// A client that never reads is cut, and nobody else notices.
func TestDeafReadersAreCut(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Limits.Write = 300 * time.Millisecond })
	id := st.ask()
	for range 3 {
		res, err := http.Get(st.URL + "/api/runs/" + id + "/events")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
	}
	r := st.follow(id, 0)
	r.scan.Buffer(nil, 1<<20)
	r.expect("run")
	big := strings.Repeat("limpets ", 64<<10) // 512 KiB, 40 times: more than sockets hold
	for range 40 {
		st.script.channel(id) <- agent.Reasoned{Phase: "plan", Delta: big}
		r.expect("reasoning")
	}
	deadline := time.Now().Add(10 * time.Second)
	for st.streams() > 1 {
		if time.Now().After(deadline) {
			t.Fatalf("%d streams are still open", st.streams())
		}
	}
	st.script.channel(id) <- answered(id, "")
	r.expect("answer")
	r.end()
}

// streams is how many streams the server says are open.
func (st *site) streams() int {
	_, text := st.call("GET", "/metrics", "")
	_, after, ok := strings.Cut(text, "\nsonde_streams_open ")
	line, _, _ := strings.Cut(after, "\n")
	n, err := strconv.Atoi(line)
	if !ok || err != nil {
		st.t.Fatalf("metrics: %v in %.200s", err, text)
	}
	return n
}
