package crawler

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

// maxRise is by how much hostile pages may raise the memory of the process.
const maxRise = 64 << 20

// A bombing is what a child process is told to read, and what it tells.
type bombing struct {
	Sites  []string // read as the hits of a search: 32 pages on 8 hosts, at once
	Warm   string   // an ordinary page of the kind, read before
	Before int64    // bytes that the process held when it began
	Rise   int64    // and by how much that rose, at most
	Took   time.Duration
	Read   int
	Skips  map[agent.SkipReason]int
}

// bombBudget is the time that a run of bombs has.
const bombBudget = 10 * time.Second

// TestBombMemory reads hostile pages of every kind, 32 at once, in a process of
// its own for each kind, at the collector's default setting, and prints by how
// much the memory of that process rose.
func TestBombMemory(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("it starts a process for each kind, and the race detector takes memory of its own")
	}
	for _, kind := range bombKinds(t) {
		t.Run(kind.name, func(t *testing.T) {
			got := bomb(t, kind)
			if got.Rise > maxRise { // the collector may have had no processor, where other tests had them all: once more
				t.Logf("%s: rose by %d MB at first", kind.name, got.Rise>>20)
				got = bomb(t, kind)
			}
			t.Logf("%-22s rose by %2d MB to %3d MB, took %5.2f s, read %d, skipped %v", kind.name, got.Rise>>20, (got.Before+got.Rise)>>20, got.Took.Seconds(), got.Read, got.Skips)
			if got.Rise > maxRise {
				t.Errorf("memory rose by %d MB", got.Rise>>20)
			}
			if got.Took > bombBudget+2*time.Second {
				t.Errorf("it took %v", got.Took)
			}
			if got.Skips[agent.SkipPanic] > 0 {
				t.Error("a parser gave up")
			}
		})
	}
}

// A bombKind is one kind of hostile page.
type bombKind struct {
	name   string
	robots http.HandlerFunc // nil: none
	page   http.HandlerFunc
	warm   http.HandlerFunc
}

func bombKinds(t *testing.T) []bombKind {
	ordinary := serveHTML(page("Ordinary", filler(2000, "plain")))
	html := func(s string) http.HandlerFunc { return serveHTML("<title>x</title><p>Some words stand here.</p>" + s) }
	kinds := []bombKind{
		{name: "ordinary pages", page: func(w http.ResponseWriter, r *http.Request) {
			serveHTML(page("Ordinary "+r.URL.Path, filler(9000, "w"+r.URL.Path[1:])))(w, r)
		}},
		{name: "endless body", page: endless},
		{name: "slow drip", page: drip},
		{name: "redirect loop", page: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"x", http.StatusFound) }},
		{name: "200,000 nested divs", page: html(strings.Repeat("<div>", 200000) + "<p>The bottom.")},
		{name: "a million empty p", page: html(strings.Repeat("<p>", 1_000_000))},
		{name: "600,000 short b", page: html(strings.Repeat("<b>a", 250) + strings.Repeat("<i>a</i>", 360_000))},
		{name: "half a million links", page: html(strings.Repeat("<a href=/x>y</a>", 180_000))},
		{name: "attributes", page: html("<p " + attributes(300_000) + ">x")},
		{name: "JSON", page: typed("application/json", "", strings.Repeat("[", 100_000)+strings.Repeat(`{"a":1},`, 450_000))},
	}
	for _, coding := range []string{"gzip", "br", "zstd"} {
		b := squeeze(t, coding, 256<<20)
		serveIt := func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Encoding", coding)
			_, _ = w.Write(b) // the reader goes away in the middle
		}
		kinds = append(kinds, bombKind{name: coding, page: serveIt}, bombKind{name: coding + " robots.txt", robots: serveIt, page: ordinary})
	}
	if dir := os.Getenv("SONDE_DATA"); dir != "none" {
		if files, err := filepath.Glob(filepath.Join(dir, "vectors", "pdf-hostile", "*.pdf")); err == nil && len(files) > 0 {
			kinds = append(kinds, bombKind{name: "hostile PDFs", page: hostilePDFs(t, files), warm: servePDF(t, files, "helloworld-bad.pdf")})
		}
	}
	for i := range kinds {
		if kinds[i].warm == nil {
			kinds[i].warm = ordinary
		}
		if kinds[i].robots == nil {
			kinds[i].robots = http.NotFound
		}
	}
	return kinds
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%x=1 ", i)
	}
	return b.String()
}

