package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	// plain words that may stand before a name in its noun phrase: "the local architect Anna Weld"
	phraseEn = regexp.MustCompile(`^(?:(?:the|a|an|his|her|its|one) )?(?:[a-z][\w-]*[ ,]+){0,4}$`)
	notInEn  = regexp.MustCompile(`\b(?:of|for|in|at|on|to|from|with|who|which|that|and|by|was|were|is|after|before|when)\b`)
	joinedEn = regexp.MustCompile(`^(?:,? and |, | & | with )$`)
	asideOf  = regexp.MustCompile(`^(?:\s*\([^)]*\))?(?:,[^,;.]{1,80},)?(?: (?:is|was) the (?:man|woman|one|person|architect|engineer))?(?:,? who)?,?\s*$`)
	manyEn   = regexp.MustCompile(`(?i)\b(?:one of|co-\w+|among (?:the|its|others)|helped|together with|jointly|et al)\b`)
)

// namesFrom are the names of the noun phrase that begins at a position, and
// those joined to them.
func namesFrom(text string, at int) (naming, bool) {
	var n naming
	end := at
	for _, x := range namesBehind(text, at) {
		gap, name := text[end:x.Start], text[x.Start:x.End]
		if first, _, _ := strings.Cut(lang.Fold(name), " "); lang.Stop(first) && first != "the" || questionAuxEn[first] || monthWords[lang.Fold(name)] {
			return n, len(n.names) > 0
		}
		switch {
		case len(n.names) == 0 && phraseEn.MatchString(gap) && !notInEn.MatchString(gap):
		case len(n.names) == 1 && !strings.Contains(n.names[0], " ") && phraseEn.MatchString(strings.TrimLeft(gap, " ")) && len(gap) > 1 && !notInEn.MatchString(gap) && !strings.Contains(gap, ","):
			n.names = nil // the Scottish engineer Tomas Reed
		case len(n.names) > 0 && joinedEn.MatchString(gap):
		default:
			return n, len(n.names) > 0 && !adjective(n.names, text[end:])
		}
		if len(n.names) == 0 {
			n.at = x
		}
		n.names, end = append(n.names, name), x.End
	}
	return n, len(n.names) > 0 && !adjective(n.names, text[end:])
}

// adjective reports whether a name of one word goes with the noun behind it: Dutch sailors.
func adjective(names []string, rest string) bool {
	m := nounBehind.FindStringSubmatch(rest)
	return len(names) == 1 && !strings.Contains(names[0], " ") && m != nil && !lang.Stop(m[1]) && !strings.HasSuffix(m[1], "ed") && !strings.HasSuffix(m[1], "ly")
}

var nounBehind = regexp.MustCompile(`^ ([a-z]+)`)

// namesBehind are the names of a text from a position on; of one that it
// stands in, the rest: Tim Cook of Google CEO Tim Cook.
func namesBehind(text string, at int) []lang.Span {
	var out []lang.Span
	for _, x := range lang.Names(text) {
		if x.End > at {
			out = append(out, lang.Span{Start: max(x.Start, at), End: x.End})
		}
	}
	return out
}

// firstName is a name of one word that begins a sentence, where its capital says nothing.
var firstName = regexp.MustCompile(`^[A-Z][\p{L}'’-]+`)

// namesBefore are the names that end right before a position, and those joined
// to them.
func namesBefore(text string, at int) (naming, bool) {
	var n naming
	list := lang.Names(text[:at])
	if m := firstName.FindStringIndex(text[:at]); m != nil && (len(list) == 0 || list[0].Start > m[1]) && !lang.Stop(lang.Fold(text[:m[1]])) {
		list = append([]lang.Span{{Start: 0, End: m[1]}}, list...)
	}
	for i := len(list) - 1; i >= 0; i-- {
		x := list[i]
		gap := text[x.End:at]
		if len(n.names) == 0 && !asideOf.MatchString(gap) {
			continue // a name within an aside: Anna Weld, an architect of Wick, designed
		}
		if len(n.names) > 0 && !joinedEn.MatchString(gap) {
			break
		}
		n.names, n.at, at = append(n.names, text[x.Start:x.End]), x, x.Start
	}
	return n, len(n.names) > 0 && !strings.HasSuffix(strings.ToLower(strings.TrimRight(text[:n.at.Start], " ")), " of")
}
