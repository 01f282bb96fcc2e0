package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// A polarity is the answer to a yes/no question.
type polarity int

const (
	polarityUnknown polarity = iota
	polarityYes
	polarityNo
)

// yesNo answers yes or no with the sentence that is the reason, and what supports it.
func (w *writer) yesNo() {
	if w.standing() {
		return
	}
	picked := w.pick(3, 2)
	if len(picked) == 0 {
		return
	}
	compares, done := w.compared()
	if done {
		return
	}
	p := polarityUnknown
	for i, x := range picked {
		if compares || !w.bearsOn(x) || i > 0 && !w.namesAll(x) {
			continue
		}
		if p = w.polarity(x); p != polarityUnknown {
			picked[0], picked[i] = x, picked[0]
			break
		}
	}
	for i, x := range picked {
		from, to := w.shorten(x)
		c, ok := w.claim(x, from, to)
		if !ok {
			continue
		}
		if i == 0 && p != polarityUnknown {
			word := wordYes
			if p == polarityNo {
				word = wordNo
			}
			w.out.Short = say(w.asked.Speak, word)
			c.Text = say(w.asked.Speak, wordBecause, w.out.Short, c.Text)
			c.Lead = true
		}
		w.out.Claims = append(w.out.Claims, c)
	}
	if p == polarityUnknown {
		w.out.Confidence = min(w.out.Confidence, sureEnough-0.01)
	}
}

// The parts of what a question states of its subject that a sentence must have
// itself to say yes or no to it: with its last word, and without.
const (
	predicateShare = 0.3
	predicateMost  = 0.6
	predicatePairs = 0.45 // in Chinese, of its pairs of characters
)

// bearsOn reports whether the sentence bears on what the question states of
// its subject: its words that are neither names nor numbers.
func (w *writer) bearsOn(s *readSentence) bool {
	q := w.reading.q
	found := make([]float64, len(q.units))
	for _, h := range s.hits {
		if strings.HasSuffix(s.tokens[h.token].text, "able") && !strings.HasSuffix(q.units[h.unit].text, "able") {
			continue // acceptable is not accepted
		}
		found[h.unit] = max(found[h.unit], h.weight)
	}
	own, all, last := 0.0, 0.0, 0.0
	modal := modalPairs(q.Text)
	for i, u := range q.units {
		if u.name || u.number || modal[u.text] {
			continue
		}
		own, all, last = own+found[i]*u.weight, all+u.weight, found[i]
	}
	if all == 0 || opposed(q.Text, s.text) || opposedBy(q.Text, s.text, outcomes, outcomesZh) || own >= predicateMost*all {
		return true
	}
	if q.Language == "zh" { // its last pair may lie across two words
		return own >= predicatePairs*all
	}
	return own >= predicateShare*all && last > 0
}

// polarity reads from a sentence whether what the question states holds: no
// where one of them is negated and the other not, where a word's opposite
// stands in its place, or where the sentence has another number or name for
// the question's; yes where it states nearly all of the question; otherwise unknown.
func (w *writer) polarity(s *readSentence) polarity {
	q := w.reading.q
	found := w.saidWith(s)
	told := mainClause(s.text)
	turned := denies(told) != denies(q.Text)
	if opposed(q.Text, s.text) || opposedBy(q.Text, told, outcomes, outcomesZh) || forbids.MatchString(told) != forbids.MatchString(q.Text) {
		turned = !turned
	}
	if w.otherValue(s, found) {
		return polarityNo
	}
	if turned {
		return polarityNo
	}
	sum, total := 0.0, q.total
	modal := modalPairs(q.Text)
	for i, f := range found {
		if modal[q.units[i].text] {
			total -= q.units[i].weight
		} else {
			sum += f * q.units[i].weight
		}
	}
	if total > 0 && sum/total >= 0.45 {
		return polarityYes
	}
	return polarityUnknown
}

