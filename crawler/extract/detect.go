package extract

import (
	"bytes"
	"strings"
	"sync"
	"unicode"

	"github.com/sonde-search/sonde/agent/lang"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// sampleSize is how many bytes of a text its encoding is told from.
const sampleSize = 12 << 10

// sample collects the stretches between tags that hold bytes above ASCII. No
// encoding that is told apart here has "<" or ">" inside a character.
func sample(b []byte) []byte {
	var s []byte
	for len(b) > 0 && len(s) < sampleSize {
		i := bytes.IndexAny(b, "<>\n")
		part := b
		if i >= 0 {
			part, b = b[:i], b[i+1:]
		} else {
			b = nil
		}
		for _, c := range part {
			if c >= 0x80 {
				s = append(s, part[:min(len(part), 4096)]...)
				s = append(s, '\n')
				break
			}
		}
	}
	return s
}

// A script is an encoding with a measure of how much a text decoded by it
// looks like language: the mean over its characters above ASCII, 1 for the
// best, below 0 for what no one writes.
type script struct {
	enc     encoding.Encoding
	measure func(string) float64
}

// scripts are the encodings that are told apart. Of two that fit alike the
// first wins.
var scripts = []script{
	{simplifiedchinese.GB18030, chineseScore}, {traditionalchinese.Big5, chineseScore},
	{japanese.ShiftJIS, japaneseScore}, {japanese.EUCJP, japaneseScore}, {korean.EUCKR, koreanScore},
	{charmap.Windows1251, cyrillicScore}, {charmap.KOI8R, cyrillicScore}, {charmap.CodePage866, cyrillicScore},
	{charmap.Windows1252, latinScore("éèêëàâäáåãæçñóòôöõøúùûüíìîïßÉÄÖÜ«»“”‘’–—…©®°·€£")}, {charmap.Windows1255, lettersScore(unicode.Hebrew)}, {charmap.Windows874, thaiScore},
	{charmap.Windows1253, lettersScore(unicode.Greek)}, {charmap.Windows1256, lettersScore(unicode.Arabic)},
	{charmap.Windows1250, latinScore("ąćęłńóśźżĄĆĘŁŃÓŚŹŻáčďéěíňřšťúůýžČŘŠŽőűŐŰăâîşţ„”–")}, {charmap.Windows1254, latinScore("ğışçöüİĞŞÇÖÜâî“”‘’–")},
}

// least is the score below which nothing was recognised.
const least = .12

// detect tells the encoding of a sample, or nil.
func detect(s []byte) encoding.Encoding {
	if len(s) == 0 {
		return nil
	}
	var best encoding.Encoding
	top := least
	for _, c := range scripts {
		if v := c.score(s); v > top {
			best, top = c.enc, v
		}
	}
	if best == nil {
		return charmap.Windows1252
	}
	return best
}

func (c script) score(s []byte) float64 {
	out, err := c.enc.NewDecoder().Bytes(s)
	if err != nil {
		return -1
	}
	text := string(out)
	bad := strings.Count(text, "\uFFFD")
	high := 0
	for _, r := range text {
		if r >= 0x80 {
			high++
		}
	}
	if high == 0 {
		return -1
	}
	return c.measure(text) - 6*float64(bad)/float64(high)
}

// believable reports whether s can be in the encoding that is stated: few
// bytes are invalid, and where any byte is valid, another reading is not far better.
func believable(e encoding.Encoding, name string, s []byte) bool {
	stated := script{e, func(string) float64 { return 0 }}
	if stated.score(s) < -.3 {
		return false
	}
	if name != "windows-1252" { // what servers state that do not know
		return true
	}
	best := detect(s)
	for _, c := range scripts {
		if c.enc == best && best != charmap.Windows1252 {
			western := script{charmap.Windows1252, scripts[8].measure}
			return c.score(s) < .5 || western.score(s) > 0
		}
	}
	return true
}

// commonHan are the most frequent characters of Chinese, simplified.
const commonHan = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽"

var commonSet = sync.OnceValue(func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range commonHan {
		m[r] = true
	}
	return m
})

