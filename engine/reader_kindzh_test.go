package engine

import "testing"

func kindsAt(text string, at func(*readSentence, int) bool) []string {
	s := readSentence{text: text, tokens: readTokens(text), language: "zh"}
	var out []string
	for i := range s.tokens {
		if at(&s, i) {
			out = append(out, s.text[s.tokens[i].start:])
		}
	}
	return out
}

func TestKindsOfChineseNames(t *testing.T) {
	for _, c := range []struct {
		text          string
		person, place bool
	}{
		{"电影由韩寒执导，讲述了一段往事。", true, false},
		{"主演有袁泉、雷佳音和王一博。", true, false},
		{"美国国务卿安东尼·布林肯与他会谈。", true, true},
		{"冠军是阿尔卡拉斯。", true, false},
		{"会议在阿布扎比举行。", false, true},
		{"大会于11月在乌镇开幕。", false, true},
		{"比赛在李宁体育馆进行。", false, true},
		{"这款产品的价格比去年下降了一成。", false, false},
		{"组件库可以独立发布。", false, false},
	} {
		if got := kindsAt(c.text, personAt); len(got) > 0 != c.person {
			t.Errorf("%s: persons at %q", c.text, got)
		}
		if got := kindsAt(c.text, placeAt); len(got) > 0 != c.place {
			t.Errorf("%s: places at %q", c.text, got)
		}
	}
}
