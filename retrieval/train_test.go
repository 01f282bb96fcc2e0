package retrieval

import (
	"context"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
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
	q     *question
	cands []candidate
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
	a := newAnalyzer()
	for _, q := range sampled(set.questions, n) {
		for g := range q.gold {
			if o, ok := stands[g]; ok {
				q.gold[o] = true
			}
		}
		qu := a.readQuestion(agent.Query{Text: q.text})
		cands, err := m.candidates(context.Background(), &qu, minCandidates)
		if err != nil {
			t.Fatal(err)
		}
		l := lesson{q: &qu, cands: cands, gold: make([]bool, len(cands)), lost: true, group: q.group}
		for i, c := range cands {
			if q.holds(c.passage) {
				l.gold[i], l.lost = true, false
			}
		}
		out = append(out, l)
	}
	return out
}

// fitEpochs are the passes over the lessons.
const fitEpochs = 20

// fit learns weights that make the right candidates likely (listwise softmax,
// Cao et al., "Learning to rank", 2007), by Adam. decay pulls the
// weights towards where they start.
func fit(ls []lesson, start linear, decay float64) linear {
	w := start
	var m, v linear
	r := rand.New(rand.NewPCG(1, 2))
	step := 0
	for e := range fitEpochs {
		rate := 0.2 * (1 - float64(e)/fitEpochs)
		for _, batch := range shuffled(r, len(ls), 32) {
			var g linear
			for _, i := range batch {
				ls[i].gradient(&w, &g)
			}
			step++
			for k := range w {
				d := g[k]/float64(len(batch)) + decay*(w[k]-start[k])
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

// judge measures weights on lessons; a page's later passages count as ranks. In
// place of the average precision stands the logarithm of the right one's chance.
func judge(ls []lesson, w interface{ score(*vector) float64 }) figures {
	var sum figures
	for _, l := range ls {
		rank, best := 0, math.Inf(-1)
		scores := make([]float64, len(l.vs))
		for i := range l.vs {
			scores[i] = w.score(&l.vs[i])
			if l.gold[i] {
				best = math.Max(best, scores[i])
			}
		}
		all, right := 0.0, 0.0
		for i, s := range scores {
			if !l.gold[i] && s >= best {
				rank++
			}
			all += math.Exp(s - best)
			if l.gold[i] {
				right += math.Exp(s - best)
			}
		}
		if l.lost {
			continue
		}
		sum.avep += math.Log(right / all)
		if rank < 10 {
			sum.mrr += 1 / float64(rank+1)
		}
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
		trusted(n, byName)
		all[zh] = nil
		for _, name := range n {
			all[zh] = append(all[zh], byName[name]...)
		}
	}
	if *write {
		writeModels(t, byName)
	}
	for zh, n := range names {
		crossed(t, n, byName, all[zh])
	}
}

// trusted gives the lessons their features, each by a lexicon that did not learn
// from its article.
func trusted(names []string, byName map[string][]lesson) {
	parallel(folds, func(k int) {
		var learn []lesson
		for _, n := range names {
			l, _ := fold(byName[n], uint32(k))
			learn = append(learn, l...)
		}
		lex := fitLexicon(learn)
		for _, n := range names {
			for i := range byName[n] {
				if l := &byName[n][i]; hash32(l.group)%folds == uint32(k) {
					l.vs = vectors(l.q, l.cands, lex)
					l.trim()
				}
			}
		}
	})
}

// learnedFrom are the candidates of a question that are learned from, beside the
// right ones.
const learnedFrom = 40

// trim leaves the first candidates and the right ones.
func (l *lesson) trim() {
	n := 0
	for i := range l.vs {
		if i < learnedFrom || l.gold[i] {
			l.vs[n], l.gold[n], l.cands[n] = l.vs[i], l.gold[i], l.cands[i]
			n++
		}
	}
	l.vs, l.gold, l.cands = l.vs[:n], l.gold[:n], l.cands[:n]
}

// fitLexicon learns what single words say.
func fitLexicon(ls []lesson) *lexicon {
	return &lexicon{Trust: fitTrust(sightings(ls))}
}

// writeModels learns from all that there is: trees for the English sets, a
// linear model alone for the Chinese ones, where trees won nothing. A language
// of which no set was asked for keeps its model.
func writeModels(t *testing.T, byName map[string][]lesson) {
	var en, zh []lesson
	for _, n := range slices.Sorted(maps.Keys(byName)) {
		if chineseSet(n) {
			zh = append(zh, byName[n]...)
		} else {
			en = append(en, byName[n]...)
		}
	}
	var f modelFileJSON
	if err := json.Unmarshal(modelFile, &f); err != nil {
		t.Fatal(err)
	}
	if len(en) > 0 {
		f.En = learnModel(en, boost)
	}
	if len(zh) > 0 {
		f.Zh = learnModel(zh, boostZh)
	}
	f.Features = int(featCount)
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("model.json", append(b, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// learnModel learns a model with its lexicon.
func learnModel(ls []lesson, s boosting) model {
	m := learn(ls, s)
	m.Lexicon = *fitLexicon(ls)
	return m
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

// crossed judges models on articles that they were not learned from.
func crossed(t *testing.T, language []string, byName map[string][]lesson, all []lesson) {
	kinds := [3]map[string]*figures{{}, {}, {}} // BM25F, linear, trees
	count := map[string]int{}
	for _, n := range language {
		for _, k := range kinds {
			k[n] = &figures{}
		}
	}
	var mu sync.Mutex
	parallel(folds, func(k int) {
		train, _ := fold(all, uint32(k))
		s := boost
		if chineseSet(language[0]) {
			s = boostZh
		}
		if *quick {
			s.trees = 0
		}
		m := learn(train, s)
		mu.Lock()
		defer mu.Unlock()
		for _, n := range language {
			_, test := fold(byName[n], uint32(k))
			count[n] += len(test)
			for i, r := range []interface{ score(*vector) float64 }{&linear{featBM25: 1}, &m.Base, &m} {
				kinds[i][n].add(judge(test, r).over2(float64(len(test))))
			}
		}
	})
	for _, n := range language {
		b, l, f := kinds[0][n].over(count[n]), kinds[1][n].over(count[n]), kinds[2][n].over(count[n])
		t.Logf("%-16s %5d BM25F %.3f %.3f, linear %.3f %.3f (%.4f), trees %.3f %.3f (%.4f)", n, count[n], b.hit1, b.mrr, l.hit1, l.mrr, l.avep, f.hit1, f.mrr, f.avep)
	}
}

// parallel runs do for each of n numbers, as many at a time as there are cores.
func parallel(n int, do func(int)) {
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		wg.Add(1)
		free <- struct{}{}
		go func() {
			defer func() { <-free; wg.Done() }()
			do(i)
		}()
	}
	wg.Wait()
}

// folds of the cross-validation.
const folds = 3

func (f figures) over2(n float64) figures {
	return figures{f.hit1 * n, f.hit5 * n, f.mrr * n, f.avep * n}
}
