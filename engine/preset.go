package engine

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

//go:embed presets.json
var presetData []byte

// A Preset is what is known of one provider or server of models. The data is
// in presets.json, each entry with the pages its facts are from; what could
// not be verified is left out.
type Preset struct {
	Name  string   `json:"name"`  // as written in a SPEC
	Title string   `json:"title"` // as a person says it
	URL   string   `json:"url"`   // base address; empty: there is none of its own
	Wire  string   `json:"wire,omitempty"`
	Key   string   `json:"key,omitempty"`   // environment variable of the key; empty: none is needed
	Keys  []string `json:"keys,omitempty"`  // other usual names of that variable
	Local bool     `json:"local,omitempty"` // served by oneself; the key is what the server was started with
	// OptionalKey: a key is sent where there is one, and not missed.
	OptionalKey bool          `json:"optional_key,omitempty"`
	Model       string        `json:"model,omitempty"` // default model
	Vision      string        `json:"vision,omitempty"`
	Models      []PresetModel `json:"models,omitempty"`
	Quirks      Quirks        `json:"quirks"`
	Notes       string        `json:"notes,omitempty"`
	Source      []string      `json:"source"` // pages that the facts are from
	// Basis says whose pages: "vendor" where they are the vendor's own, "other"
	// where the facts were found in others' documentation of it.
	Basis string `json:"basis"`
	Seen  string `json:"seen,omitempty"` // date of those pages, as far as known: YYYY-MM
}

// A PresetModel is what is known of one model. Zero: not known.
type PresetModel struct {
	Name     string  `json:"name"`
	Context  int     `json:"context,omitempty"`   // tokens, prompt and reply together
	Output   int     `json:"output,omitempty"`    // tokens of a reply, at most
	PriceIn  float64 `json:"price_in,omitempty"`  // per million tokens, not cached
	PriceHit float64 `json:"price_hit,omitempty"` // per million tokens found in the cache
	PriceOut float64 `json:"price_out,omitempty"` // per million tokens, reasoning included
	Currency string  `json:"currency,omitempty"`  // ISO 4217
	Source   string  `json:"source,omitempty"`    // of the prices, where another page than the preset's
}

// Quirks are where an endpoint departs from what its wire format promises.
type Quirks struct {
	// MaxTokens is the field that bounds a reply: "max_tokens" (or empty) or "max_completion_tokens".
	MaxTokens string `json:"max_tokens,omitempty"`
	// JSON is what constrains a reply: "schema", "object", or empty for nothing.
	JSON string `json:"json,omitempty"`
	// Prefix is how a reply is made to begin with given words: "prefix" or
	// "partial" (a field of the last message), "continue" (fields of the
	// request, as vLLM and SGLang have them), "plain" (a last assistant
	// message is gone on with), or empty: it cannot.
	Prefix string `json:"prefix,omitempty"`
	// NoStreamOptions: stream_options is refused.
	NoStreamOptions bool `json:"no_stream_options,omitempty"`
	// FixedSampling: temperature and top-p are refused.
	FixedSampling bool `json:"fixed_sampling,omitempty"`
	// Context is the context length where the model's is not known (tokens); 0: an assumption.
	Context int `json:"context,omitempty"`
	// Thinks is where reasoning comes: "reasoning_content", "reasoning", "tags", "blocks".
	Thinks string `json:"thinks,omitempty"`
	// Extra are fields sent with every request, as JSON.
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
	// Headers are sent with every request.
	Headers map[string]string `json:"headers,omitempty"`
}

var presets = sync.OnceValue(func() []Preset {
	var ps []Preset
	if err := json.Unmarshal(presetData, &ps); err != nil {
		// The file is part of the program and a test reads it.
		panic(fmt.Sprintf("presets.json: %v", err))
	}
	return ps
})

// Presets lists what is known of providers and servers, in the order of presets.json.
func Presets() []Preset { return append([]Preset(nil), presets()...) }

func presetNamed(name string) (Preset, bool) {
	for _, p := range presets() {
		if p.Name == name {
			return p, true
		}
	}
	return Preset{}, false
}

// model returns what is known of the named model, by its exact name or by the
// longest known name that it begins with.
func (p Preset) model(name string) PresetModel {
	best := PresetModel{}
	for _, m := range p.Models {
		if m.Name == name {
			return m
		}
		if strings.HasPrefix(name, m.Name) && len(m.Name) > len(best.Name) {
			best = m
		}
	}
	best.Name = name
	return best
}

// Habits are how a model wants to be asked, told from its name.
type Habits struct {
	// R1 is a model of the R1 class: it takes no system prompt, temperature
	// 0.6 and top-p 0.95, and must be made to think
	// (github.com/deepseek-ai/DeepSeek-R1, usage recommendations).
	R1 bool
	// Thinks: the model reasons before it answers.
	Thinks bool
	// FixedSampling: temperature and top-p are refused.
	FixedSampling bool
	Temperature   float64
	TopP          float64 // 0: not sent
}

var (
	r1Names     = regexp.MustCompile(`(?i)(^|[/_.:-])(deepseek[-_.]?)?r1([-_.:]|$)|deepseek-reasoner|r1-distill|r1-zero|\bqwq\b|qwq-|distill-(qwen|llama)`)
	fixedNames  = regexp.MustCompile(`(?i)(^|/)(o[134](-|$)|gpt-5)`)
	thinksNames = regexp.MustCompile(`(?i)thinking|reason|magistral|glm-z1|hunyuan-t1|ernie-x1|minimax-m[12]|qvq|spark-x1|-x1\b|step-3|step-r|gpt-oss|qwen3|(^|/)(o[134](-|$)|gpt-5)|deepseek-v(3\.[1-9]|[4-9])|deepseek-flash|kimi-k[2-9]|glm-[5-9]|claude-`)
)

// HabitsOf tells a model's habits from its name.
func HabitsOf(model string) Habits {
	switch {
	case fixedNames.MatchString(model):
		return Habits{Thinks: true, FixedSampling: true}
	case r1Names.MatchString(model):
		return Habits{R1: true, Thinks: true, Temperature: 0.6, TopP: 0.95}
	case thinksNames.MatchString(model):
		return Habits{Thinks: true, Temperature: 0.6, TopP: 0.95}
	}
	return Habits{Temperature: 0.3, TopP: 0.95}
}
