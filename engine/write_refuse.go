package engine

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// refutedBelow is what must be kept of the confidence, by one sentence at least, that a draft stands.
const refutedBelow = 0.4

// refuted reports whether what was drafted speaks of another than what the
// question demands: none of its sentences says the deed, the office, the side or
// the year that is asked for, and the first says another.
func (w *writer) refuted() bool {
	r := w.reading
	if r.q.Kind == KindYesNo && w.unnamedThere() {
		return true
	}
	if !r.q.demanding() || len(w.asked.Parts) > 1 || w.joins || w.exact {
		return false
	}
	if w.asked.Kind == KindHowTo {
		return w.otherWay()
	}
	if w.valueless() || !w.sides && w.kindless() {
		return true
	}
	first, most := -1.0, 0.0
	for _, s := range w.drafted() {
		kept := r.undemanded(s)
		if most = max(most, kept); first < 0 {
			first = kept
		}
	}
	return first >= 0 && first < refutedBelow && most < demandMet
}

// unnamedThere reports whether a question is about somebody or something by a name in
// Latin letters, and what was drafted has not got it, nor the page's title and the headings over it.
func (w *writer) unnamedThere() bool {
	r := w.reading
	var names []string
	for _, n := range r.q.Names {
		if n[0] < utf8.RuneSelf && len(n) >= fewNameBytes && (r.q.subjectOfVerb(n) || strings.HasPrefix(r.q.Text, n)) {
			names = append(names, n)
		}
	}
	drafted := w.drafted()
	if len(names) == 0 || len(drafted) == 0 {
		return false
	}
	for _, s := range drafted {
		text := lang.Fold(s.text + "\n" + r.nearby(s))
		if r.few() {
			text = pageText(s.page) // that one page may say it once
		}
		if slices.ContainsFunc(names, func(n string) bool { return nameOn(n, text) }) {
			return false
		}
	}
	return true
}

// keeps reports whether the best sentence keeps more than so much in view of what the question demands.
func (w *writer) keeps(kept float64) bool {
	s := w.reading.best()
	return s != nil && w.reading.undemanded(s) > kept
}

// valueless reports whether a sum or a measure is asked for and none of the claims gives one.
func (w *writer) valueless() bool {
	gives, _ := w.reading.q.measure()
	if gives == nil {
		return false
	}
	for i := range w.out.Claims {
		for _, c := range w.out.Claims[i].Cites {
			s := w.reading.cited(c)
			if s != nil && (w.reading.undemanded(s) <= demandKept || w.reading.unnumbered(s)) {
				continue // of another
			}
			if gives.MatchString(c.Quote) || gives.MatchString(w.out.Claims[i].Text) {
				return false
			}
		}
	}
	return true
}

// drafted are the sentences that the draft cites.
func (w *writer) drafted() []*readSentence {
	var out []*readSentence
	for i := range w.out.Claims {
		for _, c := range w.out.Claims[i].Cites {
			if s := w.reading.cited(c); s != nil {
				out = append(out, s)
			}
		}
	}
	return out
}

// cited is the sentence that a cite quotes of; nil where none was read.
func (r *reading) cited(c agent.Cite) *readSentence {
	for i := range r.sentences {
		s := &r.sentences[i]
		if s.page.Snapshot == c.Snapshot && s.start <= c.Start && c.Start < s.end {
			return s
		}
	}
	return nil
}

var (
	wayEn = regexp.MustCompile(`\b(?:how (?:do|can|could|should|would|does|must) (?:i|you|we|one|people|visitors)|how to|steps to|(?:guide|instructions) (?:to|for)) (\w+)`)
	wayZh = regexp.MustCompile(`(?:如何|怎样|怎么)(?:才能|才可以|可以|能够|能|去|来|正确|自己|在家)*([^才能可去来正自在][^，。？?]*)`)
	// doing with a thing says no more than the thing itself
	waysMake = wordSet(`make prepare cook build create 做 制作`)
	waysAny  = wordSet(`become learn know make do get use handle deal go come find have take start begin be work put set create prepare cook 做 用 办 去 到 处理 使用 制作 进行 应对 申请 办理`)
)

// otherWay reports whether the draft of a how-to tells of the opposite deed, or of
// one in which the thing asked about only occurs. Where it does not say the deed, it
// answers in part, as long as it is about the thing.
func (w *writer) otherWay() bool {
	r := w.reading
	sentences := w.drafted()
	if len(sentences) == 0 {
		return false
	}
	var said []string
	for _, s := range sentences {
		said = append(said, s.text)
	}
	around := w.announcing(sentences[0])
	all := lang.Fold(strings.Join(said, "\n") + "\n" + around)
	d, own := r.demands(), rivals().of(r.nameless(all))
	deed := r.q.way()
	named := w.thingsIn(around, deed)
	switch {
	case len(d.groups[rivalDeed]) > 0 && d.verdict(rivalDeed, own, nil) == verdictMet && (!waysAny[deed] || named):
		return false
	case rivals().opposedAtAll(d.groups[rivalDeed], own):
		return true
	case waysAny[deed] || deed == "":
		return waysMake[deed] && !named
	case strings.Contains(pageText(sentences[0].page), lang.Stem(deed)) || r.q.Language == "zh" && !knownWay(deed):
		return false
	}
	w.out.Status = agent.StatusPartial
	return !named || len(d.groups[rivalDeed]) > 0 && !w.thingsIn(all, deed)
}

// announcing is what stands over a draft's first sentence: title, headings, and the sentence before it.
func (w *writer) announcing(s *readSentence) string {
	p := &w.reading.passages[s.passage]
	out := append([]string{s.page.Title, p.Title}, p.Headings...)
	for i := p.from + s.index - 1; i >= p.from; i-- {
		if b := w.reading.sentences[i].block; b != lang.BlockItem {
			out = append(out, w.reading.sentences[i].text)
			break
		}
	}
	return strings.Join(out, "\n")
}

// thingsIn reports whether a text has one of the things that a how-to asks
// about, names apart, or the question has none but names.
func (w *writer) thingsIn(text, deed string) bool {
	q := w.reading.q
	things := map[int]bool{}
	for i, u := range q.units {
		if !u.name && !u.number && u.text != deed && !strings.Contains(deed, u.text) {
			things[i] = true
		}
	}
	for _, h := range q.match(readTokens(text)) {
		if things[h.unit] {
			return true
		}
	}
	return len(things) == 0 && waysAny[deed]
}

// knownWay reports whether the Chinese deed begins with a word that the table of deeds has.
func knownWay(deed string) bool {
	for n := range deed {
		if n > 0 && rivals().han[deed[:n]] != nil {
			return true
		}
	}
	return rivals().han[deed] != nil
}

// way is the deed that a how-to asks for, folded: the verb, in Chinese its two characters where they are a known one.
func (q *asked) way() string {
	f := lang.Fold(strings.TrimRight(q.Text, "?？。 "))
	if q.Language != "zh" {
		if m := wayEn.FindStringSubmatch(f); m != nil {
			return m[1]
		}
		return ""
	}
	m := wayZh.FindStringSubmatch(f)
	if m == nil {
		return ""
	}
	for d := range waysAny {
		if strings.HasPrefix(m[1], d) && d[0] >= 0x80 {
			return d
		}
	}
	return m[1]
}
