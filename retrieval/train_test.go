package retrieval

import (
	"context"
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"sort"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

var (
	train   = flag.Bool("train", false, "train the ranker on the public sets and write its weights")
	write   = flag.Bool("write", false, "with -train: learn from everything and replace model.json")
	quick   = flag.Bool("quick", false, "with -train: the linear model alone")
	onlySet = flag.String("sets", "", "only the public sets whose names contain one of these, parted by commas")
)

// A lesson is one question's candidates with those that are right.
type lesson struct {
	vs    []vector
	gold  []bool
	lost  bool // no candidate is right
	group string
}

// lessons asks the set's questions and keeps the candidates.
func lessons(t testing.TB, set judged, n int) []lesson {
	ix, stands := indexed(t, set)
	m := ix.(*Memory)
	var out []lesson
	for _, q := range sampled(set.questions, n) {
		for g := range q.gold {
			if o, ok := stands[g]; ok {
				q.gold[o] = true
			}
		}
		qu := newAnalyzer().readQuestion(agent.Query{Text: q.text})
		cands, err := m.candidates(context.Background(), &qu, minCandidates)
		if err != nil {
			t.Fatal(err)
		}
		l := lesson{vs: vectors(&qu, cands), gold: make([]bool, len(cands)), lost: true, group: set.name + q.group}
		for i, c := range cands {
			if q.holds(c.passage) {
				l.gold[i], l.lost = true, false
			}
		}
		out = append(out, l)
	}
	return out
}

// fit learns weights that make the right candidates likely (listwise softmax,
// Cao et al., "Learning to rank", 2007), by Adam with weight decay.
func fit(ls []lesson, start linear, epochs int) linear {
	w := start
	var m, v linear
	r := rand.New(rand.NewPCG(1, 2))
	step := 0
	for e := range epochs {
		rate := 0.2 * (1 - float64(e)/float64(epochs))
		for _, batch := range shuffled(r, len(ls), 32) {
			var g linear
			for _, i := range batch {
				ls[i].gradient(&w, &g)
			}
			step++
			for k := range w {
				d := g[k]/float64(len(batch)) + 1e-5*w[k]
				m[k] = 0.9*m[k] + 0.1*d
				v[k] = 0.999*v[k] + 0.001*d*d
				mh, vh := m[k]/(1-math.Pow(0.9, float64(step))), v[k]/(1-math.Pow(0.999, float64(step)))
				w[k] -= rate * mh / (math.Sqrt(vh) + 1e-8)
			}
		}
	}
	return w
}

func shuffled(r *rand.Rand, n, size int) [][]int {
	p := r.Perm(n)
	var out [][]int
	for i := 0; i < n; i += size {
		out = append(out, p[i:min(i+size, n)])
	}
	return out
}

func (l *lesson) gradient(w *linear, g *linear) {
	if l.lost {
		return
	}
	p, right := make([]float64, len(l.vs)), make([]float64, len(l.vs))
	var sum, rsum float64
	top := math.Inf(-1)
	for i := range l.vs {
		p[i] = w.score(&l.vs[i])
		top = math.Max(top, p[i])
	}
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		sum += p[i]
		if l.gold[i] {
			right[i] = p[i]
			rsum += p[i]
		}
	}
	for i := range l.vs {
		d := p[i]/sum - right[i]/math.Max(rsum, 1e-300)
		for k, x := range l.vs[i] {
			g[k] += d * x
		}
	}
}

// judge measures weights on lessons; a page's later passages count as ranks.
func judge(ls []lesson, w interface{ score(*vector) float64 }) figures {
	var sum figures
	for _, l := range ls {
		rank, best := 0, math.Inf(-1)
		for i := range l.vs {
			if l.gold[i] {
				best = math.Max(best, w.score(&l.vs[i]))
			}
		}
		for i := range l.vs {
			if !l.gold[i] && w.score(&l.vs[i]) >= best {
				rank++
			}
		}
		if l.lost || rank >= 10 {
			continue
		}
		sum.mrr += 1 / float64(rank+1)
		if rank == 0 {
			sum.hit1++
		}
	}
	return sum.over(len(ls))
}

