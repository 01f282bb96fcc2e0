// Package web holds the web chat: one page, its styles and its scripts. There
// is no build step: what is embedded is what a browser runs. Nothing in it is
// inline and nothing comes from elsewhere, so that the strictest content
// security policy holds.
package web

import "embed"

// Files are the page (index.html, served at /) and what it loads (assets/,
// served at /assets/).
//
//go:embed index.html assets
var Files embed.FS
