package agent

import (
	"strings"
)

// How much that stands nowhere in its quotes a claim may say in one go: words,
// Han characters; less where it is a clause of its own.
const (
	addedWords       = 3
	addedHan         = 5
	addedClauseWords = 2
	addedClauseHan   = 3
)

// checkAdded looks for what a claim says over and above its quotes: a run of
// words none of which stands in any of them, be the rest ever so true, and a
// source that they do not name.
func checkAdded(f *findings, ev evidence, all []*alignment) {
	c := all[0].claim
	if c.zh != ev.zh {
		return // another language: its words cannot stand there
	}
	known := func(i int) bool {
		for _, a := range all {
			if a.found[i] >= 0 {
				return true
			}
		}
		return false
	}
	for from := 0; from < len(c.elems); {
		s, next := c.strangeRun(from, known)
		if s.to > s.from && !said(c.text[c.elems[s.from].start:c.elems[s.to-1].end], ev) {
			alone := c.ownClause(s)
			switch {
			case s.words >= addedWords, s.han >= addedHan, alone && (s.words >= addedClauseWords || s.han >= addedClauseHan):
				f.add(Unsupported, "it adds %q, which its quotes do not say", c.text[c.elems[s.from].start:c.elems[s.to-1].end])
				return
			}
		}
		from = next
	}
	if name := c.source(known); name != "" && !said(name, ev) {
		f.add(Unsupported, "its quotes do not say that it is from %s", name)
	}
}

// said reports whether the words stand in a quote, or just before one.
func said(words string, ev evidence) bool {
	for k := range ev.sents {
		w := &ev.sents[k]
		if strings.Contains(w.text, words) || strings.Contains(w.context.before().text, words) {
			return true
		}
	}
	return false
}

// strangeRun is the next run of content from an element on that is not known,
// function words between; and where to go on.
func (s *sentence) strangeRun(from int, known func(int) bool) (strange, int) {
	for from < len(s.elems) && (s.elems[from].stop || s.elems[from].sig != 0 || s.elems[from].anchor() || known(from)) {
		from++
	}
	out := strange{from: from, to: from}
	i := from
	for ; i < len(s.elems); i++ {
		e := &s.elems[i]
		switch {
		case e.stop || e.sig != 0:
			continue
		case known(i), e.anchor():
			return out, i
		case e.kind == elemHan:
			out.han++
		default:
			out.words++
		}
		out.to = i + 1
	}
	return out, i
}

// ownClause reports whether a run is all that its clauses say.
func (s *sentence) ownClause(r strange) bool {
	for i := r.from - 1; i >= 0 && s.elems[i].clause == s.elems[r.from].clause; i-- {
		if !s.elems[i].stop {
			return false
		}
	}
	for i := r.to; i < len(s.elems) && s.elems[i].clause == s.elems[r.to-1].clause; i++ {
		if !s.elems[i].stop {
			return false
		}
	}
	return true
}

// source is whom the claim says that it has its matter from, at its beginning,
// where that is not known: "X reported that", "according to X", 据X报道, X表示.
func (s *sentence) source(known func(int) bool) string {
	first, end := 0, -1
	if s.says("According to ", "according to ") && len(s.elems) > 2 && s.elems[0].word == "according" {
		first, end = 2, 3
		for end < len(s.elems) && s.elems[end].clause == s.elems[2].clause {
			end++
		}
	} else {
		for i := 1; i < min(len(s.elems), 12); i++ {
			if s.elems[i].clause != s.elems[0].clause {
				break
			}
			if tells(s, i) {
				end = i
				break
			}
		}
	}
	for first < end && s.elems[first].word == "据" {
		first++
	}
	if end <= first || first >= len(s.elems) {
		return ""
	}
	for i := first; i < end; i++ {
		if e := &s.elems[i]; !e.stop && !known(i) {
			return s.text[s.elems[first].start:s.elems[end-1].end]
		}
	}
	return ""
}

// tells reports a word of saying at element i, with what is said after it.
func tells(s *sentence, i int) bool {
	if s.elems[i].kind == elemHan {
		if i+1 >= len(s.elems) {
			return false
		}
		switch s.elems[i].word + s.elems[i+1].word {
		case "表示", "介绍", "指出", "报道", "透露", "认为", "宣称", "消息", "强调":
			return i+2 >= len(s.elems) || s.elems[i+2].clause != s.elems[i].clause
		}
		return false
	}
	switch s.elems[i].word {
	case "said", "says", "reported", "reports", "stated", "states", "announced", "noted", "wrote", "claimed", "argued":
		return i+1 < len(s.elems) && s.elems[i+1].word == "that"
	}
	return false
}
