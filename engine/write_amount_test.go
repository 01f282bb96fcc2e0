package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

// titledPages are pages of one site, each titled by its first line.
func titledPages(texts ...string) []*agent.Page {
	var out []*agent.Page
	for i, text := range texts {
		title, _, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
		out = append(out, answers.TextPage("seen", i, title, text))
	}
	return out
}

// draftFrom answers a question from pages.
func draftFrom(t *testing.T, pages []*agent.Page, question string) Draft {
	t.Helper()
	d, err := testBuiltin().Draft(answers.Evidence(question, answers.NewIndex(pages).Search(question, 40), answers.BySnapshot(pages)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// told checks what questions are answered with from pages: an answer has the words, none where they are empty.
func told(t *testing.T, pages []*agent.Page, questions map[string]string) {
	t.Helper()
	for question, words := range questions {
		d := draftFrom(t, pages, question)
		text := d.Short + "\n" + answers.Text(d.Claims)
		if (d.Status == agent.StatusNotFound) != (words == "") || !strings.Contains(text, words) {
			t.Errorf("%q: %s %.2f %q, want %q", question, d.Status, d.Confidence, text, words)
		}
	}
}

func TestAmountInTheNextSentence(t *testing.T) {
	told(t, titledPages(
		"# Garden club, 4 March 2026\n\n1. The budget for 2026 was agreed with five votes. It amounts to 42,500 euros and is 3 per cent lower than the budget for 2025.\n\n2. The offer for the greenhouse was discussed. It comes to 8,900 euros.\n",
		"# Cycling club charter\n\nRides start at the old mill. The club meets in May.\n",
		"# 园艺协会\n\n2026年预算获得通过。总额为42.5万元，比2025年减少3%。\n\n新温室的报价也进行了讨论。金额为8.9万元。\n",
		"# 骑行协会\n\n骑行协会在五月开会，从旧磨坊出发。\n",
	), map[string]string{
		"How large is the budget for 2026?":          "42,500 euros",
		"What is the budget for 2026?":               "42,500 euros",
		"How high was the offer for the greenhouse?": "8,900 euros",
		"How high is the budget for 2025?":           "",
		"2026年的预算是多少？":                               "42.5万元",
		"新温室的报价是多少？":                                 "8.9万元",
	})
}

func TestMeasuresInOtherWords(t *testing.T) {
	told(t, titledPages(
		"# 青阳古桥\n\n青阳古桥位于青阳镇东，建于1602年。桥身长46米，宽5米。桥头的墙高2米。\n",
		"# 白塔\n\n白塔在青阳镇西山上，塔身高31米，七层。\n",
		"# 丰川市\n\n丰川市常住人口198万人。2024年全市地区生产总值1320亿元，比上年增长5.1%。\n",
		"# 云溪县\n\n云溪县人口31万。2023年实现生产总值210亿元。\n",
		"# Harrowdale\n\nHarrowdale is a county with 310,000 inhabitants. In 2024 its gross domestic product was 21.4 billion euros.\n",
		"# Lowmoor\n\nThe Lowmoor region has 88,000 inhabitants. It had a GDP of 3.2 billion euros in 2023.\n",
	), map[string]string{
		"青阳古桥的长度是多少？":                                    "46米",
		"白塔的高度是多少？":                                      "31米",
		"白塔的长度是多少？":                                      "",
		"丰川市GDP是多少？":                                     "1320亿元",
		"云溪县的GDP是多少？":                                    "210亿元",
		"What is the GDP of Harrowdale?":                 "21.4 billion",
		"What is the gross domestic product of Lowmoor?": "3.2 billion",
	})
}

func TestFieldsByAnotherWord(t *testing.T) {
	told(t, titledPages(
		"# Remote work rules of Harrow\n\nValid from 1 May 2025. Owner: Gunnar Feld, head of staff.\n\nEmployees may work from home on two days a week.\n",
		"# Data retention guideline\n\nOwner: Sarah Okoye\n\nApproved by: Board of Trustees\n\nInvoices are kept for ten years.\n",
		"# Cycling club charter\n\nOwner: Board of the cycling club. Rides start at the old mill.\n",
		"# 远程办公制度\n\n负责人：高敬文\n\n员工每周可以在家办公两天。\n",
		"# 档案管理办法\n\n归口部门：综合办公室\n\n批准人：陈以宁\n\n发票保存十年。\n",
		"# 骑行协会章程\n\n负责人：骑行协会理事会。骑行从旧磨坊出发。\n",
	), map[string]string{
		"Who owns the remote work rules?":                      "Gunnar Feld",
		"Who is responsible for the data retention guideline?": "Sarah Okoye",
		"Who approved the data retention guideline?":           "Board of Trustees",
		"远程办公制度由谁负责？":                                          "高敬文",
		"谁批准了档案管理办法？":                                          "陈以宁",
	})
}

func TestOtherFields(t *testing.T) {
	for _, c := range []struct {
		question, key string
		other         bool
	}{
		{"Who approved the remote work rules?", "Owner", true},
		{"Who approved the remote work rules?", "Approver", false},
		{"Who owns the remote work rules?", "Owner", false},
		{"Who wrote the remote work rules?", "Phone", false},
		{"谁批准了远程办公制度？", "负责人", true},
		{"远程办公制度由谁负责？", "负责人", false},
	} {
		q := readAsked(testBuiltin().analyse(agent.Question{Text: c.question}), func(uint32, string) float64 { return 1 })
		if got := q.otherField(c.key); got != c.other {
			t.Errorf("%q by %q: other %v", c.question, c.key, got)
		}
	}
}

func TestYearsThatAreOnlyComparedWith(t *testing.T) {
	told(t, titledPages(
		"# Garden club\n\nThe budget for 2026 is 3 per cent lower than in 2025 and comes to 42,500 euros.\n", "# Cycling club\n\nRides start at the old mill.\n",
		"# Harbour users\n\nThe meeting is in May.\n", "# 园艺协会\n\n2026年预算比2025年减少3%，为42.5万元。\n", "# 骑行协会\n\n骑行从旧磨坊出发。\n", "# 港口\n\n会议在五月举行。\n",
	), map[string]string{
		"What is the budget for 2025?": "", "What is the budget for 2026?": "42,500", "2025年的预算是多少？": "", "2026年的预算是多少？": "42.5万元",
	})
}
