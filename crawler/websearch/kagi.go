package websearch

import (
	"context"
	"encoding/json"

	"github.com/sonde-search/sonde/agent"
)

// kagi asks the Kagi Search API, version 1 (https://help.kagi.com/kagi/api/search.html).
type kagi struct{ *caller }

func newKagi(c *caller, _ ProviderConfig) (Provider, error) {
	c.judge = func(_ *response, detail string) Reason {
		if says(detail, "credit", "balance", "insufficient") {
			return RateLimited
		}
		return ""
	}
	return &kagi{c}, nil
}

func (p *kagi) Name() string { return p.name }

type kagiQuery struct {
	Query    string       `json:"query"`
	Workflow string       `json:"workflow"`
	Limit    int          `json:"limit"`
	Safe     bool         `json:"safe_search"`
	Filters  *kagiFilters `json:"filters,omitempty"`
}

type kagiFilters struct {
	After string `json:"after"`
}

// kagiReply keeps data undecided: an object of lists in version 1; null beside errors.
type kagiReply struct {
	Data  json.RawMessage `json:"data"`
	Error []struct {
		Message string `json:"message"`
		Msg     string `json:"msg"`
	} `json:"error"`
}

type kagiData struct {
	Search *[]struct {
		URL     string `json:"url"`
		Title   string `json:"title"`
		Snippet string `json:"snippet"`
		Time    string `json:"time"`
	} `json:"search"`
}

// Search asks once.
func (p *kagi) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	body := kagiQuery{Query: withSites(q), Workflow: "search", Limit: q.want(), Safe: q.SafeSearch}
	if q.After != "" {
		body.Filters = &kagiFilters{After: q.After}
	}
	var r kagiReply
	if err := p.askPost(ctx, "/api/v1/search", body, bearer(p.key), &r); err != nil {
		return nil, err
	}
	if len(r.Error) > 0 {
		return nil, p.statusError(&response{status: 200}, r.Error[0].Message+r.Error[0].Msg)
	}
	var data *kagiData
	if json.Unmarshal(r.Data, &data) != nil || data == nil {
		return nil, p.lacks("data.search")
	}
	var hits []agent.Hit
	if data.Search != nil {
		for _, x := range *data.Search {
			hits = append(hits, agent.Hit{URL: x.URL, Title: plain(x.Title), Snippet: plain(x.Snippet), Published: x.Time})
		}
	}
	return hits, nil
}
