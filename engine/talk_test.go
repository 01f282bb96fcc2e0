package engine

import (
	"strings"
	"testing"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A talk is a conversation: question and answer in turn, then the follow-up.
type talk struct {
	said []string // question, answer, question, answer, …
	ask  string
	want []string // words of the completed question; none: it stands by itself
	not  []string
}

func (k talk) turns() []agent.Turn {
	var out []agent.Turn
	for i := 0; i < len(k.said); i += 2 {
		out = append(out, agent.Turn{Question: k.said[i], Answer: k.said[i+1]})
	}
	return out
}

const (
	millList = "Three mills remain:\n\n- Grey Mill [1]\n- Stone Mill [2]\n- Low Mill [1]"
	boats    = "| Boat | Length |\n| --- | --- |\n| Petrel | 12 m [1] |\n| Skua | 15 m [1] |\n| Fulmar | 21 m [1] |"
	chaZh    = "- 云雾茶：每斤320元 [1]\n- 白毫茶：每斤450元 [1]\n- 松针茶：每斤180元 [1]"
	lineZh   = "| 线路 | 长度 |\n| --- | --- |\n| 1号线 | 24公里 [1] |\n| 2号线 | 31公里 [1] |\n| 3号线 | 18公里 [1] |"
)

var talksEn = []talk{
	{[]string{"Which mills remain?", millList}, "Who owns the second one?", []string{"Who owns Stone Mill"}, nil},
	{[]string{"Which mills remain?", millList}, "And the last one?", []string{"Low Mill"}, []string{"last"}},
	{[]string{"Which mills remain?", millList, "When was the first one built?", "Grey Mill was built in 1802 [1]."}, "And the third?", []string{"When was Low Mill built"}, []string{"Grey", "third"}},
	{[]string{"How long are the boats of the club?", boats}, "What about the second?", []string{"Skua", "length"}, []string{"second"}},
	{[]string{"How long are the boats of the club?", boats}, "Who steers the last one?", []string{"Who steers Fulmar"}, nil},
	{[]string{"How much do the three teas of Ostrow cost?", "- Mist: 12 euros [1]\n- Pine: 9 euros [1]\n- Snow: 20 euros [1]"}, "And how much is the second one?", []string{"how much is Pine"}, []string{"Mist", "second"}},
	{[]string{"Which is faster, the Kestrel or the Merlin?", "The Merlin is faster [1]."}, "How heavy is the former?", []string{"How heavy is", "Kestrel"}, []string{"former"}},
	{[]string{"Which trains stop in Colby?", "The Comet, the Arrow and the Star stop in Colby [1]."}, "When does the third one leave?", []string{"When does", "Star", "leave"}, []string{"third"}},
	{[]string{"How many people visited Marl Abbey in 2022?", "Visits fell to 41,000 in 2022 [1]."}, "Why?", []string{"Why", "fell to 41,000", "Marl Abbey"}, nil},
	{[]string{"Is the Bell Bridge open?", "The Bell Bridge has been closed since March [1]."}, "How come?", []string{"Why", "Bell Bridge", "closed"}, nil},
	{[]string{"Did wheat prices in Doria rise?", "Wheat prices in Doria rose by a third [1]."}, "Why did they rise?", []string{"Why", "wheat prices", "rose by a third"}, nil},
	{[]string{"Who leads the Varn Institute?", "Tessa Holt leads the Varn Institute [1]."}, "Since when?", []string{"Since when", "Varn Institute", "lead"}, nil},
	{[]string{"When was the Sorrel tunnel dug?", "The Sorrel tunnel was dug in 1911 [1]."}, "By whom?", []string{"By whom was the Sorrel tunnel dug"}, nil},
	{[]string{"Who wrote The Salt Road?", "Nora Finch wrote it [1]."}, "When?", []string{"When was The Salt Road written"}, nil},
	{[]string{"When was the treaty of Linden signed?", "In 1748 [1]."}, "Where?", []string{"Where was the treaty of Linden signed"}, nil},
	{[]string{"How heavy is the Brant 4 drone?", "It weighs 900 g [1]."}, "And its price?", []string{"price", "Brant 4"}, nil},
	{[]string{"Who designed the concert hall of Elmsford?", "The concert hall of Elmsford was designed by Ruth Aldous [1]."}, "And who was its first conductor?", []string{"concert hall of Elmsford's first conductor"}, nil},
	{[]string{"Who designed the concert hall of Elmsford?", "The concert hall of Elmsford was designed by Ruth Aldous [1]."}, "When was she born?", []string{"When was Ruth Aldous born"}, nil},
	{[]string{"Who founded Quill Robotics?", "Quill Robotics was founded by Ian Marsh and Lea Torvik [1]."}, "Where did they study?", []string{"Ian Marsh and Lea Torvik"}, nil},
	{[]string{"Where is the head office of Brine Labs?", "Ashcombe [1]\n\nThe head office is in Ashcombe [1]."}, "How many people live there?", []string{"Ashcombe"}, []string{"Brine"}},
	{[]string{"What is the longest bridge of Tolland?", "Heron Bridge [1]\n\nHeron Bridge, 812 metres, is the longest [1]."}, "When was it opened?", []string{"Heron Bridge"}, []string{"Tolland"}},
	{[]string{"What was the harvest of Doria in 2018?", "31,000 tonnes [1]."}, "And in 2019?", []string{"harvest of Doria in 2019"}, []string{"2018"}},
	{[]string{"What was the harvest of Doria in 2018?", "31,000 tonnes [1]."}, "And the year before?", []string{"harvest of Doria in 2017"}, []string{"2018"}},
	{[]string{"What is the population of Tallow?", "12,000 [1]."}, "And Orrin?", []string{"What is the population of Orrin"}, []string{"Tallow"}},
	{[]string{"Who won the men's rowing cup in 2023?", "Peter Lund won [1]."}, "What about women?", []string{"women's rowing cup in 2023"}, []string{"Peter"}},
	{[]string{"How often does tram line 4 run?", "Every ten minutes [1]."}, "And line 6?", []string{"How often does tram line 6 run"}, []string{"4"}},
	{[]string{"How deep is the Kestrel dam?", "40 m [1]."}, "What about the Osprey dam?", []string{"How deep is the Osprey dam"}, []string{"Kestrel"}},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "When was it built?", []string{"When was", "Marl tower", "built"}, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "The architect?", []string{"architect of", "Marl tower"}, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "How old?", []string{"How old is", "Marl tower"}, nil},
	{[]string{"What does Quill Robotics make?", "Robots [1]."}, "Where is this company based?", []string{"Where is Quill Robotics based"}, nil},
	{[]string{"When did the Sorrel mine close?", "It closed in 1987 [1]."}, "Why did it close?", []string{"Sorrel mine closed in 1987"}, nil},
	{[]string{"When did the Sorrel mine close?", "1987 [1]"}, "Thanks! And how many people worked there?", []string{"How many people worked in Sorrel mine"}, []string{"Thanks"}},
	{[]string{"How much does a day ticket for adults cost at Marl Zoo?", "18 euros [1]"}, "and for children?", []string{"day ticket for children cost at Marl Zoo"}, []string{"adults"}},
	{[]string{"How much does a day ticket for adults cost at Marl Zoo?", "18 euros [1]"}, "And a week ticket?", []string{"How much does a week ticket for adults cost at Marl Zoo"}, nil},
	{[]string{"What was the revenue of Brine Labs in 2023?", "$88 million [1]"}, "And profit?", []string{"profit of Brine Labs in 2023"}, []string{"revenue"}},
	{[]string{"Who is the mayor of Orrin?", "Dana Weil [1]"}, "and before her?", []string{"Who is the mayor of Orrin before Dana Weil"}, nil},
	{[]string{"Where does salmon breed?", "In rivers [1]."}, "When does it take place?", []string{"salmon"}, nil},
	{[]string{"Which mills remain?", millList}, "Who owns the last two?", []string{"Who owns Stone Mill and Low Mill"}, []string{"last"}},
	{[]string{"How long are the boats of the club?", boats}, "And the last two?", []string{"length", "Skua and Fulmar"}, []string{"Petrel"}},
	{[]string{"Which mills remain?", millList, "When was the first one built?", "Grey Mill was built in 1802 [1]."}, "And the last two of them?", []string{"When was Stone Mill and Low Mill built"}, []string{"Grey"}},
	{[]string{"How long are the boats of the club?", boats}, "Who steers the first three?", []string{"Who steers Petrel, Skua and Fulmar"}, nil},
	// complete in itself
	{[]string{"Which mills remain?", millList}, "How many visitors came in the last two years?", nil, nil},
	{[]string{"Which mills remain?", millList}, "Who won the first three Oscars of Orrin?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "Who painted the ceiling of the town hall in Lund?", nil, nil},
	{[]string{"Which mills remain?", millList}, "Who was the first president of Ostrow?", nil, nil},
	{[]string{"Which mills remain?", millList}, "Who was the second person on the moon?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "Who invented telephones?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "How many islands are there in Orrin?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "Do cats purr when they are happy?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "When was Brant 4 released and what does it cost?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "And what is the capital of Doria?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "Is it true that bees sleep?", nil, nil},
	{[]string{"How tall is the Marl tower?", "70 m [1]."}, "why do leaves turn red", nil, nil},
}

var talksZh = []talk{
	{[]string{"云台镇的茶叶多少钱？", chaZh}, "那第二个呢？", []string{"白毫茶", "价格"}, []string{"第二"}},
	{[]string{"云台镇有哪些茶？", chaZh}, "第三个多少钱？", []string{"松针茶多少钱"}, []string{"第三"}},
	{[]string{"云台镇有哪些茶？", chaZh}, "最后一个呢", []string{"松针茶"}, []string{"最后"}},
	{[]string{"云台镇有哪些茶？", chaZh, "第一个的产量是多少？", "云雾茶年产量为20吨。[1]"}, "那第三个呢？", []string{"松针茶的产量是多少"}, []string{"云雾茶", "第三"}},
	{[]string{"临江地铁各线有多长？", lineZh}, "第二条是什么时候开通的？", []string{"2号线是什么时候开通"}, []string{"第二"}},
	{[]string{"临江地铁1号线有多长？", "24公里。[1]"}, "3号线呢？", []string{"临江地铁3号线有多长"}, []string{"1号线"}},
	{[]string{"青禾药业生产哪些药品？", "青禾药业生产宁咳片、舒胃丸和清目膏。[1]"}, "第二种的保质期是多久？", []string{"舒胃丸的保质期是多久"}, []string{"第二"}},
	{[]string{"石塔和木塔哪个更高？", "石塔更高。[1]"}, "后者是哪一年建的？", []string{"木塔是哪一年建的"}, []string{"后者"}},
	{[]string{"白川煤矿2021年产量是多少？", "白川煤矿2021年产量下降到90万吨。[1]"}, "为什么？", []string{"为什么", "白川煤矿2021年产量下降"}, nil},
	{[]string{"白川煤矿2021年产量是多少？", "白川煤矿2021年产量下降到90万吨。[1]"}, "为什么会下降呢？", []string{"为什么", "白川煤矿", "下降"}, nil},
	{[]string{"南湖公园开放吗？", "南湖公园自三月起关闭。[1]"}, "这是为什么", []string{"为什么", "南湖公园", "关闭"}, nil},
	{[]string{"谁设计了青石大桥？", "青石大桥由工程师郑怀远设计。[1]"}, "什么时候的事？", []string{"什么时候", "青石大桥", "设计"}, nil},
	{[]string{"青禾药业成立于哪一年？", "1988年。[1]"}, "在哪里？", []string{"青禾药业成立于", "哪里"}, []string{"哪一年"}},
	{[]string{"青石大桥是什么时候建成的？", "1936年。[1]"}, "谁建的？", []string{"青石大桥", "谁建的"}, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "那它的门票价格呢？", []string{"北岭灯塔的门票价格"}, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "什么时候建成的？", []string{"北岭灯塔是什么时候建成"}, nil},
	{[]string{"谁设计了青石大桥？", "青石大桥由工程师郑怀远设计。[1]"}, "他毕业于哪所大学？", []string{"郑怀远毕业于哪所大学"}, []string{"青石"}},
	{[]string{"谁设计了青石大桥？", "青石大桥由工程师郑怀远设计。[1]"}, "它有多长？", []string{"青石大桥有多长"}, []string{"郑怀远"}},
	{[]string{"青禾药业的总部在哪里？", "望川市 [1]\n\n青禾药业的总部位于望川市。[1]"}, "那里有多少人口？", []string{"望川市有多少人口"}, []string{"青禾"}},
	{[]string{"青禾药业2018年的营业收入是多少？", "12亿元。[1]"}, "2019年呢？", []string{"青禾药业2019年的营业收入是多少"}, []string{"2018"}},
	{[]string{"青禾药业2018年的营业收入是多少？", "12亿元。[1]"}, "前一年呢？", []string{"青禾药业2017年的营业收入"}, []string{"2018"}},
	{[]string{"北京今年的降水量是多少？", "600毫米。[1]"}, "那上海呢？", []string{"上海今年的降水量是多少"}, []string{"北京"}},
	{[]string{"望川市马拉松男子组冠军是谁？", "周启明。[1]"}, "女子组呢？", []string{"望川市马拉松女子组冠军是谁"}, []string{"男子"}},
	{[]string{"临江博物馆的成人票多少钱？", "40元。[1]"}, "儿童票呢？", []string{"临江博物馆的儿童票多少钱"}, []string{"成人"}},
	{[]string{"青禾药业有多少员工？", "320人。[1]"}, "那鸿远药业呢", []string{"鸿远药业有多少员工"}, []string{"青禾"}},
	{[]string{"青禾药业有多少员工？", "320人。[1]"}, "该公司的创始人是谁？", []string{"青禾药业的创始人是谁"}, nil},
	{[]string{"临江最长的桥是哪座？", "青石大桥 [1]\n\n青石大桥全长812米，是临江最长的桥。[1]"}, "它是哪一年通车的？", []string{"青石大桥是哪一年通车"}, nil},
	{[]string{"青禾药业有多少员工？", "320人。[1]"}, "总部呢？", []string{"青禾药业的总部"}, nil},
	{[]string{"Who founded Quill Robotics?", "Ian Marsh [1]."}, "那它的价格呢？", []string{"Quill Robotics的价格"}, nil},
	{[]string{"白川煤矿是哪一年关闭的？", "1987年 [1]"}, "为什么呢？", []string{"白川煤矿", "为什么关闭"}, nil},
	{[]string{"2023年望川马拉松男子冠军是谁？", "周启明 [1]"}, "2024年的呢？", []string{"2024年望川马拉松男子冠军是谁"}, []string{"2023"}},
	{[]string{"《远山》的作者是谁？", "林若川 [1]"}, "他还写过什么？", []string{"林若川还写过什么"}, nil},
	{[]string{"谁是望川市市长？", "何启文 [1]"}, "那临江市呢？", []string{"谁是临江市市长"}, []string{"望川"}},
	{[]string{"望川动物园成人票多少钱？", "60元 [1]"}, "地址在哪？", []string{"望川动物园的地址在哪"}, []string{"成人票"}},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "长城有多长？", nil, nil},
	{[]string{"云台镇的茶叶多少钱？", chaZh}, "后两个呢？", []string{"白毫茶和松针茶", "价格"}, []string{"云雾"}},
	{[]string{"云台镇有哪些茶？", chaZh}, "前两种多少钱？", []string{"云雾茶和白毫茶多少钱"}, []string{"前两"}},
	{[]string{"临江地铁各线有多长？", lineZh}, "最后两条是什么时候开通的？", []string{"2号线和3号线是什么时候开通"}, []string{"最后"}},
	{[]string{"云台镇有哪些茶？", chaZh}, "那前三个呢？", []string{"云雾茶、白毫茶和松针茶"}, nil},
	// complete in itself
	{[]string{"云台镇有哪些茶？", chaZh}, "望川市前三个季度的产量是多少？", nil, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "谁发明了电话？", nil, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "那望川市的人口是多少？", nil, nil},
	{[]string{"云台镇有哪些茶？", chaZh}, "第一个登上月球的人是谁？", nil, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "猫为什么怕水？", nil, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "熊猫吃竹子是因为它们喜欢吗？", nil, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "吉他有几根弦？", nil, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "地球到月球的距离是多少？", nil, nil},
	{[]string{"北岭灯塔有多高？", "38米。[1]"}, "怎么煮茶叶蛋？", nil, nil},
}

func TestQuestionTalks(t *testing.T) {
	for _, k := range append(append([]talk{}, talksEn...), talksZh...) {
		a := Analyse(k.ask, testNow, k.turns())
		if len(k.want) == 0 {
			if a.FollowUp || a.Text != k.ask {
				t.Errorf("%q after %q stands by itself but became %q", k.ask, k.said[0], a.Text)
			}
			continue
		}
		if !a.FollowUp {
			t.Errorf("%q after %q is no follow-up", k.ask, k.said)
			continue
		}
		for _, w := range k.want {
			if !strings.Contains(lang.Fold(a.Text), lang.Fold(w)) {
				t.Errorf("%q after %q became %q, without %q", k.ask, k.said[len(k.said)-2], a.Text, w)
			}
		}
		for _, w := range k.not {
			if strings.Contains(lang.Fold(a.Text), lang.Fold(w)) {
				t.Errorf("%q after %q became %q, with %q", k.ask, k.said[len(k.said)-2], a.Text, w)
			}
		}
	}
}
