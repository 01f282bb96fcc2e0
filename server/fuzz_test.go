package server_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

// FuzzRequests: whatever is sent, the reply is JSON and never a failure of ours.
func FuzzRequests(f *testing.F) {
	for _, body := range []string{
		`{"question":"limpets"}`, `{"question":"帽贝","budget":{"pages":1e99}}`, `{"question":"x","sites":["http://[::1"]}`, `{}`, `[[[`,
		`{"question":"x","budget":null,"web":null}`, `{"messages":[{"role":"user","content":null}]}`, "{\"question\":\"\\u0000\\ud800\"}",
		`{"messages":[{"role":"user","content":[{"type":"text"}]}],"stream":true}`, `{"title":"x"}`, `{"key":"' OR 1=1"}`,
	} {
		for _, path := range []string{"/api/runs?wait=true", "/v1/chat/completions", "/api/conversations", "/api/session", "/api/collections"} {
			f.Add(path, []byte(body))
		}
	}
	st := serve(f, func(o *server.Options) { o.Runner = server.RunnerFunc(instant); o.Limits.Runs = 1000 })
	f.Fuzz(func(t *testing.T, path string, body []byte) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " \x7f") || strings.IndexFunc(path, func(r rune) bool { return r < ' ' }) >= 0 {
			return
		}
		req := httptest.NewRequest("POST", "http://localhost/", bytes.NewReader(body))
		u, err := req.URL.Parse(path)
		if err != nil {
			return
		}
		req.URL = u
		req.Header.Set("Content-Type", "application/json")
		res := httptest.NewRecorder()
		st.server.Handler().ServeHTTP(res, req)
		if res.Code >= 500 && res.Code != 501 {
			t.Errorf("%s %q: %d %s", path, body, res.Code, res.Body)
		}
		if kind := res.Header().Get("Content-Type"); strings.Contains(kind, "json") && !json.Valid(res.Body.Bytes()) {
			t.Errorf("%s %q: not JSON: %s", path, body, res.Body)
		}
	})
}

// dataDir is the folder of real data, where there is one.
func dataDir(t *testing.T) string {
	dir := os.Getenv("SONDE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data in %s: set SONDE_DATA", dir)
	}
	return dir
}

// Strings that have broken other programs, as questions and everywhere else.
func TestNaughtyStrings(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(dataDir(t), "vectors", "naughty-strings", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no naughty strings: %v", err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	if err := json.Unmarshal(b, &all); err != nil || len(all) < 400 {
		t.Fatalf("%d strings, %v", len(all), err)
	}
	st := serve(t, func(o *server.Options) { o.Runner = server.RunnerFunc(instant) })
	answered := 0
	for _, s := range all {
		quoted, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		res, text := st.call("POST", "/api/runs?wait=true", `{"question":`+string(quoted)+`}`)
		if res.StatusCode != 200 && res.StatusCode != 400 || !json.Valid([]byte(text)) {
			t.Errorf("question %s: %d %s", quoted, res.StatusCode, text)
		}
		if res.StatusCode == 200 {
			answered++
			var a agent.Answer
			if err := json.Unmarshal([]byte(text), &a); err != nil {
				t.Errorf("question %s: %v", quoted, err)
			}
			if _, got := st.call("GET", "/api/runs/"+a.ID+"/events", ""); strings.Count(got, "\nid: ") != 2 {
				t.Errorf("question %s breaks the event stream: %s", quoted, got)
			}
		}
		for _, body := range []string{`{"question":"x","model":` + string(quoted) + `}`, `{"question":"x","conversation":` + string(quoted) + `}`,
			`{"question":"x","sites":[` + string(quoted) + `]}`} {
			if res, text := st.call("POST", "/api/runs?wait=true", body); res.StatusCode >= 500 {
				t.Errorf("%s: %d %s", body, res.StatusCode, text)
			}
		}
	}
	if answered < len(all)/2 {
		t.Errorf("only %d of %d strings were taken as questions", answered, len(all))
	}
}

// The time from asking to the first event in a reader's hands.
func BenchmarkFirstEvent(b *testing.B) {
	firstEvent(b, serve(b, func(o *server.Options) { o.Runner = server.RunnerFunc(instant) }))
}

func firstEvent(b *testing.B, st *site) {
	for b.Loop() {
		run := get[server.RunJSON](st, 202, "POST", "/api/runs", `{"question":"limpets"}`)
		res, err := st.Client().Get(st.URL + run.Events)
		if err != nil {
			b.Fatal(err)
		}
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			if strings.HasPrefix(scan.Text(), "data: ") {
				break
			}
		}
		res.Body.Close()
	}
}
