package extract

import (
	"math"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// wordSlots is the number of weights of the model of words: what a page's
// class names, ids, tags and short texts say is looked up by their hashes.
const wordSlots = 1 << 14

// Kinds of words, told apart by their hashes.
const (
	nearWord  uint32 = 0x9E3779B1 // of the unit's element and the one around it
	farWord   uint32 = 0x85EBCA77 // of containers further up
	tagWord   uint32 = 0xC2B2AE3D
	textWord  uint32 = 0x27D4EB2F
	firstWord uint32 = 0x165667B1
)

// wordModel is a linear model of words: the log-odds that a unit is main text.
type wordModel struct {
	bias, scale float32
	weights     []int8
}

func (m *wordModel) of(slot uint16) float32 { return float32(m.weights[slot]) * m.scale }

// odds is the model's sum for a unit's words.
func (m *wordModel) odds(w *words) float32 {
	sum := m.bias
	for g, slots := range w.groups {
		part := float32(0)
		for _, s := range slots {
			part += m.of(s)
		}
		if n := len(slots); n > 0 {
			sum += part * w.share(g)
		}
	}
	return sum
}

// words are the hashes of a unit's words by group: of its elements, of its text.
type words struct{ groups [2][]uint16 }

// share is the weight of each word of a group: many of them count for less.
func (w *words) share(group int) float32 {
	return float32(1 / math.Sqrt(float64(len(w.groups[group]))))
}

func slotOf(hash, kind uint32) uint16 {
	hash ^= kind
	hash ^= hash >> 15
	hash *= 0x2C1B3C6D
	hash ^= hash >> 12
	return uint16(hash & (wordSlots - 1))
}

// wordsOf collects the words of unit i.
func (v *pageView) wordsOf(i int, w *words) {
	u := v.units[i]
	w.groups[0], w.groups[1] = w.groups[0][:0], w.groups[1][:0]
	kind, level := nearWord, 0
	for f := u.frame; f != nil && level < 12; f, level = f.parent, level+1 {
		if level > 1 {
			kind = farWord
		}
		if f.tokens*10 > v.tokens*9 && level > 0 { // around the whole page: it tells no unit from another
			break
		}
		for _, h := range f.words {
			w.groups[0] = append(w.groups[0], slotOf(h, kind))
		}
		w.groups[0] = append(w.groups[0], slotOf(uint32(f.node.DataAtom), tagWord^kind))
	}
	w.text(u)
}

// text adds the words of a short text; of a long one only how it begins.
func (w *words) text(u *unit) {
	most := 30
	if u.size.tokens > 60 {
		most = 4
	}
	n, start, last := 0, -1, rune(0)
	var h uint32
	add := func(h uint32) {
		if n++; n == 1 {
			w.groups[1] = append(w.groups[1], slotOf(h, firstWord))
		}
		w.groups[1] = append(w.groups[1], slotOf(h, textWord))
	}
	for i, r := range u.text {
		if n >= most {
			return
		}
		if wide(r) {
			if last != 0 {
				add(uint32(last)*31 + uint32(r))
			}
			last = r
		} else {
			last = 0
		}
		letter := unicode.IsLetter(r) && !wide(r)
		if letter {
			if start < 0 {
				start, h = i, 2166136261
			}
			h = (h ^ uint32(unicode.ToLower(r))) * 16777619
		} else if start >= 0 {
			add(h)
			start = -1
		}
	}
	if start >= 0 && n < most {
		add(h)
	}
}

// nameHashes are the hashes of the words of an element's class and id.
func nameHashes(n *html.Node) []uint32 {
	if n.Type != html.ElementNode || n.DataAtom == atom.Html || n.DataAtom == atom.Body {
		return nil
	}
	var all []uint32
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "class", "id", "role", "itemprop":
			eachName(a.Val, func(word string) {
				if len(all) < 12 && len(word) > 1 {
					h := uint32(2166136261)
					for _, c := range []byte(word) {
						h = (h ^ uint32(c|0x20)) * 16777619
					}
					all = append(all, h)
				}
			})
		}
	}
	return all
}
