package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/fakeweb"
)

// sonde runs the program as main does and returns what it printed.
func sonde(ctx context.Context, t *testing.T, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	home := t.TempDir()
	getenv := func(name string) string {
		if name == "HOME" {
			return home
		}
		return ""
	}
	var out, errs bytes.Buffer
	err := run(ctx, args, getenv, strings.NewReader(""), &out, &errs)
	status = report(&errs, err)
	return out.String(), errs.String(), status
}

func startWeb(t *testing.T) *fakeweb.Web {
	t.Helper()
	w, err := fakeweb.Start(fakeweb.TwoHosts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

func askJSON(t *testing.T, args ...string) agent.Answer {
	t.Helper()
	out, errs, status := sonde(t.Context(), t, append([]string{"ask", "--json"}, args...)...)
	var a agent.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("exit %d, output %q, %s: %v", status, out, errs, err)
	}
	return a
}

func TestAskSite(t *testing.T) {
	w := startWeb(t)
	tests := []struct {
		name, site, question, want, cite string
	}{
		{"who", "en/", "Who built the water mill of Halden?", "Jorun Eide", "/mill.html"},
		{"how many", "en/", "How many pupils does the school of Halden have?", "64 pupils", "/school.html"},
		{"only in the sitemap", "en/", "How deep is the well of Halden?", "31 metres", "/hidden-well.html"},
		{"a slow page", "en/", "On which day is the market of Halden held?", "Thursday", "/slow.html"},
		{"Chinese when", "zh/", "青石桥建于哪一年？", "1623年", "/qiao.html"},
		{"Chinese how many", "zh/", "青石茶厂有多少职工？", "138人", "/chachang.html"},
		{"Chinese who", "zh/", "镇小学的校长是谁？", "何佩兰", "/xiaoxue.html"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := askJSON(t, "--site", w.URL(tt.site), tt.question)
			if a.Status != agent.StatusAnswered && a.Status != agent.StatusPartial || !strings.Contains(a.Text, tt.want) {
				t.Errorf("status %s, text %q, want %q in it", a.Status, a.Text, tt.want)
			}
			if !slices.ContainsFunc(a.Sources, func(s agent.Source) bool {
				return s.State == agent.StateCited && strings.HasSuffix(s.URL, tt.cite)
			}) {
				t.Errorf("%s is not cited: %+v", tt.cite, a.Sources)
			}
			for _, c := range a.Claims {
				if len(c.Cites) == 0 || c.Verdict == agent.Unsupported {
					t.Errorf("claim %+v has no proof", c)
				}
			}
		})
	}
}

func TestAskObeysRobotsAndStaysOnItsSite(t *testing.T) {
	w := startWeb(t)
	a := askJSON(t, "--site", w.URL("en/"), "What is the secret password of the ledger?")
	if strings.Contains(a.Text, "marzipan") {
		t.Errorf("the answer %q is from a page that robots.txt forbids", a.Text)
	}
	for _, seen := range w.Seen() {
		if strings.HasPrefix(seen, "en/private/") || strings.HasPrefix(seen, "zh/") {
			t.Errorf("%s was fetched", seen)
		}
	}
	reasons := map[agent.SkipReason]bool{}
	for _, s := range a.Skipped {
		reasons[s.Reason] = true
	}
	for _, want := range []agent.SkipReason{agent.SkipRobots, agent.SkipHTTPStatus, agent.SkipRedirectLoop} {
		if !reasons[want] {
			t.Errorf("no page was skipped for %s: %+v", want, a.Skipped)
		}
	}
	if a.Usage.Attempted > 50 {
		t.Errorf("%d pages attempted: the calendar ate the budget", a.Usage.Attempted)
	}
}

func TestAskFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("leave.md", "# Leave\n\nEvery employee of Norbank has 31 days of leave a year.\n")
	write("差旅规定.txt", "出差住宿标准为每晚不超过480元。\n")
	if a := askJSON(t, "--files", dir, "How many days of leave does an employee of Norbank have?"); !strings.Contains(a.Text, "31 days") {
		t.Errorf("%s: %q", a.Status, a.Text)
	}
	if a := askJSON(t, "--files", dir, "出差住宿标准是每晚多少元？"); !strings.Contains(a.Text, "480元") {
		t.Errorf("%s: %q", a.Status, a.Text)
	}
}

