package retrieval

import "testing"

func TestTooCommon(t *testing.T) {
	for _, c := range []struct {
		df, rarest, passages float64
		want                 bool
	}{
		{30_000, 100, 100_000, true},
		{30_000, 100, 10_000, false},     // every list is read in a small index
		{30_000, 30_000, 100_000, false}, // the rarest of all is read, however common
		{30_000, 10_000, 100_000, false}, // as is one with no much rarer beside it
		{10_000, 100, 100_000, false},
		{0, 100, 100_000, false},
	} {
		if got := tooCommon(c.df, c.rarest, c.passages); got != c.want {
			t.Errorf("tooCommon(%v, %v, %v) = %v", c.df, c.rarest, c.passages, got)
		}
	}
}
