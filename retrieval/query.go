package retrieval

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// Weights of a question's terms.
const (
	unigramWeight = 0.6 // of a Han character, beside the bigrams' 1
	againWeight   = 1.0 // of a term's second and further mention, beside the first
	helpWeight    = 0.3 // of a further word that need not occur
)

// maxQueryTerms bounds the terms of one search.
const maxQueryTerms = 200

// A question is a search as ranking sees it.
type question struct {
	text   string
	terms  []weighted // for the lists; the first main are the question's own
	main   int
	toks   []token
	words  []*term
	after  string
	recent bool // it asks for what is new
	topic  bool // it describes a topic more than it asks
	han    bool // most of it is Chinese
	want   wanted
	cues   map[uint64]bool // words of answers to such questions
	quotes [][2]int        // spans between quotation marks
	echoes []echo          // words of the first passages
}

// readQuestion analyses a query.
func (a *analyzer) readQuestion(q agent.Query) question {
	out := question{text: q.Text, after: q.After}
	plain := blankAsking(q.Text)
	out.toks, out.words = a.tokenize(plain)
	han := 0
	for _, t := range out.toks {
		if t.flags&tokHan != 0 {
			han++
		}
	}
	out.han = 2*han > len(out.toks)
	out.want = wantOf(q.Text)
	out.cues = a.cueTerms(q.Text)
	out.quotes = quotesOf(q.Text)
	out.recent = wantsRecent(q.Text)
	seen := map[string]int{}
	out.terms = a.weigh(out.terms, seen, plain, 1)
	if len(out.terms) == 0 { // nothing but function words: look for those in titles
		for _, w := range out.words {
			out.terms = addTerm(out.terms, seen, w, 1)
		}
	}
	out.main = len(out.terms)
	out.topic = !out.han && (out.main > topicTerms || !isQuestion(q.Text))
	for _, help := range q.Terms {
		out.terms = a.weigh(out.terms, seen, help, helpWeight)
	}
	return out
}

// weigh adds the content terms of s.
func (a *analyzer) weigh(terms []weighted, seen map[string]int, s string, weight float64) []weighted {
	toks, words := a.tokenize(s)
	for i, t := range toks {
		if t.flags&tokHan == 0 {
			if !words[i].stop {
				terms = addTerm(terms, seen, words[i], weight)
			}
			continue
		}
		alone := t.flags&tokJoined == 0 && (i+1 == len(toks) || toks[i+1].flags&tokJoined == 0)
		switch {
		case words[i].stop:
		case alone:
			terms = addTerm(terms, seen, words[i], weight)
		default:
			terms = addTerm(terms, seen, words[i], weight*unigramWeight)
		}
		if t.flags&tokJoined != 0 {
			if p := a.pair(words[i-1], words[i]); !p.stop {
				terms = addTerm(terms, seen, p, weight)
			}
		}
	}
	return terms
}

// addTerm adds a term; one that comes again weighs more.
func addTerm(terms []weighted, seen map[string]int, t *term, weight float64) []weighted {
	if n, ok := seen[t.text]; ok {
		terms[n].weight += weight * againWeight
		return terms
	}
	if len(terms) >= maxQueryTerms {
		return terms
	}
	seen[t.text] = len(terms)
	return append(terms, weighted{text: t.text, hash: t.hash, weight: weight})
}

// asking are Chinese words that ask and say nothing of what is asked for,
// longer ones first.
var asking = []string{
	"是什么时候", "是指什么", "指的是什么", "的是什么", "是什么", "为什么", "什么时候", "什么样的", "什么样", "什么", "是多少", "有多少", "多少",
	"是怎么", "怎么样", "怎么", "怎样", "如何", "有哪些", "是哪些", "哪些", "是哪个", "哪个", "是哪位", "哪位", "哪一", "哪里", "哪儿", "是哪",
	"是谁", "是否", "有没有", "是不是", "能不能", "请问", "请告诉我", "多久", "多长", "几个", "吗", "呢",
}

// blankAsking puts spaces over Chinese question words, offsets kept.
func blankAsking(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x3400 }) {
		return s
	}
	for _, w := range asking {
		if strings.Contains(s, w) {
			s = strings.ReplaceAll(s, w, strings.Repeat(" ", len(w)))
		}
	}
	return s
}
