package websearch

import (
	"sort"
	"strings"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// fuseK is the constant of reciprocal rank fusion (Cormack, Clarke and
// Büttcher, SIGIR 2009).
const fuseK = 60

// Fuse joins ranked lists by reciprocal rank: a hit scores the sum of
// 1/(60+rank) over the lists. Hits whose addresses are canonically the same
// are one; it keeps the fullest title and snippet. Best first.
func Fuse(lists ...[]agent.Hit) []agent.Hit {
	at := map[string]int{}
	var out []agent.Hit
	for _, list := range lists {
		seen := map[string]bool{}
		rank := 0
		for _, h := range list {
			key, err := Key(h.URL)
			if err != nil || seen[key] {
				continue
			}
			seen[key] = true
			rank++
			i, ok := at[key]
			if !ok {
				i = len(out)
				at[key] = i
				h.Score = 0
				out = append(out, h)
			} else {
				out[i] = fuller(out[i], h)
			}
			out[i].Score += 1 / float64(fuseK+rank)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	return out
}

// fuller is a with what it lacks taken from b.
func fuller(a, b agent.Hit) agent.Hit {
	if plainer(b.URL, a.URL) {
		a.URL = b.URL
	}
	if a.Title == "" {
		a.Title = b.Title
	}
	if len(b.Snippet) > len(a.Snippet) {
		a.Snippet = b.Snippet
	}
	if a.Published == "" {
		a.Published = b.Published
	}
	return a
}

// plainer reports whether a is the better of two addresses of one page: https,
// then the shorter one (mobile hosts and AMP paths add to it).
func plainer(a, b string) bool {
	sa, sb := strings.HasPrefix(a, "https:"), strings.HasPrefix(b, "https:")
	if sa != sb {
		return sa
	}
	return len(trimWWW(a)) < len(trimWWW(b))
}

func trimWWW(s string) string { return strings.Replace(s, "://www.", "://", 1) }

// tidy makes the hits fit for use: canonical http(s) addresses, each once,
// text on one line and bounded, the query's domains and day applied (whether
// or not the service applied them), and at most as many as were wanted.
func tidy(hits []agent.Hit, q Query) []agent.Hit {
	var out []agent.Hit
	seen := map[string]bool{}
	after, hasAfter := q.after()
	for _, h := range hits {
		u, key, err := both(h.URL)
		if err != nil || seen[key] || !allowed(u, q) {
			continue
		}
		seen[key] = true
		h.URL = u
		h.Title = clip(oneLine(h.Title), maxText)
		h.Snippet = clip(oneLine(h.Snippet), maxText)
		h.Published = day(h.Published)
		if t, err := time.Parse(time.DateOnly, h.Published); hasAfter && err == nil && t.Before(after) {
			continue
		}
		if out = append(out, h); len(out) == q.want() {
			break
		}
	}
	return out
}

// both is the canonical address and the key of rawURL.
func both(rawURL string) (address, k string, err error) {
	u, err := ParseURL("", rawURL)
	if err == nil {
		err = canonical(u)
	}
	if err != nil {
		return "", "", err
	}
	return u.String(), key(u), nil
}

// allowed applies the query's domains, and safe search, to an address.
func allowed(rawURL string, q Query) bool {
	host := hostOf(rawURL)
	if q.SafeSearch && adult(host) {
		return false
	}
	if len(q.Include) > 0 && !anyDomain(host, q.Include) {
		return false
	}
	return !anyDomain(host, q.Exclude)
}

// anyDomain reports whether host is one of the domains or below one.
func anyDomain(host string, domains []string) bool {
	for _, d := range domains {
		d = bareDomain(d)
		if d != "" && (host == d || strings.HasSuffix(host, "."+d)) {
			return true
		}
	}
	return false
}

// day reads the date formats that services send and returns YYYY-MM-DD, or "".
func day(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 10 {
		if t, err := time.Parse(time.DateOnly, s[:10]); err == nil && t.Year() > 1000 {
			return s[:10]
		}
	}
	for _, layout := range []string{"Jan 2, 2006", "2 Jan 2006", "January 2, 2006", "2006/1/2", "2006年1月2日", time.RFC1123, time.RFC1123Z} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return ""
}
