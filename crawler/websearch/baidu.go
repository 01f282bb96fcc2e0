package websearch

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// baidu asks Baidu's search for AI (https://cloud.baidu.com/doc/AppBuilder/s/pmaxd1hvy).
type baidu struct{ *caller }

const (
	baiduMax   = 50
	baiduQuery = 72 // characters of a query; what is longer is cut by the service
)

func newBaidu(c *caller, _ ProviderConfig) (Provider, error) {
	c.judge = func(_ *response, detail string) Reason {
		switch {
		case says(detail, "iam", "authentication", "apikey", "api key", "unauthorized"):
			return Unauthorized
		case says(detail, "rate limit", "qps", "rpm_limit", "quota", "额度", "overdue"):
			return RateLimited
		}
		return ""
	}
	return &baidu{c}, nil
}

func (p *baidu) Name() string { return p.name }

type baiduQueryBody struct {
	Messages  []baiduMessage  `json:"messages"`
	Source    string          `json:"search_source"`
	Resources []baiduResource `json:"resource_type_filter"`
	Filter    *baiduFilter    `json:"search_filter,omitempty"`
	Block     []string        `json:"block_websites,omitempty"`
	Safe      bool            `json:"safe_search,omitempty"`
}

type baiduMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type baiduResource struct {
	Type string `json:"type"`
	TopK int    `json:"top_k"`
}

type baiduFilter struct {
	Match *baiduMatch `json:"match,omitempty"`
	Range *baiduRange `json:"range,omitempty"`
}

type baiduMatch struct {
	Site []string `json:"site"`
}

type baiduRange struct {
	PageTime baiduTime `json:"page_time"`
}

type baiduTime struct {
	GTE string `json:"gte"`
	LTE string `json:"lte"`
}

type baiduReply struct {
	RequestID  string          `json:"request_id"`
	Code       json.RawMessage `json:"code"`
	Message    string          `json:"message"`
	References *[]struct {
		URL     string `json:"url"`
		Title   string `json:"title"`
		Content string `json:"content"`
		Date    string `json:"date"`
		Type    string `json:"type"`
	} `json:"references"`
}

// Search asks once; the service gives up to 50 hits.
func (p *baidu) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	body := baiduQueryBody{
		Messages:  []baiduMessage{{Role: "user", Content: clipRunes(q.Text, baiduQuery)}},
		Source:    "baidu_search_v2",
		Resources: []baiduResource{{Type: "web", TopK: min(q.want(), baiduMax)}},
		Block:     bareDomains(q.Exclude),
		Safe:      q.SafeSearch,
	}
	if len(q.Include) > 0 || q.After != "" {
		body.Filter = &baiduFilter{}
	}
	if len(q.Include) > 0 {
		body.Filter.Match = &baiduMatch{Site: bareDomains(q.Include)}
	}
	if q.After != "" {
		body.Filter.Range = &baiduRange{PageTime: baiduTime{GTE: q.After, LTE: p.now().UTC().Format(time.DateOnly)}}
	}
	var r baiduReply
	if err := p.askPost(ctx, "/v2/ai_search/web_search", body, bearer(p.key), &r); err != nil {
		return nil, err
	}
	if code := strings.Trim(string(r.Code), `"`); code != "" && code != "0" && code != "null" {
		return nil, p.statusError(&response{status: 200}, code+": "+r.Message)
	}
	if r.References == nil {
		if r.RequestID != "" { // the field is absent where nothing was found
			return nil, nil
		}
		return nil, p.lacks("references")
	}
	var hits []agent.Hit
	for _, x := range *r.References {
		if x.Type == "" || x.Type == "web" {
			hits = append(hits, agent.Hit{URL: x.URL, Title: x.Title, Snippet: clip(x.Content, maxText), Published: x.Date})
		}
	}
	return hits, nil
}
