package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// A tie is what one name is to a thing once and for all: its deeds and the
// nouns for who did it, in both languages, each a choice of a regular expression.
type tie struct{ verbs, nouns, verbsZh, nounsZh string }

var ties = []tie{
	{"designed", "architect|designer", "设计", "总设计师|设计者|设计师|设计人|建筑师"},
	{"built|constructed|erected", "builder", "建造|修建|兴建|承建|修筑", "建造者|修建者|承建单位|承建方|承建商"},
	{"founded|established|set up|co-founded", "founder", "创办|创立|创建|开办|创设|建立", "创始人|创办人|创办者|创立者|创立人|创建者|创建人"},
	{"invented|devised", "inventor", "发明", "发明者|发明人"},
	{"discovered", "discoverer", "发现", "发现者"},
	{"wrote|written|penned|authored", "author|writer", "撰写|编写|创作|所著|所作|所写|著|写", "作者|原作者"},
	{"", "screenwriter", "编剧", "编剧"},
	{"composed", "composer", "作曲|谱曲", "作曲者|作曲家|曲作者|作曲"},
	{"painted", "painter", "绘制|所绘|所画|画", "画作者"},
	{"directed", "director", "执导|导演", "导演"},
	{"sculpted|carved", "sculptor", "雕刻|雕塑|所雕", "雕刻者|雕塑者"},
	{"acquired|bought|purchased", "", "收购|买下", ""},
	{"assassinated|murdered", "assassin", "暗杀|刺杀", ""},
	{"", "capital", "", "首都|首府|省会"},
}

// offices are held by one at a time.
const (
	officesEn = `director|curator|mayor|president|chairman|chairwoman|chairperson|chair|chief executive officer|chief executive|ceo|principal|headmaster|headmistress|head teacher|librarian|editor-in-chief|editor|head coach|coach|manager|governor|prime minister|king|queen|dean|bishop|archbishop|abbot|abbess|rector|chancellor|keeper|warden|secretary-general|treasurer|commander|superintendent|owner`
	officesZh = `馆长|校长|院长|市长|县长|区长|省长|镇长|乡长|村长|局长|部长|会长|社长|团长|台长|所长|园长|站长|行长|厂长|董事长|总经理|总裁|首席执行官|ceo|主席|总统|总理|首相|主编|总编辑|主教练|理事长|秘书长|住持|方丈|书记|国王|女王|老板`
)

// A nameAsked is a question for a name, taken apart.
type nameAsked struct {
	tie    tie
	office bool   // held by one after the other
	order  string // of those who held it: first, second; as orderOf gives it
	past   bool   // who was it, not who is
	topic  string // of what it is asked, as the question has it, folded
	place  bool   // where something is, or someone was born
	deed   string // of a place: born, buried, or empty
	head   string // the kind of place that is asked for
}

func joined(list []tie, of func(tie) string) string {
	var out []string
	for _, t := range list {
		if s := of(t); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "|")
}

var (
	tieVerbs   = joined(ties, func(t tie) string { return t.verbs })
	tieNouns   = joined(ties, func(t tie) string { return t.nouns })
	tieVerbsZh = joined(ties, func(t tie) string { return t.verbsZh })
	tieNounsZh = joined(ties, func(t tie) string { return t.nounsZh })
)

const (
	ordersEn = `first|founding|inaugural|second|third|fourth|fifth|last`
	ordersZh = `首任|第一任|首位|第一位|首届|第[二三四五六七八九十]任|第[二三四五六七八九十]位|末任|现任`
	// who it is, or which firm or country
	doerZh   = `(?:谁|何人|哪位|哪一位|哪个人|(?:哪家|哪一家|哪个|哪所|哪国)(?:公司|企业|单位|机构|集团|国家|设计院|设计师|建筑师|人))`
	placesAt = `城市|国家|市|省|县|区|镇|乡|村|州`
)

var (
	askDeedEn   = regexp.MustCompile(`^(?:who|which (?:[\w-]+ )?(?:company|firm|country|architect|engineer|person|man|woman|king|queen|author|nation)) (?:first |originally )?(` + tieVerbs + `) (?:the |a )?(.+)$`)
	askByEn     = regexp.MustCompile(`^(?:(?:who|which company|which firm|which architect) (?:was|were|is) (?:the )?(.+?) (` + tieVerbs + `) by|by whom (?:was|were|is) (?:the )?(.+?) (` + tieVerbs + `))$`)
	askNounEn   = regexp.MustCompile(`^(?:who|what|what city|which city)(?:'s| is| was| were) (?:the )?(?:name of the )?(?:(` + ordersEn + `) )?(` + tieNouns + `|` + officesEn + `) (?:of|at|for|behind) (?:the )?(.+)$`)
	askWhereEn  = regexp.MustCompile(`^where (?:is|was|are|were) (?:the )?(.+?)(?: (located|situated|born|buried|headquartered|based))?$`)
	askWhichEn  = regexp.MustCompile(`^(?:in )?(?:which|what) (county|city|town|village|country|state|province|parish|district) (?:is|was) (?:the )?(.+?)(?: (located|situated|born|buried|headquartered|based))?(?: in)?$`)
	askDeedZh   = regexp.MustCompile(`^` + doerZh + `(?:最早|最先|首先)?(` + tieVerbsZh + `)(?:了|的)?(.+)$`)
	askByZh     = regexp.MustCompile(`^(.+?)(?:是由|是|由|被|为)` + doerZh + `(?:所)?(` + tieVerbsZh + `)(?:的)?$`)
	askNounZh   = regexp.MustCompile(`^(.+?)的?(` + ordersZh + `)?(` + tieNounsZh + `|` + officesZh + `)(?:是|叫|为|由|在)?(?:谁|何人|哪位|什么|什么名字|哪里|哪儿|哪|哪个城市|哪座城市)?(?:担任)?$`)
	askHoldZh   = regexp.MustCompile(`^(?:谁|哪位)(?:是|担任|任|出任)(.+?)的?(` + ordersZh + `)?(` + tieNounsZh + `|` + officesZh + `)$`)
	askWhereZh  = regexp.MustCompile(`^(.+?)(位于|坐落于|坐落在|地处|在|出生于|出生在|生于)(?:哪里|哪儿|何处|何地|什么地方|哪一?[个座]?(` + placesAt + `))$`)
	askNameLead = regexp.MustCompile(`^(?:请问|你知道)[，,]?`)
	kindBefore  = regexp.MustCompile(`(?:长篇|短篇|中篇|科幻|武侠)?(?:小说|电影|影片|电视剧|歌曲|诗集|散文集|话剧|歌剧|书|专辑|纪录片)《`)
	askYearTail = regexp.MustCompile(` (?:in|during|for) \d{4}$`)
)

