package engine

import (
	"regexp"
	"sort"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

const (
	comparedEn = `(higher|taller|lower|shorter|longer|deeper|wider|broader|heavier|lighter|dearer|expensive|costlier|cheaper|older|earlier|younger|newer|later)`
	comparedZh = `(高|矮|低|长|深|宽|重|轻|贵|便宜|早|古老|老|久|晚|新|年轻)`
	pieceZh    = `哪一?(?:个|种|条|座|款|家|位|所|部|栋|本|艘|辆)`
)

var (
	choiceEn = []*regexp.Regexp{
		regexp.MustCompile(`^(?:which|who|what)\b.*?\b(less |more )?` + comparedEn + `(?: one)?[,:]? (?:between )?(?:the )?(?P<a>.+?) (?:or|and) (?:the )?(?P<b>.+)$`),
		regexp.MustCompile(`^(?:is|are|was|were|does|do|did) (?:the )?(?P<a>.+?),? or (?:the )?(?P<b>.+?) (?:costs? |have |has )?(less |more )?` + comparedEn + `$`),
	}
	choiceZh = regexp.MustCompile(`^(.+?)(?:和|与|跟|同|还是|以及|、)(.+?)(?:相比|比较)?[，,]?(?:(?:` + pieceZh + `|谁|哪|何者)\p{Han}{0,3}?(?:更|比较|要)?|更)` + comparedZh + `(?:一?些|一点)?$`)
	kindsEn  = regexp.MustCompile(`^(?:which|what) ([a-z-]+?)s? (?:is|was|are|costs?) (?:the )?(less |more )?` + comparedEn + `$`)
	kindsZh  = regexp.MustCompile(`^` + pieceZh + `(\p{Han}{1,3}?)(?:的?价格|的?售价)?(?:更|比较)` + comparedZh + `(?:一?些|一点)?$`)
)

// A choice is a question which of several things has more of something.
type choice struct {
	sides []string // folded
	kind  string   // what they are, where the question names none
	by    *scale
	word  string // the comparative
	most  bool   // the greater value is asked for
}

// askedChoice takes such a question apart; nil where it is none, or by no scale that is known.
func askedChoice(a Analysis) *choice {
	text := strings.TrimRight(lang.Fold(a.Text), "?？。呢 ")
	if a.Language == "zh" {
		if m := choiceZh.FindStringSubmatch(text); m != nil {
			return newChoice([]string{m[1], m[2]}, "", m[3], "")
		}
		if m := kindsZh.FindStringSubmatch(text); m != nil {
			return newChoice(nil, m[1], m[2], "")
		}
		return nil
	}
	if m := choiceEn[0].FindStringSubmatch(text); m != nil {
		return newChoice([]string{m[3], m[4]}, "", m[2], m[1])
	}
	if m := choiceEn[1].FindStringSubmatch(text); m != nil {
		return newChoice([]string{m[1], m[2]}, "", m[4], m[3])
	}
	if m := kindsEn.FindStringSubmatch(text); m != nil {
		return newChoice(nil, m[1], m[3], m[2])
	}
	return nil
}

func newChoice(sides []string, kind, word, degree string) *choice {
	for i := range scales {
		if by := &scales[i]; by.words[word] {
			return &choice{sides, kind, by, word, by.greater != (degree == "less ")}
		}
	}
	return nil
}

// measuredBy are the words with which pages give what a comparative compares.
var measuredBy = []struct {
	words  map[string]bool
	search string
}{
	{wordSet("贵 便宜"), "价格 售价 元"}, {wordSet("高 矮 低"), "高度 高 米"}, {wordSet("长"), "长度 全长"}, {wordSet("深"), "深度 深"},
	{wordSet("宽"), "宽度 宽"}, {wordSet("重 轻"), "重量"}, {wordSet("早 老 古老 久 晚 新 年轻"), "建于 成立 年"},
	{wordSet("dearer expensive costlier cheaper"), "price costs"}, {wordSet("higher taller lower"), "height high"}, {wordSet("longer shorter"), "length long"},
	{wordSet("deeper"), "depth deep"}, {wordSet("wider broader"), "width wide"}, {wordSet("heavier lighter"), "weight weighs"}, {wordSet("older earlier younger newer later"), "built founded opened"},
}

// searches are what to look for to compare: pages give measures in other words than comparatives.
func (c *choice) searches() []string {
	var out []string
	for _, m := range measuredBy {
		for _, of := range append([]string{c.kind}, c.sides...) {
			if m.words[c.word] && of != "" {
				out = append(out, of+" "+m.search)
			}
		}
	}
	return out
}

// A contender is one of the things chosen from with its measure.
type contender struct {
	measured
	name string // folded
}

// preferred answers which of several things is longer, dearer, older from the
// measures of all of them, the one that is it first. It reports whether it did.
func (w *writer) preferred() bool {
	c := askedChoice(w.asked)
	if c == nil {
		return false
	}
	var list []contender
	if c.kind != "" {
		list = w.contenders(c)
	} else {
		for i, side := range c.sides {
			if m, ok := w.measure(side, c.sides[1-i], c.by); ok {
				list = append(list, contender{m, beforeOf(side)})
			}
		}
	}
	sort.SliceStable(list, func(a, b int) bool {
		return list[a].value != list[b].value && (list[a].value > list[b].value) == c.most
	})
	if len(list) < 2 || list[0].value == list[1].value {
		return false
	}
	for _, x := range list {
		if x.unit != list[0].unit {
			return false
		}
	}
	return w.choose(list)
}

// mostContenders bounds the things of a kind that are compared.
const mostContenders = 4

// contenders are the things of the kind that the evidence measures, each by the
// name that it begins a clause with: 云雾茶每斤320元. None where there are too many to be all of them.
func (w *writer) contenders(c *choice) []contender {
	named := regexp.MustCompile(`(?:^|[，,；;。]\s*)(\p{Han}{1,5}` + regexp.QuoteMeta(c.kind) + `)`)
	if w.asked.Language != "zh" {
		named = regexp.MustCompile(`(?:^|[,;.] |\bthe )((?:[\p{L}'-]+ ){1,2}` + regexp.QuoteMeta(c.kind) + `)\b`)
	}
	var names []string
	for i := range w.reading.sentences {
		s := &w.reading.sentences[i]
		if !c.by.says.MatchString(s.text) {
			continue
		}
		for _, m := range named.FindAllStringSubmatch(s.fold(), -1) {
			names = append(names, strings.TrimPrefix(m[1], "the "))
		}
	}
	names = dedupe(names)
	if len(names) > mostContenders {
		return nil
	}
	var out []contender
	for i, n := range names {
		others := append(append([]string{}, names[:i]...), names[i+1:]...)
		m, ok := w.measure(n, strings.Join(others, ""), c.by)
		if len(others) == 1 {
			m, ok = w.measure(n, others[0], c.by)
		}
		if ok {
			out = append(out, contender{m, n})
		}
	}
	return out
}

// choose adds the name of the first, and the sentences that measure all.
func (w *writer) choose(list []contender) bool {
	lead, ok := w.claim(list[0].readSentence, 0, len(list[0].text))
	if !ok {
		return false
	}
	w.out.Short = w.spelling(list[0].name, list[0].text)
	lead.Text, lead.Lead = w.out.Short, true
	w.out.Claims = append(w.out.Claims, lead)
	seen := map[*readSentence]bool{}
	for _, x := range list {
		if c, ok := w.claim(x.readSentence, 0, len(x.text)); ok && !seen[x.readSentence] {
			w.out.Claims = append(w.out.Claims, c)
		}
		seen[x.readSentence] = true
	}
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	w.exact = true
	return true
}

// spelling is a folded name as a sentence, else the question, writes it.
func (w *writer) spelling(name, text string) string {
	for _, t := range []string{text, w.asked.Text} {
		if i := strings.Index(lang.Fold(t), name); i >= 0 && len(lang.Fold(t)) == len(t) {
			return t[i : i+len(name)]
		}
	}
	return name
}
