package engine

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent"
	"github.com/sonde-search/sonde/agent/lang"
)

// A sectionName ties how people ask for a kind of thing to how pages head the
// section that lists it: the books somebody wrote stand under Works.
type sectionName struct {
	asked   *regexp.Regexp // in the folded question: all that the heading stands for
	heading *regexp.Regexp // the whole heading, without numbers and marks
}

var sectionNames = []sectionName{
	sectionNamed(`(?:写|出版|著|编著|发表)过?了?(?:哪些|什么|多少|几本)?(?:书|作品|著作)|(?:有|的)?(?:哪些|什么)?(?:著作|作品|代表作)|\b(?:what |which )?(?:books?|works?|novels?|writings)\b.*\b(?:wrote|written|write|published?)\b|\b(?:wrote|written|published)\b`,
		`(?:主要|部分)?(?:著作|作品|著述|代表作|出版物?|书目)(?:目录|列表)?|(?:selected |major |published )?(?:works|books|publications|bibliography|writings|novels)`),
	sectionNamed(`(?:获得?|得|拿|荣获)过?了?(?:哪些|什么|多少|几个)?(?:奖项?|荣誉)|(?:哪些|什么)(?:奖项?|荣誉)|\b(?:what |which )?(?:awards?|prizes?|honou?rs?)\b(?:.*\b(?:win|won|receive[d]?|get|got)\b)?`,
		`(?:主要|所获|个人)?(?:获奖|荣誉|奖项|获奖情况|获奖记录|荣誉称号)|(?:awards|prizes|honou?rs|recognition)(?: and (?:awards|honou?rs|recognition))?`),
	sectionNamed(`(?:演|拍|执导|参演|主演|导演)过?了?(?:哪些|什么|多少)?(?:电影|影片|电视剧|作品)|\b(?:what |which )?(?:films?|movies)\b(?:.*\b(?:made|directed|starred?|appeared?)\b)?`,
		`(?:主要)?(?:影视|电影|电视剧|参演|导演)?作品|filmography|films|movies`),
	sectionNamed(`(?:哪些|什么)(?:功能|特点|特性|特色|优点|亮点)|\b(?:what |which )?(?:main |key )?features?\b`,
		`(?:主要|产品|核心)?(?:功能|特点|特性|特色|优势|亮点)(?:介绍)?|(?:key |main )?(?:features|highlights)`),
	sectionNamed(`(?:需要|用到|要用|准备|用)?(?:哪些|什么)(?:材料|食材|原料|配料|用料)|\b(?:what |which )?ingredients?\b`,
		`(?:所需|主要)?(?:材料|食材|用料|配料|原料)(?:准备|清单)?|(?:ingredients|you will need|what you need|materials)`),
	sectionNamed(`(?:哪些人|谁)(?:参加|出席|到会)了?(?:会议)?|(?:哪些|什么)(?:参会|与会|出席)(?:人员|者)|\bwho (?:attended|took part|was present|were present)\b`,
		`(?:出席|参会|与会|到会|参加)(?:人员|者|名单)?|present|attendees|attendance|participants`),
	sectionNamed(`(?:哪些|什么)职责|负责(?:哪些|什么)(?:工作|事务)?|\b(?:what )?(?:responsibilities|duties)\b`,
		`(?:岗位|工作|主要)?职责|responsibilities|duties|your role`),
	sectionNamed(`(?:哪些|什么)(?:要求|条件|资格)|\b(?:what )?(?:requirements|qualifications|prerequisites)\b`,
		`(?:任职|岗位|申请|报名|系统)?(?:要求|条件|资格)|(?:system )?(?:requirements|qualifications|eligibility|prerequisites)`),
}

func sectionNamed(asked, heading string) sectionName {
	return sectionName{regexp.MustCompile(asked), regexp.MustCompile(`^(?:` + heading + `)$`)}
}

// sectioned answers with the list under the usual heading for what is asked.
// It reports whether there is one.
func (w *writer) sectioned() bool {
	switch w.asked.Kind {
	case KindList, KindWhich, KindWho, KindFact:
	default:
		return false
	}
	f := lang.Fold(w.asked.Text)
	if !slices.ContainsFunc(sectionNames, func(n sectionName) bool { return n.asked.MatchString(f) }) {
		return false
	}
	l := w.bestListing(false)
	if l == nil || !l.usual || l.score < listedSure {
		return false
	}
	w.listing(l, agent.FormItem)
	w.out.Confidence = max(w.out.Confidence, sureEnough)
	return len(w.out.Claims) > 0
}

// headingEdge is what stands around a heading's words: hashes, numbers, marks.
var headingEdge = regexp.MustCompile(`^[\s#\d.、（(一二三四五六七八九十)）]+|[\s¶#:：]+$`)

// sectionHits are the question's words that a heading stands for though it
// does not have them.
func (w *writer) sectionHits(heading string) []readHit {
	h := headingEdge.ReplaceAllString(lang.Fold(heading), "")
	f := lang.Fold(w.asked.Text)
	var out []readHit
	for _, n := range sectionNames {
		if !n.heading.MatchString(h) {
			continue
		}
		for _, at := range n.asked.FindAllStringIndex(f, -1) {
			m := f[at[0]:at[1]]
			han := m + "\n" + askedWhat.ReplaceAllString(m, "") + "\n" + borders(f, at)
			stems := map[string]bool{}
			for _, t := range lang.Words(m) {
				stems[lang.Stem(t.Text)] = true
			}
			for i, u := range w.reading.q.units {
				if stems[u.text] || stems[lang.Stem(u.text)] || u.han && strings.Contains(han, u.text) {
					out = append(out, readHit{unit: i, weight: 1})
				}
			}
		}
	}
	return out
}

// askedWhat are the question words that the terms of a question leave out.
var askedWhat = regexp.MustCompile(`哪些|什么|多少|几[本个]`)

// borders are the pairs of characters across both ends of a match.
func borders(text string, at []int) string {
	before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
	first, _ := utf8.DecodeRuneInString(text[at[0]:])
	last, _ := utf8.DecodeLastRuneInString(text[:at[1]])
	after, _ := utf8.DecodeRuneInString(text[at[1]:])
	return string([]rune{before, first, '\n', last, after})
}
