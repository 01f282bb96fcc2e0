package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

const (
	peopleLooked = 24  // best sentences that are looked through for several names
	peopleCover  = 0.6 // of what the best sentence covers, what such a one must
	peopleRunes  = 9   // characters of a name in a Chinese enumeration, at most
	peopleMany   = 2   // names that make several
)

var (
	rolesManyZh = regexp.MustCompile(`主演|演员|导演|编剧|成员|嘉宾|旗手|队员|选手|得主|作者|创始人|创办人|主持人|评委|冠军|歌手|阵容|配音|制片人|发起人|获奖者`)
	rolesManyEn = regexp.MustCompile(`(?i)\b(?:starring|stars?|starred|cast|members?|directors?|directed|actors?|founders?|founded|authors?|wrote|written|writers?|winners?|won|hosts?|singers?|players?|judges?|guests?|editors?|discovered|designed|created)\b`)
)

// people puts a sentence first that names several people in the role that is
// asked for, where the ones picked name fewer.
func (w *writer) people(picked []*readSentence) []*readSentence {
	role := rolesManyEn
	if w.asked.Language == "zh" {
		role = rolesManyZh
	}
	if w.asked.Kind != KindWho && w.asked.Kind != KindList || len(picked) == 0 || !role.MatchString(lang.Fold(w.asked.Text)) {
		return picked
	}
	r := w.reading
	var best *readSentence
	most := peopleMany - 1
	for _, s := range picked {
		most = max(most, namesListed(s.text, role))
	}
	least := peopleCover * picked[0].cover
	for _, i := range r.order[:min(peopleLooked, len(r.order))] {
		s := &r.sentences[i]
		if s.block == lang.BlockHeading || s.others || s.own == ownerOther || s.cover < least || asking(s.text) {
			continue
		}
		if n := namesListed(s.text, role); n > most {
			best, most = s, n
		}
	}
	if best == nil {
		return picked
	}
	return append([]*readSentence{best}, picked[:min(len(picked), maxFactoid-1)]...)
}

// namesListed counts the names in the longest enumeration of the sentence that
// stands in a clause with a role.
func namesListed(text string, role *regexp.Regexp) int {
	most := 0
	for _, c := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，；。;（）()！", r) }) {
		if !role.MatchString(c) {
			continue
		}
		if lang.Detect(c) != "zh" {
			n := 0
			for _, x := range lang.Names(c) {
				if strings.Contains(c[x.Start:x.End], " ") {
					n++
				}
			}
			most = max(most, n)
			continue
		}
		parts := strings.FieldsFunc(c, func(r rune) bool { return strings.ContainsRune("、和与及/ ", r) })
		n := 1
		for _, p := range parts[min(1, len(parts)):] {
			if utf8.RuneCountInString(p) <= peopleRunes && utf8.RuneCountInString(p) > 1 {
				n++
			}
		}
		if len(parts) > 1 {
			most = max(most, n)
		}
	}
	return most
}
