package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/tests/answers"
)

// A spanRow is one candidate of a case.
type spanRow struct {
	buckets []uint32
	dense   []float32
	label   float32
	text    string
}

// A spanCase is one question's candidates.
type spanCase struct {
	c    *trainCase
	rows []spanRow
}

const spanNegatives = 90

// spanCases lists the candidates of the cases that have an answer: all of the
// right ones, and a sample of the others (all of them where every is set).
func spanCase1(c *trainCase, rng *rand.Rand, every bool) (spanCase, bool) {
	out := spanCase{c: c}
	r := c.r
	var rest []spanRow
	best := 0.0
	for rank, i := range r.order[:min(spanSentence, len(r.order))] {
		s := &r.sentences[i]
		ctx := r.spanContext(s)
		for _, sp := range candidates(s, rank) {
			row := spanRow{text: sp.text()}
			f := spanF1(row.text, c.answers, r.q.Language)
			if s.page.Snapshot != c.gold {
				f = 0
			}
			if f > best {
				best = f
			}
			row.label = float32(f)
			if f < 0.4 && !every && rng.IntN(3) > 0 {
				continue
			}
			row.buckets = ctx.sparse(&sp, nil)
			row.dense = ctx.dense(&sp, 0)
			rest = append(rest, row)
		}
	}
	if every {
		out.rows = rest
		return out, len(rest) > 0
	}
	if best < 0.5 {
		return out, false
	}
	n := 0
	rng.Shuffle(len(rest), func(a, b int) { rest[a], rest[b] = rest[b], rest[a] })
	for _, row := range rest {
		right := float64(row.label) >= best-1e-6
		if !right {
			if n++; n > spanNegatives {
				continue
			}
		}
		row.label = 0
		if right {
			row.label = 1
		}
		out.rows = append(out.rows, row)
	}
	return out, true
}

func spanF1(text string, accepted []string, language string) float64 {
	if language == "zh" {
		return answers.RunF1(text, accepted)
	}
	near := accepted[:0:0]
	for _, a := range accepted { // the full measure is slow, and most spans share no word with any answer
		for _, w := range strings.Fields(a) {
			if strings.Contains(text, strings.Trim(w, ".,\"'()")) {
				near = append(near, a)
				break
			}
		}
	}
	return answers.F1(text, near)
}

// trainLexical learns the weights of lexical features: softmax over a case's candidates, Adagrad.
func trainLexical(cases []spanCase, epochs int) []float32 {
	w := make([]float32, spanBuckets)
	g2 := make([]float32, spanBuckets)
	rng := rand.New(rand.NewPCG(3, 4))
	for range epochs {
		for _, k := range rng.Perm(len(cases)) {
			rows := cases[k].rows
			score := make([]float64, len(rows))
			top := math.Inf(-1)
			for i := range rows {
				for _, b := range rows[i].buckets {
					score[i] += float64(w[b])
				}
				top = math.Max(top, score[i])
			}
			sum, right := 0.0, 0.0
			for i := range rows {
				score[i] = math.Exp(score[i] - top)
				sum += score[i]
				right += score[i] * float64(rows[i].label)
			}
			for i := range rows {
				grad := score[i]/sum - score[i]*float64(rows[i].label)/right
				if math.Abs(grad) < 1e-4 {
					continue
				}
				for _, b := range rows[i].buckets {
					g := float32(grad) + 2e-4*w[b]
					g2[b] += g * g
					w[b] -= 0.1 * g / float32(math.Sqrt(float64(g2[b])+1e-6))
				}
			}
		}
	}
	return w
}

// quantise rounds weights to the bytes that are embedded.
func quantise(w []float32) []byte {
	b := make([]byte, len(w))
	for i, v := range w {
		b[i] = byte(int8(math.Round(float64(max(-127, min(127, v*32))))))
	}
	return b
}

func lexicalScores(cases []spanCase, w []float32) {
	rw := &readerWeights{lexical: w}
	for k := range cases {
		most := float32(math.Inf(-1))
		for i := range cases[k].rows {
			row := &cases[k].rows[i]
			row.dense[sLexical] = float32(rw.lexicalScore(row.buckets))
			most = max(most, row.dense[sLexical])
		}
		for i := range cases[k].rows {
			row := &cases[k].rows[i]
			row.dense[sLexicalGap] = row.dense[sLexical] - most
		}
	}
}

func spanSet(cases []spanCase) *boostSet {
	set := &boostSet{}
	for k := range cases {
		from := len(set.rows)
		for i := range cases[k].rows {
			set.rows = append(set.rows, cases[k].rows[i].dense)
			set.labels = append(set.labels, cases[k].rows[i].label)
		}
		set.groups = append(set.groups, [2]int{from, len(set.rows)})
	}
	return set
}

var spanBoost = boostOptions{trees: 200, depth: 5, bins: 48, rate: 0.12, lambda: 4, min: 3, softmax: true}

const lexicalEpochs = 5

