package engine

import "github.com/sonde-search/sonde/agent"

// parts answers a question that asks for two things: the best sentence for
// each, then one more for the part that is less sure. It reports whether the
// evidence speaks of them in sentences of their own.
func (w *writer) parts() bool {
	var of [][]*readSentence
	var sure []float64
	for _, text := range w.asked.Parts {
		a := Analyse(text, w.asked.Asked, nil)
		a.Speak, a.After, a.Parts = w.asked.Speak, w.asked.After, nil
		r := readEvidence(w.evidence, a, w.weights)
		sub := &writer{evidence: w.evidence, asked: a, weights: w.weights, reading: r}
		sure = append(sure, r.confidence(w.weights))
		picked := sub.pick(2, 4)
		if spans := r.fitting(r.shortest(w.weights)); len(spans) > 0 && a.Short() && a.Kind != KindYesNo {
			picked = spanFirst(picked, &spans[0])
		}
		of = append(of, picked)
	}
	if len(of) < 2 || len(of[0]) == 0 || len(of[1]) == 0 {
		return false
	}
	w.out.Confidence = max(w.out.Confidence, (sure[0]+sure[1])/2)
	if max(sure[0], sure[1]) < sureRefused && w.out.Confidence < sureRefused {
		return false
	}
	weak := 0
	if sure[1] < sure[0] {
		weak = 1
	}
	order := []*readSentence{of[0][0], of[1][0]}
	if len(of[weak]) > 1 {
		order = append(order, of[weak][1])
	}
	if len(of[1-weak]) > 1 {
		order = append(order, of[1-weak][1])
	}
	var said []*readSentence
	for _, s := range order {
		if len(said) == maxFactoid || repeats(said, s) {
			continue
		}
		said = append(said, s)
		from, to := w.shorten(s)
		if c, ok := w.claim(s, from, to); ok {
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	if min(sure[0], sure[1]) < sureRefused {
		w.out.Status = agent.StatusPartial
	}
	return len(w.out.Claims) > 0
}
