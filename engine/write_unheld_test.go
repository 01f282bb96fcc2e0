package engine

import "testing"

func TestWhatIsNotHeld(t *testing.T) {
	told(t, titledPages(
		"# Rivers of Dorne\n\nThe Alt is the longest river: it runs 310 km. The Bree is 120 km long and is used for shipping.\n\nThe Alt was first sailed in 1702 by Jon Reyd. Its largest tributary is the Mew.\n",
		"# Kelm\n\nKelm is a town of 9,000 people. The market of Kelm is held on Saturdays. Kelm lives from farming and weaving. The town flower is the rose.\n",
		"# Chess club of Kelm\n\nThe club's president is Dora Wels. The Kelm choir sings in the hall of the club.\n",
		"# Anna Wick\n\nAnna Wick is a writer from Kelm. She published sixty essays and never wrote a memoir. Her novel \"The Salt Door\" appeared in 1981.\n",
		"# 白沙市\n\n白沙市位于江东省南部，人口86万。白沙市的市花是茉莉，市树是榕树。\n",
		"# 许知远\n\n许知远（1950年—），白沙市作家。他一生发表散文六十篇，没有出版过自传。他的小说《海岸线》1981年出版。\n",
	), map[string]string{
		"What is the largest tributary of the Bree?":            "",
		"What is the largest tributary of the Alt?":             "Mew",
		"Which kinds of cheese are sold at the market of Kelm?": "",
		"What kinds of work does Kelm live from?":               "farming and weaving",
		"What is the town flower of Kelm?":                      "rose",
		"Who is the president of the Kelm choir?":               "",
		"Which poems did Anna Wick publish?":                    "",
		"Which novels did Anna Wick write?":                     "The Salt Door",
		"白沙市的市鸟是什么？":                                            "",
		"白沙市的市花是什么？":                                            "茉莉",
		"许知远出版过哪些诗集？":                                           "",
		"许知远写过哪些小说？":                                            "海岸线",
	})
}