// saidWith is how far each of the question's words is said by the sentence,
// the title and headings above it and, of names and numbers, the sentence
// before: what that named is spoken of still.
func (w *writer) saidWith(s *readSentence) []float64 {
	q := w.reading.q
	p := &w.reading.passages[s.passage]
	found := make([]float64, len(q.units))
	for _, h := range append(append([]readHit{}, s.hits...), q.match(p.context)...) {
		found[h.unit] = max(found[h.unit], h.weight)
	}
	if s.index > 0 {
		for _, h := range w.reading.sentences[p.from+s.index-1].hits {
			if u := q.units[h.unit]; u.name || u.number {
				found[h.unit] = max(found[h.unit], h.weight)
			}
		}
	}
	return found
}

// namesAll reports whether the sentence, with what it stands under and after,
// has every name and number of the question.
func (w *writer) namesAll(s *readSentence) bool {
	for i, f := range w.saidWith(s) {
		if u := w.reading.q.units[i]; (u.name || u.number) && f == 0 {
			return false
		}
	}
	return true
}

// mainClause is the sentence without what happens otherwise.
func mainClause(text string) string {
	if at := otherwise.FindStringIndex(text); at != nil && at[0] > 0 {
		return text[:at[0]]
	}
	return text
}

var (
	otherwise = regexp.MustCompile(`否则|不然|要不然|(?i:\b(?:otherwise|or else)\b)`)
	forbids   = regexp.MustCompile(`禁止|严禁|谢绝|请勿|切勿|(?i:\b(?:forbidden|prohibited|banned|forbids?|prohibits?|bans)\b)`)
	modals    = regexp.MustCompile(`是不是|是否|能不能|能否|可不可以|可否|可以|能够|需不需要|需要|必须|应该|应当|要不要|会不会|允许|用得着|得以`)
)

// denies reports whether the text has a negation, beside words that only look like one.
func denies(text string) bool {
	return negated(noDenial.ReplaceAllString(text, ""))
}

var noDenial = regexp.MustCompile(`非常|非洲|未来|别墅|别人|别名|别称|分别|特别|区别|级别|性别|类别|个别|识别|不仅|不但|不光|不只|不过|不断|不同|不久|不少|不锈|不等式|不动产|不管|不论|差不多|无论|无锡|无线|无人机|没落|(?i:\bnot only\b|\bnot just\b|\bno\. ?\d+|\bno matter\b|\bwhether or not\b)`)

// modalPairs are the pairs of characters that a Chinese question's modal word
// has, within and with its neighbours: an answer says 须 for 需要 and stands by itself.
func modalPairs(question string) map[string]bool {
	out := map[string]bool{}
	f := lang.Fold(question)
	for _, m := range modals.FindAllStringIndex(f, -1) {
		before, n := utf8.DecodeLastRuneInString(f[:m[0]])
		after, k := utf8.DecodeRuneInString(f[m[1]:])
		if n == 0 {
			before = ' '
		}
		if k == 0 {
			after = ' '
		}
		runes := append(append([]rune{before}, []rune(f[m[0]:m[1]])...), after)
		for i := 1; i < len(runes); i++ {
			out[string(runes[i-1:i+1])] = true
		}
	}
	return out
}

// opposed reports whether the statement has the opposite of one of the
// question's words, and not the word itself.
func opposed(question, statement string) bool {
	return opposedBy(question, statement, opposites, oppositesZh)
}

func opposedBy(question, statement string, pairs map[string][]string, pairsZh [][2]string) bool {
	asked, f := lang.Fold(question), lang.Fold(statement)
	has := map[string]bool{}
	for _, w := range lang.Words(f) {
		has[w.Text] = true
	}
	for _, w := range lang.Words(asked) {
		for _, o := range pairs[w.Text] {
			if has[o] && !has[w.Text] {
				return true
			}
		}
	}
	for _, p := range pairsZh {
		for k := range 2 {
			if containsWord(asked, p[k]) && containsWord(f, p[1-k]) && !containsWord(f, p[k]) {
				return true
			}
		}
	}
	return false
}

