package engine

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sonde-search/sonde/agent/lang"
)

// unnamed is the person whom a page is about, where the sentence that answers
// "who" leaves the name out: "1957年主持设计了大桥" on a page titled 陆文舟, "He
// designed the bridge" on one titled Hugo Larn. Empty where the sentence or the
// question has the name, or the page is about no person.
func (w *writer) unnamed(s *readSentence) string {
	if w.asked.Kind != KindWho {
		return ""
	}
	title := strings.TrimSpace(titleParts.Split(s.page.Title, 2)[0])
	title = strings.TrimSpace(glossed.ReplaceAllString(title, ""))
	f := lang.Fold(title)
	if !personTitle.MatchString(title) || strings.Contains(lang.Fold(w.asked.Text), f) || strings.Contains(s.fold(), f) {
		return ""
	}
	if !aboutPerson.MatchString(s.page.Text) {
		return ""
	}
	if s.language == "zh" {
		if !subjectless.MatchString(s.text) {
			return ""
		}
		return title
	}
	if !pronounFirst.MatchString(s.text) || utf8.RuneCountInString(title) > maxTermRunes {
		return ""
	}
	return title
}

var (
	personTitle  = regexp.MustCompile(`^(?:\p{Han}{2,4}|(?:\p{Lu}[\p{L}.'’-]*\s+){1,3}\p{Lu}[\p{L}'’-]+)$`)
	aboutPerson  = regexp.MustCompile(`\d{4}年?[^。.]{0,12}[—–~至-][^。.]{0,4}\d{4}|出生|生于|毕业|(?i:\b(?:was|is) an? (?:\w+[ -]){0,4}(?:\w+(?:er|or|ist|ian|ect)|poet|chef|cook|judge|monk|king|queen|scholar)\b|\bborn\b|\bshe\b|\bhe\b)`)
	subjectless  = regexp.MustCompile(`^(?:\s*(?:\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|[他她]|后来?|随后|同年|次年|其后|此后|期间|曾|并|先后|又)[，,]?)+\S*`)
	pronounFirst = regexp.MustCompile(`^(?:In \d{4}, )?(?:He|She|they|They|he|she)\b`)
)
