package fakemodel

import (
	"encoding/json"
	"fmt"
	"strings"
)

// quote is s as a JSON string. A string always encodes.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// chunk is one chunk of a streamed chat completion.
func (t Turn) chunk(w Wire, delta, finish, usage string) string {
	extra := ""
	switch w {
	case DeepSeek:
		extra = `"system_fingerprint":"fp_5417b77867_prod",`
	case Ollama:
		extra = `"system_fingerprint":"fp_ollama",`
	case OpenRouter:
		extra = `"provider":"DeepInfra",`
	}
	if usage != "" {
		usage = `,"usage":` + usage
	}
	choice := fmt.Sprintf(`{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}`, delta, finish)
	if delta == "" {
		choice = ""
	}
	return fmt.Sprintf("data: {\"id\":\"chatcmpl-7f1c\",\"object\":\"chat.completion.chunk\",\"created\":1739500000,\"model\":%s,%s\"choices\":[%s]%s}\n\n",
		quote(t.Model), extra, choice, usage)
}

func (t Turn) usage(w Wire) string {
	if t.NoUsage {
		return ""
	}
	u := fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d`, t.In, t.Out, t.In+t.Out)
	if w == DeepSeek {
		u += fmt.Sprintf(`,"prompt_tokens_details":{"cached_tokens":64},"completion_tokens_details":{"reasoning_tokens":20},"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":%d`, t.In-64)
	}
	return u + "}"
}

func (t Turn) finish(def string) string {
	if t.Finish != "" {
		return quote(t.Finish)
	}
	return quote(def)
}

// comment keeps a connection alive.
func (w Wire) comment() string {
	switch w {
	case OpenRouter:
		return ": OPENROUTER PROCESSING\n\n"
	case Anthropic:
		return "event: ping\ndata: {\"type\": \"ping\"}\n\n"
	}
	return ": keep-alive\n\n"
}

// start is the first event.
func (w Wire) start(t Turn) string {
	switch w {
	case Anthropic:
		s := fmt.Sprintf("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\",\"model\":%s,\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":%d,\"output_tokens\":1}}}\n\n", quote(t.Model), t.In)
		if len(t.Reasoning) > 0 {
			return s + block(0, `{"type":"thinking","thinking":"","signature":""}`)
		}
		return s
	case VLLM:
		return t.chunk(w, `{"role":"assistant","content":""}`, "null", "")
	case Ollama:
		return t.chunk(w, `{"role":"assistant","content":""}`, "null", "")
	}
	return t.chunk(w, `{"role":"assistant","content":null,"reasoning_content":""}`, "null", "")
}

func block(index int, body string) string {
	return fmt.Sprintf("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":%d,\"content_block\":%s}\n\n", index, body)
}

func stop(index int) string {
	return fmt.Sprintf("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":%d}\n\n", index)
}

// between parts reasoning and text.
func (w Wire) between(t Turn) string {
	if w != Anthropic {
		return ": \n\n"
	}
	s, n := "", 0
	if len(t.Reasoning) > 0 {
		s = "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"EqQBCgIYAhIM\"}}\n\n" + stop(0)
		n = 1
	}
	return s + block(n, `{"type":"text","text":""}`)
}

// delta is a piece of reasoning or of text.
func (w Wire) delta(t Turn, reasoning, text string) string {
	if w == Anthropic {
		kind, index := fmt.Sprintf(`{"type":"text_delta","text":%s}`, quote(text)), min(1, len(t.Reasoning))
		if reasoning != "" {
			kind, index = fmt.Sprintf(`{"type":"thinking_delta","thinking":%s}`, quote(reasoning)), 0
		}
		return fmt.Sprintf("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":%d,\"delta\":%s}\n\n", index, kind)
	}
	d := ""
	switch {
	case reasoning == "" && w == Ollama:
		d = `{"role":"assistant","content":` + quote(text) + `}`
	case reasoning == "" && w == DeepSeek:
		d = `{"content":` + quote(text) + `,"reasoning_content":null}`
	case reasoning == "":
		d = `{"content":` + quote(text) + `}`
	case w == Ollama:
		d = `{"role":"assistant","content":"","reasoning":` + quote(reasoning) + `}`
	case w == OpenRouter:
		d = `{"role":"assistant","content":"","reasoning":` + quote(reasoning) + `,"reasoning_details":[{"type":"reasoning.text","text":` + quote(reasoning) + `}]}`
	case w == DeepSeek:
		d = `{"content":null,"reasoning_content":` + quote(reasoning) + `}`
	default:
		d = `{"reasoning_content":` + quote(reasoning) + `}`
	}
	return t.chunk(w, d, "null", "")
}

// end are the last events.
func (w Wire) end(t Turn) []string {
	done := "data: [DONE]\n\n"
	if t.NoDone {
		done = ""
	}
	switch w {
	case Anthropic:
		open := ""
		if len(t.Text) > 0 {
			open = stop(min(1, len(t.Reasoning)))
		} else if len(t.Reasoning) > 0 {
			open = stop(0)
		}
		return []string{open + fmt.Sprintf("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":%s,\"stop_sequence\":null},\"usage\":{\"output_tokens\":%d}}\n\n", t.finish("end_turn"), t.Out),
			"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"}
	case DeepSeek:
		return []string{t.chunk(w, `{"content":"","reasoning_content":null}`, t.finish("stop"), t.usage(w)), done}
	case OpenRouter:
		return []string{t.chunk(w, `{"role":"assistant","content":""}`, t.finish("stop"), ""),
			t.chunk(w, `{"role":"assistant","content":""}`, "null", t.usage(w)), done}
	}
	last := []string{t.chunk(w, `{"content":""}`, t.finish("stop"), "")}
	if !t.NoUsage {
		last = append(last, t.chunk(w, "", "", t.usage(w)))
	}
	return append(last, done)
}

// errorEvent is an error in the middle of a stream.
func (w Wire) errorEvent(message, kind string) string {
	switch w {
	case Anthropic:
		return fmt.Sprintf("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"%s_error\",\"message\":%s}}\n\n", kind, quote(message))
	case VLLM:
		return fmt.Sprintf("data: {\"error\":{\"object\":\"error\",\"message\":%s,\"type\":\"InternalServerError\",\"param\":null,\"code\":500}}\n\ndata: [DONE]\n\n", quote(message))
	case Ollama:
		return fmt.Sprintf("data: {\"error\":{\"message\":%s,\"type\":\"api_error\",\"param\":null,\"code\":null}}\n\n", quote(message))
	}
	return fmt.Sprintf("data: {\"error\":{\"message\":%s,\"type\":\"server_error\",\"param\":null,\"code\":\"%s\"}}\n\n", quote(message), kind)
}

// whole is the reply in one piece.
func (w Wire) whole(t Turn) string {
	reasoning, text := quote(strings.Join(t.Reasoning, "")), quote(strings.Join(t.Text, ""))
	if w == Anthropic {
		return fmt.Sprintf(`{"id":"msg_01","type":"message","role":"assistant","model":%s,"content":[{"type":"thinking","thinking":%s,"signature":""},{"type":"text","text":%s}],"stop_reason":%s,"usage":{"input_tokens":%d,"output_tokens":%d}}`,
			quote(t.Model), reasoning, text, t.finish("end_turn"), t.In, t.Out)
	}
	usage := t.usage(w)
	if usage == "" {
		usage = "null"
	}
	return fmt.Sprintf(`{"id":"chatcmpl-7f1c","object":"chat.completion","created":1739500000,"model":%s,"choices":[{"index":0,"message":{"role":"assistant","content":%s,"reasoning_content":%s},"finish_reason":%s}],"usage":%s}`,
		quote(t.Model), text, reasoning, t.finish("stop"), usage)
}
