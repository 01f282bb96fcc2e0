package crawler

import (
	"context"
	"crypto/tls"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// idHeader carries a fetch's number from colly's request to the transport,
// redirects included; it is never sent.
const idHeader = "Sonde-Fetch"

// A hop is one redirect that a server asks for.
type hop struct {
	from, to *url.URL
	via      int // hops before this one
}

// A transport is the http.RoundTripper of one session. Every request of the
// session goes through it: pages, redirects, robots.txt, sitemaps, feeds.
type transport struct {
	session *Session
	base    *http.Transport
	agent   string // User-Agent
	accept  string // Accept-Language

	mu      sync.Mutex
	fetches map[string]*fetch
	last    int
}

type fetchKey struct{}

func newTransport(s *Session, d *dialer) *transport {
	c := s.crawler
	t := &transport{session: s, agent: c.opts.UserAgent, fetches: map[string]*fetch{}}
	t.base = &http.Transport{
		Proxy:                  nil, // a proxy would dial for us, past the guard
		DialContext:            d.DialContext,
		TLSClientConfig:        &tls.Config{RootCAs: c.opts.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    c.opts.Limits.FirstByte,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // decoded by us, so that decoded bytes are counted
		MaxIdleConnsPerHost:    max(c.opts.Polite.PerHost, c.opts.Polite.PerSite),
		IdleConnTimeout:        20 * time.Second,
		MaxResponseHeaderBytes: 128 << 10,
	}
	return t
}

// register gives a fetch the number under which RoundTrip finds it.
func (t *transport) register(f *fetch) (id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	id = strconv.Itoa(t.last)
	t.fetches[id] = f
	return id
}

func (t *transport) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.fetches, id)
}

func (t *transport) fetchOf(req *http.Request) *fetch {
	if f, ok := req.Context().Value(fetchKey{}).(*fetch); ok {
		return f
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.fetches[req.Header.Get(idHeader)]
}

// RoundTrip sends one request of a fetch. Its errors are *fetchError, or carry
// one.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	f := t.fetchOf(req)
	if f == nil {
		return nil, failure(agent.SkipCancelled, "")
	}
	if err := t.admit(f, req.URL); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(f.ctx)
	timer := time.AfterFunc(f.limits.FirstByte, func() { cancel(errFirstByte) })
	trace := &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { f.remote = remoteIP(i.Conn) }}
	out := req.Clone(httptrace.WithClientTrace(ctx, trace))
	out.Header = t.header(f, req)
	f.sent.Add(1)
	res, err := t.base.RoundTrip(out)
	if !timer.Stop() && err == nil {
		_ = res.Body.Close() // the answer came too late
		err = errFirstByte
	}
	if err != nil {
		err = classify(ctx, err)
		cancel(nil)
		return nil, err
	}
	defer cancel(nil)
	f.header = maps.Clone(map[string][]string(res.Header))
	if err := t.take(f, req.URL, res); err != nil {
		return nil, err
	}
	res.Request = req
	return res, nil
}

// admit checks what can be checked before a connection: scheme, credentials,
// and robots.txt, which binds on every hop.
func (t *transport) admit(f *fetch, u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return failure(agent.SkipBadAddress, "only http and https are read")
	case u.Host == "" || u.Hostname() == "":
		return failure(agent.SkipBadAddress, "the address has no host")
	case u.User != nil:
		return failure(agent.SkipBadAddress, "an address with a user name or password is refused")
	case f.helper:
		return nil
	}
	return t.session.robotsAllow(f.ctx, u)
}

// header is all that is sent: nothing of what a page or a redirect would like.
func (t *transport) header(f *fetch, req *http.Request) http.Header {
	h := http.Header{}
	h.Set("User-Agent", t.agent)
	h.Set("Accept", "text/html,application/xhtml+xml,application/pdf;q=0.9,text/*;q=0.9,*/*;q=0.5")
	h.Set("Accept-Encoding", "gzip, br, zstd")
	if t.accept != "" {
		h.Set("Accept-Language", t.accept)
	}
	if s := f.stale; s != nil && s.URL == req.URL.String() {
		if s.ETag != "" {
			h.Set("If-None-Match", s.ETag)
		}
		if s.LastModified != "" {
			h.Set("If-Modified-Since", s.LastModified)
		}
	}
	return h
}

// take reads a response's body under the limits that its head asks for. The
// bytes go to the fetch: colly would read them into a buffer that doubles, and
// gunzip and transcode them by their headers.
func (t *transport) take(f *fetch, u *url.URL, res *http.Response) error {
	raw := res.Body
	defer func() { _ = raw.Close() }() // what was read counts
	kind := res.Header.Get("Content-Type")
	res.Body = http.NoBody
	res.Uncompressed, res.ContentLength, res.Header = true, 0, res.Header.Clone()
	for _, k := range []string{"Content-Encoding", "Content-Length", "Content-Type"} {
		res.Header.Del(k)
	}
	if res.StatusCode != http.StatusOK {
		// Error pages are not read. A little is drained, so that the
		// connection can serve the next page.
		_, _ = io.CopyN(io.Discard, raw, 16<<10)
		return nil
	}
	limit, cut, ok := f.limits.of(kind, u)
	size := http.Header(f.header).Get("Content-Length")
	hint, err := strconv.ParseInt(size, 10, 64)
	switch {
	case f.helper:
	case !ok:
		return failure(agent.SkipNotText, "it is "+mediaType(kind))
	case !cut && err == nil && hint > limit:
		return errTooLarge
	default:
		f.limit, f.cut = limit, cut
	}
	codings := strings.Join(http.Header(f.header).Values("Content-Encoding"), ",")
	return f.receive(raw, codings, hint)
}

// of is the limit of a body by its type: in decoded bytes, and whether text is
// cut there. It is not ok where the type holds no text.
func (l Limits) of(contentType string, u *url.URL) (limit int64, cut, ok bool) {
	m := mediaType(contentType)
	major, minor, _ := strings.Cut(m, "/")
	ext := strings.ToLower(path.Ext(u.Path))
	switch {
	case major == "image" && minor != "svg+xml", major == "video", major == "audio", major == "font", major == "model":
		return 0, false, false
	case documentType(minor), ext == ".pdf" && minor == "octet-stream", documentExt[ext] && (minor == "zip" || minor == "octet-stream"):
		return l.FileBytes, false, true
	case minor == "zip", minor == "x-rar-compressed", minor == "x-7z-compressed", minor == "x-tar", minor == "java-archive",
		minor == "wasm", minor == "x-msdownload", minor == "vnd.android.package-archive", minor == "x-iso9660-image":
		return 0, false, false
	}
	return l.TextBytes, true, true
}

var documentExt = map[string]bool{".pdf": true, ".docx": true, ".xlsx": true, ".pptx": true, ".epub": true, ".odt": true, ".ods": true, ".odp": true}

// documentType reports media types of documents that must be whole to be read.
func documentType(minor string) bool {
	return minor == "pdf" || minor == "x-pdf" || minor == "epub+zip" || minor == "msword" ||
		strings.HasPrefix(minor, "vnd.openxmlformats-officedocument") || strings.HasPrefix(minor, "vnd.oasis.opendocument")
}

// mediaType is the type without its parameters, in lower case.
func mediaType(contentType string) string {
	if m, _, err := mime.ParseMediaType(contentType); err == nil {
		return m
	}
	m, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(m))
}

// remoteIP is the address at the far end of a connection, for WARC records.
func remoteIP(c net.Conn) string {
	if c == nil || c.RemoteAddr() == nil {
		return ""
	}
	a, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return ""
	}
	return a.Addr().Unmap().String()
}
