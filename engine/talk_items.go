package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	ordinalEn = regexp.MustCompile(`(?i)\b(?:the |that |its )?(first|second|third|fourth|fifth|sixth|last|1st|2nd|3rd|4th|5th|former|latter|other)\b(?: (one|item|of (?:them|these|those)))?`)
	ordinalZh = regexp.MustCompile(`(第[一二三四五六七八九1-9]|最后一|前者|后者|另一|另外一|倒数第一)([个种条项款部家座本名位只处所间台张]?)`)
	listLine  = regexp.MustCompile(`(?m)^\s*(?:[-*•]|\d+[.)、])\s*(.+)$`)
	rowRule   = regexp.MustCompile(`(?m)^\s*\|[\s:|-]+\|\s*$`)
	itemEnd   = regexp.MustCompile(`\s*(?:[:：（(—–|，；;。]|, | - | costs? | is | was | are |的价格|价格|是|为).*$`)
	seriesEn  = regexp.MustCompile(`((?:[^\s,.;:]+ ?){1,6}(?:, (?:[^\s,.;:]+ ?){1,6})*,? ?)\b(?:and|or) ((?:[^\s,.;:?]+ ?){1,6})`)
	// what may follow an ordinal that counts to an item, in Chinese
	goesOnZh = regexp.MustCompile(`^(?:$|呢|的|是|有|在|多|什么|谁|哪|为什么|怎么|叫|要|需|能|会|位|成|建|何|卖|由|被|几|于|如何|也|又)`)
)

// counted resolves "the second one", 那第二个呢, "the latter": the n-th thing
// that the newest turn with several names, asked what the question before asked.
func (d dialogue) counted(r remark) string {
	at, word := r.ordinal()
	if at == nil {
		return ""
	}
	items, rest := d.items(), strings.TrimSpace(r.body[at[1]:])
	n := ordinalIndex(word, len(items))
	if n < 0 || n >= len(items) || !d.counts(r, rest, word) {
		return ""
	}
	before := strings.TrimSpace(r.body[:at[0]])
	if r.zh {
		if before == "" && (rest == "" || rest == "的") {
			return d.ofItem(items, items[n])
		}
		return before + items[n] + d.afterItem(rest)
	}
	if before == "" && rest == "" || strings.EqualFold(before, "for") || strings.EqualFold(before, "of") {
		return d.ofItem(items, items[n])
	}
	if after, ok := cutPrefixFold(rest, "one"); ok {
		rest = strings.TrimSpace(after)
	} else if first, after, _ := strings.Cut(rest, " "); first != "" && d.said(first) && bilingual().is(first, wordNoun, wordTrait, wordRole) {
		rest = after
	}
	if before == "" && rest == "" {
		return d.ofItem(items, items[n])
	}
	if strings.HasPrefix(rest, "'s") {
		return before + " " + items[n] + rest + "?"
	}
	return before + " " + items[n] + " " + rest + "?"
}

// afterItem drops the noun that an ordinal counts from what follows it: 第二个产品多少钱.
func (d dialogue) afterItem(rest string) string {
	if w := d.countedNoun(rest); w != "" {
		return rest[len(w):]
	}
	return rest
}

// countedNoun is the noun that rest begins with where the talk has it and it
// is what the question before asked for.
func (d dialogue) countedNoun(rest string) string {
	w := bilingual().longestZh(rest, 2)
	if w != "" && d.said(w) && bilingual().is(w, wordNoun, wordTrait, wordRole) && goesOnZh.MatchString(rest[len(w):]) {
		if !isAttributeZh(w) || strings.Contains(d.turns[max(0, len(d.turns)-2)].Question, "哪些"+w) {
			return w
		}
	}
	return ""
}

// ordinal is where the remark counts, and the word it counts with.
func (r remark) ordinal() ([]int, string) {
	re := ordinalEn
	if r.zh {
		re = ordinalZh
	}
	m := re.FindStringSubmatchIndex(r.body)
	if m == nil {
		return nil, ""
	}
	return m[:2], strings.ToLower(r.body[m[2]:m[3]])
}

