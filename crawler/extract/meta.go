package extract

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// meta is what an HTML page says of itself outside of its text.
type meta struct {
	title     string   // of the title element
	headline  string   // of JSON-LD, og:title and the like
	h1        []string // the first few
	site      string
	author    string
	lang      string
	published string // as the page writes it
	modified  string
	canonical string
	refresh   string
	base      string
	noIndex   bool
	noFollow  bool
	article   bool // it calls itself an article
	forum     bool // it calls itself a thread or a list of questions
	feeds     []agent.Link
	body      string // what JSON-LD says the article is: it finds main text, and never is text itself
	summary   string // the page's description of itself, for the same
}

// first sets *s where it is empty yet.
func first(s *string, v string) {
	if *s == "" {
		*s = oneLine(v)
	}
}

// readMeta collects metadata from the whole document, before anything is
// removed from it.
func readMeta(doc *html.Node) meta {
	var m meta
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			first(&m.lang, attr(n, "lang"))
		case atom.Base:
			first(&m.base, attr(n, "href"))
		case atom.Title:
			if n.Namespace == "" {
				first(&m.title, textOf(n))
			}
		case atom.H1:
			if s := inline(n, nil); s != "" && len(m.h1) < 8 {
				m.h1 = append(m.h1, s)
			}
		case atom.Meta:
			m.metaTag(n)
		case atom.Link:
			m.linkTag(n)
		case atom.Script:
			if strings.HasPrefix(strings.ToLower(attr(n, "type")), "application/ld+json") {
				m.jsonLD(textOf(n))
			}
		case atom.Time:
			m.timeTag(n)
		}
	}
	return m
}

// metaTag reads a meta element: the names that Open Graph, Dublin Core,
// schema.org, Parse.ly, Sailthru and Chinese publishers give to the same few facts.
func (m *meta) metaTag(n *html.Node) {
	v := attr(n, "content")
	switch strings.ToLower(attr(n, "http-equiv")) {
	case "refresh":
		if _, url, ok := strings.Cut(v, "="); ok && strings.Contains(strings.ToLower(v), "url") {
			first(&m.refresh, strings.Trim(strings.TrimSpace(url), "'\""))
		}
	case "content-language":
		first(&m.lang, v)
	}
	name := strings.ToLower(attr(n, "name") + attr(n, "property"))
	if name == "" {
		name = strings.ToLower(attr(n, "itemprop"))
	}
	switch name {
	case "robots", "googlebot":
		v = strings.ToLower(v)
		m.noIndex = m.noIndex || strings.Contains(v, "noindex") || strings.TrimSpace(v) == "none"
		m.noFollow = m.noFollow || strings.Contains(v, "nofollow") || strings.TrimSpace(v) == "none"
	case "og:title", "twitter:title", "dc.title", "headline", "citation_title", "parsely-title":
		first(&m.headline, v)
	case "og:site_name", "application-name", "publisher", "dc.publisher", "citation_journal_title":
		first(&m.site, v)
	case "author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "citation_author", "byl", "dcterms.creator":
		if !strings.Contains(v, "://") {
			first(&m.author, v)
		}
	case "description", "og:description", "twitter:description":
		if len(v) > len(m.summary) {
			m.summary = v
		}
	case "og:type":
		m.article = m.article || strings.Contains(v, "article")
	case "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "pubdate", "publishdate",
		"publish_date", "parsely-pub-date", "sailthru.date", "citation_publication_date", "citation_date", "og:published_time", "weibo:article:create_at",
		"apub:time", "firstcreate", "publication_date", "article.published", "cxenseparse:recs:publishtime", "bytedance:published_time", "release_date", "originalpublicationdate":
		first(&m.published, v)
	case "article:modified_time", "datemodified", "og:updated_time", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "updated", "bytedance:updated_time", "bytedance:lrdate_time", "revised":
		first(&m.modified, v)
	case "og:url":
		if m.canonical == "" && strings.HasPrefix(v, "http") {
			m.canonical = "og:" + v
		}
	}
}

func (m *meta) linkTag(n *html.Node) {
	rel, href := strings.ToLower(attr(n, "rel")), strings.TrimSpace(attr(n, "href"))
	switch {
	case href == "":
	case hasWord(rel, "canonical"):
		if m.canonical == "" || strings.HasPrefix(m.canonical, "og:") {
			m.canonical = href
		}
	case hasWord(rel, "alternate"):
		if t := strings.ToLower(attr(n, "type")); strings.Contains(t, "rss") || strings.Contains(t, "atom") || strings.Contains(t, "feed+json") {
			m.feeds = append(m.feeds, agent.Link{URL: href, Text: oneLine(attr(n, "title"))})
		}
	}
}

// timeTag reads a time element that is marked as the page's own date.
func (m *meta) timeTag(n *html.Node) {
	v := attr(n, "datetime")
	if v == "" {
		return
	}
	mark := strings.ToLower(attr(n, "itemprop") + " " + attr(n, "class") + " " + attr(n, "id"))
	switch {
	case strings.Contains(mark, "modified") || strings.Contains(mark, "updated"):
		first(&m.modified, v)
	case hasAttr(n, "pubdate") || strings.Contains(mark, "publish") || strings.Contains(mark, "entry-date") || strings.Contains(mark, "dt-published"):
		first(&m.published, v)
	}
}
