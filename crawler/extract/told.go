package extract

import (
	"strings"
	"unicode"
)

// told is what a page's metadata say that its text is. It helps to find the
// main text, and never becomes text itself.
type told struct {
	body, summary map[uint32]bool // hashes of runs of three tokens
}

func tell(m meta) told {
	var t told
	if len(m.body) > 200 {
		t.body = map[uint32]bool{}
		eachRun(m.body[:min(len(m.body), 200<<10)], func(h uint32) { t.body[h] = true })
	}
	if len(m.summary) > 20 {
		t.summary = map[uint32]bool{}
		eachRun(m.summary[:min(len(m.summary), 2<<10)], func(h uint32) { t.summary[h] = true })
	}
	return t
}

// features say how much of a unit the metadata hold; -1: they are silent.
func (t told) features(u *unit, x []float32) []float32 {
	return append(x, heldIn(t.body, u.text), heldIn(t.summary, u.text))
}

func heldIn(set map[uint32]bool, text string) float32 {
	if len(set) == 0 {
		return -1
	}
	hit, n := 0, 0
	eachRun(text[:cutAt(text, 1000)], func(h uint32) {
		n++
		if set[h] {
			hit++
		}
	})
	return ratio(hit, n)
}

// eachRun calls do with the hash of each run of three tokens of s, or of all
// where there are fewer.
func eachRun(s string, do func(uint32)) {
	if strings.Contains(s, "<") && strings.Contains(s, ">") {
		s = untag(s)
	}
	var last [3]uint32
	n, open := 0, false
	h := uint32(2166136261)
	end := func() {
		last[0], last[1], last[2] = last[1], last[2], h
		if n++; n >= 3 {
			do(last[0]*1000003*1000003 + last[1]*1000003 + last[2])
		}
		h, open = 2166136261, false
	}
	for _, r := range s {
		w := wide(r) && unicode.IsLetter(r)
		word := unicode.IsLetter(r) || unicode.IsDigit(r)
		if open && (!word || w) {
			end()
		}
		if word {
			h, open = (h^uint32(unicode.ToLower(r)))*16777619, true
			if w {
				end()
			}
		}
	}
	if open {
		end()
	}
	if n > 0 && n < 3 {
		do(last[1]*1000003 + last[2])
	}
}

// untag is s without what stands between angle brackets.
func untag(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		b.WriteByte(' ')
		j := strings.IndexByte(s[i:], '>')
		if j < 0 {
			return b.String()
		}
		s = s[i+j+1:]
	}
	b.WriteString(s)
	return b.String()
}
