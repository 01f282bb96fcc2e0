package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// framesZh are the ways in which a Chinese sentence says who did what is asked.
type framesZh struct {
	asked  *nameAsked
	frames []frameZh
}

// A frameZh is a pattern with the name, and where an office is in it the words before that.
type frameZh struct {
	re          *regexp.Regexp
	name, order int  // groups
	open        bool // where the name ends is not told
	tail        bool // it begins with the topic, which may be the end of a longer name
}

const givenZh = 3 // characters of most Chinese names, at most

const (
	nameZh   = `([\p{Han}A-Za-z·•・.\-、]{2,30}?(?:\([^()]{1,40}\))?)`
	whenZh   = `(?:[于在]?[\d一二三四五六七八九〇零年月日初末间]{2,12}(?:至[\d年]+)?)?`
	selfZh   = `(?:亲自|负责|主持|独立|独自|一手|共同|联合|合作|牵头|带队|率先|最早|首先|最初)?(?:(?:导演|编剧|监制|主演|设计|策划|规划|出资|投资|构思)[、并和及])?`
	startZh  = `(?:^|[,。;:"\s年月日])`
	endZh    = `(?:$|[,。;!?"\s(]|担任|出任)`
	openZh   = `([\p{Han}·•・]{2,14})`
	glossZh  = `(?:\([^()]*\))?`
	ledZh    = glossZh + `(?:[于在是为系最初原\d年月日\s]{0,12}|(?:,|,?(?:建|位|始|是|长|高|全|落|竣|坐|为|系|于|在|创|改|根|并非|不是)` + ownZh + `{0,60},)(?:而是|实为|其实)?|是一[部座本首个幅架艘款][^。;,的]{0,10})`
	ownZh    = `[^。;有旁另其该邻附侧]` // says nothing of another thing beside it
	behindZh = `(?:$|[,。;!?("并和与及后时])`
)

func newFramesZh(n *nameAsked, titled bool) *framesZh {
	topic := `《?` + regexp.QuoteMeta(n.topic) + `》?`
	after := topic // with what stands for it at the beginning of a sentence
	if titled {
		after = `(?:` + topic + `|^(?:它|其|[该此本][\p{Han}]{0,3}?|全书|影片))`
	}
	f := &framesZh{asked: n}
	add := func(name, order int, re string) {
		f.frames = append(f.frames, frameZh{regexp.MustCompile(re), name, order, strings.HasSuffix(re, openZh), strings.HasPrefix(re, after) || strings.HasPrefix(re, topic)})
	}
	if v := n.tie.verbsZh; v != "" && n.order == "" {
		v = `(?:` + v + `)`
		add(1, 0, after+ledZh+`(?:由|被)`+nameZh+whenZh+selfZh+v)
		add(1, 0, after+glossZh+`是`+nameZh+whenZh+selfZh+v+`[^。;,的]{0,20}的`)
		add(1, 0, startZh+nameZh+whenZh+selfZh+v+`(?:并[\p{Han}]{2})?(?:了|出)?`+topic+behindZh)
	}
	if noun := n.tie.nounsZh; noun != "" {
		noun = `(?:` + noun + `)`
		add(2, 1, after+`的?([\p{Han}]{0,4}?)`+noun+`(?:就是|便是|是|为|乃|即|由|[:])`+nameZh+endZh)
		add(1, 2, startZh+nameZh+`,?(?:就是|正是|是|为|任|担任|出任|就任|系|,)(?:了)?`+topic+`的?([\p{Han}]{0,4}?)`+noun+behindZh)
		add(2, 1, topic+`的?([\p{Han}]{0,3}?)`+noun+openZh)
		if titled {
			add(2, 1, `^([\p{Han}]{0,3}?)`+noun+`(?:是|为|由|[:])`+nameZh+endZh)
		}
	}
	return f
}

// said are the names that the sentence gives; false where it gives none plainly.
func (f *framesZh) said(text string) (naming, bool) {
	plain := strings.ReplaceAll(lang.Fold(text), " ", "")
	for _, x := range f.frames {
		at := x.re.FindStringSubmatchIndex(plain)
		if at == nil || x.tail && !alone.MatchString(plain[:at[0]]) || x.order > 0 && orderOf(plain[at[2*x.order]:at[2*x.order+1]]) != f.asked.order {
			continue
		}
		name := plain[at[2*x.name]:at[2*x.name+1]]
		if x.open {
			name = f.cut(name)
		}
		if n, ok := f.listed(name); ok {
			n.at, n.loose = standsAt(text, n.names[0]), x.open
			n.denies = deniesZh.MatchString(plain)
			return n, true
		}
	}
	return naming{}, false
}

