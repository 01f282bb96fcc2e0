package crawler

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Bounds of robots.txt (RFC 9309, 2.5: at least 500 KiB must be parsed).
const (
	maxRobots     = 500 << 10
	maxRobotsLine = 2083*8 - 1 // longer lines are cut, as Google's parser does
)

// A rule is one Allow or Disallow line.
type rule struct {
	allow   bool
	pattern string // escaped; '*' matches anything, a '$' at the end anchors
}

// A robotsGroup is a run of user-agent lines with the rules below them.
type robotsGroup struct {
	agents []string // lower-case product tokens, "*" for all
	rules  []rule
	delay  time.Duration
}

// A robotsFile is a parsed robots.txt (RFC 9309).
type robotsFile struct {
	groups   []robotsGroup
	sitemaps []string // as written
}

// parseRobots reads a robots.txt. It never fails: what it does not understand
// it leaves out.
func parseRobots(body []byte) *robotsFile {
	if len(body) > maxRobots {
		body = body[:maxRobots]
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	f := &robotsFile{}
	inAgents := false // the last line that counts was a user-agent line
	for line := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		key, value, ok := robotsLine(line)
		if !ok {
			continue
		}
		switch key {
		case "user-agent":
			if !inAgents || len(f.groups) == 0 {
				f.groups = append(f.groups, robotsGroup{})
			}
			inAgents = true
			g := &f.groups[len(f.groups)-1]
			g.agents = append(g.agents, agentToken(value))
		case "allow", "disallow":
			inAgents = false
			f.addRule(rule{allow: key == "allow", pattern: escapePattern(value)})
		case "crawl-delay":
			f.addDelay(value)
		case "sitemap":
			f.sitemaps = append(f.sitemaps, value)
		}
	}
	return f
}

// addRule adds to the current group; rules above the first group bind nobody.
func (f *robotsFile) addRule(r rule) {
	if len(f.groups) > 0 && r.pattern != "" {
		g := &f.groups[len(f.groups)-1]
		g.rules = append(g.rules, r)
	}
}

func (f *robotsFile) addDelay(value string) {
	s, err := strconv.ParseFloat(value, 64)
	if err != nil || !(s > 0) || len(f.groups) == 0 {
		return
	}
	f.groups[len(f.groups)-1].delay = time.Duration(min(s, 3600) * float64(time.Second))
}

// robotsLine splits a line into its key (lower case) and value. A missing
// colon is forgiven where white space stands in its place, and so are the
// usual misspellings, as in Google's parser.
func robotsLine(line []byte) (key, value string, ok bool) {
	if len(line) > maxRobotsLine {
		line = line[:maxRobotsLine]
	}
	line, _, _ = bytes.Cut(line, []byte("#"))
	line = bytes.TrimSpace(line)
	k, v, found := bytes.Cut(line, []byte(":"))
	if !found {
		parts := bytes.Fields(line)
		if len(parts) != 2 {
			return "", "", false
		}
		k, v = parts[0], parts[1]
	}
	key = strings.ToLower(string(bytes.TrimSpace(k)))
	switch key {
	case "useragent", "user agent":
		key = "user-agent"
	case "dissallow", "dissalow", "disalow", "diasllow", "disallaw":
		key = "disallow"
	case "site-map":
		key = "sitemap"
	}
	return key, string(bytes.TrimSpace(v)), key != ""
}

// agentToken is the product token at the start of a user-agent value.
func agentToken(v string) string {
	if strings.HasPrefix(v, "*") && (len(v) == 1 || v[1] == ' ' || v[1] == '\t') {
		return "*"
	}
	n := 0
	for n < len(v) && (v[n] == '-' || v[n] == '_' || 'a' <= v[n]|0x20 && v[n]|0x20 <= 'z') {
		n++
	}
	return strings.ToLower(v[:n])
}

// ruleset is what binds one agent.
type ruleset struct {
	rules []rule
	delay time.Duration
}

// of returns the rules for a product token: those of all groups that name it,
// else those of all groups for "*".
func (f *robotsFile) of(product string) ruleset {
	token := strings.ToLower(product)
	var own, all ruleset
	found := false
	for _, g := range f.groups {
		for _, a := range g.agents {
			switch {
			case a == "*":
				all.add(g)
			case a != "" && a == token:
				own.add(g)
				found = true
			}
		}
	}
	if found {
		return own
	}
	return all
}

func (s *ruleset) add(g robotsGroup) {
	s.rules = append(s.rules, g.rules...)
	s.delay = max(s.delay, g.delay)
}

// allows reports whether the address may be fetched: the longest matching
// pattern decides, Allow on a tie (RFC 9309, 2.2.2).
func (s ruleset) allows(u *url.URL) bool { return s.allowsPath(robotsPath(u.String())) }

func (s ruleset) allowsPath(path string) bool {
	if path == "/robots.txt" {
		return true
	}
	best, allow := -1, true
	for _, r := range s.rules {
		n := r.match(path)
		if n > best || n == best && n >= 0 && r.allow {
			best, allow = n, r.allow
		}
	}
	return allow
}

// match is the length of the pattern where it matches, else -1. A pattern for
// a folder's index.html stands for the folder too, as in Google's parser.
func (r rule) match(path string) int {
	if patternMatches(r.pattern, path) {
		return len(r.pattern)
	}
	if i := strings.LastIndexByte(r.pattern, '/'); r.allow && i >= 0 && strings.HasPrefix(r.pattern[i:], "/index.htm") {
		if dir := r.pattern[:i+1] + "$"; patternMatches(dir, path) {
			return len(dir)
		}
	}
	return -1
}

// patternMatches matches greedily with backtracking to the last '*' alone,
// which is enough for patterns whose only wildcard is '*'.
func patternMatches(pattern, path string) bool {
	anchored := strings.HasSuffix(pattern, "$")
	if anchored {
		pattern = pattern[:len(pattern)-1]
	}
	p, s, star, mark := 0, 0, -1, 0
	for {
		switch {
		case p == len(pattern) && (!anchored || s == len(path)):
			return true
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, s
			p++
			continue
		case p < len(pattern) && s < len(path) && pattern[p] == path[s]:
			p++
			s++
			continue
		case star < 0 || mark >= len(path):
			return false
		}
		mark++
		p, s = star+1, mark
	}
}

// escapePattern writes a rule's path as addresses are written: bytes beyond
// ASCII percent-encoded, hexadecimal digits in upper case (RFC 9309, 2.2.2).
func escapePattern(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case c >= 0x80:
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// upperEscapes writes the hexadecimal digits of escapes in upper case.
func upperEscapes(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' && isHex(b[i+1]) && isHex(b[i+2]) {
			copy(b[i+1:i+3], bytes.ToUpper(b[i+1:i+3]))
			i += 2
		}
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// robotsPath is the part of an address that rules speak of: path, parameters
// and query, without the fragment; "/" where there is none. Addresses come
// escaped; the case of their escapes is made one.
func robotsPath(address string) string {
	rest := strings.TrimPrefix(address, "//")
	early := strings.IndexAny(rest, "/?;")
	start := 0
	if i := strings.Index(rest, "://"); i >= 0 && !(early >= 0 && early < i) {
		start = i + 3
	}
	i := strings.IndexAny(rest[start:], "/?;")
	if i < 0 {
		return "/"
	}
	path := rest[start+i:]
	if hash := strings.IndexByte(rest, '#'); hash >= 0 {
		if hash < start+i {
			return "/"
		}
		path = rest[start+i : hash]
	}
	if path == "" || path[0] != '/' {
		path = "/" + path
	}
	return upperEscapes(path)
}
