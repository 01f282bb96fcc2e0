package retrieval

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sonde-search/sonde/agent"

	_ "embed"
)

// ownArchive holds pages that we wrote for the tests of ranking.
//
//go:embed testdata/pages.txtar
var ownArchive []byte

// ownPages reads them. The first line of each file is its title, with an
// optional day behind it in brackets.
func ownPages() []*agent.Page {
	var out []*agent.Page
	for _, f := range txtar.Parse(ownArchive).Files {
		title, text, _ := strings.Cut(string(f.Data), "\n")
		title, day, _ := strings.Cut(title, " [")
		p := testPage("https://example.org/"+f.Name, title, strings.TrimSpace(text))
		p.Published = strings.TrimSuffix(day, "]")
		out = append(out, p)
	}
	return out
}

// ownQuestions are asked of the own pages; each has one right page.
var ownQuestions = []struct{ question, page string }{
	{"How long is the Almond Bridge?", "en/almond-bridge"},
	{"When was the Almond Bridge opened to traffic?", "en/almond-bridge"},
	{"Who designed the bridge over the river Almond?", "en/almond-bridge"},
	{"How many teeth does the great harrow shark have?", "en/harrow-shark"},
	{"What do harrow sharks eat?", "en/harrow-shark"},
	{"Where did Edda Marling study medicine?", "en/marling"},
	{"When did Edda Marling die?", "en/marling"},
	{"Which vaccine did Marling's institute test in 1958?", "en/marling"},
	{"What is the melting point of tarnium?", "en/tarnium"},
	{"How do I limit the number of retries in quickfetch?", "en/quickfetch"},
	{"quickfetch default timeout", "en/quickfetch"},
	{"population of Port Sorrel in 2021", "en/port-sorrel"},
	{"Who is the mayor of Port Sorrel?", "en/port-sorrel-news"},
	{"青川大桥全长多少米？", "zh/qingchuan"},
	{"青川大桥是什么时候通车的？", "zh/qingchuan"},
	{"谁设计了青川大桥？", "zh/qingchuan"},
	{"云雀茶的产地在哪里？", "zh/yunque"},
	{"云雀茶怎么冲泡", "zh/yunque"},
	{"林若溪毕业于哪所大学？", "zh/linruoxi"},
	{"林若溪的代表作是什么", "zh/linruoxi"},
	{"松江图书馆几点关门", "zh/library"},
	{"松江圖書館有多少冊藏書？", "zh/library"},
	{"2024年白鹭市的人口是多少？", "zh/bailu"},
	{"白鹭市地铁2号线哪一年开通", "zh/bailu-metro"},
	{"星火3号模型有多少参数？", "zh/xinghuo"},
	{"星火3号和星火2号相比推理成本下降了多少", "zh/xinghuo"},
}

func TestOwnPagesAreNamedByTheQuestions(t *testing.T) {
	have := map[string]bool{}
	for _, p := range ownPages() {
		have[strings.TrimPrefix(p.URL, "https://example.org/")] = true
	}
	for _, q := range ownQuestions {
		if !have[q.page] {
			t.Errorf("%q names %s, which is not there", q.question, q.page)
		}
	}
}
