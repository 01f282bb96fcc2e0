package extract

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// labelByGold says how much of each unit stands in the gold text.
func (e *example) labelByGold(text string) {
	e.gold = text
	set := shingles(text)
	flat := " " + strings.Join(strings.FieldsFunc(text, func(r rune) bool { return isSpace(r) }), " ") + " "
	for i, u := range e.view.units {
		if u.size.tokens >= 4 {
			hit, n := 0, 0
			for s, c := range shingles(u.text) {
				n += c
				if set[s] > 0 {
					hit += min(c, set[s])
				}
			}
			e.label[i] = float32(hit) / float32(n)
		} else if strings.Contains(flat, " "+u.text+" ") {
			e.label[i] = .5 // settled by its neighbours below
		}
	}
	for i := range e.label {
		if e.label[i] == .5 && e.view.units[i].size.tokens < 4 {
			e.label[i] = max(0, min(1, (e.near(i, -1)+e.near(i, 1))/2))
		}
	}
}

// labelOnce takes back the label of units that stand on the page more often
// than in the gold text: the occurrence among other main text is the one.
func (e *example) labelOnce() {
	flat := squeezed(e.gold)
	same := map[string][]int{}
	for i, u := range e.view.units {
		if e.label[i] > 0 && e.view.seen[u.text] > 1 {
			same[u.text] = append(same[u.text], i)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(same)) {
		at := same[text]
		if n := strings.Count(flat, squeezed(text)); len(at) > n && n > 0 {
			density := func(i int) float32 {
				sum, all := float32(0), float32(.1)
				for j := max(0, i-8); j < min(len(e.label), i+9); j++ {
					if e.view.units[j].text != text {
						t := float32(e.view.units[j].size.tokens)
						sum += t * e.label[j]
						all += t
					}
				}
				return sum / all
			}
			slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(density(b), density(a)) })
			for _, i := range at[n:] {
				e.label[i] = 0
			}
		}
	}
}

// squeezed is s without space.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(r) {
			return -1
		}
		return r
	}, s)
}

func (e *example) near(i, step int) float32 {
	for j := i + step; j >= 0 && j < len(e.label); j += step {
		if e.view.units[j].size.tokens >= 6 {
			return e.label[j]
		}
	}
	return 0
}

// labelByFrame says which units stand in the page's container of main text.
func (e *example) labelByFrame(main, not func(*html.Node) bool) bool {
	var gold []string
	for i, u := range e.view.units {
		in, out := false, false
		for n := u.nodes[0]; n != nil; n = n.Parent {
			in = in || main(n)
			out = out || not(n) && !in
		}
		if in && !out {
			e.label[i] = 1
			gold = append(gold, u.text)
		}
	}
	e.gold = strings.Join(gold, "\n")
	return len(gold) > 3
}

// weigh gives each unit the weight it has in the page's score.
func (e *example) weigh() {
	total, want := float32(0), float32(len(strings.Fields(e.gold)))
	if mainlyHan(e.gold) {
		want = float32(len([]rune(e.gold)))
	}
	for i, u := range e.view.units {
		e.weight[i] = float32(u.size.tokens+1) / (want + 60)
		total += e.weight[i]
	}
	if total > 3 {
		for i := range e.weight {
			e.weight[i] *= 3 / total
		}
	}
}
