package engine

import (
	"github.com/sonde-search/sonde/agent/lang"
)

// sentences adds n picked sentences as claims, the first as the lead where lead is set.
func (w *writer) sentencesOf(n int, within float64, lead bool) {
	for i, s := range w.pick(n, within) {
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

func (w *writer) explain()    { w.sentencesOf(4, 2.5, true) }
func (w *writer) overview()   { w.sentencesOf(10, 6, false) }
func (w *writer) comparison() { w.sentencesOf(6, 4, false) }
func (w *writer) list()       { w.sentencesOf(3, 2.5, true) }
func (w *writer) steps()      { w.sentencesOf(6, 4, false) }
func (w *writer) yesNo()      { w.sentencesOf(2, 2, true) }

var _ = lang.BlockItem
