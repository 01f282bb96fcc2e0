package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

const inns = "# 听雨楼客栈\n\n听雨楼客栈位于青岩镇南街，创办于1926年。客栈有32间客房，被子都是新的。招牌菜是酸汤鱼，每份68元。2016年，吴守成的孙子吴航翻修了客栈。\n\n吴守成是客栈的第一任掌柜，1926年从遵义来到青岩。\n\n## 邻居\n\n望月居位于北街，创办于1944年，有18间客房，招牌菜是辣子鸡。"

const mills = "# Alder Mill\n\nThe mill at Alder Brook was built in 1840 by the mason Hugh Dane. It stands 12 metres high. Ada Finch was its miller until 1951. The wheel was mended in 1977.\n\nA towpath of 300 metres leads to the mill. It was laid in 1862.\n\n## Birch Weir\n\nThe mill at Birch Weir was built in 1899. It stands 19 metres high and its miller was Carl Moe."

// townDraft asks of two short pages, each with a neighbour of the same kind.
func townDraft(t *testing.T, question string) Draft {
	t.Helper()
	pages := []*agent.Page{answers.TextPage("town", 1, "听雨楼客栈", inns), answers.TextPage("town", 2, "Alder Mill", mills)}
	e := answers.Evidence(question, answers.NewIndex(pages).Search(question, 40), answers.BySnapshot(pages))
	d, err := testBuiltin().Draft(e)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAnotherSubjectsFactLoses(t *testing.T) {
	for _, c := range []struct{ question, want, none string }{
		{"听雨楼客栈的招牌菜是什么？", "酸汤鱼", "辣子鸡"},
		{"望月居的招牌菜是什么？", "辣子鸡", "酸汤鱼"},
		{"听雨楼客栈有多少间客房？", "32间", "18间"},
		{"望月居有多少间客房？", "18间", "32间"},
		{"望月居是哪一年创办的？", "1944年", "1926年"},
		{"When was the mill at Alder Brook built?", "1840", "1899"},
		{"When was the mill at Birch Weir built?", "1899", "1840"},
	} {
		text := answers.Text(townDraft(t, c.question).Claims)
		if !strings.Contains(text, c.want) || strings.Contains(text, c.none) {
			t.Errorf("%q: %q", c.question, text)
		}
	}
}

func TestWhatIsNotSaidIsNotAnswered(t *testing.T) {
	for question, answered := range map[string]bool{
		"When did Ada Finch die?":               false,
		"Where was Ada Finch born?":             false,
		"Who owns the towpath?":                 false,
		"What is the phone number of the mill?": false,
		"Who painted the mill?":                 false,
		"吴守成是哪一年去世的？":                           false,
		"望月居的老板是谁？":                             false,
		"听雨楼客栈的电话是多少？":                          false,
		"听雨楼客栈的面积有多大？":                          false,
		"青岩今天的天气怎么样？":                           false,
		"How long is the towpath?":              true,
		"When was the wheel mended?":            true,
		"谁翻修了听雨楼客栈？":                            true,
		"望月居在哪里？":                               true,
	} {
		d := townDraft(t, question)
		if (d.Status != agent.StatusNotFound) != answered {
			t.Errorf("%q: %s %q", question, d.Status, answers.Text(d.Claims))
		}
	}
}
