package engine

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestPresets(t *testing.T) {
	ps := Presets()
	for _, want := range []string{
		"deepseek", "qianfan", "hunyuan", "lkeap", "tokenhub", "dashscope", "ark", "huawei", "spark", "moonshot", "zhipu", "minimax",
		"stepfun", "baichuan", "yi", "siliconflow", "openai", "anthropic", "gemini", "mistral", "groq", "openrouter", "together",
		"ollama", "vllm", "sglang", "llamacpp", "lmstudio", "xinference", "mindie", "localai",
	} {
		if !slices.ContainsFunc(ps, func(p Preset) bool { return p.Name == want }) {
			t.Errorf("preset %q is missing", want)
		}
	}
	seen := map[string]bool{}
	for _, p := range ps {
		if seen[p.Name] || !regexp.MustCompile(`^[a-z0-9]+$`).MatchString(p.Name) {
			t.Errorf("name %q", p.Name)
		}
		seen[p.Name] = true
		checkPreset(t, p)
	}
}

func checkPreset(t *testing.T, p Preset) {
	t.Helper()
	u, err := url.Parse(p.URL)
	switch {
	case err != nil || u.Host == "" || strings.HasSuffix(p.URL, "/"):
		t.Errorf("%s: address %q", p.Name, p.URL)
	case !p.Local && u.Scheme != "https":
		t.Errorf("%s: address %q is not https", p.Name, p.URL)
	case !p.Local && p.Key == "":
		t.Errorf("%s: no key variable", p.Name)
	case p.Wire != "" && p.Wire != wireAnthropic && p.Wire != wireOpenAI:
		t.Errorf("%s: wire %q", p.Name, p.Wire)
	case len(p.Source) == 0 || p.Basis != "vendor" && p.Basis != "other":
		t.Errorf("%s: sources %q, basis %q", p.Name, p.Source, p.Basis)
	case !slices.Contains([]string{"", "schema", "object"}, p.Quirks.JSON), !slices.Contains([]string{"", "prefix", "partial", "continue", "plain"}, p.Quirks.Prefix),
		!slices.Contains([]string{"", "reasoning_content", "reasoning", "tags", "blocks"}, p.Quirks.Thinks), !slices.Contains([]string{"", "max_tokens", "max_completion_tokens"}, p.Quirks.MaxTokens):
		t.Errorf("%s: quirks %+v", p.Name, p.Quirks)
	}
	for _, s := range p.Source {
		if v, err := url.Parse(s); err != nil || v.Scheme != "https" || v.Host == "" {
			t.Errorf("%s: source %q", p.Name, s)
		}
	}
	for _, m := range p.Models {
		if (m.PriceIn > 0 || m.PriceOut > 0) && (m.Currency == "" || m.PriceOut < m.PriceIn || m.PriceHit > m.PriceIn) {
			t.Errorf("%s: prices %+v", p.Name, m)
		}
		if m.Output > m.Context {
			t.Errorf("%s: %s has a reply longer than its context", p.Name, m.Name)
		}
	}
}

// TestPresetFieldsAreKnown: a misspelt field would be lost in silence.
func TestPresetFieldsAreKnown(t *testing.T) {
	d := json.NewDecoder(strings.NewReader(string(presetData)))
	d.DisallowUnknownFields()
	var ps []Preset
	if err := d.Decode(&ps); err != nil {
		t.Fatal(err)
	}
}

func TestParseSpec(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "builtin"}, {"builtin", "builtin"}, {" deepseek ", "deepseek"},
		{"deepseek:deepseek-reasoner", "deepseek:deepseek-reasoner"},
		{"ollama:deepseek-r1:7b", "ollama:deepseek-r1:7b"},
		{"openai:my-model@http://gpu-box:8000/v1", "openai:my-model@http://gpu-box:8000/v1"},
		{"ollama:hf.co/x/y:Q4@http://[::1]:11434/v1", "ollama:hf.co/x/y:Q4@http://[::1]:11434/v1"},
		{"vllm:org/model@rev@https://host/v1", "vllm:org/model@rev@https://host/v1"},
		{"DeepSeek", "deepseek"}, {"llamacpp", "llamacpp"},
	} {
		s, err := ParseSpec(c.in)
		if err != nil || s.String() != c.want {
			t.Errorf("ParseSpec(%q) = %q, %v, want %q", c.in, s, err, c.want)
		}
	}
	for in, want := range map[string]string{
		"depseek":                         `did you mean "deepseek"`,
		"nonsense:x":                      "models ls",
		"ollama":                          "no default model",
		"ollama:a b":                      "holds a space",
		"openai:m@http://u:p@host/v1":     "must not hold a user",
		"openai:m@http://host/v1?key=abc": "must not hold",
		"openai:m@http:///v1":             "no host",
	} {
		if s, err := ParseSpec(in); !errors.Is(err, ErrBadSpec) || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSpec(%q) = %v, %v, want %q", in, s, err, want)
		}
	}
}

func TestHabits(t *testing.T) {
	for _, c := range []struct {
		names             string
		r1, thinks, fixed bool
	}{
		{"deepseek-reasoner deepseek-r1 deepseek-r1:7b DeepSeek-R1-Distill-Qwen-1.5B deepseek-ai/DeepSeek-R1-Distill-Llama-70B DeepSeek-R1-Zero deepseek-r1-250528 deepseek/deepseek-r1 r1-1776 QwQ-32B qwen/qwq-32b-preview Pro/deepseek-ai/DeepSeek-R1 deepseek_r1", true, true, false},
		{"o1 o1-mini o3 o3-mini o4-mini gpt-5 gpt-5.5 gpt-5-mini openai/gpt-5.1", false, true, true},
		{"kimi-k2.6 glm-5.2 magistral-medium qwen3-32b kimi-k2-thinking deepseek-v4-pro deepseek-flash hunyuan-t1-latest ernie-x1-32k MiniMax-M2.7 step-3.7-flash gpt-oss-120b claude-sonnet-5", false, true, false},
		{"deepseek-chat gpt-4o llama-3.3-70b mistral-small yi-lightning qwen2.5-7b my-model r10 bar1 deepseek-v3 gemini-3.8-flash", false, false, false},
	} {
		for _, n := range strings.Fields(c.names) {
			h := HabitsOf(n)
			if h.R1 != c.r1 || h.Thinks != c.thinks || h.FixedSampling != c.fixed {
				t.Errorf("HabitsOf(%s) = %+v", n, h)
			}
			if h.R1 && (h.Temperature != 0.6 || h.TopP != 0.95) {
				t.Errorf("%s: %+v", n, h)
			}
		}
	}
}

func TestPresetModelByPrefix(t *testing.T) {
	p, _ := presetNamed("lkeap")
	if m := p.model("deepseek-r1-0528"); m.Context != 96000 || m.Name != "deepseek-r1-0528" {
		t.Errorf("%+v", m)
	}
	if m := p.model("other"); m.Context != 0 {
		t.Errorf("%+v", m)
	}
}
