package crawler

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/gocolly/colly/v2"

	"github.com/sonde-search/sonde/agent"
)

// A WARC writes a web archive (WARC 1.1, ISO 28500:2017), one gzip member a
// record, so that readers can seek. It is safe for concurrent use.
type WARC struct {
	mu   sync.Mutex
	w    io.Writer
	info string // id of the warcinfo record
	err  error  // the first; nothing is written after it
}

// NewWARC begins an archive on w with its warcinfo record. The caller closes w.
func NewWARC(w io.Writer, now time.Time) (*WARC, error) {
	a := &WARC{w: w, info: recordID()}
	var f warcFields
	f.add("software", "Sonde")
	f.add("format", "WARC File Format 1.1")
	f.add("conformsTo", warcStandard)
	f.add("robots", "obey")
	f.add("http-header-user-agent", DefaultUserAgent)
	err := a.write(warcRecord{kind: "warcinfo", id: a.info, date: now, media: warcFieldsType, block: f.block()})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// An exchange is one request with its response, as far as it was read.
type exchange struct {
	url       string
	remote    string
	date      time.Time
	userAgent string
	status    int
	header    http.Header
	body      []byte // decoded
	truncated bool
}

// writeExchange writes a request and a response record that name each other.
func (a *WARC) writeExchange(x exchange) error {
	req, res := recordID(), recordID()
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.1 %d %s\r\n", x.status, http.StatusText(x.status))
	for _, k := range sortedKeys(x.header) {
		switch k {
		case "Content-Encoding", "Transfer-Encoding", "Content-Length", "Set-Cookie":
			continue // the body is decoded, and what it says of a visit is not kept
		}
		for _, v := range x.header[k] {
			fmt.Fprintf(&head, "%s: %s\r\n", k, oneLine(v))
		}
	}
	fmt.Fprintf(&head, "Content-Length: %d\r\n\r\n", len(x.body))
	block := append(head.Bytes(), x.body...)
	err := a.write(warcRecord{kind: "response", id: res, url: x.url, date: x.date, media: "application/http; msgtype=response",
		block: block, payload: x.body, remote: x.remote, concurrent: req, truncated: x.truncated})
	if err != nil {
		return err
	}
	path, host := pathAndHost(x.url)
	ask := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept-Encoding: gzip, br, zstd\r\n\r\n", path, host, oneLine(x.userAgent))
	return a.write(warcRecord{kind: "request", id: req, url: x.url, date: x.date, media: "application/http; msgtype=request",
		block: []byte(ask), remote: x.remote, concurrent: res})
}

// A warcRecord is one record before it is written.
type warcRecord struct {
	kind, id, url, media, remote, concurrent, refers string
	date                                             time.Time
	block, payload                                   []byte
	truncated                                        bool
}

// write writes a record as a gzip member of its own.
func (a *WARC) write(r warcRecord) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return a.err
	}
	var h strings.Builder
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&h, "%s: %s\r\n", name, oneLine(value))
		}
	}
	h.WriteString("WARC/1.1\r\n")
	field("WARC-Type", r.kind)
	field("WARC-Record-ID", r.id)
	field("WARC-Date", r.date.UTC().Format("2006-01-02T15:04:05.000000Z"))
	field("WARC-Target-URI", r.url)
	field("WARC-IP-Address", r.remote)
	field("WARC-Concurrent-To", r.concurrent)
	field("WARC-Refers-To", r.refers)
	if r.kind != "warcinfo" {
		field("WARC-Warcinfo-ID", a.info)
	}
	field("WARC-Block-Digest", digest(r.block))
	if r.payload != nil {
		field("WARC-Payload-Digest", digest(r.payload))
	}
	if r.truncated {
		field("WARC-Truncated", "length")
	}
	field("Content-Type", r.media)
	fmt.Fprintf(&h, "Content-Length: %d\r\n\r\n", len(r.block))

	z := gzip.NewWriter(a.w)
	_, err1 := io.WriteString(z, h.String())
	_, err2 := z.Write(r.block)
	_, err3 := io.WriteString(z, "\r\n\r\n")
	if err := errors.Join(err1, err2, err3, z.Close()); err != nil {
		a.err = fmt.Errorf("writing a WARC record: %w", err)
	}
	return a.err
}

// Err is the first error of the archive, which is then incomplete.
func (a *WARC) Err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err
}

// recordID is a random UUID (RFC 9562, version 4) as a WARC record id.
func recordID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// digest is a SHA-1 in base 32, as WARC readers expect it.
func digest(b []byte) string {
	sum := sha1.Sum(b)
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// oneLine keeps a value within its line.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

func sortedKeys(h http.Header) []string {
	ks := make([]string, 0, len(h))
	for k := range h {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

// keepExchange records what a page was read from, where an archive is wanted.
func (s *Session) keepExchange(fl *flight, r *colly.Response) {
	if s.warc == nil {
		return
	}
	err := s.warc.writeExchange(exchange{url: r.Request.URL.String(), remote: fl.f.remote, date: s.crawler.opts.Now(),
		userAgent: s.crawler.opts.UserAgent, status: r.StatusCode, header: fl.f.header, body: fl.f.body, truncated: fl.f.truncated})
	if err != nil {
		s.crawler.opts.Log.Error("the archive is incomplete", "error", err)
	}
}

// archive keeps the text of a page that was read, also where it came from the
// page cache and nothing was sent.
func (s *Session) archive(p *agent.Page) {
	if s.warc == nil {
		return
	}
	if err := s.warc.WritePage(p); err != nil {
		s.crawler.opts.Log.Error("the archive is incomplete", "error", err)
	}
}

// pathAndHost are the request target and host of an address.
func pathAndHost(raw string) (target, host string) {
	a, err := parseAddress(raw)
	if err != nil {
		return "/", ""
	}
	return a.url.RequestURI(), a.url.Host
}
