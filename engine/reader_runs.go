package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// runPassages bounds the passages that are looked through for the question's characters.
const runPassages = 12

// runFeatures fills in which characters of a Chinese question the evidence has
// in runs of two or more, and the longest run that it has not: pairs across
// word borders, which the units count, mislead there.
func (r *reading) runFeatures(s *readSentence, f []float32) {
	core := []rune(strings.ReplaceAll(lang.Fold(r.q.Core), " ", ""))
	if len(core) == 0 || len(core) > maxRunCore {
		return
	}
	own := make([]bool, len(core))
	markRuns(core, s.fold(), own)
	f[aRunCover], _ = runShare(own)
	passage := make([]bool, len(core))
	all := make([]bool, len(core))
	for p := range r.passages[:min(len(r.passages), runPassages)] {
		r.markPassage(core, p, all)
	}
	r.markPassage(core, s.passage, passage)
	f[aRunCoverPassage], f[aGapPassage] = runShare(passage)
	_, f[aGapAll] = runShare(all)
}

// maxRunCore is the length of a question beyond which its runs are not looked at.
const maxRunCore = 80

func (r *reading) markPassage(core []rune, p int, has []bool) {
	rp := &r.passages[p]
	markRuns(core, lang.Fold(rp.Title), has)
	for i := rp.from; i < rp.to; i++ {
		markRuns(core, r.sentences[i].fold(), has)
	}
}

// markRuns marks the characters of core that stand in text in a run of two or more.
func markRuns(core []rune, text string, has []bool) {
	row := make([]int, len(core)+1)
	for _, c := range text {
		prev := 0
		for i := range core {
			cur := row[i+1]
			row[i+1] = 0
			if core[i] == c {
				row[i+1] = prev + 1
				if prev >= 1 {
					has[i], has[i-1] = true, true
				}
			}
			prev = cur
		}
	}
}

// runShare is the share marked, and the length of the longest run that is not.
func runShare(has []bool) (share, gap float32) {
	n, run := 0, 0
	for _, ok := range has {
		if ok {
			n, run = n+1, 0
			continue
		}
		run++
		gap = max(gap, float32(run))
	}
	return float32(n) / float32(len(has)), gap
}
