package engine

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sonde-search/sonde/agent/lang"
)

// kindsOfPlace are words that say what kind of place a name is of.
var kindsOfPlace = wordSet("county city town village parish district province state borough country region municipality shire co")

// statesEn are countries and states, within which cities lie.
var statesEn = regexp.MustCompile(`^(?:england|scotland|wales|britain|great britain|united kingdom|uk|ireland|northern ireland|france|germany|italy|spain|portugal|netherlands|belgium|switzerland|austria|sweden|norway|denmark|finland|iceland|poland|hungary|romania|bulgaria|greece|turkey|russia|ukraine|china|japan|korea|south korea|north korea|india|pakistan|bangladesh|iran|iraq|israel|egypt|morocco|algeria|tunisia|libya|ethiopia|kenya|tanzania|uganda|nigeria|ghana|south africa|australia|new zealand|canada|mexico|brazil|argentina|chile|peru|colombia|venezuela|cuba|united states|usa|us|america|europe|asia|africa|alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|north carolina|south carolina|north dakota|south dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|tennessee|texas|utah|vermont|virginia|west virginia|washington|wisconsin|wyoming)$`)

// noCity are words of what lies in a city or about one.
var noCity = regexp.MustCompile(`\b(?:house|hall|castle|palace|street|road|avenue|square|hospital|university|college|school|abbey|church|park|cottage|farm|manor|island|isle|bay|valley|hill|mountains?|forest|coast|shore|station|district|quarter|prison|camp)\b`)

// framePlaceEn matches up to the preposition before the place.
func framePlaceEn(n *nameAsked, names []string, titled bool) *regexp.Regexp {
	topic := topicRe(n.topic, names, titled)
	if n.deed == "born" || n.deed == "buried" {
		return regexp.MustCompile(`(?i)` + topic + asideEn + ` (?:was|is|were) ` + n.deed + `\b([^.;]{0,40}? | )(?:in|at)\s+`)
	}
	return regexp.MustCompile(`(?i)` + topic + asideEn + ` (?:is|are|was|lies|lie|stands|stood|sits|is an? [^,.;]{1,40}?)(?: (?:located|situated|based|headquartered))?( )(?:in|at)\s+`)
}

var (
	placeOfEn = regexp.MustCompile(`^(?:the )?(?:(?:small |old |market |coastal )?(county|city|town|village|parish|district|province|state|borough|municipality) of )?$`)
	withinEn  = regexp.MustCompile(`^(?:, (?:in )?| in )(?:the )?(?:(county|city|town|village|parish|district|province|state) of )?$`)
)

// placesFrom are the place at a position and the greater ones behind it.
func placesFrom(text string, at int) (naming, bool) {
	var n naming
	end := at
	for _, x := range namesBehind(text, at) {
		re := withinEn
		if len(n.names) == 0 {
			re, n.at = placeOfEn, x
		}
		m := re.FindStringSubmatch(text[end:x.Start])
		if m == nil {
			break
		}
		name := lang.Fold(text[x.Start:x.End])
		if m[1] != "" {
			name = m[1] + " " + name
		}
		n.names, end = append(n.names, name), x.End
	}
	return n, len(n.names) > 0
}

// placeKind is what kind of place a name says that it is of, and the name without that.
func placeKind(name string) (kind, bare string) {
	if statesEn.MatchString(name) {
		return "state", name
	}
	var rest []string
	for _, w := range strings.Fields(name) {
		if kindsOfPlace[w] {
			if kind = w; kind == "co" {
				kind = "county"
			}
			continue
		}
		rest = append(rest, w)
	}
	return kind, strings.Join(rest, " ")
}

// samePlaceEn reports whether two places may be one, or the one within the other.
func samePlaceEn(x, y naming, head string) bool {
	for i, a := range x.names {
		for j, b := range y.names {
			kindA, bareA := placeKind(a)
			kindB, bareB := placeKind(b)
			same := bareA == bareB || sharesWord(bareA, bareB) || alsoCalled(bareA, bareB)
			switch {
			case same && (i != j || i == 0 && (len(x.names) == 1 || len(y.names) == 1)):
				return true
			case !same && kindA == kindB && kindA != "" && (head == "" || head == kindA || head == "country"):
				return false
			}
		}
	}
	if head == "city" || head == "town" || head == "village" {
		kindA, _ := placeKind(x.names[0])
		kindB, _ := placeKind(y.names[0])
		return noCity.MatchString(x.names[0]) || noCity.MatchString(y.names[0]) || kindA == "state" || kindB == "state" || kindA != kindB || sharesWord(x.names[0], y.names[0])
	}
	// two of as many parts are of one kind: Tuam, Galway and Ennis, Clare
	outerX, _ := placeKind(x.names[len(x.names)-1])
	outerY, _ := placeKind(y.names[len(y.names)-1])
	return outerX != outerY || head != "" || len(x.names) != len(y.names) || len(x.names) == 1 || sharesWord(x.names[0], y.names[0])
}

