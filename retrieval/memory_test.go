package retrieval

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

func openTest(t testing.TB) *Memory {
	t.Helper()
	ix, err := OpenMemory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix.(*Memory)
}

func add(t testing.TB, ix agent.Index, pages ...*agent.Page) agent.Added {
	t.Helper()
	added, err := ix.Add(context.Background(), pages...)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func search(t testing.TB, ix agent.Index, text string) []agent.Passage {
	t.Helper()
	ps, err := ix.Search(context.Background(), agent.Query{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func TestMemoryFindsThePageInBothLanguages(t *testing.T) {
	ix := openTest(t)
	pages := []*agent.Page{
		testPage("https://a.example/kettle", "Kettle", "# Kettle\n\nThe kettle boils a litre of water in 150 seconds. It was built in Leeds in 1931."),
		testPage("https://a.example/lamp", "Lamp", "# Lamp\n\nThe lamp burns for nine hours on one filling of oil."),
		testPage("https://b.example/hu", "西湖", "# 西湖\n\n西湖位于杭州市西部，湖面面积约为6.38平方公里。\n\n湖中有三座小岛。"),
		testPage("https://b.example/shan", "泰山", "# 泰山\n\n泰山主峰玉皇顶海拔1532.7米，位于山東省泰安市。"),
	}
	add(t, ix, pages...)
	for q, want := range map[string]string{
		"How long does the kettle take to boil a litre?": "https://a.example/kettle",
		"lamp oil hours":        "https://a.example/lamp",
		"西湖的面积是多少？":             "https://b.example/hu",
		"泰山在山东省哪个市？":            "https://b.example/shan",
		"泰山主峰海拔多少米":             "https://b.example/shan",
		"Who built the kettle?": "https://a.example/kettle",
	} {
		ps := search(t, ix, q)
		if len(ps) == 0 || ps[0].URL != want {
			t.Errorf("%q: got %v, want %s first", q, urls(ps), want)
		}
	}
}

func urls(ps []agent.Passage) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.URL)
	}
	return out
}

func TestMemoryPassagesAreExactSpans(t *testing.T) {
	ix := openTest(t)
	text := "# Title\n\n" + strings.Repeat("One sentence of the article says this. 另一句话说那个。 ", 200) +
		"\n\n## Table\n\n| Name | Height |\n| Ben | 1345 m |\n| 山 | 20 m |\n\n- an item\n- another item\n\n```\ncode()\n```\n"
	p := testPage("https://a.example/", "Title", text)
	add(t, ix, p)
	for _, q := range []string{"sentence article", "Ben height", "another item", "另一句话", "code"} {
		for _, got := range search(t, ix, q) {
			if got.Text != text[got.Start:got.End] {
				t.Errorf("%q: passage text is not snapshot[%d:%d]", q, got.Start, got.End)
			}
			if got.Snapshot != p.Snapshot || got.URL != p.URL || got.Title != p.Title {
				t.Errorf("%q: the passage names another page: %+v", q, got)
			}
		}
	}
}

func TestMemoryFoldsCopies(t *testing.T) {
	ix := openTest(t)
	body := strings.Repeat("The old harbour of the town was dredged again by the council. Ships of every kind came. ", 1) +
		"Fishermen mended their nets on the quay while the children watched the gulls. The market sold bread, cheese and apples. " +
		"Every evening the lamplighter walked along the wall and lit the lamps one by one until the whole street glowed."
	first := testPage("https://a.example/1", "Harbour", body+" Opened in 1901 by the old mayor of the town, it has 12 berths.")
	mirror := testPage("https://b.example/1", "Harbour (mirror)", body+" Opened in 1901 by the old mayor of the town, it has 12 berths. Share this!")
	other := testPage("https://c.example/1", "Harbour", body+" Opened in 1902 by the old mayor of the town, it has 13 berths.")
	if a := add(t, ix, first); a.Passages == 0 || len(a.Copies) != 0 {
		t.Fatalf("the first page: %+v", a)
	}
	if a := add(t, ix, first); a.Passages != 0 || a.Copies[first.Snapshot] != first.Snapshot {
		t.Errorf("the same page again: %+v", a)
	}
	if a := add(t, ix, mirror); a.Passages != 0 || a.Copies[mirror.Snapshot] != first.Snapshot {
		t.Errorf("a mirror: %+v", a)
	}
	if a := add(t, ix, other); a.Passages == 0 || len(a.Copies) != 0 {
		t.Errorf("a page that differs in its figures is no copy: %+v", a)
	}
}

func TestMemorySearchWhileAdding(t *testing.T) {
	ix := openTest(t)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 10 {
				text := strings.Repeat("Page number "+itoa(g*100+i)+" speaks of lighthouses and of keepers. ", 20)
				if _, err := ix.Add(context.Background(), testPage("https://x.example/"+itoa(g*100+i), "", text)); err != nil {
					t.Error(err)
				}
				if _, err := ix.Search(context.Background(), agent.Query{Text: "lighthouses keepers"}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	if got := search(t, ix, "lighthouses"); len(got) != defaultK {
		t.Errorf("got %d passages, want %d", len(got), defaultK)
	}
}

func TestMemoryAfterCloseAndCancel(t *testing.T) {
	ix := openTest(t)
	add(t, ix, testPage("https://a.example/", "", "A page with words."))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ix.Search(ctx, agent.Query{Text: "words"}); err == nil {
		t.Error("a cancelled search gave no error")
	}
	if _, err := ix.Add(ctx, testPage("https://a.example/2", "", "More words.")); err == nil {
		t.Error("a cancelled add gave no error")
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ix.Search(context.Background(), agent.Query{Text: "words"}); err == nil {
		t.Error("searching a closed index gave no error")
	}
	if _, err := ix.Add(context.Background(), testPage("https://a.example/3", "", "Words.")); err == nil {
		t.Error("adding to a closed index gave no error")
	}
}
