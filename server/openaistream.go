package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// stream sends a run as chat.completion.chunk events, to [DONE].
func (c *chat) stream(st *stream, live *liveRun) error {
	c.Object = "chat.completion.chunk"
	empty := ""
	if err := c.send(st, ChatReply{Role: "assistant", Content: &empty}); err != nil {
		return err
	}
	for after := int64(0); ; {
		events, more, done := live.since(after)
		for _, e := range events {
			after = e.id
			if err := c.event(st, e); err != nil || e.final() {
				return c.closed(live, err)
			}
		}
		if done {
			return c.fail(st, errDraining)
		}
		if len(events) > 0 {
			continue
		}
		if err := st.pause(more); err != nil {
			if errors.Is(err, errDraining) {
				return c.fail(st, err)
			}
			return c.closed(live, err)
		}
	}
}

// closed stops the run of a client that is gone.
func (c *chat) closed(live *liveRun, err error) error {
	if err != nil {
		live.cancel(errCancelled)
	}
	return err
}

// event sends one step.
func (c *chat) event(st *stream, e event) error {
	step, err := c.add(e)
	if err != nil {
		return err
	}
	switch step := step.(type) {
	case agent.Answered:
		return c.end(st, step.Answer)
	case agent.Failed:
		return c.fail(st, tell(errRunFailed, step.Message))
	case agent.Claimed:
		return c.grow(st, agent.Compose(c.claims))
	}
	if line := progress(step); line != "" {
		return c.send(st, ChatReply{Reasoning: line})
	}
	return nil
}

// add takes a step into account.
func (c *chat) add(e event) (agent.Step, error) {
	step, err := agent.DecodeStep(e.kind, e.data)
	if err != nil {
		return nil, err
	}
	if claimed, ok := step.(agent.Claimed); ok {
		c.claims = append(c.claims, claimed.Claim)
	}
	c.reasoning.WriteString(progress(step))
	return step, nil
}

// progress is what a step adds to the visible reasoning.
func progress(s agent.Step) string {
	switch s := s.(type) {
	case agent.Reasoned:
		return s.Delta
	case agent.Planned:
		var b strings.Builder
		if s.Thought != "" {
			b.WriteString("\n" + oneLine(s.Thought) + "\n")
		}
		for _, q := range s.Searches {
			fmt.Fprintf(&b, "- %s\n", oneLine(q.Query))
		}
		return b.String()
	case agent.Paged:
		if s.State == agent.PageRead && s.Attached {
			return oneLine(s.Title) + "\n"
		}
		if s.State == agent.PageRead {
			return fmt.Sprintf("(%d/%d) %s\n", s.Done, s.Of, s.URL)
		}
	}
	return ""
}

// grow sends what a longer text adds. Text that was sent stays.
func (c *chat) grow(st *stream, text string) error {
	added, ok := strings.CutPrefix(text, c.text)
	if !ok || added == "" {
		return nil
	}
	c.text = text
	return c.send(st, ChatReply{Content: &added})
}

// end sends the rest of the answer, its sources and what it cost.
func (c *chat) end(st *stream, a agent.Answer) error {
	if err := c.grow(st, a.Text); err != nil {
		return err
	}
	reason := finish(a)
	last := c.ChatCompletion
	last.Sonde = &ChatRun{a.ID, a.Status}
	last.Choices = []ChatChoice{{Delta: &ChatReply{Annotations: annotations(c.text, a.Sources)}, FinishReason: &reason}}
	if err := sendData(st, last); err != nil {
		return err
	}
	if c.usage {
		spent := c.ChatCompletion
		spent.Choices, spent.Usage = []ChatChoice{}, usageOf(a)
		if err := sendData(st, spent); err != nil {
			return err
		}
	}
	return st.write([]byte("data: [DONE]\n\n"))
}

// fail sends an error into the stream, as OpenAI's clients expect it.
func (c *chat) fail(st *stream, err error) error {
	return sendData(st, openAIError(problemOf(err)))
}

func (c *chat) send(st *stream, delta ChatReply) error {
	chunk := c.ChatCompletion
	chunk.Choices = []ChatChoice{{Delta: &delta}}
	return sendData(st, chunk)
}

func sendData(st *stream, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding a chunk: %w", err)
	}
	return st.write(fmt.Appendf(nil, "data: %s\n\n", b))
}