func endless(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	block := bytes.Repeat([]byte("<p>on and on "), 5000)
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func hostilePDFs(t *testing.T, files []string) http.HandlerFunc {
	var all [][]byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		var n int
		if _, err := fmt.Sscanf(r.URL.Path, "/bomb-%d", &n); err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/pdf")
		_, _ = w.Write(all[n%len(all)]) // the reader may go away
	}
}

func servePDF(t *testing.T, files []string, name string) http.HandlerFunc {
	i := slices.IndexFunc(files, func(f string) bool { return filepath.Base(f) == name })
	b, err := os.ReadFile(files[max(i, 0)])
	if err != nil {
		t.Fatal(err)
	}
	return typed("application/pdf", "", string(b))
}

// bomb serves one kind and has a child process read it.
func bomb(t *testing.T, kind bombKind) bombing {
	t.Helper()
	var told bombing
	for h := range 8 {
		w := serve(t, fmt.Sprintf("127.0.4.%d", h+1), func(rw http.ResponseWriter, r *http.Request) {
			switch {
			case r.URL.Path == "/robots.txt":
				kind.robots(rw, r)
			case r.URL.Path == "/warm":
				kind.warm(rw, r)
			default:
				kind.page(rw, r)
			}
		})
		told.Warm = w.URL + "/warm"
		for i := range 4 {
			told.Sites = append(told.Sites, fmt.Sprintf("%s/bomb-%d", w.URL, 4*h+i))
		}
	}
	in, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestBombChild$", "-test.v")
	cmd.Env = append(os.Environ(), "SONDE_BOMBS="+string(in))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the child process: %v\n%s", err, out)
	}
	for line := range bytes.Lines(out) {
		if rest, ok := bytes.CutPrefix(line, []byte("BOMBED ")); ok {
			if err := json.Unmarshal(rest, &told); err != nil {
				t.Fatal(err)
			}
			return told
		}
	}
	t.Fatalf("the child process told nothing:\n%s", out)
	return told
}

// TestBombChild is the process that reads; it runs by TestBombMemory alone.
func TestBombChild(t *testing.T) {
	in := os.Getenv("SONDE_BOMBS")
	if in == "" {
		t.Skip("it is started by TestBombMemory")
	}
	var b bombing
	if err := json.Unmarshal([]byte(in), &b); err != nil {
		t.Fatal(err)
	}
	c := newCrawler(t, Options{Allow: []string{"127.0.4.0/24"}})
	readBombs(t, c, []string{b.Warm}, nil)
	runtime.GC()
	debug.FreeOSMemory()
	b.Before = held()
	peak := watchHeld()
	start := time.Now()
	readBombs(t, c, b.Sites, &b)
	b.Took, b.Rise = time.Since(start), peak()-b.Before
	out, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("BOMBED %s\n", out)
}

func readBombs(t *testing.T, c *Crawler, urls []string, b *bombing) {
	ctx, cancel := context.WithTimeout(t.Context(), bombBudget)
	defer cancel()
	var hits []agent.Hit
	for _, u := range urls {
		hits = append(hits, agent.Hit{URL: u, Title: "Bomb"})
	}
	c.opts.Search = fakeSearchHits(hits...)
	s, err := c.Open(ctx, agent.Question{Text: "bomb", Scope: agent.Scope{Web: true}})
	if err != nil {
		t.Fatal(err)
	}
	skips := map[agent.SkipReason]int{}
	for step := range s.Read(ctx, agent.Plan{Searches: []agent.Search{{Query: "bomb"}}}, len(urls)) {
		p, ok := step.(agent.Paged)
		switch {
		case !ok || b == nil:
		case p.State == agent.PageRead:
			b.Read++
		case p.State == agent.PageSkipped:
			skips[p.Reason]++
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if b != nil {
		b.Skips = skips
	}
}

// held is the memory of the process that no file backs, in bytes; where the
// system does not tell, that which the runtime holds.
func held() int64 {
	b, err := os.ReadFile("/proc/self/status")
	if _, after, ok := bytes.Cut(b, []byte("RssAnon:")); ok && err == nil {
		var kb int64
		if _, err := fmt.Sscanf(string(after[:min(len(after), 40)]), "%d kB", &kb); err == nil {
			return kb << 10
		}
	}
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64() - s[1].Value.Uint64())
}

// watchHeld samples held until the returned function is called, which says the
// highest value.
func watchHeld() func() int64 {
	peak := held()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				peak = max(peak, held())
			}
		}
	}()
	return func() int64 {
		close(stop)
		<-done
		return max(peak, held())
	}
}