func TestAskPrintsMarkdownAndEvents(t *testing.T) {
	w := startWeb(t)
	out, _, status := sonde(t.Context(), t, "ask", "--site", w.URL("en/"), "Who built the water mill of Halden?")
	if status != 0 || !strings.Contains(out, "[1]") || !strings.Contains(out, "Sources:") || !strings.Contains(out, "/mill.html") {
		t.Errorf("exit %d:\n%s", status, out)
	}
	out, _, status = sonde(t.Context(), t, "ask", "--events", "--site", w.URL("en/"), "Who built the water mill of Halden?")
	var last agent.Record
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for n := int64(1); lines.Scan(); n++ {
		if err := json.Unmarshal(lines.Bytes(), &last); err != nil || last.ID != n {
			t.Fatalf("line %d: %q: %v", n, lines.Text(), err)
		}
	}
	if _, ok := last.Step.(agent.Answered); !ok || status != 0 {
		t.Errorf("exit %d, last step %+v", status, last)
	}
}

func TestBadInput(t *testing.T) {
	tests := []struct {
		name   string
		args   []string
		status int
		say    string
	}{
		{"empty question", []string{"ask", "--site", "http://127.0.0.1:1/", "  "}, 2, "question is empty"},
		{"1 MB question", []string{"ask", "--site", "http://127.0.0.1:1/", strings.Repeat("why ", 1<<18)}, 2, "at most"},
		{"negative budget", []string{"ask", "--pages=-3", "--site", "http://127.0.0.1:1/", "why"}, 2, "pages must be between"},
		{"no seconds", []string{"ask", "--timeout", "0", "--site", "http://127.0.0.1:1/", "why"}, 2, "seconds must be"},
		{"unknown flag", []string{"ask", "--sites", "x", "why"}, 2, "--site"},
		{"unknown command", []string{"akk"}, 2, "akk"},
		{"missing folder", []string{"ask", "--files", "no/such/folder", "why"}, 1, "no/such/folder"},
		{"not an address", []string{"ask", "--site", "ftp://x/", "why"}, 2, "http"},
		{"unreachable", []string{"ask", "--site", "http://127.0.0.1:1/", "why is that"}, 1, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out, errs, status := sonde(t.Context(), t, tt.args...)
			if status != tt.status || !strings.Contains(errs, tt.say) {
				t.Errorf("exit %d, want %d; stderr %.300q, want %q in it", status, tt.status, errs, tt.say)
			}
			if strings.Contains(errs+out, "goroutine ") {
				t.Errorf("a stack trace: %s", errs)
			}
		})
	}
	out, _, _ := sonde(t.Context(), t, "ask", "--site", "http://127.0.0.1:1/", "why is that")
	if !strings.Contains(out, "Nothing could be read") || !strings.Contains(out, "127.0.0.1:1") {
		t.Errorf("an unreachable site says %q", out)
	}
}

func TestInterruptEndsWithWhatThereIs(t *testing.T) {
	w := startWeb(t)
	ctx, cancel := context.WithCancel(t.Context())
	home := t.TempDir()
	var out cancelOnPage
	out.cancel, out.page = cancel, "/mill.html"
	start := time.Now()
	err := run(ctx, []string{"ask", "--events", "--site", w.URL("en/"), "Who built the water mill of Halden?"},
		func(n string) string { return map[string]string{"HOME": home}[n] }, strings.NewReader(""), &out, &bytes.Buffer{})
	if !errors.Is(err, errInterrupted) || exitStatus(err) != 130 {
		t.Errorf("error %v", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v to end", took)
	}
	if !strings.Contains(out.String(), `"status":"cancelled"`) {
		t.Errorf("no answer of a cancelled run in %s", out.String())
	}
}

// cancelOnPage cancels a context when the event of a read page passes.
type cancelOnPage struct {
	bytes.Buffer
	cancel context.CancelFunc
	page   string
}

func (c *cancelOnPage) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(`"state":"read"`)) && bytes.Contains(p, []byte(c.page)) {
		c.cancel()
	}
	return c.Buffer.Write(p)
}
