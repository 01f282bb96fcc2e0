package websearch

import (
	"errors"
	"net/url"
	"strings"
)

// Canonical returns the one address under which a page is known.
func Canonical(rawURL string) (string, error) {
	u, err := ParseURL("", rawURL)
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", errors.New("not an http address")
	}
	u.Fragment = ""
	return u.String(), nil
}

// ParseURL reads ref, against base where base is not empty.
func ParseURL(base, ref string) (*url.URL, error) {
	r, err := url.Parse(strings.TrimSpace(ref))
	if err != nil || base == "" {
		return r, err
	}
	b, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	return b.ResolveReference(r), nil
}

// hostOf is the host of a canonical address, without port.
func hostOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// bareDomain is the host of what a person writes as a domain: "example.org",
// "*.example.org", "https://example.org/docs".
func bareDomain(d string) string {
	d = strings.ToLower(strings.TrimSpace(d))
	if i := strings.Index(d, "://"); i >= 0 {
		d = d[i+3:]
	}
	d, _, _ = strings.Cut(d, "/")
	d, _, _ = strings.Cut(d, ":")
	return strings.Trim(strings.TrimPrefix(d, "*."), ".")
}

func bareDomains(list []string) []string {
	var out []string
	for _, d := range list {
		if d = bareDomain(d); d != "" {
			out = append(out, d)
		}
	}
	return out
}
