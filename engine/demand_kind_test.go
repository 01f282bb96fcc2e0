package engine

import (
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/tests/answers"
)

func TestKindThatIsAskedFor(t *testing.T) {
	for _, c := range []struct {
		question, text string
		gives          bool
	}{
		{"电影《雾港》的导演是谁？", "《雾港》根据真实事件改编，导演对此很满意。", false},
		{"电影《雾港》的导演是谁？", "《雾港》的导演是何敬业。", true},
		{"谁完成了野外普查？", "野外普查由地质学家完成。", true},
		{"谁救起了落水的孩子？", "落水的孩子被路过的欧阳修远救起。", true},
		{"谁在决赛中获胜？", "决赛的胜者是青石镇。", true},
		{"第三届书展什么时候开幕？", "第三届书展的具体安排由双方商定。", false},
		{"第三届书展什么时候开幕？", "第三届书展将在晚春开幕。", true},
		{"书展开幕是什么时候？", "书展于3月5日开幕。", true},
		{"书展接待了多少读者？", "书展接待的读者人数大幅增长。", false},
		{"书展接待了多少读者？", "书展接待了很多读者。", true},
		{"他在比赛中排名第几？", "他最终名列第十一。", true},
		{"书展在哪里举行？", "书展的举行受到欢迎。", false},
		{"书展在哪里举行？", "书展在青石镇旧仓库里举行。", true},
		{"Who opened the fair?", "The fair was opened by Ada Finch.", true},
		{"Who bought the mill?", "Farrow bought the mill in 1990.", true},
		{"Who bought the mill?", "The mill was bought for a large sum.", false},
		{"Who may enter first?", "First may enter the children of members.", true},
		{"When do the crabs moult?", "The crabs moult when the water warms.", true},
		{"When did the crabs moult?", "The crabs moult where the water is warm.", false},
		{"When did the fair open?", "The fair opened in the spring.", true},
	} {
		a := testBuiltin().analyse(agent.Question{Text: c.question})
		w := &writer{asked: a, reading: &reading{q: readAsked(a, func(uint32, string) float64 { return 1 })}}
		given := w.givesKind()
		if given == nil || given(c.text) != c.gives {
			t.Errorf("%q: by %q of kind %s/%s: given %v", c.question, c.text, a.Kind, a.Expect, !c.gives)
		}
	}
}

func TestNoAnswerOfAnotherKind(t *testing.T) {
	var pages []*agent.Page
	for i, text := range []string{
		"# 雾港\n\n电影《雾港》于2021年上映。影片的导演在开机前三个月才接手。",
		"# 影评\n\n看过电影《雾港》的人都说，导演的手法细腻，导演对节奏的把握很好。",
		"# 海选\n\n海选吸引了不少镇上的居民。", "# 票价\n\n普通票每张三十元。",
	} {
		pages = append(pages, answers.TextPage("film", i, "", text))
	}
	question := "电影《雾港》的导演是谁？"
	d, err := testBuiltin().Draft(answers.Evidence(question, answers.NewIndex(pages).Search(question, 40), answers.BySnapshot(pages)))
	if err != nil || d.Status != agent.StatusNotFound {
		t.Errorf("%s (%.2f) %q, %v", d.Status, d.Confidence, answers.Text(d.Claims), err)
	}
}
