package engine

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// maxFactoid bounds a short answer: claims, the lead included.
const maxFactoid = 3

// sureSpan is the share of the weight that a span needs to stand by itself as the answer's lead.
const sureSpan = 0.5

// littleCover is the share of the question under which a sentence of another
// subject is not worth telling beside a sure answer.
const littleCover = 0.2

// factoid answers with the shortest answer where it is sure of one, then the
// sentences that carry it; or with statements side by side where pages differ.
func (w *writer) factoid() {
	if w.conflict() {
		return
	}
	picked := w.pick(maxFactoid, 4)
	spans := w.reading.fitting(w.newest(w.reading.shortest(w.weights)))
	if w.bridged {
		spans = w.saying(spans)
	}
	led := false
	if len(spans) > 0 {
		w.withUnit(&spans[0])
		w.out.Short = spans[0].text()
		picked = spanFirst(picked, &spans[0])
		if many := w.people(picked); many[0] != picked[0] {
			picked = many
		} else if led = spans[0].share >= sureSpan && w.ofKind(&spans[0]) && w.leadSpan(&spans[0]); led {
			picked = picked[:min(len(picked), maxFactoid-1)]
		}
	}
	for _, s := range picked {
		if led && s.own == ownerOther && s.cover < littleCover {
			continue // the answer is sure, and this speaks of another
		}
		from, to := w.shorten(s)
		if len(spans) > 0 && spans[0].sentence == s {
			from, to = min(from, spans[0].start()), max(to, spans[0].end())
		}
		c, ok := w.claim(s, from, to)
		if !ok {
			continue
		}
		c.Lead = len(w.out.Claims) == 0
		if from == 0 && to == len(s.text) {
			w.agreeing(&c, s)
		}
		if w.asked.Fresh && c.Lead {
			c.Note = s.page.Published
		} else if c.Note == "" {
			c.Note = w.unnamed(s)
		}
		w.out.Claims = append(w.out.Claims, c)
	}
}

// saying puts a span of the best sentence first where that has the deed or the
// attribute asked for, and the sentence of the first span has not. On question
// sets it costs more than it gains, except where all of the other sentences
// speak of the same person too.
func (w *writer) saying(spans []span) []span {
	q, best := w.reading.q, w.reading.best()
	if len(spans) == 0 || best == nil || spans[0].sentence == best || !q.saysHead(best.hits) || q.saysHead(spans[0].sentence.hits) {
		return spans
	}
	i := slices.IndexFunc(spans, func(sp span) bool {
		return sp.sentence == best && w.reading.spanType(&sp) >= w.reading.spanType(&spans[0])
	})
	if i < 0 {
		return spans
	}
	return append([]span{spans[i]}, slices.Delete(slices.Clone(spans), i, i+1)...)
}

// withUnit lets a number that is the short answer take along the unit or the
// scale right behind it, unless the question has it: 412 metres, 3.2 million.
func (w *writer) withUnit(sp *span) {
	toks := sp.sentence.tokens
	for sp.to+1 < len(toks) {
		last, next := &toks[sp.to], &toks[sp.to+1]
		if last.kind != lang.KindNumber && !scaleWords[last.text] || !unitWords[next.text] || next.start-last.end > 1 || containsWord(strings.ToLower(w.asked.Text), next.text) {
			return
		}
		sp.to++
	}
}

// scaleWords multiply a number and may have a unit behind them.
var scaleWords = wordSet("hundred thousand million billion trillion")

// newest are the spans of the page that the best sentence stands on, where the
// newest counts: an older page's shortest answer does not lead.
func (w *writer) newest(spans []span) []span {
	best := w.reading.best()
	if !w.asked.Fresh || best == nil {
		return spans
	}
	var out []span
	for _, sp := range spans {
		if sp.sentence.page == best.page {
			out = append(out, sp)
		}
	}
	return out
}

// ofKind reports whether the span, in Chinese, may be of the kind that is asked for:
// 我们赞赏 is nobody.
func (w *writer) ofKind(sp *span) bool {
	given := w.givesKind()
	return given == nil || w.asked.Language != "zh" || given(sp.text())
}

// bySentence answers surely with one whole sentence, that short answer in it and a
// note. It reports whether the sentence can be quoted.
func (w *writer) bySentence(s *readSentence, short, note string) bool {
	c, ok := w.claim(s, 0, len(s.text))
	if !ok {
		return false
	}
	c.Lead, c.Note = true, note
	w.out.Short = short
	w.out.Claims = append(w.out.Claims, c)
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return true
}

// leadSpan adds the span by itself as the lead, quoted in its sentence.
func (w *writer) leadSpan(sp *span) bool {
	c, ok := w.claim(sp.sentence, 0, len(sp.sentence.text))
	if !ok || len(sp.sentence.tokens) <= sp.to-sp.from+2 {
		return false
	}
	c.Text = cleanText(w.withoutVerb(sp.text()))
	c.Lead = true
	w.agreeing(&c, sp.sentence)
	if w.asked.Fresh {
		c.Note = sp.sentence.page.Published
	}
	w.out.Claims = append(w.out.Claims, c)
	return true
}

// withoutVerb takes the question's own verb off the end of a Chinese place,
// person or day: 白鹭山观测站发现.
func (w *writer) withoutVerb(text string) string {
	q := w.reading.q
	if q.Language != "zh" || q.key < 0 || q.Kind != KindWhere && q.Kind != KindWho && q.Kind != KindWhen {
		return text
	}
	for _, u := range q.units {
		if rest, ok := strings.CutSuffix(text, u.text); ok && u.han && !u.name && utf8.RuneCountInString(rest) > 1 {
			return rest
		}
	}
	return text
}

// spanFirst puts the span's sentence first among the picked.
func spanFirst(picked []*readSentence, sp *span) []*readSentence {
	out := []*readSentence{sp.sentence}
	for _, s := range picked {
		if s != sp.sentence && !repeats(out[:1], s) {
			out = append(out, s)
		}
	}
	return out[:min(len(out), maxFactoid)]
}

func joinNote(parts ...string) string {
	var keep []string
	for _, p := range parts {
		if p != "" {
			keep = append(keep, p)
		}
	}
	return strings.Join(keep, ", ")
}
