package websearch

import (
	"strings"

	"golang.org/x/net/html"
)

// plain is the text of a title or snippet that may hold HTML: tags dropped,
// entities read.
func plain(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return oneLine(s)
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return oneLine(b.String())
		case html.TextToken:
			b.WriteString(html.UnescapeString(string(z.Raw())))
		}
	}
}
