package lang

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names returns what s names, in order: runs of capitalised words (with "of",
// "the", "de" and the like between them), titles in 《…》 or 「…」, short quoted terms, Latin runs
// inside Chinese, and codes such as PEP 8, R1, COVID-19. A sentence's first
// word is no name by its capital alone.
func Names(s string) []Span {
	var out []Span
	words := Words(s)
	covered := 0
	out = append(out, quotedTerms(s)...)
	for i := 0; i < len(words); {
		w := words[i]
		if w.Start < covered || !nameWord(s, w) {
			i++
			continue
		}
		j := nameEnd(s, words, i)
		first := i
		if sentenceStart(s, w.Start) {
			for first < j && (Stop(words[first].Text) || abbrevs().starter[words[first].Text]) {
				first++
			}
			if first == i && plainCapital(s, w) && (j-first == 1 || genericHead(w.Text) && words[i+1].Kind == KindNumber) {
				first = j
			}
		} else {
			for first < j && Stop(words[first].Text) && w.Text != "it" {
				first++
			}
		}
		if first < j {
			out = append(out, Span{words[first].Start, words[j-1].End})
		}
		covered = words[j-1].End
		i = j
	}
	return sortSpans(out)
}

// sortSpans orders the spans and drops those within another.
func sortSpans(in []Span) []Span {
	out := in[:0]
	slices.SortFunc(in, func(a, b Span) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	end := 0
	for _, x := range in {
		if x.End > end {
			out = append(out, x)
			end = x.End
		}
	}
	return out
}

// nameWord reports whether a word may begin a name.
func nameWord(s string, w Token) bool {
	if w.Kind == KindHan {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[w.Start:w.End])
	if w.Kind == KindNumber {
		return hasLetter(w.Text) && !strings.HasSuffix(w.Text, "s") && !ordinalWord(w.Text)
	}
	if unicode.IsUpper(r) {
		return s[w.Start:w.End] != "I"
	}
	raw := s[w.Start:w.End]
	for i := 1; i < len(raw); i++ {
		if isUpper(raw[i]) || isDigit(raw[i]) {
			return true // iPhone, utf8
		}
	}
	return besideHan(s, w) && len(raw) > 1
}

// genericHead reports words that stand before a number and are no name then.
func genericHead(w string) bool {
	switch w {
	case "version", "release", "chapter", "section", "figure", "table", "line", "step", "page", "part", "phase", "level", "class", "type", "group",
		"day", "week", "year", "article", "number", "room", "unit", "about", "over", "nearly", "around", "almost", "volume", "issue", "act", "round":
		return true
	}
	return false
}

func ordinalWord(t string) bool {
	if len(t) < 3 {
		return false
	}
	switch t[len(t)-2:] {
	case "st", "nd", "rd", "th", "km", "kg", "cm", "mm", "am", "pm", "mb", "gb", "tb", "kb", "bn", "mn", "hz":
		return true
	}
	return false
}

func hasLetter(t string) bool {
	for i := 0; i < len(t); i++ {
		if isLower(t[i]) {
			return true
		}
	}
	return false
}

// besideHan reports a Han character next to the word, or past one space.
func besideHan(s string, w Token) bool {
	before := strings.TrimSuffix(s[:w.Start], " ")
	r, _ := utf8.DecodeLastRuneInString(before)
	after := strings.TrimPrefix(s[w.End:], " ")
	a, _ := utf8.DecodeRuneInString(after)
	return isHan(r) || isHan(a)
}

// nameEnd returns the index after the last word of the name that begins at i.
func nameEnd(s string, words []Token, i int) int {
	j := i + 1
	for j < len(words) {
		gap := s[words[j-1].End:words[j].Start]
		if strings.HasSuffix(s[words[j-1].Start:words[j-1].End], "'s") || strings.HasSuffix(s[words[j-1].Start:words[j-1].End], "’s") {
			break
		}
		if gap != " " && gap != "-" && gap != ". " && gap != "·" && gap != "." && gap != "&" && gap != " & " && gap != "" {
			break
		}
		if gap == ". " && !initial(s, words[j-1]) && !abbrevs().never[words[j-1].Text] {
			break
		}
		if words[j].Kind == KindHan {
			break
		}
		if nameWord(s, words[j]) || words[j].Kind == KindNumber && (gap == " " || gap == "-") && len(words[j].Text) <= 3 {
			j++
			continue
		}
		k := j
		for k < len(words) && k < j+2 && linker(words[k].Text) && s[words[k-1].End:words[k].Start] == " " {
			k++
		}
		if k == j || k >= len(words) || s[words[k-1].End:words[k].Start] != " " || !upperWord(s, words[k]) {
			break
		}
		j = k + 1
	}
	return j
}

func upperWord(s string, w Token) bool {
	r, _ := utf8.DecodeRuneInString(s[w.Start:w.End])
	return unicode.IsUpper(r)
}

func initial(s string, w Token) bool { return w.End-w.Start == 1 && isUpper(s[w.Start]) }

func linker(w string) bool {
	switch w {
	case "of", "the", "de", "la", "le", "von", "van", "der", "den", "di", "da", "del", "bin", "al", "du", "dos", "el":
		return true
	}
	return false
}

// plainCapital reports whether the word is capital, small, small…: nothing but
// its first letter says that it is a name.
func plainCapital(s string, w Token) bool {
	for i := w.Start + 1; i < w.End; i++ {
		if isUpper(s[i]) || isDigit(s[i]) {
			return false
		}
	}
	return true
}

// sentenceStart reports whether position i begins s or a sentence of it.
func sentenceStart(s string, i int) bool {
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		switch {
		case strings.ContainsRune(".!?。！？:：\n|", r):
			return true
		case unicode.IsSpace(r), strings.ContainsRune("\"'“‘(（「*#-", r):
			i -= n
		default:
			return false
		}
	}
	return true
}

// quotedTerms returns what stands in 《》, 「」 or quotation marks, when short.
func quotedTerms(s string) []Span {
	var out []Span
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		closer := ""
		switch r {
		case '《', '「', '“', '〈', '『':
			closer = closingMark(r)
		case '"':
			closer = "\""
		}
		if closer == "" {
			i += n
			continue
		}
		end := strings.Index(s[i+n:min(len(s), i+n+80)], closer)
		if end <= 0 || strings.ContainsAny(s[i+n:i+n+end], "\n。.！？!?，,") {
			i += n
			continue
		}
		out = append(out, Span{i + n, i + n + end})
		i += n + end + len(closer)
	}
	return out
}
