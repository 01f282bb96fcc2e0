package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/tests/answers"
)

func TestBroadly(t *testing.T) {
	for question, want := range map[string]string{
		"What should I know about the Vane bridge?":    "Tell me about the Vane bridge.",
		"Give me a short overview of tidal mills.":     "Tell me about tidal mills.",
		"What is there to know about Skelby?":          "Tell me about Skelby.",
		"关于青崖塔，我应该了解什么？":                               "介绍一下青崖塔",
		"概述一下青崖塔":                                      "介绍一下青崖塔",
		"介绍一下青崖塔的基本情况。":                                "介绍一下青崖塔",
		"青崖塔是谁建的？":                                     "青崖塔是谁建的？",
		"What do you call the keeper of a lighthouse?": "What do you call the keeper of a lighthouse?",
		"Give me the height of the Vane bridge.":       "Give me the height of the Vane bridge.",
		"说明书在哪里下载？":                                    "说明书在哪里下载？",
	} {
		if got := broadly(question); got != want {
			t.Errorf("%q: %q", question, got)
		}
	}
}

func TestSurvey(t *testing.T) {
	bridge := []testPage{
		{"The Vane bridge", "", "The Vane bridge is a stone bridge over the river Vane. It is 410 metres long.\n\n## History\n\nThe bridge was built in 1931 by the firm of Jonas Reck. A flood damaged two of its arches in 1954.\n\n## Structure\n\nIts eleven arches rest on piers of granite. The roadway is nine metres wide.\n\n## Traffic\n\nAbout 4,000 cars cross the bridge on a working day. Lorries have not been allowed since 1998.\n\n## References\n\nAnn Dole wrote a book of the bridges of the county."},
		{"Lamps for the Vane bridge", "2024-05-01", "The Vane bridge was given new lamps in May 2024 by the county. The lamps of the Vane bridge cost $90,000 in all."},
		{"The Orlo bridge", "", "The Orlo bridge is a bridge of iron over the river Orlo. It was built in 1877."},
	}
	tower := []testPage{
		{"青崖塔", "", "青崖塔是一座位于松浦县的砖塔，高41米。\n\n## 历史\n\n青崖塔始建于1612年，由知县何望山主持修建。1870年塔顶毁于雷击，三年后重修。\n\n## 结构\n\n塔身共有九层，每层开四扇窗。塔内有木梯一百二十级。\n\n## 游览\n\n青崖塔每天八点开放，周一闭馆。门票为每人二十元。\n\n## 参考文献\n\n松浦县志第三卷记载了修塔的经过。"},
		{"青崖塔完成扫描", "2024-05-01", "2024年5月，考古学者完成了青崖塔的三维扫描。青崖塔的扫描数据将向公众开放。"},
		{"白鹭塔", "", "白鹭塔是一座位于临川市的木塔，始建于1733年。"},
	}
	for _, c := range []struct {
		question  string
		pages     []testPage
		want, not []string
	}{
		{"Tell me about the Vane bridge.", bridge, []string{"410 metres", "1931", "granite", "4,000 cars", "lamps"}, []string{"Orlo", "Ann Dole"}},
		{"What should I know about the Vane bridge?", bridge, []string{"410 metres", "1954", "Lorries"}, []string{"Orlo"}},
		{"介绍一下青崖塔。", tower, []string{"高41米", "1612年", "九层", "八点开放", "三维扫描"}, []string{"白鹭塔", "县志"}},
		{"青崖塔概述", tower, []string{"高41米", "何望山", "木梯"}, []string{"白鹭塔"}},
	} {
		d := pagesDraft(t, c.question, c.pages...)
		text := answers.Text(d.Claims)
		for _, w := range c.want {
			if !strings.Contains(text, w) {
				t.Errorf("%q: %s, no %q in %q", c.question, d.Status, w, text)
			}
		}
		for _, w := range c.not {
			if strings.Contains(text, w) {
				t.Errorf("%q: %q in %q", c.question, w, text)
			}
		}
		sections, seen := map[string]bool{}, map[string]bool{}
		for _, x := range d.Claims {
			sections[x.Section] = true
			if seen[x.Text] {
				t.Errorf("%q: twice %q", c.question, x.Text)
			}
			seen[x.Text] = true
		}
		if len(d.Claims) < 6 || len(d.Claims) > 12 || len(sections) < 4 {
			t.Errorf("%q: %d claims in %d sections", c.question, len(d.Claims), len(sections))
		}
	}
}
