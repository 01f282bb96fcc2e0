package extract

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/net/html"
)

//go:embed model.bin
var modelBytes []byte

// models find main text one after the other: a linear one from words, then two
// forests, each of which also sees what the one before it thinks of a unit,
// its neighbours and its containers. TestTrainModel made them (see train_test.go).
type modelSet struct {
	words   *wordModel
	forests [2]*forest
}

var models = sync.OnceValue(func() modelSet {
	m, err := unmarshalModels(modelBytes)
	if err != nil {
		panic(fmt.Sprintf("the embedded model is broken: %v", err))
	}
	return m
})

// judge sets the probability of every unit that it is main text.
func (v *pageView) judge() {
	m := models()
	var w words
	for i, u := range v.units {
		v.wordsOf(i, &w)
		u.keep = sigmoid(m.words.odds(&w))
	}
	v.remember()
	own := v.ownFeatures()
	var x []float32 // used again and again: a page may have very many units
	for _, f := range m.forests {
		v.opine()
		next := make([]float64, len(v.units))
		for i := range v.units {
			x = v.secondFeatures(i, own(i, x[:0]))
			next[i] = sigmoid(f.odds(x))
		}
		for i, u := range v.units {
			u.keep = next[i]
		}
	}
	v.settle()
}

// ownFeatures appends the features of a unit that do not change from model to
// model. Those of a page of usual size are kept, so that they are told once.
func (v *pageView) ownFeatures() func(i int, x []float32) []float32 {
	const usual = 2000
	if len(v.units) > usual {
		return v.features
	}
	all, ends := []float32(nil), make([]int, len(v.units)+1)
	for i := range v.units {
		all = v.features(i, all)
		if i == 0 {
			all = slices.Grow(all, len(all)*len(v.units))
		}
		ends[i+1] = len(all)
	}
	return func(i int, x []float32) []float32 { return append(x, all[ends[i]:ends[i+1]]...) }
}

// remember keeps what the model of words thinks for the models after it.
func (v *pageView) remember() {
	for _, u := range v.units {
		v.lone = append(v.lone, u.keep)
	}
}

// Shares of the plain text below which too little was found.
const (
	littleShare  = .25
	littleTokens = 40
)

// smallPage is the number of tokens of plain text below which most of it counts.
const smallPage = 120

// chosen returns the nodes to leave out so that the main text remains. Where
// the models find too little (a listing, a product, a form of page that they
// have not met), less certain text counts, at last all that is not navigation.
func (v *pageView) chosen() map[*html.Node]bool {
	plain, _ := v.measured(v.plain)
	open, _ := v.measured(v.open)
	if plain < smallPage { // too little to tell main text from by its surroundings
		keep := func(u *unit) bool { return u.keep >= .5 || u.keep >= .2 && v.plain(u) }
		if n, _ := v.measured(keep); n >= littleTokens/4 || n > 0 && n*3 >= open {
			return v.without(keep)
		}
	}
	for _, least := range []float64{.5, .3, .15, .05} {
		n, mean := v.measured(func(u *unit) bool { return u.keep >= least })
		if n >= littleTokens && (mean >= .7 || float64(n) >= littleShare*float64(plain)) {
			return v.without(func(u *unit) bool { return u.keep >= least })
		}
	}
	switch {
	case plain >= littleTokens/2:
		return v.without(func(u *unit) bool { return u.keep >= .3 || v.plain(u) })
	case open >= littleTokens/2: // a list of links
		return v.without(func(u *unit) bool { return u.keep >= .3 || v.open(u) })
	}
	return nil
}

// measured is the number of tokens of the units that keep wants, and the mean of their probabilities.
func (v *pageView) measured(keep func(*unit) bool) (tokens int, mean float64) {
	for _, u := range v.units {
		if keep(u) {
			tokens += u.size.tokens
			mean += u.keep * float64(u.size.tokens)
		}
	}
	return tokens, mean / float64(max(1, tokens))
}

// without lists the nodes of the units that keep does not want.
func (v *pageView) without(keep func(*unit) bool) map[*html.Node]bool {
	drop := map[*html.Node]bool{}
	for _, u := range v.units {
		if !keep(u) {
			for _, n := range u.nodes {
				drop[n] = true
			}
		}
	}
	return drop
}
