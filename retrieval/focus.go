package retrieval

import "strings"

// focusOf finds the token that names what is asked for: "which game console",
// "how many actors"; -1 where there is none.
func (q *question) focusOf() int {
	for i, w := range q.words {
		switch w.text {
		case "what", "which", "mani", "many", "much":
			for k := i + 1; k < len(q.words) && k <= i+3; k++ {
				if !q.words[k].stop {
					return k
				}
			}
			return -1
		}
	}
	return -1
}

// numberWords by the hashes of their stems.
var numberWords = func() map[uint32]bool {
	m := map[uint32]bool{}
	for _, w := range strings.Fields("one two three four five six seven eight nine ten eleven twelv twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenti twenty thirti thirty forti forty fifti fifty sixti sixty hundr hundred thousand million billion dozen sever several few mani many") {
		m[hash32(w)] = true
	}
	return m
}()

// focused fills whether the best window has what the question asks for by name,
// and with a number before it where it asks how many.
func (p *probe) focused(v *vector, toks []token) {
	if p.focus < 0 {
		return
	}
	h := p.q.toks[p.focus].hash
	for i := p.best.start; i < p.best.end; i++ {
		if toks[i].hash != h {
			continue
		}
		v[featFocus] = 1
		for k := max(i-3, p.best.start); k < i; k++ {
			if toks[k].flags&tokNumber != 0 || numberWords[toks[k].hash] {
				v[featCounted] = 1
			}
		}
	}
}
