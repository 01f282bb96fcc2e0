package crawler

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

func TestReadsASiteBestFirst(t *testing.T) {
	m := map[string]string{
		"/":       page("Animals", "All about animals.", "Cats|/cats", "Dogs|/dogs", "How otters hold hands|/otters", "Elsewhere|http://127.0.0.9:1/x"),
		"/cats":   page("Cats", "Cats purr and sleep most of the day. "+filler(40, "cat")),
		"/dogs":   page("Dogs", "Dogs bark and run after sticks. "+filler(40, "dog")),
		"/otters": page("Otters", "Otters hold hands while they sleep. "+filler(40, "otter")),
	}
	w := serve(t, "127.0.0.2", pages(m))
	c := newCrawler(t, Options{TrustSites: true})
	s := openSite(t, c, "Why do otters hold hands?", w.URL)
	r := readAll(t, s, agent.Plan{}, 2)
	if !r.has("/otters") || len(r.read) != 2 {
		t.Errorf("read %v, want the start page and /otters", r.urls())
	}
	if got := s.Unread(10); len(got) != 2 {
		t.Errorf("unread %v, want cats and dogs", got)
	}
	r = readAll(t, s, agent.Plan{}, 50)
	if len(r.read) != 2 {
		t.Errorf("second round read %v, want the other two", r.urls())
	}
	if n := w.count("/robots.txt"); n != 1 {
		t.Errorf("robots.txt was fetched %d times", n)
	}
	if slices.Contains(w.log, "/x") {
		t.Error("a link to another host was followed")
	}
}

// TestPlanSteersTheNextRound reads first what the plan names, then what its
// terms make promising, within the pages that it allows.
func TestPlanSteersTheNextRound(t *testing.T) {
	m := map[string]string{}
	var links []string
	for _, name := range []string{"apple", "banana", "cherry", "damson", "elder", "fig"} {
		m["/"+name] = page(name, "All about the "+name+". "+filler(30, name))
		links = append(links, name+"|/"+name)
	}
	m["/"] = page("Fruit", "A list.", links...)
	w := serve(t, "127.0.0.12", pages(m))
	s := openSite(t, newCrawler(t, Options{TrustSites: true}), "fruit", w.URL)
	if r := readAll(t, s, agent.Plan{Pages: 1}, 50); len(r.read) != 1 {
		t.Fatalf("read %v", r.urls())
	}
	r := readAll(t, s, agent.Plan{Pages: 2, Open: []string{w.URL + "/fig", w.URL + "/"}, Terms: []string{"damson"}}, 50)
	if len(r.read) != 2 || !r.has("/fig") || !r.has("/damson") {
		t.Errorf("read %v, want fig and damson", r.urls())
	}
	if sk := r.skipped[w.URL+"/"]; sk.Reason != agent.SkipDuplicate || sk.Attempted {
		t.Errorf("a page that was read: %+v", sk)
	}
}

// TestPrefixFirst stays below the folder that was named as long as it can.
func TestPrefixFirst(t *testing.T) {
	w := serve(t, "127.0.0.13", pages(map[string]string{
		"/docs/":  page("Docs", "Here.", "a|/docs/a", "b|/docs/b", "news|/news", "shop|/shop"),
		"/docs/a": page("A", filler(30, "a")), "/docs/b": page("B", filler(30, "b")),
		"/news": page("News", filler(30, "n")), "/shop": page("Shop", filler(30, "s")),
	}))
	s := openSite(t, newCrawler(t, Options{TrustSites: true}), "what is new", w.URL+"/docs/")
	r := readAll(t, s, agent.Plan{}, 3)
	if !r.has("/docs/a") || !r.has("/docs/b") {
		t.Errorf("read %v", r.urls())
	}
}

// TestHub chooses among hundreds of links by number, by title and in Chinese.
func TestHub(t *testing.T) {
	m := map[string]string{}
	var links []string
	title := func(i int) string {
		switch i {
		case 137:
			return "Assignment Expressions"
		case 211:
			return "线段树与区间查询"
		}
		return fmt.Sprintf("Topic %c%c%c", 'a'+i%26, 'a'+i/26, 'a'+i%7)
	}
	for i := range 400 {
		p := fmt.Sprintf("/rfc-%04d/", i)
		links = append(links, fmt.Sprintf("%d|%s", i, p), title(i)+"|"+p)
		m[p] = page(title(i), filler(20, fmt.Sprintf("r%d", i)))
	}
	m["/"] = page("Index", "All of them.", links...)
	w := serve(t, "127.0.0.14", pages(m))
	for question, want := range map[string]string{
		"What does RFC 42 say?":                     "/rfc-0042/",
		"How do assignment expressions work?":       "/rfc-0137/",
		"线段树怎么做区间查询？":                               "/rfc-0211/",
		"What is topic \"zkf\" about in the index?": "/rfc-0285/",
	} {
		s := openSite(t, newCrawler(t, Options{TrustSites: true}), question, w.URL)
		if r := readAll(t, s, agent.Plan{}, 10); !r.has(want) {
			t.Errorf("%s: read %v, want %s", question, r.urls(), want)
		}
	}
}
