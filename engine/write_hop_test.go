package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestHopOf(t *testing.T) {
	for question, want := range map[string][2]string{ // inner question, and the question of NAME
		"Where did the founder of Orlo Foundry study?":                      {"Who is the founder of Orlo Foundry?", "Where did NAME study"},
		"When was the architect of the opera house of Port Ansel born?":     {"Who is the architect of the opera house of Port Ansel?", "When was NAME born"},
		"Who is the mayor of the town where the Sill tunnel was built?":     {"Where was the Sill tunnel built?", "Who is the mayor of NAME"},
		"In which city was the engineer who designed the Vane bridge born?": {"Who designed the Vane bridge?", "In which city was NAME born"},
		"How many people live in the capital of Norrland?":                  {"Who is the capital of Norrland?", "How many people live in NAME"},
		"Who is the founder of Orlo Foundry?":                               {},
		"What is the name of the author of the Blue Atlas?":                 {},
		"How long is the Vane bridge?":                                      {},
		"鸣泉制药的创办人是在哪里发现彗星的？":                                                {"鸣泉制药的创办人是谁", "NAME是在哪里发现彗星的"},
		"《远岸》的作者是哪一年出生的？":                                                   {"《远岸》的作者是谁", "NAME是哪一年出生的"},
		"设计安澜大剧院的建筑师毕业于哪所大学？":                                               {"安澜大剧院是谁设计的", "NAME毕业于哪所大学"},
		"青崖塔所在的县有多少人口？":                                                     {"青崖塔位于哪里", "NAME有多少人口"},
		"鸣泉制药的创办人是谁？":                                                       {},
		"《远岸》的导演和编剧是谁？":                                                     {},
		"青崖塔的高度是多少？":                                                        {},
	} {
		language := "en"
		if question[0] >= 0x80 {
			language = "zh"
		}
		h, ok := hopOf(question, language)
		if got := [2]string{h.inner, h.outer("NAME")}; ok != (want[0] != "") || ok && got != want {
			t.Errorf("%q: %v %q, not %q", question, ok, got, want)
		}
	}
}

var (
	foundry = []testPage{
		{"Orlo Foundry", "", "Orlo Foundry makes bells. It was founded in 1902 by Greta Lund."},
		{"Greta Lund", "", "Greta Lund was a metallurgist. She studied at the mining school of Falun. She died in 1961."},
		{"Falun", "", "Falun is a town of miners. Ola Brand studied in Lund."},
		{"The Vane bridge", "", "The Vane bridge is 410 metres long. It was built in the town of Skelby in 1931."},
		{"Skelby", "", "Skelby is a town on the river Vane. The mayor of Skelby is Jonas Reck. It has 9,400 inhabitants."},
		{"Falun council", "", "The mayor of Falun is Eva Strand."},
	}
	novel = []testPage{
		{"长篇小说《远岸》", "", "《远岸》是一部长篇小说，作者是顾晚舟，1998年出版。"},
		{"顾晚舟", "", "顾晚舟是当代作家，1956年出生于松浦县。毕业于东岭大学中文系。"},
		{"林若谷", "", "林若谷是考古学家，1949年出生于临川市，毕业于北岸大学。"},
		{"青崖塔", "", "青崖塔位于松浦县，塔高41米，建于1612年。"},
		{"松浦县", "", "松浦县盛产茶叶，人口约6.2万。松浦县县长是何望山。"},
		{"临川市", "", "临川市人口约210万，市长是陆远。"},
	}
)

func TestHopJoinsTwoPages(t *testing.T) {
	for _, c := range []struct {
		question     string
		pages        []testPage
		lead, bridge string
	}{
		{"Where did the founder of Orlo Foundry study?", foundry, "Falun", "Greta Lund"},
		{"When did the founder of Orlo Foundry die?", foundry, "1961", "Greta Lund"},
		{"Who is the mayor of the town where the Vane bridge was built?", foundry, "Jonas Reck", "Skelby"},
		{"《远岸》的作者是哪一年出生的？", novel, "1956", "顾晚舟"},
		{"《远岸》的作者毕业于哪所大学？", novel, "东岭大学", "顾晚舟"},
		{"青崖塔所在的县的县长是谁？", novel, "何望山", "松浦县"},
	} {
		d := pagesDraft(t, c.question, c.pages...)
		text := answers.Text(d.Claims)
		pages := map[string]bool{}
		for _, x := range d.Claims {
			pages[x.Cites[0].Snapshot] = true
		}
		if d.Status == agent.StatusNotFound || len(pages) < 2 || !strings.Contains(text, c.bridge) || !strings.Contains(d.Claims[0].Text, c.lead) {
			t.Errorf("%q: %s (%.2f), %d pages: %q", c.question, d.Status, d.Confidence, len(pages), text)
		}
	}
}

func TestHopNeedsBothPages(t *testing.T) {
	for _, c := range []struct {
		question, not string
		pages         []testPage
	}{
		{"Where did the founder of Orlo Foundry study?", "Lund", append([]testPage{foundry[0]}, foundry[2:]...)},
		{"《远岸》的作者毕业于哪所大学？", "北岸大学", append([]testPage{novel[0]}, novel[2:]...)},
	} {
		d := pagesDraft(t, c.question, c.pages...)
		if len(d.Claims) > 0 && strings.Contains(d.Claims[0].Text, c.not) && d.Status == agent.StatusAnswered {
			t.Errorf("%q: %s (%.2f) %q", c.question, d.Status, d.Confidence, answers.Text(d.Claims))
		}
	}
}
