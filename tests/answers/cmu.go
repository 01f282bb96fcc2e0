package answers

import "strings"

// A CMU is one question on a Wikipedia page of 2008 to 2010.
type CMU struct {
	Title, Page, Question string
	Answers               []string
}

// LoadCMU reads the questions that have an answer.
func LoadCMU(dir string) ([]CMU, error) {
	rows, err := lines[CMU](dir, "cmu-wiki-qa/questions.jsonl.gz")
	if err != nil {
		return nil, err
	}
	var out []CMU
	for _, r := range rows {
		if len(r.Answers) > 0 {
			out = append(out, r)
		}
	}
	return out, nil
}

// Polarity is "yes", "no" or "" of an answer's first word.
func Polarity(s string) string {
	s = strings.ToLower(strings.TrimLeft(s, " *\"'"))
	for _, p := range []string{"yes", "no"} {
		if rest, ok := strings.CutPrefix(s, p); ok && (rest == "" || strings.ContainsAny(rest[:1], " ,.:;!-")) {
			return p
		}
	}
	return ""
}
