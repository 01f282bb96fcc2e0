package main

import (
	"fmt"
	"strings"

	"github.com/sonde-search/sonde/agent"
)

// answerMarkdown is the answer for a person: the text, its numbered sources,
// and one line on what was read.
func answerMarkdown(a agent.Answer) string {
	var b strings.Builder
	b.WriteString(a.Text + "\n")
	zh := a.Language == "zh"
	var cited []agent.Source
	for _, s := range a.Sources {
		if s.State == agent.StateCited {
			cited = append(cited, s)
		}
	}
	if len(cited) > 0 {
		b.WriteString("\n" + pick(zh, "来源：", "Sources:") + "\n\n")
		for _, s := range cited {
			b.WriteString(sourceLine(s, zh))
		}
	}
	b.WriteString("\n" + summaryLine(a, zh) + "\n")
	for _, w := range a.Warnings {
		b.WriteString(pick(zh, "注意：", "Note: ") + w + "\n")
	}
	return b.String()
}

func sourceLine(s agent.Source, zh bool) string {
	line := fmt.Sprintf("[%d] %s", s.N, strings.TrimSpace(s.Title+" "+s.URL))
	if s.Published != "" {
		line += " (" + s.Published + ")"
	}
	if n := len(s.Duplicates); n > 0 {
		line += fmt.Sprintf(pick(zh, "（另有 %d 个相同内容的地址）", " (also at %d other addresses)"), n)
	}
	return line + "\n"
}

func summaryLine(a agent.Answer, zh bool) string {
	u := a.Usage
	return fmt.Sprintf(pick(zh,
		"状态：%s；已读 %d 页（尝试 %d，发现 %d），引用 %d 页，用时 %.1f 秒。",
		"Status: %s; read %d pages (%d attempted, %d found), cited %d, in %.1f s."),
		a.Status, u.Read, u.Attempted, u.Found, u.Cited, u.Seconds)
}

// pick chooses the words for the answer's language.
func pick(zh bool, chinese, english string) string {
	if zh {
		return chinese
	}
	return english
}
