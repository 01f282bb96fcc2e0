package engine

import (
	"math"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// The features of a sentence as an answer to a question. Their order is that
// of the embedded weights: a change needs training anew.
const (
	fCover = iota
	fCoverNear
	fCoverPassage
	fCoverTitle
	fNames
	fNamesPassage
	fBestUnit
	fHits
	fAdjacent
	fDensity
	fTyped
	fTypedFresh
	fWrongNumber
	fWrongName
	fRank
	fPassageScore
	fIndex
	fLength
	fBlock
	fQuestion
	fBM25
	fBM25Share
	fPronoun
	fKey
	fHead
	fRun
	fChars
	fNewWords
	fChinese
	fWantDate
	fWantNumber
	fWantPerson
	fWantPlace
	fWantReason
	fCue
	fMissedWeight
	fQuestionLength
	fPrevCover
	fNextCover
	fSamePassageBest
	sentenceFeatures
)

// A reading is the evidence made ready for one question.
type reading struct {
	q         *asked
	idf       func(id uint32, text string) float64
	texts     map[*agent.Page]string // folded, of those that were looked into
	passages  []readPassage
	sentences []readSentence
	pages     int     // that were read, those with no passage here too
	order     []int   // sentences, best first
	top       []span  // shortest answers, best first; nil until asked for
	sure      float64 // what the answer scorer makes of it, before what is asked is held against it; 0 to 1
	unspoken  float64 // the share of the question's words that could not be put in the pages' language
	demand    *demand // what the question demands beside its subject; nil until asked for
}

// features fills in the features of every sentence.
func (r *reading) features() {
	for i := range r.sentences {
		r.sentences[i].hits = r.q.match(r.sentences[i].tokens)
		r.sentences[i].cover = r.q.coverage(r.sentences[i].hits)
	}
	bm := r.bm25()
	top := 1e-9
	for _, b := range bm {
		top = math.Max(top, b)
	}
	best := r.passageCover()
	for p := range r.passages {
		rp := &r.passages[p]
		titled := float32(r.q.coverage(r.q.match(rp.context)))
		most := 0.0
		for i := rp.from; i < rp.to; i++ {
			most = math.Max(most, r.sentences[i].cover)
		}
		for i := rp.from; i < rp.to; i++ {
			s := &r.sentences[i]
			f := make([]float32, sentenceFeatures)
			s.feat = f
			f[fCoverPassage] = float32(rp.cover)
			f[fCoverTitle] = titled
			f[fNamesPassage] = float32(rp.names)
			f[fRank] = float32(math.Log1p(float64(p)))
			f[fPassageScore] = float32(rp.cover / best)
			f[fBM25] = float32(bm[i])
			f[fBM25Share] = float32(bm[i] / top)
			f[fSamePassageBest] = float32(most - s.cover)
			r.neighbours(i, rp, f)
			r.own(s, f)
		}
	}
}

// passageCover fills in what every passage covers as a whole, and returns the most.
func (r *reading) passageCover() float64 {
	best := 1e-9
	for p := range r.passages {
		rp := &r.passages[p]
		all := r.q.match(rp.context)
		for i := rp.from; i < rp.to; i++ {
			all = append(all, r.sentences[i].hits...)
		}
		rp.cover, rp.names = r.q.coverage(all), r.q.nameCoverage(all)
		best = math.Max(best, rp.cover)
	}
	return best
}

// neighbours fills in what the sentences before and after have.
func (r *reading) neighbours(i int, rp *readPassage, f []float32) {
	s := &r.sentences[i]
	var near [][]readHit
	if i > rp.from {
		near = append(near, r.sentences[i-1].hits)
		f[fPrevCover] = float32(r.sentences[i-1].cover)
	}
	if i+1 < rp.to {
		near = append(near, r.sentences[i+1].hits)
		f[fNextCover] = float32(r.sentences[i+1].cover)
	}
	f[fCoverNear] = float32(r.q.coverage(s.hits, near...))
}

// own fills in what the sentence alone shows.
func (r *reading) own(s *readSentence, f []float32) {
	q := r.q
	f[fCover] = float32(s.cover)
	f[fNames] = float32(q.nameCoverage(s.hits))
	f[fIndex] = float32(min(s.index, 10))
	f[fLength] = float32(math.Log1p(float64(len(s.tokens))))
	f[fBlock] = float32(s.block)
	if strings.HasSuffix(s.text, "?") || strings.HasSuffix(s.text, "？") {
		f[fQuestion] = 1
	}
	r.hitFeatures(s, f)
	r.typeFeatures(s, f)
	f[fPronoun] = pronounStart(s)
	f[fRun] = float32(q.commonRun(s.fold()))
	f[fQuestionLength] = float32(len(q.units))
	if q.Language == "zh" {
		f[fChinese] = 1
		f[fChars] = q.charCover(s.tokens)
	}
	switch q.Expect {
	case ExpectDate, ExpectYear:
		f[fWantDate] = 1
	case ExpectNumber, ExpectMoney, ExpectPercent, ExpectDuration:
		f[fWantNumber] = 1
	case ExpectPerson:
		f[fWantPerson] = 1
	case ExpectPlace:
		f[fWantPlace] = 1
	}
	if q.Kind == KindWhy || q.Kind == KindHow {
		f[fWantReason] = 1
	}
	f[fCue] = cue(q, s)
}

func (r *reading) hitFeatures(s *readSentence, f []float32) {
	q := r.q
	found := make([]bool, len(q.units))
	adjacent := 0.0
	for i, h := range s.hits {
		found[h.unit] = true
		f[fBestUnit] = max(f[fBestUnit], float32(q.units[h.unit].weight*h.weight))
		if h.unit == q.key {
			f[fKey] = max(f[fKey], float32(h.weight))
		}
		if i > 0 && s.hits[i-1].unit+1 == h.unit && h.token-s.hits[i-1].token <= 2 {
			adjacent += q.units[h.unit].weight
		}
	}
	if q.total > 0 {
		f[fAdjacent] = float32(math.Min(1, adjacent/q.total))
	}
	n := 0
	missed := 0.0
	for i, ok := range found {
		if ok {
			n++
		} else {
			missed = math.Max(missed, q.units[i].weight)
			if q.units[i].number {
				f[fWrongNumber] = 1
			}
			if q.units[i].name {
				f[fWrongName]++
			}
		}
	}
	f[fHits] = float32(n)
	f[fMissedWeight] = float32(missed)
	if len(s.hits) > 1 {
		span := s.hits[len(s.hits)-1].token - s.hits[0].token + 1
		f[fDensity] = float32(float64(len(s.hits)) / float64(span))
	}
	fresh := 0
	for i := range s.tokens {
		t := &s.tokens[i]
		if !t.stop {
			if _, ok := q.byID[t.id]; !ok {
				fresh++
			}
		}
		if q.head != 0 && t.id == q.head {
			f[fHead] = 1
		}
	}
	f[fNewWords] = float32(math.Log1p(float64(fresh)))
}

// charCover is the share of the question's characters that the sentence has.
func (q *asked) charCover(toks []readToken) float32 {
	if len(q.chars) == 0 {
		return 0
	}
	seen := map[uint32]bool{}
	for i := range toks {
		if toks[i].kind == lang.KindHan && q.chars[toks[i].id] {
			seen[toks[i].id] = true
		}
	}
	return float32(len(seen)) / float32(len(q.chars))
}

var pronouns = wordSet(`he she it they his her its their this these that such`)

func pronounStart(s *readSentence) float32 {
	if len(s.tokens) == 0 {
		return 0
	}
	if pronouns[s.tokens[0].text] {
		return 1
	}
	for _, p := range []string{"他", "她", "它", "其", "该", "此", "这"} {
		if strings.HasPrefix(s.text, p) {
			return 1
		}
	}
	return 0
}

// bm25 scores sentences against the question (Robertson and Zaragoza 2009, k1 1.2, b 0.6).
func (r *reading) bm25() []float64 {
	const k1, b = 1.2, 0.6
	mean := 1.0
	for i := range r.sentences {
		mean += float64(len(r.sentences[i].tokens))
	}
	mean /= float64(max(1, len(r.sentences)))
	out := make([]float64, len(r.sentences))
	tf := make([]float64, len(r.q.units))
	for i := range r.sentences {
		clear(tf)
		for _, h := range r.sentences[i].hits {
			tf[h.unit] += h.weight
		}
		norm := k1 * (1 - b + b*float64(len(r.sentences[i].tokens))/mean)
		for u, n := range tf {
			if n > 0 {
				out[i] += r.q.units[u].weight * n * (k1 + 1) / (n + norm)
			}
		}
	}
	return out
}

// cue tells whether the sentence has words that announce the kind of answer asked for.
func cue(q *asked, s *readSentence) float32 {
	words, ok := cueWords[q.Kind]
	if !ok {
		return 0
	}
	if hasAny(s.fold(), words) {
		return 1
	}
	return 0
}

var cueWords = map[Kind][]string{
	KindWhy:        {"because", "due to", "since", "after", "in response to", "to avoid", "to prevent", "to allow", "so that", "in order to", "as a result", "caused", "reason", "led to", "therefore", "owing to", "因为", "由于", "因此", "所以", "原因", "导致", "为了", "旨在", "使得", "故"},
	KindDefinition: {"is a", "is an", "is the", "refers to", "known as", "are a", "means", "defined as", "was a", "was an", "是一", "是指", "指的是", "即", "是", "称为", "所谓"},
	KindHow:        {"by", "through", "using", "via", "with", "通过", "利用", "采用", "方式", "以"},
	KindHowTo:      {"first", "then", "next", "step", "click", "run", "install", "select", "首先", "然后", "接着", "点击", "步骤", "选择", "打开"},
	KindWhere:      {"in", "at", "located", "near", "位于", "在", "坐落"},
	KindList:       {"include", "including", "such as", "are", "consist", "包括", "分别", "有", "以及", "、"},
}
