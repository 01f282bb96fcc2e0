package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// keepOtherNumber is the share of its confidence that an answer keeps whose
// sentence speaks of the thing with another number: line 1 for line 2.
const keepOtherNumber = 0.2

// numberKept is what is kept in view of the number that tells the thing asked about
// from its like, of the year that is only compared with, and of a listed fact's page and key.
func (r *reading) numberKept(s *readSentence) float64 {
	return r.likeKept(s) * r.comparedKept(s) * r.fieldKept(s)
}

func (r *reading) likeKept(s *readSentence) float64 {
	same, other := r.q.numbered(s.tokens)
	if r.q.Language == "zh" {
		same, other = numberedZh(lang.Fold(r.q.Text), s.fold())
	}
	if same || !other {
		return 1
	}
	return keepOtherNumber
}

// unnumbered reports whether a Chinese question names a thing by its number
// (9路) and neither the sentence nor what it rests on has it.
func (r *reading) unnumbered(s *readSentence) bool {
	asked := lang.Fold(r.q.Text)
	if r.q.Language != "zh" || !numberOfZh.MatchString(asked) {
		return false
	}
	same, _ := numberedZh(asked, s.fold()+"\n"+lang.Fold(r.nearby(s)))
	return !same
}

var numberOfZh = regexp.MustCompile(`(?:\d+|[一二三四五六七八九十百]+)(?:号楼|号线|路|号|期|单元|栋|车间|班次)`)

// numberedZh reports whether a sentence has a thing with its number that a Chinese question
// names (二号线, 4路), or its like with another number.
func numberedZh(question, sentence string) (same, other bool) {
	for _, asked := range numberOfZh.FindAllString(question, -1) {
		kind := strings.TrimLeft(asked, "0123456789一二三四五六七八九十百")
		for _, said := range numberOfZh.FindAllString(sentence, -1) {
			if strings.TrimLeft(said, "0123456789一二三四五六七八九十百") != kind {
				continue
			}
			if said == asked {
				return true, false
			}
			other = true
		}
	}
	return false, other
}
