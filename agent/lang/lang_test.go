package lang

import (
	"testing"
	"time"
)

func TestSmoke(t *testing.T) {
	for _, s := range []string{
		"Mr. Smith went to the U.S. in 1990. He paid $1.5 million (about 3%) to J. K. Rowling. The U.S. Army bought No. 5 [1]. It rained.",
		"截至2025年2月8日，DeepSeek的全球日活跃用户数为1.19亿。他说：“我来了。我看见了。”第二天，三百二十人离开了北京……百分之十五的人",
		"# Title here\n\nPara one goes. Para two.\n\n- item one. more\n- item two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n",
		"On 14 February 2025, two thirds of 119 million users, i.e. two dozen, came for the third time; twenty-one thousand three hundred and five. 5-10 million.",
	} {
		t.Log(Detect(s))
		for _, x := range Sentences(s) {
			t.Logf("S %q", s[x.Start:x.End])
		}
		for _, q := range Quantities(s) {
			t.Logf("Q %v %q %q %v", q.Value, q.Unit, q.Text, q.Approx)
		}
		for _, d := range Dates(s, time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)) {
			t.Logf("D %d-%d-%d %q", d.Year, d.Month, d.Day, d.Text)
		}
		for _, x := range Names(s) {
			t.Logf("N %q", s[x.Start:x.End])
		}
		t.Log(Terms(s))
	}
}
