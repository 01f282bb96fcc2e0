package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

type problem struct {
	Type, Title, Code, Detail, Instance string
	Status                              int
	RequestID                           string `json:"request_id"`
	Run                                 string
}

// TestBadRequests: every wrong request is a problem that says what to do.
func TestBadRequests(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Runner = server.RunnerFunc(instant) })
	q := `"question":"limpets"`
	for _, c := range []struct {
		body   string
		status int
		say    string
	}{
		{``, 415, "application/json"},
		{` `, 400, "empty"},
		{`[]`, 400, "send an object"},
		{`{`, 400, "not JSON"},
		{`{` + q + `} x`, 400, "something follows"},
		{`{"question":1}`, 400, "send a string"},
		{"{\"question\":\"\xff\"}", 400, "UTF-8"},
		{`{"qestion":"x"}`, 400, `did you mean \"question\"?`},
		{`{` + q + `,"budget":{"page":5}}`, 400, `did you mean \"pages\"?`},
		{`{` + q + `,"zzzzzzzz":5}`, 400, `\"zzzzzzzz\" is not known`},
		{`{"question":""}`, 400, "empty"},
		{`{"question":"？！"}`, 400, "empty"},
		{`{"question":"` + strings.Repeat("x", 20000) + `"}`, 413, "16384"},
		{`{"question":"` + strings.Repeat("x", 2<<20) + `"}`, 413, "1048576"},
		{`{` + q + `,"budget":{"pages":-1}}`, 400, "pages must be between"},
		{`{` + q + `,"budget":{"seconds":1e9}}`, 400, "seconds must be"},
		{`{` + q + `,"budget":{"cost":-0.5}}`, 400, "cost must not be negative"},
		{`{` + q + `,"sites":["file:///etc/passwd"]}`, 400, "only http and https"},
		{`{` + q + `,"sites":["http://u:p@example.org/"]}`, 400, "refused"},
		{`{` + q + `,"language":"fr"}`, 400, "use auto, zh or en"},
		{`{` + q + `,"model":"openai:x@http://10.0.0.1/"}`, 404, "not offered"},
		{`{` + q + `,"web":false}`, 400, "nowhere to look"},
		{`{` + q + `,"conversation":"conv_nobody"}`, 404, "nothing is here"},
		{`{` + q + `,"after":"yesterday"}`, 400, "YYYY-MM-DD"},
		{`{` + q + `,"files":["/etc/passwd"]}`, 400, "not known"},
	} {
		res, text := st.call("POST", "/api/runs", c.body)
		var p problem
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatalf("%.60s: %v in %s", c.body, err, text)
		}
		if res.StatusCode != c.status || p.Status != c.status || !strings.Contains(text, c.say) {
			t.Errorf("%.60s: %d %s", c.body, res.StatusCode, text)
		}
		if res.Header.Get("Content-Type") != "application/problem+json" || p.Type == "" || p.Title == "" || p.Code == "" ||
			p.Instance != "/api/runs" || p.RequestID == "" || p.RequestID != res.Header.Get("X-Request-Id") {
			t.Errorf("%.60s: not a whole problem: %s", c.body, text)
		}
	}
	if runs := get[server.List[server.RunJSON]](st, 200, "GET", "/api/runs", ""); len(runs.Items) != 0 {
		t.Errorf("wrong requests left runs: %+v", runs)
	}
}

