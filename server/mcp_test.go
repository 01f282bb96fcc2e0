package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

// withKey sends a key with every request.
type withKey string

func (k withKey) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(k))
	return http.DefaultTransport.RoundTrip(r)
}

func (st *site) mcp(key string, told chan<- string) *mcp.ClientSession {
	st.t.Helper()
	client := mcp.NewClient(&mcp.Implementation{Name: "test"}, &mcp.ClientOptions{
		ProgressNotificationHandler: func(_ context.Context, r *mcp.ProgressNotificationClientRequest) { told <- r.Params.Message },
	})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	st.t.Cleanup(cancel)
	transport := &mcp.StreamableClientTransport{Endpoint: st.URL + "/mcp", HTTPClient: &http.Client{Transport: withKey(key)}, DisableStandaloneSSE: true}
	session, err := client.Connect(ctx, transport, nil)
	if err != nil {
		st.t.Fatal(err)
	}
	st.t.Cleanup(func() {
		if err := session.Close(); err != nil {
			st.t.Error(err)
		}
	})
	return session
}

// tool calls a tool; the result's text is returned where it is an error.
func tool[T any](t *testing.T, s *mcp.ClientSession, name string, args any) (out T, failed string) {
	t.Helper()
	params := &mcp.CallToolParams{Name: name, Arguments: args}
	if name == "ask" {
		params.SetProgressToken("p")
	}
	res, err := s.CallTool(context.Background(), params)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if res.IsError {
		return out, res.Content[0].(*mcp.TextContent).Text
	}
	b, err := json.Marshal(res.StructuredContent)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out, ""
}

func TestToolsForOtherAgents(t *testing.T) {
	long := strings.Repeat("帽贝夜间觅食。", 3000)
	st := serve(t, func(o *server.Options) {
		o.Runner = server.RunnerFunc(scholar)
		o.Search = func(_ context.Context, q string, k int) ([]agent.Hit, error) {
			return []agent.Hit{{URL: "https://example.org/" + q}, {URL: "https://example.org/more"}}[:k], nil
		}
		o.Read = func(_ context.Context, url string) (*agent.Page, error) {
			if strings.Contains(url, "127.0.0.1") {
				return nil, errors.New("10.0.0.5 is refused")
			}
			return &agent.Page{URL: url, Text: long, Snapshot: agent.SnapshotID(long)}, nil
		}
	})
	st.store.keys["ann"], st.store.keys["bob"] = "a", "b"
	told := make(chan string, 10)
	s := st.mcp("ann", told)
	a, failed := tool[server.ToolAnswer](t, s, "ask", map[string]any{"question": "帽贝何时觅食？"})
	if failed != "" || a.Status != agent.StatusAnswered || a.Text != chatText || len(a.Sources) != 2 || a.Sources[1].N != 2 {
		t.Errorf("ask: %+v %s", a, failed)
	}
	select {
	case url := <-told:
		if url != "https://example.org/limpets" {
			t.Errorf("progress: %q", url)
		}
	case <-time.After(5 * time.Second):
		t.Error("no progress was told")
	}
	if _, err := st.store.Run(context.Background(), "a", a.Run); err != nil {
		t.Errorf("the run does not belong to its key: %v", err)
	}
	if _, failed := tool[server.ToolAnswer](t, s, "ask", map[string]any{"question": "?"}); !strings.Contains(failed, "empty") {
		t.Errorf("an empty question: %q", failed)
	}
	hits, _ := tool[server.ToolHits](t, s, "search", map[string]any{"query": "limpets", "limit": 1})
	if len(hits.Hits) != 1 || hits.Hits[0].URL != "https://example.org/limpets" {
		t.Errorf("search: %+v", hits)
	}
	var text string
	for next := 0; ; {
		p, failed := tool[server.ToolPage](t, s, "read_page", map[string]any{"url": "https://example.org/x", "start": next})
		if failed != "" {
			t.Fatal(failed)
		}
		text += p.Text
		if next = p.Next; next == 0 {
			break
		}
	}
	if text != long {
		t.Errorf("read_page in parts: %d bytes, not %d", len(text), len(long))
	}
	for args, want := range map[string]string{`{}`: "either", `{"url":"file:///etc/passwd"}`: "only http", `{"url":"http://127.0.0.1/"}`: "log", `{"snapshot":"x"}`: "nothing is here", `{"url":"https://example.org/","start":1}`: "start"} {
		if _, failed := tool[server.ToolPage](t, s, "read_page", json.RawMessage(args)); !strings.Contains(failed, want) || strings.Contains(failed, "10.0.0.5") {
			t.Errorf("read_page %s: %q", args, failed)
		}
	}
	if res, _ := st.call("POST", "/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`); res.StatusCode != 401 {
		t.Errorf("without a key: %d", res.StatusCode)
	}
}