// fold parts lessons by group into train and test for one of five folds.
func fold(ls []lesson, k uint32) (learn, test []lesson) {
	for _, l := range ls {
		if hash32(l.group)%folds == k {
			test = append(test, l)
		} else {
			learn = append(learn, l)
		}
	}
	return learn, test
}

// TestTrain learns the ranker's weights and judges them on articles that were
// not learned from: go test ./retrieval -run TestTrain -train -v
func TestTrain(t *testing.T) {
	if !*train {
		t.Skip("run with -train")
	}
	byName := map[string][]lesson{}
	names := map[bool][]string{}
	all := map[bool][]lesson{}
	for _, s := range publicSets(t) {
		if s.name == "cacm" {
			continue // topics, not questions: it judges alone
		}
		zh := chineseSet(s.name)
		byName[s.name] = lessons(t, s, share(s.name))
		names[zh] = append(names[zh], s.name)
		all[zh] = append(all[zh], byName[s.name]...)
	}
	for zh, n := range names {
		crossed(t, n, byName, all[zh])
	}
	if *write {
		writeModels(t, byName)
	}
}

// writeModels learns from all that there is: trees for the larger English
// sets, a linear model alone for the Chinese ones, where trees won nothing.
func writeModels(t *testing.T, byName map[string][]lesson) {
	var en, zh []lesson
	for n, ls := range byName {
		if chineseSet(n) {
			zh = append(zh, ls...)
		} else {
			en = append(en, ls...)
		}
	}
	sortLessons(en)
	sortLessons(zh)
	var f struct {
		Features int   `json:"features"`
		En       model `json:"en"`
		Zh       model `json:"zh"`
	}
	plain := boost
	plain.trees = 0
	f.Features, f.En, f.Zh = int(featCount), learn(en, boost), learn(zh, plain)
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("model.json", append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// share is how many questions of a set are learned from; the paragraphs with
// titles repeat those without.
func share(name string) int {
	if name == "squad1.1+title" {
		return *sample / 2
	}
	return *sample
}

func chineseSet(name string) bool { return name == "cmrc" || name == "xquad.zh" || name == "crud" }

// sortLessons puts lessons of several sets into an order that does not hang on a map.
func sortLessons(ls []lesson) {
	sort.SliceStable(ls, func(i, j int) bool { return ls[i].group < ls[j].group })
}

// crossed judges models on articles that they were not learned from.
func crossed(t *testing.T, language []string, byName map[string][]lesson, all []lesson) {
	before, line, full := map[string]*figures{}, map[string]*figures{}, map[string]*figures{}
	count := map[string]int{}
	for _, n := range language {
		before[n], line[n], full[n] = &figures{}, &figures{}, &figures{}
	}
	for k := range uint32(folds) {
		train, _ := fold(all, k)
		s := boost
		if *quick {
			s.trees = 0
		}
		m := learn(train, s)
		for _, n := range language {
			_, test := fold(byName[n], k)
			count[n] += len(test)
			size := float64(len(test))
			before[n].add(judge(test, &linear{featBM25: 1}).over2(size))
			line[n].add(judge(test, &m.Base).over2(size))
			full[n].add(judge(test, &m).over2(size))
		}
	}
	for _, n := range language {
		b, l, f := before[n].over(count[n]), line[n].over(count[n]), full[n].over(count[n])
		t.Logf("%-16s %5d BM25F %.3f %.3f, linear %.3f %.3f, trees %.3f %.3f", n, count[n], b.hit1, b.mrr, l.hit1, l.mrr, f.hit1, f.mrr)
	}
}

// folds of the cross-validation.
const folds = 3

func (f figures) over2(n float64) figures {
	return figures{f.hit1 * n, f.hit5 * n, f.mrr * n, f.avep * n}
}
