package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// settle makes data tables and listings of code whole: half a table misleads.
func (v *pageView) settle() {
	v.settleComments()
	v.settleOutside()
	v.settleDoubt()
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
	v.settleRegion()
	v.settleHeadings()
}

// settleComments takes readers' comments out of what calls itself an article
// and is no thread, where enough is kept besides.
func (v *pageView) settleComments() {
	if v.forum || !v.article {
		return
	}
	besides := 0
	for _, u := range v.units {
		if u.keep >= .5 && !commented(u.frame) {
			besides += u.size.tokens
		}
	}
	if besides < littleTokens {
		return
	}
	for _, u := range v.units {
		if commented(u.frame) {
			u.keep *= .1
		}
	}
}

// commented reports whether f is, or stands in, a container of comments. An
// article may be named after them too ("has-comments").
func commented(f *frame) bool {
	for ; f != nil; f = f.parent {
		if f.traits&traitComment == 0 || f.traits&traitArticle != 0 {
			continue
		}
		name := strings.ToLower(attr(f.node, "id") + " " + attr(f.node, "class"))
		if strings.Contains(name, "comment") || strings.Contains(name, "disqus") || strings.Contains(name, "pinglun") {
			return true
		}
	}
	return false
}

// settleOutside asks more of what stands outside of the container that is kept most.
func (v *pageView) settleOutside() {
	top := v.best()
	for i, u := range v.units {
		if i < top.first || i >= top.last {
			u.keep *= .85
		}
	}
}

// teaser reports whether u stands in an item of a list that leads elsewhere.
func (v *pageView) teaser(u *unit) bool {
	for f := u.frame; f != nil; f = f.parent {
		if f.alike >= 5 && (f.node.DataAtom == atom.Li || f.traits&traitList != 0) && f.links*60 > f.tokens {
			return true
		}
	}
	return false
}

// settleDoubt lowers what is asked for on a page of a kind that the models have
// hardly met: where even what they keep they are not sure of.
func (v *pageView) settleDoubt() {
	sum, n := 0.0, 0
	for _, u := range v.units {
		if u.keep >= .5 {
			sum += u.keep * float64(u.size.tokens)
			n += u.size.tokens
		}
	}
	if n == 0 {
		return
	}
	least := max(.2, .5-2*(.9-sum/float64(n)))
	if least >= .5 {
		return
	}
	for _, u := range v.units {
		if u.keep >= least && u.keep < .5 && v.plain(u) && !v.teaser(u) {
			u.keep = .5
		}
	}
}

// settleRegion keeps the less certain text of a region that is kept nearly
// whole: tables, code and short items of a documentation's page.
func (v *pageView) settleRegion() {
	top := v.best()
	kept, plain := 0, 0
	for _, u := range v.units[top.first:top.last] {
		if !v.plainWithin(top, u) {
			continue
		}
		plain += u.size.tokens
		if u.keep >= .5 {
			kept += u.size.tokens
		}
	}
	whole := float64(kept) >= regionShare*float64(plain) && kept >= 2*littleTokens
	for _, u := range v.units[top.first:top.last] {
		least := 1.0
		switch {
		case kept < littleTokens:
			return
		case isHeading(u.frame.node.DataAtom): // settled by what stands below it
		case structured(top, u):
			least = structLeast
		case whole:
			least = regionLeast
		}
		if u.keep >= least && v.plainWithin(top, u) {
			u.keep = max(u.keep, .5)
		}
	}
}

// structured reports whether u is a part of a table, of code or of a list of definitions within top.
func structured(top *frame, u *unit) bool {
	for f := u.frame; f != top; f = f.parent {
		switch f.node.DataAtom {
		case atom.Pre, atom.Dl:
			return true
		case atom.Table:
			return !layoutTable(f.node, tableRows(f.node, nil))
		}
	}
	return false
}

// The share of a region's plain text that is kept from which the rest is kept
// too, if its probability is at least so much; and what is asked of a table, code or
// definitions there, and of what stands below a heading that is kept with it.
const (
	regionShare = .4
	regionLeast = .1
	structLeast = .03
	headLeast   = .5
)

// plainWithin reports whether nothing between u and top says that u is not main text.
func (v *pageView) plainWithin(top *frame, u *unit) bool {
	if u.links*2 > u.size.tokens {
		return false
	}
	for f := u.frame; f != top; f = f.parent {
		if f.traits&(asideTraits|traitComment|traitMeta|traitCaption|traitUser) != 0 {
			return false
		}
		switch f.node.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside, atom.Figure, atom.Form:
			return false
		}
	}
	return true
}

// settleLists keeps the odd item of a list that is kept nearly whole, and a
// list of links whole or not at all.
func (v *pageView) settleLists() {
	v.average()
	for _, f := range v.frames {
		switch f.node.DataAtom {
		case atom.Ul, atom.Ol, atom.Dl:
		default:
			continue
		}
		if f.units < 3 {
			continue
		}
		links := f.links*10 >= f.tokens*7
		for _, u := range v.units[f.first:f.last] {
			if links {
				u.keep = f.mean
			} else if f.mean >= .8 {
				u.keep = max(u.keep, .5)
			}
		}
	}
}

// settleHeadings keeps the heading of what is surely kept; the page's first is left to the models.
func (v *pageView) settleHeadings() {
	top := v.best()
	below, level := 0.0, 7 // what stands below the heading at hand, and its rank
	for i := len(v.units) - 1; i >= 0; i-- {
		u := v.units[i]
		tag := u.frame.node.DataAtom
		if !isHeading(tag) || u.links*2 > u.size.tokens {
			below, level = u.keep, 7
			continue
		}
		rank := int(u.frame.node.Data[1] - '0')
		if (below > .8 && v.plain(u) || below >= headLeast && u.index >= top.first && u.index < top.last && v.plainWithin(top, u)) && rank < level && rank > 1 {
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

// plain reports whether u may be text that a reader came for: in the open (see
// there), and not a link alone.
func (v *pageView) plain(u *unit) bool { return u.links*2 <= u.size.tokens && v.open(u) }

// open reports whether u stands neither in a navigation bar nor in a footer or
// the like. What is around most of the page says nothing.
func (v *pageView) open(u *unit) bool {
	for f := u.frame; f != nil && f.tokens*5 < v.tokens*3; f = f.parent {
		if f.traits&asideTraits != 0 && f.traits&(traitArticle|traitContent) == 0 {
			return false
		}
		switch f.node.DataAtom {
		case atom.Nav, atom.Footer, atom.Aside:
			return false
		}
	}
	return true
}

// asideTraits are of what stands around main text.
const asideTraits = traitNav | traitFooter | traitSide | traitHeader | traitPromo | traitShare | traitRelated
