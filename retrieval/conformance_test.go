package retrieval

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

// library is what every index must do, whatever holds it.
type library interface {
	put(ctx context.Context, pages ...*agent.Page) error
	find(ctx context.Context, q agent.Query) ([]agent.Passage, error)
	Close() error
}

type memoryLibrary struct{ *Memory }

func (m memoryLibrary) put(ctx context.Context, pages ...*agent.Page) error {
	_, err := m.Add(ctx, pages...)
	return err
}

func (m memoryLibrary) find(ctx context.Context, q agent.Query) ([]agent.Passage, error) {
	return m.Search(ctx, q)
}

type diskLibrary struct{ *Disk }

func (d diskLibrary) put(ctx context.Context, pages ...*agent.Page) error {
	docs := make([]Document, len(pages))
	for i, p := range pages {
		docs[i] = Document{ID: p.URL, Page: p}
	}
	return d.Add(ctx, docs...)
}

func (d diskLibrary) find(ctx context.Context, q agent.Query) ([]agent.Passage, error) {
	found, err := d.Search(ctx, q, Filter{})
	out := make([]agent.Passage, len(found))
	for i, f := range found {
		out[i] = f.Passage
	}
	return out, err
}

// libraries are the implementations that the suite runs on.
func libraries(t *testing.T) map[string]func() library {
	return map[string]func() library{
		"memory": func() library { return memoryLibrary{openTest(t)} },
		"disk":   func() library { return diskLibrary{openDisk(t, t.TempDir())} },
	}
}

func openDisk(t testing.TB, dir string) *Disk {
	t.Helper()
	d, err := OpenDisk(context.Background(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
	})
	return d
}

func TestConformance(t *testing.T) {
	cases := map[string]func(*testing.T, library){
		"finds":            conformFinds,
		"exact spans":      conformSpans,
		"bounds":           conformBounds,
		"nothing":          conformNothing,
		"stable":           conformStable,
		"cancelled":        conformCancelled,
		"closed":           conformClosed,
		"while adding":     conformConcurrent,
		"whole pages only": conformWhole,
	}
	for kind, open := range libraries(t) {
		for name, check := range cases {
			t.Run(kind+"/"+name, func(t *testing.T) { check(t, open()) })
		}
	}
}

func put(t *testing.T, l library, pages ...*agent.Page) {
	t.Helper()
	if err := l.put(context.Background(), pages...); err != nil {
		t.Fatal(err)
	}
}

