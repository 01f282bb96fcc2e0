package engine

import "strings"

// What an answer keeps of its confidence is 1 less missedLoss times what of the
// question stands nowhere, where the confidence is under missedFrom. In Chinese
// the pairs of characters cross words, so that only the unsure are doubted.
const (
	missedLoss   = 0.6
	missedFrom   = 0.5
	missedFromZh = 0.45
)

// doubtMissed is the share of the confidence that is kept in view of the words
// of the question that nothing that was read has.
func (r *reading) doubtMissed(sure float64) float64 {
	from := missedFrom
	if r.q.Language == "zh" {
		from = missedFromZh
	}
	switch r.q.Kind {
	case KindYesNo, KindDefinition, KindOverview, KindNews, KindComparison:
		return 1
	}
	if sure >= from {
		return 1
	}
	return 1 - missedLoss*r.missed()
}

// allMissed is the share from which on nothing that is asked of the subject is said anywhere.
const allMissed = 0.99

// strange is what is kept of any confidence where all that is asked of the subject
// stands nowhere in several pages.
func (r *reading) strange() float64 {
	switch r.q.Kind {
	case KindYesNo, KindDefinition, KindOverview, KindNews, KindComparison, KindHow, KindHowTo, KindWhy:
		return 1
	}
	if r.few() || r.demandMet() || r.q.kindAlone() || r.q.Language != "zh" && r.missed() < allMissed || r.q.Language == "zh" && !r.headMissed() {
		return 1
	}
	if r.sure >= sureByItself && r.q.Language != "zh" {
		return 1
	}
	if r.q.Kind == KindList {
		return keepUnrelated / 2
	}
	return keepUnrelated
}

// headMissed reports whether the best sentence's page has no character of the
// noun that a Chinese question asks for: 黄金 of 多少黄金, 诗集 of 哪些诗集.
func (r *reading) headMissed() bool {
	head := strings.TrimLeft(r.q.Head, "些几个种项部")
	if len(head) < len("诗集") || generalHeads.MatchString(head) || !strings.Contains(r.q.Text, "哪些"+head) && !strings.Contains(r.q.Text, "多少"+head) {
		return false
	}
	return !strings.ContainsAny(r.textOf(r.best().page), head)
}

// commonAsked are words of questions that pages need not have.
var commonAsked = wordSet(`many much kind kinds type types sort name names number year years day days time times month date place thing things people person way ways main first last long often high far called different other country city example examples part parts general used use new old big large`)

// missed is the share of what is asked of the subject, by weight, that nothing
// that was read has.
func (r *reading) missed() float64 {
	turning := r.q.turning()
	all, gone := 0.0, 0.0
	for _, u := range turning {
		w := r.q.units[u].weight
		all += w
		if !r.anywhere(u) {
			gone += w
		}
	}
	if all == 0 {
		return 0
	}
	if r.q.Language == "zh" && gone < all {
		return 0 // pairs across words are missed often
	}
	return gone / all
}

// turning are the units that say what is asked of the subject: in Chinese what
// stands behind the last 的, else the last pair; otherwise every word that is
// neither a name nor a number nor one that many questions have.
func (q *asked) turning() []int {
	if q.Language == "zh" {
		if out := q.relationZh(); len(out) > 0 {
			return out
		}
		for i := len(q.units) - 1; i >= 0; i-- {
			if u := q.units[i]; u.han && !u.name && len([]rune(u.text)) == 2 {
				return []int{i}
			}
		}
		return nil
	}
	var out []int
	for i, u := range q.units {
		if !u.name && !u.number && u.weight >= relationWeight && !commonAsked[u.text] {
			out = append(out, i)
		}
	}
	return out
}

// anywhere reports whether a sentence or heading that was read has the unit, in
// Chinese at least both its characters.
func (r *reading) anywhere(u int) bool {
	unit := &r.q.units[u]
	for p := range r.passages {
		for _, h := range r.q.match(r.passages[p].context) {
			if h.unit == u {
				return true
			}
		}
	}
	for i := range r.sentences {
		s := &r.sentences[i]
		for _, h := range s.hits {
			if h.unit == u {
				return true
			}
		}
		if unit.han && hasAll(s.text, unit.text) {
			return true
		}
	}
	return false
}

// hasAll reports whether s has every character of word.
func hasAll(s, word string) bool {
	for _, c := range word {
		if !strings.ContainsRune(s, c) {
			return false
		}
	}
	return true
}
