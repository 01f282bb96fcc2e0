package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

var (
	standingAsked = regexp.MustCompile(`\b(accepted|approved|final|active|rejected|withdrawn|deferred|superseded|draft|adopted)\b|(通过|接受|采纳|拒绝|否决|撤回|撤销)`)
	standingKey   = wordSet("status state 状态")
	standingGood  = wordSet("accepted approved final active adopted 通过 接受 采纳 已通过 已接受 已采纳")
	standingBad   = wordSet("rejected withdrawn 拒绝 否决 撤回 撤销 已拒绝 已否决 已撤回 已撤销")
)

// standing answers whether something was accepted, rejected and the like with
// the status that the page about it lists: yes where that is the word asked
// for, no where it is the opposite, else the status alone. It reports whether
// there is one.
func (w *writer) standing() bool {
	m := standingAsked.FindStringSubmatch(lang.Fold(w.asked.Text))
	if m == nil {
		return false
	}
	word := m[1] + m[2]
	for i := range w.reading.passages {
		p := &w.reading.passages[i]
		if same, _ := w.reading.q.numbered(readTokens(p.Title)); !same && p.titled < fieldTitled {
			continue
		}
		for _, f := range fields(p.page) {
			if standingKey[lang.Fold(f.key)] {
				return w.standingOf(p, f, word)
			}
		}
	}
	return false
}

func (w *writer) standingOf(p *readPassage, f field, word string) bool {
	if !w.field(p.page, f) {
		return false
	}
	c := &w.out.Claims[len(w.out.Claims)-1]
	value := lang.Fold(f.value)
	w.out.Short = ""
	switch {
	case strings.Contains(value, word):
		w.out.Short = say(w.asked.Speak, wordYes)
	case standingGood[word] && standingBad[value], standingBad[word] && standingGood[value]:
		w.out.Short = say(w.asked.Speak, wordNo)
	default:
		return true
	}
	c.Text = say(w.asked.Speak, wordBecause, w.out.Short, c.Text)
	return true
}
