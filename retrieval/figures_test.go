package retrieval

import (
	"context"
	"flag"
	"fmt"
	"math"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

var sample = flag.Int("sample", 300, "questions of each public set in TestFigures; 0: all")

// figures are the measures of one ranking over one set.
type figures struct{ hit1, hit5, mrr, avep float64 }

func (f *figures) add(g figures) {
	f.hit1 += g.hit1
	f.hit5 += g.hit5
	f.mrr += g.mrr
	f.avep += g.avep
}

func (f figures) over(n int) figures {
	d := float64(max(n, 1))
	return figures{f.hit1 / d, f.hit5 / d, f.mrr / d, f.avep / d}
}

// measure scores one ranking of page addresses.
func measure(ranked []string, gold map[string]bool) figures {
	var f figures
	seen := map[string]bool{}
	rank, hits := 0, 0
	for _, u := range ranked {
		if seen[u] {
			continue
		}
		seen[u] = true
		rank++
		if !gold[u] {
			continue
		}
		hits++
		f.avep += float64(hits) / float64(rank) / float64(len(gold))
		if hits > 1 {
			continue
		}
		if rank == 1 {
			f.hit1 = 1
		}
		if rank <= 5 {
			f.hit5 = 1
		}
		if rank <= 10 {
			f.mrr = 1 / float64(rank)
		}
	}
	return f
}

// sampled returns about n questions of the set, spread evenly.
func sampled(qs []asked, n int) []asked {
	if n <= 0 || n >= len(qs) {
		return qs
	}
	out := make([]asked, 0, n)
	for i := range n {
		out = append(out, qs[i*len(qs)/n])
	}
	return out
}

// run asks every question with rank, on two goroutines.
func run(qs []asked, rank func(asked) figures) figures {
	var mu sync.Mutex
	var sum figures
	var wg sync.WaitGroup
	for g := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := g; i < len(qs); i += 2 {
				f := rank(qs[i])
				mu.Lock()
				sum.add(f)
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	return sum.over(len(qs))
}

// indexed opens a memory index with the set's pages.
func indexed(t testing.TB, set judged) (agent.Index, map[string]string) {
	t.Helper()
	ix, err := OpenMemory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	stands := map[string]string{} // address of a copy: of its original
	by := map[string]string{}
	for i := 0; i < len(set.pages); i += 500 {
		part := set.pages[i:min(i+500, len(set.pages))]
		added, err := ix.Add(context.Background(), part...)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range part {
			if o, ok := added.Copies[p.Snapshot]; ok && by[o] != "" {
				stands[p.URL] = by[o]
			} else {
				by[p.Snapshot] = p.URL
			}
		}
	}
	return ix, stands
}

func searchRank(t testing.TB, ix agent.Index, k int) func(asked) figures {
	return func(q asked) figures {
		ps, err := ix.Search(context.Background(), agent.Query{Text: q.text, K: k})
		if err != nil {
			t.Error(err)
		}
		out := make([]string, len(ps))
		for i, p := range ps {
			out[i] = p.URL
			if q.end > 0 {
				out[i] += itoa(p.Start)
				if q.holds(p) {
					out[i] = p.URL
				}
			}
		}
		return measure(out, q.gold)
	}
}

// plainBM25 is the textbook (k1 1.2, b .75) over whole pages with their
// titles, one field, no question analysis: what ours is compared with.
func plainBM25(set judged) func(asked) figures {
	type posting struct {
		doc int
		tf  float64
	}
	lists := map[string][]posting{}
	length := make([]float64, len(set.pages))
	mean := 0.0
	for i, p := range set.pages {
		tf := map[string]float64{}
		for _, t := range lang.Terms(p.Title + "\n" + p.Text) {
			tf[t]++
			length[i]++
		}
		mean += length[i] / float64(len(set.pages))
		for t, n := range tf {
			lists[t] = append(lists[t], posting{i, n})
		}
	}
	return func(q asked) figures {
		sum := map[int]float64{}
		n := float64(len(set.pages))
		for _, t := range lang.Terms(q.text) {
			df := float64(len(lists[t]))
			idf := math.Log(1 + (n-df+0.5)/(df+0.5))
			for _, p := range lists[t] {
				sum[p.doc] += idf * 2.2 * p.tf / (p.tf + 1.2*(0.25+0.75*length[p.doc]/mean))
			}
		}
		docs := make([]int, 0, len(sum))
		for d := range sum {
			docs = append(docs, d)
		}
		sort.Slice(docs, func(i, j int) bool {
			if sum[docs[i]] != sum[docs[j]] {
				return sum[docs[i]] > sum[docs[j]]
			}
			return docs[i] < docs[j]
		})
		var out []string
		for _, d := range docs[:min(len(docs), 1000)] {
			out = append(out, set.pages[d].URL)
		}
		return measure(out, q.gold)
	}
}

// publicSets loads the sets that -sets names.
func publicSets(t testing.TB) []judged {
	sets := []struct {
		name string
		load func(name string) judged
	}{
		{"squad1.1", func(n string) judged { return loadSquad(t, n, false, "squad", "dev-v1.1.json.gz") }},
		{"squad1.1+title", func(n string) judged { return loadSquad(t, n, true, "squad", "dev-v1.1.json.gz") }},
		{"articles", func(n string) judged { return loadArticles(t, n, "squad", "dev-v1.1.json.gz") }},
		{"cmrc", func(n string) judged { return loadSquad(t, n, false, "cmrc2018", "cmrc2018_dev.json.gz") }},
		{"xquad.zh", func(n string) judged { return loadSquad(t, n, false, "xquad", "xquad.zh.json.gz") }},
		{"xquad.en", func(n string) judged { return loadSquad(t, n, false, "xquad", "xquad.en.json.gz") }},
		{"crud", func(string) judged { return loadCRUD(t) }},
		{"cmu", func(string) judged { return loadCMU(t) }},
		{"cacm", func(string) judged { return loadCACM(t) }},
	}
	var out []judged
	for _, s := range sets {
		for _, w := range strings.Split(*onlySet, ",") {
			if strings.Contains(s.name, w) {
				out = append(out, s.load(s.name))
				break
			}
		}
	}
	return out
}

// wantedFigures are what the sets should reach at least.
var wantedFigures = map[string]string{
	"squad1.1": "hit@1 .82, MRR .875", "cmu": "hit@1 .85, MRR .90", "crud": "hit@1 .82, MRR .87",
	"cmrc": "hit@1 .965", "xquad.zh": "hit@1 .95", "cacm": "MAP .365",
}

// TestFigures prints ours beside plain BM25 on the public sets, and fails
// where ours is worse. All questions: go test ./retrieval -run TestFigures -v -sample 0
func TestFigures(t *testing.T) {
	t.Logf("%-15s %6s | %-27s | %-27s | %s", "set", "asked", "plain: hit@1 hit@5 MRR  MAP", "ours: hit@1 hit@5 MRR  MAP", "wanted")
	for _, set := range publicSets(t) {
		qs := sampled(set.questions, *sample)
		ix, stands := indexed(t, set)
		for i := range qs {
			for g := range qs[i].gold {
				if o, ok := stands[g]; ok {
					qs[i].gold[o] = true
				}
			}
		}
		k := 20
		if set.name == "cacm" {
			k = 1000
		}
		ours := run(qs, searchRank(t, ix, k))
		var plain figures
		if set.name != "articles" { // whose right answers are passages, which the plain one does not rank
			plain = run(qs, plainBM25(set))
		}
		row := func(f figures) string { return fmt.Sprintf("%.3f %.3f %.3f %.3f", f.hit1, f.hit5, f.mrr, f.avep) }
		t.Logf("%-15s %6d | %-27s | %-27s | %s", set.name, len(qs), row(plain), row(ours), wantedFigures[set.name])
		if ours.mrr < plain.mrr-0.01 {
			t.Errorf("%s: MRR@10 %.3f, plain BM25 has %.3f", set.name, ours.mrr, plain.mrr)
		}
	}
}
