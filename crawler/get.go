package crawler

import (
	"context"
	"net/http"
	"net/url"

	"github.com/sonde-search/sonde/agent"
)

// A document is what a helper request brought: a robots.txt, a sitemap, a
// feed, a probe. Its body may be cut at the limit.
type document struct {
	url    *url.URL // after redirects
	status int
	kind   string // Content-Type
	body   []byte
}

// get fetches something other than a page, behind the same guard and limits.
// It does not count as a page. Errors are *fetchError.
func (s *Session) get(ctx context.Context, address string, limit int64) (*document, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.crawler.opts.Limits.Total, errTotal)
	defer cancel()
	f := s.newFetch(ctx)
	defer f.finish()
	f.helper, f.limit, f.cut = true, limit, true
	req, err := http.NewRequestWithContext(context.WithValue(f.ctx, fetchKey{}, f), http.MethodGet, address, nil)
	if err != nil {
		return nil, failure(agent.SkipBadAddress, "not an address")
	}
	client := &http.Client{Transport: s.transport, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		return s.checkHops(f, req, via)
	}}
	res, err := client.Do(req)
	if err != nil {
		return nil, classify(f.ctx, err)
	}
	if err := res.Body.Close(); err != nil { // it is empty: the transport has read the body
		return nil, classify(f.ctx, err)
	}
	return &document{url: res.Request.URL, status: res.StatusCode, kind: http.Header(f.header).Get("Content-Type"), body: f.body}, nil
}

// newFetch makes a fetch with the crawler's limits.
func (s *Session) newFetch(ctx context.Context) *fetch {
	c := s.crawler
	f := &fetch{limits: c.opts.Limits, shelter: c.shelter, roomy: largeBody, limit: c.opts.Limits.TextBytes, cut: true}
	f.ctx, f.cancel = context.WithCancelCause(ctx)
	return f
}

// checkHops decides whether a redirect is followed: not in circles, not too
// often, and only where the fetch may go.
func (s *Session) checkHops(f *fetch, req *http.Request, via []*http.Request) error {
	if len(via) > s.crawler.opts.Limits.Redirects {
		return failure(agent.SkipRedirectLoop, "too many redirects")
	}
	seen := 0
	for _, v := range via {
		if v.URL.String() == req.URL.String() {
			seen++
		}
	}
	if seen > 1 { // once is forgiven: some sites redirect to the same page
		return failure(agent.SkipRedirectLoop, "it redirects in a circle")
	}
	req.Header.Del("Referer")
	if f.hop == nil {
		return nil
	}
	return f.hop(f, hop{from: via[len(via)-1].URL, to: req.URL, via: len(via)})
}
