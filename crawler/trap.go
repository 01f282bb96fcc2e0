package crawler

import (
	"hash/fnv"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Bounds that keep endless sites from eating the budget.
const (
	maxSegments   = 16 // of a path
	maxRepeats    = 3  // of one segment in a path
	maxVariants   = 4  // parameter variants of one path that are read
	maxEqualShape = 8  // pages of one shape that said the same, before the shape is left
	maxDateShape  = 4  // pages of one shape that only names a date
)

// notPage matches the ends of paths that hold no text to read.
var notPage = regexp.MustCompile(`(?i)\.(png|jpe?g|gif|webp|avif|ico|bmp|tiff?|mp[34]|m4[av]|webm|og[gv]|wav|flac|avi|mov|mkv|zip|t?gz|bz2|xz|7z|rar|tar|exe|dmg|msi|apk|deb|rpm|iso|jar|war|bin|wasm|woff2?|ttf|otf|eot|css|m?js|map|swf|ics|torrent|sig|asc|sha256)$`)

// chore matches parts of addresses that lead to forms and tools, not to text.
var chore = regexp.MustCompile(`(?i)(^|[/?&=_-])(log-?in|log-?out|sign-?(in|up|out)|register|cart|checkout|wishlist|password|account|subscribe|unsubscribe|privacy|cookies?|terms(-of-(use|service))?|imprint|impressum|edit(-landing)?|history|diff|whatlinkshere|recentchanges|print|genindex|py-modindex|tags?|category|author|share|feedback|wp-(login|admin)|_sources|_print|special:[a-z]+|特殊:[^/]*)([/?&=._-]|$)`)

// choreLeaf matches more of them where they end a path; a folder of that name
// may hold pages about it.
var choreLeaf = regexp.MustCompile(`(?i)(^|[/_-])(search|download|report)([._-]\w*)?/?$`)

// hub matches names of pages that list others.
var hub = regexp.MustCompile(`(?i)(^|[/ _-])(index|contents?|toc|sitemap|archives?|all|list|guide|docs?|documentation|overview|tutorial|manual|topics?|wiki|faq|目录|文档|指南|教程|列表|索引|总览|全部|归档|手册)([/ ._-]|$)`)

// identity matches parameters that tell pages apart by themselves.
var identity = regexp.MustCompile(`(?i)^(id|p|t|f|tid|pid|aid|nid|fid|page_?id|post(_?id)?|topic|thread|article(_?id)?|item|doc|title|name|q|v|key|slug|path|url|file|cid|uid|no|num|number|bookid|newsid|artid|oldid)$`)

// form judges an address by its looks alone: how much less promising it is,
// and why it is a trap, if it is one.
func form(u *url.URL, title string) (malus float64, trap string) {
	p := u.Path
	if notPage.MatchString(p) {
		return 0, "not a page"
	}
	segments := strings.Split(strings.Trim(p, "/"), "/")
	if len(segments) > maxSegments {
		return 0, "the path is too deep"
	}
	count := map[string]int{}
	for _, s := range segments {
		if count[s]++; s != "" && count[s] > maxRepeats-1 && len(segments) > 3 {
			return 0, "the path repeats itself"
		}
	}
	if chore.MatchString(p) || chore.MatchString(u.RawQuery) || choreLeaf.MatchString(p) {
		malus += 0.3
	}
	if u.RawQuery != "" {
		malus += 0.04 * float64(1+strings.Count(u.RawQuery, "&"))
	}
	if hub.MatchString(p) || hub.MatchString(title) || len(segments) <= 1 {
		malus -= 0.05
	}
	switch ext := strings.ToLower(path.Ext(p)); ext {
	case ".xml", ".rss", ".atom", ".json", ".txt", ".csv":
		malus += 0.1
	case ".pdf", ".docx", ".xlsx", ".pptx", ".epub":
		malus += 0.02
	}
	return malus, ""
}

// A shape is what many addresses of one pattern have in common: digits and
// random tokens are blanked, values of parameters left out.
func shape(u *url.URL) string {
	var b strings.Builder
	b.WriteString(siteKey(u))
	for s := range strings.SplitSeq(strings.Trim(u.Path, "/"), "/") {
		b.WriteByte('/')
		b.WriteString(blank(s))
	}
	if u.RawQuery != "" {
		b.WriteByte('?')
		for p := range strings.SplitSeq(u.RawQuery, "&") {
			name, _, _ := strings.Cut(p, "=")
			b.WriteString(name)
			b.WriteByte('&')
		}
	}
	return b.String()
}

// blank replaces runs of digits, and whole tokens that look random.
func blank(s string) string {
	digits, letters := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	if digits >= 3 && letters >= 3 && len(s) >= 12 && !strings.ContainsAny(s, "-_. ") {
		return "*"
	}
	var b strings.Builder
	in := false
	for _, r := range s {
		if unicode.IsDigit(r) {
			if !in {
				b.WriteByte('0')
			}
			in = true
			continue
		}
		in = false
		b.WriteRune(r)
	}
	return b.String()
}

var calendarWord = regexp.MustCompile(`(?i)(calend|kalender|events?([/?&=]|$)|agenda|schedule|[?&/](month|year|day|date|week|from|until|start)=|日历|日程)`)

var yearNumber = regexp.MustCompile(`(^|[^0-9])((?:1[0-9]|2[0-9])[0-9]{2})([^0-9]|$)`)

// calendar reports an address that seems to be a view of a calendar, and
// whether its year is so far off that nobody can have written about it.
func calendar(u *url.URL, now time.Time) (is, absurd bool) {
	s := u.Path + "?" + u.RawQuery
	if !calendarWord.MatchString(s) {
		return false, false
	}
	for _, m := range yearNumber.FindAllStringSubmatch(s, 4) {
		if y, err := strconv.Atoi(m[2]); err == nil && (y > now.Year()+1 || y < 1970) {
			return true, true
		}
	}
	return strings.ContainsAny(s, "0123456789"), false
}

// A trapWatch learns from what was read which patterns of addresses are
// endless, and stops them.
type trapWatch struct {
	now      func() time.Time
	equal    map[string]int    // by shape: pages that said what another of the shape said
	dates    map[string]int    // by shape: calendar views that were taken
	variants map[string]int    // by path: parameter variants that were taken
	prints   map[uint64]string // by fingerprint: shape of the first page
}

func newTrapWatch(now func() time.Time) *trapWatch {
	return &trapWatch{now: now, equal: map[string]int{}, dates: map[string]int{}, variants: map[string]int{}, prints: map[uint64]string{}}
}

// refuse says why an address that is about to be fetched is a trap, or "".
func (w *trapWatch) refuse(u *url.URL) string {
	if w.equal[shape(u)] >= maxEqualShape {
		return "addresses of this pattern repeat one text"
	}
	if is, absurd := calendar(u, w.now()); absurd {
		return "a calendar far from today"
	} else if is {
		if s := shape(u); w.dates[s] >= maxDateShape {
			return "an endless calendar"
		} else {
			w.dates[s]++
		}
	}
	if u.RawQuery != "" && !hasIdentity(u.RawQuery) {
		p := siteKey(u) + u.Path
		if w.variants[p] >= maxVariants {
			return "too many variants of one page"
		}
		w.variants[p]++
	}
	return ""
}

func hasIdentity(query string) bool {
	for p := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(p, "="); identity.MatchString(name) {
			return true
		}
	}
	return false
}

