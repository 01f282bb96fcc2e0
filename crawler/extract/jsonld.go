package extract

import (
	"encoding/json"
	"strings"
)

// ldNode is what is read of a JSON-LD object: metadata alone. Its texts
// (articleBody, description) are never evidence, as no reader sees them.
type ldNode struct {
	Type          ldTexts         `json:"@type"`
	Headline      ldTexts         `json:"headline"`
	DatePublished ldTexts         `json:"datePublished"`
	DateCreated   ldTexts         `json:"dateCreated"`
	DateModified  ldTexts         `json:"dateModified"`
	Author        ldTexts         `json:"author"`
	Publisher     ldTexts         `json:"publisher"`
	ArticleBody   ldTexts         `json:"articleBody"`
	Text          ldTexts         `json:"text"`
	Graph         json.RawMessage `json:"@graph"`
}

// ldTexts reads a value that may be a string, an object with a name, or a list of both.
type ldTexts []string

// UnmarshalJSON takes what it understands and leaves out the rest, as pages
// write anything here.
func (t *ldTexts) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = append(*t, s)
		return nil
	}
	var named struct {
		Name ldTexts `json:"name"`
	}
	if len(b) > 0 && b[0] == '{' && json.Unmarshal(b, &named) == nil {
		*t = append(*t, named.Name...)
		return nil
	}
	var list []ldTexts
	if len(b) > 0 && b[0] == '[' && json.Unmarshal(b, &list) == nil {
		for _, l := range list {
			*t = append(*t, l...)
		}
	}
	return nil
}

func (t ldTexts) first() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}

// jsonLD reads the metadata of one script; what cannot be read says nothing.
func (m *meta) jsonLD(src string) {
	src = strings.TrimSpace(src)
	if len(src) > 1<<20 {
		return
	}
	m.ldValue([]byte(strings.Map(func(r rune) rune { // raw line ends in strings are a common fault
		if r == '\n' || r == '\r' || r == '\t' {
			return ' '
		}
		return r
	}, src)), 0)
}

func (m *meta) ldValue(b []byte, depth int) {
	var list []json.RawMessage
	if depth < 4 && len(b) > 0 && b[0] == '[' && json.Unmarshal(b, &list) == nil {
		for _, l := range list {
			m.ldValue(l, depth+1)
		}
		return
	}
	var n ldNode
	if len(b) == 0 || b[0] != '{' || json.Unmarshal(b, &n) != nil {
		return
	}
	if len(n.Graph) > 0 && depth < 4 {
		m.ldValue(n.Graph, depth+1)
	}
	kinds := strings.ToLower(strings.Join(n.Type, " "))
	switch {
	case strings.Contains(kinds, "discussion"), strings.Contains(kinds, "qapage"), strings.Contains(kinds, "question"):
		m.forum = true
	case strings.Contains(kinds, "article"), strings.Contains(kinds, "posting"), strings.Contains(kinds, "report"):
		m.article = true
	case !strings.Contains(kinds, "webpage") && !strings.Contains(kinds, "recipe") && !strings.Contains(kinds, "video"):
		return
	}
	m.body += " " + n.ArticleBody.first() + " " + n.Text.first()
	first(&m.headline, untag(n.Headline.first()))
	first(&m.published, n.DatePublished.first())
	first(&m.published, n.DateCreated.first())
	first(&m.modified, n.DateModified.first())
	first(&m.author, strings.Join(n.Author, ", "))
	first(&m.site, n.Publisher.first())
}
