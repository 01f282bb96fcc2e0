package agent

import (
	"fmt"
	"strings"
	"testing"
)

func BenchmarkCheck(b *testing.B) {
	for _, file := range []string{"claims_en.txt", "claims_zh.txt"} {
		b.Run(file, func(b *testing.B) {
			cases := readCases(b, file)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				c := cases[n%len(cases)]
				n++
				c.check(c.hold[n%len(c.hold)])
			}
		})
	}
}

// manyPassages are passages of all the suite's pages, repeated to n.
func manyPassages(tb testing.TB, n int) ([]Passage, map[string]string) {
	tb.Helper()
	var out []Passage
	texts := map[string]string{}
	cases := append(readCases(tb, "claims_en.txt"), readCases(tb, "claims_zh.txt")...)
	for i := 0; len(out) < n; i++ {
		c := cases[i%len(cases)]
		page := c.page
		if round := i / len(cases); round > 0 {
			page = strings.Repeat(fmt.Sprintf("Filler paragraph %d about nothing that anybody asked for.\n\n", round), 3) + page
		}
		id := SnapshotID(page)
		texts[id] = page
		out = append(out, Passage{Snapshot: id, Start: 0, End: len(page), Text: page})
	}
	return out, texts
}

func BenchmarkRepair(b *testing.B) {
	passages, texts := manyPassages(b, 500)
	text := func(id string) (string, bool) { t, ok := texts[id]; return t, ok }
	b.ReportAllocs()
	for b.Loop() {
		Repair(Claim{Text: "Dana Whitlock beat Peter Sorensen in the 2019 mayoral election."}, passages, text)
	}
}
