package extract

import (
	"context"
	"strings"

	"github.com/sonde-search/sonde/agent"
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
