package server

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/sonde-search/sonde/agent"
)

// getSnapshot sends a page as it was read: its text, or with
// ?highlight=start-end (UTF-8 bytes) an HTML page with that span marked.
func (s *Server) getSnapshot(c echo.Context) error {
	page, err := s.opts.Store.Snapshot(c.Request().Context(), ownerOf(c), c.Param("sha256"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "private, max-age=31536000, immutable") // the name is the content's hash
	span := c.QueryParam("highlight")
	tag := `"` + page.Snapshot + `"`
	if span != "" {
		tag = `"` + page.Snapshot + "-" + strings.Map(tagChar, span) + `"`
	}
	h.Set("ETag", tag)
	if strings.Contains(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	if span == "" {
		return c.Blob(http.StatusOK, "text/plain; charset=utf-8", []byte(page.Text))
	}
	start, end, err := parseSpan(span, page.Text)
	if err != nil {
		h.Del("ETag")
		h.Del("Cache-Control")
		return err
	}
	return s.highlight(c, page, start, end)
}

func tagChar(r rune) rune {
	if r >= '0' && r <= '9' || r == '-' {
		return r
	}
	return -1
}

// parseSpan reads "start-end" and holds it against the text.
func parseSpan(span, text string) (start, end int, err error) {
	a, b, ok := strings.Cut(span, "-")
	start, errA := strconv.Atoi(a)
	end, errB := strconv.Atoi(b)
	switch {
	case !ok || errA != nil || errB != nil:
		return 0, 0, tell(errBadRequest, "highlight must be start-end, two numbers of bytes")
	case start < 0 || start > end || end > len(text):
		return 0, 0, tell(errBadRequest, fmt.Sprintf("highlight must lie within the snapshot's %d bytes", len(text)))
	case start < len(text) && !utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]):
		return 0, 0, tell(errBadRequest, "highlight cuts a character: start and end count UTF-8 bytes")
	}
	return start, end, nil
}

// A browser jumps to #quote by itself; the script is for addresses without it.
var snapshotPage = template.Must(template.New("snapshot").Parse(`<!doctype html>
<html lang="{{.Page.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
<link rel="stylesheet" href="/snapshot.css">
<script src="/snapshot.js" defer></script>
</head>
<body>
<header>
<h1>{{.Title}}</h1>
<p>{{.Page.URL}}</p>
<p>Read {{.Page.Fetched.Format "2006-01-02 15:04 MST"}}{{with .Page.Published}} · published {{.}}{{end}} · <code>{{.Page.Snapshot}}</code></p>
</header>
<pre>{{.Before}}<mark id="quote" tabindex="-1">{{.Quote}}</mark>{{.After}}</pre>
</body>
</html>
`))

const snapshotScript = `document.getElementById("quote").scrollIntoView({block: "center"});
`

func (s *Server) highlight(c echo.Context, page *agent.Page, start, end int) error {
	title := page.Title
	if title == "" {
		title = page.URL
	}
	var b strings.Builder
	err := snapshotPage.Execute(&b, struct {
		Page                        *agent.Page
		Title, Before, Quote, After string
	}{page, title, page.Text[:start], page.Text[start:end], page.Text[end:]})
	if err != nil {
		return fmt.Errorf("showing snapshot %s: %w", page.Snapshot, err)
	}
	return c.HTMLBlob(http.StatusOK, []byte(b.String()))
}