func TestRunFromQuestionToAnswer(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Runner = server.RunnerFunc(instant) })
	res, text := st.call("POST", "/api/runs?wait=true", `{"question":"帽贝何时觅食？","sites":["https://example.org/"],"budget":{"pages":7},"language":"zh"}`)
	var a agent.Answer
	if err := json.Unmarshal([]byte(text), &a); err != nil || res.StatusCode != 200 || a.Status != agent.StatusAnswered {
		t.Fatalf("%d %s, %v", res.StatusCode, text, err)
	}
	if at := res.Header.Get("Location"); at != "/api/runs/"+a.ID {
		t.Errorf("Location %q", at)
	}
	run := get[server.RunJSON](st, 200, "GET", "/api/runs/"+a.ID, "")
	q := run.Question
	if run.Status != agent.StatusAnswered || run.Answer == nil || q.Text != "帽贝何时觅食？" || q.Budget.Pages != 7 ||
		q.Budget.Seconds != agent.DefaultSeconds || q.Scope.Web || q.Model != "builtin" || q.Language != "zh" {
		t.Errorf("run: %+v", run)
	}
	if _, text := st.call("GET", "/api/runs/"+a.ID+"/bundle", ""); !strings.Contains(text, `"event":"answer"`) {
		t.Errorf("bundle: %s", text)
	}
	if res, text := st.call("GET", "/api/runs/"+a.ID+"/warc", ""); res.StatusCode != 501 {
		t.Errorf("an archive without a writer: %d %s", res.StatusCode, text)
	}
	if res, _ := st.call("DELETE", "/api/runs/"+a.ID, ""); res.StatusCode != 204 {
		t.Errorf("deleting: %d", res.StatusCode)
	}
	get[problem](st, 404, "GET", "/api/runs/"+a.ID, "")
}

func TestRunAsWebArchive(t *testing.T) {
	st := serve(t, func(o *server.Options) {
		o.WARC = func(_ context.Context, w io.Writer, steps []agent.Record) error {
			_, err := fmt.Fprintf(w, "%d steps, from %s to %s", len(steps), steps[0].Step.Kind(), steps[len(steps)-1].Step.Kind())
			return err
		}
	})
	id := st.ask()
	get[problem](st, 409, "GET", "/api/runs/"+id+"/warc", "")
	st.script.channel(id) <- answered(id, "At low tide.")
	st.follow(id, 0).expect("run", "answer")
	res, text := st.call("GET", "/api/runs/"+id+"/warc", "")
	if res.StatusCode != 200 || text != "2 steps, from run to answer" || res.Header.Get("Content-Type") != "application/warc" ||
		!strings.Contains(res.Header.Get("Content-Disposition"), id+".warc.gz") {
		t.Errorf("%d %v %s", res.StatusCode, res.Header, text)
	}
	get[problem](st, 404, "GET", "/api/runs/run_none/warc", "")
}

func TestRunsAreListedInPages(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Runner = server.RunnerFunc(instant) })
	for i := range 5 {
		get[agent.Answer](st, 200, "POST", "/api/runs?wait=1", fmt.Sprintf(`{"question":"limpets %d"}`, i))
	}
	var seen []string
	for path := "/api/runs?limit=2"; ; {
		page := get[server.List[server.RunJSON]](st, 200, "GET", path, "")
		for _, r := range page.Items {
			seen = append(seen, r.Question.Text)
		}
		if page.Next == "" {
			break
		}
		path = "/api/runs?limit=2&before=" + page.Next
	}
	if got := strings.Join(seen, ","); got != "limpets 4,limpets 3,limpets 2,limpets 1,limpets 0" {
		t.Errorf("pages: %s", got)
	}
	for _, limit := range []string{"0", "201", "x", "-1"} {
		get[problem](st, 400, "GET", "/api/runs?limit="+limit, "")
	}
}

func TestTooManyRunsAreRefused(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Limits.Runs = 2 })
	first := st.ask()
	st.ask()
	res, text := st.call("POST", "/api/runs", `{"question":"one too many"}`)
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || !strings.Contains(text, "busy") {
		t.Errorf("%d %v %s", res.StatusCode, res.Header, text)
	}
	st.script.channel(first) <- answered(first, "")
	st.follow(first, 0).expect("run", "answer")
	deadline := time.Now().Add(5 * time.Second)
	for res.StatusCode == 503 && time.Now().Before(deadline) {
		res, text = st.call("POST", "/api/runs", `{"question":"again"}`)
	}
	if res.StatusCode != 202 {
		t.Errorf("a slot that is free again: %d %s", res.StatusCode, text)
	}
}

