package engine

import "testing"

func TestReasonsOfTheirOwnSection(t *testing.T) {
	told(t, titledPages(
		"# Lamp hooks\n\n| Status | Final |\n| --- | --- |\n| Created | 2019 |\n\n## Abstract\n\nLamp hooks let a lamp tell when it is lit.\n\n## Motivation\n\nBefore, each lamp had to be watched by hand. Watching took a third of the time of the keepers.\n\n## Specification\n\nA lamp has three hooks. The hooks were introduced in version 3.\n",
		"# Night watch\n\n## Abstract\n\nThe night watch was introduced in 2011 and removed in 2015.\n\n## Reason for removal\n\nNobody looked at its reports after the sirens were fitted.\n",
		"# Beacon guide\n\nBeacons are lit at dusk. Why they were proposed is told elsewhere.\n",
		"# 灯塔钩子\n\n## 摘要\n\n灯塔钩子让灯在点亮时发出信号。\n\n## 动机\n\n以前每盏灯都要由人看守。看守占去了守塔人三分之一的时间。\n\n## 规范\n\n灯塔钩子在第三版引入。\n",
		"# 夜巡\n\n## 摘要\n\n夜巡在2011年引入，2015年移除。\n\n## 移除的原因\n\n装了汽笛以后，没有人再看它的报告。\n",
		"# 信标指南\n\n信标在黄昏点亮。\n",
	), map[string]string{
		"Why were lamp hooks introduced?":        "watched by hand",
		"What is the motivation for lamp hooks?": "watched by hand",
		"Why was the night watch removed?":       "after the sirens were fitted",
		"为什么引入灯塔钩子？":                             "由人看守",
		"灯塔钩子为什么被提出？":                            "由人看守",
		"夜巡为什么被移除？":                              "没有人再看它的报告",
	})
}
