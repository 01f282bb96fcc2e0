package extract

import (
	"encoding/xml"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"golang.org/x/net/html"
)

// entry is one entry of a feed.
type entry struct {
	title, link, date, author, body string
}

// readFeed reads RSS, Atom and RDF feeds, and sitemaps: the entries as text
// under their titles, their addresses as Result.Feed and Page.Links. Text of
// entries is HTML; it is cleaned as a page's is.
func (j *job) readFeed() error {
	r := feedReader{job: j}
	r.w.cap = MaxText + 4096
	src, hidden := clean(decode(j.in))
	j.page.Hidden = hidden
	if err := walkXML([]byte(src), r.token); err != nil {
		return &Error{agent.SkipBadFile, "the feed could not be read: " + err.Error()}
	}
	j.page.Text, j.page.Truncated = r.w.String(), r.w.full
	j.page.Title = oneLine(r.title)
	j.page.Links = append(j.page.Links, j.res.Feed...)
	if j.page.Text != "" {
		j.named("")
	}
	return nil
}

type feedReader struct {
	job   *job
	w     writer
	title string
	path  []string
	in    bool // within an entry
	cur   entry
	text  strings.Builder
}

func (r *feedReader) token(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		r.start(t)
	case xml.EndElement:
		r.end(t.Name.Local)
	case xml.CharData:
		r.text.Write(t)
	}
	return nil
}

func (r *feedReader) start(e xml.StartElement) {
	name := strings.ToLower(e.Name.Local)
	r.path = append(r.path, name)
	switch name {
	case "item", "entry":
		r.in, r.cur = true, entry{}
	case "link":
		if rel := xmlAttr(e, "rel"); xmlAttr(e, "href") != "" && (rel == "" || rel == "alternate") && r.cur.link == "" {
			r.cur.link = xmlAttr(e, "href")
		}
	}
	if !r.within("content", "description", "summary", "encoded") || len(r.path) > 0 && isFeedText(name) {
		r.text.Reset()
	}
}

func isFeedText(name string) bool {
	switch name {
	case "title", "link", "pubdate", "published", "updated", "date", "description", "summary", "content", "encoded", "loc", "name", "creator", "author", "lastmod":
		return true
	}
	return false
}

func (r *feedReader) within(names ...string) bool {
	for _, p := range r.path[:max(0, len(r.path)-1)] {
		for _, n := range names {
			if p == n {
				return true
			}
		}
	}
	return false
}

func (r *feedReader) end(name string) {
	name = strings.ToLower(name)
	if len(r.path) > 0 {
		r.path = r.path[:len(r.path)-1]
	}
	s := strings.TrimSpace(r.text.String())
	switch {
	case name == "loc":
		r.found(s, "")
	case name == "title" && !r.in:
		if r.title == "" {
			r.title = s
		}
	case !r.in:
	case name == "title" && r.cur.title == "":
		r.cur.title = s
	case name == "link" && r.cur.link == "":
		r.cur.link = s
	case (name == "pubdate" || name == "published" || name == "date") && r.cur.date == "", name == "updated" && r.cur.date == "":
		r.cur.date = s
	case (name == "creator" || name == "author" || name == "name") && s != "":
		r.cur.author = s
	case name == "encoded" || name == "content", (name == "description" || name == "summary") && r.cur.body == "":
		r.cur.body = s
	case name == "item" || name == "entry":
		r.in = false
		r.entry()
	}
	if !r.within("content", "description", "summary", "encoded") {
		r.text.Reset()
	}
}

// found adds an address that the feed or sitemap names.
func (r *feedReader) found(ref, title string) {
	if u := r.job.absolute(ref); u != "" && len(r.job.res.Feed) < 50000 {
		r.job.res.Feed = append(r.job.res.Feed, agent.Link{URL: u, Text: title})
	}
}

func (r *feedReader) entry() {
	title := oneLine(htmlText(r.cur.title))
	r.found(r.cur.link, title)
	if title != "" {
		r.w.raw("## "+title, paragraph)
	}
	if day := isoDay(r.cur.date); day != "" {
		r.w.raw(day, paragraph)
		if r.job.page.Published == "" {
			r.job.page.Published = r.job.believed(day)
		}
	}
	if r.cur.body == "" {
		return
	}
	doc, err := html.Parse(strings.NewReader(r.cur.body))
	if err != nil { // nested too deep: its title stays
		return
	}
	r.job.page.Hidden += unveil(doc)
	if body := render([]*html.Node{doc}, nil); body != "" {
		r.w.raw(body, paragraph)
	}
}

// htmlText is the text of a scrap of HTML; titles of feeds are often escaped twice.
func htmlText(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return s
	}
	return inline(doc, nil)
}

// readXML reads XML of an unknown kind: the texts of its elements, one below
// the other, with the element's name where it holds nothing but a text.
func (j *job) readXML() error {
	src, hidden := clean(decode(j.in))
	j.page.Hidden = hidden
	w := writer{cap: MaxText + 4096}
	var names []string
	var text strings.Builder
	flush := func() {
		if s := oneLine(text.String()); s != "" {
			if n := len(names); n > 0 && len(s) < 300 {
				s = names[n-1] + ": " + s
			}
			w.raw("- "+s, item)
		}
		text.Reset()
	}
	err := walkXML([]byte(src), func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			flush()
			names = append(names, t.Name.Local)
		case xml.EndElement:
			flush()
			names = names[:max(0, len(names)-1)]
		case xml.CharData:
			text.Write(t)
		}
		return nil
	})
	if err != nil {
		return &Error{agent.SkipBadFile, "the XML could not be read: " + err.Error()}
	}
	j.page.Text, j.page.Truncated = w.String(), w.full
	j.named("")
	return nil
}