// trainSpans learns which span of the best sentences is the answer, and shows
// exact match and F1 on articles it has not seen. It returns each fold's scorers.
func trainSpans(t *testing.T, cases []*trainCase) []*readerWeights {
	t.Helper()
	of := make([]*readerWeights, trainFolds)
	for f := range of {
		of[f] = cachedSpans(f)
	}
	if !slices.Contains(of, nil) {
		return of
	}
	folds := make([][]spanCase, trainFolds)
	made := make([]spanCase, len(cases))
	inParallel(len(cases), func(i int) {
		if cases[i].possible {
			if k, ok := spanCase1(cases[i], rand.New(rand.NewPCG(5, uint64(i))), false); ok {
				made[i] = k
			}
		}
	})
	for _, k := range made {
		if k.c != nil {
			folds[k.c.fold] = append(folds[k.c.fold], k)
		}
	}
	join := func(skip int) []spanCase {
		var out []spanCase
		for f := range folds {
			if f != skip {
				out = append(out, folds[f]...)
			}
		}
		return out
	}
	lexical, forests := make([][]byte, trainFolds+1), make([]*forest, trainFolds+1)
	inParallel(trainFolds+1, func(f int) { lexical[f] = quantise(trainLexical(join(f-1), lexicalEpochs)) })
	for f := range folds {
		lexicalScores(folds[f], lexicalBytes(lexical[f+1]))
	}
	inParallel(trainFolds+1, func(f int) { forests[f] = boost(spanSet(join(f-1)), spanBoost) })
	tally := map[string]*spanTally{}
	for f := range folds {
		measureSpans(t, cases, f, lexicalBytes(lexical[f+1]), forests[f+1], tally)
		cacheSpans(t, f, lexical[f+1], forests[f+1])
		of[f] = &readerWeights{spans: forests[f+1], lexical: lexicalBytes(lexical[f+1])}
	}
	for k, v := range tally {
		t.Logf("span %-14s n=%.0f exact %.1f F1 %.1f (words alone %.1f %.1f) best possible %.1f", k, v.n, v.share(v.exact), v.share(v.f1), v.share(v.lexExact), v.share(v.lexF1), v.share(v.possible))
	}
	write(t, "reader_span.bin", forests[0].encode())
	write(t, "reader_lexical.bin", lexical[0])
	return of
}

// spanCache names the files of a fold's span scorers.
func spanCache(fold int) (lexical, forest string) {
	return filepath.Join(*trainCache, fmt.Sprintf("lexical%d.bin", fold)), filepath.Join(*trainCache, fmt.Sprintf("span%d.bin", fold))
}

func cacheSpans(t *testing.T, fold int, lexical []byte, f *forest) {
	t.Helper()
	if *trainCache == "" {
		return
	}
	l, s := spanCache(fold)
	for name, b := range map[string][]byte{l: lexical, s: f.encode()} {
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// cachedSpans are a fold's span scorers of an earlier run; nil where there are none.
func cachedSpans(fold int) *readerWeights {
	l, s := spanCache(fold)
	lexical, err := os.ReadFile(l)
	if err != nil || *trainCache == "" {
		return nil
	}
	b, err := os.ReadFile(s)
	if err != nil {
		return nil
	}
	f, err := decodeForest(b, spanFeatures)
	if err != nil {
		return nil
	}
	return &readerWeights{spans: f, lexical: lexicalBytes(lexical)}
}

type spanTally struct {
	n, exact, f1, lexExact, lexF1, possible float64
}

func (v *spanTally) share(x float64) float64 { return 100 * x / v.n }

func measureSpans(t *testing.T, cases []*trainCase, fold int, lexical []float32, f *forest, tally map[string]*spanTally) {
	rng := rand.New(rand.NewPCG(5, 6))
	for i, c := range cases {
		if !c.possible || c.fold != fold || i%2 == 1 {
			continue
		}
		k, ok := spanCase1(c, rng, true)
		if !ok {
			continue
		}
		one := []spanCase{k}
		lexicalScores(one, lexical)
		best, bestLex := 0, 0
		most := float32(0)
		score := make([]float64, len(k.rows))
		for i := range k.rows {
			score[i] = f.score(k.rows[i].dense)
			if score[i] > score[best] {
				best = i
			}
			if k.rows[i].dense[sLexical] > k.rows[bestLex].dense[sLexical] {
				bestLex = i
			}
			most = max(most, k.rows[i].label)
		}
		key := c.set[:5] + " " + c.mode
		v := tally[key]
		if v == nil {
			v = &spanTally{}
			tally[key] = v
		}
		if *trainShow && key == "squad given" && v.n < 150 && k.rows[best].label < 0.5 {
			t.Logf("WRONG %s | %q for %q | %s", c.r.q.Text, k.rows[best].text, c.answers[:min(2, len(c.answers))], c.r.best().text)
		}
		v.n++
		v.f1 += spanF1(k.rows[best].text, c.answers, c.r.q.Language)
		v.lexF1 += spanF1(k.rows[bestLex].text, c.answers, c.r.q.Language)
		if spanF1(k.rows[best].text, c.answers, c.r.q.Language) > 0.999 {
			v.exact++
		}
		if spanF1(k.rows[bestLex].text, c.answers, c.r.q.Language) > 0.999 {
			v.lexExact++
		}
		if most > 0.999 {
			v.possible++
		}
	}
}
