package engine

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func readEvents(s string, limit int64) ([]string, error) {
	r := newEventReader(strings.NewReader(s), limit)
	var out []string
	for {
		ev, err := r.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, ev.Name+":"+string(ev.Data))
		if len(out) > 1<<20 {
			return out, errors.New("no end")
		}
	}
}

func TestEventReader(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"one", "data: {\"a\":1}\n\n", `:{"a":1}`},
		{"no space", "data:{\"a\":1}\n\n", `:{"a":1}`},
		{"CRLF", "event: x\r\ndata: {}\r\n\r\n", "x:{}"},
		{"done", "data: {}\n\ndata: [DONE]\n\n", ":{}|:[DONE]"},
		{"bare done", "[DONE]\n", ":[DONE]"},
		{"comment", ": keep-alive\n\n: x\ndata: {}\n\n", ":{}"},
		{"no blank lines", "data: {}\ndata: {\"b\":2}\n", `:{}|:{"b":2}`},
		{"no end of line", "data: {}", ":{}"},
		{"several lines", "data: {\"a\":\ndata: 1}\n\n", ":{\"a\":\n1}"},
		{"bare JSON", "{\"error\":\"x\"}\n", `:{"error":"x"}`},
		{"fields of no use", "id: 7\nretry: 10\ndata: {}\n\n", ":{}"},
		{"event name ends with its event", "event: ping\n\ndata: {}\n\n", ":{}"},
		{"empty data", "data:\n\ndata: \n\n", ""},
		{"half of JSON", "data: {\"a\":\n\ndata: {}\n\n", ":{\"a\":|:{}"},
		{"half of JSON at the end", "data: {\"a\":", ":{\"a\":"},
		{"BOM", "\ufeffdata: {}\n\n", ":{}"},
		{"error field", "error: {\"message\":\"x\"}\n\n", `error:{"message":"x"}`},
	} {
		got, err := readEvents(c.in, 1<<20)
		if err != nil || strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, strings.Join(got, "|"), err, c.want)
		}
	}
}

func TestEventReaderLimits(t *testing.T) {
	long := "data: \"" + strings.Repeat("x", 300<<10) + "\"\n\n"
	if got, err := readEvents(long, 1<<20); err != nil || len(got) != 1 || len(got[0]) != 300<<10+3 {
		t.Errorf("a line of 300 KiB: %d events, %v", len(got), err)
	}
	var m *ModelError
	if _, err := readEvents(long, 1<<10); !errors.As(err, &m) || m.Fault != FaultEndless {
		t.Errorf("over the limit: %v", err)
	}
	if _, err := readEvents(strings.Repeat("x", 9<<20), 1<<30); !errors.As(err, &m) || m.Fault != FaultEndless {
		t.Errorf("a line of 9 MiB: %v", err)
	}
}

func FuzzEventReader(f *testing.F) {
	f.Add("event: a\r\ndata: {\"x\":1}\r\n\r\n: c\ndata: [DONE]\n")
	f.Add("data: {\ndata: }\n\n{\"error\":1}")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := readEvents(s, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, g := range got {
			total += len(g)
		}
		if total > 2*len(s)+64 {
			t.Fatalf("%d bytes of events from %d", total, len(s))
		}
	})
}

func testEndpoint(wire string) *endpoint {
	o := Options{Getenv: func(string) string { return "" }}.withDefaults()
	h := NewHealth()
	return &endpoint{preset: Preset{Name: "test", Wire: wire}, name: "m", base: "http://x.test", opt: o, health: h.of("x"), key: "sk-secret-key-0123456789"}
}

// mendAll mends a reply and returns what langchaingo would read.
func mendAll(wire, in string) (string, served, error) {
	e := testEndpoint(wire)
	b := &mendedBody{
		body: io.NopCloser(strings.NewReader("")), events: newEventReader(strings.NewReader(in), 1<<24), ep: e,
		split: newThinkSplitter(false, false), enc: encoderFor(wire),
	}
	out, err := io.ReadAll(b)
	return string(out), b.snapshot(), err
}

func chunkOf(delta, finish string) string {
	return fmt.Sprintf("data: {\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}\n\n", delta, finish)
}

