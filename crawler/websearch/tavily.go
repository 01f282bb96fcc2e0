package websearch

import (
	"context"

	"github.com/sonde-search/sonde/agent"
)

// tavily asks the Tavily search API (https://docs.tavily.com/documentation/api-reference/endpoint/search).
type tavily struct {
	*caller
	country string
}

const (
	tavilyMax   = 20
	tavilyQuery = 400
)

func newTavily(c *caller, pc ProviderConfig) (Provider, error) {
	c.judge = func(res *response, _ string) Reason {
		if res.status == 432 || res.status == 433 { // the plan's or the pay-as-you-go limit
			return RateLimited
		}
		return ""
	}
	return &tavily{c, pc.Country}, nil
}

func (p *tavily) Name() string { return p.name }

type tavilyQueryBody struct {
	Query   string   `json:"query"`
	Max     int      `json:"max_results"`
	Depth   string   `json:"search_depth"`
	Include []string `json:"include_domains,omitempty"`
	Exclude []string `json:"exclude_domains,omitempty"`
	Start   string   `json:"start_date,omitempty"`
	Country string   `json:"country,omitempty"`
}

type tavilyReply struct {
	Results *[]struct {
		URL       string  `json:"url"`
		Title     string  `json:"title"`
		Content   string  `json:"content"`
		Score     float64 `json:"score"`
		Published string  `json:"published_date"`
	} `json:"results"`
}

// Search asks once; the service gives at most 20 hits.
func (p *tavily) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	body := tavilyQueryBody{
		Query: clipRunes(q.Text, tavilyQuery), Max: min(q.want(), tavilyMax), Depth: "basic",
		Include: bareDomains(q.Include), Exclude: bareDomains(q.Exclude), Start: q.After, Country: p.country,
	}
	var r tavilyReply
	if err := p.askPost(ctx, "/search", body, bearer(p.key), &r); err != nil {
		return nil, err
	}
	if r.Results == nil {
		return nil, p.lacks("results")
	}
	var hits []agent.Hit
	for _, x := range *r.Results {
		hits = append(hits, agent.Hit{URL: x.URL, Title: plain(x.Title), Snippet: plain(x.Content), Published: x.Published, Score: x.Score})
	}
	return hits, nil
}
