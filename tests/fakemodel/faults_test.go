package fakemodel_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/tests/fakemodel"
)

const (
	first  = "There were 119 million daily active users on 8 February 2025."
	second = "R1 was trained with reinforcement learning."
	backup = "The model is open under the MIT licence."
)

// chatEvent is a raw event of the OpenAI wire format.
func chatEvent(delta, finish string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n", delta, finish)
}

const goodRaw = `{"content":"There were 119 million daily active users on 8 February 2025 [citation:1]. "}`

// fault is one thing that goes wrong, and what the reader must see of it.
type fault struct {
	name     string
	wire     fakemodel.Wire
	spec     string // empty: the wire's
	turns    []fakemodel.Turn
	claims   []string // in order
	warning  string   // part of the one warning; empty: none
	requests int      // made, 0: 1
	within   time.Duration
	limits   engine.Limits
	reason   string // the reasoning that must be told, empty: not looked at
}

func status(code int, body string) fakemodel.Turn { return fakemodel.Turn{Status: code, Body: body} }

var faultTable = []fault{
	// Ways in which the library would lose an error or a text without saying so.
	{name: "reasoning under another key", wire: fakemodel.Ollama, turns: []fakemodel.Turn{good()}, claims: []string{first, second}, reason: "The first page says 119 million."},
	{name: "reasoning between tags", wire: fakemodel.Ollama, turns: []fakemodel.Turn{{Text: fakemodel.Words("<think>\nAbout pages.\n</think>\n\n" + answer)}}, claims: []string{first, second}, reason: "\nAbout pages.\n"},
	{name: "opening tag missing", wire: fakemodel.VLLM, spec: "vllm:DeepSeek-R1-Distill-Qwen-7B@" + fakemodel.URL, turns: []fakemodel.Turn{{Text: fakemodel.Words("About pages.\n</think>\n\n" + answer)}}, claims: []string{first, second}, reason: "About pages.\n"},
	{name: "opening tag missing, model unknown", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words("About pages\n</think>\n\n" + answer)}}, claims: []string{first, second}},
	{name: "closing tag missing", wire: fakemodel.Ollama, turns: []fakemodel.Turn{{Text: fakemodel.Words("<think>\nAbout pages.\n\n" + answer)}}, claims: []string{first, second}},
	{name: "nested tags, one not closed", wire: fakemodel.Ollama, turns: []fakemodel.Turn{{Text: fakemodel.Words("<think>a<think>b</think>" + answer)}}, claims: []string{first, second}},
	{name: "no tags at all from an R1", wire: fakemodel.VLLM, spec: "vllm:deepseek-r1@" + fakemodel.URL, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer)}}, claims: []string{first, second}},
	{name: "opening tag given, reasoning in a field", wire: fakemodel.VLLM, spec: "vllm:deepseek-r1@" + fakemodel.URL, turns: []fakemodel.Turn{good()}, claims: []string{first, second}, reason: "The first page says 119 million."},
	{name: "opening tag given, and not heeded", wire: fakemodel.VLLM, spec: "vllm:deepseek-r1@" + fakemodel.URL, turns: []fakemodel.Turn{{Text: fakemodel.Words("<think>why</think>" + answer)}}, claims: []string{first, second}, reason: "why"},
	{name: "usage beside a choice after the end", wire: fakemodel.OpenRouter, turns: []fakemodel.Turn{good()}, claims: []string{first, second}},
	{name: "an event that is not JSON, nothing shown", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Break: 1}, good()}, claims: []string{first, second}, requests: 2},
	{name: "an event that is not JSON, in the middle", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Break: 24}}, claims: []string{first, backup}, warning: "unreadable"},
	{name: "error in the middle", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Error: 24}}, claims: []string{first, backup}, warning: "failed on its side"},
	{name: "error in the middle, Ollama", wire: fakemodel.Ollama, turns: []fakemodel.Turn{{Text: fakemodel.Words("<think>x</think>" + answer), Error: 28}}, claims: []string{first, backup}, warning: "failed on its side"},
	{name: "error in the middle, Anthropic", wire: fakemodel.Anthropic, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Error: 24}}, claims: []string{first, backup}, warning: "failed on its side"},
	{name: "error as the first event", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Error: -1}, good()}, claims: []string{first, second}, requests: 2},
	{name: "stream ends without an end", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), End: 24}}, claims: []string{first, backup}, warning: "broke off"},
	{name: "stream ends without an end, Anthropic", wire: fakemodel.Anthropic, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), End: 24}}, claims: []string{first, backup}, warning: "broke off"},
	{name: "connection breaks", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Abort: 24}}, claims: []string{first, backup}, warning: "broke off"},
	{name: "connection breaks before anything", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Abort: -1}, good()}, claims: []string{first, second}, requests: 2},
	{name: "a line of 100 KB", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Text: []string{answer + "\n\n" + strings.Join(manyWords(10000), "")}}}, claims: nil},
	{name: "CRLF and comments", wire: fakemodel.OpenRouter, turns: []fakemodel.Turn{{Reasoning: []string{"x"}, Text: fakemodel.Words(answer), CRLF: true, KeepAlive: 5}}, claims: []string{first, second}},
	{name: "no [DONE]", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), NoDone: true}}, claims: []string{first, second}},
	{name: "not streamed", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Reasoning: []string{"r"}, Text: []string{answer}, Whole: true}}, claims: []string{first, second}, reason: "r"},
	{name: "not streamed, Anthropic", wire: fakemodel.Anthropic, turns: []fakemodel.Turn{{Reasoning: []string{"r"}, Text: []string{answer}, Whole: true}}, claims: []string{first, second}, reason: "r"},
	{name: "finish function_call without a call", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Finish: "function_call"}}, claims: []string{first, second}},
	{name: "200 with an error inside", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Raw: `{"error":{"message":"model is overloaded","code":503}}`}, good()}, claims: []string{first, second}, requests: 2},
	{name: "empty events and null choices", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Raw: "data:\n\ndata: {}\n\ndata: {\"choices\":null}\n\n" + chatEvent(goodRaw, "null") + chatEvent(`{"content":null}`, `"stop"`) + "data: [DONE]\n\n"}}, claims: []string{first}},
	{name: "a BOM, and no blank lines between events", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Raw: "\ufeff" + strings.ReplaceAll(chatEvent(goodRaw, "null")+chatEvent(`{}`, `"stop"`), "\n\n", "\n")}}, claims: []string{first}},

	// What endpoints do when they cannot or will not.
	{name: "429 with Retry-After", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Status: 429, Header: map[string]string{"Retry-After": "2"}, Body: `{"error":{"message":"rate limit"}}`}, good()}, claims: []string{first, second}, requests: 2, within: 3 * time.Second},
	{name: "429 with Retry-After of an hour", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Status: 429, Header: map[string]string{"Retry-After": "3600"}}}, claims: []string{backup}, warning: "too many requests", within: time.Second},
	{name: "429 for ever", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{status(429, `{"error":{"message":"rate limit"}}`)}, claims: []string{backup}, warning: "too many requests", requests: 3, within: 5 * time.Second},
	{name: "503 once", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{status(503, "<html>busy</html>"), good()}, claims: []string{first, second}, requests: 2, within: 2 * time.Second},
	{name: "500 for ever", wire: fakemodel.VLLM, turns: []fakemodel.Turn{status(500, "")}, claims: []string{backup}, warning: "failed on its side", requests: 3, within: 5 * time.Second},
	{name: "401", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{status(401, `{"error":{"message":"Authentication Fails, Your api key: sk-test-0123456789abcdef is invalid"}}`)}, claims: []string{backup}, warning: "did not accept its key", within: time.Second},
	{name: "402", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{status(402, `{"error":{"message":"Insufficient Balance"}}`)}, claims: []string{backup}, warning: "no balance"},
	{name: "no balance as 429", wire: fakemodel.VLLM, turns: []fakemodel.Turn{status(429, `{"error":{"message":"You exceeded your current quota, please check your plan and billing details","code":"insufficient_quota"}}`)}, claims: []string{backup}, warning: "no balance"},
	{name: "404", wire: fakemodel.Ollama, turns: []fakemodel.Turn{status(404, `{"error":{"message":"model not found"}}`)}, claims: []string{backup}, warning: "refused the request"},
	{name: "a redirect", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Status: 307, Header: map[string]string{"Location": "http://elsewhere.test/v1/chat/completions"}}}, claims: []string{backup}, warning: "refused the request"},
	{name: "an unknown field refused, then asked without it", wire: fakemodel.VLLM, spec: "vllm:deepseek-r1@" + fakemodel.URL, turns: []fakemodel.Turn{status(400, `{"object":"error","message":"Extra inputs are not permitted: continue_final_message","code":400}`), {Text: fakemodel.Words("x</think>" + answer)}}, claims: []string{first, second}, requests: 2, within: time.Second},
	{name: "prompt too long, then shorter", wire: fakemodel.VLLM, turns: []fakemodel.Turn{status(400, `{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 9000 tokens","code":400}`), good()}, claims: []string{first, second}, requests: 2, within: time.Second},
	{name: "filtered", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Text: nil, Finish: "content_filter"}}, claims: []string{backup}, warning: "refused to answer"},
	{name: "filtered before it began", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{status(400, `{"error":{"message":"Content Exists Risk"}}`)}, claims: []string{backup}, warning: "refused to answer"},
	{name: "refused in words", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words("I'm sorry, but I can't help with that.")}}, claims: []string{backup}, warning: "refused to answer"},
	{name: "refused in Chinese", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words("抱歉，我无法回答这个问题。")}}, claims: []string{backup}, warning: "refused to answer"},
	{name: "nothing but reasoning", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Reasoning: fakemodel.Words("thinking and thinking"), Finish: "length"}}, claims: []string{backup}, warning: "gave no answer"},
	{name: "empty", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{}}, claims: []string{backup}, warning: "gave no answer"},
	{name: "not found", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: []string{"NOT_", "FOUND"}}}, claims: nil},
	{name: "cut at its length", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer + " And then it was decided that"), Finish: "length"}}, claims: []string{first, second}, warning: "limit of length"},
	{name: "stalls before anything", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Stall: -1}}, claims: []string{backup}, warning: "stopped sending", requests: 2, limits: engine.Limits{FirstByte: 5 * time.Second, Idle: 5 * time.Second, Attempts: 2}, within: 12 * time.Second},
	{name: "stalls in the middle", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Stall: 24}}, claims: []string{first, backup}, warning: "stopped sending", within: 31 * time.Second},
	{name: "keep-alives for ever", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{KeepAlive: 1000, Every: 10 * time.Second}}, claims: []string{backup}, warning: "too slow", within: 96 * time.Second},
	{name: "slow, but it comes", wire: fakemodel.DeepSeek, turns: []fakemodel.Turn{{KeepAlive: 6, Every: time.Second, Text: fakemodel.Words(answer)}}, claims: []string{first, second}, within: 60 * time.Second},
	{name: "says the same without end", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: fakemodel.Words(answer), Loop: " R1 was trained with reinforcement learning."}}, claims: []string{first, second, backup}, warning: "did not come to an end"},
	{name: "ignores its limit", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Text: manyWords(60000)}}, claims: nil, warning: "did not come to an end", limits: engine.Limits{Output: 1000}},
	{name: "garbage instead of an answer", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Raw: "<html><body>Welcome to nginx!</body></html>"}}, claims: []string{backup}, warning: "broke off", requests: 3, within: 5 * time.Second},
	{name: "a reply larger than allowed", wire: fakemodel.VLLM, turns: []fakemodel.Turn{{Raw: ": " + strings.Repeat("x", 70000) + "\n\n"}}, claims: []string{backup}, warning: "did not come to an end", limits: engine.Limits{Bytes: 65536}},
}

