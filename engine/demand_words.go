package engine

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// demandWords are the words that ask for different things of one subject: what
// was done to it or by it, offices, order, sides, measures. The file says how it is written.
//
//go:embed demand_words.txt
var demandWords string

// A rivalFamily is a set of groups of words, of which a sentence that answers a
// question for one says that one and not another.
type rivalFamily uint8

const (
	rivalDeed rivalFamily = iota
	rivalRole
	rivalRank
	rivalOrder
	rivalSide
	rivalAttribute
	rivalFamilies
)

// A rivalGroup is a group's number, unique over all families.
type rivalGroup uint16

// A rivalWord is what a word says of a group.
type rivalWord struct {
	group rivalGroup
	asks  bool // a question with the word asks for the group
}

// A rivalTable finds the groups of words.
type rivalTable struct {
	family   []rivalFamily // by group
	opposite map[[2]rivalGroup]bool
	stems    map[string][]rivalWord
	phrases  map[string][]rivalWord // in Latin letters, of several words
	han      map[string][]rivalWord
	longest  int          // bytes of the longest word in han
	life     []rivalGroup // what years in brackets say: born, and died
}

var rivals = sync.OnceValue(func() *rivalTable {
	t := &rivalTable{opposite: map[[2]rivalGroup]bool{}, stems: map[string][]rivalWord{}, phrases: map[string][]rivalWord{}, han: map[string][]rivalWord{}}
	family := -1
	names := map[string]rivalGroup{}
	for _, line := range strings.Split(demandWords, "\n") {
		name, words, group := strings.Cut(line, ":")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '=':
			family++
		case group:
			names[name] = rivalGroup(len(t.family))
			if name == "born" || name == "die" {
				t.life = append(t.life, names[name])
			}
			t.family = append(t.family, rivalFamily(family))
			t.addGroup(words, names[name])
		default:
			a, b, _ := strings.Cut(line, " ")
			t.opposite[[2]rivalGroup{names[a], names[b]}] = true
			t.opposite[[2]rivalGroup{names[b], names[a]}] = true
		}
	}
	return t
})

func (t *rivalTable) addGroup(words string, g rivalGroup) {
	asks, says, _ := strings.Cut(words, "/")
	for _, w := range strings.Fields(asks) {
		t.add(w, rivalWord{g, true})
	}
	for _, w := range strings.Fields(says) {
		t.add(w, rivalWord{g, false})
	}
}

func (t *rivalTable) add(word string, w rivalWord) {
	switch {
	case word[0] >= utf8.RuneSelf:
		t.han[word] = append(t.han[word], w)
		t.longest = max(t.longest, len(word))
	case strings.Contains(word, "_"):
		word = strings.TrimSpace(strings.ReplaceAll(word, "_", " "))
		t.phrases[word] = append(t.phrases[word], w)
	default:
		word = lang.Stem(word)
		t.stems[word] = append(t.stems[word], w)
	}
}

// A rivalSet has the groups that a text has words of: true where one of them
// asks for the group. A single Han character does not, it may be part of another
// word, but for a measure that stands before its number: 长38米.
type rivalSet map[rivalGroup]bool

// of is the set of groups that a folded text has words of.
func (t *rivalTable) of(text string) rivalSet {
	out := rivalSet{}
	text = notBorn.ReplaceAllString(text, " ")
	add := func(ws []rivalWord, whole bool) {
		for _, w := range ws {
			out[w.group] = out[w.group] || whole && w.asks
		}
	}
	for _, w := range lang.Words(text) {
		if w.Kind != lang.KindHan {
			add(t.stems[lang.Stem(w.Text)], true)
		}
	}
	if lifeYears.MatchString(text) {
		for _, g := range t.life {
			out[g] = true
		}
	}
	for p, ws := range t.phrases {
		if containsWord(text, p) {
			add(ws, true)
		}
	}
	for i, r := range text {
		if r < 0x3000 {
			continue
		}
		for n := utf8.RuneLen(r); n <= t.longest && i+n <= len(text); n++ {
			if ws := t.han[text[i:i+n]]; ws != nil {
				add(ws, n > utf8.RuneLen(r))
				if beforeNumber.MatchString(text[i+n:]) {
					t.addMeasure(out, ws)
				}
			}
		}
	}
	return out
}

// notBorn has the characters of a birth (生于) in other words.
var notBorn = regexp.MustCompile(`[发产]生于`)

// beforeNumber begins with the number of a measure.
var beforeNumber = regexp.MustCompile(`^(?:度|约|达|为|近|有|只有|超过)*\s*\d`)

// lifeYears are the years of a life: (1909–1983).
var lifeYears = regexp.MustCompile(`[（(][^（）()]*\d{3,4}[^（）()]*[-–—~至][^（）()]*\d{3,4}[^（）()]*[)）]`)

func (t *rivalTable) addMeasure(out rivalSet, ws []rivalWord) {
	for _, w := range ws {
		if t.family[w.group] == rivalAttribute {
			out[w.group] = true
		}
	}
}

// asking are the groups of one family that a text with the set asks for.
func (t *rivalTable) asking(s rivalSet, f rivalFamily) []rivalGroup {
	var out []rivalGroup
	for g, asks := range s {
		if t.family[g] == f && asks {
			out = append(out, g)
		}
	}
	return out
}

// opposed reports whether the set has the opposite of one of the groups.
func (t *rivalTable) opposed(groups []rivalGroup, s rivalSet) bool {
	for _, g := range groups {
		for o, asks := range s {
			if asks && t.opposite[[2]rivalGroup{g, o}] {
				return true
			}
		}
	}
	return false
}

// opposedAtAll is the same by any word of the opposite group.
func (t *rivalTable) opposedAtAll(groups []rivalGroup, s rivalSet) bool {
	all := rivalSet{}
	for g := range s {
		all[g] = true
	}
	return t.opposed(groups, all)
}
