package extract

import (
	"context"
	"strings"
	"testing"
)

func TestExtractHTML(t *testing.T) {
	res, err := Extract(context.Background(), Input{URL: "https://example.org/a/b", ContentType: "text/html",
		Body: []byte(`<html lang=en-GB><title>Lamps</title><body><h1>Lamps</h1><p>One   lamp.</p><ul><li>red<li>blue<ul><li>navy</ul></ul><table><tr><th>a<th>b<tr><td>1<td>2</table><pre>x
  y</pre><p>See <a href="../c?d">more</a> of them.`)})
	if err != nil {
		t.Fatal(err)
	}
	want := "# Lamps\n\nOne lamp.\n\n- red\n- blue\n  - navy\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```\nx\n  y\n```\n\nSee more of them."
	if res.Page.Text != want {
		t.Errorf("text:\n%s\nwant:\n%s", res.Page.Text, want)
	}
	if l := res.Page.Links; len(l) != 1 || l[0].URL != "https://example.org/c?d" || l[0].Text != "more" {
		t.Errorf("links: %v", l)
	}
	if res.Page.Title != "Lamps" || res.Page.Language != "en" || !strings.HasPrefix(res.Page.Snapshot, "sha256:") {
		t.Errorf("page: %+v", res.Page)
	}
}
