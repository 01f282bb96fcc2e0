package websearch

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// bocha asks 博查 (https://open.bochaai.com), whose replies have Bing's form in
// an envelope with a code of its own.
type bocha struct{ *caller }

const bochaMax = 50

func newBocha(c *caller, _ ProviderConfig) (Provider, error) {
	c.judge = func(_ *response, detail string) Reason {
		if says(detail, "money", "余额", "balance", "request limit") {
			return RateLimited
		}
		return ""
	}
	return &bocha{c}, nil
}

func (p *bocha) Name() string { return p.name }

type bochaQuery struct {
	Query     string `json:"query"`
	Freshness string `json:"freshness"`
	Summary   bool   `json:"summary"`
	Count     int    `json:"count"`
	Include   string `json:"include,omitempty"`
	Exclude   string `json:"exclude,omitempty"`
}

type bochaReply struct {
	Code json.RawMessage `json:"code"` // 200, or "401"
	Msg  string          `json:"msg"`
	Data *struct {
		WebPages *struct {
			Value []struct {
				URL       string `json:"url"`
				Name      string `json:"name"`
				Snippet   string `json:"snippet"`
				Summary   string `json:"summary"`
				Published string `json:"datePublished"`
			} `json:"value"`
		} `json:"webPages"`
	} `json:"data"`
}

// Search asks once; the service gives up to 50 hits.
func (p *bocha) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	body := bochaQuery{
		Query: q.Text, Freshness: "noLimit", Summary: true, Count: min(q.want(), bochaMax),
		Include: strings.Join(bareDomains(q.Include), "|"), Exclude: strings.Join(bareDomains(q.Exclude), "|"),
	}
	if q.After != "" {
		body.Freshness = q.After + ".." + p.now().UTC().Format(time.DateOnly)
	}
	in, err := p.post("/v1/web-search", body, bearer(p.key))
	if err != nil {
		return nil, err
	}
	var r bochaReply
	if err := p.ask(ctx, in, &r); err != nil {
		return nil, err
	}
	if code := strings.Trim(string(r.Code), `"`); code != "200" {
		return nil, p.codeError(code, r.Msg)
	}
	if r.Data == nil {
		return nil, p.lacks("data")
	}
	var hits []agent.Hit
	if r.Data.WebPages != nil {
		for _, x := range r.Data.WebPages.Value {
			snippet := x.Summary
			if snippet == "" {
				snippet = x.Snippet
			}
			hits = append(hits, agent.Hit{URL: x.URL, Title: x.Name, Snippet: clip(snippet, maxText), Published: x.Published})
		}
	}
	return hits, nil
}

// codeError types an error that came with HTTP 200.
func (p *bocha) codeError(code, msg string) *Error {
	status := map[string]int{"401": http.StatusUnauthorized, "403": http.StatusForbidden, "429": http.StatusTooManyRequests}[code]
	if status == 0 {
		return p.fail(BadResponse, 0, "code "+clip(code, 20)+": "+msg)
	}
	return p.statusError(&response{status: status, header: http.Header{}}, msg)
}
