package engine

import (
	"encoding/json"
	"strings"
)

// frame is what one event of a reply says, whatever the wire format.
type frame struct {
	Reasoning string
	Text      string
	Refusal   string
	Tools     []toolDelta
	Finish    string
	Model     string
	Usage     *wireUsage
	Done      bool // the end of the reply was said
	Err       *ModelError
}

// toolDelta is a piece of a tool call.
type toolDelta struct {
	Index int
	ID    string
	Name  string
	Args  string
}

// wireUsage is what an endpoint says it counted.
type wireUsage struct {
	In, Out, Hit int // tokens; Hit: of In, those found in the cache
}

// chatText is the content of a message: a string, null, or a list of parts,
// some of them thinking (Mistral's Magistral sends those).
type chatText struct {
	Text, Thinking string
}

func (t *chatText) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] == 'n' {
		return nil
	}
	if b[0] == '"' {
		return json.Unmarshal(b, &t.Text)
	}
	if b[0] != '[' {
		return nil // an object here is nobody's text
	}
	var parts []struct {
		Type     string   `json:"type"`
		Text     string   `json:"text"`
		Thinking chatText `json:"thinking"`
	}
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	for _, p := range parts {
		if p.Type == "thinking" {
			t.Thinking += p.Thinking.Text + p.Text
			continue
		}
		t.Text += p.Text
	}
	return nil
}

