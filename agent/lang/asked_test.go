package lang

import "testing"

func TestAsked(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Who founded 鸣泉制药?", "en"},
		{"How long is 长江?", "en"},
		{"In which year was 青石大桥 finished?", "en"},
		{"and how old is 沈慕白?", "en"},
		{"Who sang 我的祖国?", "en"},
		{"Tell me about 云岭古道", "en"},
		{"Tarn Instruments 是哪一年成立的？", "zh"},
		{"v-if 和 v-show 有什么区别", "zh"},
		{"PEP 8 的作者", "zh"},
		{"鸣泉制药 CEO", "zh"},
		{"Who designed Harrow Bridge?", "en"},
		{"谁设计了大桥？", "zh"},
		{"", ""},
	} {
		if got := Asked(c.text); got != c.want {
			t.Errorf("%q is asked in %q, want %q", c.text, got, c.want)
		}
	}
}
