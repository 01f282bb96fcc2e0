package retrieval

import "math"

const (
	clusterSize  = 40 // candidates that are compared with each other
	clusterNear  = 4  // neighbours whose scores count
	clusterSlots = 512
)

// neighbours gives each candidate what its nearest neighbours among the first
// candidates score, weighted by how near they are: what speaks of the same
// thing tends to be relevant together (van Rijsbergen's cluster hypothesis;
// Diaz, "Regularizing query-based retrieval scores", 2007).
func neighbours(cands []candidate, out []vector) {
	n := min(len(cands), clusterSize)
	if n < 3 || cands[0].bm25 <= 0 {
		return
	}
	rows := make([][clusterSlots]float32, n)
	var df [clusterSlots]float32
	for i := range n {
		for _, t := range cands[i].toks {
			if t.flags&(tokStop|tokNumber) == 0 {
				rows[i][t.hash*0x9e3779b1>>23]++
			}
		}
		for k, x := range rows[i] {
			if x > 0 {
				df[k]++
			}
		}
	}
	for i := range rows {
		var norm float64
		for k, x := range rows[i] {
			if x > 0 {
				w := (1 + math.Log(float64(x))) * math.Log(float64(n+1)/float64(df[k]))
				rows[i][k] = float32(w)
				norm += w * w
			}
		}
		if norm > 0 {
			f := float32(1 / math.Sqrt(norm))
			for k := range rows[i] {
				rows[i][k] *= f
			}
		}
	}
	likeness(rows, cands, out)
}

// likeness fills the feature from the rows' cosines.
func likeness(rows [][clusterSlots]float32, cands []candidate, out []vector) {
	n := len(rows)
	sim := make([][]float32, n)
	for i := range sim {
		sim[i] = make([]float32, n)
	}
	filled := make([]int, 0, clusterSlots) // of row i: most slots are empty
	for i := range n {
		a := &rows[i]
		filled = filled[:0]
		for k, x := range a {
			if x != 0 {
				filled = append(filled, k)
			}
		}
		for j := range i {
			var s float32
			b := &rows[j]
			for _, k := range filled {
				s += a[k] * b[k]
			}
			sim[i][j], sim[j][i] = s, s
		}
	}
	for i := range n {
		var near [clusterNear]int
		var best [clusterNear]float32
		for j, s := range sim[i] {
			for r := range best {
				if s > best[r] {
					copy(best[r+1:], best[r:clusterNear-1])
					copy(near[r+1:], near[r:clusterNear-1])
					best[r], near[r] = s, j
					break
				}
			}
		}
		sum := 0.0
		for r, s := range best {
			sum += float64(s) * cands[near[r]].bm25 / cands[0].bm25
		}
		out[i][featCluster] = sum / clusterNear
	}
}