// counts reports whether an ordinal, with what follows it, counts to one of
// the things named before, and does not qualify a noun ("its first conductor").
func (d dialogue) counts(r remark, rest, word string) bool {
	if len(questionNames(r.body)) > 0 {
		return false
	}
	if r.zh {
		return goesOnZh.MatchString(rest) || isAttributeZh(bilingual().longestZh(rest, 2)) && !relativeZh.MatchString(rest) || d.countedNoun(rest) != ""
	}
	first, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	f := strings.TrimSuffix(lang.Fold(strings.Trim(first, ",?")), "'s")
	switch {
	case word == "former" || word == "latter", f == "" || f == "one":
		return true
	case word == "other" || word == "last" && (headDateEn[f] || headYearEn[f]):
		return false
	case strings.TrimSpace(rest) == first && !bilingual().is(f, wordNoun, wordRole, wordTrait) && questionAuxEn[plainWords(lang.Fold(r.body))[0]]:
		return true // is the second waterproof
	case questionAuxEn[f] || lang.Stop(f) || bilingual().is(f, wordVerb) && !bilingual().is(f, wordNoun, wordRole, wordTrait):
		return true
	}
	return strings.Contains(lang.Fold(r.body), "of them") || d.said(first) && bilingual().is(first, wordNoun, wordTrait)
}

var relativeZh = regexp.MustCompile(`^[^的是]{2,10}的`)

// said reports whether an earlier turn has the word.
func (d dialogue) said(word string) bool {
	stem := lang.Stem(lang.Fold(word))
	for _, t := range d.turns {
		if strings.Contains(lang.Fold(t.Question+" "+t.Answer), stem) {
			return true
		}
	}
	return false
}

// ofItem asks of an item what the newest question asks: of another item in its
// place, else, where that asked for the list, what the item is.
func (d dialogue) ofItem(items []string, item string) string {
	q := d.last().Question
	for _, other := range items {
		if i := strings.Index(lang.Fold(q), lang.Fold(other)); i >= 0 && other != item && len(lang.Fold(q)) == len(q) {
			return q[:i] + item + q[i+len(other):]
		}
	}
	if attribute := commonTrait(q); attribute != "" && (len(d.turns) == 1 || subjectOf(q) == "") {
		return d.trait(attribute, item)
	}
	k, _ := asksFor(q)
	if s := subjectOf(q); s != "" && k != KindList && k != KindWhich && k != KindComparison && len(d.turns) > 1 {
		return strings.Replace(q, s, item, 1)
	}
	if questionLanguage(q) == "zh" {
		return "介绍一下" + item
	}
	return "Tell me about " + item
}

// commonTrait is the attribute that a question asks of several things at once
// ("How much do the products cost?", 这些产品的价格); empty where it asks for none.
func commonTrait(q string) string {
	if questionLanguage(q) == "zh" {
		q = strings.Trim(q, closeZh)
		if strings.Contains(q, "多少钱") {
			return "价格"
		}
		if m := measureZh.FindStringSubmatch(q); m != nil {
			return m[1] + "度"
		}
		if i := strings.LastIndex(q, "的"); i > 0 && !strings.Contains(q, "哪些") {
			return q[i+len("的"):]
		}
		return ""
	}
	if m := howMuch.FindStringSubmatch(q); m != nil {
		return traitNoun(strings.ToLower(m[1]))
	}
	if k, _ := asksFor(q); k == KindComparison {
		return ""
	}
	for _, w := range strings.Fields(questionCore(q, "en")) {
		if w = strings.ToLower(w); w != "number" && (bilingual().is(w, wordTrait) && !bilingual().is(w, wordVerb, wordNoun) || headNumberEn[w]) {
			return traitNoun(w)
		}
	}
	return ""
}

var (
	measureZh = regexp.MustCompile(`多(高|长|深|宽)`)
	howMuch   = regexp.MustCompile(`(?i)\bhow (much|long|tall|high|deep|wide|heavy|far|fast|old)\b`)
)

// traitNoun is the noun for an attribute: length for long.
func traitNoun(w string) string {
	if w == "much" {
		return "price"
	}
	for _, z := range bilingual().zh[stemmed(w)] {
		if bilingual().is(z, wordTrait) {
			return bilingual().en[z][0]
		}
	}
	return w
}

// items are the things that the newest turn with several names: the lines of a
// list, the rows of a table, what is compared, what a sentence joins with "and".
func (d dialogue) items() []string {
	for i := len(d.turns) - 1; i >= 0; i-- {
		t := d.turns[i]
		for _, list := range [][]string{listItems(t.Answer), rowItems(t.Answer), questionSides(t.Question, questionLanguage(t.Question)), series(t.Question), series(t.Answer)} {
			if len(list) > 1 {
				return list
			}
		}
	}
	return nil
}

