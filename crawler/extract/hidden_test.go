package extract

import (
	"strings"
	"testing"
)

// TestHidden: what a reader does not see is dropped and counted, and what
// stands beside it is kept.
func TestHidden(t *testing.T) {
	hidden := map[string]string{
		"hidden attribute":     `<p hidden>SECRET</p>`,
		"display none":         `<p style="display:none">SECRET</p>`,
		"display none, spaced": `<p style="color:red; DISPLAY : none !important">SECRET</p>`,
		"visibility":           `<p style="visibility:hidden">SECRET</p>`,
		"opacity":              `<p style="opacity:0">SECRET</p>`,
		"opacity, small":       `<p style="opacity:.01">SECRET</p>`,
		"font size 0":          `<p style="font-size:0">SECRET</p>`,
		"font size 1px":        `<p style="font-size:1px">SECRET</p>`,
		"off screen":           `<p style="position:absolute;left:-9999px">SECRET</p>`,
		"off screen, above":    `<p style="position:fixed;top:-10000px">SECRET</p>`,
		"indented away":        `<p style="text-indent:-9999px">SECRET</p>`,
		"clip":                 `<p style="position:absolute;clip:rect(0,0,0,0)">SECRET</p>`,
		"clip path":            `<p style="clip-path:inset(100%)">SECRET</p>`,
		"no height":            `<p style="height:0;overflow:hidden">SECRET</p>`,
		"scaled away":          `<p style="transform:scale(0)">SECRET</p>`,
		"transparent":          `<p style="color:transparent">SECRET</p>`,
		"rgba 0":               `<p style="color:rgba(0,0,0,0)">SECRET</p>`,
		"white on white":       `<p style="color:#fff;background:white">SECRET</p>`,
		"white on the page":    `<p style="color:white">SECRET</p>`,
		"font white":           `<p><font color="#FFFFFF">SECRET</font></p>`,
		"near black on black":  `<div style="background-color:#000"><p style="color:#010101">SECRET</p></div>`,
		"aria-hidden":          `<p aria-hidden="true">SECRET</p>`,
		"screen readers alone": `<span class="sr-only">SECRET</span>`,
		"rule by class":        `<style>.a1{display:none}</style><p class="b a1">SECRET</p>`,
		"rule by id":           `<style>p{color:red} #x1 { visibility: hidden; }</style><p id=x1>SECRET</p>`,
		"rule by parents":      `<style>.out > p , nope{opacity:0}</style><div class=out><p>SECRET</p></div>`,
		"comment":              `<!-- SECRET -->`,
		"alt":                  `<img alt="SECRET" src=x>`,
		"JSON-LD":              `<script type="application/ld+json">{"@type":"Article","articleBody":"SECRET"}</script>`,
		"template":             `<template><p>SECRET</p></template>`,
		"noscript":             `<noscript>SECRET</noscript>`,
		"dialog":               `<dialog>SECRET</dialog>`,
		"input":                `<input value="SECRET"><textarea>SECRET</textarea>`,
		"meta":                 `<meta name=description content="SECRET">`,
		"title attribute":      `<p title="SECRET">seen</p>`,
	}
	for name, scrap := range hidden {
		t.Run(name, func(t *testing.T) {
			p := mustExtract(t, Input{URL: "https://e.org/", ContentType: "text/html",
				Body: []byte("<html><body><h1>Ships of the harbour</h1><p>Before it, a long ship came in.</p>" + scrap + "<p>After it, the harbour was quiet.</p></body></html>")}).Page
			if strings.Contains(p.Text, "SECRET") {
				t.Errorf("hidden text is in the snapshot:\n%s", p.Text)
			}
			for _, seen := range []string{"Before it, a long ship came in.", "After it, the harbour was quiet."} {
				if !strings.Contains(p.Text, seen) {
					t.Errorf("%q is missing from:\n%s", seen, p.Text)
				}
			}
		})
	}
}

// TestSeen: what only looks like hiding is kept.
func TestSeen(t *testing.T) {
	seen := map[string]string{
		"display block":         `<style>.a{display:none}.a{display:block}</style><p class=a>SEEN text of the page.</p>`,
		"print rule":            `<style>@media print{p{display:none}}</style><p>SEEN text of the page.</p>`,
		"hover rule":            `<style>p:hover{display:none}</style><p>SEEN text of the page.</p>`,
		"white on dark":         `<div style="background:#222"><p style="color:#fff">SEEN text of the page.</p></div>`,
		"white, foreign sheet":  `<link rel=stylesheet href=a.css><p style="color:#fff">SEEN text of the page.</p>`,
		"opacity":               `<p style="opacity:0.9">SEEN text of the page.</p>`,
		"aria-hidden false":     `<p aria-hidden=false>SEEN text of the page.</p>`,
		"negative margin":       `<p style="margin-left:-20px">SEEN text of the page.</p>`,
		"details":               `<details><summary>More</summary><p>SEEN text of the page.</p></details>`,
		"unfolded by a script":  `<div class="rich_media_content" style="visibility:hidden;opacity:0"><p>SEEN ` + strings.Repeat("text of the page goes on. ", 30) + `</p></div>`,
		"rule for another node": `<style>div.x p.y{display:none}</style><p class=y>SEEN text of the page.</p>`,
	}
	for name, scrap := range seen {
		t.Run(name, func(t *testing.T) {
			p := mustExtract(t, Input{URL: "https://e.org/", ContentType: "text/html", Body: []byte("<html><body><h1>Ships</h1>" + scrap + "</body></html>")}).Page
			if !strings.Contains(p.Text, "SEEN") {
				t.Errorf("seen text is missing from:\n%q", p.Text)
			}
		})
	}
}

func TestHiddenCounted(t *testing.T) {
	body := "<p>The \u200bship\U000E0041\U000E0042 is \u202elong\u202c and the har\u00adbour is old.</p><p hidden>four</p>"
	p := mustExtract(t, Input{URL: "https://e.org/", ContentType: "text/html", Body: []byte(body)}).Page
	if p.Text != "The ship is long and the harbour is old." {
		t.Errorf("text %q", p.Text)
	}
	if p.Hidden != 4+5 {
		t.Errorf("hidden %d, want %d", p.Hidden, 9)
	}
}
