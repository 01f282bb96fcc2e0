package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// spellings are names of one thing in one language, short and written out.
var spellings = [][]string{
	{"GDP", "地区生产总值", "国内生产总值", "生产总值"},
	{"GDP", "gross domestic product"},
	{"CEO", "首席执行官"},
	{"CEO", "chief executive officer", "chief executive"},
	{"CPI", "居民消费价格指数", "消费者物价指数"},
	{"CPI", "consumer price index"},
}

// perHead makes another figure of the one behind it.
var perHead = regexp.MustCompile(`(?i)人均|\bper (?:head|capita|person)\b`)

// respelled are the questions that put a name as pages may spell it: 地区生产总值 for GDP.
func respelled(a Analysis) []string {
	if perHead.MatchString(a.Text) {
		return nil
	}
	var out []string
	for _, names := range spellings {
		if (names[1][0] >= 0x80) != (a.Language == "zh") {
			continue
		}
		for i, own := range names {
			at := spellingIn(a.Text, own)
			if at == nil {
				continue
			}
			for k, n := range names {
				if k != i && !strings.Contains(own, n) {
					out = append(out, a.Text[:at[0]]+n+a.Text[at[1]:])
				}
			}
			break
		}
	}
	return out
}

// spellingIn is where a text has the name; nil where it has not.
func spellingIn(text, name string) []int {
	if name[0] < 0x80 {
		name = `\b` + name + `\b`
	}
	return regexp.MustCompile(`(?i)` + name).FindStringIndex(text)
}

// respell reads the evidence with the question as pages may spell it, where
// that is surer than the reading given.
func respell(e agent.Evidence, r *reading, a Analysis, w *readerWeights) (*reading, Analysis) {
	for _, text := range respelled(a) {
		b := Analyse(text, a.Asked, nil)
		b.Speak, b.After = a.Speak, a.After
		if other := readEvidence(e, b, w); other.confidence(w) > r.confidence(w) {
			r, a = other, b
		}
	}
	return r, a
}
