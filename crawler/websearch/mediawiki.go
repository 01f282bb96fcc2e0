package websearch

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// mediawiki asks the Action API of a wiki (https://www.mediawiki.org/wiki/API:Search):
// Wikipedia in the query's language, or the wiki that the configuration names.
type mediawiki struct {
	*caller
	own bool // the configuration names a wiki
}

const (
	mediawikiMax   = 50
	mediawikiQuery = 300 // characters of a query, CirrusSearch's limit
)

func newMediaWiki(c *caller, pc ProviderConfig) (Provider, error) {
	if pc.URL != "" && !strings.HasSuffix(c.base, "/api.php") {
		c.base += "/w/api.php"
	}
	return &mediawiki{c, pc.URL != ""}, nil
}

func (p *mediawiki) Name() string { return p.name }

type mediawikiReply struct {
	Error *struct {
		Code string `json:"code"`
		Info string `json:"info"`
	} `json:"error"`
	Query *struct {
		General struct {
			Server  string `json:"server"`
			Article string `json:"articlepath"`
		} `json:"general"`
		Search *[]struct {
			Title   string `json:"title"`
			Snippet string `json:"snippet"`
		} `json:"search"`
	} `json:"query"`
}

// Search asks once. The wiki's own name and article path come with the reply,
// so that a hit's address is right on any wiki.
func (p *mediawiki) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	if !p.covers(q) {
		return nil, nil
	}
	v := url.Values{
		"action": {"query"}, "format": {"json"}, "formatversion": {"2"}, "maxlag": {"5"},
		"list": {"search"}, "srsearch": {clipRunes(q.Text, mediawikiQuery)}, "srlimit": {strconv.Itoa(min(q.want(), mediawikiMax))},
		"srprop": {"snippet"}, "meta": {"siteinfo"}, "siprop": {"general"},
	}
	in := p.get("", v, nil)
	in.url = p.api(q.Language) + "?" + v.Encode()
	res, err := p.send(ctx, in)
	if err != nil {
		return nil, err
	}
	if res.status != http.StatusOK {
		return nil, p.statusError(res, explain(res.body))
	}
	return p.read(res, in.url)
}

// covers reports whether the query's domains leave this wiki any.
func (p *mediawiki) covers(q Query) bool {
	host := hostOf(p.api(q.Language))
	for _, d := range q.Include {
		if d = bareDomain(d); host == d || strings.HasSuffix(host, "."+d) || strings.HasSuffix(d, "."+host) {
			return true
		}
	}
	return len(q.Include) == 0
}

// api is the address of the wiki's API.
func (p *mediawiki) api(language string) string {
	if p.own {
		return p.base
	}
	l := baseLanguage(language)
	if l == "" || len(l) > 12 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz") != "" {
		l = "en"
	}
	return "https://" + l + ".wikipedia.org/w/api.php"
}

func (p *mediawiki) read(res *response, from string) ([]agent.Hit, error) {
	var r mediawikiReply
	if err := p.decode(res, &r); err != nil {
		return nil, err
	}
	if e := r.Error; e != nil {
		return nil, p.apiError(res, e.Code, e.Info)
	}
	if r.Query == nil || r.Query.Search == nil {
		return nil, p.lacks("query.search")
	}
	server, article := r.Query.General.Server, r.Query.General.Article
	if article == "" {
		article = "/wiki/$1"
	}
	var hits []agent.Hit
	for _, x := range *r.Query.Search {
		path := strings.ReplaceAll(article, "$1", titlePath(x.Title))
		u, err := ParseURL(from, server+path)
		if err != nil {
			continue
		}
		hits = append(hits, agent.Hit{URL: u.String(), Title: x.Title, Snippet: plain(x.Snippet)})
	}
	return hits, nil
}

// apiError types an error that came with HTTP 200.
func (p *mediawiki) apiError(res *response, code, info string) *Error {
	reason := BadResponse
	switch code {
	case "ratelimited", "maxlag", "cirrussearch-too-busy-error":
		reason = RateLimited
	case "readapidenied", "permissiondenied":
		reason = Unauthorized
	case "blocked", "autoblocked":
		reason = Blocked
	}
	e := p.fail(reason, res.status, code+": "+info)
	e.RetryAfter = retryAfter(res.header, p.now())
	return e
}

// titlePath is a title as MediaWiki writes it in an address.
func titlePath(title string) string {
	escaped := url.PathEscape(strings.ReplaceAll(title, " ", "_"))
	return strings.NewReplacer("%2F", "/", "%3A", ":", "%2C", ",", "%28", "(", "%29", ")", "%27", "'").Replace(escaped)
}
