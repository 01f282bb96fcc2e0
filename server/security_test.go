package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

func TestEveryReplyIsProtected(t *testing.T) {
	st := serve(t, nil)
	for _, path := range []string{"/", "/api/runs", "/api/nothing", "/v1/models", "/healthz", "/docs", "/metrics"} {
		res, _ := st.call("GET", path, "")
		h := res.Header
		csp := h.Get("Content-Security-Policy")
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %v", path, h)
		}
		if len(h.Get("X-Request-Id")) < 16 {
			t.Errorf("%s: request id %q", path, h.Get("X-Request-Id"))
		}
	}
	for given, kept := range map[string]bool{"my-id_1.2": true, strings.Repeat("x", 65): false, "a b": false, "<x>": false, "é": false} {
		res, _ := st.call("GET", "/healthz", "", "X-Request-Id", given)
		if got := res.Header.Get("X-Request-Id"); (got == given) != kept {
			t.Errorf("request id %q came back as %q", given, got)
		}
	}
}

// A page of another site may point its name at this address, or send forms.
func TestForeignHostsAndOriginsAreRefused(t *testing.T) {
	local := func(o *server.Options) { o.Addr, o.Hosts = "127.0.0.1:8080", []string{"sonde.example"} }
	public := func(o *server.Options) { o.Addr = "0.0.0.0:8080" }
	for _, c := range []struct {
		name   string
		change func(*server.Options)
		host   string
		ok     bool
	}{
		{"loopback", local, "127.0.0.1:8080", true}, {"localhost", local, "localhost:1", true}, {"IPv6 loopback", local, "[::1]:8080", true},
		{"named", local, "SONDE.example:80", true}, {"rebound", local, "evil.example", false}, {"rebound with port", local, "evil.example:8080", false},
		{"lookalike", local, "localhost.evil.example", false}, {"another address", local, "192.168.1.9", false}, {"empty", local, "", false},
		{"public by digits", public, "192.168.1.9:8080", true}, {"public by name", public, "evil.example", false},
	} {
		st := serve(t, c.change)
		if c.host == "" {
			continue // net/http always sends one
		}
		res, _ := st.call("GET", "/api/runs", "", "Host", c.host)
		if ok := res.StatusCode == 200; ok != c.ok {
			t.Errorf("%s: host %q: %d", c.name, c.host, res.StatusCode)
		}
	}
	st := serve(t, nil)
	for _, h := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		res, _ := st.call("POST", "/api/runs", `{"question":"limpets"}`, h...)
		if res.StatusCode != 403 {
			t.Errorf("%v: %d", h, res.StatusCode)
		}
		if res, _ := st.call("GET", "/healthz", "", h...); res.StatusCode != 200 {
			t.Errorf("reading with %v: %d", h, res.StatusCode)
		}
	}
	res, _ := st.call("POST", "/api/runs", `{"question":"limpets"}`, "Content-Type", "text/plain")
	if res.StatusCode != 415 {
		t.Errorf("a form's media type: %d", res.StatusCode)
	}
}

func TestKeysAreAskedFor(t *testing.T) {
	st := serve(t, nil)
	if res, _ := st.call("GET", "/api/runs", "", "Authorization", "Bearer anything"); res.StatusCode != 200 {
		t.Errorf("while no key is needed, any is taken: %d", res.StatusCode)
	}
	st.store.keys["good"] = "k1"
	for _, path := range []string{"/api/runs", "/v1/models", "/metrics", "/api/conversations", "/api/snapshots/x", "/api/runs/x/events"} {
		for _, auth := range []string{"", "Bearer bad", "Bearer", "Basic good", "Bearer good x", "bearer "} {
			var h []string
			if auth != "" {
				h = []string{"Authorization", auth}
			}
			if res, _ := st.call("GET", path, "", h...); res.StatusCode != 401 || res.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: %d", path, auth, res.StatusCode)
			}
		}
	}
	get[server.List[server.RunJSON]](st, 200, "GET", "/api/runs", "", "Authorization", "bearer good")
	get[server.Health](st, 200, "GET", "/healthz", "")
	if res, _ := st.call("GET", "/openapi.json", ""); res.StatusCode != 200 {
		t.Errorf("openapi: %d", res.StatusCode)
	}
	// The web chat keeps its key in a cookie.
	get[problem](st, 401, "POST", "/api/session", `{"key":"bad"}`)
	res, _ := st.call("POST", "/api/session", `{"key":"good"}`)
	cookie := res.Header.Get("Set-Cookie")
	if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
		t.Fatalf("cookie %q", cookie)
	}
	value, _, _ := strings.Cut(cookie, ";")
	get[server.List[server.RunJSON]](st, 200, "GET", "/api/runs", "", "Cookie", value)
	delete(st.store.keys, "good") // revoked
	st.store.keyed = true
	get[problem](st, 401, "GET", "/api/runs", "", "Cookie", value)

	strict := serve(t, func(o *server.Options) { o.Auth = server.AuthRequired })
	get[problem](strict, 401, "GET", "/api/runs", "")
	get[problem](strict, 401, "GET", "/api/runs", "", "Authorization", "Bearer anything")
}

