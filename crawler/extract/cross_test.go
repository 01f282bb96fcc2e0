package extract

import (
	"bytes"
	"flag"
	"hash/fnv"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

var (
	trainModel = flag.Bool("train", false, "grow the models of main text anew and write model.bin")
	crossEval  = flag.Bool("cross", false, "measure on sites held out of training")
)

// hostOf is the site of an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return siteName(u)
}

// folds is the number of parts of a cross validation.
const folds = 8

// fold is the part of the pages that e is held out with: all of one site.
func (e *example) fold() int {
	h := fnv.New32a()
	h.Write([]byte(e.site))
	return int(h.Sum32() % folds)
}

// gathered is the table of all examples' units, and the rows of each fold's
// training: all pages but the fold's own.
func gathered(all []*example) (d *rows, apart [folds][]int32) {
	var x [][]float32
	var y, w []float32
	for _, e := range all {
		for i := range e.x {
			for k := range folds {
				if k != e.fold() {
					apart[k] = append(apart[k], int32(len(x)+i))
				}
			}
		}
		x = append(x, e.x...)
		y = append(y, e.label...)
		w = append(w, e.weight...)
	}
	return binned(x, y, w), apart
}

// predict sets the probabilities of e's units.
func (e *example) predict(f *forest) {
	for i, u := range e.view.units {
		u.keep = sigmoid(f.odds(e.x[i]))
	}
}

// widen sets the features of the next forest: the page's own, and what the
// model before it thinks.
func (e *example) widen() {
	e.view.opine()
	for i := range e.x {
		e.x[i] = e.view.secondFeatures(i, slices.Clone(e.base[i]))
	}
}

// report prints the figures of each set over its pages, and over the Chinese
// ones; with SONDE_EVAL_PAGES set also those of each page.
func report(t *testing.T, stage string, all []*example) map[string]*mean {
	means := map[string]*mean{}
	for _, e := range all {
		p, r := score(kept(e), e.gold)
		sets := []string{e.set}
		if mainlyHan(e.gold) {
			sets = append(sets, e.set+", Chinese")
		}
		if os.Getenv("SONDE_EVAL_PAGES") != "" {
			t.Logf("%s %.3f %.3f %s %s", stage, p, r, e.set, e.name)
		}
		for _, s := range sets {
			if means[s] == nil {
				means[s] = &mean{}
			}
			means[s].add(p, r)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(means)) {
		p, r, f := means[s].figures()
		t.Logf("%-10s %-26s %4.0f pages  P %.3f  R %.3f  F1 %.3f", stage, s, means[s].n, p, r, f)
	}
	return means
}

// kept is the text of e that is left when what does not belong to the main text is left out.
func kept(e *example) string {
	drop := e.view.chosen()
	var b strings.Builder
	for _, u := range e.view.units {
		if !drop[u.nodes[0]] {
			b.WriteString(u.text + "\n")
		}
	}
	return b.String()
}

// crossForests grows a forest per fold and predicts each page by the one that has not seen it.
func crossForests(all []*example) {
	d, apart := gathered(all)
	var forests [folds]*forest
	var wg sync.WaitGroup
	free := make(chan bool, 2)
	for k := range folds {
		free <- true
		wg.Go(func() {
			forests[k] = grown.several(d, apart[k])
			<-free
		})
	}
	wg.Wait()
	for _, e := range all {
		e.predict(forests[e.fold()])
	}
}

// crossWords fits the model of words per fold and predicts each page by the one that has not seen it.
func crossWords(all []*example) {
	var parts [folds][]*example
	for _, e := range all {
		for k := range folds {
			if k != e.fold() {
				parts[k] = append(parts[k], e)
			}
		}
	}
	for k := range folds {
		m := trainWords(parts[k])
		for _, e := range all {
			if e.fold() == k {
				for i, u := range e.view.units {
					u.keep = sigmoid(m.odds(&e.words[i]))
				}
			}
		}
	}
	for _, e := range all {
		e.view.lone = nil
		e.view.remember()
	}
}

// grown is how both forests are grown.
var grown = boosting{trees: 150, leaves: 16, rate: .07, lambda: 2, features: .25, sample: .35, minWeight: .1, seeds: 2}

// crossValidated sets the probabilities of the units of all pages by models
// that have not seen any page of the same site, and readies their features for
// the forests grown on all; done is called before each forest.
func crossValidated(all []*example, done func()) {
	crossWords(all)
	for range len(modelSet{}.forests) {
		for _, e := range all {
			e.widen()
		}
		done()
		crossForests(all)
	}
	for _, e := range all {
		e.view.settle()
	}
}

// TestEvalCross prints how well main text is found on pages of sites that were
// held out of training. The figures with all pages trained on are TestEvalExtract's.
func TestEvalCross(t *testing.T) {
	if !*crossEval {
		t.Skip("minutes of work: run it with -cross")
	}
	all := loadExamples(t)
	crossValidated(all, func() {})
	report(t, "held out", all)
}

// TestTrainModel checks that the embedded model is whole. With -train it grows
// another: it prints what is reached on sites held out, and writes the model
// grown on all pages.
func TestTrainModel(t *testing.T) {
	if !*trainModel {
		if !bytes.Equal(models().marshal(), modelBytes) {
			t.Error("model.bin is not what its models are written as")
		}
		return
	}
	all := loadExamples(t)
	m := modelSet{words: trainWords(all)}
	n := 0
	crossValidated(all, func() {
		d, _ := gathered(all)
		m.forests[n] = grown.several(d, every(len(d.y)))
		n++
	})
	report(t, "held out", all)
	if err := os.WriteFile("model.bin", m.marshal(), 0o644); err != nil {
		t.Fatal(err)
	}
}
