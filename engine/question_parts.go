package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// questionParts splits a question that asks for two things at once into a
// question for each ("when were A and B founded", 甲和乙分别在哪里); nil where it
// asks for one. heard tells words apart from parts of words by what was read; it may be nil.
func questionParts(text, language string, heard hearing) []string {
	if p := twoQuestions(text); p != nil {
		return p
	}
	if language == "zh" {
		return partsZh(text, heard)
	}
	return partsEn(text)
}

// twoQuestions splits where two questions stand one after the other; the
// second may speak of what the first names.
func twoQuestions(text string) []string {
	var out []string
	for _, q := range strings.FieldsFunc(text, func(r rune) bool { return r == '?' || r == '？' }) {
		if q = strings.TrimSpace(q); utf8.RuneCountInString(q) > 3 {
			out = append(out, q+"?")
		}
	}
	if len(out) != 2 {
		return nil
	}
	out[1], _ = questionResolve(out[1], []agent.Turn{{Question: out[0]}})
	return out
}

// partsEn splits two questions or question words in one sentence, two things
// asked of one, or "A and B" where both are names.
func partsEn(text string) []string {
	if p := splitEn(text); p != nil {
		return p
	}
	names := lang.Names(text)
	for i := 1; i < len(names); i++ {
		a, b := names[i-1], names[i]
		if strings.TrimSpace(text[a.End:b.Start]) != "and" || questionWordsEn[lang.Fold(text[a.Start:a.End])] {
			continue
		}
		head := strings.TrimSuffix(strings.TrimRight(text[:a.Start], " "), "both")
		return []string{
			strings.Join(strings.Fields(head+" "+text[a.Start:a.End]+text[b.End:]), " "),
			strings.Join(strings.Fields(head+" "+text[b.Start:]), " "),
		}
	}
	return nil
}

var partMarksZh = []string{"和", "以及", "及", "、", "与"}

// partsZh splits at a comma where both clauses ask, at two question words, or
// at a conjunction whose sides are of one kind.
func partsZh(text string, heard hearing) []string {
	text = strings.TrimRight(text, "?？。 ")
	if p := askingClauses(text); p != nil {
		return p
	}
	if p := twoAskedZh(text); p != nil {
		return p
	}
	if p := bothSexesZh(text, heard); p != nil {
		return p
	}
	for _, m := range partMarksZh {
		at := conjunction(text, m)
		if at < 0 {
			continue
		}
		left, right := text[:at], text[at+len(m):]
		a, b := attributesZh(left, right)
		if a == "" {
			a, b = heardConjuncts(left, right, heard)
		}
		if a == "" {
			a, b = conjuncts(left, right)
		}
		if a == "" || b == "" {
			continue
		}
		tail := strings.ReplaceAll(right[len(b):], "分别", "")
		first := left + tail
		if rest, ok := strings.CutPrefix(tail, "的"); ok && strings.HasSuffix(left, "的") {
			first = left + rest
		}
		return []string{first, left[:len(left)-len(a)] + b + tail}
	}
	return nil
}

// askingClauses splits at a comma where both sides have a question word. The
// second goes on with the first's subject.
func askingClauses(text string) []string {
	for _, sep := range []string{"，", ",", "；"} {
		first, second, ok := strings.Cut(text, sep)
		if !ok || !asksZh(first) || !asksZh(second) {
			continue
		}
		return []string{first, questionCore(first, "zh") + second}
	}
	return nil
}

func asksZh(s string) bool {
	return hasAny(s, []string{"什么", "谁", "哪", "多少", "几", "何时", "何地", "多久", "多高", "多大"})
}

// conjunction finds the last m in text outside of titles and quotations.
func conjunction(text, m string) int {
	for end := len(text); ; {
		i := strings.LastIndex(text[:end], m)
		if i <= 0 {
			return -1
		}
		before := text[:i]
		if withinWordZh(text, i, m) {
			end = i
			continue
		}
		if strings.Count(before, "《") == strings.Count(before, "》") && strings.Count(before, "“") == strings.Count(before, "”") {
			return i
		}
		end = i
	}
}

// conjuncts are what a conjunction joins: the end of left and the beginning of
// right that are of one kind, such as 中国 and 美国, 2022年 and 2023年.
func conjuncts(left, right string) (a, b string) {
	l, r := []rune(left), []rune(right)
	if len(l) < 2 || len(r) < 2 {
		return "", ""
	}
	last := l[len(l)-1]
	if unicode.IsLetter(last) && last < 0x3000 || unicode.IsDigit(last) {
		a, b = latinTail(left), latinHead(right)
		if digits := trailingDigits(a); digits != "" && trailingDigits(b) == b {
			a = digits // EMNLP2022和2023
		}
		if b == "" {
			b = string(r[:min(2, len(r))])
		}
		return a, b
	}
	n := 0
	for i := 1; i < min(8, len(r)); i++ {
		if r[i] == last {
			n = i + 1
			break
		}
		if r[i] == '的' || unicode.IsPunct(r[i]) {
			break
		}
	}
	if n == 0 {
		n = hanRun(r)
	}
	if n < 2 {
		return "", ""
	}
	return sameTail(l, n), string(r[:n])
}

// hanRun is the length of the second conjunct where nothing marks it: to the
// end of a short run of Han characters, else two.
func hanRun(r []rune) int {
	n := 0
	for n < len(r) && unicode.Is(unicode.Han, r[n]) && r[n] != '的' {
		n++
	}
	if n <= 4 {
		return n
	}
	return 2
}

// sameTail is the end of l that answers to a conjunct of n characters: as long
// as that, or back to what is no Han character; a year keeps its digits.
func sameTail(l []rune, n int) string {
	i := len(l)
	for i > 0 && len(l)-i < n {
		i--
	}
	for i > 0 && unicode.IsDigit(l[i]) && unicode.IsDigit(l[i-1]) {
		i--
	}
	return string(l[i:])
}

func latinTail(s string) string {
	i := len(s)
	for i > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if unicode.Is(unicode.Han, r) || unicode.IsSpace(r) {
			break
		}
		i -= n
	}
	return s[i:]
}

func latinHead(s string) string {
	s = strings.TrimLeft(s, " ")
	for i, r := range s {
		if unicode.Is(unicode.Han, r) || unicode.IsSpace(r) {
			return s[:i]
		}
	}
	return s
}
