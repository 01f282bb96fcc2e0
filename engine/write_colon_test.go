package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

func TestColonIsFollowedByItsList(t *testing.T) {
	text := "The pump has two modes:\n\n- Slow: for gardens.\n- Fast: for fires.\n\nIt weighs ten kilos. 仓库支持两种操作：\n\n- 入库\n- 出库\n"
	page := &agent.Page{Snapshot: agent.SnapshotID(text), Text: text}
	w := &writer{evidence: agent.Evidence{Pages: map[string]*agent.Page{page.Snapshot: page}}}
	for _, quote := range []string{"The pump has two modes:", "It weighs ten kilos.", "仓库支持两种操作："} {
		at := strings.Index(text, quote)
		c, ok := w.spanClaim(page, lang.Span{Start: at, End: at + len(quote)})
		if !ok {
			t.Fatalf("no claim of %q", quote)
		}
		w.out.Claims = append(w.out.Claims, c)
	}
	w.unfold()
	var got []string
	for _, c := range w.out.Claims {
		got = append(got, string(c.Form)+"|"+c.Text)
		if x := c.Cites[0]; text[x.Start:x.End] != x.Quote {
			t.Errorf("%q does not stand at its offsets", x.Quote)
		}
	}
	want := []string{"|The pump has two modes:", "item|Slow: for gardens.", "item|Fast: for fires.", "|It weighs ten kilos.",
		"|仓库支持两种操作：", "item|入库", "item|出库"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
