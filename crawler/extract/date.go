package extract

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// dateForms are the layouts that metadata write dates in, after ISO 8601.
var dateForms = []string{
	time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/01/02", "2006/1/2", "2006.01.02", "2006.1.2", "20060102",
	time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "2 Jan 2006", "2 January 2006", "January 2, 2006", "Jan 2, 2006", "Jan. 2, 2006",
	time.RFC850, time.ANSIC, time.UnixDate, "2006-1-2", "02-01-2006", "January 2 2006",
}

// isoDay is the day of a date as metadata write it, as YYYY-MM-DD; "" where it
// is none. The day is that of the date's own time zone.
func isoDay(s string) string {
	s = oneLine(s)
	if s == "" || len(s) > 60 {
		return ""
	}
	for _, f := range dateForms {
		if t, err := time.Parse(f, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	if len(s) > 10 {
		if t, err := time.Parse(time.DateOnly, s[:10]); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 8e8 && n < 4e9 {
		return time.Unix(n, 0).UTC().Format(time.DateOnly)
	} else if err == nil && n > 8e11 && n < 4e12 {
		return time.UnixMilli(n).UTC().Format(time.DateOnly)
	}
	for _, d := range lang.Dates(s, time.Time{}) {
		if day := fullDay(d); day != "" {
			return day
		}
	}
	return ""
}

// fullDay is d as YYYY-MM-DD where year, month and day are known and exist.
func fullDay(d lang.Date) string {
	if d.Year < 1000 || d.Month < 1 || d.Day < 1 {
		return ""
	}
	t := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	if int(t.Month()) != d.Month || t.Day() != d.Day {
		return ""
	}
	return t.Format(time.DateOnly)
}

// believed returns day unless it cannot be the date of something that was read
// now: before there was a web page or a printed one to scan, or in the future.
func (j *job) believed(day string) string {
	if day == "" || day < "1900-01-01" || day > j.in.Now.AddDate(0, 0, 2).Format(time.DateOnly) {
		return ""
	}
	return day
}

var urlDate = regexp.MustCompile(`[/_-]((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?:\D|$)`)

// urlDay is the date in an address such as /2025/02/08/ or /20250208/, or "".
func urlDay(path string) string {
	m := urlDate.FindStringSubmatch(path)
	if m == nil {
		return ""
	}
	return isoDay(m[1] + "-" + m[2] + "-" + m[3])
}

// bylineDay looks for the visible date of a page: in units near the headline
// that are short, and that are marked as a date or say so.
func (v *pageView) bylineDay(now time.Time) string {
	from, to := 0, min(len(v.units), 60)
	if v.h1 >= 0 {
		from, to = max(0, v.h1-6), min(len(v.units), v.h1+14)
	}
	second := ""
	for _, u := range v.units[from:to] {
		if u.size.tokens > 40 || u.size.digits < 3 {
			continue
		}
		for _, d := range lang.Dates(u.text, now) {
			day := fullDay(d)
			if day == "" || !strings.ContainsAny(d.Text, "0123456789") {
				continue
			}
			if u.marked(traitMeta) || publishedWord(u.text) {
				return day
			}
			if second == "" && u.size.tokens < 16 {
				second = day
			}
		}
	}
	return second
}

func publishedWord(s string) bool {
	s = strings.ToLower(s)
	for _, w := range []string{"publish", "posted", "发布", "发表", "日期", "时间", "来源", "published", "updated", "更新"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// marked reports whether one of the next four containers of u has trait t.
func (u *unit) marked(t traits) bool {
	f := u.frame
	for range 4 {
		if f == nil {
			return false
		}
		if f.traits&t != 0 {
			return true
		}
		f = f.parent
	}
	return false
}

// updatedDay looks for the day on which a page says that it was last changed.
func (v *pageView) updatedDay(now time.Time) string {
	for _, u := range v.units {
		if u.size.tokens > 40 || u.size.digits < 4 || !updatedWord(u.text) {
			continue
		}
		for _, d := range lang.Dates(u.text, now) {
			if day := fullDay(d); day != "" {
				return day
			}
		}
	}
	return ""
}

func updatedWord(s string) bool {
	s = strings.ToLower(s)
	return containsAny(s, []string{"last modified", "last updated", "last edited", "last changed", "page was last", "最后更新", "最近更新", "最后修改", "上次更新", "更新于", "更新时间", "修改于"})
}

// byline looks for the author in the short units around the headline that are
// marked as such: "By Ann Lee", "作者：王海".
func (v *pageView) byline() string {
	from, to := 0, min(len(v.units), 40)
	if v.h1 >= 0 {
		from, to = max(0, v.h1-4), min(len(v.units), v.h1+12)
	}
	for _, u := range v.units[from:to] {
		if u.size.tokens > 30 {
			continue
		}
		for _, mark := range []string{"By ", "by ", "BY ", "作者：", "作者:", "文/", "Written by ", "Posted by "} {
			rest, ok := strings.CutPrefix(u.text, mark)
			if !ok || mark == "by " && !u.marked(traitMeta) {
				continue
			}
			rest, _, _ = strings.Cut(rest, " | ")
			for _, end := range []string{" on ", " in ", "Published", "Updated", " at ", "·", "•", "来源", "发布", "时间", "编辑", "　", "20"} {
				rest, _, _ = strings.Cut(rest, end)
			}
			if name := strings.Trim(rest, " ,;-–—|"); name != "" && sizeOf(name).tokens <= 8 && nameLike(name) {
				return name
			}
		}
	}
	return ""
}

// nameLike reports whether s begins as a name does: "By registering" is none.
func nameLike(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return !unicode.IsLower(r) || strings.HasPrefix(s, "de ") || strings.HasPrefix(s, "van ") || strings.HasPrefix(s, "von ")
}
