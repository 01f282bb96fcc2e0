package websearch

import (
	"context"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// google asks Google's Programmable Search Engine
// (https://developers.google.com/custom-search/v1/reference/rest/v1/cse/list).
type google struct {
	*caller
	engine  string
	country string
	pages   int
}

const googlePage = 10

func newGoogle(c *caller, pc ProviderConfig) (Provider, error) {
	if pc.Engine == "" {
		return nil, errors.New("engine is missing: write the search engine id (cx) from programmablesearchengine.google.com")
	}
	c.judge = func(res *response, detail string) Reason {
		switch {
		case says(detail, "quota", "ratelimitexceeded", "dailylimitexceeded"):
			return RateLimited
		case says(detail, "api key"):
			return Unauthorized
		}
		return ""
	}
	return &google{c, pc.Engine, pc.Country, pc.Pages}, nil
}

func (p *google) Name() string { return p.name }

type googleReply struct {
	Kind  string `json:"kind"`
	Items []struct {
		Link    string `json:"link"`
		Title   string `json:"title"`
		Snippet string `json:"snippet"`
		PageMap struct {
			MetaTags []struct {
				Published string `json:"article:published_time"`
			} `json:"metatags"`
		} `json:"pagemap"`
	} `json:"items"`
}

// Search asks for as many result pages as the wanted hits take, side by side.
func (p *google) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	n := min(p.pages, (q.want()+googlePage-1)/googlePage)
	return pages(n, func(i int) ([]agent.Hit, error) { return p.page(ctx, q, i) })
}

func (p *google) page(ctx context.Context, q Query, page int) ([]agent.Hit, error) {
	var r googleReply
	// The key travels in a header, so that no address ever holds it.
	if err := p.ask(ctx, p.get("/customsearch/v1", p.values(q, page), map[string]string{"X-Goog-Api-Key": p.key}), &r); err != nil {
		return nil, err
	}
	if r.Kind == "" && r.Items == nil {
		return nil, p.lacks("items")
	}
	var hits []agent.Hit
	for _, x := range r.Items {
		h := agent.Hit{URL: x.Link, Title: x.Title, Snippet: x.Snippet}
		if m := x.PageMap.MetaTags; len(m) > 0 {
			h.Published = m[0].Published
		}
		hits = append(hits, h)
	}
	return hits, nil
}

func (p *google) values(q Query, page int) url.Values {
	v := url.Values{
		"cx": {p.engine}, "q": {withSites(q)}, "num": {strconv.Itoa(googlePage)},
		"start": {strconv.Itoa(page*googlePage + 1)},
		"safe":  {map[bool]string{false: "off", true: "active"}[q.SafeSearch]},
	}
	if l := googleLanguage(q.Language); l != "" {
		v.Set("lr", "lang_"+l)
		v.Set("hl", l)
	}
	if p.country != "" {
		v.Set("gl", strings.ToLower(p.country))
	}
	if t, ok := q.after(); ok {
		v.Set("dateRestrict", "d"+strconv.Itoa(max(1, int(math.Ceil(p.now().Sub(t).Hours()/24)))))
	}
	return v
}
