package lang

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// unitTable lists, for each unit by its canonical name, how it is written.
// Chinese measure words that name no unit come last, under "-".
const unitTable = `%=%,％,percent,per cent,pct,percentage,﹪
pp=percentage points,percentage point,个百分点,百分点
year=year,yr,年,岁,years old,year old,周岁,年间,个年头
month=month,个月,个多月
week=week,周,星期,个星期,礼拜,个礼拜
day=day,天,日
hour=hour,hr,小时,个小时,钟头,个钟头
minute=minute,min,分钟
second=sec,seconds,秒,秒钟
decade=decade,decades
century=century,centuries,世纪,个世纪
km=km,kilometre,kilometer,公里,千米
m=metre,meter,米,公尺
cm=cm,centimetre,centimeter,厘米,公分
mm=mm,millimetre,millimeter,毫米
nm=nm,nanometre,nanometer,纳米
mile=mile,英里
ft=ft,foot,feet,英尺
inch=inch,inches,英寸
km2=km²,km2,sq km,square kilometre,square kilometer,平方公里,平方千米
m2=m²,m2,sq m,square metre,square meter,平方米
mile2=square mile,sq mi,平方英里
ft2=square foot,square feet,sq ft,平方英尺
m3=m³,m3,cubic metre,cubic meter,立方米
hectare=ha,hectare,公顷
acre=acre,英亩
mu=亩
kg=kg,kilogram,kilo,公斤,千克
g=gram,克
mg=mg,milligram,毫克
tonne=tonne,ton,metric ton,吨
lb=lb,lbs,磅
pound=pound
litre=litre,liter,升
ml=ml,millilitre,milliliter,毫升
km/h=km/h,kph,kilometres per hour,kilometers per hour,公里/小时,公里每小时,千米每小时
m/s=m/s,metres per second,meters per second,米/秒,米每秒
mph=mph,miles per hour
W=watt,瓦,瓦特
kW=kw,kilowatt,千瓦
MW=mw,megawatt,兆瓦
GW=gw,gigawatt,吉瓦
kWh=kwh,kilowatt hour,千瓦时
byte=byte,字节
KB=kb,kilobyte
MB=mb,megabyte
GB=gb,gigabyte
TB=tb,terabyte
Hz=hz,hertz,赫兹
kHz=khz,千赫
MHz=mhz,兆赫
GHz=ghz,吉赫
°C=°c,℃,degrees celsius,degree celsius,摄氏度
°F=°f,℉,degrees fahrenheit,degree fahrenheit,华氏度
degree=°,degree,度
USD=usd,dollar,us dollar,us$,美元,美金
CNY=cny,rmb,yuan,renminbi,元,人民币,块钱,元人民币
EUR=eur,euro,欧元
GBP=gbp,pounds sterling,英镑
JPY=jpy,yen,日元,日圆
KRW=krw,won,韩元
HKD=hkd,hong kong dollar,港元,港币
TWD=twd,新台币,新台币元
INR=inr,rupee,卢比
RUB=rub,ruble,rouble,卢布
AUD=aud,australian dollar,澳元
CAD=cad,canadian dollar,加元
CHF=chf,swiss franc,瑞士法郎
person=people,person,人,名,位,口人
times=times,次,倍,fold,回,遍
light-year=light year,光年
floor=storey,story,floor,层
word=字
-=个,只,家,座,种,件,条,台,辆,艘,架,部,本,张,项,所,支,届,场,集,头,匹,枚,颗,株,根,棵,处,节,期,批,款,句,篇,幅,栋,间,轮,队,组,群,类,份,门,级,章,站,局,盘,关,代,路,号,步,连,万人次`

type unitNames struct {
	names  map[string]string
	second map[string]bool // first words of names of several words
}

var units = sync.OnceValue(func() unitNames {
	u := unitNames{map[string]string{}, map[string]bool{}}
	for _, line := range strings.Split(unitTable, "\n") {
		name, list, _ := strings.Cut(line, "=")
		if strings.HasPrefix(line, "%=") {
			name, list = "%", line[2:]
		}
		if name == "-" {
			name = ""
		}
		for _, w := range strings.Split(list, ",") {
			u.names[w] = name
			if first, _, several := strings.Cut(w, " "); several {
				u.second[first] = true
			}
		}
	}
	return u
})

