package engine

import "strings"

// splitParagraphs parts text at blank lines.
func splitParagraphs(s string) []string {
	var out []string
	for _, p := range strings.Split(s, "\n\n") {
		if strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}

func joinParagraphs(ps []string) string { return strings.Join(ps, "\n\n") }
