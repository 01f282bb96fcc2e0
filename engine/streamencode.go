package engine

import (
	"bytes"
	"encoding/json"
)

// wireEncoder writes events of one wire format as langchaingo reads them.
type wireEncoder interface {
	delta(out *bytes.Buffer, reasoning, text string)
	end(out *bytes.Buffer, tools []toolDelta, what served)
}

func encoderFor(wire string) wireEncoder {
	if wire == wireAnthropic {
		return &messageEncoder{open: -1}
	}
	return chatEncoder{}
}

// putEvent writes one event. The values are ours and always encode.
func putEvent(out *bytes.Buffer, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		return
	}
	out.WriteString("data: ")
	out.Write(data)
	out.WriteString("\n\n")
}

// chatEncoder writes the OpenAI wire format.
type chatEncoder struct{}

type outCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

type outDelta struct {
	Content   string    `json:"content,omitempty"`
	Reasoning string    `json:"reasoning_content,omitempty"`
	Calls     []outCall `json:"tool_calls,omitempty"`
}

type outChoice struct {
	Delta  outDelta `json:"delta"`
	Finish string   `json:"finish_reason,omitempty"`
}

type outChunk struct {
	Choices []outChoice `json:"choices"`
	Usage   *chatUsage  `json:"usage,omitempty"`
}

func (chatEncoder) delta(out *bytes.Buffer, reasoning, text string) {
	putEvent(out, outChunk{Choices: []outChoice{{Delta: outDelta{Content: text, Reasoning: reasoning}}}})
}

func (chatEncoder) end(out *bytes.Buffer, tools []toolDelta, what served) {
	for i, t := range tools {
		c := outCall{ID: t.ID, Type: "function"}
		c.Function.Name, c.Function.Arguments = t.Name, t.Args
		if c.ID == "" {
			c.ID = "call_" + string(rune('a'+i%26))
		}
		putEvent(out, outChunk{Choices: []outChoice{{Delta: outDelta{Calls: []outCall{c}}}}})
	}
	// Only reasons that langchaingo knows: "function_call" without one in the
	// message makes it panic.
	finish := "stop"
	switch {
	case len(tools) > 0:
		finish = "tool_calls"
	case lengthFinish(what.Finish):
		finish = "length"
	}
	last := outChunk{Choices: []outChoice{{Finish: finish}}}
	if u := what.Usage; u != nil {
		last.Usage = &chatUsage{Prompt: u.In, Completion: u.Out}
	}
	putEvent(out, last)
	out.WriteString("data: [DONE]\n\n")
}

// messageEncoder writes the Anthropic wire format: each run of one kind of
// text is a block of its own.
type messageEncoder struct {
	started bool
	open    int // index of the open block, -1: none
	next    int
	kind    string
}

type outEvent struct {
	Type    string      `json:"type"`
	Index   int         `json:"index"`
	Message *outMessage `json:"message,omitempty"`
	Block   *outBlock   `json:"content_block,omitempty"`
	Delta   *outPiece   `json:"delta,omitempty"`
	Usage   *outTokens  `json:"usage,omitempty"`
}

type outMessage struct {
	Role  string    `json:"role"`
	Type  string    `json:"type"`
	Usage outTokens `json:"usage"`
}

type outTokens struct {
	In  int `json:"input_tokens"`
	Out int `json:"output_tokens"`
}

type outBlock struct {
	Type string `json:"type"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

type outPiece struct {
	Type     string  `json:"type,omitempty"`
	Text     *string `json:"text,omitempty"`
	Thinking *string `json:"thinking,omitempty"`
	JSON     *string `json:"partial_json,omitempty"`
	Stop     string  `json:"stop_reason,omitempty"`
}

func (m *messageEncoder) block(out *bytes.Buffer, b outBlock) {
	if !m.started {
		m.started = true
		putEvent(out, outEvent{Type: "message_start", Message: &outMessage{Role: "assistant", Type: "message"}})
	}
	if m.open >= 0 && m.kind == b.Type && b.Type != "tool_use" {
		return
	}
	m.stop(out)
	m.open, m.kind = m.next, b.Type
	m.next++
	putEvent(out, outEvent{Type: "content_block_start", Index: m.open, Block: &b})
}

func (m *messageEncoder) stop(out *bytes.Buffer) {
	if m.open >= 0 {
		putEvent(out, outEvent{Type: "content_block_stop", Index: m.open})
		m.open = -1
	}
}

func (m *messageEncoder) delta(out *bytes.Buffer, reasoning, text string) {
	if reasoning != "" {
		m.block(out, outBlock{Type: "thinking"})
		putEvent(out, outEvent{Type: "content_block_delta", Index: m.open, Delta: &outPiece{Type: "thinking_delta", Thinking: &reasoning}})
	}
	if text != "" {
		m.block(out, outBlock{Type: "text"})
		putEvent(out, outEvent{Type: "content_block_delta", Index: m.open, Delta: &outPiece{Type: "text_delta", Text: &text}})
	}
}

func (m *messageEncoder) end(out *bytes.Buffer, tools []toolDelta, what served) {
	for _, t := range tools {
		m.block(out, outBlock{Type: "tool_use", ID: t.ID, Name: t.Name})
		putEvent(out, outEvent{Type: "content_block_delta", Index: m.open, Delta: &outPiece{Type: "input_json_delta", JSON: &t.Args}})
	}
	if m.next == 0 { // langchaingo takes a reply without blocks for an error
		m.block(out, outBlock{Type: "text"})
	}
	m.stop(out)
	u := outTokens{}
	if what.Usage != nil {
		u = outTokens{In: what.Usage.In, Out: what.Usage.Out}
	}
	stop := what.Finish
	if stop == "" {
		stop = "end_turn"
	}
	putEvent(out, outEvent{Type: "message_delta", Delta: &outPiece{Stop: stop}, Usage: &u})
	putEvent(out, outEvent{Type: "message_stop"})
}
