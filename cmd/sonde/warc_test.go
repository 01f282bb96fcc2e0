package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nlnwa/gowarc/v3"

	"github.com/sonde-search/sonde/agent"
)

// archived reads an archive with another program's reader, strictly, and
// returns the records' blocks by type and address.
func archived(t *testing.T, b []byte) map[string]string {
	t.Helper()
	r, err := gowarc.NewWarcFileReaderFromStream(bytes.NewReader(b), 0, gowarc.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for rec, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		raw, err := rec.WarcRecord.Block().RawBytes()
		if err != nil {
			t.Fatal(err)
		}
		block, err := io.ReadAll(raw)
		if err != nil {
			t.Fatal(err)
		}
		out[rec.WarcRecord.Type().String()+" "+rec.WarcRecord.WarcHeader().Get("WARC-Target-URI")] = string(block)
	}
	return out
}

// The archive of a run that the server keeps holds the very text that the
// answer cites.
func TestStoredRunAsWARC(t *testing.T) {
	w := startWeb(t)
	base, _ := startServe(t, t.TempDir(), hostOf(w.URL("en/")))
	_, body := postRun(t, base+"/api/runs?wait=true", runBody{Question: "Who built the water mill of Halden?", Sites: []string{w.URL("en/")}})
	var a agent.Answer
	if err := json.Unmarshal(body, &a); err != nil || len(a.Claims) == 0 {
		t.Fatalf("%s: %v", body, err)
	}
	res, err := http.Get(base + "/api/runs/" + a.ID + "/warc")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", res.Status, err)
	}
	holdsCites(t, archived(t, b), a)
}

func holdsCites(t *testing.T, records map[string]string, a agent.Answer) {
	t.Helper()
	for _, c := range a.Claims {
		for _, cite := range c.Cites {
			url := a.Sources[cite.Source-1].URL
			text := records["conversion "+url]
			if cite.End > len(text) || text[cite.Start:cite.End] != cite.Quote {
				t.Errorf("%s: %+v is not in %q", url, cite, text)
			}
		}
	}
	pages := 0
	for k := range records {
		if strings.HasPrefix(k, "conversion ") {
			pages++
		}
	}
	if pages < a.Usage.Read || !strings.Contains(records["metadata "], a.ID) {
		t.Errorf("%d pages in the archive, %d were read; the run: %.200s", pages, a.Usage.Read, records["metadata "])
	}
}

func TestBundleToWARC(t *testing.T) {
	w := startWeb(t)
	bundle, archive := filepath.Join(t.TempDir(), "run.sonde"), filepath.Join(t.TempDir(), "run.warc.gz")
	a := askJSON(t, "--site", w.URL("zh/"), "--save", bundle, "青石桥建于哪一年？")
	out, errs, status := sonde(t.Context(), t, "replay", "--json", "--warc", archive, bundle)
	var again agent.Answer
	if err := json.Unmarshal([]byte(out), &again); err != nil || status != 0 || again.Text != a.Text {
		t.Fatalf("exit %d: %s %s %v", status, out, errs, err)
	}
	b, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	holdsCites(t, archived(t, b), a)
	if _, errs, status := sonde(t.Context(), t, "replay", "--warc", filepath.Join(archive, "no", "folder"), bundle); status != 1 || !strings.Contains(errs, "archive") {
		t.Errorf("exit %d: %s", status, errs)
	}
}

// A page that came from the page cache is in the archive too, as text: nothing
// was sent for it.
func TestAskToWARCFromTheCache(t *testing.T) {
	w := startWeb(t)
	data := t.TempDir()
	for i, want := range []string{"response ", "conversion "} {
		archive := filepath.Join(t.TempDir(), "ask.warc.gz")
		a := askJSON(t, "--data", data, "--site", w.URL("en/mill.html"), "--pages", "1", "--warc", archive, "Who built the water mill of Halden?")
		b, err := os.ReadFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		records := archived(t, b)
		if text := records[want+a.Sources[0].URL]; !strings.Contains(text, "Jorun Eide") {
			t.Errorf("ask %d: %q of %v", i, text, records)
		}
		if _, sent := records["response "+a.Sources[0].URL]; i == 1 && sent {
			t.Error("the page did not come from the cache")
		}
	}
}
