package engine

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// splitAll runs pieces through a splitter and returns what a reader ends up with.
func splitAll(s *thinkSplitter, pieces []string) (reasoning, text string) {
	take := func(ts []thought) {
		for _, t := range ts {
			if t.Reset {
				reasoning += text
				text = ""
			}
			reasoning += t.Reasoning
			text += t.Text
		}
	}
	for _, p := range pieces {
		take(s.add(p))
	}
	take(s.finish())
	return reasoning, text
}

func inPieces(s string, n int) []string {
	var out []string
	for len(s) > n {
		out = append(out, s[:n])
		s = s[n:]
	}
	return append(out, s)
}

func TestThinkSplitter(t *testing.T) {
	for _, c := range []struct {
		name             string
		thinks, opened   bool
		in, reason, text string
	}{
		{"plain", false, false, "An answer.", "", "An answer."},
		{"tags", false, false, "<think>why</think>An answer.", "why", "An answer."},
		{"tags, from a thinker", true, false, "<think>why</think>An answer.", "why", "An answer."},
		{"Chinese", true, false, "<think>为什么呢？</think>\n\n因为如此。", "为什么呢？", "因为如此。"},
		{"opening missing, thinker", true, false, "why</think>An answer.", "why", "An answer."},
		{"opening missing, unknown", false, false, "why</think>An answer.", "why", "An answer."},
		{"opening given in the prompt", true, true, "why</think>An answer.", "why", "An answer."},
		{"opening given and repeated", true, true, "<think>why</think>An answer.", "why", "An answer."},
		{"closing missing", false, false, "<think>why An answer.", "why An answer.", ""},
		{"both missing, thinker", true, false, "An answer.", "An answer.", "An answer."},
		{"nested", false, false, "<think>a<think>b</think>c</think>An answer.", "abc", "An answer."},
		{"nested, one not closed", false, false, "<think>a<think>b</think>An answer.", "abAn answer.", "An answer."},
		{"empty", true, false, "<think>\n\n</think>\n\nAn answer.", "\n\n", "An answer."},
		{"closed twice", true, false, "<think>why</think></think>An answer.", "why", "An answer."},
		{"upper case", false, false, "<Think>why</THINK>An answer.", "why", "An answer."},
		{"other words", false, false, "<thinking>why</thinking>An answer.", "why", "An answer."},
		{"thought, as Gemini", false, false, "<thought>why</thought>An answer.", "why", "An answer."},
		{"Magistral", false, false, "[THINK]why[/THINK]An answer.", "why", "An answer."},
		{"R1-Zero", true, false, "<think>why</think> <answer>An answer.</answer>", "why", "An answer."},
		{"R1-Zero, think not closed", true, false, "<think>why <answer>An answer.</answer>", "why ", "An answer."},
		{"two rounds", false, false, "<think>a</think>One.\n<think>b</think>Two.", "ab", "One.\nTwo."},
		{"named in an answer", false, false, "R1 writes `<think>` before it answers.", "", "R1 writes `<think>` before it answers."},
		{"named in an answer, bare", false, false, "R1 writes <think> first.", "", "R1 writes <think> first."},
		{"named in reasoning", true, false, "<think>it says `</think>` here</think>An answer.", "it says `</think>` here", "An answer."},
		{"not quite a tag", false, false, "a <thin b [citation:3] c < d", "", "a <thin b [citation:3] c < d"},
		{"ends in half a tag", false, false, "An answer.<thi", "", "An answer.<thi"},
		{"citations", true, false, "<think>x</think>Yes [citation:1][2].", "x", "Yes [citation:1][2]."},
	} {
		for _, n := range []int{1, 2, 3, 5, 7, 1000} {
			r, text := splitAll(newThinkSplitter(c.thinks, c.opened), inPieces(c.in, n))
			if r != c.reason || text != c.text {
				t.Errorf("%s, in pieces of %d: reasoning %q, text %q, want %q, %q", c.name, n, r, text, c.reason, c.text)
			}
		}
	}
}

func TestReasoningFieldSettlesIt(t *testing.T) {
	s := newThinkSplitter(true, false)
	s.apart()
	if r, text := splitAll(s, []string{"An answer."}); r != "" || text != "An answer." {
		t.Errorf("reasoning %q, text %q", r, text)
	}
	s = newThinkSplitter(true, true)
	s.apart()
	if r, text := splitAll(s, []string{"An answer."}); r != "" || text != "An answer." {
		t.Errorf("with the opening tag given: reasoning %q, text %q", r, text)
	}
}

// FuzzThinkSplitter: no panic, nothing lost but tags and the space before the
// answer, and the same whatever the pieces.
func FuzzThinkSplitter(f *testing.F) {
	f.Add("<think>a</think>b", true, false, 2)
	f.Add("a</think>b<think>\n<think>c", false, true, 1)
	f.Add("[think][/think]<answer></answer>x", true, true, 3)
	f.Fuzz(func(t *testing.T, s string, thinks, opened bool, n int) {
		if n < 1 || n > 64 || !utf8.ValidString(s) {
			return
		}
		r1, t1 := splitAll(newThinkSplitter(thinks, opened), inPieces(s, n))
		r2, t2 := splitAll(newThinkSplitter(thinks, opened), []string{s})
		if r1 != r2 || t1 != t2 {
			t.Fatalf("in pieces of %d: %q %q, whole: %q %q", n, r1, t1, r2, t2)
		}
		if !strings.ContainsAny(s, "<[") && strings.TrimSpace(s) != strings.TrimSpace(t1) && !opened {
			t.Fatalf("text without tags %q became %q", s, t1)
		}
	})
}