// read notes a page's text. Pages that differ in numbers and names of months
// alone count as the same here.
func (w *trapWatch) read(u *url.URL, text string) {
	s, p := shape(u), fingerprint(text)
	first, known := w.prints[p]
	switch {
	case !known:
		w.prints[p] = s
	case first == s:
		w.equal[s]++
	}
}

// fingerprint is a hash of a text's letters without digits, months and days.
func fingerprint(text string) uint64 {
	h := fnv.New64a()
	for word := range strings.FieldsFuncSeq(strings.ToLower(cut(text, 32<<10)), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if !dateWords[word] {
			_, _ = h.Write([]byte(word)) // never fails
			_, _ = h.Write([]byte{' '})
		}
	}
	return h.Sum64()
}

var dateWords = wordSet(`january february march april may june july august september october november december
	jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday
	mon tue wed thu fri sat sun st nd rd th 年 月 日 一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月`)

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// notFound matches titles and first lines of pages that say 404 with status 200.
var notFound = regexp.MustCompile(`(?i)(^|\W)(404|not found|page (does not|doesn.t) exist|no such page|page (is )?(missing|unavailable)|nothing (was )?found)(\W|$)|页面(不存在|未找到|已删除|找不到)|找不到(该|此|您|你|这个)?.{0,6}(页|网页)|无法找到|您访问的.{0,8}不存在|404`)

// looksMissing reports a page that seems to be an error page.
func looksMissing(title, text string) bool {
	if len(text) > 1500 {
		return false
	}
	first, _, _ := strings.Cut(strings.TrimLeft(text, "# \n"), "\n")
	return notFound.MatchString(title) || len(first) < 160 && notFound.MatchString(first)
}
