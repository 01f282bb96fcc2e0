package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

// TestSectionsByTheirUsualNames asks for lists in words that their headings do not have.
func TestSectionsByTheirUsualNames(t *testing.T) {
	pages := []*agent.Page{
		answers.TextPage("sections", 1, "陆文舟", "# 陆文舟\n\n陆文舟，湖州人，中国桥梁工程师。\n\n## 著作\n\n- 《悬索桥计算》（1963年）\n- 《桥梁抗震》（1979年）\n\n## 荣誉\n\n- 国家科技进步奖\n- 浙江省劳动模范\n\n## 同事\n\n- 高平\n- 钱立"),
		answers.TextPage("sections", 2, "Mara Wells", "# Mara Wells\n\nMara Wells is a botanist from Leeds.\n\n## Selected works\n\n- Mosses of the North (1998)\n- A Year of Ferns (2004)\n\n## Awards\n\n- Linn Medal\n- Garden Prize\n\n## Colleagues\n\n- Tom Ray\n- Ann Poe"),
		answers.TextPage("sections", 3, "红豆汤", "# 红豆汤\n\n## 材料\n\n- 红豆200克\n- 冰糖50克\n\n## 做法\n\n1. 浸泡一夜。\n2. 煮一小时。"),
	}
	for _, c := range []struct{ question, want, not string }{
		{"陆文舟写过哪些书？", "悬索桥计算 桥梁抗震", "高平"},
		{"陆文舟得过哪些奖？", "国家科技进步奖 浙江省劳动模范", "高平"},
		{"What books did Mara Wells write?", "Mosses Ferns", "Tom Ray"},
		{"Which awards did Mara Wells win?", "Linn Medal,Garden Prize", "Tom Ray"},
		{"红豆汤需要哪些材料？", "红豆200克 冰糖50克", "浸泡"},
	} {
		d, err := testBuiltin().Draft(answers.Evidence(c.question, answers.NewIndex(pages).Search(c.question, 20), answers.BySnapshot(pages)))
		if err != nil {
			t.Fatal(err)
		}
		text := answers.Text(d.Claims)
		for _, w := range strings.Fields(strings.ReplaceAll(c.want, ",", " ")) {
			if !strings.Contains(text, w) || strings.Contains(text, c.not) {
				t.Errorf("%q: %s %q, want %q", c.question, d.Status, text, w)
			}
		}
	}
}
