package lang

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDetect(t *testing.T) {
	for s, want := range map[string]string{
		"":                   "",
		"123 ... !":          "",
		"The tower is tall.": "en",
		"这座塔很高。":             "zh",
		"DeepSeek 的日活跃用户数是多少":                                                "zh",
		"What does 道 mean in this?":                                          "en",
		"Vue 支持 IE8 吗？":                                                      "zh",
		"v-if 和 v-show 有什么区别？":                                               "zh",
		"7 个版本，依次为 C++98、C++03、C++11（亦称 C++0x）":                              "zh",
		"The character 的 is the most common one in Chinese, and 是 the next.": "en",
		"Is 北京大学 the same as Peking University?":                             "en",
		"kubectl rollout restart 会删除 Pod 吗":                                  "zh",
		"この塔はとても高いです":                                                        "ja",
		"이 탑은 매우 높다":                                                         "ko",
		"Эта башня высокая":                                                  "ru",
	} {
		if got := Detect(s); got != want {
			t.Errorf("Detect(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestSentences(t *testing.T) {
	for _, want := range [][]string{
		{"Mr. Smith went to Washington.", "He met Dr. J. K. Olsen of Acme Inc. on Jan. 5, 1990."},
		{"It was born in the U.S. in 1990.", "The U.S. Army bought it."},
		{"They moved to the U.S.", "The price was $1.5 million, i.e. 3.2% of No. 5."},
		{"“Where is it?” he asked.", "Nobody knew!", "She left."},
		{"He said (see p. 12. It is short) that it works.", "Fine."},
		{"Visit www.example.org/a.b?c=d.", "It is free."},
		{"The value is 3.14.[1]", "The next is 2.72.[2][3]"},
		{"She waited ... and waited.", "Then she left..."},
		{"Yahoo! was founded in 1994.", "Jeopardy! is a show."},
		{"他说：“我来了。我看见了。”", "第二天，他走了。"},
		{"“你好！”她说。", "没有人回答……她走了？！", "是的。"},
		{"圆周率约为3.14。", "版本2.0已发布！"},
		{"他在1998年（当时他12岁。）离开了。", "后来回来了。"},
	} {
		sep := " "
		if Detect(want[0]) == "zh" {
			sep = ""
		}
		s := strings.Join(want, sep)
		var got []string
		for _, x := range Sentences(s) {
			got = append(got, s[x.Start:x.End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("Sentences(%q)\n got %q\nwant %q", s, got, want)
		}
	}
}

func TestSentencesOfMarkdown(t *testing.T) {
	s := "# The title. Not split\n\nOne paragraph\nwith a wrapped line that is long enough to be one. Second.\n\n- first item\n- second item. With two.\n  - nested\n\n1. a step\n\n" +
		"| Name | Size |\n| --- | --- |\n| A. B | 3.5 |\n\n```\nx = a[1]. y\nz\n```\nAfter.\n"
	want := []string{
		"The title. Not split", "One paragraph\nwith a wrapped line that is long enough to be one.", "Second.", "first item", "second item.", "With two.",
		"nested", "a step", "Name | Size", "A. B | 3.5", "x = a[1]. y", "z", "After.",
	}
	var got []string
	for _, x := range Sentences(s) {
		got = append(got, s[x.Start:x.End])
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWords(t *testing.T) {
	s := "The U.S. isn't John’s R1 or C++: 1,234.5 Ｃａｆé 的國家 state-of-the-art 2025-02-14"
	var got []string
	for _, w := range Words(s) {
		got = append(got, w.Text)
	}
	want := strings.Fields("the u.s isn't john r1 or c++ 1234.5 cafe 的 国 家 state of the art 2025 02 14")
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestTerms(t *testing.T) {
	got := Terms("The engineers were building 3 bridges over the river. 北京的大学和上海")
	want := strings.Fields("engin build 3 bridg river 北京 大学 学和 和上 上海")
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"plain": "plain", "ＡＢＣ１２３": "abc123", "Beyoncé Ångström Łódź": "beyonce angstrom lodz",
		"資訊軟體與電腦": "资讯软体与电脑", "“It’s”": "\"it's\"", "Straße": "strasse", "臺灣": "台湾",
	} {
		if got := Fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestQuantities(t *testing.T) {
	for s, want := range map[string][]Quantity{
		"1.19亿用户":                       {{Value: 1.19e8}},
		"119 million users":             {{Value: 1.19e8}},
		"三百二十人":                         {{Value: 320, Unit: "person"}},
		"百分之十五":                         {{Value: 15, Unit: "%"}},
		"15 per cent":                   {{Value: 15, Unit: "%"}},
		"２０公里":                          {{Value: 20, Unit: "km"}},
		"two dozen eggs":                {{Value: 24}},
		"第三名":                           {{Value: 3, Unit: "ordinal"}},
		"the twenty-first of 305 items": {{Value: 21, Unit: "ordinal"}, {Value: 305}},
		"two hundred and five km":       {{Value: 205, Unit: "km"}},
		"$1.5 billion or €3m":           {{Value: 1.5e9, Unit: "USD"}, {Value: 3, Unit: "EUR"}},
		"US$40":                         {{Value: 40, Unit: "USD"}},
		"46.8万元":                        {{Value: 468000, Unit: "CNY"}},
		"三分之一":                          {{Value: 1.0 / 3}},
		"two-thirds of it":              {{Value: 2.0 / 3}},
		"half an hour":                  {{Value: 0.5, Unit: "hour"}},
		"5 to 10 million":               {{Value: 5e6}, {Value: 1e7}},
		"10至15万人":                       {{Value: 1e5, Unit: "person"}, {Value: 1.5e5, Unit: "person"}},
		"about 50 kg":                   {{Value: 50, Unit: "kg", Approx: true}},
		"约300多人":                        {{Value: 300, Unit: "person", Approx: true}},
		"一九四九年":                         {{Value: 1949, Unit: "year"}},
		"两万五千里":                         {{Value: 25000}},
		"七成的人":                          {{Value: 70, Unit: "%"}},
		"零下5度":                          {{Value: -5, Unit: "degree"}},
		"7.30 am and 19:05":             {{Value: 450, Unit: "time"}, {Value: 1145, Unit: "time"}},
		"下午3点30分":                       {{Value: 930, Unit: "time"}},
		"the 1990s":                     {{Value: 1990, Unit: "decade"}},
		"20世纪90年代":                      {{Value: 20, Unit: "century"}, {Value: 1990, Unit: "decade"}},
		"6½ sacks":                      {{Value: 6.5}},
		"R1, COVID-19, Python 3.10.4":   nil,
		"一些人一起统一":                       nil,
		"one of them":                   nil,
	} {
		got := Quantities(s)
		if len(got) != len(want) {
			t.Errorf("Quantities(%q) = %+v, want %+v", s, got, want)
			continue
		}
		for i, q := range got {
			if d := q.Value - want[i].Value; d > 1e-6 || d < -1e-6 || q.Unit != want[i].Unit || q.Approx != want[i].Approx || s[q.Start:q.End] != q.Text {
				t.Errorf("Quantities(%q)[%d] = %+v, want %+v", s, i, q, want[i])
			}
		}
	}
}

func TestDates(t *testing.T) {
	ref := time.Date(2025, 3, 5, 0, 0, 0, 0, time.UTC) // a Wednesday
	type d = Date
	for s, want := range map[string][]Date{
		"on 14 February 2025":            {{Year: 2025, Month: 2, Day: 14}},
		"Feb. 14, 2025":                  {{Year: 2025, Month: 2, Day: 14}},
		"the 3rd of March":               {{Month: 3, Day: 3}},
		"2025-02-14T10:00":               {{Year: 2025, Month: 2, Day: 14}},
		"2025年2月14日":                     {{Year: 2025, Month: 2, Day: 14}},
		"二〇二五年二月十四日":                     {{Year: 2025, Month: 2, Day: 14}},
		"3月5日和1998年":                     {{Month: 3, Day: 5}, {Year: 1998}},
		"in May 1990, may it be":         {{Year: 1990, Month: 5}},
		"between 1990 and 1995":          {{Year: 1990}, {Year: 1995}},
		"2008年春节":                        {{Year: 2008}},
		"yesterday":                      {{Year: 2025, Month: 3, Day: 4}},
		"last week":                      {{Year: 2025, Month: 2, Day: 24}},
		"two years ago":                  {{Year: 2023}},
		"去年春节":                           {{Year: 2024}},
		"去年3月和上个月":                       {{Year: 2024, Month: 3}, {Year: 2025, Month: 2}},
		"三天前":                            {{Year: 2025, Month: 3, Day: 2}},
		"昨天":                             {{Year: 2025, Month: 3, Day: 4}},
		"cost 2,000 or 1990 km or $1998": nil,
		"600年的树":                         nil,
	} {
		got := Dates(s, ref)
		if len(got) != len(want) {
			t.Errorf("Dates(%q) = %+v, want %+v", s, got, want)
			continue
		}
		for i, g := range got {
			if (d{Year: g.Year, Month: g.Month, Day: g.Day}) != want[i] || s[g.Start:g.End] != g.Text {
				t.Errorf("Dates(%q)[%d] = %+v, want %+v", s, i, g, want[i])
			}
		}
	}
}

func TestNames(t *testing.T) {
	for s, want := range map[string][]string{
		"Yesterday Marie Curie met the Bank of England in Paris.": {"Marie Curie", "Bank of England", "Paris"},
		"他在《红楼梦》中提到 DeepSeek 和 R1。":                               {"红楼梦", "DeepSeek", "R1"},
		"See PEP 8 and COVID-19.":                                 {"PEP 8", "COVID-19"},
		"Version 6.0 of the parser is out.":                       nil,
		"The cat sat.":                                            nil,
	} {
		var got []string
		for _, x := range Names(s) {
			got = append(got, s[x.Start:x.End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("Names(%q) = %q, want %q", s, got, want)
		}
	}
}

// TestStem holds the stemmer to words and stems of the algorithm's own description.
func TestStem(t *testing.T) {
	pairs := strings.Fields(`caresses caress flies fli dies die mules mule denied deni died die agreed agre owned own humbled humbl sized size meeting meet
stating state siezing siez itemization item sensational sensat traditional tradit reference refer colonizer colon plotted plot generate generat generic generic
consign consign consigned consign consisting consist consistency consist knightly knight knots knot knack knack happy happi cry cri by by say say
national nation rationality ration skies sky news news gently gentl communism communism community communiti arsenic arsenic hopping hop hoping hope`)
	for i := 0; i < len(pairs); i += 2 {
		if got := Stem(pairs[i]); got != pairs[i+1] {
			t.Errorf("Stem(%q) = %q, want %q", pairs[i], got, pairs[i+1])
		}
	}
}
