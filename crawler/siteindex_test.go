package crawler

import (
	"fmt"
	"net/url"
	"path"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sonde-search/sonde/agent"
)

// realIndexes are the files of testdata/indexes.txtar, which the tools wrote.
func realIndexes(t testing.TB) map[string][]byte {
	t.Helper()
	a, err := txtar.ParseFile("testdata/indexes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range a.Files {
		files[f.Name] = f.Data
	}
	return files
}

// bestOf is the page that an index names first for a question.
func bestOf(entries []entry, question string) string {
	in := newInterest(question)
	x := &siteIndex{ending: ".html"}
	for _, t := range rankEntries(entries, in.index, in.weight) {
		return x.ref(t.first)
	}
	return ""
}

// lighthouse are questions that one page of the real indexes answers, which its
// title does not tell.
var lighthouse = map[string]string{
	"When were perches fitted for migrating birds?":    "part-05",
	"How often is the weight of the lens wound up?":    "part-06",
	"Which barque struck the reef, and who was saved?": "part-09",
	"候鸟为什么会撞上灯室？":                                      "zh/part-05",
	"重锤多久上一次弦？":                                        "zh/part-06",
	"雾号由什么驱动？":                                         "zh/part-02",
	"最后一名守塔人是哪一年离开的？":                                  "zh/part-10",
}

// TestRealIndexes finds and reads what the tools wrote.
func TestRealIndexes(t *testing.T) {
	files := realIndexes(t)
	for tool, tc := range map[string]struct{ page, index, file string }{
		"mkdocs":   {"/n/zh/part-02/", "/n/search/search_index.json", "mkdocs/search/search_index.json"},
		"material": {"/n/zh/part-02/", "/n/search/search_index.json", "mkdocs/search/search_index.json"},
		"sphinx":   {"/n/zh/part-02.html", "/n/searchindex.js", "sphinx/searchindex.js"},
		"honkit":   {"/n/zh/part-02.html", "/n/search_index.json", "honkit/search_index.json"},
	} {
		t.Run(tool, func(t *testing.T) {
			base := &url.URL{Scheme: "https", Host: "notes.example", Path: tc.page}
			if got := findIndex(files[tool+"/page.html"], base); got != "https://notes.example"+tc.index {
				t.Errorf("the index is at %q", got)
			}
			entries, err := parseIndex(files[tc.file])
			if err != nil || len(entries) < 21 {
				t.Fatalf("%d entries, %v", len(entries), err)
			}
			for question, want := range lighthouse {
				if got := bestOf(entries, question); strings.TrimSuffix(strings.TrimSuffix(got, ".html"), "/") != want {
					t.Errorf("%s: %q, want %q", question, got, want)
				}
			}
		})
	}
}

func TestFindIndex(t *testing.T) {
	base := &url.URL{Scheme: "https", Host: "h.example", Path: "/book/a/b.html"}
	for page, want := range map[string]string{
		`<script>window.path_to_searchindex_js = "../searchindex-0f1e.js";</script>`:                                                   "/book/searchindex-0f1e.js",
		`<!-- Book generated using mdBook --><script>var path_to_root = "../";</script>`:                                               "/book/searchindex.js",
		`<meta name=generator content="Docusaurus v3.1"><link rel=stylesheet href=/docs/assets/css/styles.1a.css>`:                     "/docs/search-index.json",
		`<input data-offline-search-index-json-src="/offline-search-index.7c.json">`:                                                   "/offline-search-index.7c.json",
		`<script src="../assets/js/search-data.json">`:                                                                                 "/book/assets/js/search-data.json",
		`<script type="text/javascript" src="../_static/doctools.js"></script>`:                                                        "/book/searchindex.js",
		`<meta name="generator" content="mkdocs-1.5.3"><script id=__config type=application/json>{"base": "../.."}</script>`:           "/search/search_index.json",
		`<link rel="stylesheet" href="../_static/style.css"><p>The search_index.json of MkDocs is described here, and searchindex.js.`: "",
		`<p>Read about mkdocs, mdBook and Docusaurus.</p><script src="/js/search.js"></script>`:                                        "",
		"": "",
	} {
		if want != "" {
			want = "https://h.example" + want
		}
		if got := findIndex([]byte(page), base); got != want {
			t.Errorf("%s\n%q, want %q", page, got, want)
		}
	}
}