// What one key asked is not there for another: a canary must not come through.
func TestKeysDoNotSeeEachOther(t *testing.T) {
	const canary = "CANARY-7f3a"
	st := serve(t, nil)
	st.store.keys["ann"], st.store.keys["bob"] = "a", "b"
	ann, bob := []string{"Authorization", "Bearer ann"}, []string{"Authorization", "Bearer bob"}
	run := get[server.RunJSON](st, 202, "POST", "/api/runs", `{"question":"`+canary+`","conversation":"new"}`, ann...)
	<-st.script.started
	text := canary + " of the page"
	p := &agent.Page{URL: "https://example.org/" + canary, Text: text, Snapshot: agent.SnapshotID(text)}
	st.script.channel(run.ID) <- agent.Paged{State: agent.PageRead, Page: p}
	st.follow(run.ID, 0, ann...).expect("run", "page")
	conv := "/api/conversations/" + run.Conversation
	try := func() {
		t.Helper()
		for _, c := range [][3]string{
			{"GET", "/api/runs", ""}, {"GET", "/api/runs/" + run.ID, ""}, {"GET", "/api/runs/" + run.ID + "/events", ""},
			{"GET", "/api/runs/" + run.ID + "/events?after=1", ""}, {"POST", "/api/runs/" + run.ID + "/cancel", ""},
			{"GET", "/api/runs/" + run.ID + "/bundle", ""}, {"GET", "/api/runs/" + run.ID + "/warc", ""},
			{"DELETE", "/api/runs/" + run.ID, ""},
			{"GET", "/api/runs?conversation=" + run.Conversation, ""}, {"GET", "/api/runs?before=" + run.ID, ""},
			{"GET", "/api/snapshots/" + p.Snapshot, ""}, {"GET", "/api/snapshots/" + p.Snapshot + "?highlight=0-3", ""},
			{"GET", "/api/conversations", ""}, {"GET", conv, ""}, {"PATCH", conv, `{"title":"mine"}`}, {"DELETE", conv, ""},
			{"GET", conv + "/export", ""}, {"POST", "/api/runs", `{"question":"x","conversation":"` + run.Conversation + `"}`},
			{"GET", "/metrics", ""},
		} {
			res, got := st.call(c[0], c[1], c[2], bob...)
			if strings.Contains(got, canary) {
				t.Errorf("%s %s tells bob: %s", c[0], c[1], got)
			}
			if list := strings.HasPrefix(c[1], "/api/runs?") || c[1] == "/api/runs" || c[1] == "/api/conversations" || c[1] == "/metrics"; !list || c[0] == "POST" {
				if res.StatusCode != http.StatusNotFound {
					t.Errorf("%s %s: %d", c[0], c[1], res.StatusCode)
				}
			}
		}
	}
	try() // while it is at work
	st.script.channel(run.ID) <- answered(run.ID, canary)
	st.follow(run.ID, 0, ann...).expect("run", "page", "answer")
	try() // and when it has ended
	if c := get[server.ConversationJSON](st, 200, "GET", conv, "", ann...); len(c.Runs) != 1 {
		t.Errorf("ann's conversation: %+v", c)
	}
}