func listItems(answer string) []string {
	var out []string
	for _, m := range listLine.FindAllStringSubmatch(answer, -1) {
		if it := cleanItem(m[1]); it != "" {
			out = append(out, it)
		}
	}
	return out
}

// rowItems are the first cells of a table's rows, behind its head.
func rowItems(answer string) []string {
	loc := rowRule.FindStringIndex(answer)
	if loc == nil {
		return nil
	}
	var out []string
	for _, line := range strings.Split(strings.TrimPrefix(answer[loc[1]:], "\n"), "\n") {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			break
		}
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		out = append(out, strings.Trim(cell, " *"))
	}
	return out
}

// cleanItem is the name that an item of a list begins with.
func cleanItem(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "*。.；;, ")
	if c := strings.Trim(itemEnd.ReplaceAllString(s, ""), "* "); c != "" {
		return c
	}
	return s
}

// series are the names that a sentence joins: "the Finch 2, the Heron 5 and
// the Owl 1", 清澜片、泉宁胶囊和安露口服液.
func series(text string) []string {
	if lang.Detect(text) == "zh" {
		return seriesZh(text)
	}
	for _, m := range seriesEn.FindAllStringSubmatch(text, -1) {
		var out []string
		for _, part := range strings.Split(m[1], ",") {
			if names := questionNames("x " + part); len(names) > 0 {
				out = append(out, names[len(names)-1])
			}
		}
		last := questionNames("x " + m[2])
		if len(last) > 0 && len(out) > 0 && len(out) == len(strings.Split(m[1], ",")) {
			return append(out, last[0])
		}
	}
	return nil
}

const maxItemRunes = 12

func seriesZh(text string) []string {
	for _, clause := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，,。；;：:？?！\n", r) }) {
		parts := strings.Split(clause, "、")
		tail := parts[len(parts)-1]
		for _, m := range []string{"以及", "和", "与", "还是"} {
			if a, b, ok := strings.Cut(tail, m); ok && a != "" && b != "" {
				parts = append(parts[:len(parts)-1], a, b)
				break
			}
		}
		if len(parts) < 2 {
			continue
		}
		n := utf8.RuneCountInString(parts[1])
		parts[0] = headCut(parts[0], n)
		last := parts[len(parts)-1]
		parts[len(parts)-1] = strings.TrimSuffix(last[:min(len(last), subjectEndZh(last))], "等")
		ok := true
		for i := range parts {
			parts[i] = strings.Trim(parts[i], " 等")
			ok = ok && parts[i] != "" && utf8.RuneCountInString(parts[i]) <= maxItemRunes
		}
		if ok {
			return parts
		}
	}
	return nil
}

// headCut takes off what stands before the first of several names: 主要有, 云台茶厂出产.
func headCut(s string, n int) string {
	best := s
	cut := func(at int) {
		if at >= 0 && len(s)-at >= len("二字") && len(s)-at < len(best) {
			best = s[at:]
		}
	}
	for _, m := range []string{"有", "是", "为", "：", "了", "由"} {
		if i := strings.LastIndex(s, m); i >= 0 {
			cut(i + len(m))
		}
	}
	for i := range s {
		if w := bilingual().longestZh(s[i:], 2); bilingual().is(w, wordVerb) {
			cut(i + len(w))
		}
	}
	if best == s && utf8.RuneCountInString(s) > n+maxItemRunes/2 {
		return ""
	}
	return best
}

// ordinalIndex is the index that a word of counting means among n things, -1 where none.
func ordinalIndex(word string, n int) int {
	switch word {
	case "last", "最后一", "倒数第一":
		return n - 1
	case "former", "前者":
		return 0
	case "latter", "后者", "other", "另一", "另外一":
		if n == 2 {
			return 1
		}
		return -1
	}
	for i, s := range []string{"first 1st 第一 第1", "second 2nd 第二 第2", "third 3rd 第三 第3", "fourth 4th 第四 第4", "fifth 5th 第五 第5", "sixth 6th 第六 第6", "第七 第7", "第八 第8", "第九 第9"} {
		if indexWord(strings.Fields(s), word) >= 0 {
			return i
		}
	}
	return -1
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) && (len(s) == len(prefix) || s[len(prefix)] == ' ') {
		return s[len(prefix):], true
	}
	return s, false
}