type chatMessage struct {
	Content          chatText `json:"content"`
	ReasoningContent chatText `json:"reasoning_content"`
	Reasoning        chatText `json:"reasoning"`
	Thinking         chatText `json:"thinking"`
	Refusal          string   `json:"refusal"`
	ToolCalls        []struct {
		Index    *int   `json:"index"`
		ID       string `json:"id"`
		Function struct {
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"function"`
	} `json:"tool_calls"`
}

type chatUsage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
	Hit        int `json:"prompt_cache_hit_tokens"` // DeepSeek
	Details    *struct {
		Cached int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
}

func (u *chatUsage) usage() *wireUsage {
	if u == nil || u.Prompt == 0 && u.Completion == 0 {
		return nil
	}
	w := &wireUsage{In: u.Prompt, Out: u.Completion, Hit: u.Hit}
	if u.Details != nil && w.Hit == 0 {
		w.Hit = u.Details.Cached
	}
	return w
}

// chatChunk is a chunk of a streamed chat completion, or a whole one.
type chatChunk struct {
	wireError
	Model   string `json:"model"`
	Choices []struct {
		Index   int         `json:"index"`
		Delta   chatMessage `json:"delta"`
		Message chatMessage `json:"message"`
		Text    string      `json:"text"`
		Finish  string      `json:"finish_reason"`
		Usage   *chatUsage  `json:"usage"` // Moonshot
	} `json:"choices"`
	Usage *chatUsage `json:"usage"`
}

// decodeChat reads one event of the OpenAI wire format.
func decodeChat(ev event, e *endpoint) frame {
	if string(ev.Data) == "[DONE]" {
		return frame{Done: true}
	}
	var c chatChunk
	if err := json.Unmarshal(ev.Data, &c); err != nil {
		return frame{Err: malformed(ev, e, err)}
	}
	if len(c.Choices) == 0 || ev.Name == "error" {
		if code, msg, ok := c.words(); ok {
			return frame{Err: inBandError(code, msg, e)}
		}
		if ev.Name == "error" {
			return frame{Err: inBandError("", redact(string(ev.Data), e.key), e)}
		}
	}
	if code, msg, ok := (wireError{Error: c.Error}).words(); ok {
		return frame{Err: inBandError(code, msg, e)}
	}
	f := frame{Model: c.Model, Usage: c.Usage.usage()}
	for _, ch := range c.Choices {
		if ch.Index != 0 {
			continue
		}
		if u := ch.Usage.usage(); u != nil {
			f.Usage = u
		}
		f.Finish = ch.Finish
		f.Text += ch.Text
		f.message(ch.Delta)
		f.message(ch.Message)
	}
	return f
}

func (f *frame) message(m chatMessage) {
	reasoning := m.ReasoningContent.Text
	if reasoning == "" { // some send both, with the same words
		reasoning = m.Reasoning.Text
	}
	if reasoning == "" {
		reasoning = m.Thinking.Text
	}
	f.Reasoning += reasoning + m.Content.Thinking
	f.Text += m.Content.Text
	f.Refusal += m.Refusal
	for i, t := range m.ToolCalls {
		d := toolDelta{Index: i, ID: t.ID, Name: t.Function.Name, Args: plainJSON(t.Function.Arguments)}
		if t.Index != nil {
			d.Index = *t.Index
		}
		f.Tools = append(f.Tools, d)
	}
}

func malformed(ev event, e *endpoint, err error) *ModelError {
	said := redact(string(ev.Data[:min(len(ev.Data), 200)]), e.key)
	return &ModelError{Fault: FaultMalformed, Detail: "an event of the stream is not JSON: " + said, Err: err}
}

// messageEvent is an event of the Anthropic wire format, or a whole message.
type messageEvent struct {
	wireError
	Index int           `json:"index"`
	Block *messageBlock `json:"content_block"`
	Delta struct {
		Type       string `json:"type"`
		Text       string `json:"text"`
		Thinking   string `json:"thinking"`
		JSON       string `json:"partial_json"`
		StopReason string `json:"stop_reason"`
	} `json:"delta"`
	Usage *messageUsage `json:"usage"`
}

type messageBlock struct {
	Type     string          `json:"type"`
	Text     string          `json:"text"`
	Thinking string          `json:"thinking"`
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Input    json.RawMessage `json:"input"`
}

type messageUsage struct {
	In     int `json:"input_tokens"`
	Out    int `json:"output_tokens"`
	Hit    int `json:"cache_read_input_tokens"`
	Create int `json:"cache_creation_input_tokens"`
}

func (u *messageUsage) usage() *wireUsage {
	if u == nil || u.In == 0 && u.Out == 0 {
		return nil
	}
	return &wireUsage{In: u.In + u.Hit + u.Create, Out: u.Out, Hit: u.Hit}
}

// wholeMessage is a reply of the Anthropic wire format that was not streamed,
// and the start of one that is.
type wholeMessage struct {
	Model   string         `json:"model"`
	Content []messageBlock `json:"content"`
	Stop    string         `json:"stop_reason"`
	Usage   *messageUsage  `json:"usage"`
}

// decodeMessage reads one event of the Anthropic wire format.
func decodeMessage(ev event, e *endpoint) frame {
	if string(ev.Data) == "[DONE]" {
		return frame{Done: true}
	}
	var m messageEvent
	if err := json.Unmarshal(ev.Data, &m); err != nil {
		return frame{Err: malformed(ev, e, err)}
	}
	switch m.Type {
	case "error":
		code, msg, _ := m.words()
		return frame{Err: inBandError(code, msg, e)}
	case "message_start", "message":
		return decodeWhole(ev, m.Type == "message", e)
	case "content_block_start":
		if m.Block == nil {
			return frame{}
		}
		return m.Block.frame(m.Index, false)
	case "content_block_delta":
		f := frame{Text: m.Delta.Text, Reasoning: m.Delta.Thinking}
		if m.Delta.JSON != "" {
			f.Tools = []toolDelta{{Index: m.Index, Args: m.Delta.JSON}}
		}
		return f
	case "message_delta":
		return frame{Finish: m.Delta.StopReason, Usage: m.Usage.usage()}
	case "message_stop":
		return frame{Done: true}
	}
	if code, msg, ok := m.words(); ok {
		return frame{Err: inBandError(code, msg, e)}
	}
	return frame{} // ping, content_block_stop, and what is to come
}

func decodeWhole(ev event, whole bool, e *endpoint) frame {
	var start struct {
		Message wholeMessage `json:"message"`
	}
	msg := &start.Message
	var err error
	if whole {
		err = json.Unmarshal(ev.Data, msg)
	} else {
		err = json.Unmarshal(ev.Data, &start)
	}
	if err != nil {
		return frame{Err: malformed(ev, e, err)}
	}
	f := frame{Model: msg.Model, Usage: msg.Usage.usage(), Finish: msg.Stop, Done: whole}
	for i, b := range msg.Content {
		bf := b.frame(i, true)
		f.Text += bf.Text
		f.Reasoning += bf.Reasoning
		f.Tools = append(f.Tools, bf.Tools...)
	}
	return f
}

// frame is what a block says. Its input counts where the message is whole;
// a stream sends it in deltas.
func (b messageBlock) frame(index int, whole bool) frame {
	switch b.Type {
	case "text":
		return frame{Text: b.Text}
	case "thinking":
		return frame{Reasoning: b.Thinking}
	case "tool_use":
		d := toolDelta{Index: index, ID: b.ID, Name: b.Name}
		if whole {
			d.Args = string(b.Input)
		}
		return frame{Tools: []toolDelta{d}}
	}
	return frame{}
}

// refusedFinish are finish reasons that say that a filter stopped the reply.
func refusedFinish(reason string) bool {
	switch strings.ToLower(reason) {
	case "content_filter", "sensitive", "refusal", "safety", "blocklist", "prohibited_content", "recitation":
		return true
	}
	return false
}

// lengthFinish are finish reasons that say that the reply was cut at its limit.
func lengthFinish(reason string) bool {
	switch strings.ToLower(reason) {
	case "length", "max_tokens", "model_context_window_exceeded":
		return true
	}
	return false
}
