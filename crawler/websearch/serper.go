package websearch

import (
	"context"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// serper asks serper.dev, which reads Google's result pages (https://serper.dev/playground).
type serper struct {
	*caller
	country string
	pages   int
}

const serperPage = 10

func newSerper(c *caller, pc ProviderConfig) (Provider, error) {
	c.judge = func(_ *response, detail string) Reason {
		if says(detail, "not enough credits") {
			return RateLimited
		}
		return ""
	}
	return &serper{c, pc.Country, pc.Pages}, nil
}

func (p *serper) Name() string { return p.name }

type serperQuery struct {
	Q    string `json:"q"`
	Num  int    `json:"num"`
	Page int    `json:"page"`
	HL   string `json:"hl,omitempty"`
	GL   string `json:"gl,omitempty"`
	TBS  string `json:"tbs,omitempty"`
}

type serperReply struct {
	Params  *struct{} `json:"searchParameters"`
	Organic []struct {
		Link    string `json:"link"`
		Title   string `json:"title"`
		Snippet string `json:"snippet"`
		Date    string `json:"date"`
	} `json:"organic"`
}

// Search asks for as many result pages as the wanted hits take, side by side.
func (p *serper) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	n := min(p.pages, (q.want()+serperPage-1)/serperPage)
	return pages(n, func(i int) ([]agent.Hit, error) { return p.page(ctx, q, i+1) })
}

func (p *serper) page(ctx context.Context, q Query, number int) ([]agent.Hit, error) {
	body := serperQuery{
		Q: withSites(q), Num: serperPage, Page: number,
		HL: strings.ToLower(googleLanguage(q.Language)), GL: strings.ToLower(p.country),
	}
	if t, ok := q.after(); ok {
		body.TBS = "cdr:1,cd_min:" + t.Format("1/2/2006")
	}
	var r serperReply
	if err := p.askPost(ctx, "/search", body, map[string]string{"X-API-KEY": p.key}, &r); err != nil {
		return nil, err
	}
	if r.Params == nil && r.Organic == nil {
		return nil, p.lacks("organic")
	}
	var hits []agent.Hit
	for _, x := range r.Organic {
		hits = append(hits, agent.Hit{URL: x.Link, Title: x.Title, Snippet: x.Snippet, Published: x.Date})
	}
	return hits, nil
}
