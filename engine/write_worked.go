package engine

// worked answers in one of the forms in which a page says in other words, or
// in two places, what is asked. It reports whether one of them fits.
func (w *writer) worked() bool {
	w.exact = w.amounted() || w.extent() || w.measuredThere() || w.tallied() || w.reasoned() || w.planned()
	return w.exact
}
