package agent

import (
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// elemKind is what an element of a sentence is.
type elemKind uint8

const (
	elemWord elemKind = iota // a word, by its stem
	elemHan                  // one Han character
	elemNum                  // a quantity with its unit
	elemDate                 // a date
)

// An elem is the unit that claims and evidence are compared by.
type elem struct {
	kind       elemKind
	key        string // folded and stemmed; of numbers and dates their text
	word       string // folded, not stemmed
	start, end int
	clause     int
	name       bool // part of a name
	stop       bool // a function word
	outside    bool // of a witness: it stands beside the quote, not in it
	sig        signal
	qty        lang.Quantity
	date       lang.Date
}

// anchor reports whether the element is a fact by itself.
func (e *elem) anchor() bool { return e.name || e.kind == elemNum || e.kind == elemDate }

// A sentence is a text read for comparison.
type sentence struct {
	text    string
	elems   []elem
	clauses int
	turns   []turn // what turns the meaning, in order
	zh      bool
}

// A turn is a word or phrase that turns the meaning of what stands around it.
type turn struct {
	sig         signal
	text        string // folded
	first, last int    // its elements
	clause      int
}

// readSentence reads s; ref, where known, is the day that its relative dates are reckoned from.
func readSentence(s string, ref time.Time) sentence {
	out := sentence{text: s, zh: lang.Detect(s) == "zh"}
	words := lang.Words(s)
	dates := lang.Dates(s, ref)
	nums := lang.Quantities(s)
	shareUnits(s, nums)
	names := lang.Names(s)
	out.elems = make([]elem, 0, len(words))
	breaks := clauseBreaks(s, words)
	clause, bi := 0, 0
	var di, qi, ni int
	lastDate, lastNum := -1, -1
	for i, w := range words {
		for bi < len(breaks) && breaks[bi] <= w.Start {
			clause++
			bi++
		}
		for di < len(dates) && dates[di].End <= w.Start {
			di++
		}
		for qi < len(nums) && nums[qi].End <= w.Start {
			qi++
		}
		for ni < len(names) && names[ni].End <= w.Start {
			ni++
		}
		e := elem{key: w.Text, word: w.Text, start: w.Start, end: w.End, clause: clause}
		switch {
		case di < len(dates) && dates[di].Start <= w.Start && w.Start < dates[di].End:
			if di == lastDate {
				continue
			}
			lastDate = di
			e.kind, e.date, e.end = elemDate, dates[di], dates[di].End
			e.key = dates[di].Text
		case qi < len(nums) && nums[qi].Start <= w.Start && w.Start < nums[qi].End && !titleOrdinal(nums[qi]) && !inTitle(s, names, ni, nums[qi]):
			if qi == lastNum {
				continue
			}
			lastNum = qi
			e.kind, e.qty, e.end = elemNum, nums[qi], nums[qi].End
			e.key = nums[qi].Text
		default:
			fillWord(&e, words, i)
			e.name = ni < len(names) && names[ni].Start <= w.Start && w.Start < names[ni].End && !e.stop
		}
		if k := len(out.elems); k > 0 && out.elems[k-1].end > e.start {
			out.elems[k-1].end = e.start // a date that begins within a number
		}
		out.elems = append(out.elems, e)
	}
	out.clauses = clause + 1
	out.turns = findTurns(&out)
	if out.zh {
		out.lighten()
	}
	return out
}

// titleOrdinal reports an ordinal in capitals, as in "Third Symphony": part of a name.
func titleOrdinal(q lang.Quantity) bool {
	return q.Unit == "ordinal" && q.Start > 0 && q.Text[0] >= 'A' && q.Text[0] <= 'Z'
}

// inTitle reports a number that is part of a title in 《》 or quotation marks.
func inTitle(s string, names []lang.Span, ni int, q lang.Quantity) bool {
	if ni >= len(names) || q.Start < names[ni].Start || q.End > names[ni].End || names[ni].Start == 0 {
		return false
	}
	before := s[:names[ni].Start]
	return strings.HasSuffix(before, "《") || strings.HasSuffix(before, "「") || strings.HasSuffix(before, "“")
}

// shareUnits gives a number without a unit, in a list such as "12,400 hectares
// of oats and 31,900 of wheat", the unit of the number before it.
func shareUnits(s string, nums []lang.Quantity) {
	for i := 1; i < len(nums); i++ {
		q, prev := &nums[i], nums[i-1].Unit
		if q.Unit != "" || prev == "" || prev == "ordinal" || prev == "year" || prev == "day" || prev == "time" || prev == "decade" || prev == "%" || q.Start < nums[i-1].End {
			continue
		}
		if strings.ContainsAny(s[nums[i-1].End:q.Start], ".;。；") {
			continue
		}
		switch rest := s[q.End:]; {
		case rest == "", strings.HasPrefix(rest, " and "), strings.HasPrefix(rest, " of "), strings.IndexByte(",.;)", rest[0]) >= 0:
			if q.Value > 31 {
				q.Unit = prev
			}
		}
	}
}

// lightWords are Chinese words that carry little by themselves.
var lightWords = strings.Fields(`开始 大约 左右 已经 曾经 目前 现在 如今 当时 其中 以及 同时 此外 另外 并且 而且 然后 随后 之后 之前 以后 以前 以来 期间 时候
需要 可以 能够 进行 具有 拥有 存在 成为 作为 称为 属于 包括 达到 高达 多达 一个 一种 一名 一位 一项 一次 一座 一家 这个 那个 这种 该种 这些 那些 他们 她们 它们 自己 本身
情况 方面 部分 内容 问题 的话 有关 相关 关于 对于 根据 按照 通过 因此 所以 于是 不过 然而 但是 虽然 尽管 即使 仍然 仍 还 约 需 须 要 起 自 从 后 前 时 当 曾 已 达 共 总共 一共 均 各 每 者 年仅 仅 次 枚 幅 首 头 栋 台 艘 月份 人数 来说 早在 此前 较 比 会 可 所 但 却 而 并 且 因 故 虽`)

// lighten marks the words of a Chinese sentence that carry little as function words.
func (s *sentence) lighten() {
	for i := range s.elems {
		for n := 3; n > 0; n-- {
			if i+n > len(s.elems) || s.elems[i].kind != elemHan {
				continue
			}
			if w, ok := s.hanWord(i, n); ok && light(w) {
				for k := i; k < i+n; k++ {
					s.elems[k].stop = true
				}
				break
			}
		}
	}
}

var lightSet = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, w := range lightWords {
		m[w] = true
	}
	return m
})

