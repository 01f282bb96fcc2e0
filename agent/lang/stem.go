package lang

import "strings"

// Stem returns the stem of a folded English word after the Porter2 algorithm
// (M. Porter, "The English (Porter2) stemming algorithm", snowballstem.org).
// Words with anything but the letters a to z and apostrophes come back
// unchanged, as do words of fewer than three letters.
func Stem(word string) string {
	if len(word) <= 2 {
		return word
	}
	for i := 0; i < len(word); i++ {
		if c := word[i]; !isLower(c) && c != '\'' {
			return word
		}
	}
	if s, ok := stemException(word); ok {
		return s
	}
	var buf [32]byte
	p := newPorter(word, buf[:0])
	p.step0()
	p.step1a()
	if stemFinished(string(p.b)) {
		return p.result(word)
	}
	p.step1b()
	p.step1c()
	p.step2()
	p.step3()
	p.step4()
	p.step5()
	return p.result(word)
}

// stemException gives the stems that the algorithm lists by hand.
func stemException(w string) (string, bool) {
	switch w {
	case "skis":
		return "ski", true
	case "skies":
		return "sky", true
	case "dying":
		return "die", true
	case "lying":
		return "lie", true
	case "tying":
		return "tie", true
	case "idly":
		return "idl", true
	case "gently":
		return "gentl", true
	case "ugly":
		return "ugli", true
	case "early":
		return "earli", true
	case "only":
		return "onli", true
	case "singly":
		return "singl", true
	case "sky", "news", "howe", "atlas", "cosmos", "bias", "andes":
		return w, true
	}
	return "", false
}

// stemFinished reports the words that are left alone after step 1a.
func stemFinished(w string) bool {
	switch w {
	case "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed":
		return true
	}
	return false
}

// porter holds a word while it is stemmed. A 'y' that acts as a consonant is
// written 'Y'; r1 and r2 are the starts of the algorithm's two regions.
type porter struct {
	b      []byte
	r1, r2 int
}

func newPorter(word string, buf []byte) *porter {
	p := &porter{b: append(buf, strings.TrimPrefix(word, "'")...)}
	for i, c := range p.b {
		if c == 'y' && (i == 0 || isVowel(p.b[i-1])) {
			p.b[i] = 'Y'
		}
	}
	p.r1 = region(p.b, 0)
	for _, pre := range [...]string{"gener", "commun", "arsen"} {
		if len(p.b) >= len(pre) && string(p.b[:len(pre)]) == pre {
			p.r1 = len(pre)
		}
	}
	p.r2 = region(p.b, p.r1)
	return p
}

// region is the place after the first non-vowel that follows a vowel, from i on.
func region(b []byte, i int) int {
	for i++; i < len(b); i++ {
		if !isVowel(b[i]) && isVowel(b[i-1]) {
			return i + 1
		}
	}
	return len(b)
}

func isVowel(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'
}

// result is the stem, word itself or its beginning where that is the stem.
func (p *porter) result(word string) string {
	for i, c := range p.b {
		if c == 'Y' {
			p.b[i] = 'y'
		}
	}
	if n := len(p.b); n <= len(word) && string(p.b) == word[:n] {
		return word[:n]
	}
	return string(p.b)
}

func (p *porter) has(suffix string) bool {
	n := len(p.b) - len(suffix)
	return n >= 0 && p.b[len(p.b)-1] == suffix[len(suffix)-1] && string(p.b[n:]) == suffix
}

// in reports whether a suffix of n letters lies in the region from r on.
func (p *porter) in(r, n int) bool { return len(p.b)-n >= r }

func (p *porter) cut(n int) { p.b = p.b[:len(p.b)-n] }

func (p *porter) replace(n int, with string) { p.b = append(p.b[:len(p.b)-n], with...) }

// vowelBefore reports a vowel before the last n letters.
func (p *porter) vowelBefore(n int) bool {
	for i := 0; i < len(p.b)-n; i++ {
		if isVowel(p.b[i]) {
			return true
		}
	}
	return false
}

// shortSyllable reports whether the word ends in a short syllable.
func (p *porter) shortSyllable() bool {
	n := len(p.b)
	if n == 2 {
		return isVowel(p.b[0]) && !isVowel(p.b[1])
	}
	if n < 3 {
		return false
	}
	c := p.b[n-1]
	return !isVowel(p.b[n-3]) && isVowel(p.b[n-2]) && !isVowel(c) && c != 'w' && c != 'x' && c != 'Y'
}

