package agent

import (
	"slices"
	"strings"
	"testing"
)

func TestStripMarks(t *testing.T) {
	for _, x := range []struct {
		in, clean string
		marks     []int
	}{
		{"The tower is 330 m tall [1].", "The tower is 330 m tall.", []int{1}},
		{"It opened in 1889 [1][3], and [2, 4] closed.", "It opened in 1889, and closed.", []int{1, 3, 2, 4}},
		{"True.[citation:3][citation:12]", "True.", []int{3, 12}},
		{"塔高330米【3】。又〔2〕［5］", "塔高330米。又", []int{3, 2, 5}},
		{"A note[^3] and 【7†source】 here", "A note and here", []int{3, 7}},
		{"So it is.¹² And the area is 5 km² or x²", "So it is. And the area is 5 km² or x²", []int{12}},
		{"See [1-3].", "See.", []int{1, 2, 3}},
		{"Use `a[1]` and a[1] and rows[0] or my_list[2] = 3", "Use `a[1]` and a[1] and rows[0] or my_list[2] = 3", nil},
		{"A [link](http://x.example) and [2024] text [note]", "A [link](http://x.example) and text [note]", []int{2024}},
		{"No marks at all.", "No marks at all.", nil},
		{"全角［３］、【１２】与（citation:4）", "全角、与", []int{3, 12, 4}},
		{"Nested [[1]] and [【2】] and 【[citation:3]】.", "Nested and and.", []int{1, 2, 3}},
		{"Unpaired [1】 and 【2].", "Unpaired and.", []int{1, 2}},
		{"Other digits [\u0661], [\u0967\u0968], [\U0001d7cf], [\u00b2].", "Other digits,,,.", []int{1, 12, 2}},
		{"Hidden [\u200b1\u200d] and [cita\u00adtion\u2060:\ufeff2] and [\u202e3\u202c].", "Hidden and and.", []int{1, 2, 3}},
		{"In rarer brackets 〖1〗 ⟦2⟧ ❲3❳ ﹝4﹞.", "In rarer brackets.", []int{1, 2, 3, 4}},
		{"A year (2024), a part (1) and f(2) stay", "A year (2024), a part (1) and f(2) stay", nil},
		{"[99999] is no page, nor [0], [-1], [1-9999], [one] or [1", "[99999] is no page, nor [0], [-1], [1-9999], [one] or [1", nil},
	} {
		clean, marks := StripMarks(x.in)
		if clean != x.clean || !slices.Equal(marks, x.marks) {
			t.Errorf("StripMarks(%q) = %q, %v; want %q, %v", x.in, clean, marks, x.clean, x.marks)
		}
	}
}

// TestCheckCites holds the check to the cites themselves.
func TestCheckCites(t *testing.T) {
	page := "标题\n\nThe café is open 😀 today. It has 12 tables."
	start := strings.Index(page, "It has")
	good, ok := NewCite(SnapshotID(page), page, start, len(page))
	if !ok {
		t.Fatal("no cite")
	}
	text := func(id string) (string, bool) { return page, id == SnapshotID(page) }
	change := func(f func(*Cite)) []Cite {
		c := good
		f(&c)
		return []Cite{good, c}
	}
	for name, cites := range map[string][]Cite{
		"none":           nil,
		"other snapshot": change(func(c *Cite) { c.Snapshot = SnapshotID("x") }),
		"start":          change(func(c *Cite) { c.Start-- }),
		"end":            change(func(c *Cite) { c.End++ }),
		"quote":          change(func(c *Cite) { c.Quote = "It has 13 tables." }),
		"utf-16 start":   change(func(c *Cite) { c.Start16-- }),
		"utf-16 end":     change(func(c *Cite) { c.End16++ }),
		"negative":       change(func(c *Cite) { c.Start, c.End = -5, 2 }),
	} {
		if j := Check(Claim{Text: "It has 12 tables.", Cites: cites}, text); j.Verdict != Unsupported || j.Why == "" {
			t.Errorf("%s: %+v", name, j)
		}
	}
	if j := Check(Claim{Text: "It has 12 tables.", Cites: []Cite{good}}, text); j != (Judgement{Verdict: Supported}) {
		t.Errorf("good: %+v", j)
	}
}