func TestFullDiskIs507(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Runner = server.RunnerFunc(instant) })
	a := get[agent.Answer](st, 200, "POST", "/api/runs?wait=true", `{"question":"limpets"}`)
	st.store.failing(fmt.Errorf("/secret/path/sonde.db: %w", syscall.ENOSPC))
	p := get[problem](st, 507, "POST", "/api/runs", `{"question":"limpets"}`)
	if strings.Contains(p.Detail, "secret") {
		t.Errorf("the reply holds a path: %+v", p)
	}
	get[problem](st, 507, "GET", "/readyz", "")
	st.store.failing(fmt.Errorf("fsync: %w", syscall.EIO))
	if p := get[problem](st, 507, "POST", "/api/runs", `{"question":"limpets"}`); p.Code != "disk_failed" {
		t.Errorf("a disk that fails: %+v", p)
	}
	get[server.Health](st, 200, "GET", "/healthz", "")
	get[server.RunJSON](st, 200, "GET", "/api/runs/"+a.ID, "") // reading goes on
	st.store.failing(nil)
	get[agent.Answer](st, 200, "POST", "/api/runs?wait=true", `{"question":"limpets"}`)
}

func TestARunThatFailsSaysWhy(t *testing.T) {
	st := serve(t, nil)
	id := st.ask()
	st.script.channel(id) <- agent.Failed{Message: "the index is broken"}
	st.follow(id, 0).expect("run", "error")
	run := get[server.RunJSON](st, 200, "GET", "/api/runs/"+id, "")
	if run.Status != agent.StatusFailed || run.Error != "the index is broken" {
		t.Errorf("run: %+v", run)
	}
	id = st.ask()
	close(st.script.channel(id)) // it ends without an answer
	st.follow(id, 0).expect("run", "error")

	go func() {
		begun := <-st.script.started
		st.script.channel(begun.id) <- agent.Failed{Message: "the index is broken"}
	}()
	p := get[problem](st, 500, "POST", "/api/runs?wait=true", `{"question":"limpets"}`)
	if p.Code != "run_failed" || p.Detail != "the index is broken" || p.Run == "" {
		t.Errorf("problem: %+v", p)
	}
}

func TestConversation(t *testing.T) {
	st := serve(t, nil)
	first := get[server.RunJSON](st, 202, "POST", "/api/runs", `{"question":"What are limpets?","conversation":"new"}`)
	<-st.script.started
	st.script.channel(first.ID) <- answered(first.ID, "Snails. [1]")
	st.follow(first.ID, 0).expect("run", "answer")
	body := fmt.Sprintf(`{"question":"And what do they eat?","conversation":%q}`, first.Conversation)
	second := get[server.RunJSON](st, 202, "POST", "/api/runs", body)
	begun := <-st.script.started
	if e := begun.q.Earlier; len(e) != 1 || e[0].Question != "What are limpets?" || e[0].Answer != "Snails. [1]" {
		t.Errorf("the follow-up carries %+v", e)
	}
	path := "/api/conversations/" + first.Conversation
	get[problem](st, 400, "PATCH", path, `{"title":"  "}`)
	get[problem](st, 400, "PATCH", path, `{"title":"`+strings.Repeat("长", 201)+`"}`)
	if c := get[server.ConversationJSON](st, 200, "PATCH", path, `{"title":" 帽贝\n# x "}`); c.Title != "帽贝 # x" {
		t.Errorf("title %q", c.Title)
	}
	c := get[server.ConversationJSON](st, 200, "GET", path, "")
	if len(c.Runs) != 2 || c.Runs[0].ID != first.ID || c.Runs[0].Answer == nil || c.Runs[1].ID != second.ID {
		t.Errorf("conversation: %+v", c)
	}
	res, text := st.call("GET", path+"/export", "")
	for _, want := range []string{"# 帽贝 # x\n", "## What are limpets?", "Snails. [1]", "1. Limpets <https://example.org/limpets>", "still at work"} {
		if !strings.Contains(text, want) || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/markdown") {
			t.Errorf("export lacks %q: %s", want, text)
		}
	}
	// Deleting stops what is at work.
	if res, text := st.call("DELETE", path, ""); res.StatusCode != 204 {
		t.Fatalf("deleting: %d %s", res.StatusCode, text)
	}
	get[problem](st, 404, "GET", path, "")
	get[problem](st, 404, "GET", "/api/runs/"+second.ID, "")
}

