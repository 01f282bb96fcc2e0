package engine

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/tmc/langchaingo/llms"

	"github.com/sonde-search/sonde/prompts"
)

// modelAsk is what is asked of a model in one call.
type modelAsk struct {
	Prompt prompts.Message
	Image  *Picture
	Schema []byte // JSON Schema that the reply should follow; nil: text
	Output int    // tokens of the reply at most
	Tools  []llms.Tool
}

// openingTag begins the reply of a model that must be made to think.
const openingTag = "<think>\n"

// The optional features of a request, dropped where an endpoint refuses them.
const (
	featSchema  = "schema"
	featJSON    = "json"
	featPrefix  = "prefix"
	featOptions = "stream_options"
	featSample  = "sampling"
	featTopP    = "top_p"
	featSystem  = "system"
	featExtra   = "extra"
)

// prefixed reports whether the reply is given its opening tag.
func (a modelAsk) prefixed(e *endpoint) bool {
	return e.habits.R1 && e.tagged() && e.preset.Quirks.Prefix != "" && len(a.Tools) == 0 && e.health.has(featPrefix)
}

// messages are the prompt as langchaingo takes it.
func (a modelAsk) messages(e *endpoint) []llms.MessageContent {
	var ms []llms.MessageContent
	user := a.Prompt.User
	if e.habits.R1 || !e.health.has(featSystem) {
		user = a.Prompt.Whole()
	} else if a.Prompt.System != "" {
		ms = append(ms, llms.TextParts(llms.ChatMessageTypeSystem, a.Prompt.System))
	}
	parts := []llms.ContentPart{llms.TextPart(user)}
	if p := a.Image; p != nil {
		if e.preset.Wire == wireAnthropic {
			parts = append(parts, llms.BinaryPart(p.MIME, p.Data))
		} else {
			parts = append(parts, llms.ImageURLPart("data:"+p.MIME+";base64,"+base64.StdEncoding.EncodeToString(p.Data)))
		}
	}
	ms = append(ms, llms.MessageContent{Role: llms.ChatMessageTypeHuman, Parts: parts})
	if a.prefixed(e) {
		ms = append(ms, llms.TextParts(llms.ChatMessageTypeAI, openingTag))
	}
	return ms
}

// options are what langchaingo can say; mend says the rest.
func (a modelAsk) options(e *endpoint) []llms.CallOption {
	opts := []llms.CallOption{llms.WithTemperature(e.habits.Temperature), llms.WithMaxTokens(a.output(e))}
	if len(a.Tools) > 0 {
		opts = append(opts, llms.WithTools(a.Tools))
	}
	return opts
}

func (a modelAsk) output(e *endpoint) int {
	n := a.Output
	if n <= 0 {
		n = e.opt.Limits.Output
	}
	if m := e.facts.Output; m > 0 {
		n = min(n, m)
	}
	return n
}

var (
	jsonObjectFormat = json.RawMessage(`{"type":"json_object"}`)
	jsonTrue         = json.RawMessage("true")
	jsonFalse        = json.RawMessage("false")
)

// mend changes the fields of a request to what the endpoint takes. It reports
// whether the reply was given its opening tag.
func (a modelAsk) mend(fields map[string]json.RawMessage, e *endpoint) (opened bool, err error) {
	h, q := e.habits, e.preset.Quirks
	if h.FixedSampling || !e.health.has(featSample) {
		delete(fields, "temperature")
		delete(fields, "top_p")
	} else if h.TopP > 0 && e.health.has(featTopP) {
		fields["top_p"] = json.RawMessage(fmt.Sprintf("%g", h.TopP))
	}
	if e.preset.Wire == wireAnthropic {
		return false, nil
	}
	if n, ok := fields["max_completion_tokens"]; ok && q.MaxTokens != "max_completion_tokens" {
		delete(fields, "max_completion_tokens")
		fields["max_tokens"] = n
	}
	if q.NoStreamOptions || !e.health.has(featOptions) {
		delete(fields, "stream_options")
	}
	if err := a.constrain(fields, e); err != nil {
		return false, err
	}
	if e.health.has(featExtra) {
		for k, v := range q.Extra {
			fields[k] = v
		}
	}
	if !a.prefixed(e) {
		return false, nil
	}
	return true, prefix(fields, q.Prefix)
}