func ask(t *testing.T, l library, q agent.Query) []agent.Passage {
	t.Helper()
	ps, err := l.find(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func conformFinds(t *testing.T, l library) {
	put(t, l, ownPages()...)
	first := 0
	for _, c := range ownQuestions {
		ps := ask(t, l, agent.Query{Text: c.question})
		at := slices.IndexFunc(ps, func(p agent.Passage) bool { return strings.HasSuffix(p.URL, "/"+c.page) })
		if at < 0 || at > 2 {
			t.Errorf("%q: got %v, want %s among the first three", c.question, urls(ps), c.page)
		}
		if at == 0 {
			first++
		}
	}
	if first*10 < len(ownQuestions)*9 {
		t.Errorf("%d of %d questions have their page first", first, len(ownQuestions))
	}
}

func conformSpans(t *testing.T, l library) {
	pages := ownPages()
	put(t, l, pages...)
	text := map[string]string{}
	for _, p := range pages {
		text[p.Snapshot] = p.Text
	}
	for _, c := range ownQuestions {
		for _, p := range ask(t, l, agent.Query{Text: c.question, K: 100}) {
			if whole, ok := text[p.Snapshot]; !ok || p.Text == "" || p.Text != whole[p.Start:p.End] {
				t.Errorf("%q: the passage of %s is not its snapshot's [%d:%d]", c.question, p.URL, p.Start, p.End)
			}
		}
	}
}

func conformBounds(t *testing.T, l library) {
	var pages []*agent.Page
	for i := range 40 {
		pages = append(pages, testPage(fmt.Sprintf("https://n%d.example/", i), "", fmt.Sprintf("Harbour number %d has a crane called w%dx.", i, i)))
	}
	put(t, l, pages...)
	for k, want := range map[int]int{0: defaultK, 1: 1, 33: 33, 1000: 40} {
		ps := ask(t, l, agent.Query{Text: "harbour crane", K: k})
		if len(ps) != want {
			t.Errorf("K %d: got %d passages, want %d", k, len(ps), want)
		}
		if !slices.IsSortedFunc(ps, func(a, b agent.Passage) int { return sign(b.Score - a.Score) }) {
			t.Errorf("K %d: the scores are not sorted", k)
		}
	}
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

func conformNothing(t *testing.T, l library) {
	if ps := ask(t, l, agent.Query{Text: "anything"}); len(ps) != 0 {
		t.Errorf("an empty index gave %v", urls(ps))
	}
	put(t, l, testPage("https://a.example/", "", "Words about herrings."), testPage("https://b.example/", "", ""), testPage("https://c.example/", "", "— … —"))
	for _, q := range []string{"", "   ", "?!", "volcano", "火山", "\x00\xff", strings.Repeat("very long questions ", 5000)} {
		if ps := ask(t, l, agent.Query{Text: q}); len(ps) != 0 {
			t.Errorf("%.20q gave %v", q, urls(ps))
		}
	}
}

func conformStable(t *testing.T, l library) {
	put(t, l, ownPages()...)
	first := ask(t, l, agent.Query{Text: "bridge river metres 大桥 长"})
	for range 5 {
		again := ask(t, l, agent.Query{Text: "bridge river metres 大桥 长"})
		if !slices.Equal(urls(first), urls(again)) {
			t.Fatalf("the same search gave %v, then %v", urls(first), urls(again))
		}
	}
}

func conformCancelled(t *testing.T, l library) {
	put(t, l, ownPages()...)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.find(ctx, agent.Query{Text: "bridge"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled search: %v", err)
	}
	if err := l.put(ctx, testPage("https://late.example/", "", "Too late.")); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled add: %v", err)
	}
}

func conformClosed(t *testing.T, l library) {
	put(t, l, ownPages()...)
	for range 2 {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.find(context.Background(), agent.Query{Text: "bridge"}); !errors.Is(err, errClosed) {
		t.Errorf("searching a closed index: %v", err)
	}
	if err := l.put(context.Background(), testPage("https://late.example/", "", "Too late.")); !errors.Is(err, errClosed) {
		t.Errorf("adding to a closed index: %v", err)
	}
}

func conformConcurrent(t *testing.T, l library) {
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 5 {
				text := strings.Repeat(fmt.Sprintf("Page number %d%d speaks of lighthouses and of keepers. ", g, i), 20)
				if err := l.put(context.Background(), testPage(fmt.Sprintf("https://x.example/%d/%d", g, i), "", text)); err != nil {
					t.Error(err)
				}
				if _, err := l.find(context.Background(), agent.Query{Text: "lighthouses keepers"}); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	if ps := ask(t, l, agent.Query{Text: "lighthouses", K: 100}); len(ps) < 20 {
		t.Errorf("got %d passages of 20 pages", len(ps))
	}
}

// conformWhole watches that a search sees all passages of a page or none.
func conformWhole(t *testing.T, l library) {
	var b strings.Builder
	for i := range 12 {
		fmt.Fprintf(&b, "# Chapter %d\n\n%s\n\n", i, strings.Repeat("The gannet dives from a great height into the sea. ", 12))
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		put(t, l, testPage("https://gannet.example/", "Gannets", b.String()))
	}()
	for {
		n := len(ask(t, l, agent.Query{Text: "gannet", K: 100}))
		if n != 0 && n != 12 {
			t.Errorf("saw %d of 12 passages", n)
		}
		select {
		case <-done:
			if n := len(ask(t, l, agent.Query{Text: "gannet", K: 100})); n != 12 {
				t.Errorf("saw %d of 12 passages in the end", n)
			}
			return
		default:
		}
	}
}
