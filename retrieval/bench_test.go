package retrieval

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

// madeUp writes pages of nonsense with words as frequent as in real text.
func madeUp(seed uint64, pages, words int) []*agent.Page {
	r := rand.New(rand.NewPCG(seed, 1))
	z := rand.NewZipf(r, 1.1, 4, 30000)
	out := make([]*agent.Page, pages)
	for p := range out {
		var b strings.Builder
		for w := 0; w < words; w++ {
			if w%400 == 0 {
				fmt.Fprintf(&b, "\n\n## Part %d of w%d\n\n", w/400, z.Uint64())
			}
			fmt.Fprintf(&b, "w%d", z.Uint64())
			switch {
			case w%60 == 59:
				b.WriteString(".\n\nA")
			case w%15 == 14:
				b.WriteString(". The ")
			default:
				b.WriteByte(' ')
			}
		}
		out[p] = testPage(fmt.Sprintf("https://s%d.example/p%d", p%7, p), fmt.Sprintf("Page w%d", p), b.String())
	}
	return out
}

// BenchmarkRunAdd adds 50 pages of 60 kB, one by one.
func BenchmarkRunAdd(b *testing.B) {
	pages := madeUp(1, 50, 10000)
	b.ReportAllocs()
	for b.Loop() {
		ix := openTest(b)
		for _, p := range pages {
			add(b, ix, p)
		}
		b.ReportMetric(float64(len(ix.passages)), "passages")
		b.ReportMetric(float64(len(pages[0].Text)), "bytes/page")
		ix.Close()
	}
}

// BenchmarkRunSearch searches an index of 50 pages of 60 kB.
func BenchmarkRunSearch(b *testing.B) {
	ix := openTest(b)
	for _, p := range madeUp(1, 50, 10000) {
		add(b, ix, p)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		q := fmt.Sprintf("What does w%d do to w%d and w%d with the w%d of w%d?", i%50, i%300, i%3000, i%20, i%1000)
		if _, err := ix.Search(context.Background(), agent.Query{Text: q}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDiskAdd adds documents of about ten passages to an index on disk.
func BenchmarkDiskAdd(b *testing.B) {
	pages := madeUp(3, 200, 2000)
	docs := make([]Document, len(pages))
	for i, p := range pages {
		docs[i] = Document{ID: p.URL, Page: p}
	}
	n := 0
	for b.Loop() {
		d := openDisk(b, b.TempDir())
		addDocs(b, d, docs...)
		s := stats(b, d)
		n += s.Passages
		b.ReportMetric(float64(s.Bytes)/float64(s.Passages), "bytes/passage")
		if err := d.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "passages/s")
}

// BenchmarkRunAddReal adds 50 real encyclopedia pages, where the public sets are there.
func BenchmarkRunAddReal(b *testing.B) {
	pages := loadCMU(b).pages[:50]
	size := 0
	for _, p := range pages {
		size += len(p.Text)
	}
	b.ReportAllocs()
	for b.Loop() {
		ix := openTest(b)
		for _, p := range pages {
			add(b, ix, p)
		}
		b.ReportMetric(float64(len(ix.passages)), "passages")
		b.ReportMetric(float64(size)/50, "bytes/page")
		ix.Close()
	}
}

// BenchmarkDiskSearch searches an index of about 2,000 passages on disk.
func BenchmarkDiskSearch(b *testing.B) {
	d := openDisk(b, b.TempDir())
	var docs []Document
	for i, p := range madeUp(5, 200, 2000) {
		docs = append(docs, Document{ID: fmt.Sprint(i), Page: p})
	}
	addDocs(b, d, docs...)
	i := 0
	for b.Loop() {
		i++
		q := fmt.Sprintf("What does w%d do to w%d and w%d with the w%d of w%d?", i%50, i*7%300, i*13%3000, i%20, i*31%20000)
		if _, err := d.Search(context.Background(), agent.Query{Text: q}, Filter{}); err != nil {
			b.Fatal(err)
		}
	}
}
