package websearch

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/sonde-search/sonde/agent"
)

// marginalia asks Marginalia, an index of small and independent sites
// (https://about.marginalia-search.com/article/api/).
type marginalia struct{ *caller }

// marginaliaPublic is the documented key for everyone. It shares one rate
// limit; a key of one's own goes into key_env.
const marginaliaPublic = "public"

func newMarginalia(c *caller, _ ProviderConfig) (Provider, error) {
	c.judge = func(res *response, _ string) Reason {
		if res.status == http.StatusServiceUnavailable { // documented: the shared limit is used up
			return RateLimited
		}
		return ""
	}
	return &marginalia{c}, nil
}

func (p *marginalia) Name() string { return p.name }

type marginaliaReply struct {
	Results *[]struct {
		URL         string `json:"url"`
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"results"`
}

// Search asks once; the service gives up to 100 hits.
func (p *marginalia) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	key := p.key
	if key == "" {
		key = marginaliaPublic
	}
	text := q.Text
	if t, ok := q.after(); ok {
		text += " year>" + strconv.Itoa(t.Year()-1)
	}
	if len(q.Include) == 1 { // it knows one site: at a time
		text += " site:" + bareDomain(q.Include[0])
	}
	v := url.Values{"query": {text}, "count": {strconv.Itoa(q.want())}, "nsfw": {map[bool]string{false: "0", true: "1"}[q.SafeSearch]}}
	var r marginaliaReply
	if err := p.ask(ctx, p.get("/search", v, map[string]string{"API-Key": key}), &r); err != nil {
		return nil, err
	}
	if r.Results == nil {
		return nil, p.lacks("results")
	}
	var hits []agent.Hit
	for _, x := range *r.Results {
		hits = append(hits, agent.Hit{URL: x.URL, Title: x.Title, Snippet: x.Description})
	}
	return hits, nil
}
