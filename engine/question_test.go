package engine

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sonde-search/sonde/agent"
)

var testNow = time.Date(2025, 3, 10, 12, 0, 0, 0, time.UTC)

func TestQuestionKind(t *testing.T) {
	for _, c := range []struct {
		text   string
		kind   Kind
		expect Expect
	}{
		{"Who designed the old harbour bridge?", KindWho, ExpectPerson},
		{"Which engineer built the lighthouse?", KindWhich, ExpectAny},
		{"When was the lighthouse built?", KindWhen, ExpectDate},
		{"What year did the mine close?", KindWhen, ExpectYear},
		{"In which city was the treaty signed?", KindWhere, ExpectPlace},
		{"Where do puffins nest?", KindWhere, ExpectPlace},
		{"How many members does the council have?", KindCount, ExpectNumber},
		{"How much did the repair cost?", KindCount, ExpectMoney},
		{"How long did the siege last?", KindCount, ExpectDuration},
		{"What percentage of voters agreed?", KindCount, ExpectPercent},
		{"Is the museum open on Mondays?", KindYesNo, ExpectAny},
		{"Why did the dam fail?", KindWhy, ExpectAny},
		{"What caused the blackout?", KindWhy, ExpectAny},
		{"How do I reset the router?", KindHowTo, ExpectAny},
		{"How does a heat pump work?", KindHow, ExpectAny},
		{"What is a heat pump?", KindDefinition, ExpectAny},
		{"What does RAID stand for?", KindDefinition, ExpectAny},
		{"What are the largest lakes in Europe?", KindList, ExpectAny},
		{"List the member states", KindList, ExpectAny},
		{"What is the difference between TCP and UDP?", KindComparison, ExpectAny},
		{"Postgres vs MySQL", KindComparison, ExpectAny},
		{"Tell me about the Hanseatic League", KindOverview, ExpectAny},
		{"latest news about the port strike", KindNews, ExpectAny},
		{"What did the committee recommend?", KindFact, ExpectAny},
		{"What kinds of joints are there?", KindList, ExpectAny},
		{"How many goals did Brekke score versus Marl?", KindCount, ExpectNumber},
		{"谁设计了这座大桥？", KindWho, ExpectPerson},
		{"灯塔是哪一年建成的？", KindWhen, ExpectYear},
		{"图书馆什么时候开放？", KindWhen, ExpectDate},
		{"这座博物馆在哪里？", KindWhere, ExpectPlace},
		{"会议在哪个城市举行？", KindWhere, ExpectPlace},
		{"理事会有多少名成员？", KindCount, ExpectNumber},
		{"门票多少钱？", KindCount, ExpectMoney},
		{"工程历时多久？", KindCount, ExpectDuration},
		{"图书馆周一开放吗？", KindYesNo, ExpectAny},
		{"这种药是否需要处方？", KindYesNo, ExpectAny},
		{"为什么水坝会垮塌？", KindWhy, ExpectAny},
		{"热泵的安装步骤怎么做？", KindHowTo, ExpectAny},
		{"热泵如何工作？", KindHow, ExpectAny},
		{"什么是热泵？", KindDefinition, ExpectAny},
		{"成员国有哪些？", KindList, ExpectAny},
		{"热泵和空调有什么区别？", KindComparison, ExpectAny},
		{"介绍一下汉萨同盟", KindOverview, ExpectAny},
		{"这位画家被人称为什么？", KindFact, ExpectAny},
		{"村民为什么称它为神树？", KindWhy, ExpectAny},
		{"他在渥太华的许多大学里获得了什么学位？", KindFact, ExpectAny},
		{"水库有多大？", KindCount, ExpectNumber},
		{"渔业与哪个行业的关系比较密切？", KindWhich, ExpectAny},
		{"把陶器和瓷器比较一下", KindComparison, ExpectAny},
		{"合作社是否支持延长工作年龄？", KindYesNo, ExpectAny},
		{"他在哪一部电影里演船长？", KindWhich, ExpectAny},
		{"港口罢工最新消息", KindNews, ExpectAny},
		{"2021年港口年吞吐量", KindCount, ExpectNumber},
		{"该片的导演", KindWho, ExpectPerson},
	} {
		a := Analyse(c.text, testNow, nil)
		if a.Kind != c.kind || a.Expect != c.expect {
			t.Errorf("%q: %s/%s, want %s/%s", c.text, a.Kind, a.Expect, c.kind, c.expect)
		}
	}
}

func TestQuestionParts(t *testing.T) {
	a := Analyse("What did Ada Brandt publish last year about tidal mills? site:example.org", testNow, nil)
	if !slices.Contains(a.Sites, "example.org") || strings.Contains(a.Text, "site:") {
		t.Errorf("sites %q, text %q", a.Sites, a.Text)
	}
	if !slices.Contains(a.Names, "Ada Brandt") {
		t.Errorf("names %q", a.Names)
	}
	if len(a.Dates) != 1 || a.Dates[0].Year != 2024 {
		t.Errorf("dates %+v", a.Dates)
	}
	a = Analyse("去年春节以来北港的客流量是多少", testNow, nil)
	if len(a.Dates) == 0 || a.Dates[0].Year != 2024 || a.After < "2024" {
		t.Errorf("dates %+v after %q", a.Dates, a.After)
	}
	for _, c := range []struct{ text, left, right string }{
		{"What is the difference between heat pumps and gas boilers?", "heat pumps", "gas boilers"},
		{"Compare oak with pine for flooring", "oak", "pine"},
		{"Nginx vs Caddy", "Nginx", "Caddy"},
		{"热泵和空调有什么区别？", "热泵", "空调"},
		{"比较一下橡木与松木的优缺点", "橡木", "松木"},
	} {
		if s := Analyse(c.text, testNow, nil).Sides; len(s) != 2 || s[0] != c.left || s[1] != c.right {
			t.Errorf("%q: sides %q", c.text, s)
		}
	}
}

