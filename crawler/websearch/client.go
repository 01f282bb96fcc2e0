package websearch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"
)

// userAgent is told to every provider; MediaWiki's policy asks for a name and an address.
const userAgent = "Sonde/1 (+https://github.com/sonde-search/sonde)"

// A caller sends one provider's requests.
type caller struct {
	name   string
	client *http.Client
	base   string // address of the service, without a trailing slash
	key    string
	env    string // the variable that key came from
	agent  string // User-Agent
	now    func() time.Time
	pace   *rate.Limiter // requests a second that the service allows; nil: no limit
	// judge types an error status where this service differs from the usual; "": as usual.
	judge func(res *response, detail string) Reason
}

// A call is one request.
type call struct {
	method string
	url    string
	header map[string]string
	body   []byte
}

// A response is a reply read whole, within bounds.
type response struct {
	status int
	header http.Header
	body   []byte
}

// send carries out a call. Every status is returned as it is; only a transport
// failure or a body beyond bounds is an error.
func (c *caller) send(ctx context.Context, in call) (*response, error) {
	if err := c.wait(ctx); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, in.method, in.url, bytes.NewReader(in.body))
	if err != nil {
		return nil, c.fail(BadResponse, 0, "the address of the service is not valid")
	}
	req.Header.Set("User-Agent", c.agent)
	for k, v := range in.header {
		req.Header.Set(k, v)
	}
	res, err := c.client.Do(req)
	if err != nil {
		return nil, c.own(transportError(err))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err != nil {
		return nil, c.own(transportError(err))
	}
	if len(body) > maxBody {
		return nil, c.fail(BadResponse, res.StatusCode, fmt.Sprintf("the reply is larger than %d MB", maxBody>>20))
	}
	return &response{res.StatusCode, res.Header, body}, nil
}

// wait keeps the service's pace. Where that leaves no time before ctx ends, it
// says so at once.
func (c *caller) wait(ctx context.Context) error {
	if c.pace == nil {
		return nil
	}
	if err := c.pace.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return c.own(transportError(ctx.Err()))
		}
		e := c.fail(RateLimited, 0, fmt.Sprintf("too many searches at once: it allows %g a second", float64(c.pace.Limit())))
		e.paced = true
		return e
	}
	return nil
}

// ask sends a call and reads the JSON reply into v; an error status is a typed
// error with what the body says of it.
func (c *caller) ask(ctx context.Context, in call, v any) error {
	res, err := c.send(ctx, in)
	if err != nil {
		return err
	}
	if res.status != http.StatusOK {
		return c.statusError(res, explain(res.body))
	}
	return c.decode(res, v)
}

// askPost is ask with a POST of body to path below the base.
func (c *caller) askPost(ctx context.Context, path string, body any, header map[string]string, v any) error {
	in, err := c.post(path, body, header)
	if err != nil {
		return err
	}
	return c.ask(ctx, in, v)
}

// statusError types an error status.
func (c *caller) statusError(res *response, detail string) *Error {
	reason := BadResponse
	switch res.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		reason = Unauthorized
		if c.env == "" {
			reason = Blocked
		}
	case http.StatusTooManyRequests, http.StatusPaymentRequired:
		reason = RateLimited
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		reason = Timeout
	case http.StatusServiceUnavailable:
		if res.header.Get("Retry-After") != "" {
			reason = RateLimited
		}
	}
	if c.judge != nil {
		if r := c.judge(res, detail); r != "" {
			reason = r
		}
	}
	e := c.fail(reason, res.status, detail)
	e.RetryAfter = retryAfter(res.header, c.now())
	return e
}

// fail returns a typed error of this provider, with the key struck from detail.
func (c *caller) fail(reason Reason, status int, detail string) *Error {
	e := &Error{Reason: reason, Status: status, Detail: clip(strike(oneLine(detail), c.key), 300)}
	if reason == Unauthorized {
		e.Env = c.env
	}
	return c.own(e)
}

// own puts the provider's name on e.
func (c *caller) own(e *Error) *Error {
	e.Provider = c.name
	return e
}

// decode reads JSON into v; an HTML page or garbage is a bad response.
func (c *caller) decode(res *response, v any) error {
	err := json.Unmarshal(res.body, v)
	if err == nil {
		return nil
	}
	var te *json.UnmarshalTypeError
	switch head := bytes.TrimSpace(res.body); {
	case len(head) == 0:
		return c.fail(BadResponse, res.status, "the reply is empty")
	case head[0] == '<':
		return c.fail(BadResponse, res.status, "the reply is a web page, not JSON")
	case errors.As(err, &te):
		return c.fail(BadResponse, res.status, "the reply is not in the documented form: field "+te.Field)
	}
	return c.fail(BadResponse, res.status, "the reply is not valid JSON")
}

// lacks is the error of a reply without a field that is always there.
func (c *caller) lacks(field string) *Error {
	return c.fail(BadResponse, http.StatusOK, "the reply has no field "+field)
}

// bearer is the header of a key in the form of RFC 6750.
func bearer(key string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + key}
}

// get is a GET of path below the base with a query string.
func (c *caller) get(path string, q url.Values, header map[string]string) call {
	h := map[string]string{"Accept": "application/json"}
	for k, v := range header {
		h[k] = v
	}
	return call{method: http.MethodGet, url: c.base + path + "?" + q.Encode(), header: h}
}

// post is a POST of body as JSON to path below the base.
func (c *caller) post(path string, body any, header map[string]string) (call, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return call{}, fmt.Errorf("encoding a query for %s: %w", c.name, err)
	}
	h := map[string]string{"Accept": "application/json", "Content-Type": "application/json"}
	for k, v := range header {
		h[k] = v
	}
	return call{method: http.MethodPost, url: c.base + path, header: h, body: b}, nil
}

// retryAfter reads Retry-After (RFC 9110, 10.2.3): seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if n, err := strconv.Atoi(v); err == nil {
		return min(max(0, time.Duration(n)*time.Second), maxRest)
	}
	if t, err := http.ParseTime(v); err == nil {
		return min(max(0, t.Sub(now)), maxRest)
	}
	return 0
}

// strike replaces a key, as it is and as a query string would hold it.
func strike(s, key string) string {
	if len(key) < 4 {
		return s
	}
	s = strings.ReplaceAll(s, key, "…")
	return strings.ReplaceAll(s, url.QueryEscape(key), "…")
}

func oneLine(s string) string { return strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ") }

// clip cuts s to at most n bytes, at a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// clipRunes cuts s to at most n characters.
func clipRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return strings.TrimSpace(s[:i])
		}
		n--
	}
	return s
}

// sameHost refuses redirects that leave the host: a header may hold a key.
func sameHost(req *http.Request, via []*http.Request) error {
	if req.URL.Host != via[0].URL.Host || via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return errOtherHost
	}
	if len(via) > 3 {
		return errors.New("too many redirects")
	}
	return nil
}

// lent is the given client without cookies, and without redirects that would
// carry a key to another host.
func lent(c *http.Client) *http.Client {
	own := *c
	own.Jar, own.CheckRedirect = nil, sameHost
	return &own
}

// configured is a client that reaches one address only: the one that the
// owner of this service wrote into its configuration, be it private or not.
func configured(u *url.URL) *http.Client {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	allowed := net.JoinHostPort(u.Hostname(), port)
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Client{
		CheckRedirect: sameHost,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if addr != allowed {
					return nil, errOtherHost
				}
				return dialer.DialContext(ctx, network, addr)
			},
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        30 * time.Second,
			TLSHandshakeTimeout:    5 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		},
	}
}
