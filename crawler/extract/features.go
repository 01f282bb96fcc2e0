package extract

import (
	"math"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// far stands for "no such ancestor" among distances.
const far = 30

// A pageView is what features need to know of the page beyond one unit.
type pageView struct {
	*pageUnits
	top     *frame // where most running text stands: the container that scores best
	h1      int    // index of the first h1; -1: none
	title   map[string]bool
	seen    map[string]int // how often a unit's text occurs
	before  []int          // tokens before each unit
	kin     map[string]*kin
	kinOf   [][2]*kin     // by unit: those of the same path of two and three elements
	heads   [][2]int      // by unit: units since a heading that begins comments, and one that begins further links; -1: none
	forum   bool          // the address or the markup speaks of a thread
	article bool          // the page says that it is an article
	told    told          // what the page's metadata say that its text is
	tops    [2]*frame     // see mark
	lone    []float64     // by unit: what the model of words thinks
	ranks   []runningSums // by unit: what stands before and after
}

func view(p *pageUnits, m meta, at *url.URL) *pageView {
	v := &pageView{pageUnits: p, h1: -1, seen: map[string]int{}, title: map[string]bool{}}
	for t := range strings.FieldsSeq(strings.ToLower(m.title)) {
		v.title[t] = true
	}
	sum := 0
	for i, u := range p.units {
		v.before = append(v.before, sum)
		sum += u.size.tokens
		v.seen[u.text]++
		if v.h1 < 0 && u.frame.node.DataAtom == atom.H1 {
			v.h1 = i
		}
	}
	v.findKin()
	v.findHeads()
	v.forum = forumPath.MatchString(at.Path+"?"+at.RawQuery) || forumHost.MatchString(at.Hostname()) || m.forum
	v.article = m.article
	v.told = tell(m)
	v.pickTop()
	return v
}

// forumPath and forumHost are of addresses of threads and questions.
var (
	forumPath = regexp.MustCompile(`(?i)/(show|view)?(threads?|topics?|forums?|bbs|questions?|q|ask|discuss(ions?)?|t|p/\d|comments|faq|answers?|community|message-?boards?)([-/.?_\d]|$)|[?&](t|tid|topic|thread)=`)
	forumHost = regexp.MustCompile(`(?i)^(www\.)?(forums?|bbs|boards?|community|communities|discuss|discourse|talk|ask|answers|zhidao|tieba|club|support)\.|(^|\.)(forums?|bbs|reddit|quora|stackoverflow|stackexchange|superuser|serverfault|askubuntu|zhihu|v2ex|twitter|tianya|segmentfault)\b`)
)

// pickTop finds the container of the main text as Arc90's Readability did:
// each paragraph gives points to its parent, fewer to those above.
func (v *pageView) pickTop() {
	for _, u := range v.units {
		if u.size.tokens-u.links < 8 {
			continue
		}
		points := 1 + float64(u.size.marks) + math.Min(float64(u.size.tokens-u.links)/20, 4)
		f, level := u.frame, 0
		if n := f.node.DataAtom; n == atom.P || n == atom.Li || n == atom.Blockquote || n == atom.Td || n == atom.Dd {
			f = f.parent
		}
		for ; f != nil && level < 5; f = f.parent {
			switch level {
			case 0:
				f.score += points
			case 1:
				f.score += points / 2
			default:
				f.score += points / float64(level*3)
			}
			level++
		}
	}
	for _, f := range v.frames {
		f.score *= 1 - float64(f.links)/float64(f.tokens+1)
		if v.top == nil || f.score > v.top.score {
			v.top = f
		}
	}
	v.mark(scoredTrunk, v.top)
}

func log1(n int) float32 { return float32(math.Log1p(float64(n))) }

func ratio(a, b int) float32 {
	if b == 0 {
		return 0
	}
	return float32(a) / float32(b)
}

func truth(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// features are what the first model sees of unit i, appended to x.
func (v *pageView) features(i int, x []float32) []float32 {
	u := v.units[i]
	x = u.textFeatures(x)
	x = v.placeFeatures(i, x)
	x = v.frameFeatures(u, x)
	for _, d := range []int{-3, -2, -1, 1, 2, 3} {
		x = v.neighbour(i+d, x)
	}
	x = v.told.features(u, x)
	return v.branchFeatures(scoredTrunk, u, x)
}

func (u *unit) textFeatures(x []float32) []float32 {
	z := u.size
	last := lastRune(u.text)
	x = append(x, log1(z.tokens), log1(z.runes), ratio(u.links, z.tokens), log1(z.tokens-u.links),
		ratio(z.marks, z.tokens), log1(z.marks), log1(z.ends), ratio(z.stops, z.tokens), ratio(z.upper, z.runes), ratio(z.digits, z.runes),
		ratio(z.runes, z.tokens), ratio(z.words, z.tokens), truth(strings.ContainsRune(".!?。！？…\"”」", last)), truth(strings.ContainsRune(":：", last)))
	head := u.text[:min(len(u.text), 400)]
	boiler, dated := phrases(head)
	x = append(x, float32(boiler), ratio(boiler, z.tokens), float32(dated), ratio(dated, z.tokens), truth(strings.ContainsAny(head, "|»›>©•")))
	return append(x, truth(strings.HasPrefix(u.text, "[") || strings.HasPrefix(u.text, "【")))
}

func lastRune(s string) rune {
	var last rune
	for _, r := range s[max(0, len(s)-4):] {
		last = r
	}
	return last
}

// tagClass numbers the tags that tell units apart.
var tagClass = map[atom.Atom]int{
	atom.P: 1, atom.H1: 2, atom.H2: 3, atom.H3: 4, atom.H4: 5, atom.H5: 5, atom.H6: 5, atom.Li: 6, atom.Td: 7, atom.Th: 8, atom.Pre: 9,
	atom.Blockquote: 10, atom.Dd: 11, atom.Dt: 12, atom.Figcaption: 13, atom.Div: 14, atom.Section: 15, atom.Article: 16,
}

func (v *pageView) placeFeatures(i int, x []float32) []float32 {
	u := v.units[i]
	tag := tagClass[u.frame.node.DataAtom]
	x = append(x, truth(tag == 1), truth(tag >= 2 && tag <= 5), truth(tag == 2), truth(tag == 6), truth(tag == 7 || tag == 8), truth(tag == 9),
		truth(tag >= 14), float32(tag), truth(len(u.nodes) > 1))
	x = append(x, ratio(i, len(v.units)), ratio(v.before[i], v.tokens), truth(v.forum), truth(v.article))
	toH1 := float32(-200)
	if v.h1 >= 0 {
		toH1 = float32(max(-100, min(100, i-v.h1)))
	}
	same := 0
	for t := range strings.FieldsSeq(strings.ToLower(u.text[:min(len(u.text), 300)])) {
		if v.title[t] {
			same++
		}
	}
	x = append(x, toH1, ratio(same, len(v.title)), log1(v.seen[u.text]))
	for _, h := range v.heads[i] {
		x = append(x, float32(min(h, 100)))
	}
	for _, k := range v.kinOf[i] {
		x = append(x, log1(k.units), ratio(k.tokens, v.tokens), ratio(k.links, k.tokens), ratio(k.tokens, k.units), ratio(k.marks, k.tokens))
	}
	return v.topFeatures(u, x)
}

// topFeatures say how a unit stands to the container of the main text.
func (v *pageView) topFeatures(u *unit, x []float32) []float32 {
	inside := contains(v.top, u.frame)
	in, up := far, 0
	if inside {
		in = u.frame.depth - v.top.depth
	}
	for a := v.top; a.parent != nil && !contains(a, u.frame); a = a.parent {
		up++
	}
	side := 0
	if u.index < v.top.first {
		side = -1
	} else if u.index >= v.top.last {
		side = 1
	}
	gap := 0
	if side < 0 {
		gap = v.top.first - u.index
	} else if side > 0 {
		gap = u.index - v.top.last + 1
	}
	return append(x, truth(inside), float32(in), float32(up), float32(side), log1(gap), float32(u.frame.score/(v.top.score+1)))
}

func contains(a, f *frame) bool {
	for ; f != nil && f.depth >= a.depth; f = f.parent {
		if f == a {
			return true
		}
	}
	return false
}

// frameFeatures describe the containers of a unit.
func (v *pageView) frameFeatures(u *unit, x []float32) []float32 {
	var dist [traitCount]float32
	for t := range dist {
		dist[t] = far
	}
	var tags [8]float32
	level, alike, alikeTokens := 0, 1, 0
	for f := u.frame; f != nil; f, level = f.parent, level+1 {
		for t := range dist {
			if f.traits&(1<<t) != 0 && dist[t] == far {
				dist[t] = float32(level)
			}
		}
		inTags(f.node, &tags)
		if level > 0 && f.alike > alike && level < 8 {
			alike, alikeTokens = f.alike, f.tokens
		}
	}
	x = append(x, dist[:]...)
	x = append(x, tags[:]...)
	x = append(x, float32(alike), log1(alikeTokens))
	f := u.frame
	for range 4 {
		if f == nil {
			x = append(x, 0, 0, 0, 0, 0, 0)
			continue
		}
		x = append(x, log1(f.tokens), ratio(f.links, f.tokens), log1(f.long), ratio(f.marks, f.tokens), ratio(f.tokens, v.tokens), ratio(f.units, f.child+1))
		f = f.parent
	}
	return x
}

func inTags(n *html.Node, tags *[8]float32) {
	switch n.DataAtom {
	case atom.Article:
		tags[0] = 1
	case atom.Main:
		tags[1] = 1
	case atom.Ul, atom.Ol:
		tags[2]++
	case atom.Table:
		tags[3]++
	case atom.Form:
		tags[4] = 1
	case atom.Figure:
		tags[5] = 1
	case atom.Blockquote:
		tags[6] = 1
	case atom.Section:
		tags[7]++
	}
}

// neighbour describes the unit at j, or the page's edge.
func (v *pageView) neighbour(j int, x []float32) []float32 {
	if j < 0 || j >= len(v.units) {
		return append(x, -1, -1, -1, -1)
	}
	u := v.units[j]
	return append(x, log1(u.size.tokens), ratio(u.links, u.size.tokens), ratio(u.size.marks, u.size.tokens), float32(tagClass[u.frame.node.DataAtom]))
}

// around is the mean probability of the 40 tokens and more that come before or
// after unit i.
func (v *pageView) around(i, step int) float32 {
	sum, n := 0.0, 0
	for j := i + step; j >= 0 && j < len(v.units) && n < 40; j += step {
		t := v.units[j].size.tokens + 1
		sum += v.units[j].keep * float64(t)
		n += t
	}
	if n == 0 {
		return -1
	}
	return float32(sum / float64(n))
}

// average sets the mean probability of every frame.
func (v *pageView) average() {
	for _, f := range v.frames {
		sum, n := 0.0, 0
		for _, u := range v.units[f.first:f.last] {
			sum += u.keep * float64(u.size.tokens+1)
			n += u.size.tokens + 1
		}
		f.mean = 0
		if n > 0 {
			f.mean = sum / float64(n)
		}
	}
}
