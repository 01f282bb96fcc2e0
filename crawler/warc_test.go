package crawler

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nlnwa/gowarc/v3"

	"github.com/sonde-search/sonde/agent"
)

// A readRecord is a WARC record as a reader sees it.
type readRecord struct {
	header textproto.MIMEHeader
	block  []byte
}

// readWARC reads an archive strictly: one gzip member a record, the version
// line, all mandatory fields, the length, the end, and the digests.
func readWARC(t *testing.T, b []byte) []readRecord {
	t.Helper()
	var out []readRecord
	src := bufio.NewReader(bytes.NewReader(b))
	for {
		if _, err := src.Peek(1); errors.Is(err, io.EOF) {
			return out
		}
		z, err := gzip.NewReader(src)
		if err != nil {
			t.Fatal(err)
		}
		z.Multistream(false)
		r := bufio.NewReader(z)
		if line, err := r.ReadString('\n'); err != nil || line != "WARC/1.1\r\n" {
			t.Fatalf("version line %q, %v", line, err)
		}
		h, err := textproto.NewReader(r).ReadMIMEHeader()
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range []string{"WARC-Record-ID", "WARC-Type", "WARC-Date", "Content-Length"} {
			if h.Get(k) == "" {
				t.Errorf("no %s", k)
			}
		}
		if _, err := time.Parse(time.RFC3339Nano, h.Get("WARC-Date")); err != nil {
			t.Error(err)
		}
		n, err := strconv.Atoi(h.Get("Content-Length"))
		if err != nil {
			t.Fatal(err)
		}
		rest, err := io.ReadAll(r)
		if err != nil || len(rest) != n+4 || string(rest[n:]) != "\r\n\r\n" {
			t.Fatalf("%d bytes, want %d and an end, %v", len(rest), n, err)
		}
		if d := h.Get("WARC-Block-Digest"); d != digest(rest[:n]) {
			t.Errorf("block digest %s", d)
		}
		out = append(out, readRecord{h, rest[:n]})
	}
}

// secondReader has the archive read by another program's reader, which holds it
// strictly to the standard: fields by type of record, dates, addresses, digests.
func secondReader(t *testing.T, b []byte) {
	t.Helper()
	r, err := gowarc.NewWarcFileReaderFromStream(bytes.NewReader(b), 0, gowarc.WithStrictValidation())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for rec, err := range r.Records() {
		if err != nil || len(rec.Validation) > 0 {
			t.Fatalf("record %d: %v %v", n, rec.Validation, err)
		}
		if found, err := rec.WarcRecord.ValidateDigest(); err != nil || len(found) > 0 {
			t.Errorf("record %d, %v: %v %v", n, rec.WarcRecord, found, err)
		}
		if err := rec.WarcRecord.Close(); err != nil {
			t.Error(err)
		}
		n++
	}
	if want := len(readWARC(t, b)); n != want {
		t.Errorf("it read %d records of %d", n, want)
	}
}

// archiveSite answers with gzip and a cookie, neither of which is archived.
func archiveSite(t *testing.T) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			rw.Header().Set("Content-Encoding", "gzip")
			rw.Header().Set("Set-Cookie", "secret=1")
			z := gzip.NewWriter(rw)
			fmt.Fprint(z, page("Start", "你好，世界。", "one|/one"))
			if err := z.Close(); err != nil {
				t.Error(err)
			}
		case "/one":
			fmt.Fprint(rw, page("One", "The first page.", "two|/two"))
		case "/two":
			fmt.Fprint(rw, page("Two", "The second page."))
		default:
			http.NotFound(rw, r)
		}
	}
}

func TestCrawlToWARC(t *testing.T) {
	w := serve(t, "127.0.2.20", archiveSite(t))
	var b bytes.Buffer
	archive, err := NewWARC(&b, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	steps, err := newCrawler(t, Options{TrustSites: true}).Crawl(t.Context(), CrawlRequest{URLs: []string{w.URL}, Depth: 1, WARC: archive})
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for s := range steps {
		if p, ok := s.(agent.Paged); ok && p.State == agent.PageRead {
			read++
		}
	}
	if read != 2 || w.count("/two") != 0 {
		t.Errorf("read %d pages with depth 1; /two was asked for %d times", read, w.count("/two"))
	}
	checkArchive(t, b.Bytes())
}

// checkArchive reads the archive of archiveSite.
func checkArchive(t *testing.T, b []byte) {
	t.Helper()
	secondReader(t, b)
	kinds := map[string]int{}
	ids := map[string]bool{}
	for _, r := range readWARC(t, b) {
		kinds[r.header.Get("WARC-Type")]++
		if id := r.header.Get("WARC-Record-ID"); ids[id] {
			t.Errorf("the id %s occurs twice", id)
		} else {
			ids[id] = true
		}
		if bytes.Contains(r.block, []byte("secret=1")) {
			t.Error("a cookie is in the archive")
		}
		if r.header.Get("WARC-Type") == "response" {
			res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(r.block)), nil)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			if err != nil || !strings.Contains(string(body), "<title>") || r.header.Get("WARC-Payload-Digest") != digest(body) {
				t.Errorf("response body %q, %v", body, err)
			}
		}
	}
	if kinds["warcinfo"] != 1 || kinds["response"] != 2 || kinds["request"] != 2 || kinds["conversion"] != 2 || kinds["metadata"] != 2 {
		t.Errorf("records %v", kinds)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWARCErrorSticks(t *testing.T) {
	if _, err := NewWARC(brokenWriter{}, time.Now()); err == nil {
		t.Error("no error")
	}
}
