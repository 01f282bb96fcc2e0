package crawler

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

// unpackFetch is a fetch that decodes up to limit bytes.
func unpackFetch(t testing.TB, limit int64, cut bool) *fetch {
	t.Helper()
	f := &fetch{shelter: newShelter(), roomy: largeBody, limit: limit, cut: cut}
	f.ctx, f.cancel = context.WithCancelCause(context.Background())
	t.Cleanup(f.finish)
	return f
}

func gzipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestReceive reads bodies of all sizes around the bounds, as they are and encoded.
func TestReceive(t *testing.T) {
	for _, size := range []int{0, 1, firstBuffer, firstBuffer + 1, largePacked, largeBody, largeBody + 1, 1 << 20, 3<<20 - 1, 3 << 20, 3<<20 + 1, 9 << 20} {
		text := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		for _, coding := range []string{"", "gzip", "gzip, gzip"} {
			sent := []byte(text)
			for range strings.Count(coding, "gzip") {
				sent = gzipped(t, string(sent))
			}
			for _, cut := range []bool{true, false} {
				for _, hint := range []int64{0, int64(len(sent))} {
					f := unpackFetch(t, 3<<20, cut)
					err := f.receive(bytes.NewReader(sent), coding, hint)
					switch {
					case size > 3<<20 && !cut:
						if !errors.Is(err, errTooLarge) {
							t.Errorf("%d bytes %q: %v, want that it is too large", size, coding, err)
						}
					case err != nil || string(f.body) != text[:min(size, 3<<20)] || f.truncated != (size > 3<<20):
						t.Errorf("%d bytes %q, hint %d: %d bytes, truncated %v, %v", size, coding, hint, len(f.body), f.truncated, err)
					}
					f.finish()
				}
			}
		}
	}
}

// TestReceiveDamaged: what is damaged says so, and a text that ends early is read.
func TestReceiveDamaged(t *testing.T) {
	whole := gzipped(t, strings.Repeat("words and words. ", 40000))
	for _, tt := range []struct {
		name, coding string
		sent         []byte
		reason       agent.SkipReason
	}{
		{"no gzip", "gzip", []byte("plain"), agent.SkipBadFile},
		{"no Brotli", "br", []byte("\xff\xff\xff\xff"), agent.SkipBadFile},
		{"no zstd", "zstd", []byte("plain text"), agent.SkipBadFile},
		{"unknown", "rot13", []byte("x"), agent.SkipNotText},
		{"too many", "gzip,gzip,gzip,gzip", whole, agent.SkipBadFile},
		{"cut off", "gzip", whole[:len(whole)/2], ""},
	} {
		f := unpackFetch(t, 1<<20, true)
		err := f.receive(bytes.NewReader(tt.sent), tt.coding, 0)
		var known *fetchError
		if tt.reason == "" {
			if err != nil || !f.truncated || !strings.HasPrefix(string(f.body), "words and words.") {
				t.Errorf("%s: %d bytes, %v", tt.name, len(f.body), err)
			}
		} else if !errors.As(err, &known) || known.reason != tt.reason {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.reason)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(gzipped(f, "hello"), uint8(0))
	f.Add([]byte("\x0b\x02\x80hello\x03"), uint8(1))
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00\x29\x00\x00hello"), uint8(2))
	f.Fuzz(func(t *testing.T, b []byte, n uint8) {
		coding := []string{"gzip", "br", "zstd", "gzip, br", "zstd, gzip"}[n%5]
		fetch := unpackFetch(t, 300<<10, n > 127)
		err := fetch.receive(bytes.NewReader(b), coding, 0)
		var known *fetchError
		if err != nil && !errors.As(err, &known) {
			t.Fatalf("an error without a reason: %v", err)
		}
		if len(fetch.body) > 300<<10 {
			t.Fatalf("%d bytes", len(fetch.body))
		}
	})
}
