package engine

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
	"github.com/sonde-search/sonde/tests/answers"
)

var (
	trainReader = flag.Bool("train", false, "train the reader's weights anew and write them")
	trainCache  = flag.String("traincache", "", "folder for the folds' sentence scorers, to train what rests on them again")
	trainShow   = flag.Bool("trainshow", false, "log some wrong spans")
	trainEvery  = flag.Int("trainevery", 1, "train on one question in so many, to try things out")
)

const trainFolds = 5

// A trainCase is one question with evidence, ready for the sentence scorer.
type trainCase struct {
	r        *reading
	answers  []string
	gold     string // snapshot of the page that answers; empty where none does
	fold     int
	set      string
	mode     string
	possible bool
}

// trainSets loads what may be learned from.
func trainSets(t *testing.T) []*answers.Set {
	t.Helper()
	dir, err := answers.Folder()
	if err != nil {
		t.Skip(err)
	}
	var out []*answers.Set
	for _, n := range []string{"squad/dev-v1.1.json.gz", "squad/dev-v2.0.json.gz", "cmrc2018/cmrc2018_dev.json.gz", "xquad/xquad.zh.json.gz"} {
		s, err := answers.LoadSQuAD(dir, n)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// writeIDF makes the table of how rare stems and bigrams are.
func writeIDF(t *testing.T, sets []*answers.Set) {
	t.Helper()
	df := map[string]map[uint32]int{"en": {}, "zh": {}}
	n := map[string]float64{}
	seen := map[string]bool{}
	for _, s := range sets {
		for _, p := range s.Pages {
			if seen[p.Snapshot] {
				continue
			}
			seen[p.Snapshot] = true
			n[p.Language]++
			has := map[uint32]bool{}
			for _, tk := range readTokens(p.Text) {
				if tk.pair != 0 {
					has[tk.pair] = true
				}
				if tk.kind != lang.KindHan || tk.pair == 0 {
					has[tk.id] = true
				}
			}
			for id := range has {
				df[p.Language][id]++
			}
		}
	}
	value := map[uint32]byte{}
	for _, l := range []string{"en", "zh"} { // in a fixed order: a hash that both have is the second's
		for id, c := range df[l] {
			if c >= 3 {
				value[id] = byte(min(255, 32*math.Log(n[l]/float64(c))+0.5))
			}
		}
	}
	ids := make([]uint32, 0, len(value))
	for id := range value {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(a, b int) bool { return ids[a] < ids[b] })
	var b []byte
	for _, id := range ids {
		b = append(b, byte(id), byte(id>>8), byte(id>>16), byte(id>>24), value[id])
	}
	write(t, "reader_idf.bin", b)
	readerIDF = b
}

func write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d bytes", name, len(b))
}

func has(ps []agent.Passage, snapshot string) bool {
	for _, p := range ps {
		if p.Snapshot == snapshot {
			return true
		}
	}
	return false
}

func without(ps []agent.Passage, snapshot string) []agent.Passage {
	var out []agent.Passage
	for _, p := range ps {
		if p.Snapshot != snapshot {
			out = append(out, p)
		}
	}
	return out
}

func atMost(ps []agent.Passage, n int) []agent.Passage { return ps[:min(n, len(ps))] }

func untitled(ps []agent.Passage) []agent.Passage {
	out := append([]agent.Passage{}, ps...)
	for i := range out {
		out[i].Title = ""
	}
	return out
}

// some draws n passages, the right one among them where with is set, ranked as they were.
func some(rng *rand.Rand, top []agent.Passage, gold string, n int, with bool, pages map[string]*agent.Page) []agent.Passage {
	rest := without(top, gold)
	rng.Shuffle(len(rest), func(a, b int) { rest[a], rest[b] = rest[b], rest[a] })
	if with {
		n--
	}
	out := append([]agent.Passage{}, rest[:min(n, len(rest))]...)
	if with {
		found := false
		for _, p := range top {
			if p.Snapshot == gold {
				out, found = append(out, p), true
			}
		}
		if !found {
			out = append(out, answers.Cut(pages[gold])...)
		}
	}
	sort.SliceStable(out, func(a, b int) bool { return out[a].Score > out[b].Score })
	return out
}

// holds reports whether the sentence has one of the answers in it.
func holds(s *readSentence, accepted []string) bool {
	for _, a := range accepted {
		if strings.Contains(s.text, a) {
			return true
		}
	}
	return false
}

// sentenceRows makes the ranking data: per question its sentences, those with the answer marked.
func sentenceRows(cases []*trainCase, fold int, skip bool) *boostSet {
	set := &boostSet{}
	for _, c := range cases {
		if !c.possible || (c.fold == fold) == skip {
			continue
		}
		from := len(set.rows)
		any := false
		for i := range c.r.sentences {
			s := &c.r.sentences[i]
			y := float32(0)
			if holds(s, c.answers) {
				if s.page.Snapshot != c.gold {
					continue
				}
				y, any = 1, true
			}
			set.rows = append(set.rows, s.feat)
			set.labels = append(set.labels, y)
		}
		if !any {
			set.rows, set.labels = set.rows[:from], set.labels[:from]
			continue
		}
		set.groups = append(set.groups, [2]int{from, len(set.rows)})
	}
	return set
}

// rescore ranks the cases' sentences by a forest.
func rescore(cases []*trainCase, f *forest, fold int) {
	w := &readerWeights{sentences: f}
	inParallel(len(cases), func(i int) {
		if cases[i].fold == fold {
			cases[i].r.scoreAll(w)
		}
	})
}

// hitAt is the share of possible cases whose first k sentences have the answer, by set and mode.
func hitAt(t *testing.T, cases []*trainCase, name string) {
	t.Helper()
	n, h1, h3 := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range cases {
		if !c.possible {
			continue
		}
		key := c.set[:5] + " " + c.mode
		n[key]++
		for k, i := range c.r.order[:min(3, len(c.r.order))] {
			if holds(&c.r.sentences[i], c.answers) {
				if k == 0 {
					h1[key]++
				}
				h3[key]++
				break
			}
		}
	}
	keys := make([]string, 0, len(n))
	for k := range n {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		t.Logf("%-8s %-14s n=%5d first %.1f  first three %.1f", name, k, n[k], 100*float64(h1[k])/float64(n[k]), 100*float64(h3[k])/float64(n[k]))
	}
}

var sentenceBoost = boostOptions{trees: 160, depth: 5, bins: 48, rate: 0.12, lambda: 4, min: 3, softmax: true}

// TestTrainReader learns the sentence scorer and the answer scorer, shows what
// they reach on articles they have not seen, and with -train writes them.
func TestTrainReader(t *testing.T) {
	if !*trainReader {
		t.Skip("the weights are embedded; -train makes them anew")
	}
	sets := trainSets(t)
	writeIDF(t, sets)
	cases := trainCases(sets)
	t.Logf("%d cases", len(cases))
	hitAt(t, cases, "rules")
	forests := make([]*forest, trainFolds+1)
	inParallel(trainFolds+1, func(f int) { forests[f] = sentenceForest(t, cases, f-1) })
	for f := range trainFolds {
		rescore(cases, forests[f+1], f)
	}
	hitAt(t, cases, "learned")
	write(t, "reader_sentence.bin", forests[0].encode())
	trainAnswers(t, cases, trainSpans(t, cases))
	if *trainEvery == 1 {
		noteTrained(t)
	}
}

// sentenceForest trains the sentence scorer on all folds but one, or takes it from the cache.
func sentenceForest(t *testing.T, cases []*trainCase, fold int) *forest {
	t.Helper()
	name := filepath.Join(*trainCache, fmt.Sprintf("sentence%d.bin", fold))
	if *trainCache != "" {
		if b, err := os.ReadFile(name); err == nil {
			if f, err := decodeForest(b, sentenceFeatures); err == nil {
				return f
			}
		}
	}
	f := boost(sentenceRows(cases, fold, true), sentenceBoost)
	if *trainCache != "" {
		if err := os.WriteFile(name, f.encode(), 0o644); err != nil {
			t.Error(err)
		}
	}
	return f
}
