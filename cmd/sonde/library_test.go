package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
	"github.com/sonde-search/sonde/store"
)

// openLibrary opens the knowledge bases of a data folder, as a server has them.
func openLibrary(t *testing.T, data string) *library {
	t.Helper()
	st, err := store.Open(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	con := &console{getenv: func(string) string { return "" }, stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
	if con.cfg, err = loadConfig("", data, con.getenv); err != nil {
		t.Fatal(err)
	}
	con.cfg.Crawler.Allow = []string{"127.0.0.1"}
	p, err := assemble(t.Context(), con, assembly{store: st})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	p.library.pause = time.Millisecond
	return p.library
}

func (l *library) mustAdd(t *testing.T, a server.Addition) server.Job {
	t.Helper()
	job, err := l.AddDocuments(t.Context(), a)
	if err == nil {
		err = l.doJobs(t.Context())
	}
	if err == nil {
		job, err = l.Job(t.Context(), job.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func sources(t *testing.T, l *library, name string) string {
	t.Helper()
	docs, err := l.allDocuments(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range docs {
		out = append(out, d.Source[strings.LastIndex(d.Source, "/"):]+" "+d.State)
	}
	return strings.Join(out, ", ")
}

// TestSitesAreReadAgain: a schedule reads a followed site again, past the page
// cache; what changed is replaced, what is gone is removed, and a page whose
// server fails is tried again.
func TestSitesAreReadAgain(t *testing.T) {
	var second atomic.Bool
	var tries atomic.Int32
	page := func(title, text string) string {
		return fmt.Sprintf("<html><head><title>%s</title></head><body><main><h1>%s</h1><p>%s</p></main></body></html>", title, title, strings.Repeat(text+" ", 8))
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=3600")
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, strings.Replace(page("Home", "The harbour of Norbank has three cranes."), "</main>", `<a href="/a">a</a> <a href="/b">b</a> <a href="/c">c</a></main>`, 1))
		case "/a":
			fmt.Fprint(w, page("Cranes", map[bool]string{false: "The tall crane lifts 40 tonnes.", true: "The tall crane lifts 55 tonnes."}[second.Load()]))
		case "/b":
			if second.Load() {
				w.WriteHeader(http.StatusGone)
				return
			}
			fmt.Fprint(w, page("Boats", "The red boat carries herring to the market."))
		case "/c":
			if tries.Add(1) < 2 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			fmt.Fprint(w, page("Piers", "The long pier was rebuilt in 1987."))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer web.Close()
	l := openLibrary(t, t.TempDir())
	refresh := "24h"
	if err := l.CreateCollection(t.Context(), server.CollectionChange{Name: "port", Refresh: &refresh}); err != nil {
		t.Fatal(err)
	}
	job := l.mustAdd(t, server.Addition{Collection: "port", Sites: []string{web.URL + "/"}, Pages: 10, Tags: map[string]string{"kind": "web"}})
	if job.State != "done" || job.Failed != 0 {
		t.Errorf("job %+v", job)
	}
	if got := sources(t, l, "port"); strings.Count(got, "indexed") != 4 {
		t.Errorf("after reading the site: %s", got)
	}
	if err := l.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if names, err := l.waitingCollections(t.Context()); err != nil || len(names) != 0 {
		t.Errorf("read again before its time: %v %v", names, err)
	}
	second.Store(true)
	l.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	for range 2 { // the second finds the first at work
		if err := l.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if jobs, err := l.store.UnfinishedJobs(t.Context()); err != nil || len(jobs) != 1 {
		t.Errorf("%d jobs to read the site again: %v", len(jobs), err)
	}
	if err := l.doJobs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := sources(t, l, "port"); strings.Contains(got, "/b") || strings.Count(got, "indexed") != 3 {
		t.Errorf("after reading it again: %s", got)
	}
	found, err := l.Search(t.Context(), server.CollectionQuery{Text: "tall crane tonnes", K: 5, Filter: server.DocumentQuery{Collection: "port", Tag: "kind=web"}})
	if err != nil || len(found) == 0 || !strings.Contains(found[0].Text, "55") || strings.Contains(found[0].Text, "40") {
		t.Errorf("after reading it again a search finds %v (%v)", found, err)
	}
}

// outdate makes a closed index one of another analysis: its manifest says so.
func outdate(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, "manifest.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m struct { // as retrieval writes it
		Format   int               `json:"format"`
		Analyzer int               `json:"analyzer"`
		Clean    bool              `json:"clean"`
		Root     uint32            `json:"root,omitempty"`
		Files    map[string]uint32 `json:"files,omitempty"`
		Sum      uint32            `json:"sum"`
	}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	m.Analyzer, m.Sum = 0, 0
	if b, err = json.Marshal(m); err == nil {
		m.Sum = crc32.ChecksumIEEE(b)
		b, err = json.Marshal(m)
	}
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestOutdatedIndexServesWhileItIsRebuilt: a server answers from the index of
// another version and builds a new one behind it; a command waits for it.
func TestOutdatedIndexServesWhileItIsRebuilt(t *testing.T) {
	data := t.TempDir()
	l := openLibrary(t, data)
	if err := l.CreateCollection(t.Context(), server.CollectionChange{Name: "birds"}); err != nil {
		t.Fatal(err)
	}
	l.mustAdd(t, server.Addition{Collection: "birds", Text: "The heron stands in the reeds."})
	find := func(text string) []agent.Passage {
		t.Helper()
		ps, err := l.Search(t.Context(), server.CollectionQuery{Text: text, K: 5, Filter: server.DocumentQuery{Collection: "birds"}})
		if err != nil {
			t.Fatal(err)
		}
		return ps
	}
	s, err := l.shelf(t.Context(), "birds")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	outdate(t, filepath.Join(data, "index", "birds"))
	if ps := find("heron"); len(ps) != 1 {
		t.Errorf("while it is rebuilt: %v", ps)
	}
	l.mustAdd(t, server.Addition{Collection: "birds", Text: "The stork stands on the chimney."})
	if err := s.rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ps := find("stork"); len(ps) != 1 {
		t.Errorf("after it was rebuilt: %v", ps)
	}
	if s.outdated {
		t.Error("the index is still of another version")
	}
}

// TestIndexOfAnotherStoreIsBegunAnew: an index that a restore left behind, or
// that is of a deleted collection of the same name, serves nothing of it.
func TestIndexOfAnotherStoreIsBegunAnew(t *testing.T) {
	data := t.TempDir()
	must(t, "kb", "create", "notes", "--data", data)
	dir := writeFiles(t, map[string]string{"old.md": "The old note speaks of walruses.", "new.md": "The new note speaks of dolphins."})
	must(t, "kb", "add", "notes", dir+"/old.md", "--data", data)
	if err := os.CopyFS(filepath.Join(data, "kept"), os.DirFS(filepath.Join(data, "index"))); err != nil {
		t.Fatal(err)
	}
	must(t, "kb", "rm", "notes", "--data", data)
	must(t, "kb", "create", "notes", "--data", data)
	must(t, "kb", "add", "notes", dir+"/new.md", "--data", data)
	if err := os.RemoveAll(filepath.Join(data, "index")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(data, "kept"), filepath.Join(data, "index")); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "kb", "search", "notes", "walruses", "--data", data); out != "" {
		t.Errorf("what the other collection held is found: %s", out)
	}
	if out := must(t, "kb", "search", "notes", "dolphins", "--data", data); !strings.Contains(out, "new note") {
		t.Errorf("what it holds is not found: %s", out)
	}
}

// TestCancelledJobKeepsWhatItRead cancels a job whose site never ends.
func TestCancelledJobKeepsWhatItRead(t *testing.T) {
	reached := make(chan struct{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/slow" {
			close(reached)
			<-r.Context().Done()
			return
		}
		if r.URL.Path == "/robots.txt" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		fmt.Fprintf(w, "<html><body><main><p>%s</p><a href='/slow'>next</a></main></body></html>", strings.Repeat("The lighthouse of Norbank is white. ", 10))
	}))
	defer web.Close()
	l := openLibrary(t, t.TempDir())
	if err := l.CreateCollection(t.Context(), server.CollectionChange{Name: "port"}); err != nil {
		t.Fatal(err)
	}
	job, err := l.AddDocuments(t.Context(), server.Addition{Collection: "port", Sites: []string{web.URL + "/"}, Pages: 10})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- l.doJobs(context.WithoutCancel(t.Context())) }()
	<-reached
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline) && !strings.Contains(sources(t, l, "port"), "indexed"); {
		runtime.Gosched() // the first page is on its way
	}
	if err := l.CancelJob(t.Context(), job.ID); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the work ended with %v", err)
	}
	if job, err = l.Job(t.Context(), job.ID); err != nil || job.State != "cancelled" {
		b, _ := json.Marshal(job)
		t.Errorf("the job is %s (%v)", b, err)
	}
	if got := sources(t, l, "port"); !strings.Contains(got, "indexed") {
		t.Errorf("what was read is not there: %q", got)
	}
}
