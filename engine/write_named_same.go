package engine

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// agrees reports whether two statements may well name the same: one of the
// names of the one is one of the other's, or they cannot be compared.
func (x naming) agrees(y naming) bool {
	if x.also != "" && y.also != "" && sharesWord(x.also, y.also) {
		return true
	}
	for _, a := range x.names {
		for _, b := range y.names {
			if oneNamed(a, b) {
				return true
			}
		}
	}
	return false
}

// oneNamed reports whether two names may be one thing's: a fuller form of the
// other, another spelling of it, its initials, in another script, or of another
// sort, as a firm and its engineer.
func oneNamed(a, b string) bool {
	a, b = bareName(a), bareName(b)
	zhA, zhB := hanName(a), hanName(b)
	if a == "" || b == "" || zhA != zhB || strings.Contains(a, b) || strings.Contains(b, a) {
		return true
	}
	if zhA {
		return firmZh.MatchString(a) != firmZh.MatchString(b) || placesZh()[a] != placesZh()[b] || sameHan(a, b)
	}
	return firmEn.MatchString(a) != firmEn.MatchString(b) || statesEn.MatchString(a) != statesEn.MatchString(b) || initialsOf(a, b) || initialsOf(b, a) || alsoCalled(a, b) || sharesWord(a, b)
}

var (
	firmEn     = regexp.MustCompile(`\b(?:company|co|corporation|corp|inc|ltd|limited|llc|plc|gmbh|group|partners|associates|brothers|sons|works|ironworks|foundry|council|office|department|bureau|institute|university|college|society|association|trust|bank|studio|studios|agency|ministry|church|authority|board|committee|government|army|order|railways?|house|navy|crown|parliament|museum|library|hospital|school|club|union|team|league|party|press|service|force|corps|fund|foundation)\b|&`)
	titleEn    = regexp.MustCompile(`^(?:(?:the|dr|mr|mrs|ms|sir|dame|lord|lady|professor|prof|reverend|rev|father|saint|st|king|queen|prince|princess|president|captain|colonel|general|count|baron)\.? )+|,? (?:jr|sr|ii|iii|iv|esq)\.?$`)
	genericHan = strings.NewReplacer("大学", "", "学院", "", "有限公司", "", "公司", "", "集团", "", "设计院", "", "研究院", "", "研究所", "", "建设", "", "工程", "", "股份", "", "中国", "", "博物馆", "", "图书馆", "")
)

// bareName is a name folded, without titles and what stands in brackets.
func bareName(s string) string {
	s = strings.TrimSpace(glossed.ReplaceAllString(lang.Fold(s), " "))
	s = strings.TrimSuffix(strings.TrimSuffix(s, "'s"), "’s")
	return strings.TrimSpace(titleEn.ReplaceAllString(s, ""))
}

func hanName(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r)
}

// sameHan reports whether two Chinese names share two characters in a row, or
// half of the characters of the shorter as two renderings of a foreign one do;
// of two with a dot in them, a part.
func sameHan(a, b string) bool {
	a, b = genericHan.Replace(a), genericHan.Replace(b)
	if x, y := strings.FieldsFunc(a, dotted), strings.FieldsFunc(b, dotted); len(x) > 1 && len(y) > 1 {
		for _, part := range x {
			if slices.ContainsFunc(y, func(other string) bool { return strings.HasPrefix(other, part) || strings.HasPrefix(part, other) }) {
				return true
			}
		}
		x, y := x[len(x)-1], y[len(y)-1] // the surnames
		return pairShared(x, y) || 2*shared(x, y) > min(utf8.RuneCountInString(x), utf8.RuneCountInString(y))
	}
	if a == "" || b == "" || pairShared(a, b) {
		return true
	}
	short := min(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	first, _ := utf8.DecodeRuneInString(a)
	if strings.ContainsRune(surnamesZh, first) {
		return 2*shared(a, b) > short
	}
	return 2*shared(a, b) >= short
}

// pairShared reports whether b has two characters of a in a row.
func pairShared(a, b string) bool {
	runes := []rune(a)
	for i := range len(runes) - 1 {
		if strings.Contains(b, string(runes[i:i+2])) {
			return true
		}
	}
	return false
}

// shared counts the characters of a that b has.
func shared(a, b string) int {
	n := 0
	for _, r := range a {
		if strings.ContainsRune(b, r) {
			n++
		}
	}
	return n
}

func dotted(r rune) bool { return strings.ContainsRune("·•・", r) }

// sharesWord reports whether two names share a word that is more than "the": a
// surname alone, a maiden name beside it.
func sharesWord(a, b string) bool {
	for _, x := range lang.Words(a) {
		if len(x.Text) < 2 || lang.Stop(x.Text) || firmEn.MatchString(x.Text) || kindsOfPlace[x.Text] {
			continue
		}
		for _, y := range lang.Words(b) {
			if x.Text == y.Text || len(x.Text) > 4 && len(y.Text) > 4 && x.Text[:4] == y.Text[:4] {
				return true
			}
		}
	}
	return false
}

// initialsOf reports whether short is, or begins with, the initials of full.
func initialsOf(short, full string) bool {
	short = strings.ReplaceAll(short, ".", "")
	if strings.Contains(short, " ") || len(short) > 6 {
		return false
	}
	initials := ""
	for _, w := range lang.Words(full) {
		if !lang.Stop(w.Text) {
			initials += w.Text[:1]
		}
	}
	return len(initials) > 1 && (strings.HasPrefix(short, initials) || strings.HasPrefix(initials, short) && len(short) > 1)
}

// sameEn are names of one country, or of a country and a part of it.
var sameEn = []map[string]bool{
	wordSet("uk britain england scotland wales british kingdom"),
	wordSet("us usa america american states"),
	wordSet("netherlands holland dutch"),
	wordSet("russia ussr soviet russian"),
	wordSet("china prc chinese"),
	wordSet("germany prussia german"),
	wordSet("turkey ottoman türkiye"),
	wordSet("iran persia"),
	wordSet("burma myanmar"),
}

func alsoCalled(a, b string) bool {
	for _, set := range sameEn {
		if anyWord(a, set) && anyWord(b, set) {
			return true
		}
	}
	return false
}

func anyWord(s string, set map[string]bool) bool {
	for _, w := range lang.Words(s) {
		if set[w.Text] {
			return true
		}
	}
	return false
}
