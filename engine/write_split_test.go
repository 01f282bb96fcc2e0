package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestSplitEn(t *testing.T) {
	for question, want := range map[string][]string{
		"When and where was Greta Lund born?":                   {"When was Greta Lund born?", "where was Greta Lund born?"},
		"How long and how wide is the Vane bridge?":             {"How long is the Vane bridge?", "how wide is the Vane bridge?"},
		"Who wrote and directed The Far Shore?":                 {"Who wrote The Far Shore?", "Who directed The Far Shore?"},
		"What are the height and the weight of the Falun bell?": {"What are the height of the Falun bell?", "What are the weight of the Falun bell?"},
		"How many boats passed in 2021 and 2022?":               {"How many boats passed in 2021?", "How many boats passed in 2022?"},
		"How many people lived there between 1921 and 1931?":    nil,
		"Who designed the Vane bridge?":                         nil,
	} {
		if got := questionParts(question, "en", nil); !slices.Equal(got, want) {
			t.Errorf("%q: %q", question, got)
		}
	}
}

func TestSplitByWhatWasRead(t *testing.T) {
	read := []testPage{
		{"联赛", "", "白鸟队在联赛中夺冠。青藤堂队输给白鸟队。本届联赛男单冠军是何山，女单冠军是陆雨。何山获得男单冠军。陆雨赢得女单决赛。"},
		{"白鸟队", "", "球迷支持白鸟队，白鸟队的教练是林远。球队青藤堂去年成立，青藤堂的教练是周海。昨天青藤堂获胜。"},
		{"影片", "", "《雾港》由林远执导。"},
	}
	for question, want := range map[string][]string{
		"联赛白鸟队和青藤堂教练是谁？":       {"联赛白鸟队教练是谁", "联赛青藤堂教练是谁"},
		"联赛男女单打冠军是谁？":          {"联赛男单冠军是谁", "联赛女单冠军是谁"},
		"《雾港》的上映时间和票价是多少？":     {"《雾港》的上映时间是多少", "《雾港》的上映票价是多少"},
		"林远什么时候在哪里出生？":         {"林远什么时候出生", "林远在哪里出生"},
		"中华人民共和国的首都是哪里？":       nil,
		"最佳影片和最佳配乐分别是什么？":      {"最佳影片是什么", "最佳配乐是什么"},
		"ABEC2022和2023的举办地是哪里": {"ABEC2022的举办地是哪里", "ABEC2023的举办地是哪里"},
	} {
		var pages []*agent.Page
		for i, x := range read {
			pages = append(pages, answers.TextPage("split", i, x.title, x.text))
		}
		w, err := loadReader()
		if err != nil {
			t.Fatal(err)
		}
		e := answers.Evidence(question, answers.NewIndex(pages).Search("联赛 白鸟队 青藤堂 男单 女单 雾港 影片", 60), answers.BySnapshot(pages))
		r := readEvidence(e, Analyse(question, testNow, nil), w)
		if got := questionParts(question, "zh", r.hearing()); !slices.Equal(got, want) {
			t.Errorf("%q: %q, not %q", question, got, want)
		}
	}
}

var (
	opera = []testPage{
		{"The Blue Ferry", "", "The Blue Ferry is a film of 2019. It was written by Ann Vole. The Blue Ferry was directed by Tom Reck and opened in Skelby on 4 May 2019."},
		{"The cast of The Blue Ferry", "", "The Blue Ferry stars Mia Holm. The film The Blue Ferry stars Mia Holm, Jan Sund and Eva Brandt."},
		{"The Red Lamp", "", "The Red Lamp was directed by Ola Berg and opened in Falun in 2011."},
	}
	fog = []testPage{
		{"电影《雾港》", "", "《雾港》是一部剧情片，由林远执导。影片于2021年5月1日在临川市首映。"},
		{"《雾港》演员表", "", "《雾港》由何山主演。据介绍，《雾港》由何山、陆雨、顾晚舟主演，讲述渔村往事。"},
		{"电影《山灯》", "", "《山灯》由周海执导，2018年在松浦县首映。"},
		{"体育新闻", "", "2022年临川市马拉松冠军是韩青。2023年临川市马拉松冠军是吴越。"},
	}
)

func TestBothPartsAnswered(t *testing.T) {
	for _, c := range []struct {
		question string
		pages    []testPage
		want     []string
	}{
		{"Who wrote and directed The Blue Ferry?", opera, []string{"Ann Vole", "Tom Reck"}},
		{"When and where did The Blue Ferry open?", opera, []string{"4 May 2019", "Skelby"}},
		{"Who directed The Blue Ferry? Who stars in it?", opera, []string{"Tom Reck", "Jan Sund"}},
		{"Who stars in The Blue Ferry?", opera, []string{"Mia Holm", "Jan Sund", "Eva Brandt"}},
		{"《雾港》的导演和主演是谁？", fog, []string{"林远", "何山"}},
		{"《雾港》什么时候在哪里首映？", fog, []string{"2021年5月1日", "临川市"}},
		{"《雾港》的主演是谁？", fog, []string{"何山", "陆雨", "顾晚舟"}},
		{"2022年和2023年临川市马拉松冠军分别是谁？", fog, []string{"韩青", "吴越"}},
	} {
		d := pagesDraft(t, c.question, c.pages...)
		for _, w := range c.want {
			if !strings.Contains(answers.Text(d.Claims), w) {
				t.Errorf("%q: %s, no %q in %q", c.question, d.Status, w, answers.Text(d.Claims))
			}
		}
	}
}

// TestShortSides has one character or none on a side of the conjunction.
func TestShortSides(t *testing.T) {
	for _, question := range []string{"A和B是谁", "a和导演是谁？", "和导演是谁？", "1和2的时间是什么时候？", "x与y的时间和地点", "的和的", "和", "A与", "Q和时间和地点"} {
		for _, heard := range []hearing{nil, func(string) (int, int) { return 3, 3 }} {
			for _, p := range questionParts(question, "zh", heard) {
				if p == "" {
					t.Errorf("%q: an empty part", question)
				}
			}
		}
	}
}
