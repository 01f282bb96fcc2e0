package extract

import (
	"strings"
	"testing"
)

// TestKindsOfPages: pages that are no articles keep what a question may be
// about, in a form that can be read, and leave out what is around it.
func TestKindsOfPages(t *testing.T) {
	around := [2]string{`<html lang=en><head><title>Kestrel</title></head><body><header class="site-header"><a href="/">Kestrel</a><form><input name=q></form></header>
<div class="layout"><nav class="sidebar"><ul><li><a href="/a">Getting started</a><li><a href="/b">Installing the tool</a><li><a href="/c">Running it</a><li><a href="/d">Frequent faults</a></ul></nav><main>`,
		`</main></div><footer class="footer"><p>© 2025 Kestrel authors. <a href="/imprint">Imprint</a> <a href="/privacy">Privacy</a></p></footer></body></html>`}
	never := []string{"Getting started", "Imprint"}
	pages := map[string]struct {
		html string
		want []string
	}{
		"reference": {`<h1>The kestrel command</h1><p>Kestrel watches a folder and copies what changes in it to another machine, over one connection.</p>
<h2>Options</h2><table><thead><tr><th>Option</th><th>Default</th><th>Meaning</th></tr></thead><tbody><tr><td>--port</td><td>7070</td><td>where it listens</td></tr><tr><td>--depth</td><td>4</td><td>folders below the first</td></tr></tbody></table>
<h2>Environment</h2><dl><dt>KESTREL_HOME</dt><dd>where its state is kept</dd><dt>KESTREL_LOG</dt><dd>a file for its messages</dd></dl>
<h2>Example</h2><pre><code>kestrel --port 9 \
    ./photos</code></pre><h3><button aria-expanded="true">Why does it stop at midnight?</button></h3><div><p>The log is turned over then.</p></div>`,
			[]string{"# The kestrel command", "| Option | Default | Meaning |\n| --- | --- | --- |\n| --port | 7070 | where it listens |", "- KESTREL_HOME: where its state is kept",
				"```\nkestrel --port 9 \\\n    ./photos\n```", "### Why does it stop at midnight?", "The log is turned over then."}},
		"product": {`<h1>Lantern L3</h1><p class="price">€ 49.90</p><ul class="features"><li>Weight: 310 g</li><li>Burns 12 hours</li></ul>
<table><tr><th>Height</th><td>21 cm</td></tr><tr><th>Material</th><td>brass</td></tr></table>`,
			[]string{"Lantern L3", "€ 49.90", "- Weight: 310 g", "| Height | 21 cm |", "| Material | brass |"}},
		"thread": {`<h1>Boat will not start</h1><div class="post"><div class="author">mei</div><div class="postbody">My outboard does not start after the winter. The tank is full and the plug is new. What else can it be?</div></div>
<div class="post"><div class="author">jonas</div><div class="postbody">Old fuel, most likely. Drain the carburettor, fill in fresh petrol and try again with the choke out.</div></div>`,
			[]string{"My outboard does not start", "Drain the carburettor"}},
		"listing": {`<h1>Ferries today</h1><ul><li><a href="/f/1">07:10 Norbury to Skagen</a> on time</li><li><a href="/f/2">09:40 Norbury to Hals</a> cancelled</li><li><a href="/f/3">12:05 Norbury to Skagen</a> 20 minutes late</li></ul>`,
			[]string{"07:10 Norbury to Skagen", "09:40 Norbury to Hals cancelled", "20 minutes late"}},
	}
	for name, p := range pages {
		t.Run(name, func(t *testing.T) {
			page := mustExtract(t, Input{URL: "https://kestrel.example/docs/", ContentType: "text/html", Body: []byte(around[0] + p.html + around[1])}).Page
			for _, w := range p.want {
				if !strings.Contains(page.Text, w) {
					t.Errorf("%q is missing from:\n%s", w, page.Text)
				}
			}
			for _, n := range never {
				if strings.Contains(page.Text, n) {
					t.Errorf("%q is in:\n%s", n, page.Text)
				}
			}
		})
	}
}

// TestComments: readers' comments are no part of an article, and are the text of a thread.
func TestComments(t *testing.T) {
	body := `<h1>The old crane comes down</h1><div class="article-body"><p>The crane at the north pier, which stood there for eighty years, was taken down on Monday by a crew of twelve.</p>
<p>The port says that it could no longer be repaired, and that a smaller one takes its place in spring, when the new quay is ready.</p></div>
<div id="comments"><div class="comment"><p>My grandfather worked on that crane for thirty years, and it is a sad day for the whole town and for everybody who knew him.</p></div>
<div class="comment"><p>They should have kept it as a monument, as other ports have done with theirs, and let people climb it in summer.</p></div></div>`
	read := func(address, head string) string {
		return mustExtract(t, Input{URL: address, ContentType: "text/html", Body: []byte("<html><head><title>The old crane comes down</title>" + head + "</head><body>" + body + "</body></html>")}).Page.Text
	}
	const article, comment = "could no longer be repaired", "My grandfather worked"
	if s := read("https://news.example/2025/crane.html", `<meta property="og:type" content="article">`); !strings.Contains(s, article) || strings.Contains(s, comment) {
		t.Errorf("article:\n%s", s)
	}
	if s := read("https://forum.example/thread/12", ""); !strings.Contains(s, article) || !strings.Contains(s, comment) {
		t.Errorf("thread:\n%s", s)
	}
}
