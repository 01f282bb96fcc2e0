package engine

import "github.com/sonde-search/sonde/agent"

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
	kept := 0.0
	for i := range w.out.Claims {
		for _, c := range w.out.Claims[i].Cites {
			if s := r.cited(c); s != nil {
				kept = max(kept, r.undemanded(s))
			}
		}
	}
	return kept > 0 && kept < refutedBelow
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
