package extract

import "math"

// trainWords fits the model of words by AdaGrad on the logistic loss, and
// rounds its weights to bytes.
func trainWords(pages []*example) *wordModel {
	const (
		passes = 6
		rate   = .15
		decay  = 2e-5
	)
	w, g := make([]float64, wordSlots), make([]float64, wordSlots)
	bias := -2.0
	for range passes {
		for _, e := range pages {
			for i := range e.words {
				ws := &e.words[i]
				sum := bias
				for k, slots := range ws.groups {
					share := float64(ws.share(k))
					for _, s := range slots {
						sum += w[s] * share
					}
				}
				d := (sigmoid(float32(sum)) - float64(e.label[i])) * math.Sqrt(float64(e.weight[i]))
				bias -= .01 * d
				for k, slots := range ws.groups {
					share := float64(ws.share(k))
					for _, s := range slots {
						step := d*share + decay*w[s]
						g[s] += step * step
						w[s] -= rate * step / math.Sqrt(g[s]+.01)
					}
				}
			}
		}
	}
	most := 0.0
	for _, v := range w {
		most = max(most, math.Abs(v))
	}
	m := &wordModel{bias: float32(bias), scale: float32(most / 127), weights: make([]int8, wordSlots)}
	for s, v := range w {
		m.weights[s] = int8(math.Round(v / most * 127))
	}
	return m
}
