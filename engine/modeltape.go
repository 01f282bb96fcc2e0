package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"
	"unicode/utf8"
)

// A Tape records the turns of models and plays them again, so that a suite
// that a real model answered runs without key and network. It is the transport
// of Options.HTTP (see Client). A turn is found again by the path and body of
// its request; no header of a request is kept, so no key is. A tape that plays
// sends nothing.
//
// The file has one JSON object a line: {"key","status","type","retry_after","body"}.
type Tape struct {
	path string
	next http.RoundTripper // nil: play

	mu    sync.Mutex
	turns map[string][]turn // by key, in the order recorded
	fresh []turn
}

// turn is one reply on a tape.
type turn struct {
	Key        string `json:"key"`
	Status     int    `json:"status"`
	Type       string `json:"type"`
	RetryAfter string `json:"retry_after,omitempty"`
	Body       string `json:"body"`
}

// ErrNoTurn says that a tape holds no reply to a request.
var ErrNoTurn = errors.New("the tape holds no such turn: record it again")

// PlayTape opens a tape to play.
func PlayTape(path string) (*Tape, error) {
	t := &Tape{path: path, turns: map[string][]turn{}}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("opening tape %q: %w", path, err)
	}
	for line := range bytes.Lines(b) {
		var u turn
		if err := json.Unmarshal(line, &u); err != nil {
			return nil, fmt.Errorf("reading tape %q: %w", path, err)
		}
		t.turns[u.Key] = append(t.turns[u.Key], u)
	}
	return t, nil
}

// RecordTape opens a tape that records what next does; nil: a transport of
// our own. Close writes it; an earlier tape of that name is replaced.
func RecordTape(path string, next http.RoundTripper) *Tape {
	if next == nil {
		next = modelTransport()
	}
	return &Tape{path: path, next: next}
}

// Client is the HTTP client for Options.HTTP.
func (t *Tape) Client() *http.Client { return &http.Client{Transport: t} }

// RoundTrip implements http.RoundTripper.
func (t *Tape) RoundTrip(req *http.Request) (*http.Response, error) {
	key, err := turnKey(req)
	if err != nil {
		return nil, err
	}
	if t.next == nil {
		return t.play(req, key)
	}
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	u := turn{Key: key, Status: resp.StatusCode, Type: resp.Header.Get("Content-Type"), RetryAfter: resp.Header.Get("Retry-After")}
	resp.Body = &tapedBody{ReadCloser: resp.Body, done: func(said []byte) { t.keep(u, said, req) }}
	return resp, nil
}

// turnKey names a request by its path and body. The host is left out: a tape
// of one machine plays on another.
func turnKey(req *http.Request) (string, error) {
	h := sha256.New()
	io.WriteString(h, req.Method+" "+req.URL.Path+"\n")
	if req.Body != nil {
		b, err := io.ReadAll(req.Body)
		if err != nil {
			return "", fmt.Errorf("reading our own request: %w", err)
		}
		if err := req.Body.Close(); err != nil {
			return "", fmt.Errorf("reading our own request: %w", err)
		}
		req.Body = io.NopCloser(bytes.NewReader(b))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// play answers from the tape; the last of several replies is played on and on.
func (t *Tape) play(req *http.Request, key string) (*http.Response, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	us := t.turns[key]
	if len(us) == 0 {
		return nil, ErrNoTurn
	}
	if len(us) > 1 {
		t.turns[key] = us[1:]
	}
	u := us[0]
	h := http.Header{}
	h.Set("Content-Type", u.Type)
	if u.RetryAfter != "" {
		h.Set("Retry-After", u.RetryAfter)
	}
	return &http.Response{
		StatusCode: u.Status, Status: http.StatusText(u.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(strings.NewReader(u.Body)), ContentLength: int64(len(u.Body)), Request: req,
	}, nil
}

// keep puts a reply onto the tape, without the key if the endpoint repeats it.
func (t *Tape) keep(u turn, said []byte, req *http.Request) {
	u.Body = string(said)
	for _, h := range []string{"Authorization", "X-Api-Key"} {
		if secret := strings.TrimPrefix(req.Header.Get(h), "Bearer "); len(secret) > 4 {
			u.Body = strings.ReplaceAll(u.Body, secret, "…")
		}
	}
	if !utf8.ValidString(u.Body) {
		u.Body = strings.ToValidUTF8(u.Body, "\uFFFD")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fresh = append(t.fresh, u)
}

// Close writes a tape that was recorded; one that played has nothing to write.
func (t *Tape) Close() error {
	if t.next == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var b bytes.Buffer
	for _, u := range t.fresh {
		line, err := json.Marshal(u)
		if err != nil {
			return fmt.Errorf("writing tape %q: %w", t.path, err)
		}
		b.Write(append(line, '\n'))
	}
	if err := os.WriteFile(t.path, b.Bytes(), fs.FileMode(0o644)); err != nil {
		return fmt.Errorf("writing tape %q: %w", t.path, err)
	}
	return nil
}

// tapedBody keeps what is read of a reply, up to the limit of a reply, and
// hands it over when it is closed: a reply that was broken off is kept as far
// as it was read.
type tapedBody struct {
	io.ReadCloser
	said bytes.Buffer
	done func([]byte)
	once sync.Once
}

// Read implements io.Reader.
func (b *tapedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.said.Len()+n <= defaultReplySize {
		b.said.Write(p[:n])
	}
	return n, err
}

// Close implements io.Closer.
func (b *tapedBody) Close() error {
	b.once.Do(func() { b.done(b.said.Bytes()) })
	return b.ReadCloser.Close()
}
