package lang

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var fuzzSeeds = []string{
	"", "Mr. Smith paid $1.5 million (about 3%) on 14 February 2025.", "截至2025年2月8日，日活跃用户为1.19亿。", "# T\n\n- a\n1. b\n| a | b |\n```\nx\n",
	"“我来了。我看见了。”他说……", "３．１４％ 二〇二五年 百分之 第 三分之", "a'b's U.S.A. 1,2,3.4.5 \xff\xfe ½", "last week two hundred and and million", "(((\"[《“", "去年 上个月 -",
}

// FuzzText holds every reader of text to its promises: spans lie within the
// text, in order, do not cut characters, and nothing panics.
func FuzzText(f *testing.F) {
	for _, s := range fuzzSeeds {
		f.Add(s)
	}
	ref := time.Date(2025, 3, 5, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		valid := utf8.ValidString(s)
		end := 0
		check := func(what string, start, stop int) {
			t.Helper()
			if start < end || stop <= start || stop > len(s) {
				t.Fatalf("%s: span %d..%d after %d of %q", what, start, stop, end, s)
			}
			if valid && (!utf8.RuneStart(s[start]) || stop < len(s) && !utf8.RuneStart(s[stop])) {
				t.Fatalf("%s: span %d..%d cuts a character of %q", what, start, stop, s)
			}
			end = stop
		}
		for _, x := range Blocks(s) {
			check("block", x.Start, x.End)
		}
		end = 0
		for _, x := range Sentences(s) {
			check("sentence", x.Start, x.End)
			if y := s[x.Start:x.End]; strings.TrimSpace(y) == "" {
				t.Fatalf("empty sentence in %q", s)
			}
		}
		end = 0
		for _, w := range Words(s) {
			check("word", w.Start, w.End)
			if w.Text == "" {
				t.Fatalf("word without text in %q", s)
			}
		}
		end = 0
		for _, q := range Quantities(s) {
			check("quantity", q.Start, q.End)
		}
		end = 0
		for _, d := range Dates(s, ref) {
			check("date", d.Start, d.End)
			if d.Month < 0 || d.Month > 12 || d.Day < 0 || d.Day > 31 {
				t.Fatalf("date %+v of %q", d, s)
			}
		}
		end = 0
		for _, x := range Names(s) {
			check("name", x.Start, x.End)
		}
		for _, x := range Terms(s) {
			if x == "" {
				t.Fatalf("empty term of %q", s)
			}
			Stem(x)
		}
		Detect(s)
		Fold(s)
	})
}

// megabyte is English and Chinese prose of one megabyte.
func megabyte() string {
	const p = "The Halden Bridge opened on 14 May 1931 after four years of construction, Mr. Olsen said. It spans the River Orrin and is 1,240 metres long.\n\n" +
		"截至2025年2月8日，这款应用的全球日活跃用户达到1.19亿，仅用18天就突破1500万。公司由李文涛和赵敏于2011年在杭州创立，員工約5200人。\n\n"
	return strings.Repeat(p, 1<<20/len(p))
}

func BenchmarkMegabyte(b *testing.B) {
	s := megabyte()
	for name, f := range map[string]func(){
		"Sentences":  func() { Sentences(s) },
		"Words":      func() { Words(s) },
		"Terms":      func() { Terms(s) },
		"Quantities": func() { Quantities(s) },
		"Dates":      func() { Dates(s, time.Time{}) },
		"Names":      func() { Names(s) },
		"Fold":       func() { Fold(s) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}
