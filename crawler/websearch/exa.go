package websearch

import (
	"context"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// exa asks the Exa search API (https://docs.exa.ai/reference/search).
type exa struct{ *caller }

func newExa(c *caller, _ ProviderConfig) (Provider, error) { return &exa{c}, nil }

func (p *exa) Name() string { return p.name }

type exaQuery struct {
	Query    string      `json:"query"`
	Type     string      `json:"type"`
	Num      int         `json:"numResults"`
	Include  []string    `json:"includeDomains,omitempty"`
	Exclude  []string    `json:"excludeDomains,omitempty"`
	Start    string      `json:"startPublishedDate,omitempty"` // ISO 8601
	Safe     bool        `json:"moderation,omitempty"`
	Contents exaContents `json:"contents"`
}

type exaContents struct {
	Highlights bool `json:"highlights"`
}

type exaReply struct {
	Results *[]struct {
		URL        string   `json:"url"`
		Title      string   `json:"title"`
		Published  string   `json:"publishedDate"`
		Score      float64  `json:"score"`
		Highlights []string `json:"highlights"`
		Text       string   `json:"text"`
	} `json:"results"`
}

// Search asks once; the service gives up to 100 hits.
func (p *exa) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	body := exaQuery{
		Query: q.Text, Type: "auto", Num: q.want(), Include: bareDomains(q.Include), Exclude: bareDomains(q.Exclude),
		Safe: q.SafeSearch, Contents: exaContents{Highlights: true},
	}
	if q.After != "" {
		body.Start = q.After + "T00:00:00.000Z"
	}
	var r exaReply
	if err := p.askPost(ctx, "/search", body, map[string]string{"x-api-key": p.key}, &r); err != nil {
		return nil, err
	}
	if r.Results == nil {
		return nil, p.lacks("results")
	}
	var hits []agent.Hit
	for _, x := range *r.Results {
		snippet := strings.Join(x.Highlights, " … ")
		if snippet == "" {
			snippet = x.Text
		}
		hits = append(hits, agent.Hit{URL: x.URL, Title: x.Title, Snippet: clip(snippet, maxText), Published: x.Published, Score: x.Score})
	}
	return hits, nil
}
