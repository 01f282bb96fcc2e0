package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/retrieval"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestHeadingsNameTheKind(t *testing.T) {
	for _, c := range []struct {
		heading, kind string
		want          bool
	}{
		{"回火 工艺", "工艺", true}, {"工艺", "工艺", false}, {"工艺流程", "工艺", false},
		{"overlap joint", "joints", true}, {"joints", "joints", false}, {"how to choose the right one of all joints", "joints", false},
	} {
		if got := namesKind(c.heading, c.kind); got != c.want {
			t.Errorf("%q of %q: %v", c.heading, c.kind, got)
		}
	}
}

// workshop are pages with a section for each thing of a kind, and a heading whose word stands elsewhere too.
var workshop = []string{
	"# 银器焊接\n\n银器焊接是把两块银连在一起的活。\n\n## 定义\n\n焊接处叫焊缝。\n\n## 火焰 工艺\n\n用火焰加热焊料。\n\n## 激光 工艺\n\n用激光加热焊料。\n\n## 注意\n\n- 通风\n- 戴镜\n",
	"# 银器保养\n\n银器保养不难。\n\n## 清洗\n\n用温水清洗。\n",
	"# 编织机\n\n## 面板 / 指示灯\n\n### 红灯\n\n红灯表示断线。\n\n### 绿灯\n\n绿灯表示运行。\n\n### 黄灯\n\n黄灯表示缺线。\n\n## 部件\n\n梭子带着纬线走。示例：\n\n```\nrun(梭子)\n```\n\n### 梭子\n\n梭子的作用是把纬线从一边送到另一边，让它与经线交织。\n",
	"# 纺织史\n\n编织机由镇上的木匠造出，指示灯是后来加的。银器焊接的工艺更早。\n",
	"# 展厅\n\n展厅里有一台编织机和几件银器，梭子挂在墙上。\n",
	"# The yard\n\nThe yard sells timber of all kinds.\n",
	"# Knees and joints\n\nPain in the joints is of many kinds.\n",
	"# Timber joints\n\nTimber joints hold beams together.\n\n## Lap joint\n\nTwo beams overlap.\n\n## Scarf joint\n\nTwo beams meet end to end.\n\n## Tools\n\nA saw and a chisel.\n",
}

// sectionsDraft answers from pages in Markdown, through the real index: passages know the headings that they stand under.
func sectionsDraft(t *testing.T, texts []string, question string) Draft {
	t.Helper()
	index, err := retrieval.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	var pages []*agent.Page
	for i, text := range texts {
		title, _, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
		pages = append(pages, answers.TextPage("sections", i, title, text))
	}
	if _, err := index.Add(t.Context(), pages...); err != nil {
		t.Fatal(err)
	}
	passages, err := index.Search(t.Context(), agent.Query{Text: question, K: 40})
	if err != nil {
		t.Fatal(err)
	}
	d, err := testBuiltin().Draft(agent.Evidence{Question: agent.Question{Text: question}, Passages: passages, Pages: answers.BySnapshot(pages)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// claimTexts are the texts of a draft's claims, with a stroke between.
func claimTexts(d Draft) string {
	var texts []string
	for _, c := range d.Claims {
		texts = append(texts, c.Text)
	}
	return strings.Join(texts, "|")
}

func TestListsFromHeadings(t *testing.T) {
	for question, want := range map[string][]string{
		"银器焊接有哪些工艺？":                             {"火焰 工艺", "激光 工艺"},
		"编织机的指示灯有哪些？":                            {"红灯", "绿灯", "黄灯"},
		"梭子有什么用？":                                {"梭子的作用是把纬线从一边送到另一边，让它与经线交织。"},
		"What kinds of timber joints are there?": {"Lap joint", "Scarf joint"},
	} {
		d := sectionsDraft(t, workshop, question)
		if got := claimTexts(d); got != strings.Join(want, "|") {
			t.Errorf("%q: %s (%.2f) %q, want %q", question, d.Status, d.Confidence, got, want)
		}
	}
}