func TestQuestionFollowUp(t *testing.T) {
	list := "Three mills remain:\n\n- Grey Mill [1]\n- Stone Mill [2]\n- Low Mill [1]"
	for _, c := range []struct {
		before, answer, text string
		want                 []string
	}{
		{"What is the Orion X2 camera?", "It is a camera.", "and its price?", []string{"Orion X2", "price"}},
		{"Who founded Northwind Robotics?", "Ada Brandt.", "When did they move to Oslo?", []string{"Northwind Robotics", "Oslo"}},
		{"What is the population of Tallinn?", "…", "And Riga?", []string{"population", "Riga"}},
		{"Which mills remain?", list, "Who owns the second one?", []string{"Stone Mill", "owns"}},
		{"“北辰相机”是什么？", "一款相机。", "它的价格呢？", []string{"北辰相机", "价格"}},
		{"《远山》的导演是谁？", "林某。", "那上映时间呢？", []string{"远山", "上映时间"}},
		{"有哪些磨坊？", "有三座：\n\n- 灰磨坊 [1]\n- 石磨坊 [2]", "那第二个呢", []string{"石磨坊"}},
	} {
		a := Analyse(c.text, testNow, []agent.Turn{{Question: c.before, Answer: c.answer}})
		if !a.FollowUp {
			t.Errorf("%q after %q is no follow-up", c.text, c.before)
		}
		for _, w := range c.want {
			if !strings.Contains(a.Text, w) {
				t.Errorf("%q after %q became %q, without %q", c.text, c.before, a.Text, w)
			}
		}
	}
	for _, text := range []string{"Who painted the ceiling of the town hall in Lund?", "谁画了伦德市政厅的天花板？"} {
		if a := Analyse(text, testNow, []agent.Turn{{Question: "What is Orion X2?"}}); a.FollowUp {
			t.Errorf("%q stands by itself but became %q", text, a.Text)
		}
	}
}

func TestQuestionOfTwoThings(t *testing.T) {
	for _, c := range []struct{ text, first, second string }{
		{"2021年和2022年港口的吞吐量分别是多少？", "2021年港口的吞吐量是多少", "2022年港口的吞吐量是多少"},
		{"灰港男队和女队的教练是谁？", "灰港男队的教练是谁", "灰港女队的教练是谁"},
		{"When were Harrow Bridge and Colby Tower opened?", "When were Harrow Bridge opened?", "When were Colby Tower opened?"},
		{"《远山》是什么类型的电影？它的导演是谁？", "《远山》是什么类型的电影?", "远山的导演是谁?"},
	} {
		p := Analyse(c.text, testNow, nil).Parts
		if len(p) != 2 || p[0] != c.first || p[1] != c.second {
			t.Errorf("%q: %q", c.text, p)
		}
	}
	for _, text := range []string{"Who designed Harrow Bridge?", "青石塔有多高？", "《和平与战争》的作者是谁？"} {
		if p := Analyse(text, testNow, nil).Parts; p != nil {
			t.Errorf("%q asks for one thing, not %q", text, p)
		}
	}
}

func FuzzAnalyse(f *testing.F) {
	for _, s := range []string{"", "?", "那第二个呢", "And Riga?", "compare a and", "第", "site:", "和vs的区别", "\xff\xfe"} {
		f.Add(s, "What is Orion X2?", "- a\n- b")
	}
	f.Fuzz(func(t *testing.T, text, before, answer string) {
		a := Analyse(text, testNow, []agent.Turn{{Question: before, Answer: answer}})
		if a.Kind == "" {
			t.Errorf("%q has no kind", text)
		}
	})
}

func TestQuestionCoreKeepsInitials(t *testing.T) {
	for question, want := range map[string]string{
		"Which mills stand in the U.S.?": "mills stand U.S.",
		"Who built the mill.":            "built mill",
		"磨坊在U.S.哪里？":                     "磨坊在U.S.",
	} {
		if got := testBuiltin().analyse(agent.Question{Text: question}).Core; got != want {
			t.Errorf("%q: %q, want %q", question, got, want)
		}
	}
}

func TestQuestionBeginsWithAName(t *testing.T) {
	for question, want := range map[string]string{
		"Sable 支持离线模式吗？":           "Sable",
		"Quill织机需要上油吗？":            "Quill",
		"quill 织机需要上油吗？":           "",
		"Does it need oil at all?": "",
	} {
		got := strings.Join(testBuiltin().analyse(agent.Question{Text: question}).Names, "|")
		if got != want {
			t.Errorf("%q: %q, want %q", question, got, want)
		}
	}
}
