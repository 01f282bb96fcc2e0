package websearch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// Generic describes a search service that answers in JSON, so that it needs no
// code. In the provider's url and in Body, {query}, {count}, {page} (from 1),
// {offset} (from 0), {language}, {after} and {key} stand for their values:
// escaped for an address in the one, as the inside of a JSON string in the other.
//
// Paths into the reply are field names joined by dots, [n] for an element of an
// array and * for each element: "data.items", "hits.hits", "groups.*.docs".
type Generic struct {
	Method    string `yaml:"method"`    // GET (or empty) or POST
	Body      string `yaml:"body"`      // of a POST
	Results   string `yaml:"results"`   // path of the array of results; empty: the reply is the array
	URL       string `yaml:"url"`       // path of the address, within a result; a relative one is read against the service's
	Title     string `yaml:"title"`     // path of the title
	Snippet   string `yaml:"snippet"`   // path of the snippet
	Published string `yaml:"published"` // path of the date
	Error     string `yaml:"error"`     // path that holds a message where the service failed with status 200
}

// generic asks the service that its configuration describes.
type generic struct {
	*caller
	Generic
	endpoint string
	headers  map[string]string
	pages    int
	paths    genericPaths
}

type genericPaths struct{ results, url, title, snippet, published, err jsonPath }

func newGeneric(c *caller, pc ProviderConfig) (Provider, error) {
	g := pc.Generic
	if g == nil {
		return nil, errors.New("generic is missing: describe the reply (results, url, title, snippet)")
	}
	if !strings.Contains(pc.URL+g.Body, "{query}") {
		return nil, errors.New("neither url nor body has a {query}")
	}
	if g.Method != "" && g.Method != http.MethodGet && g.Method != http.MethodPost {
		return nil, fmt.Errorf("method %q is not known: use GET or POST", g.Method)
	}
	if g.URL == "" {
		return nil, errors.New("generic.url is missing: write the path of a result's address")
	}
	p := &generic{caller: c, Generic: *g, endpoint: pc.URL, headers: pc.Headers, pages: pc.Pages}
	if !strings.Contains(pc.URL+g.Body, "{page}") && !strings.Contains(pc.URL+g.Body, "{offset}") {
		p.pages = 1
	}
	for _, s := range []struct {
		to   *jsonPath
		from string
	}{
		{&p.paths.results, g.Results}, {&p.paths.url, g.URL}, {&p.paths.title, g.Title},
		{&p.paths.snippet, g.Snippet}, {&p.paths.published, g.Published}, {&p.paths.err, g.Error},
	} {
		path, err := parseJSONPath(s.from)
		if err != nil {
			return nil, err
		}
		*s.to = path
	}
	return p, nil
}

func (p *generic) Name() string { return p.name }

// Search asks for result pages until enough hits came or a page brought none.
func (p *generic) Search(ctx context.Context, q Query) ([]agent.Hit, error) {
	var all []agent.Hit
	for page := 0; page < p.pages && len(all) < q.want(); page++ {
		hits, err := p.page(ctx, q, page)
		if err != nil {
			return all, err
		}
		if len(hits) == 0 {
			break
		}
		all = append(all, hits...)
	}
	return all, nil
}

func (p *generic) page(ctx context.Context, q Query, page int) ([]agent.Hit, error) {
	values := map[string]string{
		"query": withSites(q), "count": strconv.Itoa(q.want()), "page": strconv.Itoa(page + 1),
		"offset": strconv.Itoa(page * q.want()), "language": q.Language, "after": q.After, "key": p.key,
	}
	in := call{method: http.MethodGet, url: fillIn(p.endpoint, values, url.QueryEscape), header: map[string]string{"Accept": "application/json"}}
	if p.Method != "" {
		in.method = p.Method
	}
	if p.Body != "" {
		in.method = http.MethodPost
		in.body = []byte(fillIn(p.Body, values, jsonEscape))
		in.header["Content-Type"] = "application/json"
	}
	for k, v := range p.headers {
		in.header[k] = strings.ReplaceAll(v, "{key}", p.key)
	}
	var doc json.RawMessage
	if err := p.ask(ctx, in, &doc); err != nil {
		return nil, err
	}
	return p.read(doc, in.url)
}

func (p *generic) read(doc json.RawMessage, from string) ([]agent.Hit, error) {
	if len(p.paths.err) > 0 {
		if msg := p.paths.err.text(doc); msg != "" {
			return nil, p.fail(BadResponse, http.StatusOK, msg)
		}
	}
	items, found := p.paths.results.elements(doc)
	if !found {
		return nil, p.fail(BadResponse, http.StatusOK, "the reply has no array at "+strconv.Quote(p.Results))
	}
	var hits []agent.Hit
	for _, it := range items {
		u, err := ParseURL(from, p.paths.url.text(it))
		if err != nil || p.paths.url.text(it) == "" {
			continue
		}
		hits = append(hits, agent.Hit{
			URL: u.String(), Title: plain(p.paths.title.text(it)), Snippet: plain(p.paths.snippet.text(it)),
			Published: p.paths.published.text(it),
		})
	}
	if len(hits) == 0 && len(items) > 0 {
		return nil, p.fail(BadResponse, http.StatusOK, "no result has an address at "+strconv.Quote(p.URL))
	}
	return hits, nil
}

// fillIn replaces {name} by its value, escaped. Other braces stay.
func fillIn(template string, values map[string]string, escape func(string) string) string {
	var pairs []string
	for k, v := range values {
		pairs = append(pairs, "{"+k+"}", escape(v))
	}
	return strings.NewReplacer(pairs...).Replace(template)
}

// jsonEscape is s as the inside of a JSON string.
func jsonEscape(s string) string {
	b, err := json.Marshal(s)
	if err != nil { // a string always encodes
		return ""
	}
	return string(b[1 : len(b)-1])
}

// expandHeaders puts environment variables into header values.
func expandHeaders(h map[string]string, getenv func(string) string) map[string]string {
	out := make(map[string]string, len(h))
	for k, v := range h {
		out[k] = os.Expand(v, getenv)
	}
	return out
}
