package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// meaningServer embeds texts by what they speak of, and reranks by the word best.
func meaningServer(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/embeddings", func(w http.ResponseWriter, r *http.Request) {
		var ask struct{ Input []string }
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var rows []string
		for i, text := range ask.Input {
			v := []float64{0.01, 0.01, 0.01}
			for k, words := range []string{"car automobile", "herring fish", "tea kettle"} {
				for word := range strings.FieldsSeq(words) {
					v[k] += float64(strings.Count(strings.ToLower(text), word))
				}
			}
			rows = append(rows, fmt.Sprintf(`{"index":%d,"embedding":[%g,%g,%g]}`, i, v[0], v[1], v[2]))
		}
		fmt.Fprintf(w, `{"data":[%s]}`, strings.Join(rows, ","))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sonde.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestVectorsOfACollection: what words do not find is found by meaning; when
// the model is gone words rank alone, and the answer says so.
func TestVectorsOfACollection(t *testing.T) {
	model := meaningServer(t)
	cfg := writeConfig(t, fmt.Sprintf("retrieval: {embeddings: {url: %q, model: test}, wait: 500ms}\n", model.URL+"/v1"))
	data := t.TempDir()
	dir := writeFiles(t, map[string]string{
		"a.md": "The automobile of Norbank was built in 1931.", "b.md": "Herring swim in large schools.", "c.md": "A kettle stands on the stove.",
	})
	must(t, "kb", "create", "things", "--data", data)
	must(t, "kb", "add", "things", dir, "--data", data, "--config", cfg)
	if out := must(t, "kb", "search", "things", "old car", "--data", data); out != "" {
		t.Fatalf("words alone found %s", out)
	}
	if out := must(t, "kb", "search", "things", "old car", "--data", data, "--config", cfg); !strings.HasPrefix(out, "1.") || !strings.Contains(strings.SplitN(out, "\n2.", 2)[0], "automobile") {
		t.Errorf("vectors found %s", out)
	}
	words := must(t, "kb", "search", "things", "kettle stove", "--data", data)
	model.Close()
	out, errs, status := sonde(t.Context(), t, "kb", "search", "things", "kettle stove", "--data", data, "--config", cfg)
	if status != 0 || out != words || !strings.Contains(errs, "ranked by words") {
		t.Errorf("with the model gone: exit %d, %s%s; words found %s", status, out, errs, words)
	}
	a := askJSON(t, "--in", "things", "--data", data, "--config", cfg, "When was the automobile of Norbank built?")
	if !strings.Contains(a.Text, "1931") || !strings.Contains(strings.Join(a.Warnings, " "), "ranked by words") {
		t.Errorf("asked with the model gone: %q, warnings %v", a.Text, a.Warnings)
	}
	a = askJSON(t, "--files", dir, "--data", t.TempDir(), "--config", cfg, "When was the automobile of Norbank built?")
	if !strings.Contains(a.Text, "1931") || !strings.Contains(strings.Join(a.Warnings, " "), "ranked by words") {
		t.Errorf("files asked with the model gone: %q, warnings %v", a.Text, a.Warnings)
	}
	must(t, "kb", "add", "things", dir+"/a.md", "--tag", "late=yes", "--data", data, "--config", cfg) // ingest goes on
}

// TestServerFillsVectorsIn: documents that came while the model was gone get
// their vectors when it is back.
func TestServerFillsVectorsIn(t *testing.T) {
	model := meaningServer(t)
	data := t.TempDir()
	t.Setenv("SONDE_RETRIEVAL_EMBEDDINGS_URL", model.URL+"/v1")
	t.Setenv("SONDE_RETRIEVAL_EMBEDDINGS_MODEL", "test")
	base, child := startChild(t, data)
	defer func() { _ = child.Process.Kill(); _ = child.Wait() }()
	postRun(t, base+"/api/collections", map[string]string{"name": "things"})
	for _, text := range []string{"The automobile was built in 1931.", "Herring swim in large schools."} {
		if !tryPost(base+"/api/collections/things/documents", map[string]string{"text": text}) {
			t.Fatal("a document was refused")
		}
	}
	if !awaitFound(t, base+"/api/collections/things/search?q=old+car", "automobile") {
		t.Error("nothing is found by its meaning")
	}
}

func TestRankModelsConfiguration(t *testing.T) {
	for text, want := range map[string]string{
		"retrieval: {embeddings: {url: 'http://x/v1'}}":                          "retrieval.embeddings needs both url and model",
		"retrieval: {rerank: {model: m}}":                                        "retrieval.rerank needs both url and model",
		"retrieval: {embeddings: {url: 'localhost:8000', model: m}}":             "http://",
		"retrieval: {embeddings: {url: 'http://u:secret@x/v1', model: m}}":       "password",
		"retrieval: {embeddings: {url: 'http://x/v1?key=secret', model: m}}":     "environment",
		"retrieval: {embeddings: {url: 'http://x/v1', model: m, key: secret}}":   "retrieval.embeddings.key",
		"retrieval: {embedings: {url: 'http://x/v1', model: m}}":                 "embeddings",
		"retrieval: {embeddings: {url: 'http://x/v1', model: m}, wait: -1s}":     "retrieval.wait",
		"retrieval: {rerank: {url: 'http://x/v1', model: m, timeout: '-3s'}}":    "retrieval.rerank.timeout",
		"retrieval: {embeddings: {url: 'http://x/v1', model: m, timeout: soon}}": "soon",
	} {
		_, errs, status := sonde(t.Context(), t, "serve", "--print-config", "--config", writeConfig(t, text))
		if status != 2 && status != 1 || !strings.Contains(errs, want) || strings.Contains(errs, "secret@") || strings.Contains(errs, "=secret") {
			t.Errorf("%s: exit %d, %s", text, status, errs)
		}
	}
	cfg := writeConfig(t, "retrieval: {embeddings: {url: 'http://10.0.0.8:8000/v1', model: bge-m3, timeout: 20s}, wait: 1s}")
	if out := must(t, "serve", "--print-config", "--config", cfg); !strings.Contains(out, "bge-m3") || !strings.Contains(out, "20s") {
		t.Errorf("--print-config: %s", out)
	}
	m := rankModels(retrievalConfig{}, func(string) string { return "" }, nil)
	if m != nil {
		t.Error("no configuration gave models")
	}
	e := endpointConfig{URL: "http://x/v1", Model: "m"}.endpoint("k", time.Second)
	if e.Key != "k" || e.Timeout != time.Second {
		t.Errorf("endpoint %+v", e.Timeout)
	}
}
