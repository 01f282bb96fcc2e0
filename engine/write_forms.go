package engine

import (
	"regexp"

	"github.com/sonde-search/sonde/agent/lang"
)

// sentences adds n picked sentences as claims, the first as the lead where lead is set.
func (w *writer) sentencesOf(n int, within float64, lead bool) {
	picked := w.pick(n, within)
	if w.asked.Kind == KindWhy {
		reasonFirst(picked)
	}
	for i, s := range picked {
		from, to := w.shorten(s)
		c, ok := w.claim(s, from, to)
		if !ok {
			continue
		}
		c.Lead = lead && i == 0
		if from == 0 && to == len(s.text) {
			w.agreeing(&c, s)
		}
		w.out.Claims = append(w.out.Claims, c)
	}
}

// reasonCover is the share of what the best sentence has of the question that a
// sentence with a reason must have to go before it.
const reasonCover = 0.85

var reasonSaid = regexp.MustCompile(`(?i)\b(?:because|since|so that|so as to|in order to|due to|owing to|thanks to|therefore|thus|the reason|caused by|to avoid|to prevent|to keep|as a result)\b|因为|由于|为了|以便|以免|因此|因而|所以|原因|缘故|旨在|使得|避免|防止|从而|否则`)

// reasonFirst moves the first sentence that gives a reason to the front.
func reasonFirst(picked []*readSentence) {
	for i, s := range picked {
		if s.cover >= reasonCover*picked[0].cover && reasonSaid.MatchString(s.text) {
			copy(picked[1:i+1], picked[:i])
			picked[0] = s
			return
		}
	}
}

// explain answers what, why and how with the sentence that says it and those that go on.
func (w *writer) explain() {
	if w.asked.Kind == KindHow && w.shown() {
		return
	}
	w.sentencesOf(4, 2.5, true)
}

// view tells what a text says of something. Where the text is a numbered
// document that was read, only its own sentences speak for it.
func (w *writer) view() {
	r := w.reading
	var own []int
	for _, i := range r.order {
		name := numberedTitle.FindString(r.sentences[i].page.Title)
		if name != "" && numberedIn(w.asked.Text, name) {
			own = append(own, i)
		}
	}
	if len(own) > 0 {
		r.order = own
	}
	w.explain()
}

// asksView reports whether the question asks what somebody or some text says,
// asks or advises of a thing, which is told in sentences, not in a name or a number.
func (w *writer) asksView() bool {
	return viewAsked.MatchString(lang.Fold(w.asked.Text))
}

var viewAsked = regexp.MustCompile(`^what (?:does|do|did) .{2,60} (?:say|state|recommend|require|suggest|advise|propose|think|claim|argue|tell us) (?:about|on|of|for|regarding|concerning) ` +
	`|(?:是怎么|怎么|如何|怎样)(?:说|看待|评价|规定|要求|建议)|有(?:什么|哪些|何)(?:说法|看法|建议|评价)`)
