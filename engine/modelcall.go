package engine

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/tmc/langchaingo/llms"

	"github.com/sonde-search/sonde/agent"
)

// modelDelta is a piece of a reply.
type modelDelta struct {
	Reasoning string
	Text      string
	Reset     bool // all text so far was reasoning
}

// modelReply is what came of one call, all its attempts together.
type modelReply struct {
	served
	Text      string
	Reasoning string
	Tools     []llms.ToolCall
	Spent     agent.Usage
	Attempts  int
	First     time.Duration // to the first piece of the last attempt
	Shown     bool          // a piece was given to the caller
}

// converse makes one call: it asks, retries as retry.go allows, and gives the
// pieces of the reply to on, in the caller's goroutine. on returns false to
// end the call. The reply holds what came also where an error is returned;
// every error is a *ModelError.
func (e *endpoint) converse(ctx context.Context, ask modelAsk, on func(modelDelta) bool) (modelReply, error) {
	var total modelReply
	for n := 1; ; n++ {
		now := time.Now()
		if !e.health.allow(now) {
			return total, &ModelError{Fault: FaultOpen}
		}
		r, err := e.attempt(ctx, ask, on)
		fault := faultOf(err)
		e.health.record(fault, time.Now())
		r.Spent = e.spent(ask, r, fault)
		r.Spent.TokensIn += total.Spent.TokensIn
		r.Spent.TokensOut += total.Spent.TokensOut
		r.Spent.Cost += total.Spent.Cost
		r.Spent.TokensEstimated = r.Spent.TokensEstimated || total.Spent.TokensEstimated
		r.Attempts = n
		total = r
		if fault == nil {
			return total, nil
		}
		e.opt.Logger.Warn("model call failed", "model", e.String(), "attempt", n, "fault", string(fault.Fault), "status", fault.Status, "detail", fault.Detail)
		if r.Shown || n >= e.opt.Limits.Attempts || ctx.Err() != nil {
			return total, fault
		}
		if ask.adapt(fault, e) {
			continue
		}
		if !fault.retryable() || !e.health.spend(time.Now()) || !pause(ctx, backoff(n, fault.RetryAfter, e.opt.Rand)) {
			return total, fault
		}
	}
}

// attempt makes one request.
func (e *endpoint) attempt(ctx context.Context, ask modelAsk, on func(modelDelta) bool) (modelReply, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	doer := &modelDoer{ep: e, ask: ask}
	pieces := make(chan modelDelta, 64)
	type outcome struct {
		resp *llms.ContentResponse
		err  error
	}
	over := make(chan outcome, 1)
	go func() {
		defer close(pieces)
		resp, err := e.generate(ctx, doer, pieces)
		over <- outcome{resp, err}
	}()
	start := time.Now()
	var r modelReply
	var text, reasoning strings.Builder
	stopped := false
	for d := range pieces {
		if stopped {
			continue
		}
		if !r.Shown {
			r.First, r.Shown = time.Since(start), true
		}
		if d.Reset {
			reasoning.WriteString(text.String())
			text.Reset()
		}
		text.WriteString(d.Text)
		reasoning.WriteString(d.Reasoning)
		if !on(d) {
			stopped = true
			cancel()
		}
	}
	out := <-over
	r.Text, r.Reasoning, r.served = text.String(), reasoning.String(), doer.served()
	if out.resp != nil {
		for _, c := range out.resp.Choices {
			r.Tools = append(r.Tools, c.ToolCalls...)
		}
	}
	return r, e.verdict(ctx, r, out.err, stopped)
}

// verdict is what was wrong with an attempt. langchaingo's own error counts
// last: it loses the cause of some failures and all of others.
func (e *endpoint) verdict(ctx context.Context, r modelReply, err error, stopped bool) error {
	switch {
	case stopped:
		return &ModelError{Fault: FaultCancelled, Err: context.Canceled}
	case r.served.Err != nil:
		return faultOf(r.served.Err)
	case ctx.Err() != nil:
		return faultOf(ctx.Err())
	case strings.TrimSpace(r.Text) == "" && len(r.Tools) == 0 && lengthFinish(r.Finish):
		return &ModelError{Fault: FaultEmpty, Detail: "the limit of the reply was reached before the answer began"}
	case strings.TrimSpace(r.Text) == "" && len(r.Tools) == 0:
		return &ModelError{Fault: FaultEmpty, Detail: "the reply holds no answer"}
	case err != nil:
		return &ModelError{Fault: FaultMalformed, Detail: redact(err.Error(), e.key), Err: err}
	}
	return nil
}

// generate is langchaingo's part of an attempt. A panic in it is a fault of
// the model's reply, not the end of the process.
func (e *endpoint) generate(ctx context.Context, doer *modelDoer, pieces chan<- modelDelta) (resp *llms.ContentResponse, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &ModelError{Fault: FaultMalformed, Detail: fmt.Sprintf("reading the reply failed: %v", p)}
		}
	}()
	model, err := e.client(doer)
	if err != nil {
		return nil, err
	}
	give := func(ctx context.Context, d modelDelta) error {
		if d == (modelDelta{}) || len(doer.ask.Tools) > 0 {
			return nil // the pieces of tool calls come as if they were text
		}
		if d.Text == thinkReset {
			d = modelDelta{Reset: true}
		}
		select {
		case pieces <- d:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	opts := append(doer.ask.options(e), llms.WithStreamingReasoningFunc(func(ctx context.Context, reasoning, text []byte) error {
		return give(ctx, modelDelta{Reasoning: string(reasoning), Text: string(text)})
	}))
	if e.preset.Wire == wireAnthropic { // it calls one function for each kind
		opts = append(opts, llms.WithStreamingFunc(func(ctx context.Context, text []byte) error {
			return give(ctx, modelDelta{Text: string(text)})
		}))
	}
	return model.GenerateContent(ctx, doer.ask.messages(e), opts...)
}

// spent is what an attempt cost: the endpoint's figures, else an estimate,
// marked as one. A request that was refused costs nothing.
func (e *endpoint) spent(ask modelAsk, r modelReply, fault *ModelError) agent.Usage {
	u := r.Usage
	estimated := false
	if u == nil {
		if fault != nil && !r.Shown {
			return agent.Usage{}
		}
		estimated = true
		u = &wireUsage{In: tokens(ask.Prompt.Whole()), Out: tokens(r.Text) + tokens(r.Reasoning)}
	}
	s := agent.Usage{TokensIn: u.In, TokensOut: u.Out, TokensEstimated: estimated, Cost: e.cost(*u)}
	if s.Cost > 0 {
		s.Currency = e.facts.Currency
	}
	return s
}

// tokens estimates the tokens of a text: 0.3 for a Latin character, 0.6 for a
// Han one (DeepSeek API documentation, "Token & Token Usage"), and a tenth
// more, so that what is fitted to a context fits.
func tokens(s string) int {
	n := 0.0
	for _, r := range s {
		if r < 0x2E80 || !unicode.IsLetter(r) && r < 0x3000 {
			n += 0.3
		} else {
			n += 0.6
		}
	}
	return int(n*1.1) + 1
}
