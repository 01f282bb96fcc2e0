package websearch

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/sonde-search/sonde/agent"
)

// duckduckgo reads DuckDuckGo's page for browsers without scripts. It has no
// documented API: the form's fields and the page's classes are those that the
// page itself shows. It blocks robots at will, which is reported as Blocked.
type duckduckgo struct {
	*caller
	country string
	pages   int
}

const duckQuery = 499 // characters of a query, at most

func newDuckDuckGo(c *caller, pc ProviderConfig) (Provider, error) {
	return &duckduckgo{c, pc.Country, pc.Pages}, nil
}

func (p *duckduckgo) Name() string { return p.name }

// Search reads result pages one after the other: the next one's form fields
// are on the page before.
func (p *duckduckgo) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	form := p.form(q)
	var all []agent.Hit
	for page := 0; page < p.pages && len(all) < q.want() && form != nil; page++ {
		hits, next, err := p.page(ctx, form, q.Language)
		all = append(all, hits...)
		if err != nil {
			return all, err
		}
		if len(hits) == 0 {
			break
		}
		form = next
	}
	return all, nil
}

func (p *duckduckgo) form(q Query) url.Values {
	v := url.Values{"q": {clipRunes(withSites(q), duckQuery)}, "b": {""}, "kl": {duckRegion(q.Language, p.country)}}
	v.Set("kp", map[bool]string{false: "-2", true: "1"}[q.SafeSearch])
	if q.After != "" {
		v.Set("df", q.After+".."+p.now().UTC().Format(time.DateOnly))
	}
	return v
}

func (p *duckduckgo) page(ctx context.Context, form url.Values, language string) ([]agent.Hit, url.Values, error) {
	accept := "en"
	if language != "" {
		accept = language + ",en;q=0.5"
	}
	res, err := p.send(ctx, call{
		method: http.MethodPost, url: p.base + "/html/", body: []byte(form.Encode()),
		header: map[string]string{
			"Accept": "text/html", "Accept-Language": accept,
			"Content-Type": "application/x-www-form-urlencoded", "Referer": p.base + "/",
		},
	})
	if err != nil {
		return nil, nil, err
	}
	return p.read(res)
}

// read tells a block, an honest zero and results apart.
func (p *duckduckgo) read(res *response) ([]agent.Hit, url.Values, error) {
	if bytes.Contains(res.body, []byte("anomaly-modal")) || bytes.Contains(res.body, []byte("anomaly.js")) ||
		bytes.Contains(res.body, []byte(`id="challenge-form"`)) || res.status == http.StatusAccepted {
		return nil, nil, p.fail(Blocked, res.status, "DuckDuckGo asks for proof that this is no robot")
	}
	if res.status != http.StatusOK {
		return nil, nil, p.statusError(res, "")
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(res.body))
	if err != nil {
		return nil, nil, p.fail(BadResponse, res.status, "the page could not be parsed")
	}
	hits := duckHits(doc)
	if len(hits) == 0 && doc.Find(".no-results").Length() == 0 {
		return nil, nil, p.fail(BadResponse, res.status, "the page has neither results nor a word that there are none")
	}
	return hits, duckNext(doc), nil
}

func duckHits(doc *goquery.Document) []agent.Hit {
	var hits []agent.Hit
	doc.Find(".result").Each(func(_ int, s *goquery.Selection) {
		if s.HasClass("result--ad") {
			return
		}
		a := s.Find("a.result__a").First()
		href, _ := a.Attr("href")
		if u := duckTarget(href); u != "" {
			hits = append(hits, agent.Hit{URL: u, Title: oneLine(a.Text()), Snippet: oneLine(s.Find(".result__snippet").First().Text())})
		}
	})
	return hits
}

// duckTarget is where a result leads: DuckDuckGo's own redirect is read, its
// advertisements are dropped.
func duckTarget(href string) string {
	u, err := ParseURL("https://duckduckgo.com/", href)
	if err != nil || href == "" {
		return ""
	}
	if host := u.Hostname(); host != "duckduckgo.com" && !strings.HasSuffix(host, ".duckduckgo.com") {
		return u.String()
	}
	if strings.HasPrefix(u.Path, "/l/") {
		return u.Query().Get("uddg")
	}
	return ""
}

// duckNext is the form behind the button for the next page, or nil.
func duckNext(doc *goquery.Document) url.Values {
	var next url.Values
	doc.Find(".nav-link form").Each(func(_ int, f *goquery.Selection) {
		if f.Find("input[name=vqd]").Length() == 0 {
			return
		}
		v := url.Values{}
		f.Find("input[type=hidden]").Each(func(_ int, in *goquery.Selection) {
			if name, ok := in.Attr("name"); ok {
				v.Set(name, in.AttrOr("value", ""))
			}
		})
		next = v // the last form of the page leads on, an earlier one back
	})
	return next
}