// cut is the name that a text begins with; empty where it begins with none.
func (f *framesZh) cut(text string) string {
	runes := []rune(text)
	for n := min(len(runes), maxPlaceRunes); n > 1; n-- {
		if placesZh()[string(runes[:n])] && f.asked.tie.nouns == "capital" {
			return string(runes[:n])
		}
	}
	n := 0
	for n < len(runes) && !strings.ContainsRune(nameAfter, runes[n]) {
		n++
	}
	if !strings.ContainsFunc(string(runes[:n]), dotted) {
		n = min(n, givenZh)
	} else if !strings.ContainsRune(foreignHan, runes[0]) {
		return ""
	}
	for ; n > 1; n-- {
		if name := string(runes[:n]); personZh(name) {
			return name
		}
	}
	return ""
}

// alone ends before a topic that is no end of a longer name, and of an office
// that is still held: not of 时任, 前.
var alone = regexp.MustCompile(`(?:^|[^\p{Han}]|[的在由和与及对向从被把见受请是为了以让据到至称说诉访晤同但而因当])$`)

var (
	deniesZh = regexp.MustCompile(`并非|而非|误认|误传|误以为|讹传|不是`)
	joinsZh  = regexp.MustCompile(`[和与及、]`)
	bracketZ = regexp.MustCompile(`\([^()]*\)`)
)

// listed are the names in what stands where a name should; false where one of
// them is none: villagers, experts.
func (f *framesZh) listed(text string) (naming, bool) {
	var n naming
	for _, part := range joinsZh.Split(bracketZ.ReplaceAllString(text, ""), -1) {
		name, ok := part, utf8.RuneCountInString(part) > 1
		if f.asked.tie.nouns != "capital" {
			name, ok = nameOf(part)
		}
		if !ok {
			return n, false
		}
		n.names = append(n.names, name)
	}
	n.also = strings.Trim(bracketZ.FindString(text), "()")
	return n, len(n.names) > 0
}

var (
	titleBefore = regexp.MustCompile(`^.*(?:建筑师|设计师|工程师|教授|博士|院士|先生|女士|大师|学者|作家|诗人|画家|导演|校长|馆长|县令|知县|知府|知州|僧人|和尚|工匠|石匠|木匠|企业家|商人|科学家|物理学家|化学家|数学家|天文学家|考古学家|教育家|将军|皇帝|国王|总统|编剧|音乐家|作曲家|雕塑家|艺术家|华侨|人|[夫匠民工员者手士官])`)
	titleBehind = regexp.MustCompile(`(?:建筑师|设计师|工程师|教授|博士|院士|先生|女士|大师|老师|等人|等|一人|所)$`)
	firmZh      = regexp.MustCompile(`(?:公司|集团|企业|工厂|厂|局|院|所|大学|学院|学校|中学|协会|学会|委员会|基金会|银行|政府|部|厅|社|工作室|事务所|组织|团队|组)$`)
	doubleZh    = regexp.MustCompile(`^(?:欧阳|司马|诸葛|上官|司徒|东方|夏侯|皇甫|尉迟|公孙|慕容|长孙|宇文|令狐|端木|独孤|南宫)`)
	notNameZh   = regexp.MustCompile(`[的了是在由被我你他她它这那谁哪该]|.[于其何]|专家|村民|居民|工人|群众|人们|后人|时人`)
)

// nameOf is the name of a person, a firm or a country, its titles taken off;
// false where the text is none.
func nameOf(text string) (string, bool) {
	text = titleBehind.ReplaceAllString(text, "")
	if personZh(text) {
		return text, true
	}
	if rest := titleBefore.ReplaceAllString(text, ""); rest != text && personZh(rest) {
		return rest, true
	}
	runes := utf8.RuneCountInString(text)
	return text, runes > 2 && !notNameZh.MatchString(text) && (firmZh.MatchString(text) || placesZh()[text]) || runes == 2 && placesZh()[text]
}

// personZh reports whether a text is a person's name and no more.
func personZh(text string) bool {
	runes := []rune(text)
	if notNameZh.MatchString(text) || len(runes) < 2 || firmZh.MatchString(text) || placesZh()[text] {
		return false
	}
	if strings.ContainsAny(text, "·•・") || latinName.MatchString(text) {
		return true
	}
	foreign := 0
	for _, r := range runes {
		if strings.ContainsRune(foreignHan, r) {
			foreign++
		}
	}
	given := len(runes) - 1
	if doubleZh.MatchString(text) {
		given--
	}
	return given >= 1 && given <= 2 && strings.ContainsRune(surnamesZh, runes[0]) || len(runes) <= 8 && len(runes) > 2 && foreign == len(runes)
}

var latinName = regexp.MustCompile(`^[a-z][a-z.\- ]+$`)
