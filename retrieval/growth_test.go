//go:build linux

package retrieval

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

var growth = flag.Int("growth", 0, "grow an index on disk to so many passages and write docs/retrieval-growth.tsv and .svg")

// A stage is an index of one size and what it took.
type stage struct {
	passages               int
	rate, cpuRate          float64 // passages a second, this stage: of time, of processor time
	open, p50, p99         float64 // milliseconds
	cpu                    float64 // milliseconds of processor time of a search, mean
	busy50, busy99         float64 // milliseconds, while documents are added
	disk, anonymous, paged float64 // megabytes: on disk; of memory; of mapped files in memory
}

// TestGrowth measures an index on disk as it grows:
// go test ./retrieval -run TestGrowth -growth 100000 -v -timeout 60m
func TestGrowth(t *testing.T) {
	if *growth == 0 {
		t.Skip("run with -growth")
	}
	dir := t.TempDir()
	var out []stage
	for _, size := range []int{10_000, 30_000, 100_000, 300_000, 1_000_000} {
		if size > *growth {
			break
		}
		s := grow(t, dir, size)
		t.Logf("%+v", s)
		out = append(out, s)
		writeGrowth(t, out)
	}
}

// grow adds documents until there are size passages, opens the index again and
// searches it.
func grow(t *testing.T, dir string, size int) stage {
	d := openDisk(t, dir)
	have := stats(t, d).Passages
	began, spent, first := time.Now(), processor(t), have
	for seed := uint64(have); have < size; seed += 1000 {
		addDocs(t, d, grownDocs(seed, 100)...)
		have = stats(t, d).Passages
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	s := stage{passages: have, rate: float64(have-first) / time.Since(began).Seconds(), cpuRate: float64(have-first) / (processor(t) - spent).Seconds()}
	debug.FreeOSMemory() // what adding took is not what searching takes
	began = time.Now()
	d = openDisk(t, dir)
	s.open = millis(time.Since(began))
	spent = processor(t)
	s.p50, s.p99 = timings(t, d, searches)
	s.cpu = millis(processor(t)-spent) / searches
	runtime.GC()
	s.anonymous, s.paged = residentMB(t)
	s.disk = float64(stats(t, d).Bytes) / 1e6
	stop := adding(t, d)
	s.busy50, s.busy99 = timings(t, d, searches)
	stop()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

// searches of each stage.
const searches = 200

// processor is the processor time that the process has used.
func processor(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func grownDocs(seed uint64, n int) []Document {
	docs := make([]Document, 0, n)
	for i, p := range madeUp(seed, n, 2000) {
		docs = append(docs, Document{ID: fmt.Sprintf("%d-%d", seed, i), Page: p})
	}
	return docs
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// grownQuery is the i-th of the queries. The twenty most frequent words stand
// for function words, which no list is read for.
func grownQuery(i int) string {
	return fmt.Sprintf("What does w%d do to w%d and w%d with the w%d of w%d?", 20+i%80, 20+i*7%300, 20+i*13%3000, 20+i%200, 20+i*31%20000)
}

// timings are the median and the 99th percentile of n searches, in milliseconds.
func timings(t *testing.T, d *Disk, n int) (p50, p99 float64) {
	took := make([]time.Duration, n)
	for i := range took {
		began := time.Now()
		if _, err := d.Search(context.Background(), agent.Query{Text: grownQuery(i)}, Filter{}); err != nil {
			t.Fatal(err)
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return millis(took[n/2]), millis(took[n*99/100])
}

// residentMB is the process's memory, and what of mapped files is in memory.
func residentMB(t testing.TB) (anonymous, paged float64) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Logf("memory is not known here: %v", err)
		return 0, 0
	}
	for _, l := range strings.Split(string(b), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(l, "RssAnon: %f kB", &kb); n == 1 {
			anonymous = kb / 1000
		}
		if n, _ := fmt.Sscanf(l, "RssFile: %f kB", &kb); n == 1 {
			paged = kb / 1000
		}
	}
	return anonymous, paged
}

// writeGrowth writes the table and the plot.
func writeGrowth(t *testing.T, ss []stage) {
	var b strings.Builder
	b.WriteString("passages\tadded_per_s\tadded_per_cpu_s\topen_ms\tsearch_cpu_ms\tsearch_p50_ms\tsearch_p99_ms\tbusy_p50_ms\tbusy_p99_ms\tdisk_mb\tmemory_mb\tmapped_mb\n")
	for _, s := range ss {
		fmt.Fprintf(&b, "%d\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\n",
			s.passages, s.rate, s.cpuRate, s.open, s.cpu, s.p50, s.p99, s.busy50, s.busy99, s.disk, s.anonymous, s.paged)
	}
	docs := filepath.Join("..", "docs")
	for name, text := range map[string]string{"retrieval-growth.tsv": b.String(), "retrieval-growth.svg": growthPlot(ss)} {
		if err := os.WriteFile(filepath.Join(docs, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
