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
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A Tape records the turns of models and plays them again, so that a suite
// that a real model answered runs without key and network. It is the transport
// of Options.HTTP (see Client). A turn is found again by the path and body of
// its request; no header of a request is kept, so no key is. A tape that plays
// sends nothing.
//
// The file has one JSON object a line: a TapeHead, then turns
// {"scene","key","status","type","retry_after","body"}.
type Tape struct {
	path string
	next http.RoundTripper // nil: play

	mu     sync.Mutex
	head   TapeHead
	scene  string
	host   string            // of the scene's pages, host:port; empty: none to be renamed
	turns  map[string][]turn // by scene, in the order recorded
	fresh  []turn
	played TapeCount
}

// A TapeHead says when and of which models a tape was recorded.
type TapeHead struct {
	Recorded time.Time `json:"recorded"`
	Models   []string  `json:"models"` // SPECs
}

// A TapeCount says how a tape was played.
type TapeCount struct {
	Turns   int // requests answered
	Strayed int // of these, with the turn whose turn it was, but of another prompt
	Missing int // requests that the tape has no turn for
}

// tapedHost stands on a tape for the host of a scene's pages.
const tapedHost = "pages.tape"

// turn is one reply on a tape.
type turn struct {
	Scene      string `json:"scene,omitempty"`
	Key        string `json:"key"`
	Status     int    `json:"status"`
	Type       string `json:"type"`
	RetryAfter string `json:"retry_after,omitempty"`
	Body       string `json:"body"`

	used bool // it was played
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
		var l struct {
			*TapeHead
			turn
		}
		if err := json.Unmarshal(line, &l); err != nil {
			return nil, fmt.Errorf("reading tape %q: %w", path, err)
		}
		if l.TapeHead != nil {
			t.head = *l.TapeHead
			continue
		}
		t.turns[l.Scene] = append(t.turns[l.Scene], l.turn)
	}
	return t, nil
}

// RecordTape opens a tape that records what next does; nil: a transport of
// our own. Close writes it; an earlier tape of that name is replaced.
func RecordTape(path string, head TapeHead, next http.RoundTripper) *Tape {
	if next == nil {
		next = modelTransport()
	}
	return &Tape{path: path, head: head, next: next}
}

// Head says when and of which models the tape was recorded.
func (t *Tape) Head() TapeHead { return t.head }

// Begin begins a scene: a part of the tape whose turns follow one another. In
// a scene a request that is not on the tape, because a prompt has changed since,
// is answered with the turn that is due. host (host:port) is where the scene's
// pages are served, which may differ from recording to playing; empty: nowhere.
func (t *Tape) Begin(scene, host string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scene, t.host = scene, host
}

// Played counts what was played.
func (t *Tape) Played() TapeCount {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.played
}

// playing reports whether requests go to a tape rather than out.
func (o Options) playing() bool {
	t, ok := o.HTTP.Transport.(*Tape)
	return ok && t.next == nil
}

// Client is the HTTP client for Options.HTTP.
func (t *Tape) Client() *http.Client { return &http.Client{Transport: t} }

// RoundTrip implements http.RoundTripper.
func (t *Tape) RoundTrip(req *http.Request) (*http.Response, error) {
	t.mu.Lock()
	scene, host := t.scene, t.host
	t.mu.Unlock()
	key, err := turnKey(req, host)
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
	u := turn{Scene: scene, Key: key, Status: resp.StatusCode, Type: resp.Header.Get("Content-Type"), RetryAfter: resp.Header.Get("Retry-After")}
	resp.Body = &tapedBody{ReadCloser: resp.Body, done: func(said []byte) {
		u.Body = string(said)
		if host != "" {
			u.Body = strings.ReplaceAll(u.Body, host, tapedHost)
		}
		t.keep(u, req)
	}}
	return resp, nil
}

// turnKey names a request by its path and body. The host is left out: a tape
// of one machine plays on another; so is the pages' host.
func turnKey(req *http.Request, host string) (string, error) {
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
		if host != "" {
			b = bytes.ReplaceAll(b, []byte(host), []byte(tapedHost))
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// due is the turn that answers a request: the next one of the same request,
// else the last one of it again, else, in a scene, the next one of all.
func (t *Tape) due(key string) (turn, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	us := t.turns[t.scene]
	next := func(fits func(u turn) bool) int {
		return slices.IndexFunc(us, func(u turn) bool { return !u.used && fits(u) })
	}
	i := next(func(u turn) bool { return u.Key == key })
	for j := len(us) - 1; i < 0 && j >= 0; j-- {
		if us[j].Key == key {
			i = j
		}
	}
	if i < 0 && t.scene != "" {
		if i = next(func(turn) bool { return true }); i >= 0 {
			t.played.Strayed++
		}
	}
	if i < 0 {
		t.played.Missing++
		return turn{}, false
	}
	t.played.Turns++
	us[i].used = true
	u := us[i]
	if t.host != "" {
		u.Body = strings.ReplaceAll(u.Body, tapedHost, t.host)
	}
	return u, true
}

// play answers from the tape.
func (t *Tape) play(req *http.Request, key string) (*http.Response, error) {
	u, ok := t.due(key)
	if !ok {
		return nil, ErrNoTurn
	}
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
func (t *Tape) keep(u turn, req *http.Request) {
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
	lines := []any{t.head}
	for _, u := range t.fresh {
		lines = append(lines, u)
	}
	for _, l := range lines {
		line, err := json.Marshal(l)
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
