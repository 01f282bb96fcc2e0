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

	"github.com/sonde-search/sonde/agent"
)

// A provider that takes us for a robot is named with that in the answer's
// providers; it is never "no results", and the answer is no "not found".
func TestBlockedProviderIsNamed(t *testing.T) {
	search := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(search.Close)
	cfg := filepath.Join(t.TempDir(), "sonde.yaml")
	text := fmt.Sprintf("search: {providers: [{kind: searxng, url: %q}]}\n", search.URL)
	if err := os.WriteFile(cfg, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	out, errs, status := sonde(t.Context(), t, "ask", "--json", "--config", cfg, "--timeout", "20", "When do limpets graze?")
	var a agent.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("exit %d: %s %s: %v", status, out, errs, err)
	}
	if status != 1 || a.Status != agent.StatusFailed || len(a.Providers) == 0 {
		t.Errorf("exit %d, status %s, providers %+v", status, a.Status, a.Providers)
	}
	for _, p := range a.Providers {
		if p.Error == nil || !strings.Contains(*p.Error, "searxng") || p.Hits != 0 {
			t.Errorf("provider %+v", p)
		}
	}
}