var opposites = pairsOf([][2]string{
	{"first", "last"}, {"before", "after"}, {"north", "south"}, {"northern", "southern"}, {"east", "west"}, {"eastern", "western"},
	{"large", "small"}, {"larger", "smaller"}, {"largest", "smallest"}, {"more", "fewer"}, {"most", "least"}, {"highest", "lowest"}, {"higher", "lower"},
	{"increase", "decrease"}, {"increased", "decreased"}, {"win", "lose"}, {"won", "lost"}, {"male", "female"}, {"hot", "cold"}, {"older", "younger"},
	{"oldest", "youngest"}, {"long", "short"}, {"longer", "shorter"}, {"early", "late"}, {"left", "right"}, {"inside", "outside"}, {"allowed", "forbidden"},
	{"legal", "illegal"}, {"possible", "impossible"}, {"married", "unmarried"}, {"public", "private"}, {"open", "closed"}, {"rich", "poor"},
	{"heavy", "light"}, {"safe", "dangerous"}, {"poisonous", "harmless"}, {"single", "multiple"}, {"son", "daughter"}, {"brother", "sister"}, {"father", "mother"},
})

// outcomes are opposites of what was decided, and of states, which yes and no turn on.
var outcomes = pairsOf([][2]string{
	{"accepted", "rejected"}, {"accepted", "declined"}, {"accepted", "refused"}, {"approved", "rejected"}, {"approved", "declined"}, {"adopted", "rejected"},
	{"agreed", "refused"}, {"granted", "denied"}, {"granted", "refused"}, {"confirmed", "denied"}, {"passed", "failed"}, {"passed", "rejected"}, {"succeed", "fail"}, {"succeeded", "failed"},
	{"included", "excluded"}, {"include", "exclude"}, {"enabled", "disabled"}, {"enable", "disable"}, {"supported", "unsupported"}, {"support", "oppose"}, {"supported", "opposed"},
	{"alive", "dead"}, {"present", "absent"}, {"guilty", "innocent"}, {"acquitted", "convicted"}, {"required", "optional"}, {"mandatory", "optional"}, {"compulsory", "voluntary"},
	{"permanent", "temporary"}, {"available", "unavailable"}, {"valid", "invalid"}, {"full", "empty"}, {"wet", "dry"}, {"clean", "dirty"}, {"free", "charged"},
})

// pairsOf maps each word of the pairs to those that it is paired with.
func pairsOf(pairs [][2]string) map[string][]string {
	m := map[string][]string{}
	for _, p := range pairs {
		m[p[0]], m[p[1]] = append(m[p[0]], p[1]), append(m[p[1]], p[0])
	}
	return m
}

var oppositesZh = [][2]string{
	{"上升", "下降"}, {"增加", "减少"}, {"增长", "下降"}, {"最大", "最小"}, {"最高", "最低"}, {"最早", "最晚"}, {"允许", "禁止"}, {"支持", "反对"},
	{"成功", "失败"}, {"合法", "非法"}, {"公开", "私有"}, {"男性", "女性"}, {"之前", "之后"}, {"东部", "西部"}, {"南部", "北部"}, {"收费", "免费"},
}

var outcomesZh = [][2]string{
	{"通过", "否决"}, {"通过", "驳回"}, {"批准", "驳回"}, {"批准", "否决"}, {"同意", "拒绝"}, {"接受", "拒绝"}, {"赞成", "反对"}, {"采纳", "否决"}, {"中标", "落选"},
	{"有效", "无效"}, {"启用", "停用"}, {"开启", "关闭"}, {"开放", "关闭"}, {"必填", "选填"}, {"必修", "选修"}, {"包含", "不含"}, {"健在", "去世"}, {"健在", "逝世"}, {"有罪", "无罪"}, {"出席", "缺席"}, {"盈利", "亏损"}, {"胜诉", "败诉"}, {"及格", "不及格"},
}

// otherValue reports whether the question names a number or name that the
// sentence does not have while it has another in its place.
func (w *writer) otherValue(s *readSentence, found []float64) bool {
	q := w.reading.q
	for i, u := range q.units {
		if found[i] > 0 || !u.number && !u.name {
			continue
		}
		rest := 0.0
		for k, f := range found {
			if k != i {
				rest += f * q.units[k].weight
			}
		}
		if rest < 0.55*(q.total-u.weight) {
			continue
		}
		for k := range s.tokens {
			t := &s.tokens[k]
			if _, own := q.byID[t.id]; own {
				continue
			}
			if u.number && (t.kind == lang.KindNumber || numberEn[t.text]) || u.name && !u.number && t.upper && !t.stop && k > 0 {
				return true
			}
		}
	}
	return false
}
