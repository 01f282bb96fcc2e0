package engine

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// askWordsZh ask, or stand beside what asks; a subject ends before them.
var askWordsZh = []string{
	"什么时候", "什么", "多少", "多久", "多长", "多高", "多大", "多远", "多重", "多深", "多宽", "多快", "为什么", "为何", "怎么", "怎样", "如何", "哪", "谁", "几", "何时", "何地", "是否", "是不是", "有没有", "能不能", "吗",
	"是", "由", "在", "有", "于", "被", "共", "每", "能", "可以", "会", "一共", "现在", "目前", "现任", "首任", "最", "叫", "属于", "需要", "要",
}

// askLeadZh may stand before a question's subject.
var askLeadZh = []string{"请问", "请告诉我", "告诉我", "我想知道", "你知道", "介绍一下", "介绍", "列出", "列举", "说说", "什么是", "什么叫", "为什么", "为何", "是谁", "谁", "哪位", "哪家公司", "哪一年", "什么时候", "哪个", "关于", "在", "由", "当", "是"}

// notVerbAfter close the name of a thing that begins like a verb: 开发区, 研究所.
const notVerbAfter = "区院所馆厂站局部社会者人车机楼"

// subjectZh is the thing a Chinese question asks of: what stands before the
// first 的, verb, attribute or question word, or, where it begins by asking
// ("谁设计了…"), behind its verb.
func subjectZh(q string) string {
	q = strings.Trim(q, closeZh)
	if n := longestName(q); n != "" {
		return n
	}
	q = cutDates(q)
	for more := true; more; {
		more = false
		for _, l := range askLeadZh {
			if rest := strings.TrimPrefix(q, l); rest != q && rest != "" {
				q, more = strings.TrimLeft(rest, " ，,"), true
			}
		}
	}
	if w := bilingual().longestZh(q, 2); w != "" && bilingual().is(w, wordVerb) && strings.HasPrefix(q[len(w):], "了") {
		q = q[len(w)+len("了"):]
	}
	s := strings.Trim(q[:subjectEndZh(q)], "，, 的了")
	if utf8.RuneCountInString(s) < 2 {
		return ""
	}
	return s
}

// subjectEndZh is where the subject that q begins with ends.
func subjectEndZh(q string) int {
	n := 0
	for i, r := range q {
		if n++; n <= 2 {
			continue
		}
		rest := q[i:]
		if r == '的' || unicode.IsPunct(r) || r == ' ' || hasAnyPrefix(rest, askWordsZh...) {
			return i
		}
		w := bilingual().longestZh(rest, 2)
		if w == "" || !bilingual().is(w, wordVerb, wordTrait, wordRole) {
			continue
		}
		if after := firstRune(rest[len(w):]); !strings.ContainsRune(notVerbAfter, after) || after == utf8.RuneError {
			return i
		}
	}
	return len(q)
}

// cutDates takes the times out of a text.
func cutDates(q string) string {
	dates := lang.Dates(q, time.Time{})
	for i := len(dates) - 1; i >= 0; i-- {
		q = q[:dates[i].Start] + q[dates[i].End:]
	}
	return strings.Trim(q, "，, 的")
}

func longestName(q string) string {
	best := ""
	for _, n := range questionNames(q) {
		if len(n) > len(best) {
			best = n
		}
	}
	return best
}

var ofName = regexp.MustCompile(`(?i)\b((?:the|a|an) )?((?:[a-z][\w-]* ){1,3})(of|in|at) (?:the )?$`)

// subjectEn is the thing an English question asks of: its longest name with
// the noun that belongs to it ("the opera house of Port Ansel", "Kestrel dam"),
// else its content words that are neither verbs nor attributes.
func subjectEn(q string) string {
	q = strings.TrimRight(q, "?. ")
	name := longestName(q)
	if name == "" {
		var keep []string
		for _, w := range strings.Fields(questionCore(cutDates(q), "en")) {
			if !predicateEn(w) {
				keep = append(keep, w)
			}
		}
		return strings.Join(keep, " ")
	}
	from, to := nounPhrase(q, name)
	return q[from:to]
}

