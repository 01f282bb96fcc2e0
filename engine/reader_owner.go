package engine

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// Whose a sentence is: the subject's, another's, or not said.
const (
	ownerOther   = -1
	ownerUnknown = 0
	ownerSame    = 1
)

const (
	maxSubject   = 14  // characters of a subject, at most
	ownerLooked  = 24  // best sentences among which another subject's fact loses
	ownerFair    = 0.9 // of what another's sentence has of the question, what the subject's own must have
	ownerLoss    = 4.0 // what another subject's sentence loses where the subject has one of its own
	ownerLeadEn  = 60  // bytes of a sentence's beginning in which its subject stands
	fewNameBytes = 3
)

var (
	ownerLeadZh = regexp.MustCompile(`^([^，。：:；、《》“”"（）()\s]{2,10}?)(?:坐落|位于|地处|创办|创建|成立|始建|建于|开业|开张|是一[家座个种条所间款部位名]|共?有\d|拥有\d|高\d|长\d|的)`)
	ownerVerbEn = regexp.MustCompile(` (?:is|was|are|were|has|had|have|stands|lies|opened|became) `)
	ownerNotZh  = regexp.MustCompile(`^(?:[它他她其该这此本全每]|两|\d|[一二三四五六七八九十]|第|另|据|在|由|从|当|自)`)
)

// subject is the thing that the question asks of, as the evidence spells it:
// in Chinese the longest beginning of the question that stands in the evidence,
// otherwise the one name that the question has. Empty where there is none.
func (r *reading) subject() string {
	q := r.q
	if q.Language != "zh" {
		if len(q.Names) != 1 || len(q.Names[0]) < fewNameBytes {
			return ""
		}
		return lang.Fold(q.Names[0])
	}
	core, _, _ := strings.Cut(lang.Fold(q.Core), " ")
	core, _, _ = strings.Cut(core, "的")
	core = strings.TrimLeft(core, "《“「\"在")
	runes := []rune(core)
	for n := min(len(runes), maxSubject); n >= 2; n-- {
		if s := string(runes[:n]); r.stands(s) {
			return s
		}
	}
	return ""
}

// stands reports whether s is in a title, a heading or a sentence.
func (r *reading) stands(s string) bool {
	for i := range r.passages {
		p := &r.passages[i]
		if strings.Contains(lang.Fold(p.Title), s) || strings.Contains(lang.Fold(strings.Join(p.Headings, "\n")), s) {
			return true
		}
	}
	for i := range r.sentences {
		if strings.Contains(r.sentences[i].fold(), s) {
			return true
		}
	}
	return false
}

// owners tells of every sentence whose it is. A sentence that names no subject
// goes on with that of the one before it, a passage's first with its headings'.
func (r *reading) owners(subject string) []int8 {
	out := make([]int8, len(r.sentences))
	if subject == "" {
		return out
	}
	asked := lang.Fold(r.q.Text)
	for i := range r.passages {
		p := &r.passages[i]
		owner := int8(ownerUnknown)
		if strings.Contains(lang.Fold(p.Title+"\n"+strings.Join(p.Headings, "\n")), subject) {
			owner = ownerSame
		}
		heading := owner
		for k := p.from; k < p.to; k++ {
			s := &r.sentences[k]
			if strings.Contains(s.fold(), subject) {
				owner = ownerSame
			} else if s.block == lang.BlockHeading {
				owner = heading
			} else if lead := leadName(s); lead != "" && !strings.Contains(asked, lead) && !strings.Contains(subject, lead) && !strings.Contains(lead, subject) {
				owner = ownerOther
			}
			out[k] = owner
		}
	}
	return out
}

// leadName is the thing of which a sentence begins to speak, folded; empty where it names none.
func leadName(s *readSentence) string {
	if s.language == "zh" {
		m := ownerLeadZh.FindStringSubmatch(s.text)
		if m == nil || ownerNotZh.MatchString(m[1]) {
			return ""
		}
		return lang.Fold(m[1])
	}
	at := ownerVerbEn.FindStringIndex(s.text[:min(len(s.text), 2*ownerLeadEn)])
	if at == nil || at[0] > ownerLeadEn || pronounStart(s) > 0 {
		return ""
	}
	for _, n := range lang.Names(s.text[:at[0]]) {
		name := s.text[n.Start:n.End]
		f := lang.Fold(name)
		first, _, _ := strings.Cut(f, " ")
		r, _ := utf8.DecodeRuneInString(name)
		if n.Start == 0 && (lang.Stop(first) || !strings.Contains(f, " ")) || !unicode.IsUpper(r) || questionWordsEn[f] || monthWords[first] {
			continue
		}
		return f
	}
	return ""
}

// findOwners works out whose the sentences are, and lets those of another
// subject lose where the subject asked of has one that says as much.
func (r *reading) findOwners() {
	subject := r.subject()
	for i, o := range r.owners(subject) {
		r.sentences[i].own = o
	}
	if subject == "" || !r.q.Short() || r.q.Kind == KindYesNo || r.q.Kind == KindWho && r.q.Language != "zh" {
		return
	}
	most := -1.0
	for _, i := range r.order[:min(len(r.order), ownerLooked)] {
		s := &r.sentences[i]
		if s.own == ownerSame && s.block != lang.BlockHeading && s.feat[fTypedFresh] > 0 {
			most = max(most, r.restCover(s, subject))
		}
	}
	lost := false
	for _, i := range r.order[:min(len(r.order), ownerLooked)] {
		s := &r.sentences[i]
		if rest := r.restCover(s, subject); s.own == ownerOther && rest > 0 && most >= ownerFair*rest {
			s.score -= ownerLoss
			s.others, lost = true, true
		}
	}
	if lost {
		r.rank()
	}
}

// restCover is the weight of what the sentence has of the question besides the subject.
func (r *reading) restCover(s *readSentence, subject string) float64 {
	found := map[int]float64{}
	for _, h := range s.hits {
		if !strings.Contains(subject, r.q.units[h.unit].text) {
			found[h.unit] = max(found[h.unit], h.weight*r.q.units[h.unit].weight)
		}
	}
	sum := 0.0
	for _, v := range found {
		sum += v
	}
	return sum
}
