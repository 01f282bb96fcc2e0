package websearch

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestConfigErrors(t *testing.T) {
	for _, c := range []struct {
		config Config
		want   string
	}{
		{Config{Ask: "some"}, "use all or first"},
		{Config{Timeout: -1}, "must not be negative"},
		{Config{Providers: []ProviderConfig{{Kind: "gogle"}}}, "google"},
		{Config{Providers: []ProviderConfig{{Kind: "searxng"}}}, "url is missing"},
		{Config{Providers: []ProviderConfig{{Kind: "searxng", URL: "localhost:8888"}}}, "url is not valid"},
		{Config{Providers: []ProviderConfig{{Kind: "searxng", URL: "http://u:p@localhost"}}}, "without a password"},
		{Config{Providers: []ProviderConfig{{Kind: "brave"}, {Kind: "brave"}}}, "another name"},
		{Config{Providers: []ProviderConfig{{Kind: "brave", Pages: 11}}}, "between 1 and 10"},
		{Config{Providers: []ProviderConfig{{Kind: "brave", Rate: -1}}}, "must not be negative"},
		{Config{Providers: []ProviderConfig{{Kind: "google"}}}, "engine is missing"},
		{Config{Providers: []ProviderConfig{{Kind: "generic", URL: "http://a.example"}}}, "generic is missing"},
		{Config{Providers: []ProviderConfig{{Kind: "generic", URL: "http://a.example", Generic: &Generic{URL: "u"}}}}, "{query}"},
		{Config{Providers: []ProviderConfig{{Kind: "generic", URL: "http://a.example?q={query}", Generic: &Generic{}}}}, "generic.url"},
		{Config{Providers: []ProviderConfig{{Kind: "generic", URL: "http://a.example?q={query}", Generic: &Generic{URL: "a..b"}}}}, "empty step"},
		{Config{Providers: []ProviderConfig{{Kind: "generic", URL: "http://a.example?q={query}", Generic: &Generic{URL: "a[x]"}}}}, "[0]"},
		{Config{Providers: []ProviderConfig{{Kind: "generic", URL: "http://a.example?q={query}", Generic: &Generic{URL: "a", Method: "PUT"}}}}, "GET or POST"},
	} {
		_, err := New(Options{Config: c.config, Getenv: func(string) string { return "k" }})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.config, err, c.want)
		}
	}
}

func TestConfigYAML(t *testing.T) {
	var c Config
	d := yaml.NewDecoder(strings.NewReader(`
ask: first
timeout: 5s
providers:
  - {kind: searxng, url: "http://127.0.0.1:8888", engine: "bing,brave", pages: 2}
  - {name: work, kind: generic, url: "https://intranet.example/s?q={query}", headers: {X-Token: "${T}"}, generic: {results: items, url: link, title: name}}
  - {kind: brave, key_env: MY_BRAVE, fallback: true}
`))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Config: c, Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Names(); !slices.Equal(got, []string{"searxng", "work", "brave"}) {
		t.Errorf("got %v", got)
	}
	_, err = s.slots[2].Search(t.Context(), Query{Text: "a"})
	if ReasonOf(err) != Unauthorized || !strings.Contains(err.Error(), "MY_BRAVE") {
		t.Errorf("a missing key: %v", err)
	}
}

func TestKeylessServeByDefault(t *testing.T) {
	s, err := New(Options{Getenv: noEnv})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Names(); !slices.Equal(got, []string{"duckduckgo", "mediawiki", "marginalia"}) {
		t.Errorf("got %v", got)
	}
	p := mediawiki{caller: &caller{}}
	for language, want := range map[string]string{
		"zh": "https://zh.wikipedia.org/w/api.php", "pt-BR": "https://pt.wikipedia.org/w/api.php", "": "https://en.wikipedia.org/w/api.php",
		"evil.example/": "https://en.wikipedia.org/w/api.php",
	} {
		if got := p.api(language); got != want {
			t.Errorf("%q: got %s", language, got)
		}
	}
}

func noEnv(string) string { return "" }

// TestVariablesConfigure: a key or address in its usual variable is enough;
// the first such provider is asked, the others stand behind it.
func TestVariablesConfigure(t *testing.T) {
	env := map[string]string{"SEARXNG_URL": "http://127.0.0.1:8888/", "TAVILY_API_KEY": "t", "KAGI_API_KEY": " "}
	s, err := New(Options{Getenv: func(name string) string { return env[name] }})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Names(); !slices.Equal(got, []string{"searxng", "tavily", "duckduckgo", "mediawiki", "marginalia"}) {
		t.Errorf("got %v", got)
	}
	for i, p := range s.slots {
		if p.fallback != (i > 0) {
			t.Errorf("%s: fallback is %t", p.Name(), p.fallback)
		}
	}
	env["SEARXNG_URL"] = "no address"
	if _, err := New(Options{Getenv: func(name string) string { return env[name] }}); err == nil || !strings.Contains(err.Error(), "url is not valid") {
		t.Errorf("got %v", err)
	}
}

// TestConfiguredHostOnly: the client of a configured address reaches that
// host and port and no other, whatever the service answers.
func TestConfiguredHostOnly(t *testing.T) {
	other := 0
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { other++ }))
	defer inner.Close()
	outer := httptest.NewServer(http.RedirectHandler(inner.URL, http.StatusFound))
	defer outer.Close()
	_, err := provider(t, outer.URL, ProviderConfig{Kind: "searxng"}).Search(t.Context(), Query{Text: "a"})
	if ReasonOf(err) != Network || other != 0 {
		t.Errorf("got %v, and the other host was asked %d times", err, other)
	}
	if strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error names an internal address: %v", err)
	}
}

// TestPublicClient: services on the public web are asked with the client that
// was passed in.
func TestPublicClient(t *testing.T) {
	var hosts []string
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		hosts = append(hosts, r.URL.Host)
		return nil, http.ErrServerClosed
	})}
	s, err := New(Options{HTTP: client, Config: Config{Ask: "first"}, Getenv: noEnv})
	if err != nil {
		t.Fatal(err)
	}
	for r := range s.Search(t.Context(), Query{Text: "a", Language: "zh"}) {
		if ReasonOf(r.Err) != Network {
			t.Errorf("got %v", r.Err)
		}
	}
	if want := []string{"html.duckduckgo.com", "zh.wikipedia.org", "api2.marginalia-search.com"}; !slices.Equal(hosts, want) {
		t.Errorf("asked %v, want %v", hosts, want)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
