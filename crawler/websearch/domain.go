package websearch

import (
	"net/url"
	"strings"
)

// hostOf is the host of a canonical address, without port.
func hostOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// bareDomain is the host of what a person writes as a domain: "example.org",
// "*.example.org", "https://example.org/docs", "例子.中国". It is "" for what
// is none.
func bareDomain(d string) string {
	d = strings.TrimPrefix(strings.TrimSpace(d), "*.")
	if !strings.Contains(d, "://") {
		d = "http://" + d
	}
	u, err := ParseURL("", d)
	if err != nil {
		return ""
	}
	return strings.Trim(u.Hostname(), ".")
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

// adult reports whether a host names itself as pornographic. It is what safe
// search means where a service has none: a little, not a guarantee.
func adult(host string) bool {
	labels := strings.Split(host, ".")
	switch labels[len(labels)-1] {
	case "xxx", "porn", "adult", "sex", "sexy":
		return true
	}
	for _, l := range labels {
		switch l {
		case "xvideos", "xnxx", "xhamster", "redtube":
			return true
		}
		if strings.Contains(l, "porn") || strings.Contains(l, "hentai") {
			return true
		}
	}
	return false
}
