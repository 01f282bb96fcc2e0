package crawler

import (
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