// TestIndexShapes reads the forms that the other tools give the same two pages.
func TestIndexShapes(t *testing.T) {
	const (
		en = `The relief boat comes on Tuesday.`
		zh = `补给船星期二到来。`
	)
	for name, body := range map[string]string{
		"Sphinx without quotes": `Search.setIndex({docnames:["en","zh"],envversion:53,filenames:["en.rst","zh.rst"],objects:{},terms:{"\u8865\u7ed9\u8239\u661f\u671f\u4e8c\u5230\u6765":1,boat:[0],relief:0,tuesdai:0},titles:["One: a","\u4e8c"],titleterms:{one:0}})`,
		"mdBook":                `window.search = {"doc_urls":["en.html#a","zh.html"],"index":{"documentStore":{"docInfo":{},"docs":{"0":{"body":"` + en + `","breadcrumbs":"One","id":"0","title":"One"},"1":{"body":"` + zh + `","id":"1","title":"二"}},"length":2},"fields":["title"],"index":{"body":{"root":{"b":{"df":1}}}}}};`,
		"mdBook, newer":         `window.search = Object.assign(window.search, JSON.parse('{"doc_urls":["en.html","zh.html"],"index":{"documentStore":{"docs":{"0":{"body":"` + en + ` \\"It\'s late.\\"","title":"One"},"1":{"body":"` + zh + `","title":"二"}}}}}'));`,
		"Docusaurus":            `[{"documents":[{"i":1,"t":"One","u":"en.html","b":["x"]},{"i":2,"t":"二","u":"zh.html","b":[]}],"index":{"version":"2.3.9","fields":["t"],"fieldVectors":[["t/1",[0,1]]]}},{"documents":[{"i":3,"t":"` + en + `","s":"One","u":"en.html","h":"#a","p":1},{"i":4,"t":"` + zh + `","s":"二","u":"zh.html","p":2}],"index":{}}]`,
		"a list":                `[{"title":"One","permalink":"en.html","content":"<p>` + en + `</p>","tags":["a"]},{"title":"二","permalink":"zh.html","content":"` + zh + `","date":3}]`,
		"an object":             `{"0":{"doc":"One","title":"One","content":"` + en + `","url":"en.html","relUrl":"en.html"},"1":{"title":"二","content":"` + zh + `","url":"zh.html"}}`,
		"HonKit's search-plus":  "\xef\xbb\xbf" + ` {"en.html":{"url":"en.html","title":"One","keywords":"","body":"` + en + `"},"zh.html":{"title":"二","body":"` + zh + `"}}`,
		"MkDocs with an index":  `{"config":{"lang":["en"],"title":"x"},"docs":[{"location":"en.html","title":"One","text":"<p>` + en + `</p>"},{"location":"zh.html","title":"二","text":"` + zh + `"}],"index":{"version":"2.3.9","invertedIndex":[["boat",{"_index":0}]],"fieldVectors":[["title/en",[1,0.2]]]}}`,
	} {
		entries, err := parseIndex([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for question, want := range map[string]string{"When does the relief boat come?": "en.html", "补给船什么时候到来？": "zh.html"} {
			if got := bestOf(entries, question); got != want {
				t.Errorf("%s: %s: %q of %+v", name, question, got, entries)
			}
		}
	}
}

// TestBadIndexes: what is damaged, hostile or something else names nothing.
func TestBadIndexes(t *testing.T) {
	deep := strings.Repeat(`{"index":`, 5000) + "1" + strings.Repeat("}", 5000)
	for name, body := range map[string]string{
		"cut off":        `{"docs":[{"location":"a/","title":"A","text":"b"},{"location":"b/","ti`,
		"deep objects":   deep,
		"deep lists":     strings.Repeat("[", 1<<20),
		"many pages":     `{"docs":[` + strings.Repeat(`{},`, maxEntries+10) + `{}]}`,
		"not JSON":       `var a = function() { return [1, 2, 3].map(x => x + 1); }`,
		"an open string": `Search.setIndex({docnames:["a`,
		"nothing":        "",
	} {
		if entries, err := parseIndex([]byte(body)); err == nil {
			t.Errorf("%s: %d entries and no error", name, len(entries))
		}
	}
	for name, body := range map[string]string{
		"other JSON":      `{"name":"x","version":{"title":3},"list":[1,2,{"a":"b"}]}`,
		"a string":        `"docs"`,
		"strange numbers": `{"docnames":["a"],"terms":{"x":[-1,99999999999,1e9,"b",null],"y":{},"z":-5},"titles":[3,null],"alltitles":{"t":[[],[null],[7]]}}`,
	} {
		if entries, err := parseIndex([]byte(body)); err != nil || len(entries) > 1 {
			t.Errorf("%s: %+v, %v", name, entries, err)
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte(`{"config":{},"docs":[{"location":"a/","title":"A","text":"a lamp"},{"location":"a/#b","title":"B","text":"<p>oil"}]}`))
	f.Add([]byte(`Search.setIndex({docnames:["a"],terms:{b:[0,1],c:0},alltitles:{"t":[[0,"x"]]}})`))
	f.Add([]byte(`window.search = Object.assign(window.search, JSON.parse('{"doc_urls":["a"],"index":{"documentStore":{"docs":{"0":{"body":"\\"","title":"\'"}}}}}'));`))
	f.Add([]byte(`[{"documents":[{"t":"水","u":"/a"}],"index":{}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		findIndex(body, &url.URL{Scheme: "https", Host: "h.example", Path: "/"})
		entries, err := parseIndex(body)
		if err != nil {
			return
		}
		in := newInterest("Which lamp burns oil? 水灯 b")
		x := &siteIndex{ending: "/"}
		for _, r := range rankEntries(entries, in.index, in.weight) {
			if x.ref(r.first); r.score <= 0 || len(r.first.ref) > maxAddress && !r.first.name {
				t.Errorf("named %+v", r)
			}
		}
	})
}

// notesWeb serves the notes of the real indexes as a site whose start page links
// to all of them by titles that say nothing. extra overrides what is served.
func notesWeb(t *testing.T, ip, head, at string, body []byte, extra map[string]string) *testWeb {
	entries, err := parseIndex(realIndexes(t)["mkdocs/search/search_index.json"])
	if err != nil {
		t.Fatal(err)
	}
	m, links := map[string]string{}, []string(nil)
	for _, e := range entries {
		if p := e.page(); p != "" && e.text != "" {
			name := strings.TrimSuffix(p, "/")
			m["/"+p] = page(path.Base(name), e.text)
			m["/"+name+".html"] = m["/"+p]
			if strings.HasSuffix(at, ".js") {
				p = name + ".html"
			}
			links = append(links, path.Base(name)+"|/"+p)
		}
	}
	m["/"] = strings.Replace(page("Notes of a lighthouse", "灯塔笔记。", links...), "<head>", "<head>"+head, 1)
	m[at] = string(body)
	for p, b := range extra {
		m[p] = b
	}
	return serve(t, ip, pages(m))
}

const mkdocsHead = `<meta name="generator" content="mkdocs-1.5.3"><script id="__config" type="application/json">{"base": "."}</script>`

// TestSiteIndex reads, of a site with more pages than may be read, the page
// that answers, though no link names it.
func TestSiteIndex(t *testing.T) {
	files := realIndexes(t)
	n := 40
	for tool, tc := range map[string]struct{ head, at, file string }{
		"mkdocs": {mkdocsHead, "/search/search_index.json", "mkdocs/search/search_index.json"},
		"sphinx": {`<script src="_static/doctools.js"></script>`, "/searchindex.js", "sphinx/searchindex.js"},
	} {
		for question, want := range lighthouse {
			n++
			w := notesWeb(t, fmt.Sprintf("127.0.1.%d", n), tc.head, tc.at, files[tc.file], nil)
			r := readAll(t, openSite(t, newCrawler(t, Options{TrustSites: true}), question, w.URL), agent.Plan{}, 6)
			found := false
			for _, p := range r.read {
				found = found || strings.Contains(p.URL, "/"+want) && strings.Contains(p.URL, "/zh/") == strings.HasPrefix(want, "zh/")
			}
			if !found || len(r.read) != 6 || r.attempts != 6 || w.count(tc.at) != 1 {
				t.Errorf("%s, %s: read %v in %d attempts; the index was fetched %d times", tool, question, r.urls(), r.attempts, w.count(tc.at))
			}
			if len(r.searched) != 1 || r.searched[0].Provider != siteSearch || len(r.searched[0].Hits) == 0 || r.searched[0].Error != "" {
				t.Errorf("%s, %s: searched %+v", tool, question, r.searched)
			}
		}
	}
}

// TestSiteIndexIsBounded: an index that may not, cannot or need not be read
// costs nothing, and one that names other hosts or traps names nothing there.
func TestSiteIndexIsBounded(t *testing.T) {
	const at = "/search/search_index.json"
	big := `{"docs":[` + strings.Repeat(`{"location":"a/","title":"","text":""},`, maxIndexBytes/38) + `{}]}`
	for i, tc := range []struct {
		name, body string
		extra      map[string]string
		reason     agent.SkipReason // "": nothing is told
		asked      int
	}{
		{"robots.txt", "{}", map[string]string{"/robots.txt": "User-agent: *\nDisallow: /search/\n"}, agent.SkipRobots, 0},
		{"broken", `{"docs":[{"location":`, nil, agent.SkipBadFile, 1},
		{"a page for everything", page("Not here", "No such file."), nil, "", 1},
		{"elsewhere", "-> http://127.0.1.99:9/x.json", nil, agent.SkipBlockedAddress, 1},
		{"too large", big, nil, agent.SkipTooLarge, 1},
		{"other hosts", `{"docs":[{"location":"http://127.0.1.99:9/birds","title":"Birds","text":"birds"},{"location":"javascript:birds()","title":"Birds","text":"birds"},{"location":"birds.zip","title":"Birds","text":"birds"}]}`, nil, "", 1},
	} {
		w := notesWeb(t, fmt.Sprintf("127.0.1.%d", 70+i), mkdocsHead, at, []byte(tc.body), tc.extra)
		r := readAll(t, openSite(t, newCrawler(t, Options{TrustSites: true}), "Why do birds strike the lantern?", w.URL), agent.Plan{}, 50)
		if sk := r.skipped[w.URL+at]; sk.Reason != tc.reason || sk.Attempted {
			t.Errorf("%s: skipped %+v", tc.name, sk)
		}
		if len(r.read) != 21 || r.attempts != 21 || w.count(at) != tc.asked {
			t.Errorf("%s: read %d in %d attempts, the index was asked for %d times; %v", tc.name, len(r.read), r.attempts, w.count(at), r.skipped)
		}
		for _, s := range r.searched {
			if len(s.Hits) > 0 {
				t.Errorf("%s: named %+v", tc.name, s.Hits)
			}
		}
	}
}

// TestSiteIndexNeedsNoFetchedPage: a start page out of the cache tells of its
// index as well, and a plan that adds words is asked of the same index.
func TestSiteIndexNeedsNoFetchedPage(t *testing.T) {
	const at = "/search/search_index.json"
	w := notesWeb(t, "127.0.1.80", mkdocsHead, at, realIndexes(t)["mkdocs/search/search_index.json"], nil)
	c := newCrawler(t, Options{TrustSites: true, Cache: NewMemoryCache(1 << 20)})
	readAll(t, openSite(t, c, "notes", w.URL), agent.Plan{}, 1)
	s := openSite(t, c, "How are birds spared?", w.URL)
	r := readAll(t, s, agent.Plan{}, 4)
	if w.count("/") != 1 || len(r.searched) != 1 || !r.has("part-05/") {
		t.Errorf("the start page was fetched %d times, searched %+v, read %v", w.count("/"), r.searched, r.urls())
	}
	r = readAll(t, s, agent.Plan{Round: 2, Searches: []agent.Search{{Query: "灯室 栖木"}}}, 3)
	if len(r.searched) != 1 || r.searched[0].Query != "灯室 栖木" || !r.has("zh/part-05/") || w.count(at) != 2 {
		t.Errorf("searched %+v, read %v; the index was fetched %d times", r.searched, r.urls(), w.count(at))
	}
}

// TestCrawlAsksNoIndex: without a question there is nothing to ask.
func TestCrawlAsksNoIndex(t *testing.T) {
	w := notesWeb(t, "127.0.1.81", mkdocsHead, "/search/search_index.json", []byte("{}"), nil)
	steps, err := newCrawler(t, Options{TrustSites: true}).Crawl(t.Context(), CrawlRequest{URLs: []string{w.URL}})
	if err != nil {
		t.Fatal(err)
	}
	for range steps {
	}
	if w.count("/search/search_index.json") != 0 {
		t.Error("a crawl read the search index")
	}
}
