package retrieval

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// An Embedder turns texts into vectors, all of one length, in the texts' order.
type Embedder interface {
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// EmbedderFunc is a function as an Embedder.
type EmbedderFunc func(ctx context.Context, texts []string) ([][]float32, error)

// Embed calls f.
func (f EmbedderFunc) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	return f(ctx, texts)
}

// A Reranker says how well each text answers a query; more is better.
type Reranker interface {
	Rerank(ctx context.Context, query string, texts []string) ([]float64, error)
}

// An Endpoint is a model server with OpenAI's /embeddings, or the /rerank of
// Jina, Cohere, vLLM and others.
type Endpoint struct {
	BaseURL string        // such as http://gpu-box:8000/v1
	Model   string        // the server's name of the model
	Key     string        // sent as a bearer token; empty: none. Never shown
	Timeout time.Duration // of one request; 0: 10 s
	Client  *http.Client  // nil: one with the default transport; redirects are not followed
}

const (
	maxReply   = 64 << 20 // bytes of a reply
	embedBatch = 64       // texts in one request
	maxVector  = 8192     // numbers in a vector
)

var errEndpoint = errors.New("the model endpoint failed")

// Validate reports what is wrong with the settings.
func (e Endpoint) Validate() error {
	u, err := url.Parse(e.BaseURL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("the endpoint's address must begin with http:// or https://, such as http://localhost:8000/v1")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("the endpoint's address must end with its path, such as /v1: a key belongs into the environment")
	case u.User != nil:
		return errors.New("the endpoint's address must not hold a password: name the key's environment variable instead")
	case e.Model == "":
		return errors.New("the endpoint needs the name of a model")
	}
	return nil
}

// Embed asks for the texts' vectors, 64 at a time. The reply's order is that
// of its index fields, not of its list.
func (e Endpoint) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, 0, len(texts))
	for len(texts) > 0 {
		n := min(len(texts), embedBatch)
		part, err := e.embed(ctx, texts[:n])
		if err != nil {
			return nil, fmt.Errorf("embedding %d texts: %w", n, err)
		}
		if len(out) > 0 && len(part[0]) != len(out[0]) {
			return nil, fmt.Errorf("embedding %d texts: %w: vectors of %d and of %d numbers", n, errEndpoint, len(out[0]), len(part[0]))
		}
		out, texts = append(out, part...), texts[n:]
	}
	return out, nil
}

func (e Endpoint) embed(ctx context.Context, texts []string) ([][]float32, error) {
	var reply struct {
		Data []struct {
			Index     int         `json:"index"`
			Embedding embedding32 `json:"embedding"`
		} `json:"data"`
	}
	ask := struct {
		Model  string   `json:"model"`
		Input  []string `json:"input"`
		Format string   `json:"encoding_format"`
	}{e.Model, texts, "float"}
	if err := e.post(ctx, "/embeddings", ask, &reply); err != nil {
		return nil, err
	}
	out := make([][]float32, len(texts))
	for _, d := range reply.Data {
		if d.Index < 0 || d.Index >= len(out) || out[d.Index] != nil || len(d.Embedding) == 0 || len(d.Embedding) > maxVector {
			return nil, fmt.Errorf("%w: its vectors do not match the texts", errEndpoint)
		}
		out[d.Index] = d.Embedding
	}
	for _, v := range out {
		if len(v) != len(out[0]) || len(v) == 0 {
			return nil, fmt.Errorf("%w: vectors are missing or differ in length", errEndpoint)
		}
	}
	return out, nil
}

// embedding32 is a vector: a list of numbers, or base64 of 32-bit floats, the
// least byte first, which servers send when asked for it and some always.
type embedding32 []float32

// UnmarshalJSON reads both forms.
func (v *embedding32) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '"' {
		return json.Unmarshal(b, (*[]float32)(v))
	}
	var raw []byte
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	if len(raw)%4 != 0 {
		return fmt.Errorf("a vector of %d bytes", len(raw))
	}
	out := make([]float32, len(raw)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	*v = out
	return nil
}

// Rerank asks how relevant the texts are.
func (e Endpoint) Rerank(ctx context.Context, query string, texts []string) ([]float64, error) {
	var reply struct {
		Results []struct {
			Index int     `json:"index"`
			Score float64 `json:"relevance_score"`
		} `json:"results"`
	}
	ask := struct {
		Model     string   `json:"model"`
		Query     string   `json:"query"`
		Documents []string `json:"documents"`
	}{e.Model, query, texts}
	if err := e.post(ctx, "/rerank", ask, &reply); err != nil {
		return nil, fmt.Errorf("ranking %d texts: %w", len(texts), err)
	}
	out := make([]float64, len(texts))
	for i := range out {
		out[i] = math.Inf(-1)
	}
	for _, r := range reply.Results {
		if r.Index < 0 || r.Index >= len(out) || !math.IsInf(out[r.Index], -1) {
			return nil, fmt.Errorf("ranking %d texts: %w: its scores do not match the texts", len(texts), errEndpoint)
		}
		out[r.Index] = r.Score
	}
	if len(reply.Results) == 0 && len(texts) > 0 {
		return nil, fmt.Errorf("ranking %d texts: %w: it gave no scores", len(texts), errEndpoint)
	}
	return out, nil
}

// client never follows a redirect: the key and the texts are for this server alone.
func (e Endpoint) client() *http.Client {
	var c http.Client
	if e.Client != nil {
		c = *e.Client
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// post sends and reads JSON. Errors name the host, never the key or the reply.
func (e Endpoint) post(ctx context.Context, path string, ask, reply any) error {
	wait := e.Timeout
	if wait <= 0 {
		wait = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	body, err := json.Marshal(ask)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(e.BaseURL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: its address is wrong", errEndpoint)
	}
	req.Header.Set("Content-Type", "application/json")
	if e.Key != "" {
		req.Header.Set("Authorization", "Bearer "+e.Key)
	}
	resp, err := e.client().Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %s gave no answer: %w", errEndpoint, req.URL.Host, ctx.Err())
		}
		return fmt.Errorf("%w: %s cannot be reached", errEndpoint, req.URL.Host)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return fmt.Errorf("%w: %s answered with a redirect, which is not followed: give the address that it leads to", errEndpoint, req.URL.Host)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s answered with status %d", errEndpoint, req.URL.Host, resp.StatusCode)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	switch {
	case err != nil:
		return fmt.Errorf("%w: the answer of %s broke off", errEndpoint, req.URL.Host)
	case len(b) > maxReply:
		return fmt.Errorf("%w: the answer of %s is longer than %d bytes", errEndpoint, req.URL.Host, maxReply)
	}
	if err := json.Unmarshal(b, reply); err != nil {
		return fmt.Errorf("%w: the answer of %s is not the JSON that was asked for", errEndpoint, req.URL.Host)
	}
	return nil
}
