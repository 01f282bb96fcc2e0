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

// searxng asks a SearXNG instance for JSON
// (https://docs.searxng.org/dev/search_api.html).
type searxng struct {
	*caller
	engines string
	pages   int
}

// searxngPage is how many hits a result page of most engines holds.
const searxngPage = 10

func newSearXNG(c *caller, pc ProviderConfig) (Provider, error) {
	c.base = strings.TrimSuffix(c.base, "/search")
	return &searxng{c, pc.Engine, pc.Pages}, nil
}

func (p *searxng) Name() string { return p.name }

// Search asks for as many result pages as the wanted hits take, side by side.
func (p *searxng) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	n := min(p.pages, (q.want()+searxngPage-1)/searxngPage)
	return pages(n, func(i int) ([]agent.Hit, error) { return p.page(ctx, q, i+1) })
}

func (p *searxng) page(ctx context.Context, q Query, number int) ([]agent.Hit, error) {
	res, err := p.send(ctx, p.get("/search", p.values(q, number), nil))
	if err != nil {
		return nil, err
	}
	switch res.status {
	case http.StatusOK:
	case http.StatusForbidden:
		return nil, p.fail(Blocked, res.status, "this instance does not serve JSON: add json under search: formats: in its settings.yml")
	default:
		return nil, p.statusError(res, "")
	}
	return p.read(res)
}

func (p *searxng) values(q Query, number int) url.Values {
	v := url.Values{"q": {withSites(q)}, "format": {"json"}, "pageno": {strconv.Itoa(number)}}
	v.Set("safesearch", map[bool]string{false: "0", true: "2"}[q.SafeSearch])
	if q.Language != "" {
		v.Set("language", q.Language)
	}
	if p.engines != "" {
		v.Set("engines", p.engines)
	}
	if r := p.timeRange(q); r != "" {
		v.Set("time_range", r)
	}
	return v
}

// timeRange is the smallest of SearXNG's ranges that reaches back to q.After.
func (p *searxng) timeRange(q Query) string {
	t, ok := q.after()
	if !ok {
		return ""
	}
	switch age := p.now().Sub(t); {
	case age <= 24*time.Hour:
		return "day"
	case age <= 7*24*time.Hour:
		return "week"
	case age <= 31*24*time.Hour:
		return "month"
	case age <= 366*24*time.Hour:
		return "year"
	}
	return ""
}

type searxngReply struct {
	Results *[]struct {
		URL       string  `json:"url"`
		Title     string  `json:"title"`
		Content   string  `json:"content"`
		Published *string `json:"publishedDate"`
	} `json:"results"`
	Unresponsive [][]string `json:"unresponsive_engines"`
}

func (p *searxng) read(res *response) ([]agent.Hit, error) {
	var r searxngReply
	if err := p.decode(res, &r); err != nil {
		return nil, err
	}
	if r.Results == nil {
		return nil, p.fail(BadResponse, res.status, "the reply has no field results")
	}
	var hits []agent.Hit
	for _, x := range *r.Results {
		h := agent.Hit{URL: x.URL, Title: x.Title, Snippet: x.Content}
		if x.Published != nil {
			h.Published = *x.Published
		}
		hits = append(hits, h)
	}
	if len(hits) == 0 && len(r.Unresponsive) > 0 {
		return nil, p.enginesFailed(r.Unresponsive)
	}
	return hits, nil
}

// enginesFailed types the failure of all engines behind the instance.
func (p *searxng) enginesFailed(engines [][]string) *Error {
	var says []string
	reason := BadResponse
	for _, e := range engines {
		line := strings.Join(e, ": ")
		says = append(says, line)
		switch l := strings.ToLower(line); {
		case strings.Contains(l, "captcha"), strings.Contains(l, "access denied"):
			reason = Blocked
		case reason == BadResponse && strings.Contains(l, "too many requests"):
			reason = RateLimited
		case reason == BadResponse && strings.Contains(l, "timeout"):
			reason = Timeout
		}
	}
	return p.fail(reason, 0, "its engines did not answer: "+strings.Join(says, "; "))
}
