package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// A lines writer hands out what is written line by line.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
	out chan string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Write(p)
	for {
		line, err := l.buf.ReadString('\n')
		if err != nil {
			l.buf.WriteString(line)
			return len(p), nil
		}
		select {
		case l.out <- line:
		default:
		}
	}
}

// startServe runs "sonde serve" on a free port and returns its address; stop
// ends it as Ctrl-C does and waits.
func startServe(t *testing.T, data string, allow ...string) (base string, stop func()) {
	t.Helper()
	quoted, err := json.Marshal(allow)
	if err != nil {
		t.Fatal(err)
	}
	return startServeWith(t, data, fmt.Sprintf("crawler: {allow: %s}\n", quoted))
}

// startServeWith is startServe with a configuration file.
func startServeWith(t *testing.T, data, yaml string) (base string, stop func()) {
	t.Helper()
	cfg := fileOf(t, yaml)
	ctx, cancel := context.WithCancel(context.Background())
	stderr := &lines{out: make(chan string, 64)}
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--data", data, "--config", cfg},
			func(string) string { return "" }, strings.NewReader(""), io.Discard, stderr)
	}()
	for base == "" {
		select {
		case line := <-stderr.out:
			if _, rest, ok := strings.Cut(line, "ready at "); ok {
				base, _, _ = strings.Cut(rest, " ")
			}
		case err := <-done:
			cancel()
			t.Fatalf("serve ended: %v", err)
		}
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("serve ended with %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return base, stop
}

// postRun starts a run and returns what came back.
func postRun(t *testing.T, url string, body any) (*http.Response, []byte) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url, "application/json", bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, out
}

type runBody struct {
	Question    string   `json:"question"`
	Sites       []string `json:"sites,omitempty"`
	Collections []string `json:"collections,omitempty"`
}

func TestServeAnswersAndProvesIt(t *testing.T) {
	w := startWeb(t)
	base, _ := startServe(t, t.TempDir(), hostOf(w.URL("en/")))
	resp, body := postRun(t, base+"/api/runs?wait=true", runBody{Question: "Who built the water mill of Halden?", Sites: []string{w.URL("en/")}})
	var a agent.Answer
	if err := json.Unmarshal(body, &a); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s (%v)", resp.Status, body, err)
	}
	if !strings.Contains(a.Text, "Jorun Eide") {
		t.Errorf("answer %q", a.Text)
	}
	cite := a.Claims[0].Cites[0]
	snap, err := http.Get(base + "/api/snapshots/" + cite.Snapshot)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Body.Close()
	text, err := io.ReadAll(snap.Body)
	if err != nil || string(text[cite.Start:cite.End]) != cite.Quote {
		t.Errorf("snapshot %.80q, cite %+v (%v)", text, cite, err)
	}
	kinds := eventKinds(t, base+"/api/runs/"+a.ID+"/events")
	if kinds[0] != "run" || kinds[len(kinds)-1] != "answer" {
		t.Errorf("events %v", kinds)
	}
}

// eventKinds reads a run's event stream to its end.
func eventKinds(t *testing.T, url string) []string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var kinds []string
	for s := bufio.NewScanner(resp.Body); s.Scan(); {
		if kind, ok := strings.CutPrefix(s.Text(), "event: "); ok {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 {
		t.Fatalf("no events: %s", resp.Status)
	}
	return kinds
}

func TestServeRefusesPrivateAddresses(t *testing.T) {
	w := startWeb(t)
	base, _ := startServe(t, t.TempDir())
	_, body := postRun(t, base+"/api/runs?wait=true", runBody{Question: "Who built the mill?", Sites: []string{w.URL("en/")}})
	if !strings.Contains(string(body), `"blocked_address"`) || len(w.Seen()) > 0 {
		t.Errorf("%s; fetched %v", body, w.Seen())
	}
}

func TestServeGoesOnAfterARestart(t *testing.T) {
	w := startWeb(t)
	data := t.TempDir()
	base, stop := startServe(t, data, hostOf(w.URL("en/")))
	_, body := postRun(t, base+"/api/runs", runBody{Question: "On which day is the market of Halden held?", Sites: []string{w.URL("en/")}})
	var started struct{ ID string }
	if err := json.Unmarshal(body, &started); err != nil || started.ID == "" {
		t.Fatalf("%s: %v", body, err)
	}
	stop() // in the middle of the run, most likely: one page takes 300 ms
	base, _ = startServe(t, data, hostOf(w.URL("en/")))
	kinds := eventKinds(t, base+"/api/runs/"+started.ID+"/events")
	if kinds[len(kinds)-1] != "answer" {
		t.Fatalf("events %v", kinds)
	}
	resp, err := http.Get(base + "/api/runs/" + started.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(b), "Thursday") {
		t.Errorf("%s (%v)", b, err)
	}
	if n := strings.Count(strings.Join(w.Seen(), " "), "en/mill.html"); n > 2 {
		t.Errorf("the mill's page was fetched %d times: %v", n, w.Seen())
	}
}

func TestKnowledgeBaseOverHTTP(t *testing.T) {
	base, _ := startServe(t, t.TempDir())
	if resp, b := postRun(t, base+"/api/collections", map[string]string{"name": "rules"}); resp.StatusCode >= 300 {
		t.Fatalf("%s: %s", resp.Status, b)
	}
	_, b := postRun(t, base+"/api/collections/rules/documents", map[string]string{
		"text": "# Leave\n\nEvery employee of Norbank has 31 days of leave a year. 诺银行的年假为三十一天。", "title": "Leave"})
	var job struct{ ID, State string }
	if err := json.Unmarshal(b, &job); err != nil || job.ID == "" {
		t.Fatalf("%s: %v", b, err)
	}
	deadline := time.Now().Add(20 * time.Second)
	for job.State != "done" && time.Now().Before(deadline) {
		resp, err := http.Get(base + "/api/jobs/" + job.ID)
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(resp.Body).Decode(&job)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, b = postRun(t, base+"/api/runs?wait=true", runBody{Question: "How many days of leave does an employee of Norbank have?", Collections: []string{"rules"}})
	if !strings.Contains(string(b), "31 days") {
		t.Errorf("%s", b)
	}
}

func TestSecondProcessOnTheSameData(t *testing.T) {
	data := t.TempDir()
	startServe(t, data)
	var errs bytes.Buffer
	err := run(t.Context(), []string{"serve", "--addr", "127.0.0.1:0", "--data", data}, func(string) string { return "" },
		strings.NewReader(""), io.Discard, &errs)
	if err == nil || !strings.Contains(err.Error(), data) {
		t.Errorf("error %v, want one that names the folder", err)
	}
}

func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, errs, status := sonde(t.Context(), t, "serve", "--addr", l.Addr().String())
	if status != 1 || !strings.Contains(errs, "--addr") {
		t.Errorf("exit %d: %s", status, errs)
	}
}

func hostOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
