package engine

import "testing"

func TestWhichHasMore(t *testing.T) {
	told(t, titledPages(
		"# 松峰茶与白溪茶\n\n松峰茶产于松峰县，属于红茶。白溪茶产于白溪镇。\n\n松峰茶每斤售价约520元，白溪茶每斤约680元。\n",
		"# 东塔\n\n东塔建于1611年，高42米。\n",
		"# 西塔\n\n西塔建于1734年，高36米，塔内有铜钟。\n",
		"# The lakes of Arvo\n\nLake Sorn is 48 km long and 31 metres deep. Lake Tal, 22 km long, is 90 metres deep.\n",
		"# Hotels of Arvo\n\nA night at the Crown hotel costs 120 euros. A room in the Anchor hotel costs 85 euros. The Crown hotel was built in 1901, the Anchor hotel in 1956.\n",
	), map[string]string{
		"松峰茶和白溪茶哪个更贵？":                                                  "白溪茶\n",
		"松峰茶与白溪茶相比，哪种更便宜？":                                              "松峰茶\n",
		"东塔和西塔哪座更高？":                                                    "东塔\n",
		"西塔和东塔哪座更早？":                                                    "东塔\n",
		"Which lake is longer, Lake Tal or Lake Sorn?":                  "Lake Sorn\n",
		"Which is deeper, Lake Sorn or Lake Tal?":                       "Lake Tal\n",
		"Which is less expensive, the Crown hotel or the Anchor hotel?": "Anchor hotel\n",
		"Which hotel is older, the Crown hotel or the Anchor hotel?":    "Crown hotel\n",
		"Is the Crown hotel or the Anchor hotel cheaper?":               "Anchor hotel\n",
	})
}

func TestSonsAndDaughtersAreChildren(t *testing.T) {
	told(t, titledPages(
		"# 沈望川\n\n沈望川（1909年—1986年），铜陵人，植物学家。1938年与教师何婉如结婚，婚后育有两子三女。\n",
		"# 何启明\n\n何启明是钢琴家，没有结过婚，家里有两个姐姐和一个弟弟。\n",
		"# Hanna Berg\n\nHanna Berg was a painter from Lund. In 1931 she married Tom Reed; they had two sons and a daughter.\n",
		"# Olaf Stein\n\nOlaf Stein was a miller. He had a brother and three sisters. His mill burned in 1902.\n",
	), map[string]string{
		"沈望川有几个孩子？":                              "两子三女",
		"何启明有几个兄弟姐妹？":                            "两个姐姐和一个弟弟",
		"何启明有几个孩子？":                              "",
		"How many children did Hanna Berg have?": "two sons and a daughter",
		"How many siblings did Olaf Stein have?": "a brother and three sisters",
		"How many children did Olaf Stein have?": "",
	})
}

func TestMoreThanPlanned(t *testing.T) {
	pages := titledPages(
		"# Arvo Herald\n\n## New bridge opened\n\nThe Sorn bridge was opened on 2 May 2025 by the mayor. It is 310 metres long. Building it took three years and cost 48 million crowns, 6 million more than planned.\n\n## School finished\n\nThe new school in Tal was finished in June. It was planned at 12 million crowns; in the end it cost 11.2 million crowns.\n\n## Pool\n\nThe pool of Ume took longer than planned to build. It has four lanes.\n",
		"# 青阳晚报\n\n## 新桥通车\n\n青江大桥5月2日通车，全长310米。工程历时三年，总造价4.8亿元，比计划多6000万元。\n\n## 学校落成\n\n白溪中学新校舍六月落成。计划投资1.2亿元，实际花费1.1亿元。\n",
	)
	for question, short := range map[string]string{
		"Did the Sorn bridge cost more than planned?":   "Yes",
		"Did the Sorn bridge cost less than planned?":   "No",
		"Did the school in Tal cost more than planned?": "No",
		"Did the pool of Ume cost more than planned?":   "",
		"Did the pool of Ume take longer than planned?": "Yes",
		"青江大桥的造价比计划高吗？":                                 "是",
		"青江大桥超出预算了吗？":                                   "是",
		"白溪中学新校舍的花费比计划多吗？":                              "否",
		"青江大桥的造价比计划低吗？":                                 "否",
	} {
		if d := draftFrom(t, pages, question); d.Short != short {
			t.Errorf("%q: %s %q, want %q", question, d.Status, d.Short, short)
		}
	}
}