func (p *porter) step0() {
	for _, s := range [...]string{"'s'", "'s", "'"} {
		if p.has(s) {
			p.cut(len(s))
			return
		}
	}
}

func (p *porter) step1a() {
	switch {
	case p.has("sses"):
		p.cut(2)
	case p.has("ied"), p.has("ies"):
		if len(p.b) > 4 {
			p.cut(2)
		} else {
			p.cut(1)
		}
	case p.has("us"), p.has("ss"):
	case p.has("s"):
		if p.vowelBefore(2) {
			p.cut(1)
		}
	}
}

func (p *porter) step1b() {
	for _, s := range [...]string{"eedly", "eed"} {
		if p.has(s) {
			if p.in(p.r1, len(s)) {
				p.replace(len(s), "ee")
			}
			return
		}
	}
	for _, s := range [...]string{"ingly", "edly", "ing", "ed"} {
		if !p.has(s) {
			continue
		}
		if !p.vowelBefore(len(s)) {
			return
		}
		p.cut(len(s))
		switch n := len(p.b); {
		case p.has("at"), p.has("bl"), p.has("iz"):
			p.b = append(p.b, 'e')
		case n >= 2 && p.b[n-1] == p.b[n-2] && strings.IndexByte("bdfgmnprt", p.b[n-1]) >= 0:
			p.cut(1)
		case p.r1 >= n && p.shortSyllable():
			p.b = append(p.b, 'e')
		}
		return
	}
}

func (p *porter) step1c() {
	n := len(p.b)
	if n > 2 && (p.b[n-1] == 'y' || p.b[n-1] == 'Y') && !isVowel(p.b[n-2]) {
		p.b[n-1] = 'i'
	}
}

type suffixRule struct{ suffix, with string }

var step2Rules = [...]suffixRule{
	{"ization", "ize"}, {"ational", "ate"}, {"fulness", "ful"}, {"ousness", "ous"}, {"iveness", "ive"},
	{"tional", "tion"}, {"biliti", "ble"}, {"lessli", "less"},
	{"entli", "ent"}, {"ation", "ate"}, {"alism", "al"}, {"aliti", "al"}, {"ousli", "ous"}, {"iviti", "ive"}, {"fulli", "ful"},
	{"enci", "ence"}, {"anci", "ance"}, {"abli", "able"}, {"izer", "ize"}, {"ator", "ate"}, {"alli", "al"},
	{"bli", "ble"}, {"ogi", "og"}, {"li", ""},
}

func (p *porter) step2() {
	for _, r := range &step2Rules {
		if !p.has(r.suffix) {
			continue
		}
		n := len(r.suffix)
		if !p.in(p.r1, n) {
			return
		}
		before := byte(0)
		if len(p.b) > n {
			before = p.b[len(p.b)-n-1]
		}
		switch r.suffix {
		case "ogi":
			if before != 'l' {
				return
			}
		case "li":
			if strings.IndexByte("cdeghkmnrt", before) < 0 {
				return
			}
		}
		p.replace(n, r.with)
		return
	}
}

var step3Rules = [...]suffixRule{
	{"ational", "ate"}, {"tional", "tion"}, {"alize", "al"}, {"icate", "ic"}, {"iciti", "ic"}, {"ative", ""},
	{"ical", "ic"}, {"ness", ""}, {"ful", ""},
}

func (p *porter) step3() {
	for _, r := range &step3Rules {
		if !p.has(r.suffix) {
			continue
		}
		n := len(r.suffix)
		if p.in(p.r1, n) && (r.suffix != "ative" || p.in(p.r2, n)) {
			p.replace(n, r.with)
		}
		return
	}
}

var step4Suffixes = [...]string{
	"ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ion",
	"al", "er", "ic",
}

func (p *porter) step4() {
	for _, s := range &step4Suffixes {
		if !p.has(s) {
			continue
		}
		n := len(s)
		if !p.in(p.r2, n) {
			return
		}
		if s == "ion" {
			if c := p.b[max(0, len(p.b)-n-1)]; c != 's' && c != 't' {
				return
			}
		}
		p.cut(n)
		return
	}
}

func (p *porter) step5() {
	n := len(p.b)
	if n == 0 {
		return
	}
	switch p.b[n-1] {
	case 'e':
		if p.in(p.r2, 1) {
			p.cut(1)
		} else if p.in(p.r1, 1) {
			p.cut(1)
			if p.shortSyllable() {
				p.b = append(p.b, 'e')
			}
		}
	case 'l':
		if p.in(p.r2, 1) && n > 1 && p.b[n-2] == 'l' {
			p.cut(1)
		}
	}
}
