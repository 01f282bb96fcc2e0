package engine

import (
	"regexp"
	"strings"

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
	if !r.q.demanding() || len(w.asked.Parts) > 1 {
		return false
	}
	if w.asked.Kind == KindHowTo {
		return w.otherWay()
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
	waysAny = wordSet(`make do get use handle deal go come find have take start begin be work put set create prepare cook 做 用 办 去 到 处理 使用 制作 进行 应对 申请 办理`)
)

// otherWay reports whether the draft of a how-to tells of another deed, or of
// one in which the thing asked about only occurs.
func (w *writer) otherWay() bool {
	sentences := w.drafted()
	if len(sentences) == 0 || w.reading.few() {
		return false
	}
	var said, near []string
	for _, s := range sentences {
		said, near = append(said, s.text), append(near, w.reading.nearby(s))
	}
	around := strings.Join(near, "\n")
	for _, v := range w.reading.judgeText(strings.Join(said, "\n"), around) {
		if v > verdictMet {
			return true
		}
	}
	return w.otherThing(lang.Fold(around), lang.Fold(strings.Join(said, "\n")))
}

// otherThing reports whether the deed that is asked for stands nowhere, or, where any
// deed would do, the thing is named neither by the title nor by a heading nor before the steps.
func (w *writer) otherThing(around, said string) bool {
	q := w.reading.q
	deed := q.way()
	if deed == "" {
		return false
	}
	if !waysAny[deed] {
		return q.Language != "zh" && !w.reading.stands(lang.Stem(deed)) && !strings.Contains(around+said, deed)
	}
	hits := q.match(readTokens(around))
	things := 0
	for i, u := range q.units {
		if u.name || u.number || u.text == deed {
			continue
		}
		things++
		for _, h := range hits {
			if h.unit == i {
				return false
			}
		}
	}
	return things > 0
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
