// Package web holds the web chat's page, styles and scripts.
package web

import "embed"

// Files are the page and what it loads.
//
//go:embed index.html
var Files embed.FS
