package retrieval

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

func TestChunksFollowTheStructure(t *testing.T) {
	long := strings.Repeat("This sentence fills the section with a dozen words or so more. ", 8)
	text := "# Guide\n\n" + long + "\n\n## Install\n\n" + long + "\n\n### On Linux\n\n" + long + "\n\n## Use\n\n" + long + "\n"
	var got []string
	for _, c := range chunks(text) {
		got = append(got, strings.Join(c.headings, " > "))
	}
	want := []string{"Guide", "Guide > Install", "Guide > Install > On Linux", "Guide > Use"}
	if !slices.Equal(got, want) {
		t.Errorf("headings %q, want %q", got, want)
	}
}

func TestChunksJoinSmallSections(t *testing.T) {
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintf(&b, "## Option %d\n\nSets the value number %d.\n\n", i, i)
	}
	if n := len(chunks(b.String())); n < 3 || n > 8 {
		t.Errorf("30 sections of five words gave %d passages", n)
	}
}

func TestChunksGiveTableRowsTheirHeader(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Rivers\n\n| River | Length | Mouth |\n| --- | --- | --- |\n")
	for i := range 120 {
		fmt.Fprintf(&b, "| River number %d | %d km | the great sea |\n", i, i*7)
	}
	cs := chunks(b.String())
	if len(cs) < 3 {
		t.Fatalf("%d passages", len(cs))
	}
	for _, c := range cs[1:] {
		if !strings.HasPrefix(c.header, "| River | Length | Mouth") {
			t.Errorf("the passage at %d has the header %q", c.start, c.header)
		}
	}
	a := newAnalyzer()
	p := a.readPage(testPage("https://r.example/", "", b.String()))
	last := p.parts[len(p.parts)-1]
	if _, ok := last.headField.freqs["mouth"]; !ok {
		t.Error("a row is not found by the header of its column")
	}
}

func TestChunksAreOfOneSizeInBothLanguages(t *testing.T) {
	en := strings.Repeat("The council met on Monday and spoke of the harbour wall. ", 200)
	zh := strings.Repeat("委员会在星期一开会讨论了海港的防波堤问题。", 300)
	for name, text := range map[string]string{"en": en, "zh": zh} {
		for i, c := range chunks(text) {
			n := wordCount(text[c.start:c.end])
			if n > passageWords*1.3 || i == 0 && n < passageWords*0.7 {
				t.Errorf("%s: a passage of %.0f words", name, n)
			}
		}
	}
}

// checkChunks fails where a passage cuts a sentence or a character, overlaps
// another, or leaves out a sentence.
func checkChunks(t *testing.T, text string) {
	t.Helper()
	cs := chunks(text)
	end := 0
	for _, c := range cs {
		if c.start < end || c.start >= c.end || c.end > len(text) {
			t.Fatalf("passage [%d:%d] after %d of %d", c.start, c.end, end, len(text))
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[c.start:c.end]) {
			t.Fatalf("passage [%d:%d] cuts a character", c.start, c.end)
		}
		end = c.end
	}
	i := 0
	for _, s := range lang.Sentences(text) {
		if s.Start >= s.End {
			continue
		}
		for i < len(cs) && cs[i].end <= s.Start {
			i++
		}
		switch {
		case i == len(cs) || s.Start < cs[i].start:
			t.Fatalf("the sentence [%d:%d] is in no passage", s.Start, s.End)
		case s.End > cs[i].end && s.End-s.Start < maxSentence:
			t.Fatalf("the sentence [%d:%d] is cut at %d", s.Start, s.End, cs[i].end)
		}
	}
}

func TestChunksNeverCutSentences(t *testing.T) {
	for _, p := range ownPages() {
		checkChunks(t, p.Text)
	}
	checkChunks(t, strings.Repeat("word ", 9000))
	checkChunks(t, strings.Repeat("字", 9000))
	checkChunks(t, "```\n"+strings.Repeat("x = call(1, 2)\n", 500)+"```\n\nAfter the code.")
}

func FuzzChunks(f *testing.F) {
	for _, p := range ownPages() {
		f.Add(p.Text)
	}
	f.Add("# \n|a|\n```\n- x\n1. y\n\xff")
	f.Fuzz(func(t *testing.T, text string) {
		checkChunks(t, text)
		a := newAnalyzer()
		for _, p := range a.readPage(testPage("https://f.example/", "", text)).parts {
			if p.passage.Text != text[p.passage.Start:p.passage.End] || p.body.length < 1 {
				t.Fatal("a passage is not its span")
			}
		}
	})
}

func FuzzQuestion(f *testing.F) {
	for _, q := range ownQuestions {
		f.Add(q.question)
	}
	f.Add("\x00 什么\xff ?")
	ix := openTest(f)
	add(f, ix, ownPages()...)
	f.Fuzz(func(t *testing.T, q string) {
		for _, p := range search(t, ix, q) {
			if p.Text == "" || p.Score != p.Score {
				t.Fatalf("passage %+v", p)
			}
		}
	})
}
