package engine

import (
	"errors"
	"strings"
)

// planReply is a plan as a model wrote it, before it is held against what may
// be planned.
type planReply struct {
	Thought  string
	Enough   bool
	Searches []planSearch
	Open     []planOpen
	Terms    []string
}

type planSearch struct {
	Query, Why, Language, After string
}

// planOpen is an address by its number in the prompt, or as text.
type planOpen struct {
	N   int
	URL string
}

// Bounds of what is read of a reply, against replies made to take long.
const (
	maxPlanText   = 128 << 10 // bytes looked at, from the end
	maxPlanStarts = 64        // objects tried
)

var (
	errNoJSON = errors.New("no JSON object was found")
	errNoPlan = errors.New("the JSON object has none of the plan's keys")
)

// readPlan finds the plan in a model's reply: the JSON object with the most of
// a plan's keys, the last of equals. The object may stand in prose or between
// fences, and be damaged in the ways that planloose.go lists.
func readPlan(text string) (planReply, error) {
	if n := len(text) - maxPlanText; n > 0 {
		text = text[n:]
	}
	best, bestKeys, found := looseValue{}, 0, false
	for i, tries := 0, 0; i < len(text) && tries < maxPlanStarts; tries++ {
		at := nextBrace(text[i:])
		if at < 0 {
			break
		}
		i += at
		v, n := parseLoose(text[i:])
		found = true
		keys := planKeys(v)
		if keys > 0 && keys >= bestKeys {
			best, bestKeys = v, keys
		}
		if keys > 0 {
			i += max(n, 1)
		} else {
			i++
		}
	}
	switch {
	case !found:
		return planReply{}, errNoJSON
	case bestKeys == 0:
		return planReply{}, errNoPlan
	}
	return planFrom(best), nil
}

// nextBrace is the offset of the next "{" or its full-width form, or -1.
func nextBrace(s string) int {
	a, b := strings.IndexByte(s, '{'), strings.Index(s, "｛")
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}

// The keys of a plan, and what models write in their place.
var planNames = map[string]string{
	"thought": "thought", "thoughts": "thought", "thinking": "thought", "思考": "thought", "想法": "thought", "reasoning": "thought",
	"enough": "enough", "done": "enough", "sufficient": "enough", "足够": "enough",
	"searches": "searches", "search": "searches", "queries": "searches", "search_queries": "searches", "搜索": "searches",
	"open": "open", "urls": "open", "visit": "open", "打开": "open",
	"terms": "terms", "keywords": "terms", "关键词": "terms",
}

func planName(key string) string { return planNames[strings.ToLower(strings.TrimSpace(key))] }

func planKeys(v looseValue) int {
	n := 0
	for _, k := range v.keys {
		if planName(k) != "" {
			n++
		}
	}
	return n
}

func planFrom(v looseValue) planReply {
	var p planReply
	for i, k := range v.keys {
		f := v.list[i]
		switch planName(k) {
		case "thought":
			p.Thought = f.text()
		case "enough":
			p.Enough = f.truth()
		case "searches":
			for _, s := range f.items() {
				if q := searchFrom(s); q.Query != "" {
					p.Searches = append(p.Searches, q)
				}
			}
		case "open":
			for _, o := range f.items() {
				p.Open = append(p.Open, openFrom(o))
			}
		case "terms":
			for _, t := range f.items() {
				if s := t.text(); s != "" {
					p.Terms = append(p.Terms, s)
				}
			}
		}
	}
	return p
}

func searchFrom(v looseValue) planSearch {
	if v.kind != looseObject {
		return planSearch{Query: v.text()}
	}
	var s planSearch
	for i, k := range v.keys {
		t := v.list[i].text()
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "query", "q", "search", "text", "keywords", "搜索", "查询":
			s.Query = t
		case "why", "reason", "原因":
			s.Why = t
		case "language", "lang", "语言":
			s.Language = t
		case "after", "since", "date":
			s.After = t
		}
	}
	return s
}

func openFrom(v looseValue) planOpen {
	switch v.kind {
	case looseNumber:
		return planOpen{N: int(v.num)}
	case looseObject:
		for i, k := range v.keys {
			switch strings.ToLower(k) {
			case "n", "number", "id", "index", "编号", "url", "address":
				return openFrom(v.list[i])
			}
		}
		return planOpen{}
	}
	t := v.text()
	if n, ok := wholeNumber(t); ok {
		return planOpen{N: n}
	}
	return planOpen{URL: t}
}
