package websearch

import "strings"

// baseLanguage is the first part of a language tag: "zh" of "zh-Hans-CN".
func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	return base
}

// traditional reports whether a tag means traditional Chinese.
func traditional(tag string) bool {
	t := strings.ToLower(strings.ReplaceAll(tag, "_", "-"))
	return baseLanguage(t) == "zh" && (strings.Contains(t, "hant") || strings.HasSuffix(t, "-tw") || strings.HasSuffix(t, "-hk"))
}

// googleLanguage is Google's name of a language, as in lr=lang_zh-CN; "" for none.
func googleLanguage(tag string) string {
	switch base := baseLanguage(tag); {
	case traditional(tag):
		return "zh-TW"
	case base == "zh":
		return "zh-CN"
	case base == "he":
		return "iw"
	default:
		return base
	}
}

// braveLanguage is Brave's search_lang.
func braveLanguage(tag string) string {
	switch base := baseLanguage(tag); {
	case traditional(tag):
		return "zh-hant"
	case base == "zh":
		return "zh-hans"
	case base == "ja":
		return "jp"
	case base == "pt":
		return "pt-br"
	default:
		return base
	}
}

// duckRegion is DuckDuckGo's kl; wt-wt is no region.
func duckRegion(tag, country string) string {
	base := baseLanguage(tag)
	if country != "" && base != "" {
		return strings.ToLower(country) + "-" + base
	}
	switch {
	case traditional(tag):
		return "tw-tzh"
	case base == "zh":
		return "cn-zh"
	}
	if r, ok := map[string]string{
		"en": "us-en", "de": "de-de", "fr": "fr-fr", "es": "es-es", "it": "it-it", "ja": "jp-jp", "ko": "kr-kr",
		"pt": "br-pt", "ru": "ru-ru", "nl": "nl-nl", "pl": "pl-pl", "sv": "se-sv", "tr": "tr-tr", "uk": "ua-uk",
	}[base]; ok {
		return r
	}
	return "wt-wt"
}
