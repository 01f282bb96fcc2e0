package engine

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/anthropic"
	"github.com/tmc/langchaingo/llms/openai"
)

// The wire formats that are spoken.
const (
	wireOpenAI    = "openai"
	wireAnthropic = "anthropic"
)

// The context length that is assumed where a model's is not known (tokens):
// of a provider's models, and of a server of one's own, as it is commonly
// started. Where even that is too long, the endpoint's refusal is learned from.
const (
	hostedContext = 32 << 10
	localContext  = 8 << 10
	leastContext  = 2 << 10
)

// keyOverride is the variable whose key goes to an address that a SPEC brings
// itself, before the preset's own variable.
const keyOverride = "SONDE_MODEL_KEY"

// endpoint is one model at one address.
type endpoint struct {
	spec   Spec
	preset Preset
	facts  PresetModel
	habits Habits
	base   string
	name   string // of the model
	key    string
	opt    Options
	health *endpointHealth
}

func newEndpoint(s Spec, o Options) (*endpoint, error) {
	p, ok := presetNamed(s.Preset)
	if !ok {
		return nil, fmt.Errorf("%w: preset %q is not known", ErrBadSpec, s.Preset)
	}
	if s.BaseURL != "" && o.FixedAddresses {
		return nil, fmt.Errorf("%w: a base address is not allowed here: name a preset and a model only", ErrBadSpec)
	}
	e := &endpoint{spec: s, preset: p, base: strings.TrimRight(p.URL, "/"), name: p.Model, opt: o}
	if e.preset.Wire == "" {
		e.preset.Wire = wireOpenAI
	}
	if s.Model != "" {
		e.name = s.Model
	}
	if s.BaseURL != "" {
		if err := validBase(s.BaseURL); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBadSpec, err)
		}
		e.base = strings.TrimRight(s.BaseURL, "/")
	}
	if e.base == "" || e.name == "" {
		return nil, fmt.Errorf("%w: %s needs a model and an address: write %s:MODEL@http://HOST:PORT/v1", ErrBadSpec, s.Preset, s.Preset)
	}
	e.facts, e.habits = p.model(e.name), HabitsOf(e.name)
	e.habits.FixedSampling = e.habits.FixedSampling || p.Quirks.FixedSampling || e.preset.Wire == wireAnthropic
	e.findKey()
	if e.key == "" && p.Key != "" && s.BaseURL == "" && !p.OptionalKey && !o.playing() {
		return nil, fmt.Errorf("%s needs a key: set %s in the environment", p.Title, p.Key)
	}
	e.health = o.Health.of(e.base + " " + e.name)
	return e, nil
}

// findKey reads the key from the environment.
func (e *endpoint) findKey() {
	names := append([]string{e.preset.Key}, e.preset.Keys...)
	if e.spec.BaseURL != "" {
		names = append([]string{keyOverride}, names...)
	}
	for _, n := range names {
		if n == "" {
			continue
		}
		if e.key = strings.TrimSpace(e.opt.Getenv(n)); e.key != "" {
			return
		}
	}
}

// String names the endpoint for people: the preset and the model, no address.
func (e *endpoint) String() string { return e.preset.Name + ":" + e.name }

// context is the model's context length in tokens: what the endpoint taught,
// what the options say, what is known of the model, or an assumption.
func (e *endpoint) context() int {
	c := e.preset.Quirks.Context
	switch {
	case e.opt.Context > 0:
		c = e.opt.Context
	case e.facts.Context > 0:
		c = e.facts.Context
	case c > 0:
	case e.preset.Local || e.spec.BaseURL != "":
		c = localContext
	default:
		c = hostedContext
	}
	if l := e.health.contextLimit(); l > 0 {
		c = min(c, l)
	}
	return c
}

var contextFigure = regexp.MustCompile(`(?i)(?:context|maximum|max|limit|at most|up to)[^0-9]{0,60}(\d{4,7})`)

// learnContext takes a smaller context length from an endpoint's refusal: the
// figure that it names, else two thirds of what was assumed. It reports false
// where there is nothing left to shorten.
func (e *endpoint) learnContext(m *ModelError) bool {
	was := e.context()
	limit := was * 2 / 3
	if f := contextFigure.FindStringSubmatch(m.Detail); f != nil {
		if n, err := strconv.Atoi(f[1]); err == nil && n < was {
			limit = n
		}
	}
	if m.Fault != FaultContext || limit < leastContext {
		return false
	}
	e.health.learnContext(limit)
	return true
}

// tagged reports whether reasoning is to be expected between tags, perhaps
// without the opening one.
func (e *endpoint) tagged() bool {
	return e.habits.R1 && (e.preset.Quirks.Thinks == "" || e.preset.Quirks.Thinks == "tags")
}

func (e *endpoint) decode(ev event) frame {
	if e.preset.Wire == wireAnthropic {
		return decodeMessage(ev, e)
	}
	return decodeChat(ev, e)
}

// noKey is what goes in place of a key where none is needed: langchaingo
// insists on one. The transport takes it out again.
const noKey = "none"

// client is langchaingo's client for one call over the given transport. It
// holds no connection, so that one for each call costs nothing, and what a
// call said has a place of its own.
func (e *endpoint) client(d *modelDoer) (llms.Model, error) {
	key := e.key
	if key == "" {
		key = noKey
	}
	if e.preset.Wire == wireAnthropic {
		m, err := anthropic.New(anthropic.WithToken(key), anthropic.WithModel(e.name),
			anthropic.WithBaseURL(e.base), anthropic.WithHTTPClient(d))
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", e, err)
		}
		return m, nil
	}
	m, err := openai.New(openai.WithToken(key), openai.WithModel(e.name), openai.WithBaseURL(e.base),
		openai.WithOrganization(""), openai.WithAPIType(openai.APITypeOpenAI), openai.WithHTTPClient(d))
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", e, err)
	}
	return m, nil
}

// cost is the price of a reply, 0 where the prices are not known.
func (e *endpoint) cost(u wireUsage) float64 {
	hit := e.facts.PriceHit
	if hit == 0 {
		hit = e.facts.PriceIn
	}
	return (float64(u.In-u.Hit)*e.facts.PriceIn + float64(u.Hit)*hit + float64(u.Out)*e.facts.PriceOut) / 1e6
}