// constrain asks for JSON where the endpoint can be asked and the constraint
// would not keep the model from thinking in the same text.
func (a modelAsk) constrain(fields map[string]json.RawMessage, e *endpoint) error {
	if a.Schema == nil || e.tagged() {
		return nil
	}
	switch q := e.preset.Quirks.JSON; {
	case q == "schema" && e.health.has(featSchema):
		var f struct {
			Type   string `json:"type"`
			Schema struct {
				Name   string          `json:"name"`
				Strict bool            `json:"strict"`
				Schema json.RawMessage `json:"schema"`
			} `json:"json_schema"`
		}
		f.Type, f.Schema.Name, f.Schema.Strict, f.Schema.Schema = "json_schema", "plan", true, a.Schema
		raw, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("writing the schema of a plan: %w", err)
		}
		fields["response_format"] = raw
	case q != "" && e.health.has(featJSON):
		fields["response_format"] = jsonObjectFormat
	}
	return nil
}

// prefix marks the last message as the beginning of the reply.
func prefix(fields map[string]json.RawMessage, how string) error {
	switch how {
	case "continue":
		fields["continue_final_message"] = jsonTrue
		fields["add_generation_prompt"] = jsonFalse
		return nil
	case "prefix", "partial":
	default:
		return nil
	}
	var ms []map[string]json.RawMessage
	if err := json.Unmarshal(fields["messages"], &ms); err != nil || len(ms) == 0 {
		return fmt.Errorf("reading our own messages: %w", err)
	}
	ms[len(ms)-1][how] = jsonTrue
	raw, err := json.Marshal(ms)
	if err != nil {
		return fmt.Errorf("writing the messages: %w", err)
	}
	fields["messages"] = raw
	return nil
}

// The words by which an endpoint says which feature it does not know.
var featureWords = []struct {
	feature string
	words   *regexp.Regexp
}{
	{featSchema, regexp.MustCompile(`(?i)json_schema|schema`)},
	{featJSON, regexp.MustCompile(`(?i)response_format|json_object|json mode`)},
	{featPrefix, regexp.MustCompile(`(?i)continue_final_message|add_generation_prompt|prefill|prefix|partial|last message|must be.{0,20}user`)},
	{featOptions, regexp.MustCompile(`(?i)stream_options|include_usage`)},
	{featTopP, regexp.MustCompile(`(?i)temperature.{0,12}and.{0,12}top_p|top_p`)},
	{featSample, regexp.MustCompile(`(?i)temperature`)},
	{featSystem, regexp.MustCompile(`(?i)system.{0,20}(role|message|prompt)|role.{0,20}system|developer`)},
}

// adapt drops the feature that an endpoint refused, so that the request can be
// made again without it. It reports false where there is nothing left to drop.
func (a modelAsk) adapt(m *ModelError, e *endpoint) bool {
	if m.Fault != FaultRequest || m.Status != 400 && m.Status != 422 && m.Status != 501 {
		return false
	}
	for _, f := range featureWords {
		if f.words.MatchString(m.Detail) && a.sends(f.feature, e) && e.health.drop(f.feature) {
			return true
		}
	}
	any := false
	for _, f := range []string{featSchema, featJSON, featPrefix, featOptions, featExtra} {
		if a.sends(f, e) && e.health.drop(f) {
			any = true
		}
	}
	return any
}

// sends reports whether a request of this kind carries a feature.
func (a modelAsk) sends(feature string, e *endpoint) bool {
	q := e.preset.Quirks
	switch feature {
	case featSchema:
		return a.Schema != nil && q.JSON == "schema" && !e.tagged()
	case featJSON:
		return a.Schema != nil && q.JSON != "" && !e.tagged()
	case featPrefix:
		return a.prefixed(e)
	case featOptions:
		return !q.NoStreamOptions && e.preset.Wire == wireOpenAI
	case featSample, featTopP:
		return !e.habits.FixedSampling
	case featSystem:
		return !e.habits.R1 && a.Prompt.System != ""
	case featExtra:
		return len(q.Extra) > 0
	}
	return false
}
