package websearch

import (
	"regexp"
	"strings"
)

// cleanQuery drops tracking parameters and session ids from a query string
// and keeps the order of the rest.
func cleanQuery(raw, host string) string {
	if raw == "" {
		return ""
	}
	var keep []string
	for p := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(p, "=")
		name = strings.ToLower(unescape(name))
		if p == "" || tracking(name, host) || session(name, value) || amp(name, value) {
			continue
		}
		keep = append(keep, normalPercent(p))
	}
	return strings.Join(keep, "&")
}

// trackingPrefixes and trackingNames say where a reader came from and change
// nothing on the page.
var trackingPrefixes = []string{"utm_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_", "at_", "ga_", "_hs", "__hs", "vero_", "oly_", "fb_", "share_", "spm_", "hm_"}

var trackingNames = set(
	"gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "_ga", "_gl",
	"fbclid", "msclkid", "yclid", "ysclid", "ttclid", "twclid", "li_fat_id", "epik", "igshid", "igsh", "rdt_cid", "wickedid",
	"mc_cid", "mc_eid", "mkt_tok", "hsctatracking", "rb_clickid", "s_kwcid", "ef_id", "cmpid", "wt.mc_id", "wt_mc", "ocid",
	"ref_src", "ref_url", "__twitter_impression", "trk", "trkinfo", "sr_share", "smid", "smtyp", "xtor", "ncid", "ito",
	"spm", "scm", "vd_source", "hmsr", "hmpl", "hmcu", "hmkw", "hmci", "bd_vid", "bdmark", "xhsshare", "appuid", "apptime",
	"unique_k", "utm", "from_source", "weibo_id", "usqp", "amp_gsa", "amp_js_v",
)

// trackingHere are names that mean tracking on one site only.
var trackingHere = map[string]map[string]bool{
	"youtube.com": set("si", "feature", "pp", "ab_channel"),
	"youtu.be":    set("si", "feature"),
	"x.com":       set("s", "t"),
	"twitter.com": set("s", "t"),
	"amazon.com":  set("ref", "pf_rd_r", "pf_rd_p", "pd_rd_r", "pd_rd_w", "pd_rd_wg", "qid", "sr", "crid", "sprefix"),
	"spotify.com": set("si"),
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

func tracking(name, host string) bool {
	if trackingNames[name] {
		return true
	}
	for _, p := range trackingPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	for site, names := range trackingHere {
		if names[name] && (host == site || strings.HasSuffix(host, "."+site)) {
			return true
		}
	}
	return false
}

var (
	sessionNames  = set("phpsessid", "jsessionid", "sessionid", "session_id", "sessid", "cfid", "cftoken", "zenid", "oscsid", "osclid")
	sessionMaybe  = set("sid", "s", "session", "ssid", "phpsess") // where the value looks like one
	sessionValue  = regexp.MustCompile(`^[0-9a-fA-F]{24,64}$`)
	sessionInPath = regexp.MustCompile(`(?i);(?:jsessionid|phpsessid|sid)=[^/;?]*|/\(S\([a-z0-9]{20,32}\)\)`)
)

// session reports whether a parameter is a session id.
func session(name, value string) bool {
	return sessionNames[name] || strings.HasPrefix(name, "aspsessionid") || sessionMaybe[name] && sessionValue.MatchString(value)
}

// dropSessions removes session ids from a path: /page;jsessionid=…, /(S(…))/page.
func dropSessions(path string) string {
	if !strings.ContainsAny(path, ";(") {
		return path
	}
	return sessionInPath.ReplaceAllString(path, "")
}

// amp reports whether a parameter asks for the AMP form of a page.
func amp(name, value string) bool {
	switch name {
	case "amp":
		return value == "" || value == "1" || value == "true"
	case "outputtype":
		return value == "amp"
	}
	return false
}
