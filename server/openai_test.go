package server_test

import (
	"context"
	"encoding/json"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/server"
)

// cited is a claim with its source's number.
func cited(text string, n int) agent.Claimed {
	return agent.Claimed{Claim: agent.Claim{Text: text, Verdict: agent.Supported, Cites: []agent.Cite{{Source: n}}}}
}

// scholar answers every question with reasoning, two claims and sources.
func scholar(_ context.Context, id string, q agent.Question) iter.Seq[agent.Step] {
	claims := []agent.Claimed{cited("帽贝夜间觅食[3]。", 1), cited("它们退潮时返回原处。", 2)}
	a := agent.Answer{
		ID: id, Question: q.Text, Status: agent.StatusAnswered, Stopped: agent.StopEnough,
		Claims:  []agent.Claim{claims[0].Claim, claims[1].Claim},
		Text:    agent.Compose([]agent.Claim{claims[0].Claim, claims[1].Claim}),
		Sources: []agent.Source{{N: 1, URL: "https://example.org/limpets", Title: "Limpets"}, {N: 2, URL: "https://example.org/帽贝", Title: "帽贝"}},
		Usage:   agent.Usage{TokensIn: 120, TokensOut: 30},
	}
	steps := []agent.Step{
		agent.Started{ID: id, Question: q},
		agent.Reasoned{Phase: "plan", Delta: "Limpets… "},
		agent.Planned{Plan: agent.Plan{Round: 1, Searches: []agent.Search{{Query: "limpets grazing"}}}},
		agent.Paged{State: agent.PageRead, URL: "https://example.org/limpets", Done: 1, Of: 50},
		claims[0], claims[1], agent.Answered{Answer: a},
	}
	if strings.HasPrefix(q.Text, "fail") {
		steps = []agent.Step{steps[0], agent.Failed{Message: "the index is broken"}}
	}
	return func(yield func(agent.Step) bool) {
		for _, s := range steps {
			if !yield(s) {
				return
			}
		}
	}
}

func chatSite(t *testing.T) *site {
	return serve(t, func(o *server.Options) {
		o.Runner = server.RunnerFunc(scholar)
		o.Models = func(context.Context) []server.Model {
			return []server.Model{{ID: "deepseek:deepseek-reasoner", Owner: "deepseek"}}
		}
	})
}

const chatText = `帽贝夜间觅食\[3\]。 [1]它们退潮时返回原处。 [2]`

var chatMarks = []server.ChatAnnotation{
	{Type: "url_citation", Citation: server.ChatCitation{Start: 13, End: 16, URL: "https://example.org/limpets", Title: "Limpets"}},
	{Type: "url_citation", Citation: server.ChatCitation{Start: 27, End: 30, URL: "https://example.org/帽贝", Title: "帽贝"}},
}

const chatReasoning = "Limpets… - limpets grazing\n(1/50) https://example.org/limpets\n"

func TestChatCompletion(t *testing.T) {
	st := chatSite(t)
	body := `{"model":"sonde","temperature":0.6,"messages":[{"role":"user","content":"帽贝何时觅食？"}]}`
	got := get[server.ChatCompletion](st, 200, "POST", "/v1/chat/completions", body)
	m := got.Choices[0].Message
	if *m.Content != chatText || m.Reasoning != chatReasoning || !reflect.DeepEqual(m.Annotations, chatMarks) {
		t.Errorf("message: %q, %q, %+v", *m.Content, m.Reasoning, m.Annotations)
	}
	for _, a := range m.Annotations { // the indexes count characters
		if mark := string([]rune(*m.Content)[a.Citation.Start:a.Citation.End]); mark != "[1]" && mark != "[2]" {
			t.Errorf("annotation at %q", mark)
		}
	}
	if got.Usage.Total != 150 || *got.Choices[0].FinishReason != "stop" {
		t.Errorf("usage %+v, finish %q", got.Usage, *got.Choices[0].FinishReason)
	}
}