func light(w string) bool { return lightSet()[w] }

// fillWord sets kind, key and stop of a plain word.
func fillWord(e *elem, words []lang.Token, i int) {
	w := words[i]
	if w.Kind == lang.KindHan {
		e.kind = elemHan
		e.stop = hanFunction(w.Text)
		return
	}
	e.stop = lang.Stop(w.Text)
	if !e.stop {
		e.key = stemOf(w.Text)
	}
}

// hanFunction reports the characters that carry no content by themselves.
func hanFunction(c string) bool {
	switch c {
	case "的", "了", "是", "在", "和", "与", "及", "而", "于", "也", "都", "就", "把", "被", "由", "为", "以", "之", "其", "该", "此", "这",
		"那", "着", "过", "地", "得", "所", "有", "个", "并", "则", "对", "从", "到", "至", "向", "等", "又", "且", "或", "即", "中", "上", "位", "名", "将":
		return true
	}
	return false
}

// clauseBreaks returns the places where a new clause begins: after commas,
// semicolons, colons, dashes and brackets, and before the conjunctions that join clauses.
func clauseBreaks(s string, words []lang.Token) []int {
	var out []int
	wi := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf || isPunct(c) {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch r {
			case ',', ';', ':', '(', ')', '，', '；', '：', '（', '）', '。', '—', '|', '.', '!', '?', '？', '！':
				if (c == ',' || c == '.' || c == ':') && i+1 < len(s) && s[i+1] != ' ' && s[i+1] < utf8.RuneSelf {
					break // within a number, a time or an abbreviation
				}
				out = append(out, i+n)
			}
			i += n
			continue
		}
		for wi < len(words) && words[wi].Start < i {
			wi++
		}
		if wi < len(words) && words[wi].Start == i {
			switch words[wi].Text {
			case "and", "but", "while", "whereas", "although", "though", "because", "or", "if", "unless":
				out = append(out, i)
			}
			i = words[wi].End
			continue
		}
		i++
	}
	return out
}

func isPunct(c byte) bool {
	return c < 0x30 && c > 0x20 || c > 0x39 && c < 0x41 || c > 0x5a && c < 0x61 || c > 0x7a
}

// readClaim reads what a claim says, without the layout a writer gave it.
func readClaim(c Claim) sentence {
	text, _ := StripMarks(c.Text)
	text = strings.NewReplacer("**", "", "__", "", "`", "", "~~", "").Replace(text)
	text = strings.TrimSpace(strings.TrimLeft(text, "-*•# "))
	text = withoutYesNo(text)
	return readSentence(narrow(text), time.Time{})
}

// narrow writes full-width digits as ASCII ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return '0' + r - '０'
		}
		return r
	}, s)
}

// withoutYesNo takes a "Yes," or 是的， off the front of an answer.
func withoutYesNo(s string) string {
	for _, p := range [...]string{"Yes", "No", "yes", "no", "是的", "不是", "否", "是", "对", "不"} {
		rest, ok := strings.CutPrefix(s, p)
		if !ok {
			continue
		}
		r, n := utf8.DecodeRuneInString(rest)
		if strings.ContainsRune(",.:;—–，。：；、", r) || strings.HasPrefix(rest, " – ") || strings.HasPrefix(rest, " — ") {
			return strings.TrimLeftFunc(rest[n:], func(r rune) bool { return unicode.IsSpace(r) || r == '—' || r == '–' })
		}
	}
	return s
}