// TestMendedTools: the ways in which tool calls come, and would be lost or glued.
func TestMendedTools(t *testing.T) {
	call := func(i int, id, name, args string) string {
		return fmt.Sprintf(`{"index":%d,"id":%q,"type":"function","function":{"name":%q,"arguments":%q}}`, i, id, name, args)
	}
	for _, c := range []struct {
		name string
		in   []string
		want string // name(args) of each
	}{
		{"in turn", []string{call(0, "a", "f", ""), call(0, "", "", `{"q":`), call(0, "", "", `1}`), call(1, "b", "g", ""), call(1, "", "", `{}`)}, `f({"q":1}) g({})`},
		{"interleaved", []string{call(0, "a", "f", ""), call(1, "b", "g", ""), call(0, "", "", `{"q":1}`), call(1, "", "", `{"u":2}`)}, `f({"q":1}) g({"u":2})`},
		{"type and id repeated", []string{call(0, "a", "f", `{"q"`), call(0, "a", "f", `:1}`)}, `f({"q":1})`},
		{"index 0 for all", []string{call(0, "a", "f", `{}`), call(0, "b", "g", `{"u":2}`)}, `f({}) g({"u":2})`},
	} {
		var in string
		for _, d := range c.in {
			in += chunkOf(`{"tool_calls":[`+d+`]}`, "null")
		}
		in += chunkOf("{}", `"tool_calls"`) + "data: [DONE]\n\n"
		out, _, err := mendAll(wireOpenAI, in)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for line := range strings.SplitSeq(out, "\n") {
			f := decodeChat(event{Data: []byte(strings.TrimPrefix(line, "data: "))}, testEndpoint(wireOpenAI))
			for _, d := range f.Tools {
				got = append(got, d.Name+"("+d.Args+")")
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestMendedShapes: texts in the shapes that endpoints send them.
func TestMendedShapes(t *testing.T) {
	for _, c := range []struct{ name, delta, reason, text string }{
		{"string", `{"content":"a"}`, "", "a"},
		{"null", `{"content":null,"reasoning_content":"r"}`, "r", ""},
		{"both names", `{"reasoning_content":"r","reasoning":"r"}`, "r", ""},
		{"thinking", `{"thinking":"r"}`, "r", ""},
		{"parts", `{"content":[{"type":"thinking","thinking":[{"type":"text","text":"r"}]},{"type":"text","text":"a"}]}`, "r", "a"},
		{"an object", `{"content":{"x":1}}`, "", ""},
		{"NUL and bad UTF-8", "{\"content\":\"a\\u0000b\\ud800\"}", "", "ab\uFFFD"},
	} {
		out, what, err := mendAll(wireOpenAI, chunkOf(c.delta, "null")+chunkOf("{}", `"stop"`))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var reason, text string
		for line := range strings.SplitSeq(out, "\n") {
			if line = strings.TrimPrefix(line, "data: "); line == "" {
				continue
			}
			f := decodeChat(event{Data: []byte(line)}, testEndpoint(wireOpenAI))
			reason += f.Reasoning
			text += f.Text
		}
		if reason != c.reason || text != c.text {
			t.Errorf("%s: %q %q", c.name, reason, text)
		}
		if c.reason != "" && what.Where != "field" {
			t.Errorf("%s: reasoning came in %q", c.name, what.Where)
		}
	}
}

func TestMendedLinesAreShort(t *testing.T) {
	var long strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&long, "\\u0001长%d", i*i)
	}
	out, _, err := mendAll(wireOpenAI, chunkOf(`{"content":"`+long.String()+`"}`, `"stop"`))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(out, "\n") {
		if len(line) >= 64<<10 {
			t.Fatalf("a line of %d bytes", len(line))
		}
	}
}

func TestErrorsHoldNoKey(t *testing.T) {
	for _, in := range []string{
		`data: {"error":{"message":"bad key sk-secret-key-0123456789 here","code":"401"}}` + "\n\n",
		`data: sk-secret-key-0123456789 {"` + "\n\n",
	} {
		_, _, err := mendAll(wireOpenAI, in)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("error %v", err)
		}
	}
}

func FuzzMendedBody(f *testing.F) {
	f.Add(wireOpenAI, chunkOf(`{"content":"<think>a</think>b"}`, "null")+chunkOf(`{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]}`, `"stop"`))
	f.Add(wireOpenAI, `{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":-1}}`)
	f.Add(wireAnthropic, "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":1}}}\n\ndata: {\"type\":\"content_block_delta\",\"index\":-5,\"delta\":{\"text\":\"x\"}}\n\n")
	f.Fuzz(func(t *testing.T, wire, in string) {
		if wire != wireOpenAI && wire != wireAnthropic {
			return
		}
		out, what, err := mendAll(wire, in)
		if err != nil && what.Err == nil {
			t.Fatalf("the error %v is not kept", err)
		}
		for line := range strings.SplitSeq(out, "\n") {
			if len(line) >= 64<<10 {
				t.Fatalf("a line of %d bytes", len(line))
			}
		}
	})
}
