package crawler

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/websearch"
)

// benchWeb serves 50 pages of 60 to 120 kB, spread over the hosts, each 200 ms
// after it was asked for; robots.txt comes at once.
func benchWeb(b *testing.B, hosts int) (webs []*testWeb, urls []string) {
	b.Helper()
	for h := range hosts {
		var links []string
		for i := h; i < 50; i += hosts {
			links = append(links, fmt.Sprintf("Page %d|/page-%c%c", i, 'a'+i/26, 'a'+i%26))
		}
		texts := map[string]string{} // made before, so that the server costs little
		for _, l := range links {
			path := l[strings.Index(l, "|")+1:]
			texts[path] = page("Page "+path, filler(7000+300*int(path[len(path)-1]-'a'), path[6:]), links...)
		}
		w := serve(b, fmt.Sprintf("127.0.3.%d", h+1), func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" || r.URL.Path == "/sitemap.xml" {
				http.NotFound(rw, r)
				return
			}
			late := time.NewTimer(200 * time.Millisecond)
			defer late.Stop()
			select {
			case <-late.C:
			case <-r.Context().Done():
				return
			}
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(rw, texts[r.URL.Path])
		})
		webs = append(webs, w)
		for i := h; i < 50; i += hosts {
			urls = append(urls, fmt.Sprintf("%s/page-%c%c", w.URL, 'a'+i/26, 'a'+i%26))
		}
	}
	return webs, urls
}

// pool fetches the addresses with n workers and throws them away: the floor.
func pool(b *testing.B, urls []string, n int) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	defer client.CloseIdleConnections()
	var wg sync.WaitGroup
	work := make(chan string)
	for range n {
		wg.Go(func() {
			for u := range work {
				res, err := client.Get(u)
				if err == nil {
					_, err = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close() // it was read
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, u := range urls {
		work <- u
	}
	close(work)
	wg.Wait()
}

// BenchmarkFiftyPages compares reading 50 pages (fetched and extracted, with
// robots.txt) with a bare pool of the same concurrency.
func BenchmarkFiftyPages(b *testing.B) {
	for _, hosts := range []int{1, 10} {
		webs, urls := benchWeb(b, hosts)
		at := 8
		if hosts > 1 {
			at = 32
		}
		b.Run(fmt.Sprintf("pool/hosts=%d", hosts), func(b *testing.B) {
			for b.Loop() {
				pool(b, urls, at)
			}
		})
		b.Run(fmt.Sprintf("crawler/hosts=%d", hosts), func(b *testing.B) {
			for b.Loop() {
				benchRead(b, webs, urls)
			}
		})
	}
}

func benchRead(b *testing.B, webs []*testWeb, urls []string) {
	var hits []agent.Hit
	for _, u := range urls {
		hits = append(hits, agent.Hit{URL: u, Title: "Page"})
	}
	q := agent.Question{Text: "pages", Scope: agent.Scope{Web: true}}
	o := Options{Allow: []string{"127.0.3.0/24"}, Search: fakeSearch(func(context.Context, websearch.Query) []websearch.Reply {
		return []websearch.Reply{{Provider: "p", Hits: hits}}
	})}
	if len(webs) == 1 {
		q.Scope = agent.Scope{Sites: []string{webs[0].URL + "/page-aa"}}
	}
	c := newCrawler(b, o)
	s, err := c.Open(context.Background(), q)
	if err != nil {
		b.Fatal(err)
	}
	read := 0
	for step := range s.Read(context.Background(), agent.Plan{Searches: []agent.Search{{Query: "pages"}}}, 50) {
		if p, ok := step.(agent.Paged); ok && p.State == agent.PageRead {
			read++
		}
	}
	if err := s.Close(); err != nil {
		b.Error(err)
	}
	if read != 50 {
		b.Errorf("read %d pages", read)
	}
}
