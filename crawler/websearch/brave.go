package websearch

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// brave asks the Brave Search API
// (https://api-dashboard.search.brave.com/app/documentation/web-search).
type brave struct {
	*caller
	country string
	pages   int
}

const (
	bravePage  = 20  // hits of one call, at most
	braveQuery = 400 // characters of a query, at most
)

func newBrave(c *caller, pc ProviderConfig) (Provider, error) {
	// A bad key is a 422 here, as a bad query is; the code tells them apart.
	c.judge = func(res *response, detail string) Reason {
		switch {
		case says(detail, "subscription_token", "option_not_in_plan", "resource_not_allowed"):
			return Unauthorized
		case says(detail, "quota_limited", "usage_limit_exceeded"):
			return RateLimited
		}
		return ""
	}
	return &brave{c, pc.Country, pc.Pages}, nil
}

func (p *brave) Name() string { return p.name }

// Search asks page by page: the cheaper plans allow one call a second.
func (p *brave) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	var all []agent.Hit
	for page := 0; page < p.pages && len(all) < q.want(); page++ {
		hits, more, err := p.page(ctx, q, page)
		all = append(all, hits...)
		if err != nil || !more {
			return all, err
		}
	}
	return all, nil
}

type braveReply struct {
	Type  string `json:"type"`
	Query *struct {
		More bool `json:"more_results_available"`
	} `json:"query"`
	Web *struct {
		Results []struct {
			URL         string   `json:"url"`
			Title       string   `json:"title"`
			Description string   `json:"description"`
			PageAge     string   `json:"page_age"`
			Extra       []string `json:"extra_snippets"`
		} `json:"results"`
	} `json:"web"`
}

func (p *brave) page(ctx context.Context, q Query, page int) ([]agent.Hit, bool, error) {
	in := p.get("/res/v1/web/search", p.values(q, page), map[string]string{"X-Subscription-Token": p.key})
	res, err := p.send(ctx, in)
	if err != nil {
		return nil, false, err
	}
	if res.status != http.StatusOK {
		e := p.statusError(res, explain(res.body))
		if e.Reason == RateLimited && e.RetryAfter == 0 {
			e.RetryAfter = braveReset(res.header)
		}
		return nil, false, e
	}
	var r braveReply
	if err := p.decode(res, &r); err != nil {
		return nil, false, err
	}
	if r.Query == nil {
		return nil, false, p.fail(BadResponse, res.status, "the reply has no field query")
	}
	var hits []agent.Hit
	if r.Web != nil { // absent where nothing was found
		for _, x := range r.Web.Results {
			snippet := strings.Join(append([]string{x.Description}, x.Extra...), " ")
			hits = append(hits, agent.Hit{URL: x.URL, Title: plain(x.Title), Snippet: plain(snippet), Published: x.PageAge})
		}
	}
	return hits, r.Query.More && len(hits) > 0, nil
}

func (p *brave) values(q Query, page int) url.Values {
	v := url.Values{
		"q": {clipRunes(withSites(q), braveQuery)}, "count": {strconv.Itoa(min(q.want(), bravePage))}, "offset": {strconv.Itoa(page)},
		"result_filter": {"web"}, "text_decorations": {"false"},
		"safesearch": {map[bool]string{false: "off", true: "strict"}[q.SafeSearch]},
	}
	if l := braveLanguage(q.Language); l != "" {
		v.Set("search_lang", l)
	}
	if p.country != "" {
		v.Set("country", strings.ToUpper(p.country))
	}
	if q.After != "" {
		v.Set("freshness", q.After+"to"+p.now().UTC().Format(time.DateOnly))
	}
	return v
}

// braveReset reads how long the spent windows last: X-RateLimit-Remaining
// "0, 1832" beside X-RateLimit-Reset "1, 1419704" means one second.
func braveReset(h http.Header) time.Duration {
	left := strings.Split(h.Get("X-RateLimit-Remaining"), ",")
	reset := strings.Split(h.Get("X-RateLimit-Reset"), ",")
	longest := 0
	for i := range min(len(left), len(reset)) {
		s, err := strconv.Atoi(strings.TrimSpace(reset[i]))
		if err == nil && strings.TrimSpace(left[i]) == "0" {
			longest = max(longest, min(s, int(maxRest/time.Second)))
		}
	}
	return time.Duration(longest) * time.Second
}