// unfitTopic is no one thing that pages would name alike: two at once, what is
// only pointed at, or what makes another office of the one behind it.
var unfitTopic = regexp.MustCompile(` and |谁|哪|什么|和|与|^(?:[区县市省村镇乡校院该本此这那某]|著名|知名|新任|前|原|时任|你|我|他|她|它|their |his |her |its |this |your |our |my )|(?:副|前|原|代|名誉|荣誉|常务|执行|新任|候任|时任|总|曾任|历任)$|` +
	`^(?:公司|集团|学校|大学|医院|学院|研究所|研究院|协会|学会|商会|工会|党组|党委|国家|政府|法院|银行|俱乐部|球队|车队|电影|影片|小说|电视剧|the )$`)

// askedName takes a question for a name apart; nil where it is none that one
// name alone can answer.
func askedName(a Analysis) *nameAsked {
	f := strings.TrimRight(lang.Fold(a.Text), "?？。.!！ ")
	var n *nameAsked
	if a.Language == "zh" {
		f = kindBefore.ReplaceAllString(f, "《")
		n = askedNameZh(strings.NewReplacer("《", "", "》", "", "“", "", "”", "", " ", "").Replace(askNameLead.ReplaceAllString(f, "")))
	} else {
		n = askedNameEn(strings.NewReplacer("\"", "", "“", "", "”", "", "’", "'").Replace(askYearTail.ReplaceAllString(f, "")))
	}
	if n == nil || len(n.topic) < fewNameBytes || unfitTopic.MatchString(n.topic) {
		return nil
	}
	if n.office && n.past && n.order == "" {
		return nil // many have been
	}
	return n
}

func askedNameEn(f string) *nameAsked {
	if m := askByEn.FindStringSubmatch(f); m != nil {
		return &nameAsked{tie: tieOf(m[2]+m[4], true), topic: m[1] + m[3]}
	}
	if m := askNounEn.FindStringSubmatch(f); m != nil {
		n := &nameAsked{tie: tieOf(m[2], true), order: orderOf(m[1]), topic: m[3], past: strings.Contains(f, " was ") || strings.Contains(f, " were ")}
		n.hold(m[2], officesEn+"|capital")
		return n
	}
	if m := askDeedEn.FindStringSubmatch(f); m != nil {
		return &nameAsked{tie: tieOf(m[1], true), topic: m[2]}
	}
	if m := askWhereEn.FindStringSubmatch(f); m != nil {
		return &nameAsked{place: true, topic: m[1], deed: m[2]}
	}
	if m := askWhichEn.FindStringSubmatch(f); m != nil {
		return &nameAsked{place: true, head: m[1], topic: m[2], deed: m[3]}
	}
	return nil
}

func askedNameZh(f string) *nameAsked {
	if m := askWhereZh.FindStringSubmatch(f); m != nil {
		n := &nameAsked{place: true, topic: m[1], head: m[3]}
		if strings.Contains(m[2], "生") {
			n.deed = "born"
		}
		return n
	}
	if m := askByZh.FindStringSubmatch(f); m != nil {
		return &nameAsked{tie: tieOf(m[2], false), topic: m[1]}
	}
	m := askHoldZh.FindStringSubmatch(f)
	if m == nil {
		m = askNounZh.FindStringSubmatch(f)
	}
	if m != nil {
		n := &nameAsked{tie: tieOf(m[3], false), order: orderOf(m[2]), topic: m[1]}
		n.hold(m[3], officesZh+"|首都|首府|省会")
		return n
	}
	if m := askDeedZh.FindStringSubmatch(f); m != nil {
		return &nameAsked{tie: tieOf(m[1], false), topic: m[2]}
	}
	return nil
}

// hold makes the question one for an office, where the noun is one; what is an
// office and a deed as well (a film's director) is taken for the office.
func (n *nameAsked) hold(noun, offices string) {
	for _, o := range strings.Split(offices, "|") {
		if o != noun {
			continue
		}
		n.office = true
		if n.tie == (tie{}) {
			n.tie = tie{nouns: noun, nounsZh: noun}
		}
		return
	}
}

// tieOf is the tie that has the word.
func tieOf(word string, english bool) tie {
	for _, t := range ties {
		words := t.verbsZh + "|" + t.nounsZh
		if english {
			words = t.verbs + "|" + t.nouns
		}
		for _, w := range strings.Split(words, "|") {
			if w == word {
				return t
			}
		}
	}
	return tie{}
}

// orderOf is one word for the words of one order; empty where the word tells none.
func orderOf(word string) string {
	switch word {
	case "first", "founding", "inaugural", "首任", "第一任", "首位", "第一位", "首届":
		return "first"
	case "现任", "current", "present":
		return ""
	}
	return strings.NewReplacer("位", "任").Replace(word)
}
