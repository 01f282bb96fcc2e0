package retrieval

import (
	"math"
	"strings"
)

// A wanted says what sort of thing a question asks for.
type wanted uint8

const (
	wantAny wanted = iota
	wantName
	wantTime
	wantNumber
	wantPlace
)

// asks are the words that tell what is asked for; the first that occurs counts.
var asks = []struct {
	words string // parted by |, each begins a word
	want  wanted
}{
	{"how many|how much|how long|how old|how tall|how high|how far|how large|how big|how often|how deep|how wide|how heavy|how fast|what percentage|what percent|what number|what is the population|what was the population", wantNumber},
	{"多少|几个|几名|几人|几次|几年|多长|多久|多高|多大|多远|多重|多深|多快|多宽|百分之几|第几", wantNumber},
	{"when|what year|which year|what date|what day|what month|what decade|what century|in which year|how recently|since what", wantTime},
	{"什么时候|何时|哪年|哪一年|哪一天|哪天|何年|几月|几号|什么时间|哪个月|年份|哪个世纪", wantTime},
	{"where|what city|what country|which country|which city|what state|in which city|what place|what town", wantPlace},
	{"哪里|哪儿|何处|何地|什么地方|哪个城市|哪个国家|哪座城市|哪个省|哪个地区|位于", wantPlace},
	{"who|whom|whose|what company|which company|what person|what is the name|what was the name|which team|what team|which player", wantName},
	{"是谁|谁|哪位|什么人|何人|哪个人|叫什么|哪家", wantName},
}

// wantOf reads what a question asks for.
func wantOf(s string) wanted {
	s = strings.ToLower(s)
	for _, a := range asks {
		for _, w := range strings.Split(a.words, "|") {
			i := strings.Index(s, w)
			if i < 0 {
				continue
			}
			if w[0] < 0x80 && (i > 0 && s[i-1] != ' ' || i+len(w) < len(s) && s[i+len(w)] >= 'a' && s[i+len(w)] <= 'z') {
				continue
			}
			return a.want
		}
	}
	return wantAny
}

// isQuestion reports whether an English query asks: by its mark, or by how it
// begins.
func isQuestion(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.HasSuffix(s, "?") {
		return true
	}
	first, _, _ := strings.Cut(s, " ")
	switch first {
	case "who", "whom", "whose", "what", "which", "when", "where", "why", "how", "is", "are", "was", "were", "do", "does", "did",
		"can", "could", "has", "have", "had", "will", "would", "should":
		return true
	}
	return wantOf(s) != wantAny
}

// answers is how well the best window could hold what is asked for: 1 where a
// token of that sort stands in it that the question does not have.
func (p *probe) answers(q *question, toks []token, win window) float64 {
	n := 0.0
	for i := win.start; i < win.end && i < len(toks); i++ {
		t := toks[i]
		if !q.want.fits(t) {
			continue
		}
		if _, ok := p.byHash[uint64(t.hash)]; !ok {
			n++
		}
	}
	return math.Min(n, 3) / 3
}

// fits reports whether the token may be part of such an answer.
func (w wanted) fits(t token) bool {
	switch w {
	case wantNumber:
		return t.flags&tokNumber != 0 || t.flags&tokHan != 0 && numeral(t.hash)
	case wantTime:
		return t.flags&tokNumber != 0 || months[t.hash]
	case wantName, wantPlace:
		return t.flags&(tokUpper|tokFirst) == tokUpper
	}
	return false
}

// months by the hashes of their stems.
var months = func() map[uint32]bool {
	m := map[uint32]bool{}
	for _, w := range strings.Fields("januari februari march april may june juli august septemb octob novemb decemb january february july september october november december monday tuesday wednesday thursday friday saturday sunday") {
		m[hash32(w)] = true
	}
	return m
}()
