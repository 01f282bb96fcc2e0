package fakemodel_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sonde-search/sonde/engine"
	"github.com/sonde-search/sonde/tests/fakemodel"
)

func check(t *testing.T, s *fakemodel.Server, spec string, o engine.Options) engine.Report {
	t.Helper()
	client, stop := s.Client()
	defer stop()
	sp, err := engine.ParseSpec(spec)
	if err != nil {
		t.Fatal(err)
	}
	o.HTTP = client
	if o.Getenv == nil {
		o.Getenv = env
	}
	o.Rand = func() float64 { return 0.5 }
	r, err := engine.CheckModel(t.Context(), sp, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const weatherCall = `[{"index":0,"id":"c1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}}]`

func TestCheckAGoodModel(t *testing.T) {
	for _, wire := range []fakemodel.Wire{fakemodel.DeepSeek, fakemodel.Ollama, fakemodel.VLLM} {
		synctest.Test(t, func(t *testing.T) {
			s := &fakemodel.Server{Wire: wire, Turns: []fakemodel.Turn{
				{Wait: 2 * time.Second, Every: 100 * time.Millisecond, Reasoning: []string{"hm"}, Text: fakemodel.Words(goodPlan), Out: 60},
				{Tools: []string{weatherCall}, Finish: "tool_calls"},
			}}
			r := check(t, s, specs[wire], engine.Options{})
			if !r.OK() || !r.Tools || !r.UsageReported || r.Reasoning != "field" || r.Key == "refused" {
				t.Errorf("%s: %+v", wire, r)
			}
			if r.FirstToken < 2 || r.FirstToken > 2.5 || r.TokensPerSec < 5 || r.TokensPerSec > 30 {
				t.Errorf("%s: first token after %.2f s, %.1f tokens/s", wire, r.FirstToken, r.TokensPerSec)
			}
		})
	}
}

func TestCheckSaysWhatToDo(t *testing.T) {
	for _, c := range []struct {
		name, spec, want string
		turn             fakemodel.Turn
		ok               bool
	}{
		{"key refused", specs[fakemodel.DeepSeek], "look at DEEPSEEK_API_KEY", fakemodel.Turn{Status: 401, Body: `{"error":{"message":"bad key sk-test-0123456789abcdef"}}`}, false},
		{"no such model", specs[fakemodel.Ollama], `There is no model "deepseek-r1:7b"`, fakemodel.Turn{Status: 404}, false},
		{"no such model, as 400", specs[fakemodel.Ollama], `There is no model "deepseek-r1:7b"`, fakemodel.Turn{Status: 400, Body: `{"error":"Model does not exist"}`}, false},
		{"no balance", specs[fakemodel.DeepSeek], "balance", fakemodel.Turn{Status: 402}, false},
		{"a web page", specs[fakemodel.VLLM], "proxy", fakemodel.Turn{Raw: "<html></html>"}, false},
		{"no JSON", specs[fakemodel.VLLM], "built-in planner will plan", fakemodel.Turn{Text: []string{"I ", "cannot."}}, false},
		{"not streamed", specs[fakemodel.VLLM], "in one piece", fakemodel.Turn{Text: []string{goodPlan}, Whole: true}, false},
		{"no figures", specs[fakemodel.VLLM], "estimated", fakemodel.Turn{Text: fakemodel.Words(goodPlan), NoUsage: true}, true},
		{"reasoning kept back", specs[fakemodel.DeepSeek], "no reasoning came", fakemodel.Turn{Text: fakemodel.Words(goodPlan)}, true},
		{"stalled", specs[fakemodel.DeepSeek], "still be loading", fakemodel.Turn{Stall: -1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := check(t, &fakemodel.Server{Wire: fakemodel.DeepSeek, Turns: []fakemodel.Turn{c.turn}}, c.spec, engine.Options{})
				advice := strings.Join(r.Advice, " ")
				if r.OK() != c.ok || !strings.Contains(advice, c.want) {
					t.Errorf("ok %v, advice %q, want %q", r.OK(), advice, c.want)
				}
				if strings.Contains(advice, "sk-test") {
					t.Error("the advice holds the key")
				}
			})
		})
	}
	if r, err := engine.CheckModel(t.Context(), engine.Spec{}, engine.Options{}); err != nil || !r.OK() {
		t.Errorf("builtin: %+v, %v", r, err)
	}
}

