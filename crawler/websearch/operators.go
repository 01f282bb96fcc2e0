package websearch

import "strings"

// withSites is the query's text with site: operators for its domains, for
// services that pass the text on to engines which know them.
func withSites(q Query) string {
	var b strings.Builder
	b.WriteString(q.Text)
	var in []string
	for _, d := range q.Include {
		if d = bareDomain(d); d != "" {
			in = append(in, "site:"+d)
		}
	}
	switch len(in) {
	case 0:
	case 1:
		b.WriteString(" " + in[0])
	default:
		b.WriteString(" (" + strings.Join(in, " OR ") + ")")
	}
	for _, d := range q.Exclude {
		if d = bareDomain(d); d != "" {
			b.WriteString(" -site:" + d)
		}
	}
	return b.String()
}
