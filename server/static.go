package server

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// An asset is a file of the web chat or of the server's own small pages.
type asset struct {
	mime string
	tag  string // ETag
	body []byte
}

//go:embed docs.html
var docsPage []byte

//go:embed docs.css
var docsCSS []byte

//go:embed docs.js
var docsJS []byte

//go:embed snapshot.css
var snapshotCSS []byte

// types are the media types of assets; the system's table is not asked, for it
// differs between machines.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png",
	".ico": "image/x-icon", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

func newAsset(name string, body []byte) asset {
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	sum := sha256.Sum256(body)
	return asset{kind, `"` + hex.EncodeToString(sum[:12]) + `"`, body}
}

// assets reads the web chat's files once; "/" is index.html.
func assets(web fs.FS) (map[string]asset, error) {
	all := map[string]asset{
		"/docs": newAsset("docs.html", docsPage), "/docs.css": newAsset("docs.css", docsCSS), "/docs.js": newAsset("docs.js", docsJS),
		"/snapshot.css": newAsset("snapshot.css", snapshotCSS), "/snapshot.js": newAsset("snapshot.js", []byte(snapshotScript)),
	}
	err := fs.WalkDir(web, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		all["/"+strings.TrimSuffix(name, "index.html")] = newAsset(name, body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the web chat's files: %w", err)
	}
	return all, nil
}

// getAsset serves files; what is none is not found.
func (s *Server) getAsset(c echo.Context) error {
	a, ok := s.assets[c.Request().URL.Path]
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("ETag", a.tag)
	h.Set("Cache-Control", "no-cache") // asked for again, and mostly not sent
	if strings.Contains(c.Request().Header.Get("If-None-Match"), a.tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, a.mime, a.body)
}