// unitAt reads a unit at the start of s, after at most one space or hyphen. It returns its
// canonical name and the bytes read, 0 where there is none.
func unitAt(s string) (string, int) {
	skip := 0
	if s != "" && (s[0] == ' ' || s[0] == '-') {
		skip = 1
	} else if strings.HasPrefix(s, "\u00a0") {
		skip = 2
	}
	rest := s[skip:]
	if rest == "" {
		return "", 0
	}
	if c := rest[0]; isASCIILetter(c) {
		name, n := latinUnit(rest)
		if n == 0 {
			return "", 0
		}
		return name, skip + n
	}
	if rest[0] == '%' {
		return "%", skip + 1
	}
	if rest[0] < utf8.RuneSelf {
		return "", 0
	}
	if strings.HasPrefix(rest, "°") {
		if f := strings.TrimLeft(rest[2:], " "); f != "" && (f[0] == 'C' || f[0] == 'F') && (len(f) == 1 || !isASCIILetter(f[1])) {
			return "°" + f[:1], skip + len(rest) - len(f) + 1
		}
		return "degree", skip + 2
	}
	return hanUnit(rest, skip)
}

// hanUnit reads the longest unit of Han characters, or of signs, at the start of s.
func hanUnit(s string, skip int) (string, int) {
	var ends [6]int
	n := 0
	for i, r := range s {
		if n == len(ends) || i > 0 && r < utf8.RuneSelf && r != '/' {
			break
		}
		n++
		ends[n-1] = i + utf8.RuneLen(r)
		if r == utf8.RuneError {
			return "", 0
		}
	}
	u := units()
	for ; n > 0; n-- {
		if name, ok := u.names[Fold(s[:ends[n-1]])]; ok {
			return name, skip + ends[n-1]
		}
	}
	return "", 0
}

// latinUnit reads a unit of one to three Latin words at the start of s.
func latinUnit(s string) (string, int) {
	u := units()
	n := unitWord(s)
	first := strings.ToLower(s[:n])
	if u.second[singular(first)] || u.second[first] {
		phrase, end := first, n
		best, bestEnd := "", 0
		for range 2 {
			if end >= len(s) || s[end] != ' ' && s[end] != '-' {
				break
			}
			k := unitWord(s[end+1:])
			if k == 0 {
				break
			}
			phrase += " " + strings.ToLower(s[end+1:end+1+k])
			end += 1 + k
			for _, p := range [...]string{phrase, singular(phrase)} {
				if name, ok := u.names[p]; ok {
					best, bestEnd = name, end
				}
			}
		}
		if bestEnd > 0 {
			return best, bestEnd
		}
	}
	if n == 1 && s[0] != 'm' && s[0] != 'g' && s[0] != 'W' {
		return "", 0
	}
	for _, p := range [...]string{first, singular(first)} {
		if name, ok := u.names[p]; ok {
			return name, n
		}
	}
	if n == 1 && (len(s) == 1 || s[1] != '\'') {
		return first, n
	}
	return "", 0
}

// unitWord is the length of the word of a unit at the start of s: letters, "/", "²" and the like.
func unitWord(s string) int {
	n := 0
	for n < len(s) {
		switch {
		case isASCIILetter(s[n]) || n > 0 && s[n] == '$':
			n++
		case s[n] == '/' && n > 0 && n+1 < len(s) && isASCIILetter(s[n+1]):
			n++
		case strings.HasPrefix(s[n:], "²") || strings.HasPrefix(s[n:], "³"):
			n += 2
		case n > 0 && (s[n] == '2' || s[n] == '3') && n <= 2:
			n++
		default:
			return n
		}
	}
	return n
}

// singular takes a plural s off an English word.
func singular(w string) string {
	if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
		return w[:len(w)-1]
	}
	return w
}

// currencySigns are the signs that stand before an amount.
var currencySigns = [...]struct{ sign, unit string }{
	{"US$", "USD"}, {"HK$", "HKD"}, {"A$", "AUD"}, {"C$", "CAD"}, {"NT$", "TWD"}, {"$", "USD"}, {"＄", "USD"},
	{"€", "EUR"}, {"£", "GBP"}, {"￡", "GBP"}, {"¥", "CNY"}, {"￥", "CNY"}, {"₹", "INR"}, {"₩", "KRW"}, {"₽", "RUB"},
	{"USD ", "USD"}, {"RMB ", "CNY"}, {"CNY ", "CNY"}, {"EUR ", "EUR"}, {"GBP ", "GBP"}, {"RMB", "CNY"},
}

// currencyBefore is the currency whose sign ends s, and the sign's length.
func currencyBefore(s string) (string, int) {
	for i := range currencySigns {
		if c := &currencySigns[i]; strings.HasSuffix(s, c.sign) {
			return c.unit, len(c.sign)
		}
	}
	return "", 0
}
