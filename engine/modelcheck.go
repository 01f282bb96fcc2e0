package engine

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/tmc/langchaingo/llms"

	"github.com/sonde-search/sonde/prompts"
)

// A Report is what CheckModel found. Advice says what to do where something
// does not work; it is empty where all does.
type Report struct {
	Spec          string   `json:"spec"`
	Title         string   `json:"title"`
	Model         string   `json:"model"`  // asked for
	Served        string   `json:"served"` // that says it answered
	Context       int      `json:"context"`
	ContextKnown  bool     `json:"context_known"`
	Reachable     bool     `json:"reachable"`
	Key           string   `json:"key"` // "accepted", "refused", "not needed", "not set"
	Streams       bool     `json:"streams"`
	Reasoning     string   `json:"reasoning"` // "field", "tags", "none"
	JSON          bool     `json:"json"`      // a plan was read from its reply
	JSONHow       string   `json:"json_how"`  // "schema", "object", "asked": what constrained it
	Tools         bool     `json:"tools"`
	FirstToken    float64  `json:"first_token_seconds"`
	TokensPerSec  float64  `json:"tokens_per_second"`
	UsageReported bool     `json:"usage_reported"`
	TokensIn      int      `json:"tokens_in"`
	TokensOut     int      `json:"tokens_out"`
	Cost          float64  `json:"cost"`
	Currency      string   `json:"currency,omitempty"`
	Seconds       float64  `json:"seconds"`
	Advice        []string `json:"advice,omitempty"`
}

// OK reports whether the model can plan and write.
func (r Report) OK() bool { return r.Reachable && r.Streams && r.JSON }

// CheckModel tries a model end to end with three small calls: a plan, and a
// tool call; and says what to do where something does not work. Only a SPEC
// that cannot be opened is an error.
func CheckModel(ctx context.Context, spec Spec, o Options) (Report, error) {
	r := Report{Spec: spec.String()}
	if spec.Builtin() {
		r.Title, r.Reachable, r.Streams, r.JSON, r.Key = "the built-in engine", true, true, true, "not needed"
		return r, nil
	}
	e, err := newEndpoint(spec, o.withDefaults())
	if err != nil {
		return r, fmt.Errorf("checking %s: %w", spec, err)
	}
	r.Title, r.Model, r.Context = e.preset.Title, e.name, e.context()
	r.ContextKnown = e.facts.Context > 0 || e.opt.Context > 0
	start := time.Now()
	defer func() { r.Seconds = time.Since(start).Seconds() }()
	if r.plan(ctx, e) {
		r.tools(ctx, e)
	}
	r.Seconds = time.Since(start).Seconds()
	return r, nil
}

// plan asks for a plan: that shows all but tools. It reports whether to go on.
func (r *Report) plan(ctx context.Context, e *endpoint) bool {
	msg, err := prompts.Plan(prompts.English, prompts.PlanData{
		Question: "When was the Go programming language first released?", Today: e.opt.Now().Format(time.DateOnly),
		Round: 1, Rounds: 1, Pages: 5, Web: true, Searches: 2, OpenLimit: 1,
	})
	if err != nil {
		r.Advice = append(r.Advice, err.Error())
		return false
	}
	ask := modelAsk{Prompt: msg, Schema: prompts.PlanSchema(), Output: min(planOutput, e.reply(tokens(msg.Whole())))}
	pieces, start := 0, time.Now()
	reply, err := e.converse(ctx, ask, func(modelDelta) bool { pieces++; return true })
	r.add(e, reply)
	took := time.Since(start) - reply.First
	r.Streams = pieces > 1
	r.FirstToken = reply.First.Seconds()
	if took > 0 {
		r.TokensPerSec = float64(reply.Spent.TokensOut) / took.Seconds()
	}
	r.Served, r.UsageReported, r.Reasoning = reply.Model, reply.Usage != nil, "none"
	if reply.Where != "" {
		r.Reasoning = reply.Where
	}
	r.Key = e.keyState()
	if fault := faultOf(err); fault != nil {
		r.Reachable = fault.Status != 0 || reply.Shown || fault.Fault == FaultMalformed || fault.Fault == FaultEmpty || fault.Fault == FaultCut
		if fault.Fault == FaultKey {
			r.Key = "refused"
		}
		r.Advice = append(r.Advice, advise(e, fault))
		return r.Reachable && fault.Fault == FaultEmpty
	}
	r.Reachable = true
	_, err = readReply(reply)
	r.JSON, r.JSONHow = err == nil, ask.constrained(e)
	r.planAdvice(e, reply, err)
	return true
}

func (r *Report) planAdvice(e *endpoint, reply modelReply, err error) {
	if err != nil {
		r.Advice = append(r.Advice, "It did not write a plan as JSON ("+err.Error()+"): the built-in planner will plan. A larger model may do better; or let another one plan with --planner.")
	}
	if !r.Streams {
		r.Advice = append(r.Advice, "The reply came in one piece: readers will wait for the whole answer. A proxy between may hold it back.")
	}
	if e.habits.Thinks && r.Reasoning == "none" {
		r.Advice = append(r.Advice, "This model should reason, but no reasoning came: the provider keeps it back, or the server must be started with its reasoning parser.")
	}
	if !r.ContextKnown {
		r.Advice = append(r.Advice, fmt.Sprintf("Its context length is not known here; %d tokens are assumed. Set context in the configuration (or SONDE_CONTEXT) where the server allows more.", r.Context))
	}
	if reply.Usage == nil {
		r.Advice = append(r.Advice, "It gives no token figures: usage will be estimated and marked so.")
	}
}