func TestCheckUnreachable(t *testing.T) {
	s, err := engine.ParseSpec("ollama:m@http://127.0.0.1:1/v1")
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.CheckModel(t.Context(), s, engine.Options{Limits: engine.Limits{Attempts: 1}, Getenv: env})
	if err != nil || r.Reachable || !strings.Contains(strings.Join(r.Advice, ""), "is it running") {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestDescribePicture(t *testing.T) {
	png := engine.Picture{Name: "chart.png", MIME: "image/png", Data: []byte("\x89PNG\r\n")}
	for _, c := range []struct {
		wire fakemodel.Wire
		want string
	}{{fakemodel.VLLM, "data:image/png;base64,iVBORw0K"}, {fakemodel.Anthropic, `"media_type":"image/png"`}} {
		synctest.Test(t, func(t *testing.T) {
			s := &fakemodel.Server{Wire: c.wire, Turns: []fakemodel.Turn{{Text: []string{"A chart: ", "119 million."}}}}
			client, stop := s.Client()
			defer stop()
			sp, err := engine.ParseSpec(specs[c.wire])
			if err != nil {
				t.Fatal(err)
			}
			page, spent, err := engine.DescribePicture(t.Context(), []engine.Spec{sp}, engine.Options{HTTP: client, Getenv: env}, png, "图里写了什么？")
			if err != nil || page.Text != "A chart: 119 million." || page.Title != "chart.png" || spent.TokensIn == 0 {
				t.Errorf("%+v, %+v, %v", page, spent, err)
			}
			if body := string(s.Requests()[0].Body); !strings.Contains(body, c.want) || !strings.Contains(body, "图片chart.png") {
				t.Errorf("%s: the request lacks the image: %.300s", c.wire, body)
			}
		})
	}
	refusing := &fakemodel.Server{Reply: func(_ int, r fakemodel.Request) fakemodel.Turn {
		if r.Field("model") == `"a"` {
			return fakemodel.Turn{Status: 400, Body: `{"error":{"message":"this model takes text only, sk-test-0123456789abcdef"}}`}
		}
		return fakemodel.Turn{Text: []string{"A chart."}}
	}}
	client, stop := refusing.Client()
	defer stop()
	one := []engine.Spec{{Preset: "vllm", Model: "a", BaseURL: fakemodel.URL}}
	if _, _, err := engine.DescribePicture(t.Context(), one, engine.Options{HTTP: client, Getenv: env}, png, "图里写了什么？"); err == nil || err.Error() != "模型vllm:a拒绝了请求：它能看图片吗？" {
		t.Errorf("refused: %v", err)
	}
	two := append(one, engine.Spec{Preset: "vllm", Model: "b", BaseURL: fakemodel.URL})
	if page, _, err := engine.DescribePicture(t.Context(), two, engine.Options{HTTP: client, Getenv: env}, png, "?"); err != nil || page.Text != "A chart." || page.Reading != "vllm:b" {
		t.Errorf("the second of two: %+v, %v", page, err)
	}
	for want, bad := range map[string]engine.Picture{
		"no vision model is set": png,
		"is not read":            {Name: "a.svg", MIME: "image/svg+xml", Data: []byte("<svg/>")},
		"make it smaller":        {Name: "a.png", MIME: "image/png", Data: make([]byte, 6<<20)},
	} {
		spec := engine.Spec{}
		if want != "no vision model is set" {
			spec = engine.Spec{Preset: "ollama", Model: "x"}
		}
		if _, _, err := engine.DescribePicture(t.Context(), []engine.Spec{spec}, engine.Options{Getenv: env}, bad, "?"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// BenchmarkFirstReasoning is our overhead to the first token of reasoning over
// an endpoint without latency, on loopback: request, wire, tags, and telling.
func BenchmarkFirstReasoning(b *testing.B) {
	s := &fakemodel.Server{Wire: fakemodel.DeepSeek, Turns: []fakemodel.Turn{good()}}
	base := s.Listen(b)
	sp, err := engine.ParseSpec("deepseek:deepseek-reasoner@" + base)
	if err != nil {
		b.Fatal(err)
	}
	m, err := engine.Open(sp, engine.Options{Fallback: &stub{}, Getenv: env})
	if err != nil {
		b.Fatal(err)
	}
	e := evidence("How many daily users had DeepSeek?")
	var total, worst time.Duration
	n := 0
	for b.Loop() {
		var h heard
		start := time.Now()
		for _, err := range m.Write(b.Context(), e, h.tell(start)) {
			if err != nil {
				b.Fatal(err)
			}
		}
		if h.First == 0 || len(h.Warnings) > 0 {
			b.Fatalf("no reasoning; %q", h.Warnings)
		}
		total += h.First
		worst = max(worst, h.First)
		n++
	}
	b.ReportMetric(float64(total.Microseconds())/float64(n)/1000, "ms/first-reasoning")
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms/worst")
}
