package websearch

import (
	"encoding/json"
	"strings"
)

// explain reads the message out of an error's body, in the forms that the
// services document. It returns "" for what is not JSON: a web page says
// nothing that a reader could use.
func explain(body []byte) string {
	var doc json.RawMessage
	if json.Unmarshal(body, &doc) != nil {
		return ""
	}
	for _, p := range []jsonPath{
		{"error", "detail"}, {"error", "message"}, {"error", "info"}, {"error", "[0]", "msg"}, {"error", "[0]", "message"},
		{"errors", "[0]", "detail"}, {"detail", "error"}, {"message"}, {"msg"}, {"error_msg"}, {"error"}, {"detail"},
	} {
		if s := p.text(doc); s != "" {
			if code := errorCode(doc); code != "" && !strings.Contains(s, code) {
				s = code + ": " + s
			}
			return s
		}
	}
	return ""
}

// errorCode is the machine-readable code beside the message, where it is a word.
func errorCode(doc json.RawMessage) string {
	for _, p := range []jsonPath{{"error", "code"}, {"errors", "[0]", "code"}, {"tag"}, {"code"}} {
		if s := p.text(doc); strings.Trim(s, "0123456789") != "" {
			return clip(s, 60)
		}
	}
	return ""
}

// says reports whether detail holds one of the words, in lower case.
func says(detail string, words ...string) bool {
	d := strings.ToLower(detail)
	for _, w := range words {
		if strings.Contains(d, w) {
			return true
		}
	}
	return false
}
