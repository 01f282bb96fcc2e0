package extract

import "math"

// The trunks of a page lead to the container that scores best, and to the one
// that is kept most.
const (
	scoredTrunk = iota
	keptTrunk
)

// mark makes top and all that is around it a trunk of the page: a unit's
// branch leaves it somewhere.
func (v *pageView) mark(which int, top *frame) {
	for f := v.tops[which]; f != nil; f = f.parent {
		f.trunk[which] = false
	}
	v.tops[which] = top
	for f := top; f != nil; f = f.parent {
		f.trunk[which] = true
	}
}

// regionTraits are the traits that tell a branch of the page by.
const regionTraits = traitPost | traitComment | traitNav | traitSide | traitFooter | traitHeader | traitPromo | traitShare | traitRelated | traitMeta | traitCaption | traitList | traitUser

// branchFeatures describe the branch in which unit u leaves a trunk (see
// mark): names that are around the whole page are not in it.
func (v *pageView) branchFeatures(which int, u *unit, x []float32) []float32 {
	top := v.tops[which]
	var seen traits
	branch, levels := (*frame)(nil), 0
	f := u.frame
	for ; f != nil && !f.trunk[which]; f = f.parent {
		seen |= f.traits
		branch = f
		levels++
	}
	up := float32(far)
	if f != nil {
		up = float32(top.depth - f.depth)
	}
	x = append(x, float32(levels), up)
	for t := traits(1); t < 1<<traitCount; t <<= 1 {
		if regionTraits&t != 0 {
			x = append(x, truth(seen&t != 0))
		}
	}
	if branch == nil {
		return append(x, -1, -1, -1, -1, -1)
	}
	return append(x, ratio(branch.tokens, top.tokens), log1(branch.tokens), ratio(branch.links, branch.tokens), ratio(branch.marks, branch.tokens), log1(branch.long))
}

// best is the container with the most that is kept over what is not.
func (v *pageView) best() *frame {
	gain := make([]float64, len(v.units)+1)
	for i, u := range v.units {
		gain[i+1] = gain[i] + (u.keep-.4)*float64(u.size.tokens+1)
	}
	top, most := v.frames[0], math.Inf(-1)
	for _, f := range v.frames { // outer ones first: of equals the innermost
		if g := gain[f.last] - gain[f.first]; g >= most && f.units > 0 {
			top, most = f, g
		}
	}
	return top
}

// runningSums are over the units before one: their tokens weighted by their
// probabilities, and the last unit that is surely kept.
type runningSums struct {
	kept     float64
	sure     int // index of the last one before
	nextSure int
}

// opine gathers what secondFeatures need beyond the units' probabilities.
func (v *pageView) opine() {
	v.average()
	v.mark(keptTrunk, v.best())
	v.ranks = make([]runningSums, len(v.units)+1)
	sum, sure := 0.0, -far
	for i, u := range v.units {
		v.ranks[i].kept, v.ranks[i].sure = sum, sure
		sum += u.keep * float64(u.size.tokens)
		if u.keep > .8 && u.size.tokens > 5 {
			sure = i
		}
	}
	v.ranks[len(v.units)].kept = sum
	sure = len(v.units) + far
	for i := len(v.units) - 1; i >= 0; i-- {
		v.ranks[i].nextSure = sure
		if u := v.units[i]; u.keep > .8 && u.size.tokens > 5 {
			sure = i
		}
	}
	for _, k := range v.kin {
		k.kept = 0
	}
	for i, u := range v.units {
		for _, k := range v.kinOf[i] {
			if k != nil {
				k.kept += u.keep * float64(u.size.tokens+1)
			}
		}
	}
}

// secondFeatures are what a model sees beyond what the first does: what the
// one before it thinks of the unit, its neighbours, its kin and its containers.
func (v *pageView) secondFeatures(i int, x []float32) []float32 {
	for _, d := range []int{0, -1, 1, -2, 2, -3, 3} {
		if j := i + d; j >= 0 && j < len(v.units) {
			x = append(x, float32(v.units[j].keep))
		} else {
			x = append(x, -1)
		}
	}
	u := v.units[i]
	f := u.frame
	for range 5 {
		if f == nil {
			x = append(x, -1)
			continue
		}
		x = append(x, float32(f.mean))
		f = f.parent
	}
	before, after := v.around(i, -1), v.around(i, 1)
	x = append(x, before, after, float32(math.Min(float64(before), float64(after))))
	for _, k := range v.kinOf[i] {
		x = append(x, float32(k.kept)/float32(k.tokens+k.units))
	}
	r, all := v.ranks[i], v.ranks[len(v.units)].kept+1
	x = append(x, float32(r.kept/all), float32((all-r.kept)/all), float32(min(far, i-r.sure)), float32(min(far, r.nextSure-i)))
	x = v.branchFeatures(keptTrunk, u, x)
	top := v.tops[keptTrunk]
	inside := truth(contains(top, u.frame))
	return append(x, float32(v.lone[i]), inside, float32(top.mean), ratio(top.tokens, v.tokens), log1(max(0, top.first-i)), log1(max(0, i-top.last+1)))
}