func TestChatErrorsHaveOpenAIsShape(t *testing.T) {
	st := chatSite(t)
	for _, c := range []struct {
		body   string
		status int
		say    string
	}{
		{`{"model":"x","messages":[{"role":"user","content":"limpets"}]}`, 404, "builtin, deepseek:deepseek-reasoner"},
		{`{"model":"openai:x@http://169.254.169.254/v1","messages":[{"role":"user","content":"limpets"}]}`, 404, "not offered"},
		{`{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}`, 400, "image_url"},
		{`{"messages":[{"role":"user","content":" "}]}`, 400, "empty"},
		{`{"messages":[{"role":"assistant","content":"limpets"}]}`, 400, "last message"},
		{`{"messages":[{"role":"user","content":"fail"}]}`, 500, "the index is broken"},
		{`[]`, 400, "object"},
	} {
		type shape struct {
			Error struct{ Message, Type, Code string }
		}
		got := get[shape](st, c.status, "POST", "/v1/chat/completions", c.body)
		if !strings.Contains(got.Error.Message, c.say) || got.Error.Type == "" || got.Error.Code == "" {
			t.Errorf("%s: %+v", c.body, got)
		}
	}
}

// A client of the chat API that leaves has no other way to stop its run.
func TestChatClientThatLeavesStopsItsRun(t *testing.T) {
	st := serve(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		begun := <-st.script.started
		st.script.channel(begun.id) <- agent.Planned{}
		cancel()
	}()
	cmd := strings.NewReader(`{"stream":true,"messages":[{"role":"user","content":"limpets"}]}`)
	req := newRequest(t, ctx, st.URL+"/v1/chat/completions", cmd)
	if res, err := st.Client().Do(req); err == nil {
		for buf := make([]byte, 1024); err == nil; {
			_, err = res.Body.Read(buf)
		}
		res.Body.Close()
	}
	deadline := time.Now().Add(5 * time.Second)
	for {
		runs := get[server.List[server.RunJSON]](st, 200, "GET", "/api/runs", "")
		if len(runs.Items) == 1 && runs.Items[0].Status == agent.StatusCancelled {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("runs: %+v", runs)
		}
	}
}

// openaiVersion is the release of the npm package that the test installs.
const openaiVersion = "7.57.0"

// TestOfficialClient drives the API with OpenAI's own JavaScript package.
func TestOfficialClient(t *testing.T) {
	modules := installOpenAI(t)
	st := chatSite(t)
	cmd := exec.Command("node", "testdata/openai.mjs")
	cmd.Env = append(os.Environ(), "SONDE_URL="+st.URL, "SONDE_MODULES="+modules, "SONDE_KEY=any")
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	type message struct {
		Content     string
		Reasoning   string `json:"reasoning_content"`
		Annotations []server.ChatAnnotation
	}
	var got struct {
		Models []string
		Model  string
		Whole  struct {
			Message message
			Finish  string
			Usage   server.ChatUsage
		}
		Stream struct {
			Content, Reasoning, Finish string
			Annotations                []server.ChatAnnotation
			Usage                      server.ChatUsage
		}
		Attached []string
		Errors   []string
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	usage := server.ChatUsage{Prompt: 120, Completion: 30, Total: 150}
	if want := (message{chatText, chatReasoning, chatMarks}); !reflect.DeepEqual(got.Whole.Message, want) || got.Whole.Usage != usage {
		t.Errorf("whole: %+v", got.Whole)
	}
	s := got.Stream
	if s.Content != chatText || s.Reasoning != chatReasoning || s.Finish != "stop" || s.Usage != usage || !reflect.DeepEqual(s.Annotations, chatMarks) {
		t.Errorf("stream: %+v", s)
	}
	if want := []string{"sonde", "builtin", "deepseek:deepseek-reasoner"}; !reflect.DeepEqual(got.Models, want) || got.Model != want[2] {
		t.Errorf("models: %q, %q", got.Models, got.Model)
	}
	if want := []string{"notes.md text/markdown 9", "image.png image/png 7"}; !reflect.DeepEqual(got.Attached, want) {
		t.Errorf("attached: %q, not %q", got.Attached, want)
	}
	for i, want := range []string{"NotFoundError 404", "BadRequestError 400", "APIError  the index is broken", "BadRequestError 400 400 the body cannot be read: an image's address is not fetched"} {
		if !strings.HasPrefix(got.Errors[i], want) {
			t.Errorf("error %d: %q, not %q", i, got.Errors[i], want)
		}
	}
}

// installOpenAI returns a folder whose node_modules holds the package.
func installOpenAI(t *testing.T) string {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the official OpenAI client is not tried", tool)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skipf("no cache folder: %v", err)
	}
	dir := filepath.Join(cache, "sonde-test", "openai-"+openaiVersion)
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "openai", "package.json")); err == nil {
		return dir
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--no-audit", "--no-fund", "--ignore-scripts", "openai@"+openaiVersion).CombinedOutput()
	if err != nil {
		t.Skipf("npm cannot install openai: %v: %s", err, out)
	}
	return dir
}
