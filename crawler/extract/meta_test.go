package extract

import (
	"strings"
	"testing"
)

func TestMetadata(t *testing.T) {
	tests := []struct{ name, url, html, field, want string }{
		{"title without the site", "https://e.org/", `<title>Old ships | Sea News</title><meta property=og:site_name content="Sea News"><p>x y z.`, "title", "Old ships"},
		{"title of the host", "https://www.example.com/", `<title>Old ships - Example</title><p>x y z.`, "title", "Old ships"},
		{"headline within the title", "https://e.org/", `<title>PEP 8 – Style | peps</title><h1>Proposals</h1><h1>PEP 8 – Style</h1>`, "title", "PEP 8 – Style"},
		{"headline around the title", "https://e.org/", `<title>日活</title><h1>日活用户数创新高</h1>`, "title", "日活用户数创新高"},
		{"headline with the site's name in og:title too", "https://e.org/", `<title>Clymer manual review | MoreBikes</title><meta property=og:title content="Clymer manual review | MoreBikes"><h1>Clymer manual review</h1>`, "title", "Clymer manual review"},
		{"headline that is the site's name", "https://forums.e.org/", `<title>Rebuilding a module on upgrade - Harbour User Forums</title><h1>Harbour User Forums</h1><p>x`, "title", "Rebuilding a module on upgrade - Harbour User Forums"},
		{"channels behind a Chinese headline", "https://e.org/", `<title>港口今年吞吐量创新高_新闻频道_示例网</title><p>x`, "title", "港口今年吞吐量创新高"},
		{"no title", "https://e.org/", `<h1>Only <b>this</b></h1><p>x`, "title", "Only this"},
		{"site", "https://www.e.org/", `<p>x`, "site", "e.org"},
		{"author of JSON-LD", "https://e.org/", `<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle","author":[{"name":"Ann Lee"},{"name":"Wu Hai"}]}]}</script><p>x`, "author", "Ann Lee, Wu Hai"},
		{"author seen", "https://e.org/", `<h1>Ships</h1><div class=byline>By Ann Lee on Monday</div><p>x`, "author", "Ann Lee"},
		{"Chinese author seen", "https://e.org/", `<h1>船</h1><p class=info>作者：王海 来源：示例网</p><p>x`, "author", "王海"},
		{"author before a date", "https://e.org/", `<meta name=author content="Ann Lee Monday, November 18"><p>x`, "author", "Ann Lee"},
		{"no author's name", "https://e.org/", `<meta name=author content="admin"><p>x`, "author", ""},
		{"number for an author", "https://e.org/", `<meta name=author content="103553"><p>x`, "author", ""},
		{"by what is no one", "https://e.org/", `<h1>Ships</h1><div class=info>By registering, you agree</div><p>x`, "author", ""},
		{"date of meta", "https://e.org/", `<meta property="article:published_time" content="2025-02-08T23:30:00+08:00"><p>x`, "published", "2025-02-08"},
		{"date of JSON-LD", "https://e.org/", `<script type="application/ld+json">{"@type":["Article"],"datePublished":"Feb 8, 2025"}</script><p>x`, "published", "2025-02-08"},
		{"date of time", "https://e.org/", `<time class="entry-date" datetime="2025-02-08">Sat</time><p>x`, "published", "2025-02-08"},
		{"Chinese date seen", "https://e.org/", `<h1>船</h1><div class="info">2025年2月8日 来源：示例网</div><p>x`, "published", "2025-02-08"},
		{"English date seen", "https://e.org/", `<h1>Ships</h1><p class="meta">Published February 8, 2025</p><p>x`, "published", "2025-02-08"},
		{"date of the address", "https://e.org/2025/02/08/ships.html", `<h1>Ships</h1><p>x`, "published", "2025-02-08"},
		{"date to come", "https://e.org/", `<meta name=date content="2031-01-01"><p>x`, "published", ""},
		{"modified", "https://e.org/", `<p>x y z.</p><footer>Last modified: 2025-01-04 00:19</footer>`, "modified", "2025-01-04"},
		{"canonical", "https://e.org/a?b", `<link rel=canonical href="/c"><p>x`, "canonical", "https://e.org/c"},
		{"refresh", "https://e.org/a/b", `<meta http-equiv=Refresh content="0; URL='../c'">`, "refresh", "https://e.org/c"},
		{"refresh to a script", "https://e.org/a/b", `<meta http-equiv=refresh content="0;url=javascript:x"><p>x`, "refresh", ""},
		{"language stated", "https://e.org/", `<html lang=fr-CA><p>Le navire est grand.`, "language", "fr"},
		{"language stated by its old code", "https://e.org/", `<html lang=In-Id><p>Kapal itu besar dan pelabuhannya dalam.`, "language", "id"},
		{"Chinese among code", "https://e.org/", `<html lang=zh-CN><p>船的接口如下．<pre>func (s *Ship) Sail(ctx context.Context, to Harbour) (Arrival, error) { return s.route(ctx, to).sail(s.crew, s.cargo, s.tide) }</pre>`, "language", "zh"},
		{"English on a German site", "https://e.org/", `<html lang=de><p>` + strings.Repeat("The ship is in the harbour and that is the end of it. ", 6), "language", "en"},
		{"language wrongly stated", "https://e.org/", `<html lang=en><p>这艘船很大，港口很深。`, "language", "zh"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := mustExtract(t, Input{URL: tt.url, ContentType: "text/html", Body: []byte(tt.html)})
			p := res.Page
			got := map[string]string{"title": p.Title, "site": p.Site, "author": p.Author, "published": p.Published, "modified": p.Modified,
				"canonical": res.Canonical, "refresh": res.Refresh, "language": p.Language}[tt.field]
			if got != tt.want {
				t.Errorf("%s %q, want %q", tt.field, got, tt.want)
			}
		})
	}
}

func TestRobotsMeta(t *testing.T) {
	res := mustExtract(t, Input{URL: "https://e.org/", ContentType: "text/html", Body: []byte(`<meta name=robots content="NOINDEX, nofollow"><p>x`)})
	if !res.NoIndex || !res.NoFollow {
		t.Errorf("%+v", res)
	}
}

func TestLinks(t *testing.T) {
	res := mustExtract(t, Input{URL: "https://e.org/a/", ContentType: "text/html", Body: []byte(`<html><head><base href="/b/"><link rel=alternate type="application/rss+xml" href=f.xml></head><body>
<nav><ul><li><a href="/nav">Navigation</a></ul></nav><div class="content"><h1>Ships</h1><p>A ship is a large vessel, and this is a long sentence about it with <a href="c#x">one link</a>, as pages have.</p>
<p>Another sentence follows, because a page has more than one, and it says that <a href=mailto:x@e.org>mail</a> and <a href="javascript:x">scripts</a> are no links.</p></div></body></html>`)})
	l := res.Page.Links
	if len(l) != 2 || l[0].URL != "https://e.org/b/c" || l[0].Text != "one link" || l[1].URL != "https://e.org/nav" {
		t.Errorf("links %v", l)
	}
	if len(res.Feed) != 1 || res.Feed[0].URL != "https://e.org/b/f.xml" {
		t.Errorf("feeds %v", res.Feed)
	}
}
