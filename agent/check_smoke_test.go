package agent

import "testing"

func cited(t testing.TB, page string, quotes ...string) (Claim, func(string) (string, bool)) {
	t.Helper()
	var c Claim
	for _, q := range quotes {
		i := indexOf(page, q)
		if i < 0 {
			t.Fatalf("quote %q is not on the page", q)
		}
		x, ok := NewCite(SnapshotID(page), page, i, i+len(q))
		if !ok {
			t.Fatal("bad cite")
		}
		c.Cites = append(c.Cites, x)
	}
	return c, func(s string) (string, bool) { return page, s == SnapshotID(page) }
}

func indexOf(s, sub string) int {
	for i := 0; i+len(sub) <= len(s); i++ {
		if s[i:i+len(sub)] == sub {
			return i
		}
	}
	return -1
}

func TestCheckSmoke(t *testing.T) {
	for _, x := range []struct {
		claim, quote string
		want         Verdict
	}{
		{"Larry Page founded Google in 1998.", "Larry Page and Sergey Brin founded Google in 1998 at Stanford.", Supported},
		{"Google was founded in 1998 by Larry Page.", "Larry Page and Sergey Brin founded Google in 1998 at Stanford.", Supported},
		{"Google founded Larry Page in 1998.", "Larry Page founded Google in 1998 at Stanford.", Unsupported},
		{"Larry Page founded Google in 1999.", "Larry Page and Sergey Brin founded Google in 1998 at Stanford.", Unsupported},
		{"The drug is approved in Europe.", "The drug is not approved in Europe.", Unsupported},
		{"截至2025年2月8日，DeepSeek的日活跃用户为1.19亿。", "截至2025年2月8日，DeepSeek的全球日活跃用户数为1.19亿。", Supported},
		{"截至2025年2月8日，DeepSeek的日活跃用户为119 million。", "截至2025年2月8日，DeepSeek的全球日活跃用户数为1.19亿。", Supported},
		{"上海是中国的首都。", "北京是中国的首都。", Unsupported},
		{"公司创办于1998年。", "公司成立于1998年。", Supported},
	} {
		c, text := cited(t, x.quote, x.quote)
		c.Text = x.claim
		if j := Check(c, text); j.Verdict != x.want {
			t.Errorf("%s / %s: %v, want %s", x.claim, x.quote, j, x.want)
		}
	}
}
