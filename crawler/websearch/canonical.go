package websearch

import (
	"net/url"
	"slices"
	"strings"
)

// Canonical returns the one address under which a page is known. It leads to
// the same page as rawURL: read as a browser would (see ParseURL), without
// credentials, fragment, tracking parameters and session ids, out of AMP
// caches and known mobile hosts, percent-encoding in one form. An address that
// is not http or https is an error.
//
// It is made for fetching. Two addresses of one page may still differ; Key
// goes further.
func Canonical(rawURL string) (string, error) {
	u, err := ParseURL("", rawURL)
	if err != nil {
		return "", err
	}
	if err := canonical(u); err != nil {
		return "", err
	}
	return u.String(), nil
}

// canonical changes u into its canonical form.
func canonical(u *url.URL) error {
	for range 3 { // a cached page may itself be in a cache
		inner := outOfAMP(u)
		if inner == nil {
			break
		}
		*u = *inner
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errNotHTTP
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	u.Host = strings.TrimSuffix(desktopHost(trimDot(u.Host)), ":")
	setPath(u, dropSessions(normalPercent(u.EscapedPath())))
	u.RawQuery, u.ForceQuery = cleanQuery(u.RawQuery, u.Hostname()), false
	if u.Hostname() == "" {
		return errNotHTTP
	}
	return nil
}

// Key returns what is the same for the addresses of one page: the canonical
// address without scheme and "www.", also out of mobile hosts and AMP paths,
// with sorted parameters and no trailing slash or index file. It is for
// comparing only; nothing need answer there.
func Key(rawURL string) (string, error) {
	u, err := ParseURL("", rawURL)
	if err != nil {
		return "", err
	}
	if err := canonical(u); err != nil {
		return "", err
	}
	return key(u), nil
}

func key(u *url.URL) string {
	host := u.Hostname()
	for _, p := range []string{"www.", "m.", "mobile.", "wap.", "amp.", "touch.", "3g."} {
		if rest, ok := strings.CutPrefix(host, p); ok && strings.Contains(rest, ".") {
			host = rest
			break
		}
	}
	if p := u.Port(); p != "" {
		host += ":" + p
	}
	path := u.EscapedPath()
	for _, s := range []string{"/index.html", "/index.htm", "/index.php", "/default.aspx", "/amp/", "/amp", ".amp"} {
		if rest, ok := strings.CutSuffix(path, s); ok && (rest != "" || s[1] == 'i') {
			path = rest
			break
		}
	}
	path = strings.TrimRight(path, "/")
	if rest, ok := strings.CutSuffix(path, ".amp.html"); ok {
		path = rest + ".html"
	}
	params := strings.Split(u.RawQuery, "&")
	slices.Sort(params)
	if q := strings.Join(params, "&"); q != "" {
		path += "?" + q
	}
	return host + path
}

func trimDot(host string) string {
	name, port, ok := strings.Cut(host, ":")
	if strings.HasPrefix(host, "[") {
		return host
	}
	name = strings.TrimRight(name, ".")
	if ok {
		return name + ":" + port
	}
	return name
}

// outOfAMP returns the page that an AMP cache or viewer shows, or nil where u
// is none (https://developers.google.com/amp/cache/overview).
func outOfAMP(u *url.URL) *url.URL {
	path := ""
	switch host := u.Hostname(); {
	case strings.HasSuffix(host, ".cdn.ampproject.org"), host == "cdn.ampproject.org", strings.HasSuffix(host, ".bing-amp.com"):
		for _, p := range []string{"/c/", "/v/", "/a/"} {
			if rest, ok := strings.CutPrefix(u.EscapedPath(), p); ok {
				path = rest
			}
		}
	case strings.HasPrefix(host, "www.google.") || strings.HasPrefix(host, "google."):
		path, _ = strings.CutPrefix(u.EscapedPath(), "/amp/")
		if path == u.EscapedPath() {
			path = ""
		}
	}
	if path == "" {
		return nil
	}
	scheme := "http://"
	if rest, ok := strings.CutPrefix(path, "s/"); ok {
		scheme, path = "https://", rest
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	inner, err := ParseURL("", scheme+path)
	if err != nil || !strings.Contains(inner.Host, ".") {
		return nil
	}
	return inner
}

// desktopHost is the host that serves the same paths to wider screens, for
// the sites where that is known.
func desktopHost(host string) string {
	labels := strings.Split(host, ".")
	if n := len(labels); n >= 3 && slices.Contains(labels[:n-2], "m") {
		if site := strings.Join(labels[n-2:], "."); isWikimedia(site) {
			labels = slices.DeleteFunc(labels, func(l string) bool { return l == "m" })
			return strings.Join(labels, ".")
		}
	}
	if d, ok := map[string]string{
		"m.youtube.com": "www.youtube.com", "mobile.twitter.com": "twitter.com", "mobile.x.com": "x.com",
		"m.facebook.com": "www.facebook.com", "old.reddit.com": "www.reddit.com", "m.reddit.com": "www.reddit.com",
		"amp.reddit.com": "www.reddit.com", "m.douban.com": "www.douban.com", "m.bilibili.com": "www.bilibili.com",
		"m.imdb.com": "www.imdb.com",
	}[host]; ok {
		return d
	}
	return host
}

func isWikimedia(site string) bool {
	switch site {
	case "wikipedia.org", "wiktionary.org", "wikinews.org", "wikibooks.org", "wikiquote.org", "wikisource.org",
		"wikiversity.org", "wikivoyage.org", "wikidata.org", "wikimedia.org", "mediawiki.org":
		return true
	}
	return false
}

// setPath sets an escaped path.
func setPath(u *url.URL, escaped string) {
	if escaped == "" {
		escaped = "/"
	}
	u.RawPath, u.Path = escaped, unescape(escaped)
}

// normalPercent decodes what need not be encoded and writes the rest with
// capitals (RFC 3986, 6.2.2).
func normalPercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
			b.WriteByte(s[i])
			continue
		}
		if c := unhex(s[i+1])<<4 | unhex(s[i+2]); unreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(s[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// unreserved is RFC 3986, 2.3, without the dot: "%2e" was read as a dot
// segment already where it is one.
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '~' || c == '.'
}
