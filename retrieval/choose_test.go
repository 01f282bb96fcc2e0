package retrieval

import (
	"context"
	"fmt"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

func first(t *testing.T, ix agent.Index, q agent.Query) agent.Passage {
	t.Helper()
	ps, err := ix.Search(context.Background(), q)
	if err != nil || len(ps) == 0 {
		t.Fatalf("%+v: %d passages, %v", q, len(ps), err)
	}
	return ps[0]
}

func TestNewerPagesGoUpWhereTheQuestionWantsThat(t *testing.T) {
	ix := openTest(t)
	page := func(name, day, text string) {
		p := testPage("https://"+name+".example/", "Ferry", text)
		p.Published = day
		add(t, ix, p)
	}
	page("old", "2019-03-01", "The fare of the harbour ferry is 4 euros, and children ride free with their parents.")
	page("new", "2025-03-01", "The fare of the harbour ferry is 6 euros. Children and dogs of every size pay half on weekdays.")
	page("zhold", "2019-03-01", "港口渡轮的票价是4元，儿童免费。")
	page("zhnew", "2025-03-01", "港口渡轮的票价是6元，儿童在周末半价，狗也要买票。")
	for _, c := range []struct {
		q    agent.Query
		want string
	}{
		{agent.Query{Text: "What is the latest fare of the harbour ferry?"}, "2025-03-01"},
		{agent.Query{Text: "What is the fare of the harbour ferry?", After: "2024-01-01"}, "2025-03-01"},
		{agent.Query{Text: "港口渡轮最新票价是多少？"}, "2025-03-01"},
	} {
		if got := first(t, ix, c.q); got.Published != c.want {
			t.Errorf("%+v: the page of %s is first", c.q, got.Published)
		}
	}
}

func TestCopiedPassagesAreFoldedUnlessAFigureDiffers(t *testing.T) {
	story := "The ferry of the harbour was late again because of the fog that lay over the bay all morning, and %d passengers waited on the quay until the harbour master let it sail."
	text := fmt.Sprintf(story, 40)
	a := newAnalyzer()
	var cands []candidate
	for i, s := range []string{text, text, fmt.Sprintf(story, 90)} {
		toks, _ := a.tokenize(s)
		cands = append(cands, candidate{entry: &entry{passage: agent.Passage{Text: s, URL: itoa(i)}, page: i, toks: toks}, number: i, bm25: 1})
	}
	got := foldCopies(cands, 10)
	if len(got) != 2 || got[0].number != 0 || got[1].number != 2 {
		t.Errorf("%d passages are left of two equal ones and one with another figure", len(got))
	}
}

func TestManyPassagesOfOnePageGiveWay(t *testing.T) {
	var cands []candidate
	for i := range 6 {
		page, url := 0, "https://one.example/a"
		if i == 5 {
			page, url = 1, "https://two.example/b"
		}
		cands = append(cands, candidate{entry: &entry{passage: agent.Passage{URL: url}, page: page}, number: i, score: 1 - 0.01*float64(i)})
	}
	got := spread(cands, 3)
	if got[0].number != 0 || got[1].number != 5 {
		t.Errorf("first come %d and %d: the other site's passage, as good as the rest, should be second", got[0].number, got[1].number)
	}
}

func TestFusionGoesByRankAlone(t *testing.T) {
	mk := func(number int, score, bm25 float64) candidate {
		return candidate{entry: &entry{}, number: number, score: score, bm25: bm25}
	}
	small := []candidate{mk(0, 3, 1), mk(1, 2, 9), mk(2, 1, 8)}
	large := []candidate{mk(0, 3000, 1), mk(1, 2, 900), mk(2, 1, 8)}
	fuse(small)
	fuse(large)
	for i := range small {
		if small[i].number != large[i].number || small[i].score != large[i].score {
			t.Fatalf("place %d: scores of another size gave another order", i)
		}
	}
	if small[0].number != 1 {
		t.Errorf("%d is first, not the best by words and second by the model", small[0].number)
	}
}