// nounPhrase is where the phrase around a name begins and ends.
func nounPhrase(q, name string) (from, to int) {
	from = strings.Index(q, name)
	to = from + len(name)
	the := strings.HasSuffix(strings.ToLower(q[:from]), "the ")
	if next, _, _ := strings.Cut(strings.TrimPrefix(q[to:], " "), " "); strings.HasPrefix(q[to:], " ") && (plainNoun(next) || the && plainWord(next)) {
		to += 1 + len(next)
	}
	m := ofName.FindStringSubmatchIndex(q[:from])
	if m == nil {
		return from, to
	}
	words := strings.Fields(q[m[4]:m[5]])
	k := len(words)
	for k > 0 && !lang.Stop(words[k-1]) && !questionWordsEn[lang.Fold(words[k-1])] && !predicateEn(words[k-1]) {
		k--
	}
	if k == len(words) {
		return from, to
	}
	return from - len(q[m[6]:from]) - len(strings.Join(words[k:], " ")) - 1, to
}

func plainNoun(w string) bool {
	w = strings.Trim(w, ",;:?")
	return w != "" && !unicode.IsUpper(firstRune(w)) && bilingual().is(w, wordNoun) && !bilingual().is(w, wordVerb)
}

// plainWord reports whether a word can be the noun behind "the" and a name.
func plainWord(w string) bool {
	f := lang.Fold(w)
	return f == w && !lang.Stop(f) && !questionAuxEn[f] && !predicateEn(f) && !hasAnySuffix(f, "ed", "ing", ",") && len(f) > 2
}

// predicateEn reports whether an English word says what is asked of a thing, and is none itself.
func predicateEn(w string) bool {
	w = lang.Fold(strings.Trim(w, ",;:?'\""))
	return bilingual().is(w, wordVerb, wordTrait, wordRole, 'u', 'q') || headNumberEn[w] || headDateEn[w] || headYearEn[w] || headPersonEn[w] ||
		(headPlaceEn[w] && !bilingual().is(w, wordNoun)) || strings.HasSuffix(w, "ly")
}

// lacking reports whether a question has no subject of its own: nothing is
// left of it without its times, its question words and what it asks for.
func lacking(body string, zh bool) bool {
	if len(questionNames(body)) > 0 && !traitPhrase(body) {
		return false
	}
	if !zh {
		if traitPhrase(body) {
			return true
		}
		for _, w := range strings.Fields(questionCore(cutDates(body), "en")) {
			if !predicateEn(w) {
				return false
			}
		}
		return true
	}
	return plainRestZh(body) < 2
}

// traitPhrase reports whether a text is the name of an attribute or a role and nothing else.
func traitPhrase(s string) bool {
	return bilingual().is(strings.TrimPrefix(lang.Fold(s), "the "), wordTrait, wordRole)
}

// fillersZh are characters that are no part of a subject.
const fillersZh = "的了是在有于由被从到对把和与及也都还又就才很更最多少几呢吗啊呀吧过着会能要需可以给让第个位座种条项款"

// plainRestZh is the length, in characters, of the longest run of a question
// that neither asks nor says what is asked for.
func plainRestZh(body string) int {
	body = questionCore(cutDates(body), "zh")
	most, run := 0, 0
	for i := 0; i < len(body); {
		w := bilingual().longestZh(body[i:], 2)
		switch {
		case w == "":
		case bilingual().is(w, wordNoun, wordPlace) || placesZh()[w] || strings.HasSuffix(body[:i], "了"):
			run += utf8.RuneCountInString(w)
		default:
			run = 0
		}
		if w != "" {
			most, i = max(most, run), i+len(w)
			continue
		}
		r, n := utf8.DecodeRuneInString(body[i:])
		if strings.ContainsRune(fillersZh, r) || unicode.IsPunct(r) || unicode.IsSpace(r) {
			run = 0
		} else if run++; run > most {
			most = run
		}
		i += n
	}
	return most
}

func isAttributeZh(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range questionAttributesZh {
		for _, w := range r.words {
			if strings.HasSuffix(s, w) {
				return true
			}
		}
	}
	return bilingual().is(s, wordTrait, wordRole)
}
