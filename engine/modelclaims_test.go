package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
)

var threePages = []string{"s1", "s2", "s3"}

// sayClaim is a claim in one line: form, section, text, snapshots.
func sayClaim(c agent.Claim) string {
	s := map[agent.Form]string{agent.FormItem: "- ", agent.FormStep: "# ", agent.FormRow: "| "}[c.Form]
	if c.Section != "" {
		s += "(" + c.Section + ") "
	}
	if len(c.Columns) > 0 {
		s += "<" + strings.Join(c.Columns, ",") + "> "
	}
	s += c.Text
	for _, x := range c.Cites {
		s += " " + x.Snapshot
	}
	if c.Lead {
		s += " LEAD"
	}
	return s
}

func readClaims(in string, n int) []string {
	r := &claimReader{snapshots: threePages}
	var out []string
	take := func(cs []agent.Claim) {
		for _, c := range cs {
			out = append(out, sayClaim(c))
		}
	}
	for _, p := range inPieces(in, n) {
		take(r.add(p))
	}
	take(r.finish(false))
	return out
}

func TestClaimReader(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"two sentences", "It is 3.14 exactly [citation:1]. Dr. Smith agrees.[citation:2][citation:3]", []string{"It is 3.14 exactly. s1 LEAD", "Dr. Smith agrees. s2 s3"}},
		{"Chinese", "日活达到1.19亿。[citation:1]它于1月发布[2]。", []string{"日活达到1.19亿。 s1 LEAD", "它于1月发布。 s2"}},
		{"bare marks", "Alpha is beta [1][3]. Gamma is delta [2, 3].", []string{"Alpha is beta. s1 s3 LEAD", "Gamma is delta. s2 s3"}},
		{"marks in other brackets", "甲是乙【1】。丙是丁【citation:2】。戊是己（citation:3）。", []string{"甲是乙。 s1 LEAD", "丙是丁。 s2", "戊是己。 s3"}},
		{"ranges and words", "Alpha [1-3]. Beta [citation:1, citation:2]. Gamma [webpage 3].", []string{"Alpha. s1 s2 s3 LEAD", "Beta. s1 s2", "Gamma. s3"}},
		{"no such page", "Alpha is beta [citation:9]. In [2024] gamma was delta [citation:1].", []string{"Alpha is beta. LEAD", "In [2024] gamma was delta. s1"}},
		{"placeholder", "Alpha is beta [citation:X]. Gamma [citation:2].", []string{"Alpha is beta. LEAD", "Gamma. s2"}},
		{"a paragraph's mark at its end", "Alpha is beta. Gamma is delta. [citation:2]\n\nZeta is eta [citation:1].", []string{"Alpha is beta. LEAD", "Gamma is delta. s2", "Zeta is eta. s1"}},
		{"list", "- Alpha is beta [1].\n* Gamma is delta. It is so [2].\n1. First [3]\n2) Second [1]\n", []string{"- Alpha is beta. s1", "- Gamma is delta. It is so. s2", "# First s3", "# Second s1"}},
		{"Chinese list", "1、第一 [1]\n（2）第二 [2]\n① 第三 [3]", []string{"# 第一 s1", "# 第二 s2", "# 第三 s3"}},
		{"headings", "Lead [1].\n\n## History\nOld [2].\n\n**Today**\nNew [3].", []string{"Lead. s1 LEAD", "(History) Old. s2", "(Today) New. s3"}},
		{"table", "| Name | Year |\n|---|:---:|\n| R1 [1] | 2025 |\n| V3 | 2024 [2] |\nAfter [3].", []string{"| <Name,Year> R1 | 2025 s1", "| <Name,Year> V3 | 2024 s2", "After. s3"}},
		{"rows without a head", "| R1 | 2025 [1] |\n| V3 | 2024 [2] |\n", []string{"| R1 | 2025 s1", "| V3 | 2024 s2"}},
		{"rule and emphasis", "**Alpha** is __beta__ [1].\n---\nGamma [2].", []string{"Alpha is beta. s1 LEAD", "Gamma. s2"}},
		{"links and images", "See [the page](https://evil.example/x) [1]. ![x](https://evil.example/y.png) Now <https://evil.example> beta [2].", []string{"See the page. s1 LEAD", "Now  beta. s2"}},
		{"a mark as a link", "Alpha is beta [1](https://a.example/).", []string{"Alpha is beta. s1 LEAD"}},
		{"lead-in", "Here is what the pages say:\n- Alpha is beta [1]", []string{"- Alpha is beta s1"}},
		{"sources at the end", "Alpha [1].\n\n## References\n[1] Page one\n[2] Page two", []string{"Alpha. s1 LEAD"}},
		{"sources in Chinese", "甲 [1]。\n\n参考资料：\n1. 网页一\n2. 网页二", []string{"甲。 s1 LEAD"}},
		{"not found", "NOT_FOUND", nil},
		{"not found in part", "Alpha is beta [1]. NOT_FOUND.", []string{"Alpha is beta. s1 LEAD"}},
		{"refusal", "I'm sorry, but I can't help with that.", nil},
		{"not a refusal", "I'm sorry, said Smith, and left [1].", []string{"I'm sorry, said Smith, and left. s1 LEAD"}},
		{"fences around all", "```markdown\nAlpha is beta [1].\n```", []string{"Alpha is beta. s1 LEAD"}},
		{"nothing but marks", "[1][2]\n", nil},
		{"half a mark", "Alpha is beta.[citation:", []string{"Alpha is beta. LEAD"}},
	} {
		for _, n := range []int{1, 3, 7, 64, 4096} {
			got := readClaims(c.in, n)
			want := c.want
			if c.name == "a paragraph's mark at its end" && n > 16 { // seen at once, the sentences share the mark
				want = []string{"Alpha is beta. s2 LEAD", "Gamma is delta. s2", "Zeta is eta. s1"}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s, in pieces of %d:\n got %q\nwant %q", c.name, n, got, want)
			}
		}
	}
}

