package extract

import (
	"regexp"
	"strings"
	"unicode"
)

// bestTitle prefers the page's own headline over the title element, which adds
// the site's name, where the one begins with the other or holds it; a site's
// name stands in its pages' titles behind a separator and goes.
func bestTitle(m meta, host string) string {
	title := m.title
	best := ""
	for i, h := range append(m.h1, m.headline) {
		if i == len(m.h1) && (h == title && best != "" && len(best)*5 >= len(title)*2) {
			continue // it says no more than the title does, and a headline of the page's own is in it
		}
		if headlineOf(h, m, host) && len(h) > len(best) {
			best = h
		}
	}
	switch {
	case best != "" && best != title:
		return best
	case title == "" && m.headline != "":
		return m.headline
	case title == "" && len(m.h1) > 0:
		return m.h1[0]
	}
	return withoutSite(title, m.site, host)
}

// headlineOf reports whether h is the headline of the page with the title of m.
func headlineOf(h string, m meta, host string) bool {
	if len(h) < 4 || len(h) > 300 || sameName(h, m.site, host) {
		return false
	}
	if m.title == "" || strings.Contains(h, m.title) {
		return true
	}
	at := strings.LastIndex(m.title, h)
	if at < 0 {
		return false
	}
	front := strings.TrimRight(m.title[:at], " |-–—·_:")
	return at == 0 || at+len(h) < len(m.title) || front == m.title[:at] || len(front) < len(h)/2 // else it is the name of the site
}

// withoutSite is title without the site's name, and without the names of
// channels that Chinese sites put behind a headline with "_".
func withoutSite(title, site, host string) string {
	for _, sep := range []string{" | ", " - ", " – ", " — ", " · ", " :: ", "_", "|", "-"} {
		if i := strings.LastIndex(title, sep); i > 3 && sameName(title[i+len(sep):], site, host) {
			title = strings.TrimSpace(title[:i])
			break
		}
	}
	parts := strings.Split(title, "_")
	if len(parts) < 2 || !hasHan(parts[0]) || len([]rune(parts[0])) < 6 {
		return title
	}
	for _, p := range parts[1:] {
		if len([]rune(p)) > 12 || len(p) > len(parts[0]) {
			return title
		}
	}
	return strings.TrimSpace(parts[0])
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// sameName reports whether s names the site: its stated name, or its host.
func sameName(s, site, host string) bool {
	s, site = strings.ToLower(strings.TrimSpace(s)), strings.ToLower(site)
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	label, _, _ := strings.Cut(host, ".")
	squeezed := strings.ReplaceAll(s, " ", "")
	return s != "" && (s == site || s == host || squeezed == label && len(label) > 2)
}

// cleanAuthor drops the words before a name, a date after it, and what is no name.
func cleanAuthor(s string) string {
	for _, p := range []string{"By ", "by ", "BY ", "作者：", "作者:", "文/", "文｜"} {
		s = strings.TrimPrefix(s, p)
	}
	if at := dateAfter.FindStringIndex(s); at != nil {
		s = s[:at[0]]
	}
	s = strings.TrimSpace(s)
	if len(s) > 200 || strings.Contains(s, "://") || strings.ContainsAny(s, "，。！？<>{}") || digitsOnly(s) || noAuthors[strings.ToLower(s)] {
		return ""
	}
	return s
}

// dateAfter begins a date that stands behind a name.
var dateAfter = regexp.MustCompile(`(?i)[\s,|·•-]+((mon|tues|wednes|thurs|fri|satur|sun)day\b|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d)`)

// noAuthors are what publishing systems write where there is no name.
var noAuthors = map[string]bool{"admin": true, "administrator": true, "author": true, "no author": true, "unknown": true, "anonymous": true, "staff": true,
	"editor": true, "webmaster": true, "discuz! team and comsenz ui team": true, "null": true, "undefined": true, "none": true, "佚名": true, "管理员": true}