// tools asks for a tool call. Sonde needs none; others who use the model may.
func (r *Report) tools(ctx context.Context, e *endpoint) {
	tool := llms.Tool{Type: "function", Function: &llms.FunctionDefinition{
		Name: "get_weather", Description: "The weather of a city",
		Parameters: toolSchema{Type: "object", Properties: toolCity{City: toolText{Type: "string"}}, Required: []string{"city"}},
	}}
	ask := modelAsk{Prompt: prompts.Message{User: "What is the weather in Paris? Call the tool."}, Tools: []llms.Tool{tool}, Output: 1024}
	reply, err := e.converse(ctx, ask, func(modelDelta) bool { return true })
	r.add(e, reply)
	if err != nil {
		e.opt.Logger.Info("no tool call", "model", e.String(), "err", err)
	}
	r.Tools = len(reply.Tools) == 1 && reply.Tools[0].FunctionCall != nil && reply.Tools[0].FunctionCall.Name == "get_weather"
}

type toolSchema struct {
	Type       string   `json:"type"`
	Properties toolCity `json:"properties"`
	Required   []string `json:"required"`
}

type toolCity struct {
	City toolText `json:"city"`
}

type toolText struct {
	Type string `json:"type"`
}

func (r *Report) add(e *endpoint, reply modelReply) {
	r.TokensIn += reply.Spent.TokensIn
	r.TokensOut += reply.Spent.TokensOut
	r.Cost += reply.Spent.Cost
	if r.Cost > 0 {
		r.Currency = e.facts.Currency
	}
}

func (e *endpoint) keyState() string {
	switch {
	case e.key != "":
		return "accepted"
	case e.preset.Key == "" || e.preset.OptionalKey:
		return "not needed"
	}
	return "not set"
}

// constrained says what the endpoint was asked to constrain a plan with.
func (a modelAsk) constrained(e *endpoint) string {
	switch {
	case a.sends(featSchema, e) && e.health.has(featSchema):
		return "schema"
	case a.sends(featJSON, e) && e.health.has(featJSON):
		return "object"
	}
	return "asked"
}

// noSuchModel is how endpoints say with another status than 404 that they do
// not have a model.
var noSuchModel = regexp.MustCompile(`(?i)model.{0,60}(not exist|not found|not supported|unknown)|(unknown|no such|invalid) model|模型.{0,20}不存在`)

// advise says what to do about a fault.
func advise(e *endpoint, m *ModelError) string {
	said := ""
	if m.Detail != "" {
		said = " It said: " + strings.TrimSuffix(m.Detail, ".") + "."
	}
	switch m.Fault {
	case FaultKey:
		if e.key == "" {
			return fmt.Sprintf("It wants a key: set %s in the environment.%s", e.preset.Key, said)
		}
		return fmt.Sprintf("The key was refused: look at %s in the environment, and whether it is for this address.%s", e.preset.Key, said)
	case FaultQuota:
		return "There is no balance or quota left: look at the provider's console." + said
	case FaultRate:
		return "Too many requests: wait, or ask the provider for a higher limit." + said
	case FaultServer:
		return fmt.Sprintf("The provider failed (status %d): try again later.%s", m.Status, said)
	case FaultContext:
		return "The prompt was too long: start the server with a longer context." + said
	case FaultNetwork:
		return networkAdvice(e, m)
	case FaultIdle, FaultDeadline:
		return "Nothing came in time: the model may still be loading, or be too slow here. Try again, or a smaller one." + said
	case FaultRequest:
		if m.Status == 404 || noSuchModel.MatchString(m.Detail) {
			return fmt.Sprintf("There is no model %q at this address, or the address lacks its /v1: look at the SPEC.%s", e.name, said)
		}
		return fmt.Sprintf("The request was refused (status %d).%s", m.Status, said)
	case FaultRefused:
		return "A filter stopped the reply." + said
	case FaultCut:
		return "The reply broke off: a proxy between may cut streams." + said
	case FaultMalformed:
		return "The reply is not of the expected format: is this the address of an OpenAI-compatible API, with /v1 at its end?" + said
	case FaultEmpty:
		return "It gave no answer: " + m.Detail + "."
	}
	return "It does not work." + said
}

func networkAdvice(e *endpoint, m *ModelError) string {
	if e.preset.Local {
		return fmt.Sprintf("%s cannot be reached (%s): is it running, and at this address? Another is given as %s:MODEL@http://HOST:PORT/v1.", e.preset.Title, m.Detail, e.preset.Name)
	}
	var opErr interface{ Timeout() bool }
	if errors.As(m.Err, &opErr) && opErr.Timeout() {
		return fmt.Sprintf("%s did not answer: look at the network, and at HTTPS_PROXY.", e.preset.Title)
	}
	return fmt.Sprintf("%s cannot be reached (%s): look at the network, and at HTTPS_PROXY.", e.preset.Title, m.Detail)
}