// Who waits for the answer learns the conversation too, and goes on with it.
func TestWaitingTellsTheConversation(t *testing.T) {
	st := serve(t, func(o *server.Options) { o.Runner = server.RunnerFunc(instant) })
	first := get[server.RunAnswer](st, 200, "POST", "/api/runs?wait=true", `{"question":"帽贝吃什么？","conversation":"new"}`)
	if first.Conversation == "" || first.ID == "" || first.Status != agent.StatusAnswered {
		t.Fatalf("the answer %+v", first)
	}
	body := fmt.Sprintf(`{"question":"And when?","conversation":%q}`, first.Conversation)
	second := get[server.RunAnswer](st, 200, "POST", "/api/runs?wait=true", body)
	c := get[server.ConversationJSON](st, 200, "GET", "/api/conversations/"+first.Conversation, "")
	if second.Conversation != first.Conversation || len(c.Runs) != 2 || c.Runs[1].ID != second.ID {
		t.Errorf("the second answer %+v of conversation %+v", second, c)
	}
	if _, text := st.call("POST", "/api/runs?wait=true", `{"question":"limpets"}`); strings.Contains(text, "conversation") {
		t.Errorf("a conversation where none was begun: %s", text)
	}
}

func TestSnapshot(t *testing.T) {
	st := serve(t, nil)
	id := st.ask()
	text := "# 帽贝 <script>alert(1)</script>\n\nLimpets graze at night."
	p := &agent.Page{URL: "https://example.org/<x>", Title: "<b>帽贝</b>", Language: `"><script>`, Text: text, Snapshot: agent.SnapshotID(text)}
	st.script.channel(id) <- agent.Paged{State: agent.PageRead, Snapshot: p.Snapshot, Page: p}
	st.follow(id, 0).expect("run", "page")
	hash := strings.TrimPrefix(p.Snapshot, "sha256:")
	for _, name := range []string{p.Snapshot, hash, "sha256%3A" + hash} {
		res, got := st.call("GET", "/api/snapshots/"+name, "")
		if res.StatusCode != 200 || got != text || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d %q", name, res.StatusCode, got)
		}
		if again, _ := st.call("GET", "/api/snapshots/"+name, "", "If-None-Match", res.Header.Get("ETag")); again.StatusCode != 304 {
			t.Errorf("with its ETag: %d", again.StatusCode)
		}
	}
	start := strings.Index(text, "Limpets")
	path := "/api/snapshots/" + p.Snapshot + "?highlight="
	res, html := st.call("GET", fmt.Sprintf("%s%d-%d", path, start, start+7), "")
	if res.StatusCode != 200 || !strings.Contains(html, `<mark id="quote" tabindex="-1">Limpets</mark> graze`) {
		t.Errorf("highlight: %d %s", res.StatusCode, html)
	}
	if regexp.MustCompile(`<script>|<b>|<x>`).MatchString(html) {
		t.Errorf("a page's markup came through: %s", html)
	}
	for _, bad := range []string{"x", "5", "-1-3", "9-3", "0-9999", "3-5", fmt.Sprintf("2-%d", 1<<62)} { // 3-5 cuts 帽
		get[problem](st, 400, "GET", path+bad, "")
	}
	get[problem](st, 400, "GET", "/api/snapshots/"+p.Snapshot+"?highlight=%00", "")
	get[problem](st, 404, "GET", "/api/snapshots/"+strings.Repeat("0", 64), "")
}

func TestUnknownAddresses(t *testing.T) {
	st := serve(t, nil)
	get[problem](st, 404, "GET", "/api/nothing", "")
	get[problem](st, 405, "PUT", "/api/runs", "{}")
	res, text := st.call("GET", "/v1/nothing", "")
	if res.StatusCode != 404 || !strings.Contains(text, `"error":{`) {
		t.Errorf("/v1/nothing: %d %s", res.StatusCode, text)
	}
	for path, want := range map[string]string{"/": "<!doctype html>", "/docs": "Sonde API", "/docs.js": "openapi.json", "/snapshot.css": "mark"} {
		if res, text := st.call("GET", path, ""); res.StatusCode != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
