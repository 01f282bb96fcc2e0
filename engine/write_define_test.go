package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

// TestDefinitions asks what things are of which a page says it in a later
// clause, by another name, or not at all.
func TestDefinitions(t *testing.T) {
	text := `# Joints

In woodwork, a mortise is a hole cut into one part, and a tenon is a tongue at the end of another. A tenon needs care. Every joint should be dry. The shoulder plane (SP) is a plane for the sides of tenons. SP blades are sold apart. Bench hooks can be thought of as stops for small parts.

# 图的走法

在图论中，欧拉路径（Eulerian path）是经过图中每条边恰好一次的路径，欧拉回路（Eulerian circuit）是经过图中每条边恰好一次的回路。欧拉回路的数目很多。混入 (mixin) 提供了一种分发组件功能的方式。mixins 选项接收一个数组。

# 其他

因为卯眼很深，木匠先量再凿。`
	trie := "# 字典树 (Trie)\n\n字典树，英文名 trie，顾名思义。字典树是一种像字典一样的树。\n\ntrie 的结构好懂。"
	page := answers.TextPage("define", 1, "Joints and walks", text)
	for _, c := range []struct{ question, lead string }{
		{"What is a mortise?", "a mortise is a hole"},
		{"What is a tenon?", "a tenon is a tongue"},
		{"What is SP?", "The shoulder plane (SP) is a plane"},
		{"What is a bench hook?", "Bench hooks can be thought of as stops"},
		{"什么是欧拉回路？", "欧拉回路（Eulerian circuit）是经过图中每条边恰好一次的回路"},
		{"欧拉路径是什么？", "欧拉路径（Eulerian path）是经过"},
		{"mixins 是什么？", "混入 (mixin) 提供了一种分发组件功能的方式"},
		{"What is an Eulerian circuit?", "欧拉回路（Eulerian circuit）是"},
		{"什么是 Trie？", "字典树是一种像字典一样的树"},
		{"What is a trie?", "字典树是一种像字典一样的树"},
		{"什么是榫头？", ""},
		{"What is a dovetail?", ""},
	} {
		pages := []*agent.Page{page, answers.TextPage("define", 2, "字典树 (Trie) - 数据结构", trie)}
		d, err := testBuiltin().Draft(answers.Evidence(c.question, answers.NewIndex(pages).Search(c.question, 20), answers.BySnapshot(pages)))
		if err != nil {
			t.Fatal(err)
		}
		if c.lead == "" {
			if d.Status != agent.StatusNotFound {
				t.Errorf("%q: %s %q", c.question, d.Status, answers.Text(d.Claims))
			}
			continue
		}
		if len(d.Claims) == 0 || !strings.Contains(d.Claims[0].Text, c.lead) {
			t.Errorf("%q: %s %q", c.question, d.Status, answers.Text(d.Claims))
		}
	}
}
