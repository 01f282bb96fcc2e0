package engine

import (
	"regexp"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

const (
	numeralEn = `(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|no)`
	numeralZh = `[\d一二两三四五六七八九十]+(?:个|名|位)?`
)

// A kin is what questions count and pages tell by its parts: children as sons and daughters.
type kin struct{ asks, whole, part *regexp.Regexp }

func newKin(asks, whole, partEn, partZh string) kin {
	en := numeralEn + ` (?:[a-z]+ )?(?:` + partEn + `)`
	zh := numeralZh + `(?:` + partZh + `)`
	return kin{regexp.MustCompile(asks), regexp.MustCompile(`(?i)` + numeralEn + ` (?:[a-z]+ )?(?:` + whole + `)\b|` + numeralZh + `(?:` + whole + `)`),
		regexp.MustCompile(`(?i)\b` + en + `(?:(?:,? and |, )` + en + `)*\b|` + zh + `(?:[和与、及]?` + zh + `)*`)}
}

var kins = []kin{
	newKin(`\bhow many (?:children|kids)\b|[几多少]+个?(?:孩子|子女|儿女|小孩)`, `children|kids|child|孩子|子女|儿女|小孩`, `sons?|daughters?|boys?|girls?`, `儿子|女儿|男孩|女孩|子|女|儿|男`),
	newKin(`\bhow many (?:siblings|brothers and sisters)\b|[几多少]+个?(?:兄弟姐妹|兄弟姊妹|同胞)`, `siblings|兄弟姐妹|兄弟姊妹`, `brothers?|sisters?`, `哥哥|弟弟|姐姐|妹妹|兄弟|姐妹|兄|弟|姐|妹`),
}

// tallied answers how many children or siblings somebody has with the sentence
// that tells them by sons and daughters, brothers and sisters, where none tells
// their number. It reports whether there is one.
func (w *writer) tallied() bool {
	asked := lang.Fold(w.asked.Text)
	for _, t := range kins {
		if !t.asks.MatchString(asked) {
			continue
		}
		return w.kin(t)
	}
	return false
}

func (w *writer) kin(t kin) bool {
	r := w.reading
	var found *readSentence
	for i := range r.sentences {
		s := &r.sentences[i]
		if s.block == lang.BlockHeading || !w.ofSubject(s) {
			continue
		}
		if t.whole.MatchString(s.text) {
			return false
		}
		if found == nil && t.part.MatchString(s.text) {
			found = s
		}
	}
	if found == nil {
		return false
	}
	return w.bySentence(found, strings.TrimSpace(t.part.FindString(found.text)), "")
}

// ofSubject reports whether a sentence speaks of the question's subject: by its
// name, by going on from it, or by a pronoun on the page that is titled so.
func (w *writer) ofSubject(s *readSentence) bool {
	subject := w.reading.subject()
	if subject == "" || s.own == ownerSame {
		return subject != ""
	}
	return strings.Contains(lang.Fold(s.page.Title), subject) && pronounHas.MatchString(s.text)
}

var pronounHas = regexp.MustCompile(`(?i)\b(?:he|she|they|the couple) (?:had|has|have|raised|left)\b|[他她二]人?育?有`)
