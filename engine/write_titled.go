package engine

import (
	"strings"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// titledSure is how far a title must say what is asked of to be the answer by itself.
const titledSure = 0.6

// titledWhich answers "which PEP …" where the pages themselves are the things
// asked for: numbered, and named so in their titles. It reports whether it did.
func (w *writer) titledWhich() bool {
	if w.asked.Kind != KindWhich && w.asked.Kind != KindFact {
		return false
	}
	r := w.reading
	head := r.numberedHead()
	if head == "" {
		return false
	}
	names := map[*agent.Page]string{}
	var best *readPassage
	for i := range r.passages {
		p := &r.passages[i]
		name := numberedName(p, head)
		if name == "" {
			continue
		}
		names[p.page] = name
		if w.names(name) {
			continue // what is asked of is no answer
		}
		if best == nil || p.titled > best.titled {
			best = p
		}
	}
	if len(names) < fewTitles || best == nil {
		return false
	}
	var proof *readSentence
	if s := r.best(); s != nil && names[s.page] != "" && !w.names(names[s.page]) && w.out.Confidence >= sureRefused && (best.titled < titledSure || s.page == best.page) {
		best, proof = &r.passages[s.passage], s
		if otherNumbered(s, head, names[s.page]) {
			return false // the sentence speaks of another one
		}
	} else if best.titled < titledSure {
		return false
	}
	return w.titled(best, names[best.page], proof)
}

// names reports whether the question itself names the numbered thing.
func (w *writer) names(numbered string) bool {
	return numberedIn(w.asked.Text, numbered)
}

// numberedIn reports whether the text has the numbered name, not as the beginning of a longer number.
func numberedIn(text, numbered string) bool {
	text, numbered = lang.Fold(text), lang.Fold(numbered)
	for {
		i := strings.Index(text, numbered)
		if i < 0 {
			return false
		}
		text = text[i+len(numbered):]
		if text == "" || text[0] < '0' || text[0] > '9' {
			return true
		}
	}
}

// titled adds the page's heading as the answer, and the sentence that proves it.
func (w *writer) titled(p *readPassage, name string, proof *readSentence) bool {
	at, ok := headingOf(p.page)
	if !ok {
		return false
	}
	c, ok := w.spanClaim(p.page, at)
	if !ok || !strings.Contains(lang.Fold(c.Text), lang.Fold(name)) {
		return false
	}
	c.Lead = true
	w.out.Short = name
	w.out.Claims = append(w.out.Claims, c)
	if p.titled >= titledSure {
		w.out.Confidence = max(w.out.Confidence, sureEnough)
	}
	if proof != nil {
		from, to := w.shorten(proof)
		if c, ok := w.claim(proof, from, to); ok {
			w.out.Claims = append(w.out.Claims, c)
		}
	}
	return true
}

// numberedName is the head noun with its number in the passage's title: PEP 703; empty where it has none.
func numberedName(p *readPassage, head string) string {
	toks := readTokens(p.Title)
	for i := 1; i < len(toks); i++ {
		if toks[i].kind == lang.KindNumber && toks[i].gap == 0 && toks[i-1].text == head {
			return p.Title[toks[i-1].start:toks[i].end]
		}
	}
	return ""
}

// otherNumbered reports whether the sentence names the head noun with another number.
func otherNumbered(s *readSentence, head, name string) bool {
	for i := 1; i < len(s.tokens); i++ {
		if s.tokens[i].kind == lang.KindNumber && s.tokens[i].gap == 0 && s.tokens[i-1].text == head &&
			lang.Fold(s.text[s.tokens[i-1].start:s.tokens[i].end]) != lang.Fold(name) {
			return true
		}
	}
	return false
}

// numberedHead is the word right behind "which" that stands with a number in
// the titles of several pages: PEP; empty where there is none.
func (r *reading) numberedHead() string {
	toks := readTokens(r.q.Text)
	for i := range toks {
		if t := toks[i].text; t != "which" && t != "what" && t != "哪" || i+1 == len(toks) {
			continue
		}
		for _, t := range toks[i+1 : min(len(toks), i+4)] {
			if questionAuxEn[t.text] {
				break // "what operator did PEP 465 add" asks for no PEP
			}
			if r.numberedTitles(t.text) >= fewTitles {
				return t.text
			}
		}
	}
	return ""
}

func (r *reading) numberedTitles(head string) int {
	n := 0
	seen := map[string]bool{}
	for i := range r.passages {
		p := &r.passages[i]
		if !seen[p.Title] && numberedName(p, head) != "" {
			n++
		}
		seen[p.Title] = true
	}
	return n
}
