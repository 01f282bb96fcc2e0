package crawler

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// storedRun is a run as a store hands it back: two pages, one of them skipped
// at first, one read twice after a restart.
func storedRun() []agent.Record {
	at := time.Date(2026, 3, 4, 5, 6, 7, 89_000_000, time.UTC)
	mill := &agent.Page{URL: "https://example.org/m%C3%BChle?a=1", Asked: "http://example.org/m%C3%BChle", Title: "Die Mühle\r\nWARC-Type: response",
		MIME: "text/html", Language: "de", Published: "2025-01-02", Fetched: at.Add(time.Second), Text: "# Die Mühle\n\nSie steht am Bach.\r\n\r\nWARC/1.1\r\n"}
	shore := &agent.Page{URL: "file:///home/ann/%E5%B8%BD%E8%B4%9D.txt", Title: "帽贝", Text: "帽贝在夜里觅食。", Truncated: true}
	steps := []agent.Step{
		agent.Started{ID: "run_1", Question: agent.Question{Text: "Wo steht die Mühle？"}, At: at, Model: "builtin"},
		agent.Paged{State: agent.PageSkipped, URL: "https://example.org/x", Reason: agent.SkipRobots},
	}
	for _, p := range []*agent.Page{mill, shore, mill} {
		p.Snapshot = agent.SnapshotID(p.Text)
		steps = append(steps, agent.Paged{State: agent.PageRead, URL: p.URL, Snapshot: p.Snapshot, Page: p})
	}
	steps = append(steps, agent.Answered{Answer: agent.Answer{ID: "run_1", Status: agent.StatusAnswered, Text: "Sie steht am Bach. [1]"}})
	var out []agent.Record
	for i, s := range steps {
		out = append(out, agent.Record{ID: int64(i + 1), At: at.Add(time.Duration(i) * time.Minute), Step: s})
	}
	return out
}

func TestStoredRunToWARC(t *testing.T) {
	var b bytes.Buffer
	if err := WriteRunWARC(&b, "Sonde/test", storedRun()); err != nil {
		t.Fatal(err)
	}
	secondReader(t, b.Bytes())
	records := readWARC(t, b.Bytes())
	var kinds []string
	for _, r := range records {
		kinds = append(kinds, r.header.Get("WARC-Type"))
	}
	if got := strings.Join(kinds, " "); got != "warcinfo conversion metadata conversion metadata metadata" {
		t.Fatalf("records: %s", got)
	}
	for i, p := range []*agent.Page{storedRun()[2].Step.(agent.Paged).Page, storedRun()[3].Step.(agent.Paged).Page} {
		text, about := records[1+2*i], records[2+2*i]
		if string(text.block) != p.Text || text.header.Get("WARC-Target-URI") != p.URL || text.header.Get("WARC-Payload-Digest") != digest([]byte(p.Text)) {
			t.Errorf("%v %q", text.header, text.block)
		}
		if about.header.Get("WARC-Refers-To") != text.header.Get("WARC-Record-ID") || !strings.Contains(string(about.block), "snapshot: "+p.Snapshot+"\r\n") ||
			!strings.Contains(string(about.block), "run: run_1\r\n") || strings.Contains(string(about.block), "\nWARC-Type") {
			t.Errorf("%v %q", about.header, about.block)
		}
	}
	if d := records[1].header.Get("WARC-Date"); d != "2026-03-04T05:06:08.089000Z" {
		t.Errorf("the first page's date: %s", d)
	}
	if d := records[3].header.Get("WARC-Date"); d != "2026-03-04T05:09:07.089000Z" || records[3].header.Get("WARC-Truncated") != "length" {
		t.Errorf("a page without a time of its own: %v", records[3].header)
	}
	var run struct {
		Run      string
		Question struct{ Text string }
		Answer   agent.Answer
	}
	if err := json.Unmarshal(records[5].block, &run); err != nil || run.Run != "run_1" || run.Answer.Text != "Sie steht am Bach. [1]" {
		t.Errorf("%s, %v", records[5].block, err)
	}
}

func TestRunWithoutStartIsNoArchive(t *testing.T) {
	var b bytes.Buffer
	if err := WriteRunWARC(&b, "Sonde", storedRun()[1:]); err == nil || b.Len() > 0 {
		t.Errorf("%d bytes, error %v", b.Len(), err)
	}
	if err := WriteRunWARC(brokenWriter{}, "Sonde", storedRun()); err == nil {
		t.Error("a full disk was not noticed")
	}
}
