package crawler

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/websearch"
)

const maxAddress = 2048 // bytes of an address that is followed, at most

// An address is one place to read.
type address struct {
	url    *url.URL
	text   string // as fetched and shown
	key    string // the same for addresses that surely name one page
	origin string // scheme://host:port, "file://" for files
}

// parseAddress reads an absolute address and drops what only tracks or
// identifies a visit. Errors are *fetchError.
func parseAddress(raw string) (address, error) {
	if len(raw) > maxAddress {
		return address{}, failure(agent.SkipTrap, "the address is too long")
	}
	u, err := websearch.ParseURL("", raw)
	if err != nil {
		return address{}, failure(reasonBadAddress, "not an address")
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return address{}, failure(reasonBadAddress, "only http and https are read")
	case u.Hostname() == "":
		return address{}, failure(reasonBadAddress, "the address has no host")
	case u.User != nil:
		return address{}, failure(reasonBadAddress, "an address with a user name or password is refused")
	}
	u.Host = strings.ToLower(u.Host)
	u.Fragment, u.RawFragment = "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	if stripVisit(u) { // what is left may read differently: "/..;sid=1"
		if u, err = websearch.ParseURL("", u.String()); err != nil {
			return address{}, failure(reasonBadAddress, "not an address")
		}
	}
	return address{url: u, text: u.String(), key: keyOf(u), origin: originOf(u)}, nil
}

// originOf is scheme, host and port.
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if p := u.Port(); p == "80" && u.Scheme == "http" || p == "443" && u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":"+p)
	}
	return u.Scheme + "://" + host
}

// siteKey is what all addresses of one site share: host and port, where
// "www." and the step from http to https do not count.
func siteKey(u *url.URL) string {
	host := strings.TrimPrefix(strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), "www.")
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		return host + ":" + p
	}
	return host
}

// visitParam matches parameters that name a visit or a click, not a page.
var visitParam = regexp.MustCompile(`(?i)^(utm_\w+|[a-z]{0,6}sess(ion)?_?id|sid|s?clid|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|_ga|_gl|spm|jsessionid|phpsessid|aspsessionid\w*|cftoken|cfid|zenid|osCsid|replytocom|share|print|printable|printer_friendly)$`)

var visitPath = regexp.MustCompile(`(?i);(jsessionid|sid|phpsessid)=[^/?#;]*`)

// stripVisit removes parameters that do not change what a page says; it
// reports whether the path changed.
func stripVisit(u *url.URL) (changed bool) {
	if strings.Contains(u.Path, ";") {
		if p := visitPath.ReplaceAllString(u.EscapedPath(), ""); p != u.EscapedPath() {
			if q, err := url.PathUnescape(p); err == nil {
				u.Path, u.RawPath, changed = q, p, true
			}
		}
	}
	if u.RawQuery == "" {
		u.ForceQuery = false
		return changed
	}
	kept := slices.DeleteFunc(strings.Split(u.RawQuery, "&"), func(p string) bool {
		name, _, _ := strings.Cut(p, "=")
		return p == "" || visitParam.MatchString(name)
	})
	u.RawQuery = strings.Join(kept, "&")
	return changed
}

// keyOf folds what does not tell pages apart: http and https, "www.", a
// folder's index file, a slash at the end, the order of parameters, and the
// escaping of plain characters.
func keyOf(u *url.URL) string {
	p := u.EscapedPath()
	if q, err := url.PathUnescape(p); err == nil {
		p = q
	}
	switch base := strings.ToLower(path.Base(p)); base {
	case "index.html", "index.htm", "index.php", "default.aspx", "default.htm":
		p = p[:len(p)-len(base)]
	}
	p = strings.TrimRight(p, "/")
	q := u.RawQuery
	if strings.Contains(q, "&") {
		parts := strings.Split(q, "&")
		slices.Sort(parts)
		q = strings.Join(slices.Compact(parts), "&")
	}
	if q != "" {
		q = "?" + q
	}
	return siteKey(u) + p + q
}

// A site is one that the question names.
type site struct {
	start   address
	keys    map[string]bool // site keys that belong to it
	prefix  string          // folder of the start address, preferred
	feeds   int             // feeds that were read
	indexes int             // search indexes that were asked for
}

func newSite(a address) *site {
	dir := a.url.Path
	if !strings.HasSuffix(dir, "/") {
		if strings.Contains(path.Base(dir), ".") {
			dir = path.Dir(dir)
		}
		dir = strings.TrimSuffix(dir, "/") + "/"
	}
	return &site{start: a, prefix: dir, keys: map[string]bool{siteKey(a.url): true}}
}

// holds reports whether the address belongs to the site.
func (s *site) holds(u *url.URL) bool { return s.keys[siteKey(u)] }

// under reports whether the address lies below the folder that was named.
func (s *site) under(u *url.URL) bool {
	return strings.HasPrefix(u.Path, s.prefix) || u.Path+"/" == s.prefix
}

// withinDomain reports whether host is one of the domains or below one.
func withinDomain(host string, domains []string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for _, d := range domains {
		d = strings.TrimPrefix(strings.Trim(strings.ToLower(strings.TrimSpace(d)), "."), "*.")
		if i := strings.Index(d, "://"); i >= 0 {
			d = d[i+3:]
		}
		d, _, _ = strings.Cut(d, "/")
		if d != "" && (host == d || strings.HasSuffix(host, "."+d)) {
			return true
		}
	}
	return false
}