func TestCutReplyLosesItsHalfSentence(t *testing.T) {
	for in, want := range map[string]string{
		"Alpha is beta [1]. And then it":           "Alpha is beta. s1 LEAD",
		"Alpha is beta [1]. Gamma is delta [2].":   "Alpha is beta. s1 LEAD|Gamma is delta. s2",
		"Alpha is beta [1]. Gamma is delta.[cita":  "Alpha is beta. s1 LEAD|Gamma is delta.",
		"- Alpha is beta [1].\n- C and":            "- Alpha is beta. s1",
		"| a | b |\n|---|---|\n| c | d [1] |\n| e": "| <a,b> c | d s1",
	} {
		r := &claimReader{snapshots: threePages}
		var got []string
		for _, c := range append(r.add(in), r.finish(true)...) {
			got = append(got, sayClaim(c))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", in, strings.Join(got, "|"), want)
		}
	}
}

// TestSentencesComeEarly: the first sentence is there before the paragraph ends.
func TestSentencesComeEarly(t *testing.T) {
	r := &claimReader{snapshots: threePages}
	for _, p := range []string{"Alpha is", " beta [citation", ":1]", "."} {
		if cs := r.add(p); len(cs) > 0 {
			t.Fatalf("after %q: %v", p, cs)
		}
	}
	if cs := r.add(" And Gamma"); len(cs) != 1 || cs[0].Text != "Alpha is beta." || len(cs[0].Cites) != 1 {
		t.Errorf("got %v", cs)
	}
}

func FuzzClaimReader(f *testing.F) {
	f.Add("A [1]. B\n- c [2]\n| a | b |\n|---|---|\n| c [3] | d |\n## H\n```x\ny\n```\n", 3)
	f.Add("甲【1】。乙[citation:2-9999]\n**H**\nNOT_FOUND", 1)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 1 || n > 4096 || len(s) > 1<<14 {
			return
		}
		r := &claimReader{snapshots: threePages}
		cs := []agent.Claim{}
		for _, p := range inPieces(s, n) {
			cs = append(cs, r.add(p)...)
		}
		cs = append(cs, r.finish(len(s)%2 == 0)...)
		total := 0
		for _, c := range cs {
			total += len(c.Text)
			if strings.TrimSpace(c.Text) == "" {
				t.Fatal("an empty claim")
			}
			for _, x := range c.Cites {
				if x.Snapshot == "" {
					t.Fatal("a cite of nothing")
				}
			}
		}
		if total > 2*len(s)+64 {
			t.Fatalf("%d bytes of claims from %d", total, len(s))
		}
	})
}

func BenchmarkClaimReader(b *testing.B) {
	in := strings.Repeat("The model had 119 million daily users on 8 February 2025 [citation:1]. 它于2025年1月20日发布[citation:2]。", 40)
	pieces := inPieces(in, 6)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		r := &claimReader{snapshots: threePages}
		for _, p := range pieces {
			r.add(p)
		}
		r.finish(false)
	}
}
