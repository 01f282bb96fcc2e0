package retrieval

import (
	"testing"

	"github.com/sonde-search/sonde/agent"
)

func termsOf(s string) map[string]bool {
	a := newAnalyzer()
	toks, terms := a.tokenize(s)
	out := map[string]bool{}
	for term := range a.termField(fieldBody, toks, terms, false).freqs {
		out[term] = true
	}
	return out
}

func TestFormsOfOneWordAreOneTerm(t *testing.T) {
	for _, c := range []struct{ text, term string }{
		{"ＧＰＴ－４", "gpt"}, {"１９９７年", "1997年"}, {"1990s", "1990"}, {"the 21st day", "21"}, {"1,250 tonnes", "1250"},
		{"Zürich", "zurich"}, {"running", "run"}, {"臺灣", "台湾"}, {"240元", "240元"}, {"24 次", "24次"}, {"7月10日", "10日"},
	} {
		if got := termsOf(c.text); !got[c.term] {
			t.Errorf("%q has no term %q: %v", c.text, c.term, got)
		}
	}
	if got := termsOf("元 240"); got["240元"] || got["元240"] {
		t.Errorf("a number is no pair with what stands before it: %v", got)
	}
}

func TestANumberIsFoundWithItsUnit(t *testing.T) {
	ix := openTest(t)
	add(t, ix,
		testPage("https://a.example/", "甲", "展览有30件瓷器，参观的有7人，开放10天，展期到6月。"),
		testPage("https://b.example/", "乙", "展览有7件瓷器，参观的有30人，开放6天，展期到10月。"))
	for q, want := range map[string]string{"7件瓷器的展览": "https://b.example/", "30件瓷器的展览": "https://a.example/", "展期到10月的展览": "https://b.example/"} {
		if got := first(t, ix, agent.Query{Text: q}); got.URL != want {
			t.Errorf("%s: %s is first", q, got.URL)
		}
	}
}

func TestQuotesKeepTheirForm(t *testing.T) {
	ix := openTest(t)
	text := "臺灣鐵路管理局於１９４８年成立，總部設在臺北。"
	add(t, ix, testPage("https://tw.example/", "臺鐵", text))
	if got := first(t, ix, agent.Query{Text: "台湾铁路管理局哪一年成立？"}); got.Text != text {
		t.Errorf("the passage reads %q", got.Text)
	}
}
