package retrieval

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

var update = flag.Bool("update", false, "write testdata/rank_stats.txt anew")

// TestRankStats compares the ranking of the own pages with a reviewed file, so
// that a change in ranking is seen in review.
func TestRankStats(t *testing.T) {
	ix := openTest(t)
	add(t, ix, ownPages()...)
	var b bytes.Buffer
	var sum figures
	for _, q := range ownQuestions {
		ps, err := ix.Search(context.Background(), agent.Query{Text: q.question})
		if err != nil {
			t.Fatal(err)
		}
		f := measure(urls(ps), map[string]bool{"https://example.org/" + q.page: true})
		sum.add(f)
		first, line := "-", "-"
		if len(ps) > 0 {
			first = strings.TrimPrefix(ps[0].URL, "https://example.org/")
			line, _, _ = strings.Cut(ps[0].Text, "\n")
		}
		fmt.Fprintf(&b, "%.2f  %s -> %s | %.60q\n", f.mrr, q.question, first, line)
	}
	mean := sum.over(len(ownQuestions))
	fmt.Fprintf(&b, "\n%d questions: hit@1 %.3f, hit@5 %.3f, MRR@10 %.3f\n", len(ownQuestions), mean.hit1, mean.hit5, mean.mrr)
	path := filepath.Join("testdata", "rank_stats.txt")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, b.Bytes()) {
		t.Errorf("the ranking has changed; look at it, then run go test ./retrieval -run RankStats -update\ngot:\n%s\nwant:\n%s", b.Bytes(), want)
	}
}
