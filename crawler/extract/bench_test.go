package extract

import (
	"context"
	"path/filepath"
	"testing"
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
	for i := 0; b.Loop(); i++ {
		if _, err := Extract(context.Background(), pages[i%len(pages)]); err != nil {
			b.Fatal(err)
		}
	}
}
