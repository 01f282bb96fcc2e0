package extract

import (
	"context"
	"strings"

	"github.com/sonde-search/sonde/agent"
	"golang.org/x/net/html"
)

// read turns the body into the page's text, in the way of its kind.
func (j *job) read(ctx context.Context, k kind) error {
	switch k {
	case kindHTML:
		return j.readHTML(ctx)
	case kindPlain, kindMarkdown, kindCSV, kindTSV, kindJSON, kindXML, kindFeed:
		j.readPlain()
		return nil
	case kindCode:
		j.readPlain()
		j.page.Text = "```\n" + j.page.Text + "\n```"
		return nil
	}
	return &Error{agent.SkipNotText, "not a format that is read"}
}

func (j *job) readPlain() {
	j.page.Text, j.page.Hidden = tidy(decode(j.in))
	line, _, _ := strings.Cut(j.page.Text, "\n")
	j.page.Title = strings.TrimLeft(line, "# ")
}

func (j *job) readHTML(ctx context.Context) error {
	doc, err := html.Parse(strings.NewReader(decode(j.in)))
	if err != nil {
		return &Error{agent.SkipBadFile, "the HTML could not be parsed: " + err.Error()}
	}
	for n := range doc.Descendants() {
		switch n.Data {
		case "title":
			if j.page.Title == "" {
				j.page.Title = oneLine(textOf(n))
			}
		case "html":
			j.page.Language, _, _ = strings.Cut(attr(n, "lang"), "-")
		case "a":
			if !hasAttr(n, "href") {
				continue
			}
			if u, err := j.base.Parse(strings.TrimSpace(attr(n, "href"))); err == nil && strings.HasPrefix(u.Scheme, "http") {
				j.page.Links = append(j.page.Links, agent.Link{URL: u.String(), Text: inline(n, nil)})
			}
		}
	}
	j.page.Text = render([]*html.Node{doc}, nil)
	return nil
}