// meanOver is the mean of value over the characters of s above ASCII, with the
// character before each.
func meanOver(s string, value func(r, before rune) float64) float64 {
	sum, n := 0.0, 0
	before := ' '
	for _, r := range s {
		if r >= 0x80 && r != 0xFFFD {
			sum += value(r, before)
			n++
		}
		before = r
	}
	if n == 0 {
		return -1
	}
	return sum / float64(n)
}

func chineseScore(s string) float64 {
	common := commonSet()
	return meanOver(lang.Fold(s), func(r, _ rune) float64 {
		switch {
		case common[r]:
			return 1.2
		case unicode.Is(unicode.Han, r):
			return .3
		case strings.ContainsRune("，。、：；！？“”‘’（）《》【】…—·", r), r >= 0xFF01 && r <= 0xFF5E:
			return .8
		case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Cyrillic, unicode.Co), r < 0x2000:
			return -1
		}
		return -.2
	})
}

func japaneseScore(s string) float64 {
	return meanOver(s, func(r, _ rune) float64 {
		switch {
		case unicode.Is(unicode.Hiragana, r):
			return 1.3
		case r >= 0xFF61 && r <= 0xFF9F: // half-width katakana: mostly another encoding's bytes
			return -.6
		case unicode.Is(unicode.Katakana, r), r == 'ー':
			return 1
		case strings.ContainsRune("、。「」『』（）！？・〜…", r):
			return .9
		case unicode.Is(unicode.Han, r):
			return .35
		case unicode.In(r, unicode.Cyrillic, unicode.Co), r < 0x2000:
			return -1
		}
		return -.1
	})
}

func koreanScore(s string) float64 {
	return meanOver(s, func(r, _ rune) float64 {
		switch {
		case unicode.Is(unicode.Hangul, r):
			return .95
		case unicode.In(r, unicode.Han):
			return -.6
		case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Cyrillic, unicode.Co), r < 0x2000:
			return -1
		}
		return 0
	})
}

func cyrillicScore(s string) float64 {
	return meanOver(s, func(r, before rune) float64 {
		switch {
		case before < 0x80 && unicode.IsLetter(before): // one script inside a word of another
			return -1.5
		case strings.ContainsRune("оеаинтсрвлкмдпуя", r):
			return 1
		case r >= 'а' && r <= 'я' || r == 'ё':
			return .5
		case r >= 'А' && r <= 'Я' && unicode.IsLower(before): // a capital inside a word
			return -1.5
		case r >= 'А' && r <= 'Я':
			return .3
		case strings.ContainsRune("«»–—…№“”„", r):
			return .3
		}
		return -.8
	})
}

func thaiScore(s string) float64 {
	return meanOver(s, func(r, before rune) float64 {
		mark := r == 0xE31 || r >= 0xE34 && r <= 0xE3A || r >= 0xE47 && r <= 0xE4E
		switch {
		case mark && !unicode.Is(unicode.Thai, before): // a mark above nothing
			return -1.5
		case unicode.Is(unicode.Thai, r):
			return .9
		}
		return -.5
	})
}

// lettersScore measures letters of one script, of which capitals stand at the
// beginning of words.
func lettersScore(t *unicode.RangeTable) func(string) float64 {
	return func(s string) float64 {
		return meanOver(s, func(r, before rune) float64 {
			switch {
			case before < 0x80 && unicode.IsLetter(before): // one script inside a word of another
				return -1.5
			case unicode.Is(t, r) && unicode.IsUpper(r) && unicode.IsLower(before):
				return -1.5
			case unicode.Is(t, r):
				return .9
			case r < 0x250 && unicode.IsLetter(r):
				return -1
			}
			return -.2
		})
	}
}

// latinScore measures Latin text: letters with accents beside plain ones.
func latinScore(usual string) func(string) float64 {
	return func(s string) float64 {
		return meanOver(s, func(r, before rune) float64 {
			ascii := before < 0x80
			switch {
			case strings.ContainsRune(usual, r) && ascii:
				return .8
			case strings.ContainsRune(usual, r):
				return -.1
			case unicode.IsLetter(r) && ascii:
				return 0
			}
			return -.8
		})
	}
}