// TestCheckCuts cuts sentences, in the claim and in the quote: where the cut
// leaves the meaning the claim passes, where it turns it the claim must not.
func TestCheckCuts(t *testing.T) {
	for _, x := range []struct {
		page, quote, claim string
		pass               bool
	}{
		{"The drug, which costs $40, was approved in 2019, although critics objected.", "", "The drug was approved in 2019.", true},
		{"The drug was not approved in 2019.", "approved in 2019", "The drug was approved in 2019.", false},
		{"The drug was not approved in 2019.", "", "The drug was approved in 2019.", false},
		{"According to rumours, the studio moved to Lisbon in May.", "the studio moved to Lisbon in May", "The studio moved to Lisbon in May.", false},
		{"If it rains, the match is cancelled.", "the match is cancelled", "The match is cancelled.", false},
		{"The minister denied that taxes had been raised.", "taxes had been raised", "Taxes had been raised.", false},
		{"The company claimed that the device was safe.", "", "The device was safe.", false},
		{"Unless the vote fails, Holt becomes chancellor.", "", "Holt becomes chancellor.", false},
		{"The bridge opened in 1931 and was widened in 1958.", "", "The bridge was widened in 1958.", true},
		{"该药物于2019年获批，但价格很高。", "", "该药物于2019年获批。", true},
		{"该药物未在2019年获批。", "在2019年获批", "该药物在2019年获批。", false},
		{"如果下雨，比赛就取消。", "比赛就取消", "比赛取消。", false},
		{"据传，该公司已迁往里斯本。", "该公司已迁往里斯本", "该公司已迁往里斯本。", false},
		{"部长否认提高了税率。", "提高了税率", "部长提高了税率。", false},
		{"该公司声称这款设备是安全的。", "", "这款设备是安全的。", false},
		{"大桥1931年通车，1958年拓宽。", "", "大桥1958年拓宽。", true},
	} {
		quote := x.quote
		if quote == "" {
			quote = x.page
		}
		c, text := cited(t, x.page, quote)
		c.Text = x.claim
		if j := Check(c, text); (j.Verdict == Supported) != x.pass {
			t.Errorf("%q cited by %q of %q: %+v", x.claim, quote, x.page, j)
		}
	}
}

// TestRepair finds, among the pages of the whole suite, quotes for true claims
// that come with none, and none that carry false ones.
func TestRepair(t *testing.T) {
	passages, texts := manyPassages(t, 132)
	text := func(id string) (string, bool) { s, ok := texts[id]; return s, ok }
	found, fooled := tally{}, tally{}
	for _, file := range []string{"claims_en.txt", "claims_zh.txt"} {
		for _, c := range readCases(t, file) {
			if c.check(c.hold[0]).Verdict == Supported {
				r, ok := Repair(Claim{Text: c.hold[0] + " [1]"}, passages, text)
				found.add(file, ok && r.Verdict == Supported)
				if ok && r.Verdict == Supported && Check(r, text).Verdict != Supported {
					t.Errorf("%q: what repair returns does not hold", c.hold[0])
				}
			}
			if c.check(c.fail[0]).Verdict != Supported {
				r, ok := Repair(Claim{Text: c.fail[0]}, passages, text)
				fooled.add(file, !ok || r.Verdict != Supported)
				if ok && r.Verdict == Supported {
					t.Logf("fooled: %q by %q", c.fail[0], r.Cites[0].Quote)
				}
			}
		}
	}
	t.Logf("repaired\n%snot fooled\n%s", found, fooled)
	if found.share() < 0.95 || fooled.share() < 0.97 {
		t.Errorf("repair finds quotes for %.1f %% of true claims, and none for %.1f %% of false ones", 100*found.share(), 100*fooled.share())
	}
}

// FuzzCheck feeds the check any claim, page and span: it must not panic, and
// must be the same twice.
func FuzzCheck(f *testing.F) {
	f.Add("The drug was approved [1].", "The drug was not approved in 2019. 该药物未获批。", 0, 12)
	f.Add("子午塔比科文塔高", "科文塔高312米，比298米的子午塔高", 0, 20)
	f.Add("", "\xff\xfe½3.4.5 第", 1, 3)
	f.Fuzz(func(t *testing.T, claim, page string, start, end int) {
		const other = "Qwvx zzqj kkpl."
		text := func(id string) (string, bool) {
			if id == "other" {
				return other, true
			}
			return page, true
		}
		x, ok := NewCite("s", page, start, end)
		if !ok {
			x = Cite{Snapshot: "s", Start: start, End: end}
		}
		c := Claim{Text: claim, Cites: []Cite{x, x}}
		a := Check(c, text)
		if b := Check(c, text); a != b {
			t.Fatalf("%+v, then %+v", a, b)
		}
		if !ok && a.Verdict != Unsupported {
			t.Fatalf("a bad cite passes: %+v", a)
		}
		if (a.Why == "") != (a.Verdict == Supported) {
			t.Fatalf("verdict without its reason: %+v", a)
		}
		y, _ := NewCite("other", other, 0, len(other))
		if b := Check(Claim{Text: claim, Cites: []Cite{x, x, y}}, text); rank(b.Verdict) < rank(a.Verdict) && !strings.ContainsAny(strings.ToLower(claim), "qzkjx") {
			t.Fatalf("%+v, and with a cite of nothing %+v", a, b)
		}
		if clean, marks := StripMarks(claim); len(marks) == 0 && len(clean) > len(claim) {
			t.Fatalf("StripMarks(%q) = %q", claim, clean)
		}
		r, found := Repair(Claim{Text: claim}, []Passage{{Snapshot: "s", Start: 0, End: len(page), Text: page}}, text)
		if found && badCite(r.Cites, text) != "" {
			t.Fatalf("repaired with a bad cite: %+v", r.Cites)
		}
	})
}
