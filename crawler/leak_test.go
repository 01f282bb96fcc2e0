package crawler

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/crawler/websearch"
)

// TestNothingStaysBehind ends sessions in every way and looks for goroutines.
func TestNothingStaysBehind(t *testing.T) {
	w := serve(t, "127.0.2.30", func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
			return
		}
		fmt.Fprint(rw, page(r.URL.Path, "Text of "+r.URL.Path, "a|/a", "b|/b", "slow|/slow"))
	})
	search := fakeSearch(func(ctx context.Context, q websearch.Query) []websearch.Reply {
		if q.Text == "never" {
			<-ctx.Done()
			return nil
		}
		return []websearch.Reply{{Provider: "p", Hits: []agent.Hit{{URL: w.URL + "/hit"}}}}
	})
	base := goleak.IgnoreCurrent()
	c := newCrawler(t, Options{TrustSites: true, Search: search, Limits: Limits{FirstByte: 300 * time.Millisecond}})
	scope := agent.Scope{Sites: []string{w.URL}, Web: true}
	plan := agent.Plan{Searches: []agent.Search{{Query: "q"}, {Query: "never"}}}
	ways := map[string]func(s *Session){
		"never read": func(*Session) {},
		"to the end": func(s *Session) {
			for range s.Read(t.Context(), agent.Plan{}, 10) {
			}
		},
		"broken off": func(s *Session) {
			for range s.Read(t.Context(), plan, 10) {
				break
			}
		},
		"timed out": func(s *Session) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			for range s.Read(ctx, plan, 10) {
			}
		},
		"two rounds": func(s *Session) {
			for range s.Read(t.Context(), plan, 1) {
			}
			for range s.Read(t.Context(), agent.Plan{}, 10) {
			}
		},
	}
	for name, read := range ways {
		s, err := c.open(t.Context(), agent.Question{Text: "q", Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		read(s)
		closeSession(t, s)
		w.CloseClientConnections()
		if err := goleak.Find(base, goleak.IgnoreAnyFunction("net/http.(*Server).Serve"), goleak.IgnoreAnyFunction("net/http.(*conn).serve")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
