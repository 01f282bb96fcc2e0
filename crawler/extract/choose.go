package extract

import (
	_ "embed"
	"fmt"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

//go:embed model.bin
var modelBytes []byte

// models are the two forests that find main text: the first sees a unit, its
// place and its neighbours; the second also what the first thinks of those.
// They were grown by TestTrainModel (see train_test.go).
var models = sync.OnceValue(func() [2]*forest {
	var m [2]*forest
	rest := modelBytes
	for i := range m {
		f, more, err := unmarshalForest(rest)
		if err != nil {
			panic(fmt.Sprintf("the embedded model is broken: %v", err))
		}
		m[i], rest = f, more
	}
	return m
})

// judge sets the probability of every unit that it is main text.
func (v *pageView) judge() {
	m := models()
	var x []float32 // used again and again: a page may have very many units
	for i, u := range v.units {
		x = v.features(i, x[:0])
		u.keep = sigmoid(m[0].odds(x))
	}
	v.average()
	second := make([]float64, len(v.units))
	for i := range v.units {
		x = v.secondFeatures(i, v.features(i, x[:0]))
		second[i] = sigmoid(m[1].odds(x))
	}
	for i, u := range v.units {
		u.keep = second[i]
	}
	v.settle()
}

// settle makes data tables and listings of code whole: half a table misleads.
func (v *pageView) settle() {
	v.average()
	for _, f := range v.frames {
		if f.node.DataAtom != atom.Pre && (f.node.DataAtom != atom.Table || layoutTable(f.node, tableRows(f.node, nil))) {
			continue
		}
		for _, u := range v.units[f.first:f.last] {
			u.keep = f.mean
		}
	}
	v.settleLists()
	v.settleHeadings()
}

// settleLists keeps the odd item of a list that is kept nearly whole.
func (v *pageView) settleLists() {
	v.average()
	for _, f := range v.frames {
		switch f.node.DataAtom {
		case atom.Ul, atom.Ol, atom.Dl:
			if f.mean < .8 || f.units < 3 {
				continue
			}
			for _, u := range v.units[f.first:f.last] {
				u.keep = max(u.keep, .5)
			}
		}
	}
}

// settleHeadings keeps the heading of what is surely kept; the page's first is left to the models.
func (v *pageView) settleHeadings() {
	below, level := 0.0, 7 // what stands below the heading at hand, and its rank
	for i := len(v.units) - 1; i >= 0; i-- {
		u := v.units[i]
		tag := u.frame.node.DataAtom
		if !isHeading(tag) || u.links*2 > u.size.tokens {
			below, level = u.keep, 7
			continue
		}
		rank := int(u.frame.node.Data[1] - '0')
		if below > .8 && rank < level && rank > 1 && u.plain() {
			u.keep = max(u.keep, .5)
		}
		level = rank
		if u.keep < .5 {
			below = u.keep
		}
	}
}

func isHeading(a atom.Atom) bool {
	switch a {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// plain reports whether u may be text that a reader came for: not in a
// navigation bar, a footer or the like, and not a link alone.
func (u *unit) plain() bool {
	if u.links*2 > u.size.tokens {
		return false
	}
	for f := u.frame; f != nil; f = f.parent {
		if f.traits&(traitNav|traitFooter|traitSide|traitHeader|traitPromo|traitShare|traitRelated) != 0 && f.traits&(traitArticle|traitContent) == 0 {
			return false
		}
		switch f.node.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside:
			return false
		}
	}
	return true
}

// Shares of the plain text below which too little was found.
const (
	littleShare  = .25
	littleTokens = 40
)

// smallPage is the number of tokens of plain text below which all of it counts.
const smallPage = 120

// chosen returns the nodes to leave out so that the main text remains. Where
// the models find too little (a listing, a product, a form of page that they
// have not met), less certain text counts, at last all that is not navigation.
func (v *pageView) chosen() map[*html.Node]bool {
	plain := 0
	for _, u := range v.units {
		if u.plain() {
			plain += u.size.tokens
		}
	}
	if plain < smallPage { // too little to tell main text from by its surroundings
		return v.without(func(u *unit) bool { return u.keep >= .5 || u.plain() })
	}
	least := .5
	for _, least = range []float64{.5, .3, .15, .05} {
		n := 0
		for _, u := range v.units {
			if u.keep >= least {
				n += u.size.tokens
			}
		}
		if n >= littleTokens && float64(n) >= littleShare*float64(plain) {
			return v.without(func(u *unit) bool { return u.keep >= least })
		}
	}
	if plain >= littleTokens/2 {
		return v.without(func(u *unit) bool { return u.keep >= least || u.plain() })
	}
	return nil
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
