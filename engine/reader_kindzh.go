package engine

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// readerPlaces names the provinces and cities of China, the countries and the
// great cities of the world, in Chinese: what shows a place where no suffix does.
//
//go:embed reader_places.txt
var readerPlaces string

// maxPlaceRunes is the length of the longest name in the list.
const maxPlaceRunes = 8

var placesZh = sync.OnceValue(func() map[string]bool { return wordSet(readerPlaces) })

// placeEnds close the name of a place, a building or a ground.
const placeEnds = "省市区县州镇村乡岛湖港湾峡谷寺馆街路巷桥站园宫殿塔峰"

// placeAt reports whether a place's name begins at the token, or its suffix stands there.
func placeAt(s *readSentence, i int) bool {
	t := &s.tokens[i]
	if t.kind != lang.KindHan {
		return t.upper && !t.stop
	}
	if endsPlace[t.text] {
		return i > 1 && t.gap == 0 && s.tokens[i-1].gap == 0 && plainHan(&s.tokens[i-1]) && plainHan(&s.tokens[i-2])
	}
	if t.pair == 0 {
		return false
	}
	rest, end, n := s.text[t.start:], 0, 0
	for k, r := range rest {
		if n > 1 && placesZh()[rest[:k]] {
			return true
		}
		if n++; n > maxPlaceRunes || r < 0x3000 {
			return false
		}
		end = k + utf8.RuneLen(r)
	}
	return placesZh()[rest[:end]]
}

func plainHan(t *readToken) bool {
	return t.kind == lang.KindHan && !t.stop && !edgesSpan[t.text]
}

// foreignHan are characters that foreign names are written with.
const foreignHan = "阿埃艾安奥巴鲍贝比彼伯博布查达戴丹道德登迪蒂丁杜多恩尔法菲费芬弗福富盖戈格古哈海汉赫亨胡华霍基吉加贾杰金卡凯坎康科克肯库拉莱赖兰朗劳勒雷里利莉林琳卢鲁路伦罗洛马麦曼梅门蒙米密摩莫姆穆娜纳奈南内尼妮涅宁纽诺欧帕派佩彭皮普奇乔琼屈日瑞萨塞桑瑟森沙莎史舒斯丝苏索塔泰坦汤唐特提廷图托瓦万威韦维温文翁沃乌武西希夏谢辛休叶伊因尤约泽扎詹治朱佐登娅黛妮茨施翰逊逖顿根盾森什切夫"

const (
	nameBefore = "由是为叫、和与及，员家长演手星者记理授席统帅人生士队号了对请让给向名原任裁监"
	nameAfter  = "说表任导执主饰出在于的、和获以为与及参等是领担自率向对将被先女教，即也曾指认强称介讲宣发因夺当获击接创摘赢成携"
)

// personAt reports whether a person's name begins at the token: a surname with
// one or two characters between what comes before names and behind them; a
// run of the characters of foreign names; a capitalised word.
func personAt(s *readSentence, i int) bool {
	t := &s.tokens[i]
	if t.kind != lang.KindHan {
		return t.upper && !t.stop && (i > 0 || len(s.tokens) < 2 || s.tokens[1].upper)
	}
	if strings.HasPrefix(s.text[t.end:], "·") {
		return true
	}
	run := 0
	for k := i; k < len(s.tokens) && s.tokens[k].kind == lang.KindHan && (k == i || s.tokens[k].gap == 0) && inForeign[s.tokens[k].text]; k++ {
		run++
	}
	starts := i == 0 || t.gap != 0 || s.tokens[i-1].kind != lang.KindHan
	if run >= 3 && (starts || !inForeign[s.tokens[i-1].text]) && !placeAt(s, i) {
		return true
	}
	if !isSurname[t.text] || !starts && !strings.Contains(nameBefore, s.tokens[i-1].text) {
		return false
	}
	for n := 2; n >= 1; n-- {
		end := i + n
		if end >= len(s.tokens) || !givenName(s.tokens[i+1:end+1]) {
			continue
		}
		if end+1 == len(s.tokens) || s.tokens[end+1].gap != 0 || s.tokens[end+1].kind != lang.KindHan || strings.Contains(nameAfter, s.tokens[end+1].text) {
			return true
		}
	}
	return false
}

func givenName(toks []readToken) bool {
	for k := range toks {
		if toks[k].kind != lang.KindHan || toks[k].gap != 0 || toks[k].stop || strings.Contains("年月日省市县区国个们部员记者的在是不上下中大会队", toks[k].text) {
			return false
		}
	}
	return true
}

// surnamesZh are the surnames of nearly all Chinese.
const surnamesZh = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
