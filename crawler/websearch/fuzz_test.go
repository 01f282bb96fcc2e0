package websearch

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzReplies feeds any bytes to every provider: hits that are usable or a
// typed error, never a panic, never an untyped error.
func FuzzReplies(f *testing.F) {
	var names []string
	for i, c := range providerCases {
		names = append(names, c.config.Kind)
		for _, r := range replies(f, c.config.Kind) {
			f.Add(i, r.status, []byte(r.body))
		}
	}
	f.Fuzz(func(t *testing.T, i, status int, body []byte) {
		c := providerCases[abs(i)%len(names)]
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
		})}
		hits, err := fuzzProvider(t, c.config, client).Search(context.Background(), Query{Text: "a"})
		if err != nil && ReasonOf(err) == "" {
			t.Fatalf("%s: untyped error %v", c.config.Kind, err)
		}
		for _, h := range tidy(hits, Query{Want: MaxWant}) {
			if again, err := Canonical(h.URL); err != nil || again != h.URL || !utf8.ValidString(h.Title+h.Snippet) {
				t.Fatalf("%s: hit %+v: %v", c.config.Kind, h, err)
			}
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}

// fuzzProvider is the provider with its requests sent through client.
func fuzzProvider(t *testing.T, pc ProviderConfig, client *http.Client) Provider {
	k := kinds()[pc.Kind]
	pc.URL, pc.Pages = "https://search.example", 2
	if pc.Kind == "generic" {
		pc.URL += "/?q={query}"
	}
	c := &caller{name: pc.Kind, client: client, base: "https://search.example", key: testKey, now: time.Now, agent: userAgent}
	p, err := k.make(c, pc)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func FuzzJSONPath(f *testing.F) {
	f.Add("a.b[0].*.c", []byte(`{"a":{"b":[[{"c":"x"}]]}}`))
	f.Add("$.hits", []byte(`{"hits":null}`))
	f.Fuzz(func(t *testing.T, path string, doc []byte) {
		p, err := parseJSONPath(path)
		if err != nil {
			return
		}
		p.text(doc)
		p.elements(doc)
	})
}
