package extract

import (
	"context"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// BenchmarkExtractPages reads real pages of 40 to 200 KB.
func BenchmarkExtractPages(b *testing.B) {
	dir := dataDir(b)
	var pages []Input
	bytes := 0
	for _, set := range benchmarks[:2] {
		at := unpacked(b, filepath.Join(dir, set.pages))
		for name, g := range goldSet(b, filepath.Join(dir, set.gold)) {
			body := pageFile(b, at, name)
			if len(body) < 40<<10 || len(body) > 200<<10 {
				continue
			}
			pages = append(pages, Input{URL: g.URL, ContentType: "text/html", Body: body})
			bytes += len(body)
		}
	}
	b.ReportAllocs()
	b.SetBytes(int64(bytes / len(pages)))
	start, n := cpuTime(b), 0
	for b.Loop() {
		if _, err := Extract(context.Background(), pages[n%len(pages)]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric((cpuTime(b)-start).Seconds()*1000/float64(n), "cpu-ms/page")
}

// cpuTime is what the process has used of its processors, which a busy machine
// changes less than the wall time.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
