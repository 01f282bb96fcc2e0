package extract

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestBoundTags(t *testing.T) {
	many := ""
	for i := range maxTagAttrs + 1 {
		many += fmt.Sprintf(" a%d=1", i)
	}
	for _, tt := range []struct {
		name, src, want string
		cost            int
	}{
		{"plain", `<p class="a b c" id=x>one<br/>two</p>`, "", 2},
		{"quotes hide a bracket", `<p title="1 > 0 and so on" a b>x`, "", 1},
		{"no bracket at the end", `<p a b`, "", 1},
		{"no end of a quote", `<p a="b`, "", 1},
		{"an attack", "<p" + many + ">x<i>y", "<p hidden>x<i>y", 2},
		{"an attack at the end", "x<p" + many, "x<p hidden>", 1},
		{"a script", "<script>a<b" + many + "</script><p>x", "", 3 + 1001/4},
		{"comments and ends are no tags", "<!-- a --></p><1>", "", 0},
	} {
		got, cost := boundTags(tt.src)
		if tt.want == "" {
			tt.want = tt.src
		}
		if got != tt.want || cost < tt.cost || cost > tt.cost+1 {
			t.Errorf("%s: %.60q costs %d, want %.60q and about %d", tt.name, got, cost, tt.want, tt.cost)
		}
	}
}

// What stands in a tag with attributes without end is not shown: the attack may
// have hidden it.
func TestTagWithAttributesWithoutEnd(t *testing.T) {
	src := "<p>Shown.</p><div " + strings.Repeat("a ", 2000) + "style='display:none'>Not shown.</div><p>Shown again.</p>"
	p := mustExtract(t, Input{URL: "https://e.org/", ContentType: "text/html", Body: []byte(src)}).Page
	if strings.Contains(p.Text, "Not shown") || !strings.Contains(p.Text, "Shown again.") {
		t.Errorf("%q", p.Text)
	}
}

// A text without end reads the same in parts: no character and no word is cut.
func TestPartedText(t *testing.T) {
	for _, unit := range []string{"好", "word ", "a", "&amp;b "} {
		text := strings.Repeat(unit, 5*textRun/len(unit))
		src := strings.Repeat("<b>", 600) + "<p>" + text + "</p><p>The end."
		if got := readAllText(t, partedText(src)); strings.Count(got, "<wbr>") < 3 || strings.ReplaceAll(got, "<wbr>", "") != src {
			t.Errorf("%q: parted in %d", unit, strings.Count(got, "<wbr>"))
		}
		p := mustExtract(t, Input{URL: "https://e.org/", ContentType: "text/html", Body: []byte(src)}).Page
		want := strings.TrimSpace(strings.ReplaceAll(text, "&amp;", "&")) + "\n\nThe end."
		if p.Text != want {
			t.Errorf("%q: %d bytes of text, want %d", unit, len(p.Text), len(want))
		}
	}
	if src := "<p>" + strings.Repeat("short <b>", 1000); readAllText(t, partedText(src)) != src {
		t.Error("short texts are parted")
	}
}

func readAllText(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func FuzzTags(f *testing.F) {
	f.Add("<p a=\"b>\" c><i / x>a<b", uint8(1))
	f.Add("<div "+strings.Repeat("a ", 1500)+">x</div>", uint8(3))
	f.Fuzz(func(t *testing.T, s string, times uint8) {
		src := strings.Repeat(s, int(times)+1)
		bounded, cost := boundTags(src)
		if cost < 0 || strings.Count(src, "<") < strings.Count(bounded, "<") || len(bounded) > len(src) {
			t.Fatalf("%d bytes became %d, cost %d", len(src), len(bounded), cost)
		}
		if strings.ReplaceAll(readAllText(t, partedText(src)), "<wbr>", "") != strings.ReplaceAll(src, "<wbr>", "") {
			t.Fatal("parting the text changed it")
		}
	})
}
