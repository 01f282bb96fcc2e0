package agent

import (
	"strings"
	"unicode/utf8"
)

// pointing reports words that stand for what was named before: pronouns, and
// the sort of thing it is.
func pointing(s string) bool {
	switch strings.TrimLeft(s, "该这本此其那两双") {
	case "", "它", "他", "她", "们", "它们", "他们", "她们", "公司", "集团", "企业", "学校", "校", "大学", "医院", "球队", "队", "机构", "组织", "城市", "市", "县", "镇", "村", "国", "国家",
		"人", "者", "方", "片", "影片", "电影", "书", "小说", "作品", "剧", "药", "药物", "设备", "产品", "项目", "计划", "工程", "建筑", "大桥", "桥", "船", "机", "车", "岛", "山", "河", "湖", "研究", "报告", "会议", "大会", "比赛":
		return true
	}
	switch strings.ToLower(s) {
	case "company", "firm", "group", "school", "university", "team", "city", "town", "country", "film", "book", "drug", "device", "project", "study", "report", "band", "club", "author", "artist", "island", "river", "bridge":
		return true
	}
	return false
}

// shortened reports whether one of two Chinese names has all characters of the other in order.
func shortened(x, y string) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	if x == "" || x[0] < utf8.RuneSelf {
		return false
	}
	for _, r := range x {
		i := strings.IndexRune(y, r)
		if i < 0 {
			return false
		}
		y = y[i+utf8.RuneLen(r):]
	}
	return true
}

// aliasMarks stand between a thing and its other name.
var aliasMarks = [...]string{"（", "(", "简称", "又称", "又名", "也称", "亦称", "下称", "即", "别名", "原名", "本名", "also known as", "known as", "called", "abbreviated", "or"}

// aliasOnPage reports whether the page gives one as another name of the other.
func aliasOnPage(page, x, y string) bool {
	for _, p := range [...][2]string{{x, y}, {y, x}} {
		for at := strings.Index(page, p[0]); at >= 0; {
			rest := page[at+len(p[0]):]
			near := rest[:min(len(rest), 24+len(p[1]))]
			if k := strings.Index(near, p[1]); k > 0 {
				for _, m := range aliasMarks {
					if strings.HasPrefix(strings.TrimLeft(near[:k], " ，,"), m) {
						return true
					}
				}
			}
			next := strings.Index(rest, p[0])
			if next < 0 {
				break
			}
			at += len(p[0]) + next
		}
	}
	return false
}

// initials are the capitals of a name's words.
func initials(s string) string {
	var b strings.Builder
	for _, w := range strings.Fields(s) {
		if w[0] >= 'A' && w[0] <= 'Z' {
			b.WriteByte(w[0])
		}
	}
	if b.Len() < 2 {
		return ""
	}
	return b.String()
}

// genericHan are characters that names of one sort end with; sharing one says nothing.
const genericHan = "市省县国州区镇村岛山河江湖海路站港城队校院部局会馆社司厂店人员家者们年月日号第一二三四五六七八九十"

// alikeHan reports whether two short stretches of Chinese share so many
// characters that they may mean the same, and neither is a place.
func alikeHan(x, y string) bool {
	if groups().places[x] && groups().places[y] {
		return false
	}
	shared, nx, ny := 0, utf8.RuneCountInString(x), utf8.RuneCountInString(y)
	for _, r := range x {
		if strings.ContainsRune(y, r) && !strings.ContainsRune(genericHan, r) {
			shared++
		}
	}
	return shared*2 >= max(nx, ny)
}