const partZh = `[\p{Han}]{1,6}?`

var (
	levelsZh = regexp.MustCompile(`^(?:中国|我国)?(` + partZh + `(?:省|自治区))?(` + partZh + `(?:市|自治州|州))?(` + partZh + `(?:县|区|市|旗))?(` + partZh + `(?:镇|乡|街道))?(` + partZh + `村)?`)
	vagueZh  = regexp.MustCompile(`[的和与及、]|交界|之间|附近|[东南西北中]部`)
	noLevel  = regexp.MustCompile(`^[间域场民际级属]`) // 区间, 市场
)

func framePlaceZh(n *nameAsked, titled bool) *regexp.Regexp {
	topic := `《?` + regexp.QuoteMeta(n.topic) + `》?`
	if titled {
		topic = `(?:` + topic + `|^(?:它|[该此本][\p{Han}]{0,3}?))`
	}
	topic += `(?:\([^)]*\))?,?`
	if n.deed == "born" {
		return regexp.MustCompile(topic + `[^。;,的]{0,14}?,?(?:出生于|出生在|生于)([\p{Han}]{2,24})`)
	}
	return regexp.MustCompile(topic + `(?:是` + ownZh + `{0,40},)?(?:是?一?[座个所条]?位于|坐落于|坐落在|坐落|地处)([\p{Han}]{2,24})`)
}

// saidPlaceZh is the place that a sentence gives, where the pattern finds one.
func saidPlaceZh(re *regexp.Regexp, text string) (naming, bool) {
	f := lang.Fold(text)
	m := re.FindStringSubmatchIndex(f)
	if m == nil || !alone.MatchString(f[:m[0]]) {
		return naming{}, false
	}
	n, ok := placeZh(f[m[2]:m[3]])
	if ok {
		n.at = standsAt(text, n.names[len(n.names)-1])
	}
	return n, ok
}

// standsAt is where a name stands in a text; all of it where it is spelt otherwise there.
func standsAt(text, name string) lang.Span {
	if at := strings.Index(text, name); at >= 0 {
		return lang.Span{Start: at, End: at + len(name)}
	}
	return lang.Span{End: len(text)}
}

// placeZh are the levels that a place names, each with its own suffix.
func placeZh(text string) (naming, bool) {
	text, _, _ = strings.Cut(text, "境内")
	if vagueZh.MatchString(text) {
		return naming{}, false
	}
	var n naming
	m := levelsZh.FindStringSubmatch(text)
	if noLevel.MatchString(text[len(m[0]):]) {
		return n, false
	}
	for _, part := range m[1:] {
		if part != "" {
			n.names = append(n.names, part)
		}
	}
	if len(n.names) == 0 && placesZh()[text] {
		n.names = []string{text}
	}
	return n, len(n.names) > 0
}

// samePlaceZh compares the level that is asked for, else the finest that both name.
func samePlaceZh(x, y naming, head string) bool {
	if head == "国家" {
		a, b := x.names[0], y.names[0]
		return !placesZh()[a] || !placesZh()[b] || sameHan(a, b)
	}
	for i := len(x.names) - 1; i >= 0; i-- {
		for j := len(y.names) - 1; j >= 0; j-- {
			a, b := []rune(x.names[i]), []rune(y.names[j])
			level := string(a[len(a)-1])
			if level != string(b[len(b)-1]) || head != "" && !strings.HasPrefix(head, level) && head != "城市" {
				continue
			}
			bareA, bareB := string(a[:len(a)-1]), string(b[:len(b)-1])
			if level == "市" && (slices.Contains(x.names, y.names[j]) || slices.Contains(y.names, x.names[i])) {
				return true
			}
			if level == "市" && placesZh()[bareA] != placesZh()[bareB] {
				return true // a city within the other, as like as not
			}
			return strings.Contains(bareA, bareB) || strings.Contains(bareB, bareA) || len(a) > 2 && len(b) > 2 && string(a[:2]) == string(b[:2])
		}
	}
	return true
}