func manyWords(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("word%d ", i)
	}
	return out
}

func TestFaults(t *testing.T) {
	var rows []string
	for _, f := range faultTable {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &fakemodel.Server{Wire: f.wire, Turns: f.turns}
				client, stop := s.Client()
				defer stop()
				spec := f.spec
				if spec == "" {
					spec = specs[f.wire]
				}
				m, _ := open(t, client, spec, engine.Options{Limits: f.limits})
				h := write(t, m, evidence("How many daily users had DeepSeek?"))
				f.check(t, h, s.Requests())
				rows = append(rows, fmt.Sprintf("| %s | %s | %s | %d | %.1f |", f.name, shorten(h.texts()), strings.Join(h.Warnings, " "), len(s.Requests()), h.Took.Seconds()))
			})
		})
	}
	if out := os.Getenv("SONDE_FAULT_TABLE"); out != "" {
		if err := os.WriteFile(out, []byte(strings.Join(rows, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 110 {
		return string(r[:110]) + "…"
	}
	return s
}

func (f fault) check(t *testing.T, h heard, requests []fakemodel.Request) {
	t.Helper()
	if f.claims != nil && h.texts() != strings.Join(f.claims, " / ") {
		t.Errorf("claims %q, want %q", h.texts(), strings.Join(f.claims, " / "))
	}
	switch {
	case f.warning == "" && len(h.Warnings) > 0:
		t.Errorf("warned %q", h.Warnings)
	case f.warning != "" && (len(h.Warnings) != 1 || !strings.Contains(h.Warnings[0], f.warning)):
		t.Errorf("warnings %q, want one with %q", h.Warnings, f.warning)
	}
	if want := max(1, f.requests); len(requests) != want {
		t.Errorf("%d requests, want %d", len(requests), want)
	}
	if f.within > 0 && h.Took > f.within {
		t.Errorf("took %v, want at most %v", h.Took, f.within)
	}
	if f.reason != "" && h.Reasoning != f.reason {
		t.Errorf("reasoning %q, want %q", h.Reasoning, f.reason)
	}
	for _, w := range h.Warnings {
		if strings.Contains(w, "sk-test") || strings.Contains(w, "model.test") {
			t.Errorf("a warning holds a secret or an address: %q", w)
		}
	}
	for _, r := range requests {
		if got := r.Header.Get("User-Agent"); got != "sonde" {
			t.Errorf("User-Agent %q", got)
		}
	}
}
