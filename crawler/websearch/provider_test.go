package websearch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sonde-search/sonde/agent"
)

const testKey = "tvly-secret/key+42"

// A service plays one search service: it answers every request with one
// reply and keeps the requests.
type service struct {
	status int
	header http.Header
	body   string
	asked  []asked
}

type asked struct {
	*http.Request
	body string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.asked = append(s.asked, asked{r, string(b)})
	for k, v := range s.header {
		w.Header()[k] = v
	}
	w.WriteHeader(s.status)
	_, _ = io.WriteString(w, s.body) // a client that left is no matter here
}

var testNow = time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)

// provider makes one provider that asks srv.
func provider(t *testing.T, srv string, pc ProviderConfig) Provider {
	t.Helper()
	if pc.URL == "" {
		pc.URL = srv
	}
	pc.URL = strings.ReplaceAll(pc.URL, "SRV", srv)
	if pc.Pages == 0 {
		pc.Pages = 1
	}
	s, err := New(Options{
		Config: Config{Providers: []ProviderConfig{pc}},
		Getenv: func(string) string { return testKey },
		Now:    func() time.Time { return testNow },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.slots[0]
}

// providerCases say how each kind is set up and what it must send for one
// query with everything in it, and what it must read from its ok reply.
var providerCases = []struct {
	config ProviderConfig
	first  agent.Hit
	sends  []string // within method, path, decoded query, headers and body of the request
}{
	{ProviderConfig{Kind: "searxng", Engine: "brave"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model", Published: "2022-06-06"},
		[]string{"GET /search", "q=长江 长度 site:go.dev -site:spam.example", "format=json", "language=zh", "safesearch=2", "time_range=month", "engines=brave", "pageno=1"}},
	{ProviderConfig{Kind: "duckduckgo"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model"},
		[]string{"POST /html/", "kl=cn-zh", "kp=1", "df=2025-02-01..2025-03-01", "q=%E9%95%BF%E6%B1%9F", "site%3Ago.dev", "Accept=text/html"}},
	{ProviderConfig{Kind: "mediawiki"},
		agent.Hit{URL: "https://zh.wikipedia.org/wiki/%E9%95%BF%E6%B1%9F", Title: "长江"},
		[]string{"GET /w/api.php", "srsearch=长江 长度", "formatversion=2", "list=search", "siprop=general"}},
	{ProviderConfig{Kind: "brave", Country: "cn"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model - The Go Programming Language", Published: "2022-06-06"},
		[]string{"GET /res/v1/web/search", "X-Subscription-Token=" + testKey, "search_lang=zh-hans", "safesearch=strict", "freshness=2025-02-01to2025-03-01", "count=20", "country=CN"}},
	{ProviderConfig{Kind: "tavily"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model", Published: "2022-06-06"},
		[]string{"POST /search", "Authorization=Bearer " + testKey, `"query":"长江 长度"`, `"max_results":20`, `"include_domains":["go.dev"]`, `"exclude_domains":["spam.example"]`, `"start_date":"2025-02-01"`}},
	{ProviderConfig{Kind: "serper", Country: "CN"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model", Published: "2022-06-06"},
		[]string{"POST /search", "X-Api-Key=" + testKey, `"hl":"zh-cn"`, `"gl":"cn"`, `"tbs":"cdr:1,cd_min:2/1/2025"`, `site:go.dev -site:spam.example`}},
	{ProviderConfig{Kind: "google", Engine: "0123:abc"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model", Published: "2022-06-06"},
		[]string{"GET /customsearch/v1", "X-Goog-Api-Key=" + testKey, "cx=0123:abc", "lr=lang_zh-CN", "dateRestrict=d29", "safe=active", "start=1"}},
	{ProviderConfig{Kind: "exa"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model", Published: "2022-06-06"},
		[]string{"POST /search", "X-Api-Key=" + testKey, `"numResults":20`, `"includeDomains":["go.dev"]`, `"startPublishedDate":"2025-02-01T00:00:00.000Z"`, `"moderation":true`, `"highlights":true`}},
	{ProviderConfig{Kind: "bocha"},
		agent.Hit{URL: "https://baike.example.cn/item/%E9%95%BF%E6%B1%9F", Title: "长江_百科", Published: "2024-07-22"},
		[]string{"POST /v1/web-search", "Authorization=Bearer " + testKey, `"freshness":"2025-02-01..2025-03-01"`, `"count":20`, `"include":"go.dev"`, `"exclude":"spam.example"`}},
	{ProviderConfig{Kind: "baidu"},
		agent.Hit{URL: "https://baike.example.com/item/%E9%95%BF%E6%B1%9F", Title: "长江_百度百科", Published: "2025-04-27"},
		[]string{"POST /v2/ai_search/web_search", "Authorization=Bearer " + testKey, `"content":"长江 长度"`, `"search_source":"baidu_search_v2"`, `"top_k":20`, `"site":["go.dev"]`, `"page_time":{"gte":"2025-02-01","lte":"2025-03-01"}`, `"block_websites":["spam.example"]`}},
	{ProviderConfig{Kind: "kagi"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model", Published: "2022-06-06"},
		[]string{"POST /api/v1/search", "Authorization=Bearer " + testKey, `"workflow":"search"`, `"limit":20`, `"safe_search":true`, `"after":"2025-02-01"`}},
	{ProviderConfig{Kind: "marginalia"},
		agent.Hit{URL: "https://go.dev/ref/mem", Title: "The Go Memory Model"},
		[]string{"GET /search", "Api-Key=public", "query=长江 长度 year>2024 site:go.dev", "count=20", "nsfw=1"}},
	{genericCase,
		agent.Hit{URL: "SRV/ref/mem", Title: "The Go Memory Model", Published: "2022-06-06"},
		[]string{"POST /find", "size=20", "X-Token=" + testKey, `{"q":"长江 长度 site:go.dev`}},
}

var genericCase = ProviderConfig{
	Kind: "generic", URL: "SRV/find?size={count}", KeyEnv: "INTRANET_KEY", Headers: map[string]string{"X-Token": "${INTRANET_KEY}"},
	Generic: &Generic{
		Body: `{"q":"{query}"}`, Results: "hits.hits", URL: "_source.link", Title: "_source.heading",
		Snippet: "_source.body", Published: "_source.when", Error: "status.message",
	},
}

var fullQuery = Query{Text: "长江 长度", Language: "zh", After: "2025-02-01", Include: []string{"go.dev"}, Exclude: []string{"spam.example"}, SafeSearch: true}

func TestProviderRequests(t *testing.T) {
	if got, want := len(providerCases), len(kinds()); got != want {
		t.Errorf("%d kinds are tested, there are %d", got, want)
	}
	for _, c := range providerCases {
		t.Run(c.config.Kind, func(t *testing.T) {
			svc := &service{status: 200, body: reply(t, c.config.Kind, "ok").body}
			srv := httptest.NewServer(svc)
			defer srv.Close()
			q := fullQuery
			if c.config.Kind == "mediawiki" {
				q.Include = nil // else another wiki than the one asked for
			}
			if _, err := provider(t, srv.URL, c.config).Search(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			if len(svc.asked) == 0 {
				t.Fatal("nothing was asked")
			}
			got := svc.asked[0].text()
			for _, want := range c.sends {
				if !strings.Contains(got, want) {
					t.Errorf("the request lacks %q:\n%s", want, got)
				}
			}
			if strings.Contains(svc.asked[0].URL.String(), "secret") {
				t.Error("the address holds the key")
			}
		})
	}
}

// text is a request in one line a part.
func (a asked) text() string {
	var b strings.Builder
	b.WriteString(a.Method + " " + a.URL.Path + "\n")
	for k, v := range a.URL.Query() {
		b.WriteString(k + "=" + v[0] + "\n")
	}
	for k, v := range a.Header {
		b.WriteString(k + "=" + v[0] + "\n")
	}
	return b.String() + a.body
}

// TestProviderReplies feeds each provider its documented replies: results,
// an honest zero, and every failure with its reason.
func TestProviderReplies(t *testing.T) {
	for _, c := range providerCases {
		for i, r := range replies(t, c.config.Kind) {
			t.Run(c.config.Kind+"/"+r.name+"_"+strconv.Itoa(i), func(t *testing.T) {
				srv := httptest.NewServer(&service{status: r.status, header: r.header, body: r.body})
				defer srv.Close()
				hits, err := provider(t, srv.URL, c.config).Search(t.Context(), Query{Text: "a"})
				switch r.name {
				case "ok":
					first := c.first
					first.URL = strings.ReplaceAll(first.URL, "SRV", srv.URL)
					checkHits(t, tidy(hits, Query{}), err, first)
				case "none":
					if err != nil || len(hits) != 0 {
						t.Errorf("got %d hits, %v; want an honest zero", len(hits), err)
					}
				default:
					checkError(t, hits, err, r)
				}
			})
		}
	}
}

func checkHits(t *testing.T, hits []agent.Hit, err error, first agent.Hit) {
	t.Helper()
	if err != nil || len(hits) != 2 {
		t.Fatalf("got %d hits, %v; want 2: %+v", len(hits), err, hits)
	}
	got := hits[0]
	if got.URL != first.URL || got.Title != first.Title || got.Published != first.Published {
		t.Errorf("got %+v, want %+v", got, first)
	}
	for _, h := range hits {
		if h.Snippet == "" || strings.ContainsAny(h.Snippet, "<>\n") || strings.Contains(h.Title, "<") {
			t.Errorf("text is not plain: %+v", h)
		}
		if strings.Contains(h.URL, "utm_") {
			t.Errorf("address is not canonical: %s", h.URL)
		}
	}
}

func checkError(t *testing.T, hits []agent.Hit, err error, r recorded) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %d hits and error %v, want %s", len(hits), err, r.name)
	}
	if string(e.Reason) != r.name {
		t.Errorf("got %s, want %s: %v", e.Reason, r.name, e)
	}
	if e.RetryAfter != r.wait {
		t.Errorf("retry after %s, want %s", e.RetryAfter, r.wait)
	}
	if e.Provider == "" || !strings.HasPrefix(e.Error(), e.Provider+": ") {
		t.Errorf("the error does not say whose it is: %v", e)
	}
	if e.Reason == Unauthorized && !strings.Contains(e.Error(), "_KEY") && e.Env != "" {
		t.Errorf("the error does not name the variable: %v", e)
	}
	if strings.Contains(e.Error(), "<") {
		t.Errorf("the error holds a web page: %v", e)
	}
}

// A recorded reply is a section of a provider's txtar file. Its head says the
// reason to expect (or ok, none), the status, headers (_ for a space), and
// how long the service asks to wait.
type recorded struct {
	name   string
	status int
	header http.Header
	body   string
	wait   time.Duration
}

func replies(t testing.TB, kind string) []recorded {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", kind+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	var out []recorded
	for _, f := range a.Files {
		words := strings.Fields(f.Name)
		r := recorded{name: words[0], header: http.Header{}, body: string(f.Data)}
		if r.status, err = strconv.Atoi(words[1]); err != nil {
			t.Fatal(err)
		}
		for _, w := range words[2:] {
			k, v, _ := strings.Cut(w, "=")
			switch k {
			case "wait":
				r.wait, err = time.ParseDuration(v)
			case "Retry-After":
				r.header.Set(k, v)
				r.wait, err = time.ParseDuration(v + "s")
			default:
				r.header.Set(k, strings.ReplaceAll(v, "_", " "))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, r)
	}
	return out
}

func reply(t testing.TB, kind, name string) recorded {
	t.Helper()
	for _, r := range replies(t, kind) {
		if r.name == name {
			return r
		}
	}
	t.Fatalf("%s has no reply %q", kind, name)
	return recorded{}
}

// TestProviderFailures: what may befall any service is typed for every one.
func TestProviderFailures(t *testing.T) {
	huge := strings.Repeat("x", maxBody+1)
	for _, c := range providerCases {
		for _, f := range []struct {
			name string
			svc  service
			want Reason
		}{
			{"empty", service{status: 200}, BadResponse},
			{"garbage", service{status: 200, body: "\x00\xff{"}, BadResponse},
			{"null", service{status: 200, body: "null"}, BadResponse},
			{"array", service{status: 200, body: "[]"}, BadResponse},
			{"huge", service{status: 200, body: huge}, BadResponse},
			{"500", service{status: 500, body: "oops"}, BadResponse},
			{"504", service{status: 504}, Timeout},
			{"redirect", service{status: 302, header: http.Header{"Location": {"http://127.0.0.1:1/"}}}, Network},
		} {
			t.Run(c.config.Kind+"/"+f.name, func(t *testing.T) {
				srv := httptest.NewServer(&f.svc)
				defer srv.Close()
				hits, err := provider(t, srv.URL, c.config).Search(t.Context(), Query{Text: "a"})
				if ReasonOf(err) != f.want || len(hits) > 0 {
					t.Errorf("got %d hits, %v; want %s", len(hits), err, f.want)
				}
			})
		}
	}
}

func TestProviderUnreachable(t *testing.T) {
	srv := httptest.NewServer(nil)
	address := srv.URL
	srv.Close()
	for _, c := range providerCases {
		_, err := provider(t, address, c.config).Search(t.Context(), Query{Text: "a"})
		if ReasonOf(err) != Network {
			t.Errorf("%s: got %v, want network", c.config.Kind, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = provider(t, address, c.config).Search(ctx, Query{Text: "a"})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want cancelled", c.config.Kind, err)
		}
	}
}

// TestKeyStaysSecret: a service that echoes the key does not get it into an error.
func TestKeyStaysSecret(t *testing.T) {
	for _, c := range providerCases {
		c.config.KeyEnv = "SOME_KEY"
		body := `{"message":"bad key ` + testKey + `","error":{"message":"bad key ` + testKey + `"},"detail":"tvly-secret%2Fkey%2B42"}`
		for _, status := range []int{200, 400, 401, 429, 500} {
			srv := httptest.NewServer(&service{status: status, body: body})
			_, err := provider(t, srv.URL, c.config).Search(t.Context(), Query{Text: "a"})
			srv.Close()
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s, %d: %v", c.config.Kind, status, err)
			}
		}
	}
}
