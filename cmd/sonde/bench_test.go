package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// slowSite serves 50 linked pages of about 80 KB, each 200 ms after it was
// asked for. The fact asked for stands on page 37.
func slowSite(b *testing.B) *httptest.Server {
	b.Helper()
	pages := make([]string, 50)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range pages {
		var s strings.Builder
		fmt.Fprintf(&s, "<html lang=en><head><title>Station %d</title></head><body><main><h1>Station %d</h1>", i, i)
		for range 160 {
			fmt.Fprintf(&s, "<p>%s</p>", paragraph(rng))
		}
		if i == 37 {
			s.WriteString("<p>The keeper of the station on Mount Ferrand is Aldous Wren.</p>")
		}
		s.WriteString("</main><nav>")
		for l := range pages {
			fmt.Fprintf(&s, `<a href="/s/%d">Station %d</a> `, l, l)
		}
		s.WriteString("</nav></body></html>")
		pages[i] = s.String()
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := 0
		if _, err := fmt.Sscanf(r.URL.Path, "/s/%d", &n); err != nil || n >= len(pages) {
			http.NotFound(w, r)
			return
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, pages[n])
	}))
	b.Cleanup(srv.Close)
	return srv
}

// vocabulary is what the pages' sentences are made of.
var vocabulary = strings.Fields(`harbour lantern barometer winter captain letter island storm reading current glacier signal
	observer morning cable supply engine compass journal valley mountain timber railway bridge market village weather record
	cold bright heavy distant quiet northern narrow broken steady early late common former several careful the a of and with
	near under across before after during without beyond along carried measured repaired followed reached crossed noted
	described lifted opened counted returned waited watched found kept sent built`)

// paragraph makes five sentences of about 500 characters.
func paragraph(rng *rand.Rand) string {
	var s strings.Builder
	for range 5 {
		s.WriteString("The")
		for range 16 {
			s.WriteString(" " + vocabulary[rng.IntN(len(vocabulary))])
		}
		s.WriteString(". ")
	}
	return s.String()
}

// siteConcurrency is how many fetches of a typed site run at once.
const siteConcurrency = 8

// BenchmarkFiftyPages compares one question over 50 slow pages of one site, from
// the command line to the checked answer, with a bare pool of the same
// concurrency that only fetches the same pages.
func BenchmarkFiftyPages(b *testing.B) {
	srv := slowSite(b)
	b.Run("pool", func(b *testing.B) {
		for b.Loop() {
			fetchAll(b, srv.URL, siteConcurrency)
		}
	})
	b.Run("sonde", func(b *testing.B) {
		con := &console{getenv: func(string) string { return "" }, stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
		for b.Loop() {
			parts, err := assemble(b.Context(), con, assembly{trustSites: true})
			if err != nil {
				b.Fatal(err)
			}
			a, err := agent.Drain(parts.agent.Run(b.Context(), "bench", agent.Question{
				Text: "Who is the keeper of the station on Mount Ferrand?", Scope: agent.Scope{Sites: []string{srv.URL + "/s/0"}},
			}))
			if err != nil || a.Usage.Read != 50 || !strings.Contains(a.Text, "Aldous Wren") {
				b.Fatalf("read %d pages, %q, %v", a.Usage.Read, a.Text, err)
			}
		}
	})
}

func fetchAll(b *testing.B, base string, concurrency int) {
	var wg sync.WaitGroup
	jobs := make(chan int)
	for range concurrency {
		wg.Go(func() {
			for i := range jobs {
				resp, err := http.Get(fmt.Sprintf("%s/s/%d", base, i))
				if err != nil {
					b.Error(err)
					continue
				}
				if _, err := io.Copy(io.Discard, resp.Body); err != nil {
					b.Error(err)
				}
				resp.Body.Close()
			}
		})
	}
	for i := range 50 {
		jobs <- i
	}
	close(jobs)
	wg.Wait()
}
