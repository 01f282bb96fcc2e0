//go:build linux

package retrieval

import (
	"context"
	"flag"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

var (
	large    = flag.Int("passages", 100_000, "passages of BenchmarkLarge's index")
	largeDir = flag.String("large-dir", "", "keep BenchmarkLarge's index in this folder and use it again")
)

// BenchmarkLarge measures an index of 100,000 passages on disk: adding,
// opening, memory, searching, and searching while documents are added.
//
//	GOMAXPROCS=1 go test ./retrieval -run - -bench Large/add -benchtime 1x
//	go test ./retrieval -run - -bench Large -benchtime 1000x
func BenchmarkLarge(b *testing.B) {
	dir := *largeDir
	if dir == "" {
		dir = b.TempDir()
	}
	d := openDisk(b, dir)
	first := stats(b, d).Passages
	began, spent := time.Now(), processor(b)
	for have := first; have < *large; have = stats(b, d).Passages {
		addDocs(b, d, grownDocs(uint64(have), 100)...)
	}
	took, cpu := time.Since(began), processor(b)-spent
	added := float64(stats(b, d).Passages - first)
	if err := d.Close(); err != nil {
		b.Fatal(err)
	}
	b.Run("add", func(b *testing.B) {
		for b.Loop() {
			runtime.Gosched() // it was done above, once for all
		}
		if added > 0 {
			b.ReportMetric(added/took.Seconds(), "passages/s")
			b.ReportMetric(added/cpu.Seconds(), "passages/cpu-s")
		}
	})
	b.Run("open", func(b *testing.B) { benchOpen(b, dir) })
	debug.FreeOSMemory() // what adding took is not what searching takes
	d = openDisk(b, dir)
	b.Run("search", func(b *testing.B) { benchSearch(b, d) })
	b.Run("during-add", func(b *testing.B) {
		stop := adding(b, d)
		benchSearch(b, d)
		stop()
	})
}

func benchOpen(b *testing.B, dir string) {
	for b.Loop() {
		d, err := OpenDisk(context.Background(), dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// benchSearch searches and reports percentiles, processor time and memory.
func benchSearch(b *testing.B, d *Disk) {
	var took []time.Duration
	spent := processor(b)
	for b.Loop() {
		began := time.Now()
		if _, err := d.Search(context.Background(), agent.Query{Text: grownQuery(len(took))}, Filter{}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	n := len(took)
	b.ReportMetric(millis(processor(b)-spent)/float64(n), "cpu-ms/op")
	slices.Sort(took)
	b.ReportMetric(millis(took[n/2]), "p50-ms")
	b.ReportMetric(millis(took[n*99/100]), "p99-ms")
	anonymous, mapped := residentMB(b)
	b.ReportMetric(anonymous, "memory-MB")
	b.ReportMetric(mapped, "mapped-MB")
}

// adding adds documents until it is stopped.
func adding(t testing.TB, d *Disk) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for seed := uint64(1<<40 + os.Getpid()); ; seed += 1000 {
			select {
			case <-end:
				return
			default:
			}
			if err := d.Add(context.Background(), grownDocs(seed, 20)...); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}
