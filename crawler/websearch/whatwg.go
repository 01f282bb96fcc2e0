package websearch

import (
	"errors"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// maxURL bounds an address (bytes). RFC 9110, 4.1 asks for 8000 at least.
const maxURL = 8192

var (
	errLongURL = errors.New("the address is longer than 8192 bytes")
	errNotHTTP = errors.New("not an http or https address")
	errBadURL  = errors.New("not a valid address")
)

// ParseURL reads ref as a browser would (WHATWG URL standard), against base
// where base is not empty. Scheme and host come in lower case, a host in
// another script as punycode, a numeric IPv4 address in dotted form, "\" as
// "/", dot segments resolved. A "%" that encodes nothing becomes "%25".
func ParseURL(base, ref string) (*url.URL, error) {
	w, err := parseWHATWG(base, ref)
	if err != nil {
		return nil, err
	}
	u := netURL(w)
	if len(u.String()) > maxURL { // percent-encoding makes it up to nine times longer
		return nil, errLongURL
	}
	return u, nil
}

// Href is the serialisation of ref against base in the WHATWG URL standard.
func Href(base, ref string) (string, error) {
	w, err := parseWHATWG(base, ref)
	if err != nil {
		return "", err
	}
	href, path := w.Href(false), w.Pathname()
	if fixed := fixPath(w); fixed != path {
		href = strings.Replace(href, path, fixed, 1)
	}
	return href, nil
}

func parseWHATWG(base, ref string) (w *whatwg.Url, err error) {
	if len(ref) > maxURL || len(base) > maxURL {
		return nil, errLongURL
	}
	if base == "" {
		w, err = whatwg.Parse(ref)
	} else {
		w, err = whatwg.ParseRef(base, ref)
	}
	if err != nil {
		return nil, errBadURL
	}
	return w, nil
}

// fixPath is the path with what the standard changed after the library's last
// release: "^" is percent-encoded in a path, and so is the last space of an
// opaque path that a query or fragment follows.
func fixPath(w *whatwg.Url) string {
	p := w.Pathname()
	if w.OpaquePath() {
		if strings.HasSuffix(p, " ") && (w.Search() != "" || w.Hash() != "") {
			p = p[:len(p)-1] + "%20"
		}
		return p
	}
	return strings.ReplaceAll(p, "^", "%5E")
}

// netURL is w as a net/url.URL whose String says the same.
func netURL(w *whatwg.Url) *url.URL {
	u := &url.URL{Scheme: w.Scheme(), Host: w.Host()}
	if user := w.Username(); user != "" || w.Password() != "" {
		u.User = userinfo(user, w.Password())
	}
	path := fixPath(w)
	if w.OpaquePath() {
		u.Opaque = path
	} else {
		u.RawPath = fixPercent(path)
		u.Path = unescape(u.RawPath)
	}
	u.RawQuery = fixPercent(strings.TrimPrefix(w.Search(), "?"))
	u.ForceQuery = u.RawQuery == "" && strings.Contains(beforeHash(w.Href(false)), "?")
	u.RawFragment = fixPercent(strings.TrimPrefix(w.Hash(), "#"))
	u.Fragment = unescape(u.RawFragment)
	return u
}

func userinfo(name, password string) *url.Userinfo {
	if password == "" {
		return url.User(unescape(name))
	}
	return url.UserPassword(unescape(name), unescape(password))
}

func beforeHash(s string) string {
	s, _, _ = strings.Cut(s, "#")
	return s
}

// unescape decodes percent-encoding; s has no "%" that encodes nothing.
func unescape(s string) string {
	if d, err := url.PathUnescape(s); err == nil {
		return d
	}
	return s
}

// fixPercent replaces each "%" that encodes nothing by "%25".
func fixPercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
