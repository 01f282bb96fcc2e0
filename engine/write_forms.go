package engine

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

// explain answers what, why and how with the sentence that says it and those that go on.
func (w *writer) explain() { w.sentencesOf(4, 2.5, true) }
